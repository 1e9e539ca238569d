package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"exobot/knowledge"
)

// environment lists the variables that the program reads.
var environment = []struct{ name, meaning string }{
	{"DISCORD_TOKEN", "token of the Discord bot; it has no place in a file of settings"},
	{"DISCORD_TOKEN_FILE", "file that holds the token, instead of DISCORD_TOKEN"},
	{"EXOBOT_CONFIG", "settings file; " + defaultConfigFile + " in the working directory if unset"},
	{"EXOBOT_DATA", "folder for what is kept: the index and packs; overrides data in the settings"},
	{cacheVariable, "folder for what is kept of the shipped articles without data, or off; the user's own if unset"},
	{"NO_COLOR", "if set, no bold and dim text in the terminal"},
}

// defaultConfigFile is read when it exists and EXOBOT_CONFIG names no other.
const defaultConfigFile = "exobot.yaml"

// Config holds the settings of exobot.yaml. Folders are relative to the file. Secrets
// have no place in it: they come from the environment.
//
//	knowledge: packs/exosomes     # folder of the pack; without it the shipped pack
//	data: /var/lib/exobot         # keep the index and the last good packs there
//	discord:
//	  style: embed                # embed, components or text
//	  api_base: http://proxy:8080 # where to reach Discord; without it, discord.com
//	  ask_channels: ["8035..."]   # ids of channels where every question is answered
//	  forums: ["8036..."]         # ids of forums where every post gets an answer
//	  follow_ups: true            # answer questions in its own threads without a mention
//	  private: true               # show answers to /ask to the asker alone unless told otherwise
//	  contact: mods@example.org   # how to reach whoever runs the bot, shown by /about
//	  reports: "8037..."          # id of the channel that gets what members report
//	log:
//	  level: info                 # debug, info, warn or error
//	  format: json                # text or json; without it text on a terminal, else json
type Config struct {
	Knowledge string
	Data      string
	Discord   DiscordConfig
	Log       LogConfig
}

// DiscordConfig says how to reach Discord and how replies look there.
type DiscordConfig struct {
	Style   string // embed, components or text
	APIBase string // URL of the API, without a path; "" means Discord's own

	// AskChannels and Forums are the ids of the channels and forums where the bot answers
	// without being addressed, if it is sure of the answer.
	AskChannels, Forums []string
	// FollowUps says that questions in threads which the bot has opened need no mention.
	FollowUps bool

	Private bool   // whether /ask replies to the asker alone where its option does not say
	Contact string // one line, shown by /about; may be ""
	Reports string // id of the channel for what members report; "" for none
}

// LogConfig says what the log of "exobot run" holds.
type LogConfig struct {
	Level  slog.Level
	Format string // text or json; "" means that it depends on the output
}

// DefaultConfig returns the settings that hold without a file.
func DefaultConfig() Config {
	return Config{Discord: DiscordConfig{Style: "embed"}, Log: LogConfig{Level: slog.LevelInfo}}
}

// config returns the settings of the file that the environment names, or the defaults
// where there is no file. Its errors end the program with code 78.
func (c *console) config() (Config, error) {
	cfg, err := readConfig(c.getenv)
	if err != nil {
		return Config{}, configError(err)
	}
	return cfg, nil
}

// configFile returns the name of the settings file, and whether it must exist.
func configFile(getenv func(string) string) (name string, named bool) {
	name = getenv("EXOBOT_CONFIG")
	return cmp.Or(name, defaultConfigFile), name != ""
}

func readConfig(getenv func(string) string) (Config, error) {
	cfg := DefaultConfig()
	name, named := configFile(getenv)
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
	case errors.Is(err, fs.ErrNotExist):
		return Config{}, fmt.Errorf("settings %s: there is no such file; mend EXOBOT_CONFIG or unset it", name)
	case err != nil:
		return Config{}, fmt.Errorf("settings: %w", err)
	default:
		if cfg, err = parseConfig(name, data); err != nil {
			return Config{}, err
		}
	}
	if dir := getenv("EXOBOT_DATA"); dir != "" {
		cfg.Data = dir
	}
	return cfg, nil
}

