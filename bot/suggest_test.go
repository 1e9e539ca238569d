package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"exobot/bot"
	"exobot/knowledge"
	"exobot/knowledge/pack"
)

func shippedLibrary(tb testing.TB) *knowledge.Library {
	tb.Helper()
	lib, _, err := knowledge.Load(pack.FS)
	if err != nil {
		tb.Fatal(err)
	}
	return lib
}

func suggestLibrary() *knowledge.Library {
	long := strings.Repeat("exosome ", 30) + "?"
	size := &knowledge.Article{ID: "size", Title: "How big are exosomes?", Sections: []*knowledge.Section{
		{ID: "diameter", Heading: "Diameter", Text: "Most measure 30 to 150 nm.", Questions: []string{"How big is an exosome?", "What is the diameter of an exosome?"}},
		{ID: "weight", Heading: "Weight", Text: "Very little.", Questions: []string{"How much does an extracellular vesicle weigh?", long}},
	}}
	hair := &knowledge.Article{ID: "hair", Title: "Exosomes and hair", Sections: []*knowledge.Section{
		{ID: "regrowth", Heading: "Regrowth", Text: "Small studies.", Questions: []string{"Do exosomes regrow hair?"}},
		{ID: "diameter", Heading: "Diameter", Text: "Hair is thick."},
	}}
	glossary := []*knowledge.Concept{
		{Term: "extracellular vesicle", Definition: "A bubble.", Abbreviations: []string{"EV"}, Names: map[string][]string{"de": {"extrazelluläres Vesikel"}}},
		{Term: "alopecia", Definition: "Loss of hair.", Synonyms: []string{"hair loss"}},
	}
	return knowledge.New(knowledge.Library{Pack: knowledge.Pack{ID: "test"}, Articles: []*knowledge.Article{size, hair}, Glossary: glossary})
}

func TestSuggestQuestions(t *testing.T) {
	t.Parallel()
	s := bot.NewSuggester(suggestLibrary())
	tests := []struct {
		typed string
		topic knowledge.ArticleID
		want  string // first choice; "" for none
	}{
		{"how big is an exosome?", "", "How big is an exosome?"},
		{"how b", "", "How big is an exosome?"},
		{"HOW BIG", "", "How big is an exosome?"},
		{"regrwo hair", "", "Do exosomes regrow hair?"},
		{"diamter", "size", "What is the diameter of an exosome?"},
		{"how much EV", "", "How much does an extracellular vesicle weigh?"},
		{"extrazelluläres vesikel", "", "extracellular vesicle"},
		{"alopecia", "", "alopecia"},
		{"diameter", "hair", "Diameter · Exosomes and hair"},
		{"hair", "size", ""},
		{"who won the cup", "", ""},
		{"", "", "How big is an exosome?"},
		{"", "hair", "Do exosomes regrow hair?"},
		{"?!", "hair", "Do exosomes regrow hair?"},
		{"how", "no-such-article", ""},
	}
	for _, test := range tests {
		got := ""
		if found := s.Questions(test.typed, test.topic, 25); len(found) > 0 {
			got = found[0].Text
		}
		if got != test.want {
			t.Errorf("Questions(%q, %q) begins with %q, want %q", test.typed, test.topic, got, test.want)
		}
	}
}

func TestPick(t *testing.T) {
	t.Parallel()
	s := bot.NewSuggester(suggestLibrary())
	for _, c := range s.Questions("exosome", "", 25) {
		byValue, ok := s.Pick(c.Value)
		byText, alsoOK := s.Pick(c.Text)
		if !ok || !alsoOK || byValue.Section != byText.Section {
			t.Errorf("%q: picked %v by value %q and %v by text", c.Text, byValue, c.Value, byText)
		}
	}
	tests := []struct {
		value string
		want  bot.Pick
		ok    bool
	}{
		{"§1:size/diameter#1", bot.Pick{Section: knowledge.SectionRef{Article: "size", Section: "diameter"}, Text: "What is the diameter of an exosome?"}, true},
		{"§1:size/diameter#99", bot.Pick{Section: knowledge.SectionRef{Article: "size", Section: "diameter"}, Text: "Diameter"}, true},
		{"§1:size/gone", bot.Pick{Section: knowledge.SectionRef{Article: "size", Section: "gone"}}, true},
		{"§1:../../etc", bot.Pick{}, false},
		{"§2:size/diameter", bot.Pick{}, false},
		{"§", bot.Pick{}, false},
		{"how big is my dog?", bot.Pick{}, false},
		{"", bot.Pick{}, false},
	}
	for _, test := range tests {
		if got, ok := s.Pick(test.value); got != test.want || ok != test.ok {
			t.Errorf("Pick(%q) = %v, %v, want %v, %v", test.value, got, ok, test.want, test.ok)
		}
	}
}

