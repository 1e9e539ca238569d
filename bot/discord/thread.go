package discord

import (
	"context"
	"net/http"
	"regexp"

	"exobot/bot"
)

// threadRest is the number of minutes without a message after which Discord puts a thread
// away: a day, since follow-ups come soon or not at all. Whoever writes in it takes it
// out again.
const threadRest = 1440

// maxThreadName is how long Discord lets the name of a thread be.
const maxThreadName = 100

// takesThreads reports whether a public response to the interaction can have a thread:
// in a text or announcement channel of a server that we are in, with our permissions.
func (i *interaction) takesThreads() bool {
	return i.GuildID != "" && i.installed() && i.Channel.Type.holdsThreads() && i.Allowed.has(threadPermissions)
}

// maybeOurs reports whether a message may stand in a thread that we have opened, as far as
// that is known without asking Discord.
func (c *Client) maybeOurs(m *message) bool {
	if m.ChannelType != nil && !m.ChannelType.publicThread() {
		return false
	}
	p, known := c.located.get(m.ChannelID)
	return !known || c.ours(p)
}

// locate finds out where a message in a guild stands: what language is spoken there, whether
// a thread can be opened from the answer, and what conversation it belongs to. It reports
// false if the message was overheard in a place that is not ours. An emergency is not kept
// waiting.
func (c *Client) locate(ctx context.Context, j *job, m *message, g bot.Glance) bool {
	overheard := j.question.Surface == bot.SurfaceThread
	if j.question.Surface == bot.SurfaceForum || g.Emergency && !overheard {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, lookUpTime)
	defer cancel()
	p, err := c.place(ctx, m.ChannelID)
	if err != nil {
		c.log.Warn("look up channel", "channel", m.ChannelID, "error", err)
		return !overheard
	}
	if overheard {
		if !c.ours(p) {
			return false
		}
		j.quiet = !g.Question && !g.Emergency // a question is for us, there is nobody else to answer it
	}
	c.converse(j, p)
	here := c.localize(ctx, j, m.GuildID)
	if s, ok := j.surface.(*messageSurface); ok {
		s.quiet = j.quiet
		s.threads = p.Type.holdsThreads() && here.in(p.Overwrites).has(threadPermissions)
	}
	return true
}

// localize has the job answered in the language that the guild prefers, where the question
// does not show another, and returns our standing there.
func (c *Client) localize(ctx context.Context, j *job, guild string) standing {
	here, err := c.standing(ctx, guild)
	if err != nil {
		c.log.Warn("look up server", "guild", guild, "error", err)
	}
	j.question.Locale = here.locale
	return here
}

// converse makes the job part of the conversation in p, if that is a thread of ours: one
// conversation for all who write there, which is about what the thread is called.
func (c *Client) converse(j *job, p place) {
	if c.ours(p) {
		j.question.Conversation = bot.ConversationID(p.ID)
		j.question.About = plainQuestion(p.Name)
	}
}

// unasked reports whether a message that nobody has addressed to us asks nothing either.
// In our own threads, an addition to the question before is worth a look.
func unasked(where bot.Surface, g bot.Glance) bool {
	switch {
	case g.Question || g.Emergency:
		return false
	case where == bot.SurfaceThread:
		return !g.Adds
	}
	return where == bot.SurfaceChannel
}

// remember keeps in memory, for a while, what a thread from the answer to a question would
// be called.
func (c *Client) remember(id, question string, r bot.Reply) {
	if r.Kind == bot.KindAnswer && len(r.Passages) > 0 {
		c.asked.put(id, threadName(question))
	}
}

// threadName returns text as the name of a thread, or "" if it says nothing.
func threadName(text string) string {
	return plainLine(groupMention.ReplaceAllString(plainQuestion(text), "$1"), maxThreadName)
}

// groupMention matches what would look as if the name of a thread called everybody.
var groupMention = regexp.MustCompile(`@+((?i:everyone|here))`)

