package index

import (
	"math/rand/v2"
	"slices"
	"testing"

	"exobot/knowledge"
)

func TestDetect(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, locale, want string }{
		// By script.
		{"Что такое экзосомы?", "", "ru"},
		{"エクソソームとは何ですか", "", "ja"},
		{"外泌体是什么", "", "zh"},
		{"細胞外小胞の大きさ", "", "ja"}, // ideographs with kana
		{"엑소좀이 뭐예요?", "", "ko"},
		{"ما هو الإكسوسوم؟", "", "ar"},
		{"FDA 승인을 받은 엑소좀 제품이 있나요?", "", "ko"},
		{"CD63 是什么", "", "zh"},
		{"Что такое CD63?", "en-US", "ru"}, // words outvote the locale
		{"what does 外泌体 stand for in this paper", "", "en"},
		// By words.
		{"¿Qué es un exosoma?", "", "es"},
		{"¿Cuánto cuesta el tratamiento con exosomas?", "", "es"},
		{"Was ist ein Exosom?", "", "de"},
		{"wie lange kann man das im Kühlschrank lagern", "", "de"},
		{"Quelle est la taille des exosomes ?", "", "fr"},
		{"Est-ce que les exosomes sont dangereux ?", "", "fr"},
		{"Qual é o tamanho de um exossomo?", "", "pt"},
		{"Quem descobriu os exossomos e quando?", "", "pt"},
		{"Quanto sono grandi gli esosomi?", "", "it"},
		{"Che cosa sono gli esosomi?", "", "it"},
		{"Czym są egzosomy?", "", "pl"},
		{"Jak duże są egzosomy i kto je odkrył?", "", "pl"},
		{"Eksozomlar ne kadar büyük?", "", "tr"},
		{"Eksozom için bir tedavi var mı?", "", "tr"},
		// By letters of their own, where there are no such words or those of another language.
		{"Sıvı eksozomlar buzdolabında saklanabilir mi?", "", "tr"},
		{"egzosomy łysienie", "", "pl"},
		{"inyecciones piña exosomas", "", "es"},
		{"rejuvenescimento com injeções", "", "pt"},
		{"the naïve café in Málaga sells exosomes", "", "en"},
		// Accents left out.
		{"como se conservan los exosomas", "", "es"},
		{"czym sa egzosomy i dlaczego sie o nich mowi", "", "pl"},
		// The locale breaks ties, and no more.
		{"exosome", "de", "en"},
		{"exosome therapy", "fr-CA", "en"},
		{"la exosome", "fr", "fr"},
		{"la exosome", "es", "es"},
		{"how big is an exosome", "es-ES", "en"},
		// English, or nothing to tell by.
		{"how big is an exosome", "", "en"},
		{"exosomes hair", "", "en"},
		{"", "", "en"},
		{"", "ja", "en"},
		{"123 !!! 🙂", "", "en"},
	} {
		tokens := tokenize(test.text)
		for i := range tokens {
			tokens[i].folded = fold(tokens[i].word)
		}
		if got := detect(test.text, tokens, test.locale, func(token) (none tally) { return none }); got != test.want {
			t.Errorf("%q in %q: got %s, want %s", test.text, test.locale, got, test.want)
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"Größe": "große", "vésicule": "vesicule", "NIÑO": "nino", "ışık": "isik", "İlaç": "ilac", "ё": "е", "abc": "abc", "": "",
		"الإكسوسوم": "الاكسوسوم", // a hamza is a mark, too
	} {
		if got := fold(word); got != want {
			t.Errorf("fold(%q) = %q, want %q", word, got, want)
		}
	}
}

// TestFoldByLetter has the table of letters fold as the rules of Unicode do, whatever
// stands beside a letter.
func TestFoldByLetter(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		letters := make([]rune, 1+rng.IntN(6))
		for i := range letters {
			letters[i] = rng.Int32N(foldedBound)
		}
		if word := string(letters); fold(word) != foldAny(word) {
			t.Fatalf("%+q is folded to %+q, want %+q", word, fold(word), foldAny(word))
		}
	}
}

func TestInflected(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"exosom", "exosomen", true}, {"экзосома", "экзосомами", true}, {"exosoma", "exosomas", true},
		{"exosom", "exosomentherapie", false}, {"haut", "hausse", false}, {"haut", "haute", true}, {"ist", "iss", false}, {"a", "ab", false},
	} {
		if got := inflected(test.a, test.b); got != test.want {
			t.Errorf("inflected(%q, %q) = %v", test.a, test.b, got)
		}
	}
}

