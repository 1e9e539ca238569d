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
	return "", "not addressed"
}

var userMention = regexp.MustCompile(`<@!?(\d+)>`)

// onMessage takes up a message that was posted.
func (c *Client) onMessage(m *message) {
	arrived := time.Now()
	where, skip := addressed(m, c.self())
	if skip != "" {
		c.log.Debug("message skipped", "message", m.ID, "reason", skip)
		return
	}
	if !c.seen.add(m.ID) {
		return
	}
	s := &messageSurface{rest: c.rest, channels: &c.channels, log: c.log, message: m.ID, channel: m.ChannelID, asker: m.Author.ID, guild: m.GuildID != "", style: c.style}
	q := bot.Question{
		Text:         plainQuestion(m.Content),
		Surface:      where,
		Conversation: bot.ConversationID(m.ChannelID + "/" + m.Author.ID),
	}
	c.take(c.dry(s, q.Text), q, arrived)
}

// A messageSurface answers a message by a reply to it.
type messageSurface struct {
	rest     *rest
	channels *channels
	log      *slog.Logger
	message  string
	channel  string
	asker    string // user id
	guild    bool   // whether the channel is in one
	style    Style
}

// acknowledge shows that we are typing, for ten seconds or until the reply is there.
func (s *messageSurface) acknowledge(ctx context.Context) error {
	if s.channels.get(s.channel).silent {
		return nil
	}
	return s.rest.do(ctx, request{
		method: http.MethodPost, route: "/channels/{channel}/typing", path: "/channels/" + s.channel + "/typing",
	}, nil)
}

// deliver posts the reply. Where a permission is missing it tries with less, and
// remembers that for the channel.
func (s *messageSurface) deliver(ctx context.Context, d draft) error {
	can := s.channels.get(s.channel)
	guessed := false // that only the permission for embeds is missing
	for {
		if can.silent {
			return nil
		}
		err := s.post(ctx, d, can)
		var refused *statusError
		if !errors.As(err, &refused) || refused.status != http.StatusForbidden {
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
	return s.rest.do(ctx, request{
		method: http.MethodPost, route: "/channels/{channel}/messages", path: "/channels/" + s.channel + "/messages",
		body: m, repeatable: true,
	}, nil)
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
