package discordtest_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exobot/bot/discord/discordtest"
)

const text = `{"content":"x","allowed_mentions":{"parse":[]}}`

func TestRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		lab := s.Guild("Lab")
		one, two := "/channels/"+lab.Channel("one").ID+"/messages", "/channels/"+lab.Channel("two").ID+"/messages"
		messages := discordtest.On("POST", "/channels/*/messages")

		s.Fail(messages, discordtest.RateLimit(1500*time.Millisecond), 1)
		got := call(t, s, "POST", one, text)
		if got.status != 429 || got.body["retry_after"] != 1.5 || got.body["global"] != false {
			t.Errorf("429 = %d %s", got.status, got.raw)
		}
		for name, want := range map[string]string{
			"Retry-After": "2", "X-RateLimit-Scope": "user", "X-RateLimit-Global": "",
			"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "1.500",
		} {
			if got := got.header.Get(name); got != want {
				t.Errorf("%s = %q, want %q", name, got, want)
			}
		}
		if got := call(t, s, "POST", two, text); got.status != 200 {
			t.Errorf("another channel: %d", got.status)
		}
		time.Sleep(time.Second)
		if got := call(t, s, "POST", one, text); got.status != 429 || got.body["retry_after"] != 0.5 {
			t.Errorf("too early: %d %s, want 429 for 0.5 s", got.status, got.raw)
		}
		time.Sleep(500 * time.Millisecond)
		if got := call(t, s, "POST", one, text); got.status != 200 || got.header.Get("X-RateLimit-Remaining") != "4" {
			t.Errorf("in time: %d %v", got.status, got.header)
		}

		s.Fail(messages, discordtest.GlobalRateLimit(2*time.Second), 1)
		in := lab.Channel("three").Slash(s.User("ann"), "ask")
		if got := call(t, s, "POST", one, text); got.status != 429 || got.header.Get("X-RateLimit-Global") != "true" || got.header.Get("X-RateLimit-Remaining") != "" {
			t.Errorf("global: %d %v", got.status, got.header)
		}
		if got := call(t, s, "GET", "/users/@me", nil); got.status != 429 || got.body["global"] != true {
			t.Errorf("another route: %d %s, want 429", got.status, got.raw)
		}
		if got := respond(t, s, in, hello); got.status != 204 {
			t.Errorf("interaction: %d, want it spared", got.status)
		}
		time.Sleep(2 * time.Second)

		s.Fail(messages, discordtest.LastOfBucket(time.Second), 1)
		if got := call(t, s, "POST", one, text); got.status != 200 || got.header.Get("X-RateLimit-Remaining") != "0" {
			t.Errorf("last of the bucket: %d %v", got.status, got.header)
		}
		if got := call(t, s, "POST", one, text); got.status != 429 {
			t.Errorf("after the last: %d, want 429", got.status)
		}
		s.Fail(messages, discordtest.SharedRateLimit(time.Second), 1)
		if got := call(t, s, "POST", two, text); got.header.Get("X-RateLimit-Scope") != "shared" {
			t.Errorf("scope = %q", got.header.Get("X-RateLimit-Scope"))
		}
	})
}

func TestFaults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		general := s.Guild("Lab").Channel("general")
		path := "/channels/" + general.ID + "/messages"
		messages := discordtest.On("POST", "/channels/{channel_id}/messages")
		count := func(want int) {
			t.Helper()
			if got := len(general.Messages()); got != want {
				t.Errorf("%d messages, want %d", got, want)
			}
		}

		s.Fail(messages, discordtest.Status(http.StatusBadGateway), 2)
		for range 2 {
			if got := call(t, s, "POST", path, text); got.status != 502 || !strings.Contains(got.raw, "<html>") {
				t.Errorf("%d %s, want 502", got.status, got.raw)
			}
		}
		s.Fail(messages, discordtest.APIError(403, 50007, "Cannot send messages to this user"), 1)
		if got := call(t, s, "POST", path, text); got.status != 403 || got.code() != 50007 {
			t.Errorf("%d %s, want 50007", got.status, got.raw)
		}
		count(0)

		s.Fail(messages, discordtest.DropBefore(), 1)
		if got, err := tryCall(s, "POST", path, text); err == nil {
			t.Errorf("dropped call got %d", got.status)
		}
		count(0)
		s.Fail(messages, discordtest.DropAfter(), 1)
		if got, err := tryCall(s, "POST", path, text); err == nil {
			t.Errorf("dropped call got %d", got.status)
		}
		count(1)
		if calls := s.WaitCalls(t.Context(), messages, 5); calls[4].Status != discordtest.StatusDropped {
			t.Errorf("status = %d, want dropped", calls[4].Status)
		}

		// Two faults together: late, and then an error.
		s.Fail(messages, discordtest.Delay(7*time.Second), 1)
		s.Fail(messages, discordtest.Status(500), 1)
		start := time.Now()
		if got := call(t, s, "POST", path, text); got.status != 500 || time.Since(start) != 7*time.Second {
			t.Errorf("%d after %v, want 500 after 7s", got.status, time.Since(start))
		}
		count(1)

		// One after the other: the first does not carry the call on.
		s.Fail(messages, discordtest.Status(500), 1)
		s.Fail(messages, discordtest.Status(501), 1)
		for _, want := range []int{500, 501, 200} {
			if got := call(t, s, "POST", path, text); got.status != want {
				t.Errorf("%d, want %d", got.status, want)
			}
		}
		count(2)

		stop := s.Fail(discordtest.On("", ""), discordtest.Status(503), discordtest.Always)
		for range 3 {
			if got := call(t, s, "GET", "/gateway", nil); got.status != 503 {
				t.Errorf("%d, want 503", got.status)
			}
		}
		stop()
		if got := call(t, s, "GET", "/gateway", nil); got.status != 200 {
			t.Errorf("%d after stop, want 200", got.status)
		}

		release := make(chan struct{})
		s.Fail(messages, discordtest.Hold(release), 1)
		done := make(chan answer)
		go func() {
			a, _ := tryCall(s, "POST", path, text)
			done <- a
		}()
		synctest.Wait()
		count(2)
		close(release)
		if got := <-done; got.status != 200 {
			t.Errorf("%d after release", got.status)
		}
		count(3)
	})
}

