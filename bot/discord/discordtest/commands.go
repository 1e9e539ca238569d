package discordtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Kinds of command.
const (
	ChatInputCommand = 1
	UserCommand      = 2
	MessageCommand   = 3
)

// Kinds of command option.
const (
	OptionSubcommand      = 1
	OptionSubcommandGroup = 2
	OptionString          = 3
	OptionInteger         = 4
	OptionBoolean         = 5
	OptionUser            = 6
	OptionChannel         = 7
	OptionRole            = 8
	OptionMentionable     = 9
	OptionNumber          = 10
	OptionAttachment      = 11
)

// What fits in commands.
const (
	maxCommandName  = 32
	maxCommandDesc  = 100
	maxCommandText  = 8000 // names, descriptions and values of a whole command
	maxChatCommands = 100
	maxMenuCommands = 15  // of users, and again of messages
	maxCreations    = 200 // a day, in each guild and globally
	maxChoices      = 25
	maxChoiceName   = 100
	maxChoiceValue  = 100
)

// A Command is an application command as the bot registered it.
type Command struct {
	ID                       string            `json:"id"`
	Type                     int               `json:"type"`
	GuildID                  string            `json:"guild_id,omitempty"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations"`
	Options                  []CommandOption   `json:"options,omitempty"`
	DefaultMemberPermissions any               `json:"default_member_permissions"` // a decimal string, or nil
	Contexts                 []int             `json:"contexts"`
	IntegrationTypes         []int             `json:"integration_types"`
	NSFW                     bool              `json:"nsfw"`
}

// A CommandOption is an option of a command, or a subcommand with options.
type CommandOption struct {
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Required                 bool              `json:"required,omitempty"`
	Autocomplete             bool              `json:"autocomplete,omitempty"`
	Choices                  []Choice          `json:"choices,omitempty"`
	Options                  []CommandOption   `json:"options,omitempty"`
	MinLength                *int              `json:"min_length,omitempty"`
	MaxLength                *int              `json:"max_length,omitempty"`
	MinValue                 *float64          `json:"min_value,omitempty"`
	MaxValue                 *float64          `json:"max_value,omitempty"`
	ChannelTypes             []int             `json:"channel_types,omitempty"`
}

// A Choice is a value that Discord offers to the user.
type Choice struct {
	Name              string            `json:"name"`
	NameLocalizations map[string]string `json:"name_localizations,omitempty"`
	Value             any               `json:"value"` // string or float64
}

// Commands returns the global commands that the bot has registered.
func (s *Server) Commands() []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return copies(s.commands)
}

// Commands returns the commands that the bot has registered for the guild.
func (g *Guild) Commands() []Command {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	return copies(g.commands)
}

func copies(list []*Command) []Command {
	var out []Command
	for _, cmd := range list {
		out = append(out, *cmd)
	}
	return out
}

// commandList returns the list that the call's path names: a guild's, whose id
// it returns too, or the global one.
func (s *Server) commandList(c *Call) (*[]*Command, string, error) {
	if c.params["guild_id"] == "" {
		return &s.commands, "", nil
	}
	g, err := s.guild(c)
	if err != nil {
		return nil, "", err
	}
	return &g.commands, g.ID, nil
}

// command returns the position of the command that the call's path names.
func (s *Server) command(c *Call) (list *[]*Command, i int, err error) {
	list, _, err = s.commandList(c)
	if err != nil {
		return nil, 0, err
	}
	i = slices.IndexFunc(*list, func(cmd *Command) bool { return cmd.ID == c.params["command_id"] })
	if i < 0 {
		return nil, 0, unknown(10063, "application command")
	}
	return list, i, nil
}

func (s *Server) listCommands(c *Call) (any, error) {
	list, _, err := s.commandList(c)
	if err != nil {
		return nil, err
	}
	out := s.commandsJSON(*list)
	if c.Query.Get("with_localizations") != "true" {
		for _, o := range out {
			for _, name := range []string{"name_localizations", "description_localizations"} {
				delete(o, name)
			}
		}
	}
	return out, nil
}

func (s *Server) getCommand(c *Call) (any, error) {
	list, i, err := s.command(c)
	if err != nil {
		return nil, err
	}
	return s.commandJSON((*list)[i]), nil
}

// setCommands replaces the whole list. Commands keep their ids by type and name.
func (s *Server) setCommands(c *Call) (any, error) {
	list, guildID, err := s.commandList(c)
	if err != nil {
		return nil, err
	}
	var bodies []json.RawMessage
	if err := c.body(&bodies); err != nil {
		return nil, err
	}
	var f form
	next := []*Command{}
	for i, raw := range bodies {
		cmd := &Command{}
		if err := json.Unmarshal(raw, cmd); err != nil {
			return nil, err
		}
		checkCommand(&f, at("", i)[1:]+".", cmd)
		next = append(next, cmd)
	}
	checkDuplicates(&f, next)
	if err := f.err(); err != nil {
		return nil, err
	}
	fresh := 0
	for _, cmd := range next {
		cmd.ID, cmd.GuildID = "", guildID
		if old := sameCommand(*list, cmd); old != nil {
			cmd.ID = old.ID
		} else {
			cmd.ID = s.newID()
			fresh++
		}
	}
	if err := s.checkQuota(next, guildID, fresh); err != nil {
		return nil, err
	}
	*list = next
	return s.commandsJSON(next), nil
}

