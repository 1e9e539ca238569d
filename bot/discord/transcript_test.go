package discord_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"exobot/bot"
	"exobot/bot/discord"
	"exobot/bot/discord/discordtest"
	"exobot/index"
	"exobot/knowledge"
	"exobot/knowledge/pack"
)

// shippedPack is the shipped pack with what takes long to make of it, which all tests
// share and none closes.
type shippedPack struct {
	edition   bot.Edition
	suggester *bot.Suggester
}

var loadShipped = sync.OnceValues(func() (shippedPack, error) {
	lib, _, err := knowledge.Load(pack.FS)
	if err != nil {
		return shippedPack{}, err
	}
	ix, err := index.Build(context.Background(), lib, index.Options{})
	return shippedPack{bot.Edition{Library: lib, Searcher: ix}, bot.NewSuggester(lib)}, err
})

// shipped returns what makes a real bot over the shipped pack. It must be called outside
// of synctest bubbles, since the index keeps goroutines.
func shipped(t *testing.T) func() discord.Answerer {
	t.Helper()
	p, err := loadShipped()
	if err != nil {
		t.Fatal(err)
	}
	return func() discord.Answerer { return shippedBot{bot.New(p.edition, bot.Options{}), p.suggester} }
}

// A shippedBot is a bot with a suggester that was made before.
type shippedBot struct {
	*bot.Bot
	suggester *bot.Suggester
}

func (b shippedBot) Suggester() *bot.Suggester { return b.suggester }

// kinds are the kinds of reply, with a question that gets each.
var kinds = []struct {
	kind     bot.Kind
	question string
}{
	{bot.KindAnswer, "How big is an exosome?"},
	{bot.KindDecline, "Is there an exosome nasal spray for asthma?"},
	{bot.KindAdvice, "My dad has Parkinson's, should he get exosomes?"},
	{bot.KindEmergency, "I can't breathe after an exosome injection, what do I do?"},
	{bot.KindSmalltalk, "Thanks!"},
}

// A place is a way to ask.
type place struct {
	name  string // of the file
	about string // its first line
	// listens says that #ask is an ask channel and #help a forum.
	listens bool
	config  func(*discord.Config)
	server  discordtest.Options
	// instead has other questions for some kinds.
	instead map[bot.Kind]string
	// play asks the question as ann and shows what she sees.
	play func(s *scene, question string)
}

