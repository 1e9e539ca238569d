package discord

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"exobot/bot"
)

// addressed decides whether a message is a question to us, whose id is self, and says
// on which surface it was asked, or else why we stay silent.
func addressed(m *message, self string) (surface bot.Surface, skip string) {
	switch {
	case m.Author == nil || m.Author.ID == "" || m.ChannelID == "" || m.ID == "":
		return "", "incomplete"
	case self == "":
		return "", "not ready"
	case m.Author.ID == self:
		return "", "own message"
	case m.Author.Bot:
		return "", "bot"
	case m.WebhookID != "":
		return "", "webhook"
	case m.Type != messageDefault && m.Type != messageReply:
		return "", "system message"
	case m.GuildID == "":
		return bot.SurfaceDM, ""
	}
	text := withoutCode(m.Content)
	first, others := "", false // who is mentioned first, and whether anybody but us is
	mentioned := false
	for _, at := range userMention.FindAllStringSubmatchIndex(text, -1) {
		id := text[at[2]:at[3]]
		if strings.TrimSpace(text[:at[0]]) == "" {
			first = id
		}
		mentioned = mentioned || id == self
		others = others || id != self
	}
	repliedTo := ""
	if m.Referenced != nil && m.Referenced.Author != nil {
		repliedTo = m.Referenced.Author.ID
	}
	switch {
	case mentioned && (first == "" || first == self):
		return bot.SurfaceMention, ""
	case others:
		return "", "addresses somebody else"
	case repliedTo == self && m.Content != "":
		return bot.SurfaceReply, ""
	}
	return "", skipNotAddressed
}

// skipNotAddressed is why most messages are skipped.
const skipNotAddressed = "not addressed"

var userMention = regexp.MustCompile(`<@!?(\d+)>`)

// overheard decides whether a message that is not addressed to anybody in particular may
// be answered where we were invited to, or else why we stay silent.
func overheard(m *message, self string) (skip string) {
	text := withoutCode(m.Content)
	switch {
	case m.Content == "":
		return "not readable"
	case m.Type == messageReply || m.Referenced != nil, everybody.MatchString(text):
		return "addresses somebody else"
	}
	for _, u := range m.Mentions {
		if u.ID != self {
			return "addresses somebody else"
		}
	}
	return ""
}

// everybody matches what mentions more than one person.
var everybody = regexp.MustCompile(`@everyone|@here|<@&\d+>`)

// hear decides whether a message is a question to us, and says on which surface it was
// asked, or else why we stay silent.
func (c *Client) hear(m *message) (where bot.Surface, skip string) {
	self := c.self()
	where, skip = addressed(m, self)
	if skip != skipNotAddressed || !c.reading.Load() {
		return where, skip
	}
	switch {
	case c.askChannels[m.ChannelID]:
		where = bot.SurfaceChannel
	case m.ID == m.ChannelID && len(c.forums) > 0: // the first message of a post has its id
		where = bot.SurfaceForum
	case c.maybeOurs(m): // a closer look follows
		where = bot.SurfaceThread
	default:
		return "", skip
	}
	if skip := overheard(m, self); skip != "" {
		return "", skip
	}
	return where, ""
}

// onMessage takes up a message that was posted.
func (c *Client) onMessage(m *message) {
	arrived := time.Now()
	where, skip := c.hear(m)
	if skip != "" {
		c.log.Debug("message skipped", "message", m.ID, "reason", skip)
		return
	}
	if !c.seen.add(m.ID) {
		return
	}
	text := plainQuestion(m.Content)
	j := c.messageJob(m, c.exchanges.begin(m.ID, arrived, c.repeats.hash(text)), where, text, arrived)
	c.start(j, func(ctx context.Context) { c.takeMessage(ctx, j, m, true) })
}

// takeMessage answers a message, posted or edited, unless a closer look shows that it
// needs no answer or that there have been too many.
func (c *Client) takeMessage(ctx context.Context, j *job, m *message, posted bool) {
	g := c.answerer.Glance(j.question.Text)
	if m.GuildID != "" && !c.locate(ctx, j, m, g) {
		c.log.Debug("message skipped", "message", m.ID, "reason", skipNotAddressed)
		return
	}
	switch {
	case unasked(j.question.Surface, g):
		c.log.Debug("message skipped", "message", m.ID, "reason", "no question")
		j.withdraw(ctx, c.log)
		return
	case c.limited(m.Author.ID, m.ChannelID, g):
		c.log.Debug("message skipped", "message", m.ID, "reason", "cooldown")
		if posted && m.GuildID == "" && c.told.take(m.Author.ID) {
			c.deliverPhrase(ctx, j.surface, phraseCooldown, j.question.Locale)
		}
		return
	case j.question.Surface == bot.SurfaceForum:
		c.takePost(ctx, j, m)
		return
	case posted && m.GuildID != "":
		c.firstOf(j, g, m.GuildID, m.ChannelID)
	}
	c.do(ctx, j)
}

