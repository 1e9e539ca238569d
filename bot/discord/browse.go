package discord

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"exobot/bot"
	"exobot/knowledge"
)

// Names of the commands for looking around.
const (
	commandTopics = "topics"
	commandAbout  = "about"
)

// browseCommands returns the commands for looking around. Their replies are for the
// user alone, so they are offered everywhere, to those who installed the app for
// themselves too.
func browseCommands() []command {
	one := func(name string, description bot.PhraseName) command {
		return command{
			Name: name, Type: typeChatInput, Description: bot.Phrase("en", description), Descriptions: bot.Localizations(description),
			Contexts: []int{contextGuild, contextBotDM, contextPrivate}, IntegrationTypes: []int{installGuild, installUser},
		}
	}
	return []command{one(commandTopics, phraseTopicsCommand), one(commandAbout, phraseAboutCommand)}
}

// onBrowse takes up a command for looking around, and reports whether it was one.
func (c *Client) onBrowse(i *interaction, data *commandData) bool {
	var reply func() outgoing
	switch data.Name {
	case commandTopics:
		reply = func() outgoing { return articlesPage(c.answerer.Library(), 0, i.Locale, c.style) }
	case commandAbout:
		reply = func() outgoing { return c.aboutPage(i.Locale) }
	default:
		return false
	}
	s := c.dry(c.interactionSurface(i, true), "/"+data.Name)
	if !c.clicks.take(i.by()) {
		c.takePhrase(s, phraseClicks, i.Locale)
		return true
	}
	c.startClick(&click{interaction: i}, func(ctx context.Context) error {
		m := reply()
		return s.deliver(ctx, func(Style) outgoing { return m })
	})
	return true
}

// browse turns a page of the list, or opens an article. The message changes in place.
func (c *Client) browse(ctx context.Context, k *click) error {
	lib, style := c.answerer.Library(), styleOf(k.Message)
	article, page := k.id.article, k.id.page
	if k.id.action == actionArticle {
		if len(k.values) != 1 {
			return c.tell(ctx, k, phraseUnknown)
		}
		article, page = knowledge.ArticleID(k.values[0]), 0
	}
	m := articlesPage(lib, page, k.Locale, style)
	if k.id.action != actionArticles {
		a := articleOf(lib, article)
		if a == nil { // not there any more: the list says what is
			m = articlesPage(lib, 0, k.Locale, style)
		} else {
			m = sectionsPage(a, page, k.Locale, style)
		}
	}
	return c.interactionSurface(k.interaction, true).respond(ctx, interactionResponse{Type: responseUpdate, Data: &m})
}

func articleOf(lib *knowledge.Library, id knowledge.ArticleID) *knowledge.Article {
	if lib == nil {
		return nil
	}
	return lib.Article(id)
}

// styleOf returns the style in which a message can be edited: whether it is made of
// components cannot be changed, whatever the configuration says by now.
func styleOf(m *message) Style {
	if m != nil && m.Flags&flagComponentsV2 != 0 {
		return StyleComponents
	}
	return StyleText
}

// listed is a page of a list with a select and the buttons to turn it.
type listed struct {
	title   string
	text    string
	id      customID // of the select
	hint    bot.PhraseName
	total   int                      // of the options on all pages
	option  func(i int) selectOption // each has a label and a value of its own
	page    int
	turn    func(page int) customID
	buttons []component // beside those
	locale  string
}

func (l listed) render(style Style) outgoing {
	pages := max(1, (l.total+maxOptions-1)/maxOptions)
	current := min(l.page, pages-1)
	var options []selectOption
	for i := current * maxOptions; i < min(l.total, (current+1)*maxOptions); i++ {
		options = append(options, l.option(i))
	}
	p := page{title: partOf(l.title, escapeLine), body: notice(l.text)}
	if pages > 1 {
		text := strings.NewReplacer("{page}", strconv.Itoa(current+1), "{pages}", strconv.Itoa(pages)).Replace(bot.Phrase(l.locale, phrasePage))
		p.source = part{shown: escapeLine(text)}
	}
	if len(options) > 0 {
		p.rows = append(p.rows, selectRow(l.id, bot.Phrase(l.locale, l.hint), options))
	}
	var buttons []component
	if current > 0 {
		buttons = append(buttons, button(bot.Phrase(l.locale, phrasePrevious), l.turn(current-1)))
	}
	if current < pages-1 {
		buttons = append(buttons, button(bot.Phrase(l.locale, phraseNext), l.turn(current+1)))
	}
	p.rows = append(p.rows, rowsOf(append(buttons, l.buttons...))...)
	if style == StyleComponents {
		return p.components()
	}
	return p.text()
}