// A slow answer is no answer to a bot that has gone, but the call took effect;
// a call that arrives late from a bot that has gone does not.
func TestSlow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault discordtest.Fault
		want  int // messages
	}{
		{"SlowReply", discordtest.SlowReply(time.Minute), 1},
		{"Delay", discordtest.Delay(time.Minute), 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := discordtest.New(t, discordtest.Options{})
			general := s.Guild("Lab").Channel("general")
			s.Fail(discordtest.On("POST", ""), tt.fault, 1)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			r, _ := http.NewRequestWithContext(ctx, "POST", "https://discord.com/api/v9/channels/"+general.ID+"/messages", strings.NewReader(text))
			r.Header.Set("Authorization", "Bot "+s.Token())
			if _, err := s.Transport().RoundTrip(r); err == nil {
				t.Error("the answer came in time")
			}
			time.Sleep(2 * time.Minute)
			if got := len(general.Messages()); got != tt.want {
				t.Errorf("%s: %d messages, want %d", tt.name, got, tt.want)
			}
		})
	}
}

// The end of a test does not wait for calls that a fault holds up.
func TestCloseWithPendingCall(t *testing.T) {
	t.Parallel()
	done := make(chan error, 1)
	t.Run("pending", func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		s.Fail(discordtest.On("", ""), discordtest.Delay(time.Hour), 1)
		go func() {
			_, err := tryCall(s, "GET", "/gateway", nil)
			done <- err
		}()
		s.Await(t.Context(), "the call", func() bool { return len(s.Calls()) == 1 })
	})
	if err := <-done; err == nil {
		t.Error("the call was answered")
	}
}

func TestNonce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		lab := s.Guild("Lab")
		general, other := lab.Channel("general"), lab.Channel("other")
		send := func(ch *discordtest.Channel, body string) string {
			t.Helper()
			return call(t, s, "POST", "/channels/"+ch.ID+"/messages", body).id()
		}
		const enforced = `{"content":"x","nonce":"n1","enforce_nonce":true,"allowed_mentions":{"parse":[]}}`
		first := send(general, enforced)
		for _, tt := range []struct {
			name string
			id   string
			same bool
		}{
			{"again", send(general, enforced), true},
			{"another nonce", send(general, strings.Replace(enforced, "n1", "n2", 1)), false},
			{"another channel", send(other, enforced), false},
			{"not enforced", send(general, strings.Replace(enforced, "true", "false", 1)), false},
		} {
			if (tt.id == first) != tt.same {
				t.Errorf("%s: id %s after %s, want the same: %v", tt.name, tt.id, first, tt.same)
			}
		}
		time.Sleep(10 * time.Minute)
		if send(general, enforced) == first {
			t.Error("the nonce is remembered for ever")
		}
	})
}