// nameOf returns the name for a thread from a reply of ours: the question, if it is known
// and stands on its own, else the heading of the answer. What somebody asked about their
// own health names no thread.
func (c *Client) nameOf(k *click) string {
	question, known := c.asked.get(k.Message.question())
	if !known && k.Message.Referenced != nil { // asked before a restart
		question = threadName(k.Message.Referenced.Content)
	}
	if g := c.answerer.Glance(question); question != "" && !g.FollowUp && !g.Advice {
		return question
	}
	p, near := lookUp(c.answerer.Library(), k.id.passages[0])
	switch {
	case p != nil && threadName(p.Heading) != "":
		return threadName(p.Heading)
	case near != nil && threadName(near.Heading) != "":
		return threadName(near.Heading)
	}
	return plainLine(bot.Phrase(k.Locale, phraseThread), maxThreadName)
}

// continueInThread opens a thread from the reply, for who asked and for moderators, or
// says where it is if there is one.
func (c *Client) continueInThread(ctx context.Context, k *click) error {
	if k.Message == nil || k.GuildID == "" || len(k.id.passages) == 0 {
		return c.tell(ctx, k, phraseUnknown)
	}
	if !k.mayManage() {
		return c.tell(ctx, k, phraseThreadDenied)
	}
	return c.inTime(ctx, k, func() (draft, error) { return c.thread(ctx, k) })
}

// thread finds or opens the thread of a reply, and returns what to tell the user.
func (c *Client) thread(ctx context.Context, k *click) (draft, error) {
	if k.Message.Flags&flagHasThread != 0 {
		if d, err := c.threadThatIs(ctx, k); d != nil || err != nil {
			return d, err
		}
	}
	switch {
	case !k.takesThreads():
		return phrase(phraseThreadForbidden, k.Locale), nil
	case !k.may(permissionSendInThreads):
		return phrase(phraseThreadMute, k.Locale), nil
	}
	var p place
	err := c.rest.do(ctx, request{
		method: http.MethodPost, route: "/channels/{channel}/messages/{message}/threads",
		path: "/channels/" + k.ChannelID + "/messages/" + k.Message.ID + "/threads",
		body: newThread{c.nameOf(k), threadRest}, repeatable: true, // a message has one thread at most
	}, &p)
	if refused, ok := asStatus(err); ok {
		switch refused.code {
		case codeThreadExists:
			if refused.tries > 1 { // the try before got through, and only its answer did not
				return c.opened(ctx, k), nil
			}
			if d, err := c.threadThatIs(ctx, k); d != nil || err != nil {
				return d, err
			}
			return phrase(phraseThreadGone, k.Locale), nil
		case codeThreadsFull, codeNewsThreadsFull:
			return phrase(phraseThreadsFull, k.Locale), nil
		case codeMissingPermissions, codeMissingAccess, codeWrongChannelType:
			c.located.forget(k.ChannelID)
			c.standings.forget(k.GuildID)
			return phrase(phraseThreadForbidden, k.Locale), nil
		}
	}
	if err != nil {
		return nil, err
	}
	c.located.put(p.ID, p)
	return c.opened(ctx, k), nil
}

// opened posts the first line of the thread that was opened from the reply, and returns
// what to tell the user.
func (c *Client) opened(ctx context.Context, k *click) draft {
	name := phraseThreadInvite
	if !c.reading.Load() {
		name = phraseThreadMention
	}
	thread := k.Message.ID // has the id of its message
	m := say(bot.Phrase(k.Locale, name), c.style)
	m.Nonce, m.EnforceNonce = thread, true // one first line, whoever was first
	err := c.rest.do(ctx, request{
		method: http.MethodPost, route: "/channels/{channel}/messages", path: "/channels/" + thread + "/messages",
		body: m, repeatable: true,
	}, nil)
	if err != nil {
		c.log.Warn("invite follow-ups", "error", err)
	}
	return pointTo(phraseThreadOpened, k.Locale, channelLink(k.GuildID, thread))
}

// newThread is the JSON of a thread to be opened.
type newThread struct {
	Name string `json:"name"`
	Rest int    `json:"auto_archive_duration"` // minutes
}

// threadThatIs returns what to tell of the thread that the reply has, or nil if somebody
// has deleted it.
func (c *Client) threadThatIs(ctx context.Context, k *click) (draft, error) {
	p, err := c.place(ctx, k.Message.ID)
	if refused, ok := asStatus(err); ok && refused.status == http.StatusNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	name := phraseThreadExists
	if p.Metadata.Locked {
		name = phraseThreadLocked
	}
	return pointTo(name, k.Locale, channelLink(k.GuildID, p.ID)), nil
}
