package discordtest_test

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"exobot/bot/discord/discordtest"
)

func TestMessageAndReply(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
	connect(t, s, echo)

	question := general.Say(ann, s.Mention()+" hello")
	got := general.WaitReply(t.Context(), question)
	if want := "you said: " + s.Mention() + " hello"; got.Content != want {
		t.Errorf("content = %q, want %q", got.Content, want)
	}
	if got.ReplyTo != question.ID || got.Author != s.BotUser() {
		t.Errorf("the answer replies to %q as %v, want %q as the bot", got.ReplyTo, got.Author, question.ID)
	}
	if pings := s.Pings(); len(pings) != 0 {
		t.Errorf("pings = %v, want none", pings)
	}
	calls := s.WaitCalls(t.Context(), discordtest.On("POST", "/channels/*/messages"), 1)
	if len(calls) != 1 || calls[0].Route != "/channels/{channel_id}/messages" || calls[0].Version != "9" || calls[0].Status != 200 {
		t.Errorf("calls = %v", calls)
	}
}

func TestDirectMessage(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	ann := s.User("ann")
	connect(t, s, echo)
	question := ann.DM("hello")
	if got := ann.DMChannel().WaitReply(t.Context(), question); got.Content != "you said: hello" {
		t.Errorf("content = %q", got.Content)
	}
}

// A whole life in virtual time: nothing here takes real seconds, though
// discordgo sleeps one while it closes.
func TestVirtualTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
		connect(t, s, echo)
		general.WaitReply(t.Context(), general.Say(ann, s.Mention()))

		time.Sleep(time.Hour)
		if got := s.Connections(); len(got) != 1 || !got[0].Open || got[0].Heartbeats < 80 {
			t.Errorf("after an hour the connections are %+v", got)
		}
		general.Say(s.User("other", discordtest.OtherBot()), "beep")
		synctest.Wait()
		if n := len(general.Messages()); n != 3 {
			t.Errorf("%d messages, want 3: the bot does not answer bots", n)
		}
	})
}

func TestTCP(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{TCP: true})
	general, ann := s.Guild("Lab").Channel("general"), s.User("ann")

	// A bot in another process would know nothing but the URL.
	d, err := discordgo.New("Bot " + s.Token())
	if err != nil {
		t.Fatal(err)
	}
	d.Identify.Intents = fewIntents
	d.Dialer = &websocket.Dialer{}
	d.Client.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.URL.Scheme, r.URL.Host = "http", strings.TrimPrefix(s.URL(), "http://")
		return http.DefaultTransport.RoundTrip(r)
	})
	d.AddHandler(echo)
	open(t, s, d)
	general.WaitReply(t.Context(), general.Say(ann, s.Mention()))
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTransportLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	r, _ := http.NewRequest("GET", "https://example.com/api/v10/gateway", nil)
	if _, err := s.Transport().RoundTrip(r); err == nil {
		t.Error("a request to example.com got through")
	}
	if _, err := s.DialContext(t.Context(), "tcp", "example.com:443"); err == nil {
		t.Error("a connection to example.com came about")
	}
}

// An unfortunate collects what a server would report, so that the reports can
// be tested themselves.
type unfortunate struct {
	testing.TB
	errors   []string
	cleanups []func()
}

func (u *unfortunate) Helper()             {}
func (u *unfortunate) Cleanup(f func())    { u.cleanups = append(u.cleanups, f) }
func (u *unfortunate) Failed() bool        { return len(u.errors) > 0 }
func (u *unfortunate) Logf(string, ...any) {}
func (u *unfortunate) Errorf(format string, args ...any) {
	u.errors = append(u.errors, format)
}

func (u *unfortunate) Fatalf(format string, args ...any) {
	u.Errorf(format, args...)
	runtime.Goexit()
}

