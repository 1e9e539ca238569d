package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestParseConfig(t *testing.T) {
	t.Parallel()
	full := DefaultConfig()
	full.Knowledge = "testdata/pack"
	full.Discord = DiscordConfig{Style: "components", APIBase: "http://127.0.0.1:8080", AskChannels: []string{"80351110224678912", "80351110224678913"}, Forums: []string{"80351110224678914"}, FollowUps: true,
		Private: true, Contact: "the moderators, by direct message", Reports: "80351110224678915"}
	full.Log = LogConfig{Level: slog.LevelDebug, Format: "text"}
	for _, test := range []struct {
		file string
		want Config
	}{
		{"full.yaml", full},
		{"empty.yaml", DefaultConfig()},
	} {
		got, err := parseConfigFile(t, test.file)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, %v; want %+v", test.file, got, err, test.want)
		}
	}
}

func TestParseConfigErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		file string
		want []string // lines, without the folder
	}{
		{"unknown-key.yaml", []string{"unknown-key.yaml:3: there is no setting discord.stile; did you mean discord.style?"}},
		{"unknown-group.yaml", []string{"unknown-group.yaml:1: there is no setting http; the settings are data, discord.api_base, discord.ask_channels, discord.contact, discord.follow_ups, discord.forums, discord.private, discord.reports, discord.style, knowledge, log.format, log.level"}},
		{"token.yaml", []string{"token.yaml:2: there is no setting discord.token; the token comes from DISCORD_TOKEN or DISCORD_TOKEN_FILE"}},
		{"twice.yaml", []string{"twice.yaml:3: log.level is already set in line 2; keep one of them"}},
		{"values.yaml", []string{
			`values.yaml:2: discord.style: "fancy" is not one of embed, components, text`,
			`values.yaml:3: discord.api_base: "discord.example" is not an address such as http://proxy:8080`,
			`values.yaml:4: discord.private: "yes" is not one of true, false`,
			`values.yaml:5: discord.reports: "#reports" is not the id of a channel, which has 17 to 20 digits; in Discord, switch on Developer Mode and choose Copy Channel ID from the channel's menu`,
			`values.yaml:6: discord.follow_ups: "1" is not one of true, false`,
			`values.yaml:8: log.level: "loud" is not one of debug, info, warn, error`,
			`values.yaml:9: log.format needs one value; give it one or remove the line`,
		}},
		{"ids.yaml", []string{
			`ids.yaml:2: discord.ask_channels needs a list, such as ["80351110224678912"]`,
			`ids.yaml:4: discord.forums: "general" is not the id of a channel, which has 17 to 20 digits; in Discord, switch on Developer Mode and choose Copy Channel ID from the channel's menu`,
			`ids.yaml:6: discord.forums: 80351110224678912 is in the list twice; keep one of them`,
			`ids.yaml:7: discord.forums needs a list of single values`,
			`ids.yaml:8: discord.forums needs a list of single values`,
		}},
		{"list.yaml", []string{"list.yaml:1: knowledge needs one value; give it one or remove the line"}},
		{"scalar-group.yaml", []string{"scalar-group.yaml:1: log needs keys with values, such as format: ..."}},
		{"scalar.yaml", []string{"scalar.yaml:1: the file needs keys with values, such as data: ..."}},
		{"tab.yaml", []string{"tab.yaml:2: found character that cannot start any token"}},
		{"two-documents.yaml", []string{"two-documents.yaml:3: a second document behind ---; keep one"}},
	} {
		_, err := parseConfigFile(t, test.file)
		if err == nil {
			t.Errorf("%s: no error", test.file)
			continue
		}
		got := strings.ReplaceAll(err.Error(), filepath.FromSlash("testdata/config/"), "")
		if want := strings.Join(test.want, "\n"); got != want {
			t.Errorf("%s:\n got %s\nwant %s", test.file, got, want)
		}
	}
}

func parseConfigFile(t *testing.T, name string) (Config, error) {
	t.Helper()
	name = filepath.Join("testdata", "config", name)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return parseConfig(name, data)
}

// A pack in the settings is relative to the file, and EXOBOT_DATA overrides data.
func TestReadConfig(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "settings.yaml")
	if err := os.WriteFile(file, []byte("knowledge: mine\ndata: /var/lib/exobot\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		env                 map[string]string
		wantPack, wantIndex string
	}{
		{map[string]string{}, "", ""},
		{map[string]string{"EXOBOT_CONFIG": file}, filepath.Join(dir, "mine"), "/var/lib/exobot"},
		{map[string]string{"EXOBOT_CONFIG": file, "EXOBOT_DATA": "here"}, filepath.Join(dir, "mine"), "here"},
	} {
		cfg, err := readConfig(func(name string) string { return test.env[name] })
		if err != nil || cfg.Knowledge != test.wantPack || cfg.Data != test.wantIndex {
			t.Errorf("%v: got %q and %q, %v", test.env, cfg.Knowledge, cfg.Data, err)
		}
	}
}

func TestDiscordToken(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"DISCORD_TOKEN": "abc.def-ghi_jkl"}, "abc.def-ghi_jkl"},
		{map[string]string{"DISCORD_TOKEN": " abc\n"}, "abc"},
		{map[string]string{"DISCORD_TOKEN_FILE": "testdata/token"}, "secret-of-the-file"},
	} {
		got, err := discordToken(func(name string) string { return test.env[name] })
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%v: got %q, %v", test.env, got, err)
		}
	}
}

func TestDiscordTokenErrorsHoldNoToken(t *testing.T) {
	t.Parallel()
	for _, env := range []map[string]string{
		{"DISCORD_TOKEN": "hush hush"},
		{"DISCORD_TOKEN": "hush\x00"},
		{"DISCORD_TOKEN": "hush–hush"},
		{"DISCORD_TOKEN": "hush", "DISCORD_TOKEN_FILE": "testdata/token"},
	} {
		got, err := discordToken(func(name string) string { return env[name] })
		if err == nil || got != "" || strings.Contains(err.Error(), "hush") {
			t.Errorf("%v: got %q, %v", env, got, err)
		}
	}
}
