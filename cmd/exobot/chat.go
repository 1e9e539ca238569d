package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"

	"exobot/bot"
	"exobot/knowledge"
)

// chat is a conversation in the terminal.
type chat struct {
	source sourceFlags
	locale string
}

func chatCommand() command {
	return command{
		name: "chat", args: "[FLAGS]",
		short: "have a conversation in the terminal",
		help: `
Chat answers what you type, one passage at a time, and remembers what was asked, so that
"and for the heart?" is understood. Suggested topics have numbers: type one to read it.

  /more      the next passage
  /sources   all sources of the passage
  /topics    what there is to read
  /help      this list
  /quit      leave; so do Ctrl-D and Ctrl-C

The arrow keys bring back earlier questions. If standard input or output is no terminal,
there is no prompt and no bold text.`,
		examples: []string{
			"exobot chat",
			"exobot chat --knowledge mypack",
		},
		prepare: func(flags *flag.FlagSet) action {
			var t chat
			t.source.define(flags)
			flags.StringVar(&t.locale, "locale", "", "your language `TAG`, such as de or pt-BR")
			return t.run
		},
	}
}

func (t *chat) run(ctx context.Context, c *console, args []string) (err error) {
	if err := noArguments("chat", args); err != nil {
		return err
	}
	if err := checkLanguage("chat", "locale", t.locale); err != nil {
		return err
	}
	b, err := t.source.open(ctx, c, "chat")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	talk := &conversation{bot: b, locale: t.locale, articles: t.source.articles}
	if !c.interactive() {
		in := bufio.NewReader(c.stdin)
		talk.out, talk.style = c.stdout, c.style
		return talk.hold(ctx, func() (string, error) { return readLine(in) })
	}
	return t.inTerminal(ctx, c, talk)
}

// inTerminal holds the conversation with line editing, for which the terminal has to
// hand over every key.
func (t *chat) inTerminal(ctx context.Context, c *console, talk *conversation) error {
	fd, _ := terminalOf(c.stdin)
	before, err := term.MakeRaw(fd)
	if err != nil {
		return fmt.Errorf("prepare the terminal: %w", err)
	}
	screen := newScreen(c.stdin, c.stdout)
	talk.out = screen
	talk.style = func() style {
		if outFD, ok := terminalOf(c.stdout); ok {
			if columns, rows, err := term.GetSize(outFD); err == nil && columns > 0 && rows > 0 {
				_ = screen.SetSize(columns, rows) // only fails when it cannot redraw
			}
		}
		return c.style()
	}
	lib := talk.bot.Library()
	welcome := fmt.Sprintf("%s: %s. Ask away, or type /help.\n\n", cleanLine(lib.Pack.Title), plural(len(lib.Articles), "article"))
	err = talk.say(welcome)
	if err == nil {
		err = talk.hold(ctx, screen.ReadLine)
	}
	if err := errors.Join(err, term.Restore(fd, before)); err != nil {
		return err
	}
	return c.print("\nGoodbye.\n")
}

// newScreen returns a terminal with a prompt, line editing and history.
func newScreen(in io.Reader, out io.Writer) *term.Terminal {
	return term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, out}, "> ")
}

// shownSources is how many sources stand below a passage; /sources shows all.
const shownSources = 3

// A conversation is what the chat remembers, and where it writes.
type conversation struct {
	bot      *bot.Bot
	locale   string
	articles []knowledge.ArticleID
	out      io.Writer
	style    func() style // asked before each reply, since windows change their size

	reply   bot.Reply // the last one
	shown   int       // how many of its passages have been shown
	choices []choice  // what a number stands for, from 1
}

// A choice is something that can be picked by its number: an article if the section is
// empty.
type choice struct {
	ref knowledge.SectionRef
}

// hold answers the lines that next returns until it returns io.EOF, somebody says /quit,
// or ctx ends.
func (t *conversation) hold(ctx context.Context, next func() (string, error)) error {
	t.style()
	for {
		line, err := interruptible(ctx, next)
		if errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read question: %w", err)
		}
		line = strings.TrimSpace(validUTF8(line))
		if line == "" {
			continue
		}
		if isQuit(line) {
			return nil
		}
		text, err := t.respond(ctx, t.style(), line)
		if err != nil {
			return err
		}
		if err := t.say(text + "\n"); err != nil {
			return err
		}
	}
}

func (t *conversation) say(text string) error {
	if _, err := io.WriteString(t.out, text); err != nil {
		return fmt.Errorf("write reply: %w", err)
	}
	return nil
}

func isQuit(line string) bool {
	switch strings.ToLower(line) {
	case "/quit", "/exit", "/q":
		return true
	}
	return false
}

// respond returns what to say to a line: a command, the number of a choice, or a
// question.
func (t *conversation) respond(ctx context.Context, s style, line string) (string, error) {
	if strings.HasPrefix(line, "/") {
		return t.command(s, strings.ToLower(line)), nil
	}
	if n, err := strconv.Atoi(line); err == nil && len(line) <= 2 {
		if len(t.choices) == 0 {
			return "There is nothing to choose from here; /topics shows what there is to read.\n", nil
		}
		if n < 1 || n > len(t.choices) {
			return fmt.Sprintf("There is no number %d here; the numbers go from 1 to %d.\n", n, len(t.choices)), nil
		}
		return t.pick(ctx, s, t.choices[n-1])
	}
	return t.ask(ctx, s, bot.Question{Text: line, Articles: t.articles})
}

