package discordtest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// invocation begins an interaction, which send completes.
func (ch *Channel) invocation(u *User, k kind, opts []InvokeOption) *Interaction {
	in := &Interaction{s: ch.s, kind: k, channel: ch, user: u, settings: settings{locale: u.Locale}}
	for _, opt := range opts {
		opt(&in.settings)
	}
	return in
}

// place returns the context in which the interaction happens.
func (in *Interaction) place() int {
	switch {
	case in.channel.guild != nil:
		return inGuild
	case in.channel.Type == DMChannel:
		return inBotDM
	}
	return inPrivateChannel
}

// botPresent reports whether the app is installed where the interaction
// happens, rather than for the user alone.
func (in *Interaction) botPresent() bool {
	return in.place() == inBotDM || in.place() == inGuild && in.channel.guild.joined
}

// userInstalled reports whether the app is there for the user alone.
func (in *Interaction) userInstalled() bool { return !in.botPresent() }

// owners tells by whose installation the interaction came about.
func (in *Interaction) owners() map[string]string {
	owners := make(map[string]string)
	if in.botPresent() {
		owners["0"] = "0"
		if in.place() == inGuild {
			owners["0"] = in.channel.guild.ID
		}
	}
	if in.installed || in.userInstalled() {
		owners["1"] = in.user.ID
	}
	return owners
}

// send delivers the interaction to the bot. The caller holds s.mu.
func (in *Interaction) send(data object) *Interaction {
	s, ch := in.s, in.channel
	in.ID, in.created = s.newID(), time.Now()
	in.Token = base64.RawURLEncoding.EncodeToString([]byte("interaction:" + in.ID + ":not-a-secret"))
	o := object{
		"id":                             in.ID,
		"application_id":                 s.AppID(),
		"type":                           in.kind,
		"token":                          in.Token,
		"version":                        1,
		"data":                           data,
		"channel_id":                     ch.ID,
		"channel":                        ch.json(),
		"context":                        in.place(),
		"authorizing_integration_owners": in.owners(),
		"locale":                         in.locale,
		"app_permissions":                in.appPermissions().String(),
		"entitlements":                   []object{},
		"attachment_size_limit":          maxFileBytes,
	}
	if g := ch.guild; g != nil {
		member := in.user.memberJSON(g)
		member["permissions"] = (everyonePermissions | g.granted[in.user]).String()
		o["member"] = member
		o["guild_id"] = g.ID
		o["guild_locale"] = g.Locale
		o["guild"] = object{"id": g.ID, "locale": g.Locale, "features": []string{}}
	} else {
		o["user"] = in.user.json()
	}
	if in.source != nil {
		o["message"] = in.source.json(true)
	}
	for name, value := range in.overrides {
		o[name] = value
	}
	in.JSON, _ = json.Marshal(o)
	s.interactions[in.Token] = in
	in.heard = s.dispatch(event{name: "INTERACTION_CREATE", guild: ch.guild, data: o})
	return in
}

// appPermissions is what the app may do where the interaction happens.
func (in *Interaction) appPermissions() Permissions {
	if in.botPresent() {
		return in.s.botPermissions(in.channel)
	}
	return EmbedLinks | AttachFiles | MentionEveryone
}

// registered returns the command of that type and name as the bot registered
// it: the guild's before the global one. The caller holds s.mu.
func (in *Interaction) registered(commandType int, name string) *Command {
	in.s.t.Helper()
	var all []*Command
	if g := in.channel.guild; g != nil {
		all = slices.Clone(g.commands)
	}
	all = append(all, in.s.commands...)
	if len(all) == 0 {
		return &Command{ID: in.s.newID(), Type: commandType, Name: name}
	}
	cmd := sameCommand(all, &Command{Type: commandType, Name: name})
	if cmd == nil {
		in.s.t.Fatalf("the bot has registered no command %q", name)
	}
	if cmd.Contexts != nil && !slices.Contains(cmd.Contexts, in.place()) {
		in.s.t.Fatalf("command %q is not offered here: contexts %v", name, cmd.Contexts)
	}
	if in.userInstalled() && !slices.Contains(cmd.IntegrationTypes, userInstall) {
		in.s.t.Fatalf("command %q is not offered to users who installed the app: integration types %v", name, cmd.IntegrationTypes)
	}
	return cmd
}

