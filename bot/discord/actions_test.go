package discord

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"exobot/bot"
	"exobot/knowledge"
)

// browsed is a library with long lists.
func browsed() *knowledge.Library {
	size := &knowledge.Article{
		ID: "exosome-size", Title: "How big are exosomes?", Subtitle: "Sizes and how they are measured",
		Summary: "Exosomes are far too small to be seen.", Updated: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC),
	}
	paragraph := func(i int) string { return strings.Repeat(fmt.Sprintf("Paragraph %d says this. ", i), 30) }
	size.Sections = append(size.Sections, &knowledge.Section{
		ID: "diameter", Heading: "Diameter", Evidence: knowledge.Established,
		Text:     paragraph(1) + "\n\n" + paragraph(2) + "\n\n" + paragraph(3),
		Sections: []*knowledge.Section{{ID: "species", Heading: "By *species*", Text: "Alike."}},
	})
	for i := range 30 {
		size.Sections = append(size.Sections, &knowledge.Section{
			ID: knowledge.SectionID(fmt.Sprintf("s%d", i)), Heading: fmt.Sprintf("Section %d", i), Text: "Text.", Evidence: knowledge.Animal,
		})
	}
	articles := []*knowledge.Article{size}
	for i := range 26 {
		articles = append(articles, &knowledge.Article{
			ID: knowledge.ArticleID(fmt.Sprintf("article-%d", i)), Title: fmt.Sprintf("Article %d", i),
			Sections: []*knowledge.Section{{ID: "one", Heading: "One", Text: "Text."}},
		})
	}
	pack := knowledge.Pack{ID: "p", Title: "The exosome primer", Version: "1.0.0", Licence: "CC BY 4.0", Note: "Written for the public. Write to <https://example.org/contact>.", BaseURL: "https://example.org"}
	return knowledge.New(knowledge.Library{Pack: pack, Articles: articles})
}

func sectionOf(lib *knowledge.Library, ref string) *knowledge.Section {
	r, err := knowledge.ParseSectionRef(ref)
	if err != nil {
		panic(err)
	}
	return lib.Section(r)
}

// TestRenderActions compares what buttons and commands for looking around show with the
// files in testdata.
func TestRenderActions(t *testing.T) {
	t.Parallel()
	lib := browsed()
	alone := &audience{asker: "80351110224678912", private: true, guild: true, context: true}
	reply := replies()["answer"]
	reply.Suggestions = []knowledge.Suggestion{
		{Ref: knowledge.SectionRef{Article: "exosome-size", Section: "species"}, Heading: "By *species*", Title: "How big are exosomes?"},
		{Ref: knowledge.SectionRef{Article: "article-0", Section: "one"}, Heading: strings.Repeat("Long heading. ", 20), Title: "Article 0"},
	}
	section := bot.Reply{Kind: bot.KindAnswer, Language: "en"}
	for i := range sectionOf(lib, "exosome-size/diameter").Passages {
		section.Passages = append(section.Passages, bot.Passage{Match: knowledge.Match{Passage: &sectionOf(lib, "exosome-size/diameter").Passages[i]}})
	}
	section.Passages = append(section.Passages, bot.Passage{Match: knowledge.Match{Passage: &sectionOf(lib, "exosome-size/species").Passages[0]}})
	nearest := *alone
	nearest.note = bot.Phrase("en", phraseNearest)
	for _, style := range []Style{StyleEmbed, StyleComponents, StyleText} {
		c := &Client{answerer: fixed{lib}, style: style, contact: "The laboratory, lab@example.org"}
		o := renderOptions{Style: style, BaseURL: lib.Pack.BaseURL}
		with := func(to *audience, sharedBy string) renderOptions {
			o := o
			o.Audience, o.SharedBy = to, sharedBy
			return o
		}
		var more []page
		for _, p := range reply.Passages[1:] {
			more = append(more, newPage(bot.Reply{Kind: bot.KindAnswer, Language: "en", Passages: []bot.Passage{p}}, o))
		}
		for name, m := range map[string]outgoing{
			"answer-private":  render(reply, with(alone, "")),
			"section":         render(section, with(alone, "")),
			"nearest":         render(section, with(&nearest, "")),
			"more":            arrange(more, style),
			"topics":          articlesPage(lib, 0, "en", style),
			"topics-page-2":   articlesPage(lib, 1, "en", style),
			"topics-article":  sectionsPage(lib.Articles[0], 0, "en", style),
			"topics-empty":    articlesPage(nil, 0, "en", style),
			"about":           c.aboutPage("en"),
			"report-nowhere":  c.noReports(phraseNoReports, "en")(style),
			"report-failed":   c.noReports(phraseNotReported, "en")(style),
			"dismiss-refused": say(bot.Phrase("en", phraseDismissDenied), style),
		} {
			compareSnapshot(t, name, style, m)
		}
		shared := render(reply, with(&audience{asker: "80351110224678912", guild: true}, "80351110224678912"))
		if text := shared.String(); !strings.HasPrefix(text, "Shared by <@80351110224678912>") {
			t.Errorf("%s: shared reply = %q", style, text)
		}
	}
}