var places = []place{
	{
		name: "ask-public", about: "/ask in a channel.",
		play: func(s *scene, question string) { s.ask(s.w.general, option("question", question)) },
	}, {
		name: "ask-private", about: "/ask in a channel, for the asker alone.",
		play: func(s *scene, question string) {
			s.ask(s.w.general, option("question", question), option("private", true))
		},
	}, {
		name: "ask-topic", about: "/ask about one article.",
		play: func(s *scene, question string) {
			s.ask(s.w.general, option("question", question), option("topic", "What is an exosome?"))
		},
	}, {
		name: "ask-completed", about: "/ask with a question that Discord completes while it is typed.",
		instead: map[bot.Kind]string{
			bot.KindAnswer:    "how big",
			bot.KindDecline:   "tinnitus",
			bot.KindAdvice:    "drop my retinoid",
			bot.KindEmergency: "can't breathe well",
		},
		play: func(s *scene, typed string) { s.askCompleted(s.w.general, typed) },
	}, {
		name: "mention", about: "A mention in a channel.",
		play: func(s *scene, question string) { s.say(s.w.general, s.w.Mention()+" "+question) },
	}, {
		name: "direct", about: "A direct message.",
		play: func(s *scene, question string) { s.say(s.w.ann.DMChannel(), question) },
	}, {
		name: "menu", about: "Apps → Answer this, in the menu of somebody else's message.",
		play: func(s *scene, question string) { s.menu(s.w.general, question) },
	}, {
		name: "reply", about: "A reply to one of Exobot's answers, which the question leans on.",
		instead: leaning,
		play: func(s *scene, question string) {
			const before = "What are exosomes used for?"
			first := s.w.answered(s.w.ask(before))
			s.line("ann writes in #general: %s %s", s.w.Mention(), before)
			s.line("exobot answers: %s", first.Embeds[0].Title)
			s.say(s.w.general, question, discordtest.ReplyTo(first))
		},
	}, {
		name: "thread", about: "A question in a thread that Exobot has opened, addressed to nobody.",
		config:  func(c *discord.Config) { c.FollowUps = true },
		server:  readable,
		instead: leaning,
		play: func(s *scene, question string) {
			const before = "What are exosomes used for?"
			answer := s.w.answered(s.w.ask(before))
			answer.Click(s.w.ann, "Continue in a thread").WaitReply(s.w.t.Context())
			s.line("ann writes in #general: %s %s", s.w.Mention(), before)
			s.line("exobot answers: %s", answer.Embeds[0].Title)
			s.line("ann presses Continue in a thread")
			s.say(s.w.general.ThreadOf(answer), question)
		},
	}, {
		name: "ask-channel", about: "A question in an ask channel, addressed to nobody.", listens: true,
		play: func(s *scene, question string) { s.say(s.asks, question) },
	}, {
		name: "forum", about: "A new post in a forum where Exobot answers.", listens: true,
		play: func(s *scene, question string) {
			post, first := s.forum.Post(s.w.ann, question, "I am new here and did not find it.")
			s.line("ann posts in #help: %s", question)
			s.line("    %s", first.Content)
			synctest.Wait()
			s.reply(post.Reply(first))
		},
	}, {
		name: "elsewhere", about: "/ask in a server that Exobot is not in, by somebody who has installed it for themselves.",
		play: func(s *scene, question string) {
			s.ask(s.w.Guild("Elsewhere", discordtest.WithoutBot()).Channel("chat"), option("question", question))
		},
	},
}

// leaning are questions of each kind that lean on an answer before.
var leaning = map[bot.Kind]string{
	bot.KindAnswer:    "and how are they measured?",
	bot.KindDecline:   "and do they help against tinnitus?",
	bot.KindAdvice:    "and should my dad get them?",
	bot.KindEmergency: "I had them injected and my throat is swelling",
}

// TestTranscripts asks every kind of question in every place, of the real bot over the
// shipped pack, and compares what members see with the files in testdata/surfaces.
func TestTranscripts(t *testing.T) {
	answerer := shipped(t)
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			var asks, forum *discordtest.Channel
			o := setup{config: p.config, server: p.server, answerer: answerer}
			if p.listens {
				o = listening(o, &asks, &forum)
			}
			inWorld(t, o, func(t *testing.T, w *world) {
				w.WaitCalls(t.Context(), discordtest.On("PUT", "/applications/*/commands"), 1)
				var file strings.Builder
				fmt.Fprintf(&file, "%s\n", p.about)
				for _, k := range kinds {
					s := &scene{w: w, asks: asks, forum: forum}
					question := k.question
					if q := p.instead[k.kind]; q != "" {
						question = q
					}
					p.play(s, question)
					fmt.Fprintf(&file, "\n== %s ==\n\n%s", k.kind, s.text())
				}
				if pings := w.Pings(); len(pings) > 0 {
					t.Errorf("pings = %v, want none", pings)
				}
				compareFile(t, filepath.Join("testdata", "surfaces", p.name+".txt"), file.String())
			})
		})
	}
}

// listening returns o with an ask channel and a forum.
func listening(o setup, asks, forum **discordtest.Channel) setup {
	o.server = readable
	o.before = func(w *world) {
		*asks, *forum = w.guild.Channel("ask"), w.guild.Channel("help", discordtest.Forum())
	}
	o.config = func(c *discord.Config) { c.AskChannels, c.Forums = []string{(*asks).ID}, []string{(*forum).ID} }
	return o
}

// compareFile compares a text with a file.
func compareFile(t *testing.T, file, text string) {
	t.Helper()
	if *discord.Update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		t.Errorf("%s has changed (go test -update accepts it):\n%s\nwant\n%s", file, text, want)
	}
}

