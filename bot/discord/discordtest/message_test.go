package discordtest_test

import (
	"strings"
	"testing"

	"exobot/bot/discord/discordtest"
)

// What a test reads in a message is what a person reads.
func TestReadingMessages(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	general := s.Guild("Lab").Channel("general")
	for _, tt := range []struct {
		name, body, want string
	}{
		{"content", `"content":" hello "`, "hello"},
		{"embed", `"content":"see","embeds":[{"author":{"name":"A"},"title":"T","description":"D","fields":[{"name":"N","value":"V"}],"footer":{"text":"F"}}]`, "see\nA\nT\nD\nN\nV\nF"},
		{"displays", `"flags":32768,"components":[{"type":10,"content":"one"},{"type":17,"components":[
			{"type":9,"components":[{"type":10,"content":"two"}],"accessory":{"type":2,"style":1,"label":"B","custom_id":"b"}}]}]`, "one\ntwo"},
	} {
		call(t, s, "POST", "/channels/"+general.ID+"/messages", `{"allowed_mentions":{"parse":[]},`+tt.body+`}`)
		list := general.Messages()
		if got := list[len(list)-1].Text(); got != tt.want {
			t.Errorf("%s: text = %q, want %q", tt.name, got, tt.want)
		}
	}
	last := general.Messages()[2]
	byID, ok := last.Find("b")
	byLabel, also := last.Find("B")
	if !ok || !also || byID.Label != "B" || byLabel.CustomID != "b" {
		t.Errorf("found %+v by id, %+v by label", byID, byLabel)
	}
	if _, ok := last.Find("c"); ok {
		t.Error("found what is not there")
	}
}

// What the bot may read by REST depends on the privilege, not on the session.
func TestFetchingMessages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		privileged discordtest.Intents
		want       string
	}{
		{0, ""},
		{discordtest.IntentMessageContent, "chat"},
	} {
		s := discordtest.New(t, discordtest.Options{Privileged: tt.privileged})
		general := s.Guild("Lab").Channel("general")
		msg := general.Say(s.User("ann"), "chat")
		m, err := session(t, s).ChannelMessage(general.ID, msg.ID)
		if err != nil || m.Content != tt.want {
			t.Errorf("with %d: %+v, %v, want %q", tt.privileged, m, err, tt.want)
		}
	}
}

// A thread that a person opens is a place like others.
func TestHumanThread(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
	thread := general.Thread(ann, "Exosomes")
	connect(t, s, echo)
	answer := thread.WaitReply(t.Context(), thread.Say(ann, s.Mention()))
	if answer.ChannelID != thread.ID {
		t.Errorf("the answer is in %s, want %s", answer.ChannelID, thread.ID)
	}

	// Threads have a permission of their own, set in the channel they hang from.
	s.Expect(discordtest.RulePermissions)
	general.Set(discordtest.Deny(discordtest.SendMessagesInThreads))
	if _, err := session(t, s).ChannelMessageSend(thread.ID, "x"); err == nil || !strings.Contains(err.Error(), "50013") {
		t.Errorf("sending got %v, want 50013", err)
	}
	if v := s.Violations()[0].String(); !strings.HasPrefix(v, "permissions: 403 (50013)") || !strings.HasSuffix(v, "→ 403") {
		t.Errorf("violation = %q", v)
	}
}
