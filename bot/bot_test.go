package bot

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"exobot/knowledge"
)

// smallLibrary has one article: a section with three passages, of which the first rests
// on a reference that is missing too, and a subsection with one.
func smallLibrary() *knowledge.Library {
	long := strings.TrimSpace(strings.Repeat("word ", knowledge.MaxPassageWords-1))
	sections := []*knowledge.Section{{
		ID: "diameter", Heading: "Diameter", Text: "First " + long + "\n\nSecond " + long + "\n\nThird " + long,
		References: []knowledge.ReferenceID{"weigh-2020", "lost-1900"},
		Sections:   []*knowledge.Section{{ID: "hair", Heading: "Hair", Text: "Fourth " + long}},
	}}
	return knowledge.New(knowledge.Library{
		Pack:       knowledge.Pack{ID: "small", Version: "1"},
		Articles:   []*knowledge.Article{{ID: "size", Title: "Size", Lang: "en", Sections: sections}},
		References: []*knowledge.Reference{{ID: "weigh-2020", Title: "The diameter of vesicles"}},
	})
}

// asked is a searcher that finds the same for every question and notes what it was asked.
type asked struct {
	queries []knowledge.Query
	result  knowledge.Result
	err     error
}

func (a *asked) search(_ context.Context, q knowledge.Query) (knowledge.Result, error) {
	a.queries = append(a.queries, q)
	return a.result, a.err
}

