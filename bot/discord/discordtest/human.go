package discordtest

import (
	"encoding/json"
	"maps"
)

// A SayOption sets something about a message that a user writes.
type SayOption func(*Message)

// ReplyTo makes the message a reply, with the ping that clients send unless
// told otherwise.
func ReplyTo(msg *Message) SayOption {
	return func(m *Message) { m.ReplyTo, m.pingsReplied = msg.ID, true }
}

// ReplySilentlyTo makes the message a reply with the ping switched off.
func ReplySilentlyTo(msg *Message) SayOption {
	return func(m *Message) { m.ReplyTo = msg.ID }
}

// Attach adds a file.
func Attach(name, contentType string, size int) SayOption {
	return func(m *Message) {
		m.Attachments = append(m.Attachments, Attachment{ID: "1", Name: name, ContentType: contentType,
			Size: size, URL: "https://cdn.discordapp.com/attachments/1/1/" + name})
	}
}

// AsWebhook makes the message one that a webhook wrote under the user's name.
func AsWebhook() SayOption {
	return func(m *Message) { m.WebhookID = m.Author.ID }
}

// With sets a field of the message object, as the gateway shows it, to any
// value: null, or something of the wrong type.
func With(field string, value any) SayOption {
	return func(m *Message) {
		m.overrides = maps.Clone(m.overrides)
		if m.overrides == nil {
			m.overrides = make(map[string]any)
		}
		m.overrides[field] = value
	}
}

// WithoutAuthor leaves the author null, as libraries do with events that they
// could not take apart.
func WithoutAuthor() SayOption { return With("author", nil) }

// WithComponents adds components as raw JSON, which may be of a type that
// nobody has heard of.
func WithComponents(raw string) SayOption {
	return func(m *Message) {
		m.rawComponents = json.RawMessage(raw)
		m.Flags |= FlagComponentsV2
	}
}

// WithEmbeds adds embeds as raw JSON, such as those that Discord adds itself
// when a message has a link.
func WithEmbeds(raw string) SayOption {
	return func(m *Message) { m.rawEmbeds = json.RawMessage(raw) }
}

// Say writes in the channel. Whatever the text mentions, such as [Server.Mention],
// counts as mentioned. A bot that has no session at that moment misses it. Writing
// takes a thread out of the archive.
func (ch *Channel) Say(u *User, text string, opts ...SayOption) *Message {
	ch.s.mu.Lock()
	defer ch.s.unlock()
	if ch.archived {
		ch.archived = false
		ch.s.dispatch(event{name: "THREAD_UPDATE", intent: IntentGuilds, guild: ch.guild, data: ch.json()})
	}
	m := newMessage(u, text, opts)
	ch.s.post(ch, m)
	return m.snapshot()
}

func newMessage(u *User, text string, opts []SayOption) *Message {
	m := &Message{Author: u, Content: text}
	for _, opt := range opts {
		opt(m)
	}
	return m
}

// Edit changes the message's text, which its author does.
func (m *Message) Edit(text string, opts ...SayOption) {
	m.s.mu.Lock()
	defer m.s.unlock()
	now := m.s.messages[m.ID]
	now.Content = text
	for _, opt := range opts {
		opt(now)
	}
	now.changed()
	m.s.announce("MESSAGE_UPDATE", now)
}

// Delete removes the message, which its author or a moderator does.
func (m *Message) Delete() {
	m.s.mu.Lock()
	defer m.s.unlock()
	m.s.remove(m.s.messages[m.ID])
}