func (u *unfortunate) end() {
	for _, f := range u.cleanups {
		f()
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		declare func(*discordtest.Server)
		commit  bool
		want    int // complaints
	}{
		{"none committed", func(*discordtest.Server) {}, false, 0},
		{"not declared", func(*discordtest.Server) {}, true, 1},
		{"expected", func(s *discordtest.Server) { s.Expect(discordtest.RuleRoute) }, true, 0},
		{"expected in vain", func(s *discordtest.Server) { s.Expect(discordtest.RuleRoute) }, false, 1},
		{"tolerated", func(s *discordtest.Server) { s.Tolerate(discordtest.RuleRoute) }, true, 0},
		{"tolerated in vain", func(s *discordtest.Server) { s.Tolerate(discordtest.RuleRoute) }, false, 0},
		{"another expected", func(s *discordtest.Server) { s.Expect(discordtest.RuleAuth) }, true, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := &unfortunate{TB: t}
			s := discordtest.New(u, discordtest.Options{})
			tt.declare(s)
			if tt.commit {
				call(t, s, "GET", "/soundboard", nil)
			}
			u.end()
			if len(u.errors) != tt.want {
				t.Errorf("%d complaints, want %d: %q", len(u.errors), tt.want, u.errors)
			}
		})
	}
}

func TestAwaitGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, tt := range []struct {
			deadline time.Duration // of the context, if any
			want     time.Duration
		}{
			{time.Second, time.Second},
			{0, 20 * time.Second},
		} {
			u := &unfortunate{TB: t}
			s := discordtest.New(u, discordtest.Options{Patience: 20 * time.Second})
			ctx, start := t.Context(), time.Now()
			if tt.deadline > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, tt.deadline)
				defer cancel()
			}
			done := make(chan struct{})
			go func() { // because Fatalf ends its goroutine
				defer close(done)
				s.WaitReady(ctx)
			}()
			<-done
			u.end()
			if got := time.Since(start); got != tt.want || len(u.errors) != 1 {
				t.Errorf("gave up after %v with %q, want %v", got, u.errors, tt.want)
			}
		}
	})
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{Shards: 3, Privileged: discordtest.IntentMessageContent})
	lab := s.Guild("Lab")
	general, ann := lab.Channel("general"), s.User("ann")

	for _, tt := range []struct {
		method, path string
		body         any
		want         string // somewhere in the answer
	}{
		{"GET", "/gateway", nil, `"url":"ws://gateway.discord.test"`},
		{"GET", "/gateway/bot", nil, `"shards":3`},
		{"GET", "/users/@me", nil, `"username":"exobot"`},
		{"GET", "/applications/@me", nil, `"flags":524288`},
		{"GET", "/oauth2/applications/@me", nil, s.AppID()},
		{"GET", "/guilds/" + lab.ID, nil, `"name":"Lab"`},
		{"GET", "/guilds/" + lab.ID + "/channels", nil, general.ID},
		{"GET", "/channels/" + general.ID, nil, `"name":"general"`},
		{"POST", "/users/@me/channels", map[string]any{"recipient_id": ann.ID}, ann.ID},
		{"GET", "/channels/" + general.ID + "/messages", nil, "[]"},
	} {
		if got := call(t, s, tt.method, tt.path, tt.body); got.status != 200 || !strings.Contains(got.raw, tt.want) {
			t.Errorf("%s %s = %d %s, want 200 with %s", tt.method, tt.path, got.status, got.raw, tt.want)
		}
	}
	if got := call(t, s, "POST", "/channels/"+general.ID+"/typing", nil); got.status != 204 || general.Typing() != 1 {
		t.Errorf("typing = %d, %d times", got.status, general.Typing())
	}
}

