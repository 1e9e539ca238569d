package discordtest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

var (
	userMention = regexp.MustCompile(`<@!?(\d+)>`)
	roleMention = regexp.MustCompile(`<@&(\d+)>`)
)

// mentions returns the users that m mentions: in its text, and by answering
// them. A reply to a response of an interaction mentions nobody. The caller
// holds s.mu.
func (m *Message) mentions() []*User {
	var users []*User
	for _, match := range userMention.FindAllStringSubmatch(m.Content, -1) {
		if u := m.s.userByID(match[1]); u != nil && !slices.Contains(users, u) {
			users = append(users, u)
		}
	}
	if ref := m.s.messages[m.ReplyTo]; ref != nil && m.pingsReplied && ref.interaction == nil {
		if !slices.Contains(users, ref.Author) {
			users = append(users, ref.Author)
		}
	}
	return users
}

// legible reports whether the bot may read m without the privilege to read
// message content. The caller holds s.mu.
func (m *Message) legible() bool {
	return m.Author == m.s.bot ||
		m.channel.Type == DMChannel ||
		slices.Contains(m.mentions(), m.s.bot)
}

// eventJSON is the message as the gateway shows it. The caller holds s.mu.
func (m *Message) eventJSON(content bool) object {
	o := m.json(content)
	o["channel_type"] = m.channel.Type
	if g := m.channel.guild; g != nil {
		o["guild_id"] = g.ID
		if m.WebhookID == "" && o["author"] != nil {
			member := m.Author.memberJSON(g)
			delete(member, "user")
			o["member"] = member
		}
	}
	return o
}

// json is the message as the REST API shows it, its content left out unless the
// bot may read it. The caller holds s.mu.
func (m *Message) json(content bool) object {
	mentions := []object{}
	for _, u := range m.mentions() {
		mentions = append(mentions, u.json())
	}
	roles := []string{}
	for _, match := range roleMention.FindAllStringSubmatch(m.Content, -1) {
		roles = append(roles, match[1])
	}
	o := object{
		"id":               m.ID,
		"channel_id":       m.ChannelID,
		"type":             0,
		"author":           m.Author.json(),
		"content":          m.Content,
		"timestamp":        timestamp(m.SentAt),
		"edited_timestamp": nil,
		"tts":              false,
		"pinned":           false,
		"mention_everyone": strings.Contains(m.Content, "@everyone"),
		"mentions":         mentions,
		"mention_roles":    roles,
		"attachments":      m.Attachments,
		"embeds":           orEmpty(m.rawEmbeds),
		"components":       orEmpty(m.rawComponents),
		"flags":            m.Flags,
	}
	if m.Attachments == nil {
		o["attachments"] = []Attachment{}
	}
	if !m.EditedAt.IsZero() {
		o["edited_timestamp"] = timestamp(m.EditedAt)
	}
	if thread := m.s.channels[m.ID]; thread != nil && thread.parent == m.channel {
		o["flags"] = m.Flags | FlagHasThread
		o["thread"] = thread.json()
	}
	if m.Nonce != "" {
		o["nonce"] = m.Nonce
	}
	if m.WebhookID != "" {
		o["webhook_id"] = m.WebhookID
	}
	if in := m.interaction; in != nil {
		o["type"] = 20
		o["application_id"] = m.s.AppID()
		o["webhook_id"] = m.s.AppID()
		o["interaction_metadata"] = object{
			"id": in.ID, "type": in.kind, "user": in.user.json(),
			"authorizing_integration_owners": in.owners(),
		}
	}
	if m.ReplyTo != "" {
		o["type"] = 19
		o["message_reference"] = object{"type": 0, "message_id": m.ReplyTo, "channel_id": m.ChannelID}
		o["referenced_message"] = nil
		if ref := m.s.messages[m.ReplyTo]; ref != nil && !ref.Deleted {
			short := *ref
			short.ReplyTo = "" // Discord goes one level deep
			o["referenced_message"] = short.json(content)
		}
	}
	for name, value := range m.overrides {
		o[name] = value
	}
	if !content && !m.legible() {
		o["content"] = ""
		o["embeds"] = []object{}
		o["components"] = []object{}
		o["attachments"] = []object{}
	}
	return o
}

// orEmpty writes a list that the bot left out as an empty one.
func orEmpty(raw json.RawMessage) any {
	if len(raw) == 0 || string(raw) == "null" {
		return []object{}
	}
	return raw
}
