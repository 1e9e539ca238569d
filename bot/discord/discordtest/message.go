package discordtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// object is a JSON object on its way out.
type object = map[string]any

// timestamp writes a time as Discord does.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

// Flags are the flags of a message.
type Flags int

// The flags that a bot can set, and two that it cannot: HasThread, and Loading,
// which marks a deferred reply.
const (
	FlagSuppressEmbeds        Flags = 1 << 2
	FlagHasThread             Flags = 1 << 5
	FlagEphemeral             Flags = 1 << 6
	FlagLoading               Flags = 1 << 7
	FlagSuppressNotifications Flags = 1 << 12
	FlagComponentsV2          Flags = 1 << 15
)

// A Message is what a message was at one moment. It never changes; Current
// reads it again.
type Message struct {
	ID          string
	ChannelID   string
	GuildID     string // empty in private conversations
	Author      *User
	WebhookID   string // of messages that a webhook wrote
	Content     string
	Embeds      []Embed
	Components  []Component
	Attachments []Attachment
	Flags       Flags
	ReplyTo     string // the id of the message it answers
	Nonce       string
	SentAt      time.Time
	EditedAt    time.Time // zero if it was never edited
	Deleted     bool

	// AllowedMentions is what the bot sent last, nil if it sent none.
	AllowedMentions *AllowedMentions

	s             *Server
	channel       *Channel
	revision      int            // counts changes, so that a snapshot knows its age
	heard         bool           // the bot was told, or will be when it resumes
	pingsReplied  bool           // a human's reply with its ping on
	interaction   *Interaction   // that it answers
	overrides     map[string]any // fields that a test put into the event by hand
	rawEmbeds     json.RawMessage
	rawComponents json.RawMessage
}

// An Embed is the part of an embed that people read.
type Embed struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
	Color       int    `json:"color"`
	Author      struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	} `json:"author"`
	Footer struct {
		Text string `json:"text"`
	} `json:"footer"`
	Fields []EmbedField `json:"fields"`
}

// An EmbedField is one field of an embed.
type EmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

// A Component is a component of any kind; each kind uses some of the fields.
type Component struct {
	Type        int            `json:"type"`
	ID          int            `json:"id"`
	CustomID    string         `json:"custom_id"`
	Style       int            `json:"style"`
	Label       string         `json:"label"`
	Description string         `json:"description"`
	URL         string         `json:"url"`
	SKUID       string         `json:"sku_id"`
	Emoji       *Emoji         `json:"emoji"`
	Disabled    bool           `json:"disabled"`
	Content     string         `json:"content"` // of a text display
	Placeholder string         `json:"placeholder"`
	Value       string         `json:"value"` // of a text input
	Options     []SelectOption `json:"options"`
	MinValues   *int           `json:"min_values"`
	MaxValues   *int           `json:"max_values"`
	MinLength   *int           `json:"min_length"`
	MaxLength   *int           `json:"max_length"`
	Required    *bool          `json:"required"`
	Components  []Component    `json:"components"`
	Accessory   *Component     `json:"accessory"` // of a section
	Component   *Component     `json:"component"` // of a label
	Items       []MediaItem    `json:"items"`     // of a media gallery
}

// The kinds of component, with Discord's numbers.
const (
	ActionRow         = 1
	Button            = 2
	StringSelect      = 3
	TextInput         = 4
	UserSelect        = 5
	RoleSelect        = 6
	MentionableSelect = 7
	ChannelSelect     = 8
	Section           = 9
	TextDisplay       = 10
	Thumbnail         = 11
	MediaGallery      = 12
	File              = 13
	Separator         = 14
	Container         = 17
	Label             = 18
)

// An Emoji decorates a button or an option.
type Emoji struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// A SelectOption is one option of a string select.
type SelectOption struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description"`
	Default     bool   `json:"default"`
}

// A MediaItem is one picture of a media gallery.
type MediaItem struct {
	Description string `json:"description"`
}

// An Attachment is a file that came with a message.
type Attachment struct {
	ID          string `json:"id"`
	Name        string `json:"filename"`
	ContentType string `json:"content_type"`
	Size        int    `json:"size"`
	URL         string `json:"url"`
	Data        []byte `json:"-"` // what the bot uploaded
}

// Ephemeral reports whether only the user who asked can see the message.
func (m *Message) Ephemeral() bool { return m.Flags&FlagEphemeral != 0 }

// Loading reports whether the message is a deferred reply that still shows
// "thinking".
func (m *Message) Loading() bool { return m.Flags&FlagLoading != 0 }

// Text returns all that a reader would read: content, embeds and text displays,
// one after another on lines of their own. Labels of buttons are not part of it.
func (m *Message) Text() string {
	parts := []string{m.Content}
	for _, e := range m.Embeds {
		parts = append(parts, e.Author.Name, e.Title, e.Description)
		for _, f := range e.Fields {
			parts = append(parts, f.Name, f.Value)
		}
		parts = append(parts, e.Footer.Text)
	}
	for c := range walk(m.Components) {
		parts = append(parts, c.Content)
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, "\n")
}

// Buttons returns the message's buttons in reading order.
func (m *Message) Buttons() []Component {
	var buttons []Component
	for c := range walk(m.Components) {
		if c.Type == Button {
			buttons = append(buttons, c)
		}
	}
	return buttons
}

// Find returns the component with that custom id or, failing that, that label,
// and reports whether there is one.
func (m *Message) Find(which string) (Component, bool) {
	return find(m.Components, which)
}