// A scene is one question and what came of it, as a person reads it.
type scene struct {
	w           *world
	asks, forum *discordtest.Channel
	reports     *discordtest.Channel
	to          *discordtest.User // who sees what one person alone sees; nil is ann
	b           strings.Builder
	replies     []*discordtest.Message // that b shows
}

// text returns the scene, with one empty line at most between its lines.
func (s *scene) text() string {
	return emptyLines.ReplaceAllString(strings.TrimRight(s.b.String(), "\n")+"\n", "\n\n")
}

var emptyLines = regexp.MustCompile(`\n{3,}`)

func (s *scene) line(format string, args ...any) {
	for line := range strings.Lines(s.named(fmt.Sprintf(format, args...)) + "\n") {
		s.b.WriteString(wrap(strings.TrimSuffix(line, "\n"), ""))
	}
}

// named shows people by their names.
func (s *scene) named(text string) string {
	for _, u := range []*discordtest.User{s.w.BotUser(), s.w.ann, s.w.User("bob")} {
		text = strings.ReplaceAll(text, u.Mention(), "@"+u.Name)
	}
	text = threadAddress.ReplaceAllString(text, "<the address of the thread>")
	return messageAddress.ReplaceAllString(text, "<the address of that answer>")
}

// threadAddress matches the address of a thread, which has ids in it.
var threadAddress = regexp.MustCompile(`<https://discord\.com/channels/[0-9]+/[0-9]+>`)

// messageAddress matches the address of a message, which has ids in it.
var messageAddress = regexp.MustCompile(`<https://discord\.com/channels/[0-9/]+>`)

func option(name string, value any) discordtest.Option {
	return discordtest.Option{Name: name, Value: value}
}

// where names a channel.
func where(ch *discordtest.Channel) string {
	switch {
	case ch.Name == "":
		return "in private"
	case ch.Type == discordtest.PublicThread:
		return "in that thread"
	}
	return "in #" + ch.Name
}

// say has ann write a message, and shows the reply if there is one.
func (s *scene) say(ch *discordtest.Channel, text string, opts ...discordtest.SayOption) *discordtest.Message {
	question := ch.Say(s.w.ann, text, opts...)
	synctest.Wait()
	verb := "writes"
	if question.ReplyTo != "" {
		verb = "replies to that"
	}
	s.line("ann %s %s: %s", verb, where(ch), text)
	reply := ch.Reply(question)
	s.reply(reply)
	return reply
}

// ask has ann use /ask.
func (s *scene) ask(ch *discordtest.Channel, options ...discordtest.Option) *discordtest.Message {
	shown := "/ask"
	var opts []discordtest.InvokeOption
	for _, o := range options {
		shown += fmt.Sprintf(" %s: %v", o.Name, o.Value)
		opts = append(opts, discordtest.Opt(o.Name, o.Value))
	}
	in := ch.Slash(s.w.ann, "ask", opts...)
	s.line("ann sends %s: %s", where(ch), shown)
	reply := in.WaitReply(s.w.t.Context())
	s.reply(reply)
	return reply
}

// askCompleted has ann type the beginning of a question into /ask and pick the first
// completion that has it, or send what she has typed.
func (s *scene) askCompleted(ch *discordtest.Channel, typed string) {
	choices := ch.Autocomplete(s.w.ann, "ask", "question", typed).Response(s.w.t.Context()).Choices
	s.line("ann types %s: /ask question: %s", where(ch), typed)
	picked := -1
	for i, c := range choices {
		if picked < 0 && strings.Contains(c.Name, typed) {
			picked = i
		}
		if i < 5 {
			s.line("    ( %s )", c.Name)
		}
	}
	if len(choices) > 5 {
		s.line("    ( … )")
	}
	if picked < 0 {
		s.ask(ch, option("question", typed))
		return
	}
	in := ch.Slash(s.w.ann, "ask", discordtest.Opt("question", choices[picked].Value))
	s.line("ann picks: %s", choices[picked].Name)
	s.reply(in.WaitReply(s.w.t.Context()))
}