func TestSuggestTopics(t *testing.T) {
	t.Parallel()
	s := bot.NewSuggester(suggestLibrary())
	if got := s.Topics("hiar", 25); len(got) != 0 && got[0].Value != "hair" {
		t.Errorf("Topics = %v", got)
	}
	if got := s.Topics("", 1); len(got) != 1 || got[0] != (bot.Choice{Text: "How big are exosomes?", Value: "size"}) {
		t.Errorf("Topics = %v", got)
	}
	for value, want := range map[string]knowledge.ArticleID{
		"hair": "hair", "Exosomes and hair": "hair", "big": "size", "nothing like it": "", "": "",
	} {
		if got, ok := s.Topic(value); got != want || ok != (want != "") {
			t.Errorf("Topic(%q) = %q, %v, want %q", value, got, ok, want)
		}
	}
}

// Whatever is typed, choices are within the limits, and every one of them can be picked.
func TestSuggestLimits(t *testing.T) {
	t.Parallel()
	for name, lib := range map[string]*knowledge.Library{"shipped": shippedLibrary(t), "small": suggestLibrary()} {
		s := bot.NewSuggester(lib)
		for _, typed := range typedSamples(lib) {
			sections := make(map[knowledge.SectionRef]bool)
			found := s.Questions(typed, "", 25)
			if len(found) > 25 {
				t.Errorf("%s: %q: %d choices", name, typed, len(found))
			}
			for _, c := range found {
				if n := knowledge.Units(c.Text); n < 1 || n > bot.ChoiceUnits {
					t.Errorf("%s: %q: the text %q has %d units", name, typed, c.Text, n)
				}
				if n := knowledge.Units(c.Value); n < 1 || n > bot.ChoiceUnits {
					t.Errorf("%s: %q: the value %q has %d units", name, typed, c.Value, n)
				}
				p, ok := s.Pick(c.Value)
				if !ok || p.Section.Article != knowledge.GlossaryArticle && lib.Section(p.Section) == nil {
					t.Errorf("%s: %q picks %v", name, c.Value, p)
				}
				if sections[p.Section] {
					t.Errorf("%s: %q offers %s twice", name, typed, p.Section)
				}
				sections[p.Section] = true
			}
		}
	}
}

// A question of the shipped pack is offered to somebody who has typed all of it, unless
// another section goes by the same text. Every thirtieth is tried, since there are tens of
// thousands.
func TestSuggestFindsTheShippedPack(t *testing.T) {
	t.Parallel()
	lib := shippedLibrary(t)
	s := bot.NewSuggester(lib)
	asked, missed := 0, 0
	for section := range lib.Sections() {
		for i, q := range section.Questions {
			if i%30 != 0 {
				continue
			}
			asked++
			found := s.Questions(q, "", 25)
			if !slices.ContainsFunc(found, func(c bot.Choice) bool { p, _ := s.Pick(c.Value); return p.Section == section.Ref() }) {
				if missed++; missed < 10 {
					t.Logf("%q is not offered", q)
				}
			}
		}
	}
	if asked == 0 || missed*100 > asked {
		t.Errorf("%d of %d questions are not offered", missed, asked)
	}
}

// typedSamples are beginnings of real questions, some of them mistyped, and odd ones.
func typedSamples(lib *knowledge.Library) []string {
	list := []string{"", " ", "§1:", "?", "\x00", "\xff\xfe", strings.Repeat("a", 6000), strings.Repeat("exosome ", 700), "外泌体是什么", "экзосомы", "🧫🧫"}
	i := 0
	for section := range lib.Sections() {
		for _, q := range section.Questions {
			if i++; i%201 != 0 {
				continue
			}
			r := []rune(q)
			list = append(list, string(r[:len(r)/3]), string(r[:2*len(r)/3]), q, string(r[:len(r)/2])+string(r[len(r)/2+1:]))
		}
	}
	return list
}

func TestGlance(t *testing.T) {
	t.Parallel()
	b := bot.New(bot.Edition{Library: shippedLibrary(t)}, bot.Options{})
	defer b.Close()
	tests := []struct {
		text                           string
		question, followUp, alarm, nod bool
		adds, advice                   bool
	}{
		{text: "How big is an exosome?", question: true},
		{text: "what are exosomes used for", question: true},
		{text: "¿Qué son los exosomas?", question: true},
		{text: "エクソソームとは何ですか？", question: true},
		{text: "Most exosomes are small."},
		{text: "lol", nod: true},
		{text: "see https://example.org/?q=exosomes"},
		{text: "thanks!", nod: true},
		{text: "and for the heart?", question: true, followUp: true, adds: true},
		{text: "And for the heart", followUp: true, adds: true},
		{text: "und für das Herz", followUp: true, adds: true},
		{text: "that is interesting", followUp: true},
		{text: "but that is not what I have read", followUp: true},
		{text: "and so we went home and nobody has ever heard of it again"},
		{text: "My dad has Parkinson's, should he get exosomes?", question: true, advice: true},
		{text: "I can't breathe after an exosome injection, what do I do?", question: true, alarm: true},
		{text: ""},
	}
	for _, test := range tests {
		g := b.Glance(test.text)
		if g.Question != test.question || g.FollowUp != test.followUp || g.Emergency != test.alarm || g.Smalltalk != test.nod ||
			g.Adds != test.adds || g.Advice != test.advice {
			t.Errorf("Glance(%q) = %+v", test.text, g)
		}
	}
	if a, z := b.Glance("How BIG is an exosome?"), b.Glance("how big is an exosome"); a.Normal != z.Normal {
		t.Errorf("%q and %q differ", a.Normal, z.Normal)
	}
}