func find(components []Component, which string) (Component, bool) {
	for c := range walk(components) {
		if c.CustomID == which && which != "" {
			return c, true
		}
	}
	for c := range walk(components) {
		if c.Label == which && c.Type != Label {
			return c, true
		}
	}
	return Component{}, false
}

// walk yields the components and all that they contain, outermost first.
func walk(components []Component) func(yield func(Component) bool) {
	return func(yield func(Component) bool) {
		var visit func([]Component) bool
		visit = func(components []Component) bool {
			for _, c := range components {
				if !yield(c) || !visit(c.Components) {
					return false
				}
				if c.Accessory != nil && !visit([]Component{*c.Accessory}) {
					return false
				}
				if c.Component != nil && !visit([]Component{*c.Component}) {
					return false
				}
			}
			return true
		}
		visit(components)
	}
}

// Current returns the message as it is now. Deleted tells whether it still is.
func (m *Message) Current() *Message {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	return m.s.messages[m.ID].snapshot()
}

// WaitEdit waits until the message differs from m and returns it as it is then.
func (m *Message) WaitEdit(ctx context.Context) *Message {
	m.s.t.Helper()
	m.s.Await(ctx, "an edit of message "+m.ID, func() bool {
		return m.Current().revision > m.revision
	})
	return m.Current()
}

// WaitDelete waits until the message is gone.
func (m *Message) WaitDelete(ctx context.Context) {
	m.s.t.Helper()
	m.s.Await(ctx, "the end of message "+m.ID, func() bool { return m.Current().Deleted })
}

// Messages returns what stands in the channel, oldest first, without the
// replies that only one user sees.
func (ch *Channel) Messages() []*Message {
	ch.s.mu.Lock()
	defer ch.s.mu.Unlock()
	var list []*Message
	for _, m := range ch.messages {
		if !m.Deleted && !m.Ephemeral() {
			list = append(list, m.snapshot())
		}
	}
	return list
}

// Reply returns the bot's answer to msg, or nil if there is none yet: its reply
// to that message, else its first message in the thread that hangs from msg,
// else the first thing it wrote in the channel since without replying to
// anybody.
func (ch *Channel) Reply(msg *Message) *Message {
	ch.s.mu.Lock()
	defer ch.s.mu.Unlock()
	fromBot := func(m *Message) bool {
		return m.Author == ch.s.bot && !m.Deleted && m.interaction == nil
	}
	for _, m := range ch.messages {
		if fromBot(m) && m.ReplyTo == msg.ID {
			return m.snapshot()
		}
	}
	if thread := ch.s.channels[msg.ID]; thread != nil && thread != ch {
		for _, m := range thread.messages {
			if fromBot(m) {
				return m.snapshot()
			}
		}
	}
	after := false
	for _, m := range ch.messages {
		if after && fromBot(m) && m.ReplyTo == "" {
			return m.snapshot()
		}
		after = after || m.ID == msg.ID
	}
	return nil
}

// WaitReply waits for the bot's answer to msg, as [Channel.Reply] finds it.
func (ch *Channel) WaitReply(ctx context.Context, msg *Message) *Message {
	ch.s.t.Helper()
	ch.s.Await(ctx, fmt.Sprintf("a reply to %q%s", msg.Content, unheard(msg.heard)), func() bool { return ch.Reply(msg) != nil })
	return ch.Reply(msg)
}

// snapshot is a copy that stays as it is: slices inside a message are replaced
// and never written to.
func (m *Message) snapshot() *Message {
	copied := *m
	return &copied
}

// changed counts an edit of m. The caller holds s.mu.
func (m *Message) changed() {
	m.revision++
	m.EditedAt = time.Now()
}

// add puts m into the channel without telling anybody. The caller holds s.mu.
func (ch *Channel) add(m *Message) {
	m.s, m.channel, m.ChannelID = ch.s, ch, ch.ID
	if ch.guild != nil {
		m.GuildID = ch.guild.ID
	}
	if m.ID == "" {
		m.ID = ch.s.newID()
	}
	m.SentAt = time.Now()
	ch.messages = append(ch.messages, m)
	ch.s.messages[m.ID] = m
}

// post puts m into the channel and tells the bot. The caller holds s.mu.
func (s *Server) post(ch *Channel, m *Message) {
	ch.add(m)
	m.heard = s.announce("MESSAGE_CREATE", m)
}

// announce tells the bot about m, as far as it may know, and reports whether it
// hears of it. Of an ephemeral message it does not. The caller holds s.mu.
func (s *Server) announce(name string, m *Message) bool {
	if m.Ephemeral() {
		return false
	}
	e := event{name: name, intent: IntentGuildMessages, guild: m.channel.guild, channel: m.channel}
	if m.channel.guild == nil {
		e.intent = IntentDirectMessages
	}
	if name == "MESSAGE_DELETE" {
		o := object{"id": m.ID, "channel_id": m.ChannelID}
		if m.GuildID != "" {
			o["guild_id"] = m.GuildID
		}
		e.data = o
	} else {
		e.view = func(i Intents) any { return m.eventJSON(i.has(IntentMessageContent)) }
	}
	return s.dispatch(e)
}

// unheard explains, in the message of a test that waited in vain, why.
func unheard(heard bool) string {
	if heard {
		return ""
	}
	return " (which no session of the bot has heard of)"
}
