package discordtest

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// nonceKept is how long enforce_nonce recognises a message.
const nonceKept = 5 * time.Minute

// A field is a field of a request that may be there or not.
type field[T any] struct {
	Set   bool
	Value T
	raw   json.RawMessage
}

// UnmarshalJSON also sees null, which leaves Value zero.
func (f *field[T]) UnmarshalJSON(b []byte) error {
	f.Set, f.raw = true, slices.Clone(b)
	return json.Unmarshal(b, &f.Value)
}

// A messageBody is a message as the bot sends it: new, edited or in answer to
// an interaction.
type messageBody struct {
	Content         field[string]           `json:"content"`
	Embeds          field[[]Embed]          `json:"embeds"`
	Components      field[[]Component]      `json:"components"`
	AllowedMentions field[*AllowedMentions] `json:"allowed_mentions"`
	Flags           field[Flags]            `json:"flags"`
	Attachments     field[[]uploadRef]      `json:"attachments"`
	Reference       field[*reference]       `json:"message_reference"`
	Nonce           field[any]              `json:"nonce"`
	EnforceNonce    bool                    `json:"enforce_nonce"`
	Poll            field[*json.RawMessage] `json:"poll"`
	StickerIDs      field[[]string]         `json:"sticker_ids"`
}

// An uploadRef names a file to keep, or one of those that come with the call.
type uploadRef struct {
	ID json.RawMessage `json:"id"` // a string, or a number in older libraries
}

type reference struct {
	MessageID string `json:"message_id"`
	ChannelID string `json:"channel_id"`
	FailIfNot *bool  `json:"fail_if_not_exists"`
}

// nonce returns the nonce as text; bots may send a number.
func (b *messageBody) nonce() string {
	switch n := b.Nonce.Value.(type) {
	case string:
		return n
	case float64:
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return ""
}

// apply changes m to what b says. What b leaves out stays.
func (b *messageBody) apply(m *Message, files []Attachment) {
	if b.Content.Set {
		m.Content = strings.TrimSpace(b.Content.Value)
	}
	if b.Embeds.Set {
		m.Embeds, m.rawEmbeds = b.Embeds.Value, b.Embeds.raw
	}
	if b.Components.Set {
		m.Components, m.rawComponents = b.Components.Value, b.Components.raw
	}
	if b.AllowedMentions.Set {
		m.AllowedMentions = b.AllowedMentions.Value
	}
	if b.Flags.Set {
		const settable = FlagSuppressEmbeds | FlagSuppressNotifications | FlagComponentsV2
		m.Flags = m.Flags&^FlagSuppressEmbeds | b.Flags.Value&settable
	}
	if b.Attachments.Set {
		m.Attachments = slices.DeleteFunc(slices.Clone(m.Attachments), func(a Attachment) bool {
			return !slices.ContainsFunc(b.Attachments.Value, func(r uploadRef) bool {
				return strings.Trim(string(r.ID), `"`) == a.ID
			})
		})
	}
	for _, f := range files {
		f.ID = m.s.newID()
		f.URL = "https://cdn.discordapp.com/attachments/" + m.ChannelID + "/" + f.ID + "/" + f.Name
		m.Attachments = append(slices.Clip(m.Attachments), f)
	}
}

// channel returns the channel of the call's path, if the bot can see it.
func (s *Server) channel(c *Call) (*Channel, error) {
	ch := s.channels[c.params["channel_id"]]
	if ch == nil {
		return nil, unknown(10003, "Channel")
	}
	return ch, s.need(ch, ViewChannel)
}

// message returns the message of the call's path. Ephemeral messages can be
// reached by their interaction alone.
func (s *Server) message(c *Call) (*Channel, *Message, error) {
	ch, err := s.channel(c)
	if err != nil {
		return nil, nil, err
	}
	m := s.messages[c.params["message_id"]]
	if m == nil || m.Deleted || m.channel != ch || m.Ephemeral() {
		return nil, nil, unknown(10008, "Message")
	}
	return ch, m, nil
}

func (s *Server) createMessage(c *Call) (any, error) {
	ch, err := s.channel(c)
	if err != nil {
		return nil, err
	}
	if err := s.needToWrite(ch); err != nil {
		return nil, err
	}
	m, err := s.write(c, ch, c.Body)
	if err != nil {
		return nil, err
	}
	return m.json(true), nil
}

// write posts the bot's message in ch, or finds the one that it repeats.
func (s *Server) write(c *Call, ch *Channel, body []byte) (*Message, error) {
	var b messageBody
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, err
	}
	m := &Message{Author: s.bot, Nonce: b.nonce(), s: s, channel: ch, ChannelID: ch.ID}
	if err := s.answers(m, b.Reference.Value); err != nil {
		return nil, err
	}
	b.apply(m, c.Files)
	if err := s.checkMessage(m, &b, false); err != nil {
		return nil, err
	}
	if len(m.Embeds) > 0 {
		if err := s.need(ch, EmbedLinks); err != nil {
			return nil, err
		}
	}
	if len(c.Files) > 0 {
		if err := s.need(ch, AttachFiles); err != nil {
			return nil, err
		}
	}
	key := ch.ID + " " + m.Nonce
	if earlier := s.nonces[key]; b.EnforceNonce && earlier != nil && time.Since(earlier.SentAt) < nonceKept {
		return earlier, nil
	}
	s.post(ch, m)
	if b.EnforceNonce && m.Nonce != "" {
		s.nonces[key] = m
	}
	s.mentioned(c, m, b.AllowedMentions.Value)
	return m, nil
}