// before has ann ask in #general, and tells it in a line.
func (s *scene) before(question string) *discordtest.Message {
	answer := s.w.answered(s.w.ask(question))
	s.line("ann has an answer in #general: %s", question)
	return answer
}

// click has somebody press a button, and shows what they get.
func (s *scene) click(u *discordtest.User, m *discordtest.Message, button string) {
	in := m.Click(u, button)
	s.line("%s presses %s", u.Name, button)
	s.to = u
	s.reply(in.WaitReply(s.w.t.Context()))
}

// pick has ann pick from a select, and shows what she gets.
func (s *scene) pick(m *discordtest.Message, list string, o discordtest.SelectOption) {
	in := m.Select(s.w.ann, list, []string{o.Value})
	s.line("ann picks: %s", o.Label)
	s.reply(in.WaitReply(s.w.t.Context()))
}

// form has somebody press a button, and shows the form that opens.
func (s *scene) form(u *discordtest.User, m *discordtest.Message, button string) *discordtest.Interaction {
	in := m.Click(u, button)
	s.line("%s presses %s", u.Name, button)
	modal := in.Response(s.w.t.Context()).Modal
	input := modal.Components[0].Components[0]
	s.line("\na form opens:\n\n    │ **%s**\n    │ %s\n    │ ( %s )\n", modal.Title, input.Label, input.Placeholder)
	return in
}

// reported shows what stands in the channel for reports.
func (s *scene) reported() {
	synctest.Wait()
	s.line("In #reports, this is what stands there now:")
	for _, m := range s.reports.Messages() {
		s.reply(m)
	}
}

// menu has ann pick "Answer this" from the menu of a message of bob's, and share the
// answer if that can be done.
func (s *scene) menu(ch *discordtest.Channel, question string) {
	theirs := ch.Say(s.w.User("bob"), question)
	s.line("bob writes %s: %s", where(ch), question)
	in := ch.MessageMenu(s.w.ann, "Answer this", theirs)
	s.line("ann picks Answer this from the menu of the message")
	reply := in.WaitReply(s.w.t.Context())
	s.reply(reply)
	if _, ok := reply.Find("Share"); ok {
		s.click(s.w.ann, reply, "Share")
		s.line("what stands in #general now, as a reply to bob:")
		s.reply(ch.Reply(theirs))
	}
}

// reply shows a message of the bot's as a member sees it, or that there is none.
func (s *scene) reply(m *discordtest.Message) {
	if m == nil {
		s.line("\nexobot says nothing.\n")
		return
	}
	s.replies = append(s.replies, m)
	s.line("\nexobot, to %s:\n", s.audience(m))
	s.b.WriteString(s.named(seen(m)) + "\n")
}

// audience says who sees a message.
func (s *scene) audience(m *discordtest.Message) string {
	switch {
	case m.Ephemeral() && s.to != nil:
		return s.to.Name + " alone"
	case m.Ephemeral() || m.GuildID == "" && m.ChannelID == s.w.ann.DMChannel().ID:
		return "ann alone"
	}
	return "everybody"
}