// A picked section is opened, with the notice that its question calls for.
func TestOpenPicked(t *testing.T) {
	t.Parallel()
	lib := suggestLibrary()
	b := bot.New(bot.Edition{Library: lib}, bot.Options{})
	defer b.Close()
	for ref, want := range map[knowledge.SectionRef]string{
		{Article: "size", Section: "diameter"}:       "Most measure 30 to 150 nm.",
		{Article: "glossary", Section: "concept-1"}:  "Loss of hair.",
		{Article: "glossary", Section: "concept-9"}:  "",
		{Article: "glossary", Section: "concept--1"}: "",
		{Article: "size", Section: "gone"}:           "",
	} {
		r, err := b.Answer(t.Context(), bot.Question{Topic: ref})
		got := ""
		if len(r.Passages) > 0 {
			got = r.Passages[0].Passage.Text
		}
		if err != nil || got != want || (want == "") != (r.Kind == bot.KindDecline) {
			t.Errorf("%s: got %q, kind %s, %v", ref, got, r.Kind, err)
		}
	}
}

// The sentences of a picked section that answer its question are marked, and what is
// related is offered; the section is there without, if the search fails.
func TestOpenPickedIsMarked(t *testing.T) {
	t.Parallel()
	lib := suggestLibrary()
	size, hair := knowledge.SectionRef{Article: "size", Section: "diameter"}, knowledge.Suggestion{Heading: "Hair"}
	fail := false
	search := bot.SearchFunc(func(context.Context, knowledge.Query) (knowledge.Result, error) {
		if fail {
			return knowledge.Result{}, errors.New("the index is on fire")
		}
		m := knowledge.Match{Passage: &lib.Section(size).Passages[0], Marks: []knowledge.Span{{Start: 0, End: 26}}}
		return knowledge.Result{Answered: true, Matches: []knowledge.Match{m}, Suggestions: []knowledge.Suggestion{hair}}, nil
	})
	b := bot.New(bot.Edition{Library: lib, Searcher: search}, bot.Options{})
	defer b.Close()
	tests := []struct {
		text           string
		fail           bool
		marks, related int
	}{
		{"how big is an exosome", false, 1, 1},
		{"how big is an exosome", true, 0, 0},
		{"", false, 0, 0}, // picked from a list, not asked
	}
	for _, test := range tests {
		fail = test.fail
		r, err := b.Answer(t.Context(), bot.Question{Topic: size, Text: test.text})
		if err != nil || r.Kind != bot.KindAnswer || len(r.Passages[0].Marks) != test.marks || len(r.Suggestions) != test.related {
			t.Errorf("%q: reply = %+v, %v; want %d marks and %d suggestions", test.text, r, err, test.marks, test.related)
		}
	}
}

// What somebody types is completed within 20 ms in 99 cases of 100.
func BenchmarkSuggest(b *testing.B) {
	lib := shippedLibrary(b)
	s := bot.NewSuggester(lib)
	samples := typedSamples(lib)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		s.Questions(samples[i%len(samples)], "", 25)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
}

func BenchmarkNewSuggester(b *testing.B) {
	lib := shippedLibrary(b)
	for b.Loop() {
		bot.NewSuggester(lib)
	}
}

func BenchmarkGlance(b *testing.B) {
	bb := bot.New(bot.Edition{Library: shippedLibrary(b)}, bot.Options{})
	defer bb.Close()
	long := strings.Repeat("I wonder whether exosomes could help my knee after surgery, ", 66)
	for name, text := range map[string]string{"short": "How big is an exosome?", "longest": long} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				bb.Glance(text)
			}
		})
	}
}

// A question that is far down in a section's list, or too long for a choice, leads to the
// section by its heading.
func TestSuggestByHeading(t *testing.T) {
	t.Parallel()
	s := &knowledge.Section{ID: "size", Heading: "Size", Text: "Small."}
	for i := range 40 {
		s.Questions = append(s.Questions, fmt.Sprintf("plain question number %d", i))
	}
	s.Questions[3] = "what about " + strings.Repeat("a very long story and ", 10) + "zebras"
	s.Questions[35] = "giraffes"
	lib := knowledge.New(knowledge.Library{Articles: []*knowledge.Article{{ID: "a", Title: "About", Sections: []*knowledge.Section{s}}}})
	suggester := bot.NewSuggester(lib)
	for typed, want := range map[string]string{"zebras": "Size · About", "giraffes": "Size · About", "plain question number 7": "plain question number 7"} {
		got := suggester.Questions(typed, "", 5)
		if len(got) != 1 || got[0].Text != want {
			t.Errorf("%q: got %v, want %q", typed, got, want)
			continue
		}
		if p, ok := suggester.Pick(got[0].Value); !ok || p.Section != (knowledge.SectionRef{Article: "a", Section: "size"}) {
			t.Errorf("%q: picks %v", typed, p)
		}
	}
}
