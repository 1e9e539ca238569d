package discord

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"exobot/bot"
	"exobot/knowledge"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

const diameter = "Most exosomes measure 30 to 150 nanometres across. A human hair is about a thousand times wider.\n\n" +
	"They are too small for a light microscope. Electron microscopes show them, and so does nanoparticle tracking."

func found(id, article, heading, text string, evidence knowledge.Evidence, marks ...knowledge.Span) bot.Passage {
	return bot.Passage{Match: knowledge.Match{
		Passage: &knowledge.Passage{
			Ref:   knowledge.SectionRef{Article: "article", Section: knowledge.SectionID(id)},
			Trail: []string{article, "Basics", heading}, Heading: heading, Text: text, Evidence: evidence,
		},
		Marks: marks,
	}}
}

func replies() map[string]bot.Reply {
	answer := bot.Reply{
		Kind: bot.KindAnswer, Language: "en", Confidence: 0.93,
		Passages: []bot.Passage{
			found("size", "How big are exosomes?", "Diameter", diameter, knowledge.Established, knowledge.Span{Start: 0, End: 50}, knowledge.Span{Start: 51, End: 97}),
			found("weight", "How big are exosomes?", "Weight", "Hardly anything.", knowledge.Unassessed),
			found("shape", "What do exosomes look like?", "Shape", "Round.", knowledge.Laboratory),
		},
	}
	answer.Passages[0].References = []*knowledge.Reference{
		{Authors: "Kalluri R, LeBleu VS", Title: "The biology, function, and biomedical applications of exosomes", Container: "Science", Year: 2020, DOI: "10.1126/science.aau6977"},
		{Authors: "Welsh, J. A.; Goberdhan, D. C. I.", Title: "MISEV2023", Container: "Journal of Extracellular Vesicles", Year: 2024, PMID: "38326288"},
		{Title: "Public safety notification on exosome products", Container: "U.S. Food and Drug Administration", Year: 2019, URL: "https://www.fda.gov/a (b)"},
		{Authors: "Nobody"},
	}
	parts := answer
	parts.Lead = 2
	advice := answer
	advice.Kind, advice.Notice = bot.KindAdvice, "I cannot advise on treatment. Please speak with a doctor. This is what the articles say:"
	hostile := bot.Reply{Kind: bot.KindAnswer, Language: "en", Passages: []bot.Passage{found("x", "a](https://evil.test) *b*", "@everyone <@1>",
		"# @everyone @here <@1> <@&2> <#3> </ask:4> <id:home> <t:1> <a:b:5>\n- **bold** _it_ ~~no~~ ||spoiler|| `code` ```block```\n> quote\n1. [link](https://evil.test)\n"+
			"\u202ereversed \ue000private \u200bzero Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306 \\*\n\n\n\n-# small, see https://example.org/a_b_c. http://x|y", knowledge.Opinion,
		knowledge.Span{Start: 0, End: 30}, knowledge.Span{Start: 60, End: 110})}}
	long := strings.Repeat("Sentences *like* this one are here to be cut off somewhere. ", 120)
	longReply := bot.Reply{Kind: bot.KindAnswer, Language: "en", Notice: long, Passages: []bot.Passage{
		found("x", long, long, long, knowledge.Animal, knowledge.Span{Start: 0, End: len(long)}), found("y", long, long, "", "")}}
	longReply.Passages[0].References = []*knowledge.Reference{{Authors: long, Container: long, Year: 1}, {Title: long}}
	return map[string]bot.Reply{
		"answer":  answer,
		"parts":   parts, // a question of two parts
		"advice":  advice,
		"hostile": hostile,
		"long":    longReply,
		"decline": {Kind: bot.KindDecline, Language: "en", Notice: "I could not find this in my articles, so I would rather not answer.",
			Suggestions: []knowledge.Suggestion{{Ref: knowledge.SectionRef{Article: "uses", Section: "wounds"}, Heading: "Wound *healing*", Title: "What are exosomes used for?"}, {Heading: "Diameter"}}},
		"decline-bare": {Kind: bot.KindDecline, Language: "en"},
		"emergency":    {Kind: bot.KindEmergency, Language: "en", Notice: "If this is an emergency, call your local emergency number now: https://example.org/numbers"},
		"smalltalk":    {Kind: bot.KindSmalltalk, Language: "en", Notice: "You are welcome."},
	}
}

