package discord

import (
	"strings"
	"testing"

	"exobot/bot"
)

func TestAddressed(t *testing.T) {
	t.Parallel()
	const self, ann, bob = "100", "1", "2"
	msg := func(text string, changes ...func(*message)) *message {
		m := &message{ID: "5", ChannelID: "6", GuildID: "7", Content: text, Author: &user{ID: ann}}
		for _, change := range changes {
			change(m)
		}
		return m
	}
	replyTo := func(id string) func(*message) {
		return func(m *message) { m.Type, m.Referenced = messageReply, &message{Author: &user{ID: id}} }
	}
	private := func(m *message) { m.GuildID = "" }
	tests := []struct {
		name    string
		message *message
		surface bot.Surface
		skip    string
	}{
		{"mention", msg("<@100> hello"), bot.SurfaceMention, ""},
		{"old form of mention", msg("hello <@!100>"), bot.SurfaceMention, ""},
		{"mention in the middle", msg("tell me, <@100>, what"), bot.SurfaceMention, ""},
		{"us first, somebody else later", msg("<@100> what does <@2> mean?"), bot.SurfaceMention, ""},
		{"a reply to somebody else that mentions us", msg("<@100> is that so?", replyTo(bob)), bot.SurfaceMention, ""},
		{"private", msg("hello", private), bot.SurfaceDM, ""},
		{"reply to us", msg("why?", replyTo(self)), bot.SurfaceReply, ""},

		{"not addressed", msg("hello"), "", "not addressed"},
		{"everybody", msg("@everyone <@&100> hello"), "", "not addressed"},
		{"mention in code", msg("`<@100>` and ```\n<@100>\n```"), "", "not addressed"},
		{"reply to us that we may not read", msg("", replyTo(self)), "", "not addressed"},
		{"somebody else first", msg(" <@2> ask <@100>"), "", "addresses somebody else"},
		{"somebody else", msg("hello <@2>"), "", "addresses somebody else"},
		{"reply to us that is meant for somebody else", msg("<@2> look", replyTo(self)), "", "addresses somebody else"},
		{"reply to somebody else", msg("why?", replyTo(bob)), "", "not addressed"},

		{"bot", msg("<@100>", func(m *message) { m.Author.Bot = true }), "", "bot"},
		{"webhook", msg("<@100>", func(m *message) { m.WebhookID = "8" }), "", "webhook"},
		{"ourselves", msg("<@100>", func(m *message) { m.Author.ID = self }), "", "own message"},
		{"no author", msg("<@100>", func(m *message) { m.Author = nil }), "", "incomplete"},
		{"empty author", msg("<@100>", func(m *message) { m.Author = &user{} }), "", "incomplete"},
		{"somebody joined", msg("<@100>", func(m *message) { m.Type = 7 }), "", "system message"},
	}
	for _, test := range tests {
		surface, skip := addressed(test.message, self)
		if surface != test.surface || skip != test.skip {
			t.Errorf("%s: addressed = %q, %q; want %q, %q", test.name, surface, skip, test.surface, test.skip)
		}
	}
	if _, skip := addressed(msg("<@100>", private), ""); skip != "not ready" {
		t.Errorf("before READY: skip = %q", skip)
	}
}

func TestPlainQuestion(t *testing.T) {
	t.Parallel()
	tests := []struct{ content, want string }{
		{"<@100> how big is an exosome?", "how big is an exosome?"},
		{"how big\nis  it <@!100>", "how big is it"},
		{"<@100>", ""},
		{"<@100> <a:wave:123> <:exo:5> <@&6> <#7> </ask:8> <t:1700000000:R> <id:browse>", ""},
		{"is **this** __really__ ~~not~~ ||so||?", "is this really not so?"},
		{"> quoted\n# heading\nquestion", "quoted heading question"},
		{"what does `CD63` do in ```go\nfmt.Println(\"x\")\n``` then", "what does CD63 do in fmt.Println(\"x\") then"},
		{"is [this paper](https://example.org/a_(b)) right?", "is this paper right?"},
		{"see https://example.org/x?y=1 and <https://example.org>: true?", "see and : true?"},
		{"5 < 6 and a_b_c", "5 < 6 and a_b_c"},
		{"zero\u200bwidth \u202eright-to-left", "zerowidth right-to-left"},
		{"\x00\x01", ""},
	}
	for _, test := range tests {
		if got := plainQuestion(test.content); got != test.want {
			t.Errorf("plainQuestion(%q) = %q, want %q", test.content, got, test.want)
		}
	}
}

func TestDecodeToleratesOddTypes(t *testing.T) {
	t.Parallel()
	var m message
	err := decode([]byte(`{"id":"5","channel_id":"6","author":{"id":"1","bot":"perhaps"},"mentions":7,"content":"hello"}`), &m)
	if err != nil || m.ID != "5" || m.Content != "hello" || m.Author == nil {
		t.Errorf("decode = %v, %+v", err, m)
	}
	if err := decode([]byte(`{"id":`), &m); err == nil || strings.Contains(err.Error(), "hello") {
		t.Errorf("decode of half an object = %v", err)
	}
}
