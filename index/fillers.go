package index

import (
	"strings"
	"sync"
)

// foreignFillers holds, by language and folded, what people type around a question beside
// stop words: auxiliary and modal verbs, courtesies, adverbs that say nothing about what is
// asked. They are left out when a question is read. They do not tell its language: some are
// English words, too.
var foreignFillers = sync.OnceValue(func() map[string]map[string]bool {
	out := make(map[string]map[string]bool, len(foreignFillerWords))
	for lang, words := range foreignFillerWords {
		out[lang] = make(map[string]bool)
		for w := range strings.FieldsSeq(words) {
			out[lang][fold(w)] = true
		}
	}
	return out
})

// saysNothing reports whether a folded word of another language is not what a question is
// about: a stop word, a filler or a word that asks.
func saysNothing(lang, folded string) bool {
	return foreignStopWords()[lang][folded] || foreignFillers()[lang][folded] || asksWords()[lang][folded]
}

// foreignFillerWords are the words of foreignFillers as they are written.
var foreignFillerWords = map[string]string{
	"es": `
		puede pueden puedo podemos podéis podría podrían podrías poder debe deben debo debería deberían deberíamos
		suele suelen hace hacen hacer hago hice haya hayan hubo habrá habría sería serían será serán estará estaría
		quiero quiere quieren quería quisiera querría sé saben sabéis sabemos sabéis decir dice dicen dime dígame
		explicar explica explicas explicame explíqueme cuéntame gracias favor porfa porfavor hola buenas buenos
		días tardes noches alguien algún alguna algunos algunas nadie ningún ninguna cualquier cualquiera cada mismo misma
		mismos mismas otro otra otros otras tal tales tan tanto tanta tantos exactamente realmente verdad verdaderamente
		simplemente solamente solo sólo además todavía aún ya ahora luego entonces después siempre nunca jamás quizá
		quizás acaso así aquí ahí allí bien mal mejor creo creen parece parecen oído leído visto tiene tienen tengo tenga
		va van voy vamos ir llega llegan sirve pasa pues bueno vale oye oiga acerca según mediante unas unos
		q xq pq k tb tmb pa`,
	"de": `
		kann können könnte könnten könntest kannst darf dürfen dürfte muss müssen müsste sollte sollten soll sollen will
		wollen möchte möchten mag mögen wird werden würde würden wurde wurden geworden habe haben hat hatte hatten
		gibt geben gab gebe kommt kommen kam macht machen gemacht geht gehen ging lässt lassen bleibt bleiben
		heißt sagt sagen sage sag erklären erklär erkläre weiß wissen kennt kennen denkt glauben glaubt glaube bitte danke
		hallo hi moin servus tag abend morgen jemand niemand irgendwer irgendwie irgendwas irgendein irgendeine
		überhaupt eigentlich wirklich tatsächlich genau gerade mal schon noch immer nie niemals nur auch sogar eben halt
		doch wohl vielleicht etwa ungefähr ziemlich sehr gar ganz einfach kurz bloß nun jetzt dann danach davor dabei
		dafür dagegen dadurch damit daran darauf darüber dazu davon wobei wodurch wofür woran worauf worüber wozu
		woher wohin weshalb wieso warum gern gerne leider gehört gelesen gesehen stimmt sei seien wäre wären
		welche welcher welches welchen welchem solche solcher solches dieser diese dieses jene jeder jede jedes
		nen nem isses gibts gehts iwie vllt eig`,
	"fr": `
		peut peuvent peux pourrait pourraient pourriez pouvez pouvons puis-je peut-on peut-être doit doivent dois devrait
		devraient devrais faut faudrait fait font faire fais sera seront serait seraient soit soient été étaient
		ont avait avaient aurait auront ayez veux veut veulent voudrais voudrait souhaite sait sais savez savoir dit dire
		disent dites dis-moi explique expliquer expliquez expliquez-moi donne donnez parle parlez merci bonjour bonsoir
		salut svp stp plaît quelqu'un personne quelque quelques certains certaine certaines chaque aucun aucune autre
		autres même mêmes tel telle tels très trop assez plutôt vraiment exactement simplement seulement juste encore
		déjà toujours jamais aussi ainsi alors donc puis ensuite maintenant après avant ici là bien mal mieux
		presque environ entre vers chez selon lors car comment pourquoi lequel laquelle lesquels lesquelles quoi
		existe existent va vont aller reste ça cela ceci ceux celle celles crois pense semble paraît lu vu entendu
		koi ke kel kelle pk pq pkoi qqn qd vrmt jsp ds`,
	"pt": `
		pode podem posso podemos poderia poderiam poder deve devem devo deveria deveriam dever faz fazem fazer
		faço feito haver havia houve haverá haveria seria seriam será serão estaria estará quero quer querem queria
		gostaria sei sabe sabem saber diz dizem dizer diga explica explicar explique conte obrigado obrigada favor olá oi
		bom boa dia tarde noite alguém algum alguma alguns algumas ninguém nenhum nenhuma qualquer quaisquer cada
		mesmo mesma mesmos mesmas outro outra outros outras tal tais tão tanto tanta muito muita muitos muitas pouco
		exatamente realmente verdade simplesmente somente apenas só ainda já agora depois então sempre nunca jamais
		talvez assim aqui aí ali lá bem mal melhor acho parece parecem ouvi li vi tem têm tenho tenha vai vão vou
		vamos ir ficam fica existe existem costuma acerca segundo durante entre
		q oq pq pqe vc vcs tb tbm né tá pra pro pras pros`,
	"it": `
		sto sta sti ste xke perché
		può possono posso possiamo potrebbe potrebbero poter potere deve devono devo dovrebbe dovrebbero dovere fa fanno
		fare faccio fatto sarebbe sarebbero sarà saranno stato stata stati state avrebbe avuto abbia abbiano voglio vuole
		vogliono vorrei vorrebbe so sa sanno sapere dice dicono dire dimmi spiega spiegare spiegami spieghi grazie prego
		favore ciao salve buongiorno buonasera qualcuno qualche alcuni alcune nessuno nessuna qualsiasi qualunque ogni
		stesso stessa stessi stesse altro altra altri altre tale tali così tanto tanta tanti molto molta molti molte poco
		troppo esattamente davvero veramente semplicemente soltanto solo solamente ancora già adesso ora poi dopo prima
		sempre mai forse magari qui qua lì là bene male meglio penso credo sembra sembrano sentito letto visto va vanno
		andare esiste esistono circa presso verso durante tra fra secondo ci vi
		ke xké xché cmq qlc qlcn qnd nn`,
	"pl": `
		mogę możesz można mogą mógłby mogłaby mogłoby mogłyby móc muszę musi muszą musieć powinien powinna powinno powinny
		należy trzeba warto chcę chce chcą chciałbym chciałabym wiem wie wiedzą wiadomo wiedzieć mówi mówią powiedz
		powiedzieć wyjaśnij wytłumacz wyjaśnić proszę dziękuję dzięki cześć hej witam witajcie dzień dobry wieczór
		ktoś coś ktokolwiek cokolwiek nikt nic kogo komu kim każdy każda każde żaden żadna inny inna inne innych ten sam
		sama samo bardzo zbyt dość naprawdę dokładnie właściwie właśnie prostu tylko jedynie jeszcze już teraz potem
		zawsze nigdy może chyba tutaj tam dobrze źle lepiej myślę sądzę wydaje podobno słyszałem słyszałam czytałem
		widziałem mieć miał miała mają robi robią robić zrobić występuje występują istnieje istnieją dzieje jakieś jakiś
		jakaś któryś których którym którymi jaką jakimi czyli około między według podczas
		czm wgl tzn`,
	"ru": `
		может могут могу можем можно мочь мог могла могли должен должна должно должны нужно надо следует стоит хочу хочет
		хотят хотел хотела знаю знает знают знать известно говорят говорит скажите скажи сказать объясните объясни
		расскажите расскажи пожалуйста спасибо привет здравствуйте добрый день вечер утро кто-то что-то кто-нибудь
		что-нибудь никто ничто каждый каждая любой любая другой другая другие такой такая такие одни один одна очень
		слишком довольно действительно правда точно именно просто только лишь ещё уже сейчас теперь потом затем всегда
		никогда наверное возможно здесь там хорошо плохо лучше думаю кажется вроде слышал слышала читал читала видел
		есть было будет будут делать делает делают сделать бывает бывают существует существуют какой-то какие-то какая-то
		вообще кстати например около между согласно чем зачем почему каким какими каких ведь же ли
		чё чо ща щас`,
	"tr": `
		olabilir olabilirler olur olurlar olmak oldu olan olarak olması edebilir eder ederler etmek edilir edilen edebilirim
		yapabilir yapar yapmak yapılır yapılan gerekir gerek gerekli lazım istiyorum ister biliyor bilir bilmek
		bilen söyler söyleyin söyle anlat anlatır anlatın açıkla açıklar açıklayın mısınız misiniz musunuz müsünüz mısın misin
		lütfen teşekkürler teşekkür merhaba selam selamlar günaydın iyi akşamlar günler birisi biri hiçkimse
		herhangi her diğer başka aynı böyle şöyle öyle çok fazla oldukça gerçekten tam tamamen sadece yalnızca
		henüz hâlâ hala şimdi sonra önce hep asla belki burada orada iyi kötü sanırım galiba görünüyor duydum okudum gördüm
		var yok hangi hangisi neler neyi neye neden niçin nasıl yaklaşık arasında göre sırasında acaba peki ya
		bi bişey`,
	"ar": `
		هل يمكن يمكنني ممكن يجب ينبغي أريد اريد تريد أعرف اعرف تعرف يعرف قل قولي اشرح اشرحي أخبرني اخبرني لو سمحت فضلك
		شكرا مرحبا السلام عليكم صباح مساء الخير أحد احد شخص بعض كل أي اي أخرى اخرى آخر نفس مثل جدا فقط أيضا ايضا
		حقا فعلا بالضبط تماما الآن الان ثم بعد قبل دائما أبدا ابدا ربما هنا هناك أظن اظن يبدو سمعت قرأت رأيت يوجد توجد
		هناك كان كانت يكون تكون سيكون ليس ليست لماذا كيف ماذا عند عن حول بين خلال حسب تقريبا أثناء اثناء وضع بشكل عام`,
}