// seen shows a message as a member sees it: embeds and containers behind a bar, links as
// addresses behind what is clicked, buttons in brackets, the options of selects below them.
func seen(m *discordtest.Message) string {
	var b strings.Builder
	show := func(text, bar string) {
		if text == "" {
			return
		}
		for line := range strings.Lines(readMarkdown(text) + "\n") {
			b.WriteString(wrap(strings.TrimSuffix(line, "\n"), "    "+bar))
		}
	}
	const bar = "│ "
	show(m.Content, "")
	for i, e := range m.Embeds {
		if m.Content != "" || i > 0 {
			b.WriteString("\n")
		}
		show("**"+e.Title+"**", bar)
		show(e.Description, bar)
		for _, f := range e.Fields {
			show("\n**"+f.Name+"**", bar)
			show(f.Value, bar)
		}
	}
	var walk func([]discordtest.Component, string)
	walk = func(list []discordtest.Component, bar string) {
		for _, c := range list {
			switch c.Type {
			case discordtest.Container:
				walk(c.Components, "│ ")
			case discordtest.Separator:
				show(strings.Repeat("─", 20), bar)
			case discordtest.ActionRow:
				walk(c.Components, bar)
				b.WriteString("\n")
			case discordtest.Button:
				if !strings.HasSuffix(b.String(), "]") {
					b.WriteString("   ")
				}
				fmt.Fprintf(&b, " [%s]", c.Label)
			case discordtest.StringSelect:
				fmt.Fprintf(&b, "    [%s ▾]", c.Placeholder)
				for _, o := range c.Options {
					text := "\n        " + o.Label
					if o.Description != "" {
						text += " · " + o.Description
					}
					b.WriteString(text)
				}
			default:
				show(c.Content, bar)
			}
		}
	}
	walk(m.Components, "")
	return b.String()
}

// width is how wide transcripts are, apart from addresses that are longer.
const width = 92

// wrap breaks a line between words, with indent before each piece and, within a list,
// below the first.
func wrap(line, indent string) string {
	var b strings.Builder
	hang := len(listItem.FindString(line))
	rest := indent + line
	for {
		r := []rune(rest)
		at := len(r)
		for i := len([]rune(indent)) + hang + 1; len(r) > width && i < len(r); i++ {
			if r[i] == ' ' && (i <= width || at == len(r)) {
				at = i
			}
		}
		b.WriteString(strings.TrimRight(string(r[:at]), " ") + "\n")
		if at == len(r) {
			return b.String()
		}
		rest = indent + strings.Repeat(" ", hang) + string(r[at+1:])
	}
}

var listItem = regexp.MustCompile(`^(?:- |\d+\. )`)

var (
	maskedLink = regexp.MustCompile(`\[((?:[^\]\\]|\\.)*)\]\(<([^>]*)>\)`)
	escaped    = regexp.MustCompile(`\\([^\w\s])`)
	heading    = regexp.MustCompile(`(?m)^### (.*)$`)
)

// readMarkdown shows markdown as people read it, with bold text still between asterisks.
func readMarkdown(text string) string {
	text = maskedLink.ReplaceAllString(text, "$1 <$2>")
	text = heading.ReplaceAllString(text, "**$1**")
	return strings.ReplaceAll(escaped.ReplaceAllString(text, "$1"), "\u200b", "")
}

// The files in testdata/surfaces are those of the places, and no others.
func TestTranscriptFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/surfaces/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, p := range places {
		want = append(want, filepath.Join("testdata", "surfaces", p.name+".txt"))
	}
	slices.Sort(want)
	if !slices.Equal(files, want) {
		t.Errorf("files = %v, want %v", files, want)
	}
}

// The scenes in the README of the project are those of the transcripts, word for word.
func TestReadme(t *testing.T) {
	t.Parallel()
	scenes := make(map[string]bool)
	files, err := filepath.Glob("testdata/surfaces/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "testdata/tour.txt") {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, scene := range regexp.MustCompile(`(?m)^== .* ==\n\n`).Split(string(data), -1)[1:] {
			scenes[strings.TrimRight(scene, "\n")+"\n"] = true
		}
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?ms)^```text\n(.*?)^```$").FindAllStringSubmatch(string(readme), -1)
	for _, scene := range shown {
		if !scenes[scene[1]] {
			t.Errorf("the README shows what is in no transcript; copy the scene from testdata anew:\n%s", scene[1])
		}
	}
	for _, kind := range []string{"**Evidence**", "I could not find this", "I cannot advise", "may be an emergency", "a form opens"} {
		if !slices.ContainsFunc(shown, func(scene []string) bool { return strings.Contains(scene[1], kind) }) {
			t.Errorf("the tour of the README has no reply with %q", kind)
		}
	}
}
