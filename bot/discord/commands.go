package discord

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"exobot/bot"
)

// Names in our commands.
const (
	commandAsk     = "ask"
	optionQuestion = "question"
	optionTopic    = "topic"
	optionPrivate  = "private"
)

// A command is what we register so that Discord offers it to people
// (https://discord.com/developers/docs/interactions/application-commands).
type command struct {
	Name             string     `json:"name"`
	Names            localTexts `json:"name_localizations,omitempty"`
	Type             int        `json:"type"`
	Description      string     `json:"description"` // "" of a command in a menu
	Descriptions     localTexts `json:"description_localizations,omitempty"`
	Options          []option   `json:"options"`
	Contexts         []int      `json:"contexts"`
	IntegrationTypes []int      `json:"integration_types"`
	// DefaultPermissions are the member permissions without which a command is not
	// offered, as a decimal number; nil is everybody.
	DefaultPermissions *string `json:"default_member_permissions"`
}

// localTexts are wordings by the locales of Discord's clients. Clients in other languages
// show the English one.
type localTexts map[string]string

type option struct {
	Name         string     `json:"name"`
	Type         int        `json:"type"`
	Description  string     `json:"description"`
	Descriptions localTexts `json:"description_localizations,omitempty"`
	Required     bool       `json:"required,omitempty"`
	MaxLength    int        `json:"max_length,omitempty"`
	Complete     bool       `json:"autocomplete,omitempty"`
}

// Values of the fields of commands that are used.
const (
	typeChatInput   = 1
	typeMessageMenu = 3

	optionString  = 3
	optionBoolean = 5

	contextGuild   = 0
	contextBotDM   = 1
	contextPrivate = 2 // conversations that the bot is no part of

	installGuild = 0
	installUser  = 1
)

// maxQuestionOption is how long a question to /ask can be. Discord would take 6,000
// characters; nobody types more than this into a command, and nothing is cut off.
const maxQuestionOption = 1000

// commands returns the commands that we offer.
func commands() []command {
	text := func(name bot.PhraseName) string { return bot.Phrase("en", name) }
	return append([]command{{
		Name:         commandAsk,
		Type:         typeChatInput,
		Description:  text(phraseAsk),
		Descriptions: bot.Localizations(phraseAsk),
		Options: []option{
			{Name: optionQuestion, Type: optionString, Description: text(phraseAskQuestion), Descriptions: bot.Localizations(phraseAskQuestion), Required: true, MaxLength: maxQuestionOption, Complete: true},
			{Name: optionTopic, Type: optionString, Description: text(phraseAskTopic), Descriptions: bot.Localizations(phraseAskTopic), Complete: true},
			{Name: optionPrivate, Type: optionBoolean, Description: text(phraseAskPrivate), Descriptions: bot.Localizations(phraseAskPrivate)},
		},
		Contexts:         everywhere(),
		IntegrationTypes: anyhow(),
	}, {
		Name:             text(phraseMenu),
		Names:            bot.Localizations(phraseMenu),
		Type:             typeMessageMenu,
		Contexts:         everywhere(),
		IntegrationTypes: anyhow(),
	}}, browseCommands()...)
}

func everywhere() []int { return []int{contextGuild, contextBotDM, contextPrivate} }
func anyhow() []int     { return []int{installGuild, installUser} }

// register makes Discord offer want, and reports whether that took a change. Commands
// that are right are left alone: every creation counts towards 200 a day, and a changed
// command is unusable until clients have learnt of it.
func register(ctx context.Context, r *rest, app string, want []command) (changed bool, err error) {
	route, path := "/applications/{application}/commands", "/applications/"+app+"/commands"
	var have []command
	if err := r.do(ctx, request{method: http.MethodGet, route: route, path: path + "?with_localizations=true", repeatable: true}, &have); err != nil {
		return false, err
	}
	if sameCommands(have, want) {
		return false, nil
	}
	return true, r.do(ctx, request{method: http.MethodPut, route: route, path: path, body: want, repeatable: true}, nil)
}

// registerCommands registers our commands once the gateway has told who we are, and
// tries until that works or ctx ends.
func (c *Client) registerCommands(ctx context.Context) {
	select {
	case <-c.known:
	case <-ctx.Done():
		return
	}
	for failures := 0; ; failures++ {
		one, cancel := context.WithTimeout(ctx, eventTimeout)
		changed, err := register(one, c.rest, c.identity.Load().application, commands())
		cancel()
		if err == nil {
			c.log.Info("commands registered", "changed", changed)
			return
		}
		if ctx.Err() != nil {
			return
		}
		c.log.Error("register commands", "error", err)
		if !pause(ctx, backoff(failures, nil)) {
			return
		}
	}
}

// sameCommands reports whether two sets of commands are the same to their users. The
// order of commands, contexts and integration types is of no account, that of options is.
func sameCommands(a, b []command) bool {
	return bytes.Equal(canonical(a), canonical(b))
}

// canonical returns the JSON of the commands in an order of their own.
func canonical(list []command) []byte {
	list = slices.Clone(list)
	for i := range list {
		c := &list[i]
		if c.Type == 0 {
			c.Type = typeChatInput
		}
		c.Contexts = slices.Sorted(slices.Values(c.Contexts))
		c.IntegrationTypes = slices.Sorted(slices.Values(c.IntegrationTypes))
		if len(c.Options) == 0 {
			c.Options = nil
		}
	}
	slices.SortFunc(list, func(a, b command) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type)) })
	data, err := json.Marshal(list)
	if err != nil {
		panic("discord: a command is not JSON: " + err.Error()) // strings and numbers always are
	}
	return data
}