func sameCommand(list []*Command, cmd *Command) *Command {
	i := slices.IndexFunc(list, func(old *Command) bool { return old.Type == cmd.Type && old.Name == cmd.Name })
	if i < 0 {
		return nil
	}
	return list[i]
}

// createCommand adds a command, or replaces the one of the same type and name.
func (s *Server) createCommand(c *Call) (any, error) {
	list, guildID, err := s.commandList(c)
	if err != nil {
		return nil, err
	}
	cmd := &Command{}
	if err := c.body(cmd); err != nil {
		return nil, err
	}
	var f form
	checkCommand(&f, "", cmd)
	if err := f.err(); err != nil {
		return nil, err
	}
	cmd.GuildID = guildID
	if old := sameCommand(*list, cmd); old != nil {
		cmd.ID = old.ID
		*old = *cmd
		return s.commandJSON(cmd), nil
	}
	cmd.ID = s.newID()
	next := append(slices.Clone(*list), cmd)
	if err := s.checkQuota(next, guildID, 1); err != nil {
		return nil, err
	}
	*list = next
	return created{s.commandJSON(cmd)}, nil
}

func (s *Server) editCommand(c *Call) (any, error) {
	list, i, err := s.command(c)
	if err != nil {
		return nil, err
	}
	cmd := *(*list)[i]
	before := cmd
	if err := c.body(&cmd); err != nil {
		return nil, err
	}
	cmd.ID, cmd.Type, cmd.GuildID = before.ID, before.Type, before.GuildID
	var f form
	checkCommand(&f, "", &cmd)
	if err := f.err(); err != nil {
		return nil, err
	}
	(*list)[i] = &cmd
	return s.commandJSON(&cmd), nil
}

func (s *Server) deleteCommand(c *Call) (any, error) {
	list, i, err := s.command(c)
	if err != nil {
		return nil, err
	}
	*list = slices.Delete(slices.Clone(*list), i, i+1)
	return nil, nil
}

// commandJSON is the command as the API shows it.
func (s *Server) commandJSON(cmd *Command) object {
	var o object
	raw, _ := json.Marshal(cmd)
	json.Unmarshal(raw, &o)
	o["application_id"] = s.AppID()
	o["version"] = cmd.ID
	if cmd.IntegrationTypes == nil {
		o["integration_types"] = []int{0}
	}
	return o
}

func (s *Server) commandsJSON(list []*Command) []object {
	out := []object{}
	for _, cmd := range list {
		out = append(out, s.commandJSON(cmd))
	}
	return out
}

// checkQuota refuses more commands than fit, and too many new ones.
func (s *Server) checkQuota(next []*Command, guildID string, fresh int) error {
	count := make(map[int]int)
	for _, cmd := range next {
		count[cmd.Type]++
	}
	if count[ChatInputCommand] > maxChatCommands || count[UserCommand] > maxMenuCommands || count[MessageCommand] > maxMenuCommands {
		return refuse(RuleCommandQuota, 400, 30032, "Maximum number of application commands reached")
	}
	if s.created[guildID]+fresh > maxCreations {
		return refuse(RuleCommandQuota, 429, 30034, "Max number of daily application command creates has been reached (200)")
	}
	s.created[guildID] += fresh
	return nil
}

var (
	commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

	// locales are the languages that Discord's clients speak.
	locales = strings.Fields(`id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi
		sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko`)
)

// checkCommand checks a command; path ends in a dot if it is not empty.
func checkCommand(f *form, path string, cmd *Command) {
	if cmd.Type == 0 {
		cmd.Type = ChatInputCommand
	}
	f.length(path+"name", cmd.Name, 1, maxCommandName)
	switch cmd.Type {
	case ChatInputCommand:
		checkName(f, path+"name", cmd.Name)
		f.length(path+"description", cmd.Description, 1, maxCommandDesc)
	case UserCommand, MessageCommand:
		f.length(path+"description", cmd.Description, 0, 0)
		f.count(path+"options", len(cmd.Options), 0, 0)
	default:
		f.add(path+"type", "BASE_TYPE_CHOICES", fmt.Sprintf("%d is no type of command.", cmd.Type))
	}
	checkLocalizations(f, path+"name_localizations", cmd.NameLocalizations, maxCommandName, cmd.Type == ChatInputCommand)
	checkLocalizations(f, path+"description_localizations", cmd.DescriptionLocalizations, maxCommandDesc, false)
	checkOptions(f, path+"options", cmd.Options, 0)
	if n := commandText(cmd); n > maxCommandText {
		f.add(path+"name", "APPLICATION_COMMAND_TOO_LARGE", fmt.Sprintf("Command exceeds maximum size of %d, is %d.", maxCommandText, n))
	}
	for i, context := range cmd.Contexts {
		if context < 0 || context > 2 {
			f.add(at(path+"contexts", i), "BASE_TYPE_CHOICES", fmt.Sprintf("%d is no context.", context))
		}
	}
	if slices.Contains(cmd.Contexts, inPrivateChannel) && !slices.Contains(cmd.IntegrationTypes, userInstall) {
		f.add(path+"contexts", "APPLICATION_COMMAND_INVALID_CONTEXT", "Private channels need an app that users can install.")
	}
}