// firstWords returns the first word of every passage.
func firstWords(r Reply) string {
	var words []string
	for _, p := range r.Passages {
		word, _, _ := strings.Cut(p.Passage.Text, " ")
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestAnswerTopic(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		article, section string
		limit            int
		kind             Kind
		passages         string
		notice           string
	}{
		{"size", "diameter", 0, KindAnswer, "First Second Third", ""},
		{"size", "diameter", 1, KindAnswer, "First", ""},
		{"size", "diameter", 10, KindAnswer, "First Second Third Fourth", ""},
		{"size", "hair", 0, KindAnswer, "Fourth", ""},
		{"size", "weight", 0, KindDecline, "", Phrase("en", PhraseGone)},
		{"soup", "diameter", 0, KindDecline, "", Phrase("en", PhraseGone)},
		{"size", "", 0, KindDecline, "", Phrase("en", PhraseGone)},
	} {
		find := &asked{err: errors.New("searched for a topic")}
		b := newBot(t, smallLibrary(), find.search)
		topic := knowledge.SectionRef{Article: knowledge.ArticleID(test.article), Section: knowledge.SectionID(test.section)}
		r, err := b.Answer(t.Context(), Question{Text: "what came before", Topic: topic, Limit: test.limit})
		if err != nil {
			t.Errorf("%s: %v", topic, err)
			continue
		}
		if got := firstWords(r); r.Kind != test.kind || got != test.passages || r.Notice != test.notice {
			t.Errorf("%s: kind %s, passages %q, notice %q; want %s, %q, %q", topic, r.Kind, got, r.Notice, test.kind, test.passages, test.notice)
		}
		if sure := r.Confidence == 1; sure != (test.kind == KindAnswer) {
			t.Errorf("%s: confidence %v", topic, r.Confidence)
		}
	}
}

// A passage comes with those of its references that the library has, in their order, and
// the library itself stays as it is.
func TestAnswerResolvesReferences(t *testing.T) {
	t.Parallel()
	lib := smallLibrary()
	section := lib.Articles[0].Sections[0]
	find := &asked{result: knowledge.Result{Answered: true, Lead: 9, Matches: []knowledge.Match{
		{Passage: &section.Passages[0], Score: 1, Marks: []knowledge.Span{{Start: 0, End: 5}}},
		{Passage: &section.Sections[0].Passages[0], Score: 0.5},
	}}}
	b := newBot(t, lib, find.search)
	for range 2 {
		r, err := b.Answer(t.Context(), Question{Text: "what is the diameter"})
		if err != nil {
			t.Fatal(err)
		}
		if got := firstWords(r); got != "First Fourth" || r.Lead != 2 || r.Passages[0].Score != 1 || len(r.Passages[0].Marks) != 1 {
			t.Errorf("got passages %q, lead %d, first %+v", got, r.Lead, r.Passages[0].Match)
		}
		if refs := r.Passages[0].References; len(refs) != 1 || refs[0] != lib.Reference("weigh-2020") {
			t.Errorf("the first passage has references %v, want that of the library", refs)
		}
		if refs := r.Passages[1].References; len(refs) != 0 {
			t.Errorf("the second passage has references %v, want none", refs)
		}
	}
	if refs := section.References; len(refs) != 2 {
		t.Errorf("the section has %d references after it was shown, want 2", len(refs))
	}
}

func TestAnswerAsksSearcher(t *testing.T) {
	t.Parallel()
	find := &asked{result: knowledge.Result{Confidence: 0.1, Language: "de", Suggestions: []knowledge.Suggestion{{Heading: "Near"}}}}
	b := newBot(t, smallLibrary(), find.search)
	r, err := b.Answer(t.Context(), Question{
		Text: "how big", Locale: "fr", Articles: []knowledge.ArticleID{"size"}, Limit: 7, Conversation: "ann", Surface: SurfaceDM,
	})
	if err != nil || r.Kind != KindDecline || r.Language != "de" || r.Confidence != 0.1 || len(r.Suggestions) != 1 || len(r.Passages) != 0 {
		t.Errorf("got %+v, %v", r, err)
	}
	q := find.queries[0]
	if q.Text != "how big" || q.Locale != "fr" || len(q.Articles) != 1 || q.Limit != 7 || q.Context != "" {
		t.Errorf("asked for %+v", q)
	}
}

// A text is cut where it would be too long, and never inside a character.
func TestAnswerCutsText(t *testing.T) {
	t.Parallel()
	find := &asked{}
	b := newBot(t, smallLibrary(), find.search)
	for _, text := range []string{
		strings.Repeat("a", maxQuestion),
		strings.Repeat("a", maxQuestion+1),
		strings.Repeat("é", maxQuestion),
		"a" + strings.Repeat("é", maxQuestion),
		"ab" + strings.Repeat("外", maxQuestion),
		strings.Repeat("😀", maxQuestion) + "b",
	} {
		if _, err := b.Answer(t.Context(), Question{Text: text}); err != nil {
			t.Fatal(err)
		}
		got := find.queries[len(find.queries)-1].Text
		if !utf8.ValidString(got) || !strings.HasPrefix(text, got) || len(got) > maxQuestion || len(got) < min(len(text), maxQuestion-utf8.UTFMax+1) {
			t.Errorf("of %d bytes %.5q..., %d were asked", len(text), text, len(got))
		}
	}
}

// A follow-up is asked in the context of the question before it in the same conversation.
// A question that failed or was not searched for is no context.
func TestAnswerRemembers(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	find := &asked{}
	b := New(Edition{Library: smallLibrary(), Searcher: SearchFunc(find.search)}, Options{Now: func() time.Time { return now }})
	ask := func(id ConversationID, text, context string) {
		t.Helper()
		r, err := b.Answer(t.Context(), Question{Text: text, Conversation: id})
		if err == nil && r.Took != 0 {
			t.Errorf("took %v by a clock that stands still", r.Took)
		}
		if got := find.queries[len(find.queries)-1].Context; got != context {
			t.Errorf("%q was asked in the context %q, want %q", text, got, context)
		}
	}
	ask("ann", "how big is an exosome", "")
	ask("bob", "and how heavy?", "")
	find.err = errors.New("lost")
	ask("ann", "what is a liposome", "")
	find.err = nil
	ask("ann", "and how heavy?", "how big is an exosome")
	// A new edition takes nothing away from the conversation.
	if err := b.Swap(Edition{Library: smallLibrary(), Searcher: SearchFunc(find.search)}); err != nil {
		t.Error(err)
	}
	ask("ann", "why?", "how big is an exosome\nand how heavy?")
	now = now.Add(memoryTime + time.Second)
	ask("ann", "why?", "")
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

// Who is declined reads it in the language of the interface, or in English.
func TestAnswerDeclinesInLanguage(t *testing.T) {
	t.Parallel()
	b := newBot(t, smallLibrary(), (&asked{}).search)
	check := func(locale, want string) {
		t.Helper()
		r, err := b.Answer(t.Context(), Question{Text: "what is it", Locale: locale})
		if err != nil || r.Kind != KindDecline || r.Notice != want {
			t.Errorf("locale %q: kind %s, notice %q, %v; want %q", locale, r.Kind, r.Notice, err, want)
		}
	}
	english := Phrase("en", PhraseDecline)
	for _, locale := range []string{"", "en", "en-GB", "en-US", " ", "tlh", "not a tag", "\x00"} {
		check(locale, english)
	}
	seen := map[string]string{}
	for _, locale := range PhraseLanguages() {
		phrase := Phrase(locale, PhraseDecline)
		if other := seen[phrase]; other != "" || phrase == "" {
			t.Errorf("the languages %s and %s decline alike: %q", other, locale, phrase)
		}
		seen[phrase] = locale
		check(locale, phrase)
	}
}

func TestPhrasebook(t *testing.T) {
	t.Parallel()
	const english = `{"decline": "No.", "gone": "Gone."}`
	for _, test := range []struct {
		name string
		file string // locales/x.json beside the English one
		data string
		err  string
	}{
		{"good", "pt-BR.json", `{"decline": "Não."}`, ""},
		{"no language", "english-words.json", `{}`, "read phrases locales/english-words.json: the name is not a language: "},
		{"no JSON", "de.json", `nein`, "read phrases locales/de.json: "},
	} {
		b, err := loadPhrases(fstest.MapFS{
			"locales/en.json":      {Data: []byte(english)},
			"locales/" + test.file: {Data: []byte(test.data)},
		}, "locales")
		switch {
		case test.err == "" && (err != nil || len(b.tags) != 2):
			t.Errorf("%s: %v", test.name, err)
		case test.err != "" && (err == nil || !strings.HasPrefix(err.Error(), test.err)):
			t.Errorf("%s: got error %v, want %s...", test.name, err, test.err)
		}
	}
	if _, err := loadPhrases(fstest.MapFS{"locales/de.json": {Data: []byte(`{}`)}}, "locales"); err == nil || err.Error() != "read phrases: locales/en.json is missing" {
		t.Errorf("without English: %v", err)
	}
}