// articlesPage lists the articles.
func articlesPage(lib *knowledge.Library, page int, locale string, style Style) outgoing {
	l := listed{
		title: bot.Phrase(locale, phraseTopicsTitle), text: bot.Phrase(locale, phraseTopicsText), locale: locale,
		id: customID{action: actionArticle}, hint: phrasePickArticle, page: page,
		turn: func(page int) customID { return customID{action: actionArticles, page: page} },
	}
	var articles []*knowledge.Article
	if lib != nil {
		for _, a := range lib.Articles {
			if len(a.Sections) > 0 && validArticle(a.ID) && lib.Article(a.ID) == a {
				articles = append(articles, a)
			}
		}
	}
	if len(articles) == 0 {
		l.text = bot.Phrase(locale, phraseTopicsEmpty)
	}
	l.total = len(articles)
	l.option = func(i int) selectOption {
		a := articles[i]
		return selectOption{
			Label:       cmp.Or(plainLine(a.Title, maxOptionText), string(a.ID)),
			Description: plainLine(a.Subtitle, maxOptionText),
			Value:       string(a.ID),
		}
	}
	return l.render(style)
}

// sectionsPage lists the sections of an article.
func sectionsPage(a *knowledge.Article, page int, locale string, style Style) outgoing {
	l := listed{
		title: a.Title, text: a.Summary, locale: locale,
		id: customID{action: actionTopic}, hint: phrasePickSection, page: page,
		turn:    func(page int) customID { return customID{action: actionSections, article: a.ID, page: page} },
		buttons: []component{button(bot.Phrase(locale, phraseAllArticles), customID{action: actionArticles})},
	}
	var sections []*knowledge.Section
	seen := make(map[knowledge.SectionID]bool)
	for s := range a.All() {
		if _, ok := keyOf(&knowledge.Passage{Ref: s.Ref()}); ok && !seen[s.ID] {
			seen[s.ID] = true
			sections = append(sections, s)
		}
	}
	l.total = len(sections)
	l.option = func(i int) selectOption {
		s := sections[i]
		evidence := ""
		if s.Evidence != knowledge.Unassessed {
			evidence = bot.Phrase(locale, evidencePhrase(s.Evidence))
		}
		return topicOption(cmp.Or(oneLine(strings.Join(s.Trail[1:], " › ")), string(s.ID)), evidence, passageKey{ref: s.Ref()})
	}
	return l.render(style)
}

// aboutPage says what the bot is, what its words mean and where they come from.
func (c *Client) aboutPage(locale string) outgoing {
	say := func(name bot.PhraseName) string { return bot.Phrase(locale, name) }
	var b strings.Builder
	section := func(title bot.PhraseName, lines ...string) {
		lines = slices.DeleteFunc(lines, func(s string) bool { return s == "" })
		if len(lines) > 0 {
			fmt.Fprintf(&b, "\n\n**%s**\n%s", escapeLine(say(title)), strings.Join(lines, "\n"))
		}
	}
	b.WriteString(escape(say(phraseAboutText)))
	var labels []string
	for _, e := range append(slices.Clone(knowledge.EvidenceKinds), knowledge.Unassessed) {
		labels = append(labels, "- "+escapeLine(say(evidencePhrase(e))))
	}
	section(phraseAboutEvidence, labels...)
	section(phraseAboutLimits, escape(say(phraseAboutLimits+"_text")))
	if lib := c.answerer.Library(); lib != nil {
		pack := part{shown: escapeLine(strings.Join(slices.DeleteFunc([]string{lib.Pack.Title, lib.Pack.Version, lib.Pack.Licence}, empty), ", "))}
		pack.within(maxLine)
		note := partOf(lib.Pack.Note, escape)
		note.within(maxNote)
		section(phraseAboutSource, pack.shown, updatedLine(lib, locale), note.shown)
	}
	contact := partOf(c.contact, escapeLine)
	contact.within(maxNote)
	section(phraseAboutContact, contact.shown)

	p := page{title: partOf(say(phraseAboutTitle), escapeLine), body: linesPart(b.String())}
	p.rows = rowsOf([]component{button(say(phraseReport), customID{action: actionReport})})
	if c.style == StyleComponents {
		return p.components()
	}
	return p.text()
}

// linesPart returns a part of markdown that can be cut between its lines.
func linesPart(text string) part {
	return part{shown: text, cut: func(limit int) string {
		for knowledge.Units(text) > limit {
			text = text[:max(0, strings.LastIndexByte(text, '\n'))]
		}
		return text
	}}
}

// maxNote is how much of the pack's note and of the contact is shown.
const maxNote = 400

func empty(s string) bool { return s == "" }

// updatedLine says when an article was last changed, or "" if no article tells.
func updatedLine(lib *knowledge.Library, locale string) string {
	var last time.Time
	for _, a := range lib.Articles {
		if a.Updated.After(last) {
			last = a.Updated
		}
	}
	if last.IsZero() {
		return ""
	}
	return escapeLine(strings.ReplaceAll(bot.Phrase(locale, phraseAboutUpdated), "{date}", last.Format(time.DateOnly)))
}

// whom says how to reach whoever runs the bot and whoever wrote the articles.
func (c *Client) whom(locale string) part {
	var lines []string
	if c.contact != "" {
		lines = append(lines, c.contact)
	}
	if lib := c.answerer.Library(); lib != nil && lib.Pack.Note != "" {
		lines = append(lines, lib.Pack.Note)
	}
	return notice(strings.Join(lines, "\n\n"))
}
