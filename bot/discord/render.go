package discord

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"exobot/bot"
	"exobot/knowledge"
)

// A Style is the form in which replies are posted. All styles show the same.
type Style string

// The styles. Text is also what the others fall back to where the bot lacks the
// permission Embed Links.
const (
	StyleEmbed      Style = "embed"
	StyleComponents Style = "components" // Components V2
	StyleText       Style = "text"
)

// Valid reports whether s is one of the styles, or "", which means StyleEmbed.
func (s Style) Valid() bool {
	switch s {
	case "", StyleEmbed, StyleComponents, StyleText:
		return true
	}
	return false
}

// renderOptions says how a reply is shown.
type renderOptions struct {
	Style   Style
	BaseURL string // where sections can be read on the web; "" when nowhere
	TooLong bool   // whether a decline should ask for a shorter question

	Audience *audience // who uses the buttons; nil for none. StyleText never has any.
	SharedBy string    // id of the user who shows the reply to others, or ""
}

// render returns the message that shows r. It is a pure function, and its result is
// within every limit of Discord whatever r holds.
func render(r bot.Reply, o renderOptions) outgoing {
	pages := pagesOf(r, o)
	if o.Style != StyleComponents && len(r.Passages) == 0 {
		return pages[0].text()
	}
	return arrange(pages, o.Style)
}

// maxParts is how many parts of a question are answered in one message.
const maxParts = 3

// parts returns how many of the passages answer a part of the question each.
func parts(r bot.Reply) int { return max(1, min(r.Lead, len(r.Passages), maxParts)) }

// pagesOf returns a page for each part of the question. The first has the notice and
// the buttons, the last the related sections.
func pagesOf(r bot.Reply, o renderOptions) []page {
	n := parts(r)
	if n == 1 {
		return []page{newPage(r, o)}
	}
	pages := make([]page, n)
	for i := range pages {
		one, options := r, o
		one.Passages = slices.Clone(r.Passages[i : i+1])
		if i > 0 {
			one.Notice, options.Audience, options.SharedBy = "", nil, ""
		}
		if i == n-1 {
			one.Passages = append(one.Passages, r.Passages[n:]...)
		}
		pages[i] = newPage(one, options)
	}
	if len(pages[0].rows) > 0 {
		pages[0].rows = actionRows(r, *o.Audience)
	}
	return pages
}

// say returns the message that is one fixed phrase.
func say(phrase string, style Style) outgoing {
	p := page{lead: notice(phrase)}
	if style == StyleComponents {
		return p.components()
	}
	return p.text()
}

// A page is a reply in markdown, before a style arranges it.
type page struct {
	urgent   bool
	lead     part // the notice
	title    part
	body     part
	evidence part
	source   part
	refs     []part
	others   string // what the list of related sections is called
	related  []part
	rows     []component // of buttons and selects
}

// A part is a piece of a page. A part that cannot be cut is shown whole or not at all.
type part struct {
	shown string
	cut   func(limit int) string
}

// within makes the part at most limit units long.
func (p *part) within(limit int) {
	if knowledge.Units(p.shown) <= limit {
		return
	}
	if p.cut == nil || limit <= 0 {
		p.shown = ""
		return
	}
	p.shown = p.cut(limit)
}

// partOf returns a part that shows text by show.
func partOf(text string, show func(string) string) part {
	return part{shown: show(text), cut: func(limit int) string { return shorten(text, limit, show) }}
}

func notice(text string) part { return partOf(strings.TrimSpace(tame(text)), escape) }

// Caps that keep one part from crowding out the others.
const (
	maxLead  = 1200
	maxLine  = 200 // a heading in a list, a citation
	maxRefs  = 5
	maxOther = 5
)

