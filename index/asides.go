package index

import (
	"slices"
	"strings"
	"sync"
)

// asidePhrases are what people say around a question in English, of how they want the answer
// or how they feel about asking: phrases, one a line, whose words taken one by one may be
// what another question is about. Between slashes stand words of which each will do, before
// a question mark those that may be missing, and behind > one that must follow and stays.
// Capitals stand for the words of asideSets.
const asidePhrases = `
PLEASE eli5
PLEASE eli 5/five
like/as/if? i'm/im a? AGE year/years/yr/yrs/yo? old?
like/as/if? i am/was/were a? AGE year/years/yr/yrs/yo? old?
like to? a AGE year/years/yr old?
like i'm/im/i a/an? TOTAL? idiot/dummy/beginner/noob/child/kid/toddler
tldr on/of/about/for?
tl dr on/of/about/for?
in very/really/super? simple/simpler/simplest/plain/layman/laymans/laymen/lay/easy/easier/basic/everyday terms/words/language/english
in a/one/two/few single/few/couple? of? short? sentence/sentences/words/line/lines
in a nutshell
for/to a? TOTAL? dummies/dummy/beginners/beginner/newbies/newbie/noobs/noob/layman/layperson
PLEASE help me/us understand/grasp
i/we? am/are? trying/tryna/struggling/want/wanna/need/hoping to? understand/grasp
PLEASE give/gimme me/us? the/a? short/quick/brief? rundown/lowdown/gist/basics/overview/summary on/of/about
what/whats is? the deal/story/scoop with/on/behind
PLEASE explain/describe to? me/us? please/pls/plz? > how/why/when/where/which/who/whether

asking/ask for a friend
i/i've/ive? have/had/got? a/an? KIND question/q though/here/incoming? but/about?
a/one? follow up question/q
another question/q but/about?
i/i've/ive have/had/got? a/an/some/one? question/questions/q here? but/about/regarding/on?
can/could/may/might i/we ask something/smth you/u?
can/could/may/might i/we ask you/u? something/smth
can/could/may/might i/we ask a KIND? question/q
a? question/q for the/you/all/any? experts/expert/everyone/everybody/pros/scientists/doctors/folks/people/guys here?
my/the question/q is
what i/we want/need/would/wanted/wanna like? to? know/understand is
what i'd/id like to know is
what i'm/im wondering/asking is
random/weird/stray/shower thought/thoughts/idea but?
PLEASE happen to know
do/does/did you/u/anyone/anybody/someone happen to know if/whether?
remind me again? please/pls?
correct me if i'm/im wrong but?
sorry if this/that/it has/is/was a? been/already? asked/answered/dumb/stupid/silly/off before/already/question/topic?
SORRY for? the/my? wrong/bad/poor? channel/place/server/thread/typos/typo/english/ping/bother/spam/interruption
SORRY to/for bother/bothering/interrupt/interrupting/ask/asking/spam you/u? again?
english is/isn't/isnt not? my first/native/mother language/tongue
not my first/native/mother language/tongue
not sure if/whether this/it is the right/correct/proper place/channel/server/thread/sub to/for? ask/post/this/it? but?
is this/it the right/correct/proper place/channel/server/thread/sub to/for? ask/post/this/it?
excuse/pardon my/the english/typos/ping/grammar/interruption
hope/hopefully this/it/i'm/im is? in/asking? this/it? in? the right/correct place/channel/server/thread
real talk/quick
no jokes/joke/rush/pressure/worries/hurry
last question/q for? today/now? i? promise?
got/have/has a sec/second/secs/min/minute/moment
PLEASE keep it/this? short/simple/brief
any? short/simple/quick/brief answer/answers is/are totally/perfectly? fine/ok/okay/enough
my? homework/essay/assignment/report/quiz/exam/test is due/tomorrow/today tomorrow/today/tonight/soon?
i'm/im/we're AMATEUR in/at/to/with/here? this/all/here/the? stuff/topic/field/area?
i/we am/are AMATEUR in/at/to/with/here? this/all/here/the? stuff/topic/field/area?
TOTAL? new/newbie/noob/beginner here
first time posting/poster/asking/caller here?
long time lurker
i/i'm/im just? saw/seen/watched/read a/an/this/some tiktok/video/reel/post/ad/clip/thread/short about/on? this/it? and/so/now? now? i/i'm/im? am? confused/curious/wondering/worried
i/i'm/im am? so? confused/curious
just? out of curiosity
i/i've/we? can/could/can't/cant/cannot/couldn't/couldnt/didn't/didnt/not not? find anything/much/any/an/a? answer/answers/info/information? on/in/about? it/this? on? google/online/anywhere/internet/web?
i? tried/already googling/google/googled/searching/searched it/this? on/but? nothing?
google says nothing/nothing
i/i'm/im/i've? am? writing/doing/preparing/making/working on? a/an/my SCHOOL? report/essay/paper/project/presentation/thesis/assignment/talk on/about? it/this?
i? asking/need/needed/its/it's this/it/info? for a/an/my/our SCHOOL? project/homework/essay/report/class/assignment/presentation/exam/thesis/paper
long story short
no offense/offence
to be honest
be/being? honest/specific/gentle/nice/kind/brief please/pls/plz
please/pls/plz be honest/specific/gentle/nice/kind/brief
KIND answer/answers/reply/replies only/please/pls/plz/would? be? great/appreciated/nice?
links/link/source/sources/citations/citation/refs/references please/pls/plz/appreciated/welcome
any? help/answer/answers/advice/info/tips/input/insight is/would/will/be/are? be? much/very/greatly/really/highly? appreciated
much/greatly appreciated
would? appreciate any/the? help/answer/answers/info/input
in advance
thanks/thank/thx/ty/tysm/cheers you/u? all/everyone/guys/so? in/a/very/much? much/lot/advance/bunch/million
many/big thanks
have a nice/great/good/lovely/wonderful/blessed day/one/evening/night/weekend/morning/week all/everyone/guys?
kind/best/warm regards
please/pls/plz
hi/hey/hello/yo/hiya/howdy/dear/attention all/everyone/everybody/guys/folks/people/there/team/peeps/y'all/yall/mods/mod/moderators/admin/admins?
good morning/evening/afternoon all/everyone/everybody/guys/folks/people/there/chat?
according to the? science
`