// command makes the data of an invocation, or of an autocompletion of the
// focused option. The caller holds s.mu.
func (in *Interaction) command(path, focused string) object {
	in.s.t.Helper()
	words := strings.Fields(path)
	cmd := in.registered(ChatInputCommand, words[0])
	known, levels := cmd.Options, []object{}
	for i, word := range words[1:] {
		level := object{"name": word, "type": OptionSubcommand}
		if i < len(words)-2 {
			level["type"] = OptionSubcommandGroup
		}
		if o := findOption(known, word); o != nil {
			known = o.Options
		} else if len(cmd.Options) > 0 {
			in.s.t.Fatalf("command %q has no subcommand %q", cmd.Name, word)
		}
		levels = append(levels, level)
	}
	resolved := object{}
	options := in.optionsJSON(cmd, known, focused, resolved)
	for _, level := range slices.Backward(levels) {
		level["options"] = options
		options = []object{level}
	}
	data := object{"id": cmd.ID, "name": cmd.Name, "type": ChatInputCommand, "options": options}
	if cmd.GuildID != "" {
		data["guild_id"] = cmd.GuildID
	}
	if len(resolved) > 0 {
		data["resolved"] = resolved
	}
	return data
}

func findOption(options []CommandOption, name string) *CommandOption {
	i := slices.IndexFunc(options, func(o CommandOption) bool { return o.Name == name })
	if i < 0 {
		return nil
	}
	return &options[i]
}

// optionsJSON writes the options of the invocation, checked against those that
// the command is known to have if the bot has registered it.
func (in *Interaction) optionsJSON(cmd *Command, known []CommandOption, focused string, resolved object) []object {
	in.s.t.Helper()
	out := []object{}
	registered := cmd.Description != ""
	for _, opt := range in.options {
		value, optionType := optionValue(opt.Value, resolved)
		if registered {
			spec := findOption(known, opt.Name)
			switch {
			case spec == nil:
				in.s.t.Fatalf("command %q has no option %q", cmd.Name, opt.Name)
			case opt.Name == focused && !spec.Autocomplete:
				in.s.t.Fatalf("option %q of command %q has no autocompletion", opt.Name, cmd.Name)
			case opt.Name != focused && !spec.takes(value, optionType):
				in.s.t.Fatalf("option %q of command %q does not take %v", opt.Name, cmd.Name, value)
			}
			optionType = spec.Type
		}
		o := object{"name": opt.Name, "type": optionType, "value": value}
		if opt.Name == focused {
			o["focused"] = true
			in.focused = optionType
		}
		out = append(out, o)
	}
	for _, spec := range known {
		given := slices.ContainsFunc(in.options, func(o Option) bool { return o.Name == spec.Name })
		if spec.Required && !given && focused == "" {
			in.s.t.Fatalf("command %q needs option %q", cmd.Name, spec.Name)
		}
	}
	return out
}

// takes reports whether Discord's client lets the user enter the value. What
// people type into an option with autocompletion need not be one of the choices.
func (o *CommandOption) takes(value any, optionType int) bool {
	if o.Type != optionType && !(o.Type == OptionNumber && optionType == OptionInteger) &&
		!(o.Type == OptionMentionable && optionType == OptionUser) {
		return false
	}
	if text, ok := value.(string); ok && o.Type == OptionString {
		if o.MinLength != nil && units(text) < *o.MinLength || o.MaxLength != nil && units(text) > *o.MaxLength {
			return false
		}
	}
	return len(o.Choices) == 0 || slices.ContainsFunc(o.Choices, func(c Choice) bool { return fmt.Sprint(c.Value) == fmt.Sprint(value) })
}

// optionValue returns the value as JSON has it and the type of option that it
// suits, and adds what the value refers to.
func optionValue(value any, resolved object) (any, int) {
	switch v := value.(type) {
	case int:
		return v, OptionInteger
	case float64:
		return v, OptionNumber
	case bool:
		return v, OptionBoolean
	case *User:
		resolved["users"] = object{v.ID: v.json()}
		return v.ID, OptionUser
	case *Channel:
		resolved["channels"] = object{v.ID: v.json()}
		return v.ID, OptionChannel
	}
	return value, OptionString
}
