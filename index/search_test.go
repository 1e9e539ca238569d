package index

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"exobot/knowledge"
)

// TestFollowUp asks what makes sense only behind the question before it.
func TestFollowUp(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	for _, test := range []struct {
		before, text string
		want         []string
	}{
		{"how long do exosomes keep in the freezer", "and in the fridge?", []string{"storing-exosomes/fridge"}},
		{"are exosomes approved in Japan", "what about Australia?", []string{"exosome-rules-in-asia-and-elsewhere/australia"}},
		{"do exosomes help against hair loss", "any harm?", []string{"exosomes-and-hair/harms"}},
		{"Сколько исследований экзосом при выпадении волос?", "а вред был?", []string{"exosomes-and-hair/harms", "exosomes-and-hair/all-studies"}},
	} {
		res := ask(t, ix, knowledge.Query{Text: test.text, Context: test.before})
		if !found(res, test.want...) {
			t.Errorf("%q behind %q: got %v, want one of %v", test.text, test.before, sectionsOf(res), test.want)
		}
	}
	// What the question itself says outweighs what went before.
	res := ask(t, ix, knowledge.Query{Text: "who discovered exosomes", Context: "do exosomes help against hair loss"})
	if got := sectionsOf(res); got[0] != "discovery-of-exosomes/timeline" {
		t.Errorf("a question of its own: got %v", got)
	}
}

// TestRambling hides a question in some 2,000 characters of chatter.
func TestRambling(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	const before = `hello everyone, sorry if this is the wrong channel, i am new here and honestly a bit overwhelmed by all of it lol. `
	const chatter = `so yesterday evening we sat at the table with my brother and his wife, the dog was barking again and somebody had
burnt the rice, and then out of nowhere they started talking and would not stop until midnight. i just nodded along because i did
not want to look stupid in front of them, you know how that goes. anyway i thought somebody in here might know more than i do. `
	const after = ` thanks in advance to whoever takes the time, have a lovely weekend all of you!`
	for _, test := range []struct {
		text string
		want []string
	}{
		{"does insurance pay for exosomes?", []string{"exosome-cosmetics-and-cost/insurance"}},
		{"do exosomes cross the blood-brain barrier?", []string{"exosomes-and-the-brain/blood-brain-barrier"}},
		{"are there exosomes in cow's milk?", []string{"sources-of-exosomes/milk"}},
	} {
		text := before + strings.Repeat(chatter, 2) + test.text + " " + strings.Repeat(chatter, 3) + after
		if len(text) < 1800 {
			t.Fatalf("only %d characters", len(text))
		}
		res := ask(t, ix, knowledge.Query{Text: text})
		if !found(res, test.want...) {
			t.Errorf("%q: got %v, want one of %v", test.text, sectionsOf(res), test.want)
		}
	}
}