// TestRender compares messages with the files in testdata, which show what people see
// in each style.
func TestRender(t *testing.T) {
	t.Parallel()
	for name, reply := range replies() {
		for _, style := range []Style{StyleEmbed, StyleComponents, StyleText} {
			compareSnapshot(t, name, style, render(reply, renderOptions{
				Style: style, BaseURL: "https://example.org/articles/",
				Audience: &audience{asker: "80351110224678912", guild: true, threads: true, context: true},
			}))
		}
	}
}

// compareSnapshot compares a message with its file in testdata.
func compareSnapshot(t *testing.T, name string, style Style, m outgoing) {
	t.Helper()
	for _, fault := range faults(m) {
		t.Errorf("%s as %s: %s", name, style, fault)
	}
	compareText(t, name+"."+string(style), snapshot(m))
}

// compareText compares a text with the file of that name in testdata.
func compareText(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		t.Errorf("%s:\n%s\nwant\n%s", name, text, want)
	}
}

// snapshot shows a message so that a person can review it.
func snapshot(m outgoing) string {
	var b strings.Builder
	show := func(what, text string) {
		if text != "" {
			b.WriteString("[" + what + "]\n" + strings.ReplaceAll(text, breaker, "{ZWSP}") + "\n")
		}
	}
	show("content", m.Content)
	for _, e := range m.Embeds {
		show("title", e.Title)
		show("description", e.Description)
		for _, f := range e.Fields {
			show("field "+f.Name, f.Value)
		}
	}
	var walk func([]component, string)
	walk = func(list []component, in string) {
		for _, c := range list {
			switch c.Type {
			case componentContainer:
				walk(c.Components, "container: ")
			case componentSeparator:
				b.WriteString("[" + in + "line]\n")
			case componentRow:
				b.WriteString("[row]\n")
				walk(c.Components, in)
			case componentButton:
				b.WriteString("( " + c.Label + " )  " + c.CustomID + "\n")
			case componentSelect:
				b.WriteString("( " + c.Placeholder + " v )  " + c.CustomID + "\n")
				for _, o := range c.Options {
					b.WriteString("    " + strings.TrimSuffix(o.Label+" / "+o.Description, " / ") + "  " + o.Value + "\n")
				}
			default:
				show(in+"text", c.Content)
			}
		}
	}
	walk(m.Components, "")
	return b.String()
}

// inert matches what Discord would take for a mention wherever it stands.
var notInert = regexp.MustCompile(`(?i)@everyone|@here|<@[!&]?\d|<#\d|<a?:\w+:\d|</[^>\s]+:\d|<t:\d|<id:\w`)

