package discord

import (
	"cmp"
	"encoding/json"
)

// The events and their parts, as far as they are used. They are decoded here from the
// raw event and not taken from the library, which gives up a whole message, and with it
// the question, over a component of a kind that it does not know.

// A message that somebody has posted.
type message struct {
	ID         string      `json:"id"`
	ChannelID  string      `json:"channel_id"`
	GuildID    string      `json:"guild_id"` // "" in a private conversation
	Type       messageType `json:"type"`
	Content    string      `json:"content"` // "" where we may not read it
	Author     *user       `json:"author"`
	WebhookID  string      `json:"webhook_id"`
	Mentions   []user      `json:"mentions"`           // whom the text or the reply mentions
	Referenced *message    `json:"referenced_message"` // what this message replies to

	Flags       messageFlags `json:"flags"`
	ChannelType *channelType `json:"channel_type"` // nil where Discord does not say
	Reference   struct {
		MessageID string `json:"message_id"`
	} `json:"message_reference"` // to that message
	Interaction struct {
		ID string `json:"id"`
	} `json:"interaction_metadata"` // that this message answers
}

// question returns the id of the message or the interaction that this message of ours
// answers, or "".
func (m *message) question() string { return cmp.Or(m.Interaction.ID, m.Reference.MessageID) }

type messageType int

// The kinds of message that people write; all others are notices of the system.
const (
	messageDefault messageType = 0
	messageReply   messageType = 19
)

type user struct {
	ID  string `json:"id"`
	Bot bool   `json:"bot"`
}

// An interaction is a command, a click, a form or a request for completions.
type interaction struct {
	ID            string          `json:"id"`
	ApplicationID string          `json:"application_id"`
	Type          interactionType `json:"type"`
	Token         string          `json:"token"` // a secret for 15 minutes
	Data          json.RawMessage `json:"data"`
	ChannelID     string          `json:"channel_id"`
	GuildID       string          `json:"guild_id"` // "" outside guilds
	Locale        string          `json:"locale"`
	GuildLocale   string          `json:"guild_locale"` // "" outside guilds
	Channel       struct {
		Type channelType `json:"type"`
	} `json:"channel"`
	Allowed  permission                 `json:"app_permissions"`                // ours, in the channel
	Installs map[string]json.RawMessage `json:"authorizing_integration_owners"` // by kind
	Message  *message                   `json:"message"`                        // that a component stands under
	Member   *struct {
		User        *user      `json:"user"`
		Permissions permission `json:"permissions"` // in the channel
	} `json:"member"` // in a guild
	User *user `json:"user"` // elsewhere
}

// by returns the id of the user who caused the interaction, or "".
func (i *interaction) by() string {
	switch {
	case i.Member != nil && i.Member.User != nil:
		return i.Member.User.ID
	case i.User != nil:
		return i.User.ID
	}
	return ""
}

type interactionType int

const (
	interactionCommand      interactionType = 2
	interactionComponent    interactionType = 3
	interactionAutocomplete interactionType = 4
	interactionModal        interactionType = 5
)

// commandData is what comes with a command.
type commandData struct {
	Name    string          `json:"name"`
	Type    int             `json:"type"`
	Options []commandOption `json:"options"`
	// Of a command from the menu of a message.
	TargetID string `json:"target_id"`
	Resolved struct {
		Messages map[string]*message `json:"messages"`
	} `json:"resolved"`
}

type commandOption struct {
	Name    string `json:"name"`
	Value   any    `json:"value"`
	Focused bool   `json:"focused"` // whether this is being typed, in a request for completions
}

// text returns the value of a string option, or "" if it is missing or something else.
func (d *commandData) text(name string) string {
	s, _ := d.value(name).(string)
	return s
}

// flag returns the value of a boolean option, or fallback if it is missing or
// something else.
func (d *commandData) flag(name string, fallback bool) bool {
	if b, ok := d.value(name).(bool); ok {
		return b
	}
	return fallback
}

func (d *commandData) value(name string) any {
	for _, o := range d.Options {
		if o.Name == name {
			return o.Value
		}
	}
	return nil
}

// ready is what the gateway says first of a new session.
type ready struct {
	User        user   `json:"user"`
	ResumeURL   string `json:"resume_gateway_url"`
	Application struct {
		ID string `json:"id"`
	} `json:"application"`
}