func TestThreads(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	lab := s.Guild("Lab")
	general, help, ann := lab.Channel("general"), lab.Channel("help", discordtest.Forum()), s.User("ann")
	events := make(chan *discordgo.ThreadCreate, 10)
	connect(t, s, func(_ *discordgo.Session, e *discordgo.ThreadCreate) { events <- e })

	question := general.Say(ann, s.Mention())
	thread := call(t, s, "POST", "/channels/"+general.ID+"/messages/"+question.ID+"/threads", `{"name":"Answer"}`)
	if thread.status != 201 || thread.id() != question.ID {
		t.Fatalf("thread = %d %s, want id %s", thread.status, thread.raw, question.ID)
	}
	if e := <-events; e.ID != question.ID || e.ParentID != general.ID {
		t.Errorf("event for thread %s in %s", e.ID, e.ParentID)
	}
	call(t, s, "POST", "/channels/"+thread.id()+"/messages", `{"content":"here","allowed_mentions":{"parse":[]}}`)
	if got := general.Reply(question); got == nil || got.Content != "here" {
		t.Errorf("reply in the thread = %v", got)
	}

	free := call(t, s, "POST", "/channels/"+general.ID+"/threads", `{"name":"Talk","type":11}`)
	if free.status != 201 {
		t.Errorf("thread without a message = %d %s", free.status, free.raw)
	}
	<-events

	post, first := help.Post(ann, "How?", "Please tell")
	if e := <-events; !e.NewlyCreated || e.ID != post.ID || first.ID != post.ID || first.ChannelID != post.ID {
		t.Errorf("post %s, first message %s in %s, event for %s", post.ID, first.ID, first.ChannelID, e.ID)
	}
	own := call(t, s, "POST", "/channels/"+help.ID+"/threads",
		`{"name":"Rules","message":{"content":"Be kind","allowed_mentions":{"parse":[]}}}`)
	if own.status != 201 || !strings.Contains(own.raw, "Be kind") {
		t.Errorf("forum post = %d %s", own.status, own.raw)
	}

	s.Expect(discordtest.RuleForm)
	for _, tt := range []struct {
		path, body string
		code       int
	}{
		{"/channels/" + general.ID + "/messages/" + question.ID + "/threads", `{"name":"Again"}`, 160004},
		{"/channels/" + general.ID + "/threads", `{"name":""}`, 50035},
		{"/channels/" + general.ID + "/threads", `{"name":"x","auto_archive_duration":7}`, 50035},
		{"/channels/" + general.ID + "/threads", `{"name":"x","type":2}`, 50035},
		{"/channels/" + thread.id() + "/threads", `{"name":"x"}`, 50024},
		{"/channels/" + help.ID + "/threads", `{"name":"x"}`, 50035},
		{"/channels/" + help.ID + "/messages", `{"content":"x"}`, 50008},
	} {
		if got := call(t, s, "POST", tt.path, tt.body); got.status != 400 || got.code() != tt.code {
			t.Errorf("%s %s = %d %s, want code %d", tt.path, tt.body, got.status, got.raw, tt.code)
		}
	}
}

func TestListMessages(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
	var ids []string
	for _, text := range []string{"a", "b", "c", "d", "e"} {
		ids = append(ids, general.Say(ann, s.Mention()+" "+text).ID)
	}
	for _, tt := range []struct{ query, want string }{
		{"", "edcba"},
		{"?limit=2", "ed"},
		{"?before=" + ids[3] + "&limit=2", "cb"},
		{"?after=" + ids[1] + "&limit=2", "dc"},
		{"?around=" + ids[2] + "&limit=3", "dcb"},
	} {
		got := call(t, s, "GET", "/channels/"+general.ID+"/messages"+tt.query, nil)
		letters := ""
		for _, m := range regexp.MustCompile(`"content":"[^"]* (.)"`).FindAllStringSubmatch(got.raw, -1) {
			letters += m[1]
		}
		if letters != tt.want {
			t.Errorf("GET messages%s = %s, want %s", tt.query, letters, tt.want)
		}
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	general := s.Guild("Lab").Channel("general")
	d := session(t, s)
	send := func(size int64) error {
		_, err := d.ChannelMessageSendComplex(general.ID, &discordgo.MessageSend{
			Content: "see", AllowedMentions: silence,
			Files: []*discordgo.File{{Name: "a.txt", ContentType: "text/plain", Reader: io.LimitReader(zeros{}, size)}},
		})
		return err
	}
	if err := send(5); err != nil {
		t.Fatal(err)
	}
	got := general.Messages()[0].Attachments
	if len(got) != 1 || got[0].Name != "a.txt" || len(got[0].Data) != 5 {
		t.Errorf("attachments = %v", got)
	}
	s.Expect(discordtest.RuleForm)
	if err := send(11 << 20); err == nil || !strings.Contains(err.Error(), "40005") {
		t.Errorf("upload of 11 MiB: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