// faults returns what Discord would refuse in a message, or show as more than text.
func faults(m outgoing) []string {
	var list []string
	size := func(what, text string, most int) int {
		n := knowledge.Units(text)
		if n > most {
			list = append(list, what+" is too long")
		}
		if s := notInert.FindString(text); s != "" {
			list = append(list, what+" mentions "+s)
		}
		if strings.ContainsAny(text, "\u202e\u2066\ue000\x00\x1b") {
			list = append(list, what+" holds a character that garbles the layout")
		}
		if strings.HasSuffix(strings.ReplaceAll(text, `\\`, ""), `\`) {
			list = append(list, what+" ends within an escape")
		}
		return n
	}
	size("content", m.Content, maxContent)
	total := 0
	for _, e := range m.Embeds {
		total += size("title", e.Title, maxEmbedTitle) + size("description", e.Description, maxEmbedText)
		for _, f := range e.Fields {
			total += size("field name", f.Name, 256) + size("field", f.Value, maxEmbedField)
			if f.Name == "" || f.Value == "" {
				list = append(list, "a field is empty")
			}
		}
		if total == 0 {
			list = append(list, "an embed is empty")
		}
	}
	if total > maxEmbedTotal {
		list = append(list, "the embed is too long")
	}
	texts, count, rows := 0, 0, 0
	ids := make(map[string]bool)
	var walk func([]component)
	walk = func(components []component) {
		for _, c := range components {
			count++
			texts += size("text display", c.Content, maxComponentText)
			if c.Type == componentText && c.Content == "" || c.Type == componentContainer && len(c.Components) == 0 {
				list = append(list, "a component is empty")
			}
			switch c.Type {
			case componentRow:
				rows++
				if len(c.Components) == 0 || len(c.Components) > maxRowButtons {
					list = append(list, "a row is empty or too long")
				}
			case componentButton, componentSelect:
				list = append(list, controlFaults(c)...)
				if ids[c.CustomID] {
					list = append(list, "two components have one custom id")
				}
				ids[c.CustomID] = true
			}
			walk(c.Components)
		}
	}
	walk(m.Components)
	if texts > maxComponentText || count > 40 || rows > 5 {
		list = append(list, "the components are too many or too long")
	}
	if modern := m.Flags&flagComponentsV2 != 0; modern != (texts > 0) || modern && (m.Content != "" || len(m.Embeds) > 0) {
		list = append(list, "components and content are mixed")
	}
	if strings.TrimSpace(m.Content) == "" && total == 0 && texts == 0 {
		list = append(list, "the message is empty")
	}
	data, err := json.Marshal(m)
	if err != nil || !strings.Contains(string(data), `"allowed_mentions":{"parse":[],"replied_user":false}`) {
		list = append(list, "the message could ping")
	}
	return list
}

// controlFaults returns what Discord would refuse in a button or a select.
func controlFaults(c component) []string {
	var list []string
	if _, err := parseCustomID(c.CustomID); err != nil {
		list = append(list, fmt.Sprintf("the custom id %q does not parse", c.CustomID))
	}
	if n := knowledge.Units(c.Label); c.Type == componentButton && (n == 0 || n > maxButtonLabel) {
		list = append(list, "a button has no label or a long one")
	}
	if n := len(c.Options); c.Type == componentSelect && (n == 0 || n > maxOptions) {
		list = append(list, "a select has no options or too many")
	}
	values := make(map[string]bool)
	for _, o := range c.Options {
		if o.Label == "" || knowledge.Units(o.Label) > maxOptionText || knowledge.Units(o.Description) > maxOptionText || o.Value == "" || len(o.Value) > maxOptionText || values[o.Value] {
			list = append(list, fmt.Sprintf("an option is too long, empty or there twice: %+v", o))
		}
		values[o.Value] = true
	}
	return list
}

// FuzzRender checks that no reply, whatever it holds, comes out over a limit, with
// something that Discord takes for a mention, or empty.
func FuzzRender(f *testing.F) {
	f.Add("How big?", "Size", diameter, "Kalluri R", "https://example.org", 0, 50, uint8(0))
	f.Add("<@1>", "@everyone", strings.Repeat("*_[<@5>\n", 700), "<#2>", "https://x.test/<@1>", 3, 4000, uint8(1))
	f.Add("\u202e", "", strings.Repeat("🧬", 3000), strings.Repeat("é", 300), "ftp://x", -5, 9, uint8(7))
	f.Add("", "x", "@\u200beveryone <\u200b@1> @\ue000here", "", "", 0, 1, uint8(2))
	f.Add("", "x", " \u2028", "", "", 0, 0, uint8(25))
	f.Add("", "x", "https://a.test/@everyone http://<@1> https://a.b/"+strings.Repeat("c", 5000), "", "https://u:p@x", 0, 30, uint8(3))
	f.Fuzz(func(t *testing.T, article, heading, text, author, address string, start, end int, shape uint8) {
		r := bot.Reply{
			Kind: []bot.Kind{bot.KindAnswer, bot.KindDecline, bot.KindAdvice, bot.KindEmergency, bot.KindSmalltalk}[shape%5], Language: author,
			Suggestions: []knowledge.Suggestion{{Heading: heading, Title: article}, {Heading: text, Title: text}, {Heading: text}},
		}
		if shape&8 != 0 {
			r.Notice = text
		}
		if shape&16 == 0 {
			p := found(heading, article, heading, text, knowledge.Animal, knowledge.Span{Start: start, End: end}, knowledge.Span{Start: end, End: end + 7}, knowledge.Span{Start: end + 8, End: len(text)})
			p.References = []*knowledge.Reference{{Authors: author, Title: heading, URL: address}, {Title: text, DOI: address, Year: start}}
			r.Passages, r.Lead = []bot.Passage{p, p, found(article, text, text, text, "")}, int(shape&3)
		}
		for _, style := range []Style{StyleEmbed, StyleComponents, StyleText} {
			to := &audience{asker: author, private: shape&64 != 0, guild: true, threads: shape&2 != 0, context: shape&1 != 0, note: heading}
			m := render(r, renderOptions{Style: style, BaseURL: address, TooLong: shape&32 != 0, Audience: to})
			for _, fault := range faults(m) {
				t.Errorf("%s: %s\n%s", style, fault, snapshot(m))
			}
		}
	})
}

// FuzzReport checks that what members write harms neither the channel for reports nor the
// list of threads.
func FuzzReport(f *testing.F) {
	f.Add("the size is wrong", "**Not helpful**")
	f.Add("@everyone\n> <@1> https://x.test/<#2>", "a")
	f.Add(strings.Repeat("*_\n", 600)+"\u202e", "**Report a problem**")
	f.Add("@every@everyoneone @@hereeveryone", "")
	f.Fuzz(func(t *testing.T, text, above string) {
		m := outgoing{Content: reportText(strings.TrimSpace(tame(text)), shorten(escapeLine(above), maxContent/2, escapeLine))}
		for _, fault := range faults(m) {
			t.Errorf("%s: %q", fault, m.Content)
		}
		_, quoted, _ := strings.Cut(m.Content, "\n")
		for line := range strings.Lines(quoted) {
			if !strings.HasPrefix(line, ">") {
				t.Errorf("a line is not quoted: %q", m.Content)
			}
		}
		name := threadName(text)
		if n := knowledge.Units(name); n > maxThreadName || strings.ContainsAny(name, "\n\u202e") || notInert.MatchString(name) {
			t.Errorf("name of %d characters: %q", n, name)
		}
	})
}

func TestEscape(t *testing.T) {
	t.Parallel()
	const z = breaker
	tests := []struct{ text, want string }{
		{"plain, (text): 5 > 3; a - b", "plain, (text): 5 > 3; a - b"},
		{`*_~|` + "`" + `[]\`, `\*\_\~\|\` + "`" + `\[\]\\`},
		{"# a\n- b\n+ c\n> d\n 1. e\n2) f\n3 g. h", "\\# a\n\\- b\n\\+ c\n\\> d\n 1\\. e\n2\\) f\n3 g. h"},
		{"@everyone @HERE @ann a@b.c", "@" + z + "everyone @" + z + "HERE @ann a@b.c"},
		{"<@1> <#2> </ask:3> <:e:4> <a:e:5> <t:6> <id:7> <b p<0.05", `\<` + z + `@1> \<` + z + `#2> \<` + z + `/ask:3> \<` + z + `:e:4> \<` + z + `a:e:5> \<` + z + `t:6> \<` + z + `id:7> \<b p\<0.05`},
		{"see https://example.org/a_b.", "see <https://example.org/a_b>."},
		{"steam://run", `steam\://run`},
		{"e\u0301 \U0001F469\u200d\U0001F52C می\u200cخواهم", "e\u0301 \U0001F469\u200d\U0001F52C می\u200cخواهم"},
		{"a\r\nb\u2028c\td\x00\u202e\ue000\xff", "a\nb\nc d"},
		{"a\n\n\n\n\nb", "a\n\nb"},
	}
	for _, test := range tests {
		if got := escape(test.text); got != test.want {
			t.Errorf("escape(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

func TestPassage(t *testing.T) {
	t.Parallel()
	span := func(start, end int) knowledge.Span { return knowledge.Span{Start: start, End: end} }
	tests := []struct {
		text  string
		marks []knowledge.Span
		want  string
	}{
		{"One. Two. Three.", []knowledge.Span{span(0, 4), span(10, 16)}, "**One.** Two. **Three.**"},
		{"One. Two. Three.", []knowledge.Span{span(0, 4), span(5, 9)}, "**One. Two.** Three."},
		{"One. Two.", []knowledge.Span{span(0, 5), span(5, 9)}, "**One. Two.**"},
		{"a b c", []knowledge.Span{span(1, 4)}, "a **b** c"},
		{"a\nb \n\n c", []knowledge.Span{span(0, 8)}, "**a**\n**b** \n\n **c**"},
		{"a*b*", []knowledge.Span{span(0, 4)}, `**a\*b\***`},
		{"abc", []knowledge.Span{span(2, 9), span(-1, 2), span(2, 2)}, "abc"},
		{"a \u200b b", []knowledge.Span{span(2, 5)}, "a  b"},
		{`a\`, []knowledge.Span{span(0, 2)}, `**a\\**`},
	}
	for _, test := range tests {
		if got := passage(test.text, test.marks); got != test.want {
			t.Errorf("passage(%q, %v) = %q, want %q", test.text, test.marks, got, test.want)
		}
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text  string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{"One two. Three four five.", 20, "One two. Three four…"},
		{"One two three. Four five.", 18, "One two three.…"},
		{"unbreakable", 5, "unbr…"},
		{"🧬🧬🧬🧬", 5, "🧬🧬…"}, // two units each
		{"🧬🧬", 2, ""},
		{"e\u0301e\u0301e\u0301e\u0301", 6, "e\u0301e\u0301…"},
		{"****", 7, `\*\*\*…`}, // escaped, two units each
		{"abc", 0, ""},
		{"abc", -3, ""},
	}
	for _, test := range tests {
		if got := shorten(test.text, test.limit, escape); got != test.want {
			t.Errorf("shorten(%q, %d) = %q, want %q", test.text, test.limit, got, test.want)
		}
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	tests := []struct{ label, address, want string }{
		{"A [b]", "https://example.org/a b", `[A \[b\]](<https://example.org/a%20b>)`},
		{"x", "https://doi.org/10.1002/(SICI)1097<1::AID>3.0.CO;2", `[x](<https://doi.org/10.1002/%28SICI%291097%3C1::AID%3E3.0.CO;2>)`},
		{"see https://evil.test", "https://example.org", `[see https\://evil.test](<https://example.org>)`},
		{"x", "", "x"},
		{"x", "javascript:alert(1)", "x"},
		{"x", "https://ann:pass@example.org", "x"},
		{"x", "https://example.org/" + strings.Repeat("a", 600), "x"},
	}
	for _, test := range tests {
		if got := link(test.label, test.address); got != test.want {
			t.Errorf("link(%q, %q) = %q, want %q", test.label, test.address, got, test.want)
		}
	}
}

// Every phrase that this package shows has a wording.
func TestPhrases(t *testing.T) {
	t.Parallel()
	names := []bot.PhraseName{phraseHint, phraseError, phraseBusy, phraseTooLong, phraseUnknown, phraseSeeAlso, phraseTopics,
		phraseSource, phraseEvidence, phraseAsk, phraseAskQuestion, phraseAskPrivate, evidencePhrase(knowledge.Unassessed)}
	for _, e := range knowledge.EvidenceKinds {
		names = append(names, evidencePhrase(e))
	}
	for _, name := range names {
		if bot.Phrase("en", name) == "" {
			t.Errorf("there is no phrase %q", name)
		}
	}
	for _, name := range []bot.PhraseName{phraseAsk, phraseAskQuestion, phraseAskPrivate} {
		if n := knowledge.Units(bot.Phrase("en", name)); n > 100 { // Discord's limit for descriptions
			t.Errorf("phrase %q has %d characters, at most 100 fit", name, n)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	all := replies()
	for _, name := range []string{"answer", "long"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				render(all[name], renderOptions{})
			}
		})
	}
}

func TestForeign(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ passage, reply, want string }{
		{"en", "en", ""},
		{"en", "en-GB", ""},
		{"en-US", "en", ""},
		{"en", "de", "Englisch"},
		{"en", "pt-BR", "inglês"},
		{"en", "zh-TW", "英文"},
		{"de", "en-US", "German"},
		// Nothing is said where nothing is known.
		{"", "de", ""},
		{"en", "not a language", ""},
	} {
		if got := foreign(test.passage, test.reply); got != test.want {
			t.Errorf("foreign(%q, %q) = %q, want %q", test.passage, test.reply, got, test.want)
		}
	}
}