// hostile are messages that people send to break things.
var hostile = map[string]string{
	"empty":             "",
	"blank":             " \t\n\u00a0\u3000",
	"emoji":             "🙂🧬👨‍👩‍👧‍👦🏳️‍🌈",
	"one letter":        strings.Repeat("a", 100<<10),
	"one ideograph":     strings.Repeat("外", 30<<10),
	"one name":          strings.Repeat("外泌体", 10<<10),
	"kana":              strings.Repeat("エ", 30<<10),
	"no letter":         strings.Repeat("-", 100<<10),
	"words":             strings.Repeat("exosome zebra ", 7<<10),
	"new words":         manyWords(10_000),
	"newlines":          strings.Repeat("exosome size\n", 5<<10),
	"question marks":    strings.Repeat("? ", 50<<10),
	"control":           "\x00\x01exo\x07some\x1b[31m\x7f",
	"nul in word":       "exo\x00some",
	"right to left":     "\u202eemosoxe\u202c \u200f\u2066abc\u2069",
	"zero width":        "e\u200bx\u200co\u200ds\u2060o\ufeffme",
	"combining":         "e" + strings.Repeat("\u0301", 5<<10),
	"not UTF-8":         "\xff\xfe exosome \xc3\x28 \xed\xa0\x80",
	"quotes":            `"exosome 'size " “ ” « `,
	"query syntax":      `body:exosome +size -brain /x.*/ * ~2 ^5 (a AND (b OR`,
	"field":             "questions:*",
	"backslashes":       `\\\"\u0000\`,
	"ping":              "@everyone @here <@1> <@&2> <#3> <a:b:4> </ask:5> <t:6:R> https://example.org/?q=%00",
	"markup":            "**__~~`exosome`~~__** ||spoiler|| ```go\nfunc()```",
	"sql":               "'; DROP TABLE passages; --",
	"emoji by name":     ":catjam: :exosome_dance: :100:",
	"number":            strings.Repeat("9", 5000),
	"mathematical bold": "𝐞𝐱𝐨𝐬𝐨𝐦𝐞 𝐬𝐢𝐳𝐞",
	"capital sharp s":   "ẞẞẞ İİİ ıııııı ﬃﬃﬃ ﷺﷺ",
}

func manyWords(n int) string {
	var b strings.Builder
	for i := range n {
		for x := i; ; x /= 26 {
			b.WriteByte('a' + byte(x%26))
			if x < 26 {
				break
			}
		}
		b.WriteByte(' ')
	}
	return b.String()
}

func TestHostileQuestions(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	answered := map[string]bool{ // these hold words of the articles; the rest is to be declined
		"words": true, "newlines": true, "quotes": true, "query syntax": true, "markup": true, "mathematical bold": true,
		"one name": true, "field": true, "not UTF-8": true, "sql": true, "new words": true, "nul in word": true, "control": true,
	}
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, q := range []knowledge.Query{{Text: text}, {Text: text, Context: text, Locale: text[:min(len(text), 20)]}, {Text: "size", Context: text}} {
				res := ask(t, ix, q)
				checkResult(t, res)
				if q.Text == text && res.Answered && !answered[name] {
					t.Errorf("answered with %v at %.2f", sectionsOf(res), res.Confidence)
				}
			}
		})
	}
}

// Written in bold letters of mathematics, a question is the same question.
func TestCompatibilityLetters(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	plain := sectionsOf(ask(t, ix, knowledge.Query{Text: "exosome size"}))
	for _, text := range []string{"𝐞𝐱𝐨𝐬𝐨𝐦𝐞 𝐬𝐢𝐳𝐞", "ｅｘｏｓｏｍｅ　ｓｉｚｅ", "EXOSOME SIZE", "exosome’s size", "<@123> exosome size", "exosome size https://example.org/hair"} {
		if got := sectionsOf(ask(t, ix, knowledge.Query{Text: text})); !slices.Equal(got, plain) {
			t.Errorf("%q: got %v, want %v", text, got, plain)
		}
	}
}

// checkResult checks what holds for every result.
func checkResult(t testing.TB, res knowledge.Result) {
	t.Helper()
	if !(res.Confidence >= 0 && res.Confidence <= 1) {
		t.Errorf("confidence %v", res.Confidence)
	}
	if res.Answered && len(res.Matches) == 0 {
		t.Error("answered without a passage")
	}
	if res.Language == "" {
		t.Error("no language")
	}
	seen := make(map[knowledge.SectionRef]bool)
	for i, m := range res.Matches {
		if !(m.Score >= 0 && m.Score <= 1) {
			t.Errorf("match %d scores %v", i, m.Score)
		}
		if seen[m.Passage.Ref] {
			t.Errorf("%s came up twice", m.Passage.Ref)
		}
		seen[m.Passage.Ref] = true
		checkMarks(t, m)
	}
}

// checkMarks checks that the marks of a match are sentences: on their bounds, ascending
// and apart, at least one.
func checkMarks(t testing.TB, m knowledge.Match) {
	t.Helper()
	text := m.Passage.Text
	starts, ends := make(map[int]bool), make(map[int]bool)
	for _, s := range knowledge.Sentences(text) {
		starts[s.Start], ends[s.End] = true, true
	}
	if len(m.Marks) == 0 || len(m.Marks) > 2 {
		t.Errorf("%s: %d marks", m.Passage.ID(), len(m.Marks))
	}
	last := 0
	for _, s := range m.Marks {
		switch {
		case s.Start < last || s.End <= s.Start || s.End > len(text):
			t.Fatalf("%s: marks %v of %d bytes", m.Passage.ID(), m.Marks, len(text))
		case m.Passage.Ref.Article != knowledge.GlossaryArticle && (!starts[s.Start] || !ends[s.End]):
			t.Errorf("%s: mark %q is not made of sentences", m.Passage.ID(), s.Of(text))
		case !utf8.ValidString(s.Of(text)):
			t.Errorf("%s: mark %q cuts a character", m.Passage.ID(), s.Of(text))
		}
		last = s.End
	}
}

// TestMarksOfThePack asks for every section by its own heading and looks at the marks.
func TestMarksOfThePack(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	n := 0
	for s := range ix.lib.Sections() {
		if len(s.Passages) == 0 {
			continue
		}
		checkResult(t, ask(t, ix, knowledge.Query{Text: s.Heading, Articles: []knowledge.ArticleID{s.Article.ID}}))
		n++
	}
	if n < 100 {
		t.Errorf("only %d sections", n)
	}
}

// TestMarks looks at which sentences are marked.
func TestMarks(t *testing.T) {
	t.Parallel()
	ix := build(t, tiny(), Options{})
	for _, test := range []struct{ text, want string }{
		{"how many nanometres across", "Most exosomes measure 30 to 150 nanometres across."},
		{"can one see them with the naked eye", "Nobody can see one with the naked eye."},
		{"frozen at −80", "Frozen at −80 °C, vesicles keep for months."},
		{"thawing breaks them?", "Thawing and freezing again breaks them."},
		{"what does natural mean about risk", "“Natural” says nothing about risk."},
		{"Johnstone's name in 1987", "The name came in 1987, from Rose Johnstone."},
		{"when was their release described", "Two teams described the release of vesicles in 1983."},
	} {
		res := ask(t, ix, knowledge.Query{Text: test.text, Limit: 1})
		if len(res.Matches) == 0 {
			t.Errorf("%q: nothing found", test.text)
			continue
		}
		m := res.Matches[0]
		var got []string
		for _, s := range m.Marks {
			got = append(got, s.Of(m.Passage.Text))
		}
		if s := strings.Join(got, " | "); s != test.want {
			t.Errorf("%q: marked %q, want %q", test.text, s, test.want)
		}
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if ix, err := Build(cancelled, tiny(), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("build: got %v, %v, want context.Canceled", ix, err)
	}
	dir := t.TempDir() + "/index"
	if ix, err := Build(cancelled, tiny(), Options{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("build in folder: got %v, %v, want context.Canceled", ix, err)
	}
	ix := build(t, tiny(), Options{Dir: dir}) // nothing is left in the way
	if _, err := ix.Search(cancelled, knowledge.Query{Text: "how big is an exosome"}); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("search: %v", err)
	}
	// Whatever became of that, the next question is answered.
	if res := ask(t, ix, knowledge.Query{Text: "how big is an exosome"}); !found(res, "vesicles/size") {
		t.Errorf("next search: got %v", sectionsOf(res))
	}
}

// TestCloseWaits closes an index while questions are being answered: those that began
// before are answered, and nothing breaks.
func TestCloseWaits(t *testing.T) {
	t.Parallel()
	ix, err := Build(t.Context(), tiny(), Options{Dir: t.TempDir() + "/index"})
	if err != nil {
		t.Fatal(err)
	}
	ix.mu.RLock() // as a search does
	closed := make(chan error)
	go func() { closed <- ix.Close() }()
	var searches sync.WaitGroup
	for range 8 {
		searches.Go(func() {
			res, err := ix.search(context.Background(), ix.state, knowledge.Query{Text: "how big is an exosome"})
			if err != nil || !found(res, "vesicles/size") {
				t.Errorf("got %v, %v", sectionsOf(res), err)
			}
		})
	}
	searches.Wait()
	select {
	case <-closed:
		t.Error("closed while a search was under way")
	default:
	}
	ix.mu.RUnlock()
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

// TestSearchAfterClose breaks the contract: it must not bring the program down.
func TestSearchAfterClose(t *testing.T) {
	t.Parallel()
	ix, err := Build(t.Context(), tiny(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	if res, err := ix.Search(t.Context(), knowledge.Query{Text: "how big is an exosome"}); err == nil {
		t.Errorf("got %v, want an error", sectionsOf(res))
	}
}

// A question in a language without spaces is not one that a section lists because what is
// written in Latin letters in it is.
func TestLatinRemainder(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	e, err := ix.Explain(t.Context(), knowledge.Query{Text: "CD63"})
	if err != nil {
		t.Fatal(err)
	}
	if e.Features.Class != 1 {
		t.Fatalf("no section lists CD63 any more: %+v", e.Features)
	}
	listed := e.Confidence
	e, err = ix.Explain(t.Context(), knowledge.Query{Text: "CD63 和猫有什么关系"})
	if err != nil {
		t.Fatal(err)
	}
	if e.Features.Class == 1 || e.Confidence >= listed {
		t.Errorf("taken for the line CD63: confidence %.2f of %+v", e.Confidence, e.Features)
	}
	if q := ix.state.c.parser.parse("exosome是什么价格", ""); !slices.Contains(q.words, "exosome") {
		t.Errorf("a name was found inside of a word: %q", q.words)
	}
}

// A code that nothing here has is another thing than those that something has.
func TestStrangeCodes(t *testing.T) {
	t.Parallel()
	ix := build(t, repairLibrary(), Options{})
	for text, want := range map[string]float64{
		"cd63": 0, "CD 63": 0, "cd-63": 0, "one paper of 12": 0, "sizes 40-177 nm": 0, "10ml of serum": 0, "since 2031": 0,
		"cd65": 1, "CD-65": 1, "miRNA in cd65": 1, "what is rab29a": 1, "miRNA-155": 1,
	} {
		e, err := ix.Explain(t.Context(), knowledge.Query{Text: text + " serum"})
		if err != nil {
			t.Fatal(err)
		}
		if e.Features.Code != want || want > 0 && e.Confidence > strangeCode {
			t.Errorf("%q: got %v at %.2f, want %v", text, e.Features.Code, e.Confidence, want)
		}
	}
}

// TestVagueWords sends single words that people say for any reason, and some that are what
// the articles are about.
func TestVagueWords(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	for text, want := range map[string]float64{
		"tie": 1, "rattle": 1, "83": 1, "rattle rattle": 1, "rattle please": 1, "does it rattle": 0, "Planning": 1, "order?": 1, "the ring": 0, "tie breaks": 0,
		"fridge": 0, "exosomes": 0, "plants": 0, "clinics": 0, "calnexin": 0, "anything": 0,
	} {
		e, err := ix.Explain(t.Context(), knowledge.Query{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if e.Features.Vague != want || want > 0 && e.Confidence > vagueWord {
			t.Errorf("%q: got %v at %.2f, want %v", text, e.Features.Vague, e.Confidence, want)
		}
	}
}