func newPage(r bot.Reply, o renderOptions) page {
	lang := r.Language
	p := page{urgent: r.Kind == bot.KindEmergency, lead: notice(r.Notice)}
	if o.Audience != nil {
		if o.Style != StyleText {
			p.rows = actionRows(r, *o.Audience)
		}
		if o.Audience.note != "" {
			p.lead = notice(strings.TrimSpace(o.Audience.note + "\n\n" + r.Notice))
		}
	}
	if o.SharedBy != "" && snowflake.MatchString(o.SharedBy) { // shown by name, but not pinged
		shared := escapeLine(bot.Phrase(lang, phraseSharedBy))
		caution := notice(r.Notice)
		caution.within(maxLead - 2*maxLine)
		p.lead = part{shown: join("\n\n", part{shown: strings.ReplaceAll(shared, "{user}", "<@"+o.SharedBy+">")}, caution)}
	}
	if o.TooLong && r.Kind == bot.KindDecline {
		p.lead = notice(bot.Phrase(lang, phraseTooLong))
	}
	if len(r.Passages) == 0 && p.lead.shown == "" { // a message must not be empty
		p.lead = notice(bot.Phrase(lang, bot.PhraseDecline))
	}
	p.lead.within(maxLead)
	if len(r.Passages) == 0 {
		if r.Kind == bot.KindDecline || r.Kind == bot.KindAdvice {
			p.others = escapeLine(bot.Phrase(lang, phraseTopics))
			for _, s := range r.Suggestions {
				p.relate(s.Heading, s.Title)
			}
		}
		return p
	}

	first := r.Passages[0]
	p.title = partOf(headings(first.Passage), escapeLine)
	if knowledge.Units(p.title.shown) > maxEmbedTitle {
		p.title = partOf(first.Passage.Heading, escapeLine)
	}
	shown := run(r.Passages)
	p.body = passagePart(joined(r.Passages[:shown]))
	p.evidence = part{shown: label(lang, phraseEvidence) + ": " + escapeLine(bot.Phrase(lang, evidencePhrase(first.Passage.Evidence)))}
	if name := foreign(first.Passage.Lang, lang); name != "" {
		p.evidence.shown += "\n" + label(lang, phrasePassageLanguage) + ": " + escapeLine(name)
	}
	p.source = sourcePart(label(lang, phraseSource), first.Passage, o.BaseURL)
	for _, ref := range first.References {
		if len(p.refs) == maxRefs {
			break
		}
		p.refs = append(p.refs, part{shown: fmt.Sprintf("%d. %s", len(p.refs)+1, link(shortCitation(ref), ref.Link()))})
	}
	p.others = escapeLine(bot.Phrase(lang, phraseSeeAlso))
	var last knowledge.SectionRef
	for _, other := range r.Passages[shown:] {
		if other.Passage.Ref == last {
			continue
		}
		last = other.Passage.Ref
		p.relate(other.Passage.Heading, articleTitle(other.Passage))
	}
	return p
}

// foreign returns the name, in the language of the reply, of the language that a passage
// is written in, or "" where the two are the same.
func foreign(passage, reply string) string {
	p, err := language.Parse(passage)
	if err != nil {
		return ""
	}
	r, err := language.Parse(reply)
	if err != nil {
		return ""
	}
	written, _ := p.Base()
	if read, _ := r.Base(); written == read {
		return ""
	}
	return display.Languages(r).Name(p)
}

// joined returns passages that follow one another as one, with the marks of each.
func joined(passages []bot.Passage) knowledge.Match {
	m := passages[0].Match
	if len(passages) == 1 {
		return m
	}
	whole := *m.Passage
	m.Passage, m.Marks = &whole, slices.Clone(m.Marks)
	for _, p := range passages[1:] {
		whole.Text += "\n\n"
		for _, mark := range p.Marks {
			m.Marks = append(m.Marks, knowledge.Span{Start: mark.Start + len(whole.Text), End: mark.End + len(whole.Text)})
		}
		whole.Text += p.Passage.Text
	}
	return m
}