// parseConfig reads settings on top of the defaults. The error shows everything that is
// wrong, one line each, with file and line.
func parseConfig(name string, data []byte) (Config, error) {
	cfg := DefaultConfig()
	r := &configReader{file: name, settings: cfg.settings(filepath.Dir(name)), lists: cfg.lists(), seen: make(map[string]int)}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF): // nothing but comments
		return cfg, nil
	case err != nil:
		return Config{}, yamlError(name, err)
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return Config{}, fmt.Errorf("%s:%d: a second document behind ---; keep one", name, second.Line)
	case !errors.Is(err, io.EOF):
		return Config{}, yamlError(name, err)
	}
	r.read("", doc.Content[0])
	if len(r.faults) > 0 {
		return Config{}, errors.Join(r.faults...)
	}
	return cfg, nil
}

// A setting checks the text of a value and keeps it.
type setting func(value string) error

// settings says what each key of the file does. Groups of keys are written with a full
// stop. Folders are relative to dir.
func (cfg *Config) settings(dir string) map[string]setting {
	return map[string]setting{
		"knowledge":          folder(&cfg.Knowledge, dir),
		"data":               folder(&cfg.Data, dir),
		"discord.style":      oneOf(&cfg.Discord.Style, "embed", "components", "text"),
		"discord.api_base":   baseURL(&cfg.Discord.APIBase),
		"discord.follow_ups": flagOf(&cfg.Discord.FollowUps),
		"discord.private":    flagOf(&cfg.Discord.Private),
		"discord.contact":    oneLineOf(&cfg.Discord.Contact, maxContact),
		"discord.reports":    idOf(&cfg.Discord.Reports),
		"log.level":          logLevel(&cfg.Log.Level),
		"log.format":         oneOf(&cfg.Log.Format, "text", "json"),
	}
}

// lists says what each key does whose value is a list: it checks and keeps one item.
func (cfg *Config) lists() map[string]setting {
	return map[string]setting{
		"discord.ask_channels": ids(&cfg.Discord.AskChannels),
		"discord.forums":       ids(&cfg.Discord.Forums),
	}
}

// snowflake matches the ids that Discord gives to everything.
var snowflake = regexp.MustCompile(`^[1-9][0-9]{16,19}$`)

func ids(to *[]string) setting {
	return func(value string) error {
		var id string
		if err := idOf(&id)(value); err != nil {
			return err
		}
		if slices.Contains(*to, id) {
			return fmt.Errorf("%s is in the list twice; keep one of them", id)
		}
		*to = append(*to, id)
		return nil
	}
}

func idOf(to *string) setting {
	return func(value string) error {
		if !snowflake.MatchString(value) {
			return fmt.Errorf("%q is not the id of a channel, which has 17 to 20 digits; in Discord, switch on Developer Mode and choose Copy Channel ID from the channel's menu", value)
		}
		*to = value
		return nil
	}
}

func flagOf(to *bool) setting {
	return func(value string) error {
		if value != "true" && value != "false" {
			return fmt.Errorf("%q is not one of true, false", value)
		}
		*to = value == "true"
		return nil
	}
}

func folder(to *string, dir string) setting {
	return func(value string) error {
		if !filepath.IsAbs(value) {
			value = filepath.Join(dir, value)
		}
		*to = value
		return nil
	}
}

func oneOf(to *string, choices ...string) setting {
	return func(value string) error {
		if !slices.Contains(choices, value) {
			return fmt.Errorf("%q is not one of %s", value, strings.Join(choices, ", "))
		}
		*to = value
		return nil
	}
}

// maxContact is the longest contact, in UTF-16 units, that leaves room for the rest of
// /about.
const maxContact = 200

func oneLineOf(to *string, limit int) setting {
	return func(value string) error {
		if n := knowledge.Units(value); n > limit || strings.ContainsAny(value, "\r\n") {
			return fmt.Errorf("%d characters are too long, or not one line; write one line of at most %d", n, limit)
		}
		*to = value
		return nil
	}
}

func baseURL(to *string) setting {
	return func(value string) error {
		u, err := url.Parse(value)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
			return fmt.Errorf("%q is not an address such as http://proxy:8080", value)
		}
		*to = strings.TrimRight(value, "/")
		return nil
	}
}

func logLevel(to *slog.Level) setting {
	return func(value string) error {
		levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
		level, ok := levels[value]
		if !ok {
			return fmt.Errorf("%q is not one of debug, info, warn, error", value)
		}
		*to = level
		return nil
	}
}

// A configReader goes through the tree of a settings file.
type configReader struct {
	file     string
	settings map[string]setting
	lists    map[string]setting // of one item
	seen     map[string]int     // line of each key
	faults   []error
}

func (r *configReader) faultf(n *yaml.Node, format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf("%s:%d: %s", r.file, n.Line, fmt.Sprintf(format, args...)))
}

