package bot

import (
	"bufio"
	"context"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"exobot/knowledge"
	"exobot/knowledge/pack"
)

// shipped is the pack that the program comes with.
var shipped = sync.OnceValues(func() (*knowledge.Library, error) {
	lib, _, err := knowledge.Load(pack.FS)
	return lib, err
})

func shippedLibrary(t *testing.T) *knowledge.Library {
	t.Helper()
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// Every line of testdata/lanes.txt is a question and its lane.
func TestLanes(t *testing.T) {
	t.Parallel()
	lib := shippedLibrary(t)
	sorter := NewSorter(lib)
	f, err := os.Open("testdata/lanes.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		if lines.Text() == "" || strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		want, question, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			t.Errorf("lanes.txt:%d: no tab: %s", n, lines.Text())
			continue
		}
		if got := sorter.sort(question); string(got.lane) != want {
			t.Errorf("lanes.txt:%d: %s: got %s, want %s", n, question, got.lane, want)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// What a pattern is told fast not to match, it does not match.
func TestPatternsHoldBackNoMatch(t *testing.T) {
	t.Parallel()
	lib := shippedLibrary(t)
	f, err := os.Open("testdata/lanes.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain := map[*knowledge.Pattern]*regexp.Regexp{}
	for _, r := range lib.Lanes.Rules {
		for _, p := range slices.Concat(r.Match, r.Needs, r.Unless) {
			if plain[p] == nil {
				plain[p] = regexp.MustCompile(p.String())
			}
		}
	}
	matched := 0
	lines := bufio.NewScanner(f)
	for n := 0; lines.Scan(); n++ {
		_, question, ok := strings.Cut(lines.Text(), "\t")
		if !ok || n%80 != 0 { // all of them take long
			continue
		}
		text := normalize(question)
		in := knowledge.NewHaystack(text)
		for p, re := range plain {
			want := re.MatchString(text)
			if got := p.In(in); got != want {
				t.Errorf("%q: %s: %t, want %t", question, p, got, want)
			}
			if want {
				matched++
			}
		}
	}
	if err := lines.Err(); err != nil || matched == 0 {
		t.Fatalf("%d matches, error %v", matched, err)
	}
}

// The questions that the articles say they answer must reach the articles. A few are
// worded as about oneself ("should I try PRP first") and get the advice notice as well.
func TestQuestionsOfThePackReachTheArticles(t *testing.T) {
	t.Parallel()
	lib := shippedLibrary(t)
	sorter := NewSorter(lib)
	total, caught := 0, map[knowledge.Lane]int{}
	for _, a := range lib.Articles {
		for s := range a.All() {
			for i, q := range s.Questions {
				if i%30 != 0 { // tens of thousands of them take long
					continue
				}
				total++
				lane := sorter.sort(q).lane
				caught[lane]++
				if lane == knowledge.LaneSmalltalk || lane == knowledge.LaneRecommendation {
					t.Logf("%s: %s: %s", s.Ref(), lane, q)
				}
			}
		}
	}
	if silent := caught[knowledge.LaneSmalltalk] + caught[knowledge.LaneRecommendation]; silent*500 > total {
		t.Errorf("%d of %d questions get no passage, want at most 1 in 500", silent, total)
	}
	if noticed := caught[knowledge.LaneEmergency] + caught[knowledge.LaneAdvice]; noticed*25 > total {
		t.Errorf("%d of %d questions are taken for personal ones, want at most 1 in 25", noticed, total)
	}
}

// pattern returns a list of one pattern.
func pattern(t *testing.T, expr string) []*knowledge.Pattern {
	t.Helper()
	p, err := knowledge.ParsePattern(expr)
	if err != nil {
		t.Fatal(err)
	}
	return []*knowledge.Pattern{p}
}

// What a rule needs must be found as well, anywhere in the question.
func TestSortByNeeds(t *testing.T) {
	t.Parallel()
	sorter := NewSorter(&knowledge.Library{Lanes: knowledge.Lanes{Rules: []knowledge.LaneRule{{
		Lane: knowledge.LaneAdvice, Match: pattern(t, `should i`), Needs: pattern(t, `drip|serum`), Unless: pattern(t, `essay`),
	}}}})
	tests := []struct {
		question string
		want     knowledge.Lane
	}{
		{"Should I get the drip?", knowledge.LaneAdvice},
		{"a serum: should I?", knowledge.LaneAdvice},
		{"should I take the job?", knowledge.LaneKnowledge},
		{"what is in a drip?", knowledge.LaneKnowledge},
		{"should I get the drip into my essay?", knowledge.LaneKnowledge},
	}
	for _, test := range tests {
		if got := sorter.sort(test.question).lane; got != test.want {
			t.Errorf("lane of %q = %s, want %s", test.question, got, test.want)
		}
	}
}

func TestNoticeOfSmalltalkAndCrisis(t *testing.T) {
	t.Parallel()
	lib := shippedLibrary(t)
	sorter := NewSorter(lib)
	tests := []struct{ question, notice string }{
		{"hi", "hello"},
		{"Guten Morgen!", "hello"},
		{"ok got it thx", "thanks"},
		{"thanks, bye!", "bye"},
		{"who made you?", "about"},
		{"hello, can you help me?", "about"},
		{"how are you", "wellbeing"},
		{"good bot", "praise"},
		{"you are useless", "insult"},
		{"👍🏽", ""},
		{"I want to kill myself", "crisis"},
		{"ich will nicht mehr leben", "crisis"},
		{"I can't breathe since the injection", "emergency"},
		{"what does the FDA say", ""},
	}
	for _, test := range tests {
		if got := sorter.sort(test.question).notice; got != test.notice {
			t.Errorf("notice of %q = %q, want %q", test.question, got, test.notice)
		}
	}
}

// A notice stands above an answer, and under an emergency nobody reads a long one.
func TestNotices(t *testing.T) {
	t.Parallel()
	lanes := &shippedLibrary(t).Lanes
	for name, texts := range lanes.Notices {
		if texts["en"] == "" {
			t.Errorf("notice %s has no English text", name)
		}
		for lang, text := range texts {
			if n := utf8.RuneCountInString(text); n >= 300 {
				t.Errorf("notice %s in %s has %d characters, want fewer than 300", name, lang, n)
			}
		}
	}
	for i, r := range lanes.Rules {
		name := r.Notice
		if name == "" {
			name = string(r.Lane)
		}
		if lanes.Notices[name][r.Lang] == "" {
			t.Errorf("rule %d is for %s, and its notice %s has no text in that language", i, r.Lang, name)
		}
	}
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"  I’m\n\tOK ", "i'm ok"},
		{"ＥＸＯ２ ｓａｆｅ？", "exo2 safe?"},
		{"„ja“ ‘so’", `"ja" 'so'`},
		{"ÉTÉ", "été"},
		{"İYİ", "iyi"},
		{"ㅋㅋ ㄱㅅ 안녕ㅎㅎ", "ㅋㅋ ㄱㅅ 안녕ㅎㅎ"},
		{"", ""},
	}
	for _, test := range tests {
		if got := normalize(test.in); got != test.want {
			t.Errorf("normalize(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

func TestAnswerByLane(t *testing.T) {
	t.Parallel()
	lib := shippedLibrary(t)
	passage := &lib.Articles[0].Sections[0].Passages[0]
	var (
		found = knowledge.Result{
			Matches: []knowledge.Match{{Passage: passage, Score: 1}}, Confidence: 0.9, Answered: true,
			Suggestions: []knowledge.Suggestion{{Heading: "Near"}}, Language: "en",
		}
		unsure = knowledge.Result{
			Matches: []knowledge.Match{{Passage: passage, Score: 1}}, Confidence: 0.1,
			Suggestions: []knowledge.Suggestion{{Heading: "Near"}}, Language: "en",
		}
	)
	tests := []struct {
		name     string
		question string
		result   knowledge.Result
		kind     Kind
		notice   string // in the pack; "" for none, "decline" for the interface's own
		passages int
	}{
		{"advice with evidence", "should I get exosome injections?", found, KindAdvice, "advice", 1},
		{"advice without", "should I get exosome injections?", unsure, KindAdvice, "advice", 0},
		{"recommendation", "which exosome brand is best?", found, KindDecline, "recommendation", 0},
		{"caution answered", "are exosomes safe in pregnancy?", found, KindAnswer, "caution", 1},
		{"caution unanswered", "are exosomes safe in pregnancy?", unsure, KindDecline, "decline", 0},
		{"knowledge answered", "what does the FDA say?", found, KindAnswer, "", 1},
		{"knowledge unanswered", "what does the FDA say?", unsure, KindDecline, "decline", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBot(t, lib, func(context.Context, knowledge.Query) (knowledge.Result, error) { return test.result, nil })
			r, err := b.Answer(t.Context(), Question{Text: test.question})
			if err != nil {
				t.Fatal(err)
			}
			notice := lib.Lanes.Notice(test.notice, "en")
			if test.notice == "decline" {
				notice = Phrase("en", PhraseDecline)
			}
			if r.Kind != test.kind || r.Notice != notice || len(r.Passages) != test.passages {
				t.Errorf("kind %s, notice %q, %d passages; want %s, %q, %d", r.Kind, r.Notice, len(r.Passages), test.kind, notice, test.passages)
			}
			near := "Near"
			if test.name == "recommendation" { // what was found is nearer
				near = passage.Heading
			}
			if len(r.Suggestions) != 1 || r.Suggestions[0].Heading != near {
				t.Errorf("suggestions %v, want %q", r.Suggestions, near)
			}
		})
	}
}

// What needs no search does not wait for one and cannot fail with it: above all an
// emergency.
func TestAnswerWithoutSearch(t *testing.T) {
	t.Parallel()
	lib := shippedLibrary(t)
	tests := []struct {
		question string
		locale   string
		kind     Kind
		notice   string
		lang     string
	}{
		{"my throat is closing up after the exosome shot", "", KindEmergency, "emergency", "en"},
		{"my throat is closing up after the exosome shot", "fr", KindEmergency, "emergency", "fr"},
		{"no puedo respirar desde la inyección", "en-US", KindEmergency, "emergency", "es"},
		{"I want to end my life", "pt-BR", KindEmergency, "crisis", "pt"},
		{"hello", "", KindSmalltalk, "hello", "en"},
		{"спасибо", "", KindSmalltalk, "thanks", "ru"},
		{"good bot", "xx", KindSmalltalk, "praise", "en"},
	}
	for _, test := range tests {
		t.Run(test.question, func(t *testing.T) {
			t.Parallel()
			b := newBot(t, lib, func(context.Context, knowledge.Query) (knowledge.Result, error) {
				t.Error("searched")
				return knowledge.Result{}, errors.New("no index")
			})
			r, err := b.Answer(t.Context(), Question{Text: test.question, Locale: test.locale})
			if err != nil {
				t.Fatal(err)
			}
			want := lib.Lanes.Notices[test.notice][test.lang]
			if r.Kind != test.kind || r.Notice != want || len(r.Passages) != 0 {
				t.Errorf("kind %s, notice %q, %d passages; want %s, %q, none", r.Kind, r.Notice, len(r.Passages), test.kind, want)
			}
		})
	}
}

func TestNoticeLanguage(t *testing.T) {
	t.Parallel()
	lib := shippedLibrary(t)
	tests := []struct {
		name       string
		question   string
		locale     string
		recognised string // by the search
		want       string
	}{
		{"question's own", "Soll ich mir Exosomen spritzen lassen?", "en-US", "de", "de"},
		{"rule's, when the search cannot tell", "Soll ich mir Exosomen spritzen lassen?", "en-US", "", "de"},
		{"interface's, when nothing else tells", "should i?", "ja", "", "ja"},
		{"question's before the interface's", "Soll ich mir Exosomen spritzen lassen?", "ja", "de", "de"},
		{"interface's before English", "should i get exosome injections", "ja", "en", "ja"},
		{"wider language", "should i?", "pt-BR", "", "pt"},
		{"English when there is no text", "should i?", "nl", "", "en"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBot(t, lib, func(context.Context, knowledge.Query) (knowledge.Result, error) {
				return knowledge.Result{Language: test.recognised}, nil
			})
			r, err := b.Answer(t.Context(), Question{Text: test.question, Locale: test.locale})
			if err != nil {
				t.Fatal(err)
			}
			if want := lib.Lanes.Notices["advice"][test.want]; r.Kind != KindAdvice || r.Notice != want {
				t.Errorf("kind %s, notice %q; want advice, %q", r.Kind, r.Notice, want)
			}
		})
	}
}

func TestAnswerReportsFailedSearch(t *testing.T) {
	t.Parallel()
	broken := errors.New("no index")
	b := newBot(t, shippedLibrary(t), func(context.Context, knowledge.Query) (knowledge.Result, error) {
		return knowledge.Result{}, broken
	})
	if _, err := b.Answer(t.Context(), Question{Text: "what is an exosome"}); !errors.Is(err, broken) {
		t.Errorf("Answer = error %v, want %v", err, broken)
	}
	// The notice does not depend on what is found.
	if r, err := b.Answer(t.Context(), Question{Text: "should I get exosome injections?"}); err != nil || r.Kind != KindAdvice || r.Notice == "" {
		t.Errorf("Answer = %+v, %v; want advice with its notice", r, err)
	}
}

// newBot returns a bot with the shipped library and a search of the test's own.
func newBot(t *testing.T, lib *knowledge.Library, search SearchFunc) *Bot {
	b := New(Edition{Library: lib, Searcher: search}, Options{})
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func BenchmarkSortIntoLane(b *testing.B) {
	lib, err := shipped()
	if err != nil {
		b.Fatal(err)
	}
	sorter := NewSorter(lib)
	for b.Loop() {
		sorter.sort("how do exosomes find their way to the cells that take them up, and what happens to the cargo?")
	}
}