// TestRenderForms compares forms with their files in testdata.
func TestRenderForms(t *testing.T) {
	t.Parallel()
	k := &click{interaction: &interaction{Locale: "en"}, id: customID{action: actionUnhelpful, passages: []passageKey{key("size", "diameter", 1)}}}
	for name, f := range map[string]form{"form-reason": reasonForm(k), "form-report": reportForm(k)} {
		compareText(t, name, showForm(f))
	}
	for _, lang := range bot.PhraseLanguages() {
		k.Locale = lang
		for _, f := range []form{reasonForm(k), reportForm(k)} {
			if text := showForm(f); strings.Contains(text, ellipsis) {
				t.Errorf("%s: something in the form is cut off:\n%s", lang, text)
			}
		}
	}
}

func showForm(f form) string {
	input := f.Components[0].Components[0]
	need := "may be empty"
	if *input.Required {
		need = "required"
	}
	return fmt.Sprintf("[form]  %s\n%s\n[input, %s, at most %d characters]  %s\n%s\n( %s )\n",
		f.CustomID, f.Title, need, input.MaxLength, input.CustomID, input.Label, input.Placeholder)
}

func TestLinesPart(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		limit int
		want  string
	}{{7, "one\ntwo"}, {6, "one"}, {3, "one"}, {2, ""}} {
		p := linesPart("one\ntwo")
		p.within(test.limit)
		if p.shown != test.want {
			t.Errorf("within %d: %q, want %q", test.limit, p.shown, test.want)
		}
	}
}

// fixed is an answerer that has a library.
type fixed struct{ lib *knowledge.Library }

func (fixed) Glance(string) bot.Glance      { return bot.Glance{} }
func (fixed) Suggester() *bot.Suggester     { return nil }
func (f fixed) Library() *knowledge.Library { return f.lib }

func (f fixed) Answer(context.Context, bot.Question) (bot.Reply, error) { return bot.Reply{}, nil }

// Whatever page is asked for, there is one, and it leads to all others.
func TestPaging(t *testing.T) {
	t.Parallel()
	lib := browsed()
	seen := make(map[string]bool)
	for _, number := range []int{0, 1, 2, 9999} {
		for _, m := range []outgoing{articlesPage(lib, number, "en", StyleText), sectionsPage(lib.Articles[0], number, "en", StyleText)} {
			for _, fault := range faults(m) {
				t.Errorf("page %d: %s", number, fault)
			}
			for _, o := range m.Components[0].Components[0].Options {
				seen[o.Value] = true
			}
		}
	}
	want := 0
	for _, a := range lib.Articles {
		want++
		if a == lib.Articles[0] {
			for range a.All() {
				want++
			}
		}
	}
	if len(seen) != want {
		t.Errorf("the pages list %d things, want %d", len(seen), want)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	at := func(section string, number int, text string, marks ...knowledge.Span) bot.Passage {
		return bot.Passage{Match: knowledge.Match{Marks: marks, Passage: &knowledge.Passage{
			Ref: knowledge.SectionRef{Article: "a", Section: knowledge.SectionID(section)}, Number: number, Text: text}}}
	}
	passages := []bot.Passage{at("s", 1, "one.", knowledge.Span{Start: 0, End: 4}), at("s", 2, "two.", knowledge.Span{Start: 0, End: 3}), at("s", 4, "four."), at("t", 5, "five.")}
	if n := run(passages); n != 2 {
		t.Fatalf("run = %d, want 2", n)
	}
	m := joined(passages[:2])
	if got := passage(m.Passage.Text, m.Marks); got != "**one.**\n\n**two**." {
		t.Errorf("joined = %q", got)
	}
	if passages[0].Passage.Text != "one." || len(passages[0].Marks) != 1 {
		t.Error("joining has changed the first passage")
	}
}

func TestMay(t *testing.T) {
	t.Parallel()
	tests := []struct {
		permissions string
		channel     channelType
		write, mod  bool
	}{
		{"2048", 0, true, false},
		{"2048", channelPublicThread, false, false},
		{"274877906944", channelPublicThread, true, false},
		{"8192", 0, false, true},
		{"8", channelPrivateThread, true, true},
		{"0", 0, false, false},
		{"", 0, false, false},
		{"-1", 0, false, false},
		{"99999999999999999999999", 0, false, false},
	}
	for _, test := range tests {
		i := &interaction{}
		if i.mayWrite() || i.may(permissionManageMessages) {
			t.Error("somebody who is no member has permissions")
		}
		if err := decode([]byte(`{"member":{"permissions":"`+test.permissions+`"}}`), i); err != nil {
			t.Fatal(err)
		}
		i.Channel.Type = test.channel
		if i.mayWrite() != test.write || i.may(permissionManageMessages) != test.mod {
			t.Errorf("%q in %d: write %v, moderate %v", test.permissions, test.channel, i.mayWrite(), i.may(permissionManageMessages))
		}
	}
}