// read takes in the mapping n, whose keys stand behind prefix in the table of settings.
func (r *configReader) read(prefix string, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		what := "the file"
		if prefix != "" {
			what = strings.TrimSuffix(prefix, ".")
		}
		r.faultf(n, "%s needs keys with values, such as %s", what, r.example(prefix))
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		path := prefix + key.Value
		if line, twice := r.seen[path]; twice {
			r.faultf(key, "%s is already set in line %d; keep one of them", path, line)
			continue
		}
		r.seen[path] = key.Line
		set, known := r.settings[path]
		item, list := r.lists[path]
		switch {
		case list && value.Kind != yaml.SequenceNode:
			r.faultf(value, "%s needs a list, such as [\"80351110224678912\"]", path)
		case list:
			for _, n := range value.Content {
				if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
					r.faultf(n, "%s needs a list of single values", path)
				} else if err := item(n.Value); err != nil {
					r.faultf(n, "%s: %v", path, err)
				}
			}
		case known && (value.Kind != yaml.ScalarNode || value.ShortTag() == "!!null" || value.Value == ""):
			r.faultf(value, "%s needs one value; give it one or remove the line", path)
		case known:
			if err := set(value.Value); err != nil {
				r.faultf(value, "%s: %v", path, err)
			}
		case r.group(path + "."):
			r.read(path+".", value)
		default:
			r.faultf(key, "there is no setting %s; %s", path, r.suggest(path))
		}
	}
}

func (r *configReader) names() []string {
	return slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(r.settings)), slices.Collect(maps.Keys(r.lists))...)))
}

// group reports whether there are settings behind prefix.
func (r *configReader) group(prefix string) bool {
	return slices.ContainsFunc(r.names(), func(name string) bool { return strings.HasPrefix(name, prefix) })
}

// example returns a line that could stand behind prefix.
func (r *configReader) example(prefix string) string {
	for _, name := range r.names() {
		if rest, ok := strings.CutPrefix(name, prefix); ok && !strings.Contains(rest, ".") {
			return rest + ": ..."
		}
	}
	return "key: value"
}

func (r *configReader) suggest(path string) string {
	if strings.Contains(path, "token") {
		return "the token comes from DISCORD_TOKEN or DISCORD_TOKEN_FILE"
	}
	if near := nearest(path, r.names()); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "the settings are " + strings.Join(r.names(), ", ")
}

var yamlMessage = regexp.MustCompile(`(?s)^yaml: (?:unmarshal errors:\s*)?(?:line (\d+): )?(.*)$`)

// unknownField is what package yaml says of a key that a struct lacks.
var unknownField = regexp.MustCompile(`^field (.*) not found in type \S+$`)

// yamlError rewrites an error of package yaml as file, line and message.
func yamlError(name string, err error) error {
	m := yamlMessage.FindStringSubmatch(err.Error())
	switch {
	case m == nil:
		return fmt.Errorf("%s: %w", name, err)
	case m[1] == "":
		return fmt.Errorf("%s: not YAML: %s", name, m[2])
	}
	message, _, _ := strings.Cut(m[2], "\n")
	message = unknownField.ReplaceAllString(message, `there is no key "$1"`)
	return fmt.Errorf("%s:%s: %s", name, m[1], message)
}

// hasToken reports whether the environment names a token, good or bad.
func hasToken(getenv func(string) string) bool {
	return getenv("DISCORD_TOKEN") != "" || getenv("DISCORD_TOKEN_FILE") != ""
}

// discordToken returns the token of the bot, without the space around it. Errors never
// hold any of it.
func discordToken(getenv func(string) string) (string, error) {
	token, file := getenv("DISCORD_TOKEN"), getenv("DISCORD_TOKEN_FILE")
	source := "DISCORD_TOKEN"
	switch {
	case token != "" && file != "":
		return "", errors.New("DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set; unset one of them")
	case token == "" && file == "":
		return "", errors.New("no Discord token; set DISCORD_TOKEN or DISCORD_TOKEN_FILE (the Discord Developer Portal shows it under Bot)")
	case file != "":
		data, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("DISCORD_TOKEN_FILE: %w", err)
		}
		token, source = string(data), "DISCORD_TOKEN_FILE "+file
	}
	token = strings.TrimSpace(token)
	switch {
	case token == "":
		return "", fmt.Errorf("%s is empty; put the token of the bot there", source)
	case strings.ContainsFunc(token, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r > unicode.MaxASCII }):
		return "", fmt.Errorf("%s holds more than a token; put nothing there but the token of the bot", source)
	}
	return token, nil
}
