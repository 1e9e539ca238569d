package discordtest_test

import (
	"os"
	"strings"
	"testing"

	"exobot/bot/discord/discordtest"
)

// What Discord's OpenAPI document says of a call beyond the limits that the
// server knows itself.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	if os.Getenv("EXOBOT_TEST_DATA") == "" {
		t.Skip("EXOBOT_TEST_DATA names no folder with discord/openapi.json, so calls are not checked against it")
	}
	for _, tt := range []struct {
		name, method, path string // APP and CH stand for ids
		body               string
		want               string // the violation, or none
	}{
		{"message", "POST", "/channels/CH/messages", `{"content":"x","allowed_mentions":{"parse":[]}}`, ""},
		{"nulls", "POST", "/channels/CH/messages", `{"content":"x","embeds":null,"components":null,"allowed_mentions":{"parse":null}}`, ""},
		{"mention types", "POST", "/channels/CH/messages", `{"content":"x","allowed_mentions":{"parse":["people"]}}`, "/allowed_mentions/parse/0"},
		{"colour", "POST", "/channels/CH/messages", `{"embeds":[{"title":"x","color":16777216}],"allowed_mentions":{"parse":[]}}`, "/embeds/0/color: maximum"},
		{"accent", "POST", "/channels/CH/messages", `{"flags":32768,"components":[{"type":17,"accent_color":-1,"components":[{"type":10,"content":"x"}]}],"allowed_mentions":{"parse":[]}}`, "/components/0/accent_color: minimum"},
		{"query", "GET", "/channels/CH/messages?before=x", "", `parameter "before"`},
		{"permissions as text", "PUT", "/applications/APP/commands", `[{"name":"ask","description":"d","default_member_permissions":"32"}]`, ""},
		{"permissions as a list", "PUT", "/applications/APP/commands", `[{"name":"ask","description":"d","default_member_permissions":[32]}]`, "/0/default_member_permissions"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Options{})
			s.Tolerate(discordtest.RuleMentions)
			ch := s.Guild("Lab").Channel("general")
			fill := strings.NewReplacer("APP", s.AppID(), "CH", ch.ID)
			call(t, s, tt.method, fill.Replace(tt.path), fill.Replace(tt.body))
			if tt.want != "" {
				s.Expect(discordtest.RuleOpenAPI)
			}
			var got []string
			for _, v := range s.Violations() {
				if v.Rule == discordtest.RuleOpenAPI {
					got = append(got, v.Detail)
				}
			}
			if text := strings.Join(got, "\n"); (tt.want == "") != (text == "") || !strings.Contains(text, tt.want) {
				t.Errorf("violations %q, want %q", text, tt.want)
			}
		})
	}
}