// asideSets are the words that capitals stand for in asidePhrases.
var asideSets = strings.NewReplacer(
	"PLEASE", "can/could/would/will/do? you/u/someone/anyone/somebody? please/pls/plz?",
	"TOTAL", "total/complete/absolute/utter",
	"AGE", "5/five/6/six/7/seven/8/eight/10/ten/12/twelve",
	"SCHOOL", "school/uni/university/college/science/biology/research/class/master/masters/bachelor/phd",
	"SORRY", "sorry/sry/soz/apologies",
	"AMATEUR", "a? TOTAL? new/newbie/noob/beginner/layman/layperson",
	"KIND", "dumb/stupid/silly/noob/newbie/quick/random/basic/simple/honest/genuine/serious/weird/odd/general/real/small/followup/short/straight",
)

// An asidePhrase is one of these phrases, word by word.
type asidePhrase []asideWord

// An asideWord is one word of a phrase, of which each of several will do.
type asideWord struct {
	words    []string
	optional bool
	behind   bool // whether it follows the phrase
}

// asides are the phrases by their first word.
var asides = sync.OnceValue(func() map[string][]asidePhrase {
	out := make(map[string][]asidePhrase)
	for line := range strings.Lines(asideSets.Replace(asideSets.Replace(asidePhrases))) { // one set holds another
		var phrase asidePhrase
		behind := false
		for w := range strings.FieldsSeq(line) {
			if w == ">" {
				behind = true
				continue
			}
			words, optional := strings.CutSuffix(w, "?")
			phrase = append(phrase, asideWord{strings.Split(words, "/"), optional, behind})
		}
		for len(phrase) > 0 {
			for _, w := range phrase[0].words {
				out[w] = append(out[w], phrase)
			}
			if !phrase[0].optional {
				break
			}
			phrase = phrase[1:]
		}
	}
	return out
})

// length returns how many of the first tokens are the phrase, 0 if they are not.
func (p asidePhrase) length(tokens []token) int {
	n := 0
	for _, w := range p {
		switch has := n < len(tokens) && slices.Contains(w.words, tokens[n].word); {
		case has && !w.behind:
			n++
		case !has && !w.optional:
			return 0
		}
	}
	return n
}

// asideAt returns how many of the first tokens are an aside, the longest that begins there.
func asideAt(tokens []token) int {
	most := 0
	for _, phrase := range asides()[tokens[0].word] {
		most = max(most, phrase.length(tokens))
	}
	return most
}

// nestedAsides is how many asides are left out that end where another stood. More are a game.
const nestedAsides = 2

// withoutAsides returns the tokens without what is said around a question.
func withoutAsides(tokens []token) []token {
	for range 1 + nestedAsides {
		var kept []token
		done := 0 // tokens that are in kept, or left out
		for i := 0; i < len(tokens); i++ {
			if n := asideAt(tokens[i:]); n > 0 {
				kept = append(kept, tokens[done:i]...)
				i += n - 1
				done = i + 1
			}
		}
		if done == 0 {
			break
		}
		tokens = append(kept, tokens[done:]...)
	}
	return tokens
}