// messageJob returns the job of answering a message.
func (c *Client) messageJob(m *message, e *exchange, where bot.Surface, text string, arrived time.Time) *job {
	s := &messageSurface{
		rest: c.rest, channels: &c.channels, log: c.log,
		message: m.ID, channel: m.ChannelID, style: c.style, exchange: e,
		asker: m.Author.ID, guild: m.GuildID != "",
		quiet: where == bot.SurfaceChannel || where == bot.SurfaceForum || where == bot.SurfaceThread,
	}
	return &job{
		surface: c.dry(s, text), id: m.ID, arrived: arrived,
		question: bot.Question{
			Text:         text,
			Surface:      where,
			Conversation: bot.ConversationID(m.ChannelID + "/" + m.Author.ID),
		},
		quiet: s.quiet,
	}
}

// firstOf makes the job point at the answer to the same question in the same channel, if
// somebody has just asked it. What only its context gives a meaning, and what must not
// wait, is always answered.
func (c *Client) firstOf(j *job, g bot.Glance, guild, channel string) {
	if c.dryRun != nil || g.Emergency || g.Smalltalk || g.FollowUp || g.Normal == "" {
		return
	}
	asked := []string{channel, g.Normal, j.question.Topic.String()}
	for _, a := range j.question.Articles {
		asked = append(asked, string(a))
	}
	j.repeats, j.isFirst = c.repeats.begin(c.repeats.hash(asked...), j.arrived)
	j.posted = func(ctx context.Context) (id, link string) {
		if s, ok := j.surface.(interface {
			posted(ctx context.Context) string
		}); ok {
			id = s.posted(ctx)
		}
		if id != "" {
			link = messageLink(guild, channel, id)
		}
		return id, link
	}
}

// onMessageEdit brings the answer to a question that was edited soon up to date.
func (c *Client) onMessageEdit(m *message) {
	arrived := time.Now()
	where, skip := c.hear(m)
	if skip != "" {
		return
	}
	text := plainQuestion(m.Content)
	if text == "" {
		return
	}
	e, edit, ok := c.exchanges.edit(m.ID, arrived, c.repeats.hash(text))
	if !ok {
		return
	}
	j := c.messageJob(m, e, where, text, arrived)
	s, ok := j.surface.(*messageSurface)
	if !ok { // in a dry run
		return
	}
	s.edits, j.retract = edit, s.retract
	c.start(j, func(ctx context.Context) {
		c.repeats.forget(s.answered(ctx))
		c.takeMessage(ctx, j, m, false)
	})
}

// A deletion says which messages are gone.
type deletion struct {
	ID        string   `json:"id"`
	IDs       []string `json:"ids"` // of many at once
	ChannelID string   `json:"channel_id"`
}

// onMessageDelete deletes the answers to questions that were deleted.
func (c *Client) onMessageDelete(d *deletion) {
	for _, id := range append(d.IDs, d.ID) {
		c.repeats.forget(id)
		e := c.exchanges.end(id)
		if e == nil || c.dryRun != nil {
			continue
		}
		s := &messageSurface{rest: c.rest, channel: d.ChannelID, exchange: e}
		ok := c.phrases.start(func(ctx context.Context) {
			c.repeats.forget(s.answered(ctx))
			if err := s.retract(ctx); err != nil {
				c.log.Warn("delete answer", "error", err)
			}
		})
		if !ok {
			c.log.Warn("answer not deleted: too many at once")
		}
	}
}

// A messageSurface answers a message by a reply to it.
type messageSurface struct {
	rest     *rest
	channels *channels
	log      *slog.Logger
	message  string
	channel  string
	asker    string // id of the user
	guild    bool   // whether it was asked in one
	style    Style
	exchange *exchange
	edits    int  // how often the question had been edited
	quiet    bool // whether nobody has addressed us, so that there may be no reply
	threads  bool // whether a thread can be opened from the reply
}