// answers makes m a reply to the message that ref names.
func (s *Server) answers(m *Message, ref *reference) error {
	if ref == nil {
		return nil
	}
	if ref.ChannelID != "" && ref.ChannelID != m.channel.ID {
		return formError("message_reference", "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", "Cannot reply to a message in a different channel")
	}
	if !s.botPermissions(m.channel).has(ReadMessageHistory) {
		return refuse(RulePermissions, 403, 160002, "Cannot reply without permission to read message history")
	}
	target := s.messages[ref.MessageID]
	if target == nil || target.Deleted || target.channel != m.channel {
		if ref.FailIfNot != nil && !*ref.FailIfNot {
			return nil
		}
		return formError("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
	}
	m.ReplyTo = target.ID
	return nil
}

func (s *Server) editMessage(c *Call) (any, error) {
	ch, m, err := s.message(c)
	if err != nil {
		return nil, err
	}
	if m.Author != s.bot {
		return nil, refuse(RuleAuthor, 403, 50005, "Cannot edit a message authored by another user")
	}
	if err := s.edit(c, m, c.Body); err != nil {
		return nil, err
	}
	if len(m.Embeds) > 0 && m.interaction == nil {
		if err := s.need(ch, EmbedLinks); err != nil {
			return nil, err
		}
	}
	return m.json(true), nil
}

// edit changes a message of the bot, unless the result breaks a rule.
func (s *Server) edit(c *Call, m *Message, body []byte) error {
	var b messageBody
	if err := json.Unmarshal(body, &b); err != nil {
		return err
	}
	after := m.snapshot()
	b.apply(after, c.Files)
	if err := s.checkMessage(after, &b, true); err != nil {
		return err
	}
	after.Flags &^= FlagLoading
	*m = *after
	m.changed()
	s.announce("MESSAGE_UPDATE", m)
	if b.Content.Set || b.Components.Set {
		s.mentioned(c, m, b.AllowedMentions.Value)
	}
	return nil
}

func (s *Server) deleteMessage(c *Call) (any, error) {
	ch, m, err := s.message(c)
	if err != nil {
		return nil, err
	}
	if m.Author != s.bot {
		if err := s.need(ch, ManageMessages); err != nil {
			return nil, err
		}
	}
	s.remove(m)
	return nil, nil
}

// remove deletes m and tells the bot. The caller holds s.mu.
func (s *Server) remove(m *Message) {
	m.Deleted = true
	m.changed()
	s.announce("MESSAGE_DELETE", m)
}

func (s *Server) getMessage(c *Call) (any, error) {
	ch, m, err := s.message(c)
	if err != nil {
		return nil, err
	}
	if err := s.need(ch, ReadMessageHistory); err != nil {
		return nil, err
	}
	return m.json(s.opts.Privileged.has(IntentMessageContent)), nil
}

func (s *Server) listMessages(c *Call) (any, error) {
	ch, err := s.channel(c)
	if err != nil {
		return nil, err
	}
	list := []object{}
	if !s.botPermissions(ch).has(ReadMessageHistory) {
		return list, nil // Discord answers so rather than with an error
	}
	limit := 50
	if q := c.Query.Get("limit"); q != "" {
		if limit, err = strconv.Atoi(q); err != nil || limit < 1 || limit > 100 {
			return nil, formError("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100")
		}
	}
	before, after, around := c.Query.Get("before"), c.Query.Get("after"), c.Query.Get("around")
	var found []*Message
	for _, m := range slices.Backward(ch.messages) {
		switch {
		case m.Deleted, m.Ephemeral():
		case before != "" && !older(m.ID, before):
		case after != "" && !older(after, m.ID):
		default:
			found = append(found, m)
		}
	}
	switch {
	case after != "": // the oldest ones after it, still newest first
		found = found[max(0, len(found)-limit):]
	case around != "":
		at := slices.IndexFunc(found, func(m *Message) bool { return !older(around, m.ID) })
		if at >= 0 {
			found = found[max(0, at-limit/2):]
		}
	}
	for _, m := range found[:min(limit, len(found))] {
		list = append(list, m.json(s.opts.Privileged.has(IntentMessageContent)))
	}
	return list, nil
}

// older reports whether the snowflake a is smaller than b.
func older(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}