func checkName(f *form, path, name string) {
	if name == "" {
		return // its length is wrong already
	}
	if !commandName.MatchString(name) || strings.ToLower(name) != name {
		f.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
}

func checkLocalizations(f *form, path string, texts map[string]string, most int, names bool) {
	for locale, text := range texts {
		if !slices.Contains(locales, locale) {
			f.add(path+"."+locale, "ENUM_TYPE_COERCE", "Discord has no such language.")
		}
		f.length(path+"."+locale, text, 1, most)
		if names {
			checkName(f, path+"."+locale, text)
		}
	}
}

// checkOptions checks the options of a command, or at a depth those of a
// subcommand or group.
func checkOptions(f *form, path string, options []CommandOption, depth int) {
	f.count(path, len(options), 0, maxOptions)
	optional := false
	seen := make(map[string]bool)
	for i, o := range options {
		path := at(path, i)
		f.length(path+".name", o.Name, 1, maxCommandName)
		checkName(f, path+".name", o.Name)
		f.length(path+".description", o.Description, 1, maxCommandDesc)
		checkLocalizations(f, path+".name_localizations", o.NameLocalizations, maxCommandName, true)
		checkLocalizations(f, path+".description_localizations", o.DescriptionLocalizations, maxCommandDesc, false)
		if seen[o.Name] {
			f.add(path+".name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
		}
		seen[o.Name] = true
		switch {
		case o.Required && optional:
			f.add(path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		case o.Autocomplete && len(o.Choices) > 0:
			f.add(path+".choices", "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", "An option has choices or autocompletion, not both.")
		case o.Type < OptionSubcommand || o.Type > OptionAttachment:
			f.add(path+".type", "BASE_TYPE_CHOICES", fmt.Sprintf("%d is no type of option.", o.Type))
		case o.Type == OptionSubcommandGroup && depth > 0, o.Type == OptionSubcommand && depth > 1:
			f.add(path+".type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Subcommands do not nest so deep.")
		case o.Type > OptionSubcommandGroup && len(o.Options) > 0:
			f.add(path+".options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Only subcommands and groups have options.")
		}
		optional = optional || !o.Required
		checkChoices(f, path+".choices", o.Type, o.Choices)
		next := depth + 1
		if o.Type == OptionSubcommand {
			next = 2
		}
		checkOptions(f, path+".options", o.Options, next)
	}
}

// checkChoices checks what is offered for an option of that type, 0 if the
// type is not known.
func checkChoices(f *form, path string, optionType int, choices []Choice) {
	f.count(path, len(choices), 0, maxChoices)
	for i, choice := range choices {
		f.length(at(path, i)+".name", choice.Name, 1, maxChoiceName)
		checkLocalizations(f, at(path, i)+".name_localizations", choice.NameLocalizations, maxChoiceName, false)
		text, isText := choice.Value.(string)
		_, isNumber := choice.Value.(float64)
		switch {
		case isText && optionType != OptionInteger && optionType != OptionNumber:
			f.length(at(path, i)+".value", text, 1, maxChoiceValue)
		case isNumber && optionType != OptionString:
		default:
			f.add(at(path, i)+".value", "BASE_TYPE_CHOICES", fmt.Sprintf("%T does not fit the option.", choice.Value))
		}
	}
}

func checkDuplicates(f *form, list []*Command) {
	for i, cmd := range list {
		if sameCommand(list[:i], cmd) != nil {
			f.add(at("", i)[1:]+".name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
	}
}

// commandText returns how much text a command holds: its names, descriptions
// and values, in the language that needs most.
func commandText(cmd *Command) int {
	return longest(cmd.Name, cmd.NameLocalizations) +
		longest(cmd.Description, cmd.DescriptionLocalizations) + optionsText(cmd.Options)
}

func optionsText(options []CommandOption) int {
	n := 0
	for _, o := range options {
		n += longest(o.Name, o.NameLocalizations) + longest(o.Description, o.DescriptionLocalizations)
		for _, choice := range o.Choices {
			n += longest(choice.Name, choice.NameLocalizations)
			if text, ok := choice.Value.(string); ok {
				n += units(text)
			}
		}
		n += optionsText(o.Options)
	}
	return n
}

func longest(text string, translations map[string]string) int {
	n := units(text)
	for _, t := range translations {
		n = max(n, units(t))
	}
	return n
}