const chatHelp = `Type a question, or the number of a topic.
  /more      the next passage
  /sources   all sources of the passage
  /topics    what there is to read
  /help      this list
  /quit      leave; so do Ctrl-D and Ctrl-C
`

func (t *conversation) command(s style, name string) string {
	switch name {
	case "/help", "/?", "/h":
		return chatHelp
	case "/more":
		return t.more(s)
	case "/sources":
		return t.sources(s)
	case "/topics":
		return t.topics(s)
	}
	if near := nearest(name, []string{"/help", "/more", "/sources", "/topics", "/quit"}); near != "" {
		return fmt.Sprintf("There is no %s; did you mean %s?\n", cleanLine(name), near)
	}
	return fmt.Sprintf("There is no %s; /help shows what there is.\n", cleanLine(name))
}

// ask answers a question or opens a topic.
func (t *conversation) ask(ctx context.Context, s style, q bot.Question) (string, error) {
	q.Locale, q.Surface, q.Conversation = t.locale, bot.SurfaceTerminal, "terminal"
	reply, err := t.bot.Answer(ctx, q)
	if err != nil {
		return "", err
	}
	t.reply, t.shown = reply, 0
	if q.Topic == (knowledge.SectionRef{}) {
		t.choices = nil // those that a topic was picked from stay
	}
	var b strings.Builder
	if reply.Notice != "" {
		fmt.Fprintf(&b, "%s\n", s.paragraph("", reply.Notice))
	}
	if len(reply.Passages) > 0 {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		b.WriteString(t.next(s))
	}
	if len(reply.Suggestions) > 0 {
		t.choices = nil
		fmt.Fprintf(&b, "\n%s:\n", topicsLabel(reply))
		for _, topic := range reply.Suggestions {
			t.choices = append(t.choices, choice{topic.Ref})
			fmt.Fprintf(&b, " %2d  %s\n", len(t.choices), showTopic(s, topic))
		}
	}
	if b.Len() == 0 {
		return "There is no text here.\n", nil
	}
	return b.String(), nil
}

// next lays out the next passage of the reply, of which there is one.
func (t *conversation) next(s style) string {
	p := t.reply.Passages[t.shown]
	t.shown++
	lang := t.reply.Language
	text := showPassage(s, lang, p) + showSources(s, lang, p.References[:min(shownSources, len(p.References))])
	var more []string
	if n := len(p.References) - shownSources; n > 0 {
		more = append(more, plural(n, "more source")+": /sources")
	}
	if n := len(t.reply.Passages) - t.shown; n > 0 {
		more = append(more, plural(n, "more passage")+": /more")
	}
	if len(more) > 0 {
		text += s.dim(strings.Join(more, "   ")) + "\n"
	}
	return text
}

func (t *conversation) more(s style) string {
	if t.shown == len(t.reply.Passages) {
		return "There is no further passage.\n"
	}
	return t.next(s)
}

func (t *conversation) sources(s style) string {
	if t.shown == 0 {
		return "There is no passage yet whose sources could be shown.\n"
	}
	refs := t.reply.Passages[t.shown-1].References
	if len(refs) == 0 {
		return "This passage names no sources.\n"
	}
	return showSources(s, t.reply.Language, refs)
}

// topics lists the articles that answers come from, to be picked by number.
func (t *conversation) topics(s style) string {
	t.choices = nil
	var b strings.Builder
	b.WriteString("Type a number to see what an article holds.\n")
	for _, a := range t.bot.Library().Articles {
		if len(t.articles) > 0 && !slices.Contains(t.articles, a.ID) {
			continue
		}
		t.choices = append(t.choices, choice{knowledge.SectionRef{Article: a.ID}})
		fmt.Fprintf(&b, " %2d  %s\n", len(t.choices), cleanLine(a.Title))
	}
	return b.String()
}

func (t *conversation) pick(ctx context.Context, s style, picked choice) (string, error) {
	if picked.ref.Section != "" {
		return t.ask(ctx, s, bot.Question{Topic: picked.ref})
	}
	return t.article(s, picked.ref.Article), nil
}

// article shows what an article holds, each section to be picked by number.
func (t *conversation) article(s style, id knowledge.ArticleID) string {
	a := t.bot.Library().Article(id)
	t.choices = nil
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", s.bold(cleanLine(a.Title)))
	if a.Summary != "" {
		fmt.Fprintf(&b, "%s\n", s.paragraph("", a.Summary))
	}
	b.WriteString("\n")
	for section := range a.All() {
		t.choices = append(t.choices, choice{section.Ref()})
		indent := strings.Repeat("  ", max(0, len(section.Trail)-2))
		fmt.Fprintf(&b, " %2d  %s%s\n", len(t.choices), indent, cleanLine(section.Heading))
	}
	return b.String()
}