// acknowledge shows that we are typing, for ten seconds or until the reply is there.
func (s *messageSurface) acknowledge(ctx context.Context) error {
	if s.quiet || s.edits > 0 || s.channels.get(s.channel).silent {
		return nil
	}
	return s.rest.do(ctx, request{
		method: http.MethodPost, route: "/channels/{channel}/typing", path: "/channels/" + s.channel + "/typing",
	}, nil)
}

// deliver posts the reply, or edits the one that is there. It does nothing if the
// question has been deleted, or answered in a later wording.
func (s *messageSurface) deliver(ctx context.Context, d draft) error {
	if err := s.exchange.lock(ctx); err != nil {
		return err
	}
	defer s.exchange.unlock()
	if s.exchange.withdrawn.Load() || s.edits < s.exchange.shows {
		return nil
	}
	s.exchange.shows = s.edits
	if s.exchange.answer != "" {
		return s.edit(ctx, d)
	}
	return s.reply(ctx, d)
}

// reply posts the reply. Where a permission is missing it tries with less, and
// remembers that for the channel.
func (s *messageSurface) reply(ctx context.Context, d draft) error {
	can := s.channels.get(s.channel)
	guessed := false // that only the permission for embeds is missing
	for {
		if can.silent {
			return nil
		}
		err := s.post(ctx, d, can)
		var refused *statusError
		if !errors.As(err, &refused) || refused.status != http.StatusForbidden || closed(err) {
			if guessed && err == nil {
				s.lacks("Embed Links", "answering in plain text", can)
			}
			return err
		}
		switch {
		case refused.code == codeCannotReadHistory && !can.noReply:
			can.noReply = true
			s.lacks("Read Message History", "answering without a reference to the question", can)
		case refused.code == codeMissingPermissions && !can.plain && s.style != StyleText:
			can.plain, guessed = true, true
		default:
			can.silent = true
			s.lacks("View Channel or Send Messages", "cannot answer here", can)
		}
	}
}

// lacks remembers what the bot cannot do in the channel, and tells the operator once.
func (s *messageSurface) lacks(permission, effect string, can abilities) {
	if s.channels.set(s.channel, can) {
		s.log.Warn("the bot lacks a permission in a channel", "channel", s.channel, "permission", permission, "effect", effect)
	}
}

func (s *messageSurface) post(ctx context.Context, d draft, can abilities) error {
	style := s.style
	if can.plain {
		style = StyleText
	}
	m := d(style)
	// The nonce lets Discord recognise a repeated request, so that a retry, or a second
	// process with the same token, does not answer twice.
	m.Nonce, m.EnforceNonce = s.message, true
	if !can.noReply {
		m.Reference = &messageReference{MessageID: s.message}
	}
	var posted struct {
		ID string `json:"id"`
	}
	err := s.rest.do(ctx, request{
		method: http.MethodPost, route: "/channels/{channel}/messages", path: "/channels/" + s.channel + "/messages",
		body: m, repeatable: true,
	}, &posted)
	if err == nil {
		s.exchange.answer, s.exchange.style = posted.ID, style
	}
	return err
}

// abilities are what refusals have taught us about a channel. The zero value has no
// restriction.
type abilities struct {
	plain   bool // embeds are refused
	noReply bool // references to messages are refused
	silent  bool // everything is
}

// channels remembers the channels in which a permission is missing. The zero value is
// ready for use.
type channels struct {
	mu    sync.Mutex
	known map[string]channel
}

type channel struct {
	abilities
	until time.Time // when to try again what was refused
	told  abilities // what the operator has been told
}

const (
	// abilitiesLast is how long we keep from trying what was refused. A moderator who
	// has set a permission right does not want to wait longer, and a refusal every ten
	// minutes and channel is far below the limit for them.
	abilitiesLast = 10 * time.Minute
	maxChannels   = 10_000
)

func (c *channels) get(id string) abilities {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.known[id]; time.Now().Before(known.until) {
		return known.abilities
	}
	return abilities{}
}

// set remembers a, and reports whether that is new since the program started.
func (c *channels) set(id string, a abilities) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= maxChannels {
		c.known = make(map[string]channel)
	}
	told := c.known[id].told
	c.known[id] = channel{abilities: a, until: time.Now().Add(abilitiesLast), told: a}
	return told != a
}