// relate adds a section to the list of those that may be of interest.
func (p *page) relate(heading, article string) {
	if len(p.related) == maxOther || heading == "" {
		return
	}
	line := heading
	if article != "" && article != heading {
		line += " (" + article + ")"
	}
	show := func(s string) string { return "- " + escapeLine(s) }
	entry := partOf(line, show)
	entry.within(maxLine)
	p.related = append(p.related, part{shown: entry.shown})
}

func label(lang string, name bot.PhraseName) string {
	return "**" + escapeLine(bot.Phrase(lang, name)) + "**"
}

// passagePart shows a passage with its marks. What is cut is the passage: marks behind
// the cut go, and one that the cut goes through ends there.
func passagePart(m knowledge.Match) part {
	text := m.Passage.Text
	return partOf(text, func(s string) string {
		kept := len(strings.TrimSuffix(s, ellipsis))
		if s == text {
			kept = len(s)
		}
		marks := make([]knowledge.Span, 0, len(m.Marks))
		for _, mark := range m.Marks {
			if mark.Start < kept {
				marks = append(marks, knowledge.Span{Start: mark.Start, End: min(mark.End, kept)})
			}
		}
		return passage(s, marks)
	})
}

// sourcePart names the article and section of a passage, with a link where there is one.
func sourcePart(label string, p *knowledge.Passage, baseURL string) part {
	name := p.Heading
	if title := articleTitle(p); title != "" && title != name {
		name = title + " › " + name
	}
	address := ""
	if baseURL != "" {
		address = strings.TrimSuffix(baseURL, "/") + "/" + string(p.Ref.Article) + "#" + string(p.Ref.Section)
	}
	return partOf(name, func(s string) string { return label + ": " + link(s, address) })
}

func articleTitle(p *knowledge.Passage) string {
	if len(p.Trail) == 0 {
		return ""
	}
	return p.Trail[0]
}

// headings returns the trail below the article's title, such as "Uses › Healing".
func headings(p *knowledge.Passage) string {
	if len(p.Trail) < 2 {
		return p.Heading
	}
	return strings.Join(p.Trail[1:], " › ")
}

// shortCitation returns who published a reference, where and when, in at most maxLine
// units: "Welsh JA et al., Journal of Extracellular Vesicles, 2024".
func shortCitation(ref *knowledge.Reference) string {
	separator := ","
	if strings.Contains(ref.Authors, ";") {
		separator = ";"
	}
	who, others, many := strings.Cut(ref.Authors, separator)
	who = strings.TrimSpace(who)
	if many && strings.TrimSpace(others) != "" && !strings.Contains(who, "et al") {
		who += " et al."
	}
	if who == "" {
		who = ref.Title
	}
	where := ""
	if ref.Container != "" && ref.Container != who {
		where = ", " + ref.Container
	}
	if year := fmt.Sprint(ref.Year); ref.Year != 0 && !strings.Contains(ref.Container, year) {
		where += ", " + year
	}
	const room = maxLine - 40 // escapes and the number in front
	where = plainLine(where, room/2)
	return plainLine(who, room-knowledge.Units(where)) + where
}

// gap is more than what any style puts around one part.
const gap = 16

// fit makes the parts fit into limit units together. Where they do not, those that
// come first win.
func fit(limit int, parts ...*part) {
	for _, p := range parts {
		p.within(limit - gap)
		if p.shown != "" {
			limit -= knowledge.Units(p.shown) + gap
		}
	}
}

func refsOf(parts []part) []*part {
	out := make([]*part, len(parts))
	for i := range parts {
		out[i] = &parts[i]
	}
	return out
}

// byWeight returns the parts in the order in which they are kept when room is short:
// an answer never goes without its source.
func (p *page) byWeight() []*part {
	parts := []*part{&p.lead, &p.source, &p.evidence, &p.title, &p.body}
	return append(append(parts, refsOf(p.refs)...), refsOf(p.related)...)
}

// join joins the parts that are shown.
func join(separator string, parts ...part) string {
	var shown []string
	for _, p := range parts {
		if p.shown != "" {
			shown = append(shown, p.shown)
		}
	}
	return strings.Join(shown, separator)
}