// Who may do what, and how Discord says no.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const (
		embed = `{"embeds":[{"title":"T"}],"allowed_mentions":{"parse":[]}}`
		reply = `{"content":"x","message_reference":{"message_id":"MSG"},"allowed_mentions":{"parse":[]}}`
	)
	for _, tt := range []struct {
		name         string
		deny         discordtest.Permissions
		method, path string // CH, MSG and OWN stand for ids: MSG is ann's, OWN the bot's
		body         string
		status, code int
		rule         discordtest.Rule
	}{
		{"unknown route", 0, "GET", "/guilds/1/emojis", "", 404, 0, discordtest.RuleRoute},
		{"unknown method", 0, "PUT", "/gateway", "", 404, 0, discordtest.RuleRoute},
		{"unknown channel", 0, "POST", "/channels/1/messages", text, 404, 10003, discordtest.RuleUnknown},
		{"unknown guild", 0, "GET", "/guilds/1", "", 404, 10004, discordtest.RuleUnknown},
		{"unknown message", 0, "PATCH", "/channels/CH/messages/1", text, 404, 10008, discordtest.RuleUnknown},
		{"unknown webhook", 0, "POST", "/webhooks/1/x", text, 404, 10015, discordtest.RuleUnknown},
		{"unknown application", 0, "GET", "/applications/1/commands", "", 404, 10002, discordtest.RuleUnknown},
		{"unknown recipient", 0, "POST", "/users/@me/channels", `{"recipient_id":"1"}`, 400, 50033, discordtest.RuleUnknown},
		{"unknown message answered", 0, "POST", "/channels/CH/messages", strings.Replace(reply, "MSG", "1", 1), 400, 50035, discordtest.RuleForm},
		{"invisible channel", discordtest.ViewChannel, "POST", "/channels/CH/messages", text, 403, 50001, discordtest.RulePermissions},
		{"no sending", discordtest.SendMessages, "POST", "/channels/CH/messages", text, 403, 50013, discordtest.RulePermissions},
		{"no typing", discordtest.SendMessages, "POST", "/channels/CH/typing", "", 403, 50013, discordtest.RulePermissions},
		{"no embeds", discordtest.EmbedLinks, "POST", "/channels/CH/messages", embed, 403, 50013, discordtest.RulePermissions},
		{"no history", discordtest.ReadMessageHistory, "POST", "/channels/CH/messages", reply, 403, 160002, discordtest.RulePermissions},
		{"no threads", discordtest.CreatePublicThreads, "POST", "/channels/CH/messages/MSG/threads", `{"name":"x"}`, 403, 50013, discordtest.RulePermissions},
		{"no private threads", 0, "POST", "/channels/CH/threads", `{"name":"x","type":12}`, 403, 50013, discordtest.RulePermissions},
		{"no moderation", 0, "DELETE", "/channels/CH/messages/MSG", "", 403, 50013, discordtest.RulePermissions},
		{"somebody else's message", 0, "PATCH", "/channels/CH/messages/MSG", text, 403, 50005, discordtest.RuleAuthor},
		{"no JSON", 0, "POST", "/channels/CH/messages", "{", 400, 50109, discordtest.RuleForm},
		{"wrong JSON", 0, "POST", "/channels/CH/messages", `{"content":5}`, 400, 50035, discordtest.RuleForm},
		{"empty", 0, "POST", "/channels/CH/messages", `{"content":" \n"}`, 400, 50006, discordtest.RuleEmpty},
		{"emptied", 0, "PATCH", "/channels/CH/messages/OWN", `{"content":null}`, 400, 50006, discordtest.RuleEmpty},
		{"ephemeral in public", 0, "POST", "/channels/CH/messages", `{"content":"x","flags":64}`, 400, 50035, discordtest.RuleForm},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Options{})
			s.Expect(tt.rule)
			ch := s.Guild("Lab").Channel("general")
			msg := ch.Say(s.User("ann"), "hello")
			own := call(t, s, "POST", "/channels/"+ch.ID+"/messages", text)
			ch.Set(discordtest.Deny(tt.deny))
			fill := strings.NewReplacer("CH", ch.ID, "MSG", msg.ID, "OWN", own.id())
			got := call(t, s, tt.method, fill.Replace(tt.path), fill.Replace(tt.body))
			if got.status != tt.status || got.code() != tt.code {
				t.Errorf("%d %s, want %d with code %d", got.status, got.raw, tt.status, tt.code)
			}
		})
	}
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	s.Expect(discordtest.RuleAuth)
	for _, header := range []string{"", s.Token(), "Bearer " + s.Token(), "Bot nonsense"} {
		r, _ := http.NewRequest("GET", "https://discord.com/api/v9/users/@me", nil)
		r.Header.Set("Authorization", header)
		resp, err := s.Transport().RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("Authorization %q: %d, want 401", header, resp.StatusCode)
		}
	}
}

func TestModeration(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	ch := s.Guild("Lab").Channel("general", discordtest.Allow(discordtest.ManageMessages))
	msg := ch.Say(s.User("ann"), "hello")
	if got := call(t, s, "DELETE", "/channels/"+ch.ID+"/messages/"+msg.ID, nil); got.status != 204 {
		t.Errorf("%d %s", got.status, got.raw)
	}
	msg.WaitDelete(t.Context())
}

func TestWaitEdit(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	ch := s.Guild("Lab").Channel("general")
	call(t, s, "POST", "/channels/"+ch.ID+"/messages", text)
	before := ch.Messages()[0]
	go tryCall(s, "PATCH", "/channels/"+ch.ID+"/messages/"+before.ID, `{"content":"y","allowed_mentions":{"parse":[]}}`)
	after := before.WaitEdit(t.Context())
	if before.Content != "x" || after.Content != "y" || after.EditedAt.IsZero() {
		t.Errorf("before %q, after %q at %v", before.Content, after.Content, after.EditedAt)
	}
}