// TestOtherLanguages asks the shipped pack in each language of the glossary: the right
// section has to be among the first three, whether or not it is sure of it.
func TestOtherLanguages(t *testing.T) {
	t.Parallel()
	const (
		who      = "discovery-of-exosomes/timeline"
		milk     = "sources-of-exosomes/milk"
		price    = "exosome-cosmetics-and-cost/price-range"
		approval = "exosome-rules-in-the-united-states/fda-approval-status"
		approved = "clinical-trials-of-exosomes/approved-anywhere"
		saudi    = "exosome-rules-in-asia-and-elsewhere/saudi-arabia"
		prp      = "exosomes-compared-with-cells-and-prp/prp-or-exosomes"
		japan    = "exosome-rules-in-asia-and-elsewhere/japan-law"
		barrier  = "exosomes-and-the-brain/blood-brain-barrier"
		plants   = "sources-of-exosomes/plants"
	)
	ix := shipped(t)
	for _, test := range []struct {
		lang, text string
		want       []string
	}{
		{"es", "¿Quién descubrió los exosomas?", []string{who}},
		{"es", "¿Cuánto cuesta un tratamiento con exosomas?", []string{price}},
		{"es", "¿La FDA ha aprobado algún producto de exosomas?", []string{approval, approved}},
		{"de", "Wer hat Exosomen entdeckt?", []string{who}},
		{"de", "Was kostet eine Behandlung mit Exosomen?", []string{price}},
		{"fr", "Qui a découvert les exosomes ?", []string{who}},
		{"fr", "Quelle est la différence entre le PRP et les exosomes ?", []string{prp}},
		{"pt", "Quem descobriu os exossomos?", []string{who}},
		{"pt", "Exossomos de plantas são exossomos de verdade?", []string{plants}},
		{"it", "Chi ha scoperto gli esosomi?", []string{who}},
		{"it", "Nel latte di mucca ci sono esosomi?", []string{milk}},
		{"pl", "Kto odkrył egzosomy?", []string{who}},
		{"pl", "Ile kosztuje zabieg z egzosomami?", []string{price}},
		{"ru", "Кто открыл экзосомы?", []string{who}},
		{"ru", "Проходят ли экзосомы через гематоэнцефалический барьер?", []string{barrier}},
		{"ja", "エクソソームは誰が発見しましたか", []string{who}},
		{"ja", "日本ではエクソソーム治療は承認されていますか", []string{japan, approved}},
		{"ko", "엑소좀은 누가 발견했나요?", []string{who}},
		{"ko", "FDA 승인을 받은 엑소좀 제품이 있나요?", []string{approval, approved}},
		{"zh", "谁发现了外泌体？", []string{who}},
		{"zh", "外泌体治疗多少钱？", []string{price}},
		{"ar", "من اكتشف الإكسوسومات؟", []string{who}},
		{"ar", "هل حقن الإكسوسومات مسموح في السعودية؟", []string{saudi}},
		{"tr", "Eksozomları kim keşfetti?", []string{who}},
		{"tr", "Eksozom tedavisinin fiyatı ne kadar?", []string{price}},
	} {
		res := ask(t, ix, knowledge.Query{Text: test.text, Locale: test.lang})
		if res.Language != test.lang {
			t.Errorf("%q: taken for %s, want %s", test.text, res.Language, test.lang)
		}
		if !found(res, test.want...) {
			t.Errorf("%q: got %v, want one of %v", test.text, sectionsOf(res), test.want)
		}
	}
}

// What is said around a question in another language is not what it asks about.
func TestForeignFillers(t *testing.T) {
	t.Parallel()
	p := shipped(t).state.c.parser
	for _, test := range []struct{ text, lang string }{
		{"¿Me podéis decir qué es exactamente un exosoma?", "es"},
		{"Was genau ist denn eigentlich überhaupt ein Exosom?", "de"},
		{"Pouvez-vous me dire ce que c'est vraiment, un exosome ?", "fr"},
		{"Eksozom nedir, anlatır mısınız lütfen?", "tr"},
		{"Was sind Exosomen und wie?", "de"}, // not Sinn, not Wien
		{"Скажите пожалуйста, что такое экзосомы вообще?", "ru"},
	} {
		q := p.parse(test.text, "")
		if q.language != test.lang || len(q.slots) != 1 || q.slots[0].name != "exosom" {
			t.Errorf("%q: read in %s as %q", test.text, q.language, q.words)
		}
	}
	for lang := range foreignFillers() {
		if foreignStopWords()[lang] == nil {
			t.Errorf("fillers of %q, a language whose stop words nobody knows", lang)
		}
	}
}

// Where no stop word tells the language, the words do that English does not have.
func TestDetectByWords(t *testing.T) {
	t.Parallel()
	lib := repairLibrary()
	p := build(t, lib, Options{}).state.c.parser
	for text, want := range map[string]string{
		"Stammzelle":             "de",
		"Kühlschrank exosomes":   "de",
		"kuhlschrank":            "de",
		"celula madre serum":     "es",
		"coração":                "pt",
		"serum of a patient":     "en",
		"stem cells from a zebu": "en",
		"exosomeee":              "en", // looks like a form of another language's name: not enough
	} {
		if got := p.analyze(text, "").language; got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// A word of an English question that another language has a name by is that name, but not
// where people ask in English about something that is called so.
func TestNameFromElsewhere(t *testing.T) {
	t.Parallel()
	lib := tiny()
	lib.Glossary[len(lib.Glossary)-1].Names["pl"] = []string{"rozmiar"}
	p := build(t, lib, Options{}).state.c.parser
	if q := p.parse("the rozmiar of it", ""); !slices.Contains(q.stems, "size") {
		t.Errorf("read as %q, want the size among it", q.stems)
	}
	lib.Uncovered = []*knowledge.Topic{{Name: "a place", Questions: []string{"is the Rozmiar museum worth a visit"}}}
	p = build(t, knowledge.New(*lib), Options{}).state.c.parser
	if q := p.parse("the rozmiar of it", ""); slices.Contains(q.stems, "size") {
		t.Errorf("read as %q, want no size", q.stems)
	}
}

func TestNearlySame(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		typed, name string
		want        bool
	}{
		{"exosoma", "exosoma", true}, {"exosomas", "exosoma", true}, {"exosomi", "exosoma", true},
		{"экзосомы", "экзосома", true}, {"экзосомой", "экзосома", true}, {"экзосомами", "экзосома", true},
		{"tetraspanex", "tetraspanin", false}, {"microvesiculitis", "microvesicula", false}, {"exosomitis", "exosomi", false},
	} {
		if got := nearlySame([]token{{folded: test.typed}}, []string{test.name}); got != test.want {
			t.Errorf("%s, %s: got %t", test.typed, test.name, got)
		}
	}
}
