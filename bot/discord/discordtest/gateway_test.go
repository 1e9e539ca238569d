package discordtest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"exobot/bot/discord/discordtest"
)

// A diary notes the content of the messages that a session hears of.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) create(_ *discordgo.Session, m *discordgo.MessageCreate) {
	author := "nobody"
	if m.Author != nil {
		author = m.Author.Username
	}
	d.note("create %s: %s", author, m.Content)
}

func (d *diary) update(_ *discordgo.Session, m *discordgo.MessageUpdate) {
	d.note("update %s: %s", m.Author.Username, m.Content)
}

func (d *diary) delete(_ *discordgo.Session, m *discordgo.MessageDelete) { d.note("delete %s", m.ID) }

func (d *diary) note(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

// read returns what was noted since the last time, in any order: discordgo
// runs handlers side by side.
func (d *diary) read() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	lines := d.lines
	d.lines = nil
	slices.Sort(lines)
	return lines
}

func (d *diary) handlers() []any { return []any{d.create, d.update, d.delete} }

func TestReady(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		lab := s.Guild("Lab")
		general := lab.Channel("general", discordtest.Deny(discordtest.EmbedLinks))
		s.Guild("Elsewhere", discordtest.WithoutBot())
		d := connect(t, s)
		synctest.Wait()

		if d.State.User.ID != s.AppID() {
			t.Errorf("the bot is %s, want %s", d.State.User.ID, s.AppID())
		}
		if n := len(d.State.Guilds); n != 1 {
			t.Errorf("the bot is in %d guilds, want 1", n)
		}
		p, err := d.State.UserChannelPermissions(s.AppID(), general.ID)
		if err != nil || p&discordgo.PermissionSendMessages == 0 || p&discordgo.PermissionEmbedLinks != 0 {
			t.Errorf("permissions = %b, %v, want sending and no embeds", p, err)
		}

		// What happens later arrives too.
		other := s.Guild("Other")
		news := other.Channel("news", discordtest.Announcement())
		synctest.Wait()
		if ch, err := d.State.Channel(news.ID); err != nil || ch.Type != discordgo.ChannelTypeGuildNews {
			t.Errorf("channel %v, %v", ch, err)
		}
		news.Delete()
		other.RemoveBot()
		synctest.Wait()
		if _, err := d.State.Guild(other.ID); err == nil {
			t.Error("the bot is still in a guild that it was removed from")
		}

		want := discordtest.Identify{Token: "Bot " + s.Token(), Intents: discordtest.Intents(fewIntents), Compress: true, Shard: [2]int{0, 1}}
		got := s.Identifies()[0]
		if got.Token != want.Token || got.Intents != want.Intents || got.Compress != want.Compress || got.Shard != want.Shard {
			t.Errorf("identify = %+v, want %+v", got, want)
		}
	})
}

func TestIntents(t *testing.T) {
	t.Parallel()
	const (
		all  = discordtest.IntentGuilds | discordtest.IntentGuildMessages | discordtest.IntentDirectMessages
		full = all | discordtest.IntentMessageContent
	)
	for _, tt := range []struct {
		name    string
		intents discordtest.Intents
		want    []string
	}{
		{"none", discordtest.IntentGuilds, nil},
		{"guilds", discordtest.IntentGuilds | discordtest.IntentGuildMessages, []string{
			"create ann: ", "create ann: <@BOT> hi", "create ann: ", "create ann: thanks", "create exobot: answer", "update ann: ", "delete"}},
		{"private", discordtest.IntentDirectMessages, []string{"create ann: secret"}},
		{"few", all, []string{
			"create ann: ", "create ann: <@BOT> hi", "create ann: ", "create ann: thanks", "create exobot: answer", "update ann: ", "delete", "create ann: secret"}},
		{"with content", full, []string{
			"create ann: chat", "create ann: <@BOT> hi", "create ann: quietly", "create ann: thanks", "create exobot: answer", "update ann: changed", "delete", "create ann: secret"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := discordtest.New(t, discordtest.Options{Privileged: discordtest.IntentMessageContent})
				lab := s.Guild("Lab")
				general, hidden := lab.Channel("general"), lab.Channel("hidden", discordtest.Deny(discordtest.ViewChannel))
				ann := s.User("ann")
				var notes diary
				d := session(t, s)
				d.Identify.Intents = discordgo.Intent(tt.intents)
				for _, h := range notes.handlers() {
					d.AddHandler(h)
				}
				open(t, s, d)

				chat := general.Say(ann, "chat")
				general.Say(ann, s.Mention()+" hi")
				call(t, s, "POST", "/channels/"+general.ID+"/messages", `{"content":"answer","allowed_mentions":{"parse":[]}}`)
				answer := general.Messages()[2]
				general.Say(ann, "thanks", discordtest.ReplyTo(answer))
				general.Say(ann, "quietly", discordtest.ReplySilentlyTo(answer))
				chat.Edit("changed")
				chat.Delete()
				hidden.Say(ann, s.Mention())
				ann.DM("secret")
				synctest.Wait()

				var want []string
				for _, line := range tt.want {
					line = strings.ReplaceAll(line, "<@BOT>", s.Mention())
					want = append(want, strings.ReplaceAll(line, "delete", "delete "+chat.ID))
				}
				slices.Sort(want)
				if got := notes.read(); !slices.Equal(got, want) {
					t.Errorf("heard\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
				}
			})
		})
	}
}

// Replies to what the bot answered to an interaction do not mention the bot.
func TestReplyToInteractionIsIllegible(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
		var notes diary
		connect(t, s, notes.create)
		in := general.Slash(ann, "ask")
		respond(t, s, in, `{"type":4,"data":{"content":"answer","allowed_mentions":{"parse":[]}}}`)
		general.Say(ann, "thanks", discordtest.ReplyTo(in.WaitReply(t.Context())))
		synctest.Wait()
		if got, want := notes.read(), []string{"create ann: ", "create exobot: answer"}; !slices.Equal(got, want) {
			t.Errorf("heard %q, want %q", got, want)
		}
	})
}

func TestOddMessages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{Privileged: discordtest.IntentMessageContent})
		general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
		got := make(chan *discordgo.Message, 10)
		d := session(t, s)
		d.Identify.Intents |= discordgo.IntentMessageContent
		d.SyncEvents = true
		d.AddHandler(func(_ *discordgo.Session, m *discordgo.MessageCreate) { got <- m.Message })
		open(t, s, d)

		general.Say(ann, "x", discordtest.WithoutAuthor())
		if m := <-got; m.Author != nil {
			t.Errorf("author = %v, want none", m.Author)
		}
		general.Say(ann, "x", discordtest.AsWebhook())
		if m := <-got; m.WebhookID == "" || m.Member != nil {
			t.Errorf("webhook = %q, member %v", m.WebhookID, m.Member)
		}
		general.Say(ann, "x", discordtest.Attach("a.png", "image/png", 9))
		if m := <-got; len(m.Attachments) != 1 || m.Attachments[0].Filename != "a.png" || m.Attachments[0].Size != 9 {
			t.Errorf("attachments = %v", m.Attachments)
		}
		general.Say(ann, "x", discordtest.WithEmbeds(`[{"title":"T"}]`))
		if m := <-got; len(m.Embeds) != 1 || m.Embeds[0].Title != "T" {
			t.Errorf("embeds = %v", m.Embeds)
		}
		// discordgo knows no component of type 99 and gives up on the message.
		general.Say(ann, "x", discordtest.WithComponents(`[{"type":99}]`))
		if m := <-got; m.Author != nil || m.Content != "" {
			t.Errorf("message = %+v, want an empty one", m)
		}
		s.Dispatch("MESSAGE_CREATE", map[string]any{"id": "5", "content": "raw"})
		if m := <-got; m.Content != "raw" {
			t.Errorf("raw event = %+v", m)
		}
		synctest.Wait()
	})
}

// Whatever ends a connection, discordgo comes back and misses nothing, unless
// its session is gone too.
func TestReconnecting(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		act        func(*discordtest.Server)
		resumes    int // tried
		identifies int // the first one included
		missed     bool
	}{
		{"cut", (*discordtest.Server).Cut, 1, 1, false},
		{"close 4000", func(s *discordtest.Server) { s.CloseGateway(4000) }, 1, 1, false},
		{"close 4009", func(s *discordtest.Server) { s.CloseGateway(4009) }, 1, 2, true},
		{"reconnect", (*discordtest.Server).Reconnect, 1, 1, false},
		{"invalid session", func(s *discordtest.Server) { s.InvalidateSession(false) }, 0, 2, false},
		{"cut and refused", func(s *discordtest.Server) {
			s.FailGateway(discordtest.RefuseDial(), 2)
			s.Cut()
		}, 1, 1, false},
		{"cut and no gateway", func(s *discordtest.Server) {
			s.FailGateway(discordtest.RefuseUpgrade(503), 2)
			s.Cut()
		}, 1, 1, false},
		{"cut twice", func(s *discordtest.Server) {
			s.FailGateway(discordtest.CutOnIdentify(), 1)
			s.Cut()
		}, 2, 1, false},
		{"invalid on resume", func(s *discordtest.Server) {
			s.FailGateway(discordtest.InvalidateOnIdentify(false), 1)
			s.Cut()
		}, 1, 2, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := discordtest.New(t, discordtest.Options{})
				general, ann := s.Guild("Lab").Channel("general"), s.User("ann")
				var notes diary
				connect(t, s, notes.create)
				general.Say(ann, s.Mention()+" 1")
				synctest.Wait()
				tt.act(s)
				synctest.Wait()
				general.Say(ann, s.Mention()+" 2")
				time.Sleep(time.Minute)
				general.Say(ann, s.Mention()+" 3")
				synctest.Wait()

				if n := len(s.Resumes()); n != tt.resumes {
					t.Errorf("%d resumes, want %d", n, tt.resumes)
				}
				if n := len(s.Identifies()); n != tt.identifies {
					t.Errorf("%d identifies, want %d", n, tt.identifies)
				}
				heard := strings.Join(notes.read(), "\n")
				if strings.Contains(heard, " 2") == tt.missed || strings.Count(heard, " 1") != 1 || strings.Count(heard, " 3") != 1 {
					t.Errorf("heard\n%s\nmissed the second: %v", heard, tt.missed)
				}
			})
		})
	}
}

func TestClosingEndsSession(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		code int
		want int // opcode in answer to Resume: 0 for events, 9 for an invalid session
	}{
		{1000, 9}, {1001, 9}, {1012, 0}, {4000, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := discordtest.New(t, discordtest.Options{})
			g := dial(t, s)
			g.next()
			g.identify(s, 0)
			id := g.next().Data["session_id"]
			g.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(tt.code, ""))
			g.ws.Close()
			synctest.Wait()
			if got := s.Connections()[0]; got.Open || got.CloseCode != tt.code || !got.Identified {
				t.Errorf("connection = %+v, want closed with %d", got, tt.code)
			}
			g = dial(t, s)
			g.next()
			g.send(fmt.Sprintf(`{"op":6,"d":{"token":%q,"session_id":%q,"seq":1}}`, s.Token(), id))
			if got := g.next(); got.Op != tt.want {
				t.Errorf("after close %d a resume gets opcode %d, want %d", tt.code, got.Op, tt.want)
			}
		})
	}
}

// A session can be taken up for three minutes and no longer.
func TestSessionExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		connect(t, s)
		synctest.Wait()
		s.FailGateway(discordtest.RefuseDial(), 8) // 1+2+4+…+128 seconds
		s.Cut()
		time.Sleep(6 * time.Minute)
		if r, i := len(s.Resumes()), len(s.Identifies()); r != 1 || i != 2 {
			t.Errorf("%d resumes, %d identifies, want 1 and 2", r, i)
		}
	})
}

// What a bot says wrong, and how the gateway closes for it.
func TestGatewayRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		sends []string // TOKEN stands for the token
		code  int
		rule  discordtest.Rule
	}{
		{"no JSON", []string{`hello`}, 4002, discordtest.RuleGateway},
		{"no opcode", []string{`{"d":1}`}, 4002, discordtest.RuleGateway},
		{"too long", []string{`{"op":1,"d":"` + strings.Repeat("x", 4096) + `"}`}, 4002, discordtest.RuleGateway},
		{"unknown opcode", []string{`{"op":2,"d":{"token":"TOKEN","intents":1}}`, `{"op":99}`}, 4001, discordtest.RuleGateway},
		{"not identified", []string{`{"op":3,"d":{}}`}, 4003, discordtest.RuleGateway},
		{"wrong token", []string{`{"op":2,"d":{"token":"other","intents":1}}`}, 4004, discordtest.RuleAuth},
		{"identified twice", []string{`{"op":2,"d":{"token":"TOKEN","intents":1}}`, `{"op":2,"d":{"token":"TOKEN","intents":1}}`}, 4005, discordtest.RuleGateway},
		{"resumed too far", []string{`{"op":6,"d":{"token":"TOKEN","session_id":"session-1","seq":99}}`}, 4007, discordtest.RuleGateway},
		{"too many", slices.Repeat([]string{`{"op":1,"d":1}`}, 121), 4008, discordtest.RuleGateway},
		{"shard out of range", []string{`{"op":2,"d":{"token":"TOKEN","intents":1,"shard":[2,2]}}`}, 4010, discordtest.RuleGateway},
		{"unknown intents", []string{`{"op":2,"d":{"token":"TOKEN","intents":1073741824}}`}, 4013, discordtest.RuleIntents},
		{"content not switched on", []string{`{"op":2,"d":{"token":"TOKEN","intents":32769}}`}, 4014, discordtest.RuleIntents},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Options{})
			s.Expect(tt.rule)
			first := dial(t, s) // whose session the one row takes up
			first.identify(s, 1)
			first.next()
			first.next()
			s.Cut()
			g := dial(t, s)
			for _, text := range tt.sends {
				g.send(strings.ReplaceAll(text, "TOKEN", s.Token()))
			}
			if got := g.closed(); got != tt.code {
				t.Errorf("closed with %d, want %d", got, tt.code)
			}
			if v := s.Violations(); len(v) != 1 || v[0].Code != tt.code {
				t.Errorf("violations = %v", v)
			}
		})
	}
}

func TestGatewayVersion(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	s.Expect(discordtest.RuleGateway)
	d := websocket.Dialer{NetDialContext: s.DialContext}
	ws, _, err := d.Dial("ws://gateway.discord.test/?v=6&encoding=json", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	if got := (&gate{t, ws}).closed(); got != 4012 {
		t.Errorf("closed with %d, want 4012", got)
	}
}

func TestGatewayFaults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		silent := func(g *gate) {
			t.Helper()
			g.ws.SetReadDeadline(time.Now().Add(time.Minute))
			if _, p, err := g.ws.ReadMessage(); err == nil {
				t.Errorf("got %s, want nothing", p)
			}
		}

		s.FailGateway(discordtest.RefuseDial(), 1)
		s.FailGateway(discordtest.RefuseUpgrade(http.StatusServiceUnavailable), 1)
		s.FailGateway(discordtest.NoHello(), 1)
		s.FailGateway(discordtest.SilentAfterHello(), 1)
		s.FailGateway(discordtest.CloseOnIdentify(4014), 1)
		s.FailGateway(discordtest.ReconnectOnIdentify(), 1)
		s.FailGateway(discordtest.InvalidateOnIdentify(true), 1)
		s.FailGateway(discordtest.CutOnIdentify(), 1)

		if _, err := s.DialContext(t.Context(), "tcp", "gateway.discord.test:80"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("dial: %v, want a refusal", err)
		}
		d := websocket.Dialer{NetDialContext: s.DialContext}
		if _, resp, err := d.Dial("ws://gateway.discord.test/?v=9", nil); err == nil || resp.StatusCode != 503 {
			t.Errorf("upgrade: %v, %v, want 503", resp, err)
		}
		silent(dial(t, s))

		g := dial(t, s)
		g.next()
		g.identify(s, 0)
		g.send(`{"op":1,"d":null}`)
		silent(g)

		after := func() *gate {
			g := dial(t, s)
			g.next()
			g.identify(s, 0)
			return g
		}
		if got := after().closed(); got != 4014 {
			t.Errorf("closed with %d, want 4014", got)
		}
		if got := after().next(); got.Op != 7 {
			t.Errorf("opcode %d, want 7", got.Op)
		}
		if got := after().next(); got.Op != 9 || string(got.Raw) != "true" {
			t.Errorf("opcode %d %s, want 9 true", got.Op, got.Raw)
		}
		if got := after().closed(); got != websocket.CloseAbnormalClosure {
			t.Errorf("closed with %d, want no close frame", got)
		}
		g = after()
		if got := g.next(); got.Type != "READY" {
			t.Errorf("got %s, want READY: the faults are used up", got.Type)
		}

		s.Silence()
		s.Dispatch("MESSAGE_CREATE", map[string]any{})
		g.send(`{"op":1,"d":null}`)
		silent(g)
	})
}

// A bot that sends no heartbeats loses its session.
func TestHeartbeatsMissing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{HeartbeatInterval: 10 * time.Second})
		start := time.Now()
		g := dial(t, s)
		if got := g.next().Data["heartbeat_interval"]; got != 10000.0 {
			t.Errorf("heartbeat_interval = %v, want 10000", got)
		}
		g.identify(s, 0)
		time.Sleep(15 * time.Second)
		g.send(`{"op":1,"d":1}`)
		if code, after := g.closed(), time.Since(start); code != 4009 || after != 35*time.Second {
			t.Errorf("closed with %d after %v, want 4009 after 35s", code, after)
		}
	})
}

func TestIdentifyLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{LimitIdentify: true, SessionStarts: 2})
		s.Expect(discordtest.RuleGateway, discordtest.RuleAuth)
		begin := func() *gate {
			g := dial(t, s)
			g.next()
			g.identify(s, 0)
			return g
		}
		if got := begin().next(); got.Type != "READY" {
			t.Errorf("first: %+v, want READY", got)
		}
		if got := begin().next(); got.Op != 9 {
			t.Errorf("at once again: %+v, want an invalid session", got)
		}
		time.Sleep(5 * time.Second)
		if got := begin().closed(); got != 4004 {
			t.Errorf("third: closed with %d, want 4004", got)
		}
	})
}

// Guilds belong to shards by their id, private messages to the first one.
func TestShards(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := discordtest.New(t, discordtest.Options{})
		var shards [2]diary
		for i := range shards {
			d := session(t, s)
			d.ShardID, d.ShardCount = i, 2
			d.AddHandler(shards[i].create)
			open(t, s, d)
		}
		ann := s.User("ann")
		ann.DM("private")
		for i := range 4 {
			s.Guild("g").Channel("c").Say(ann, fmt.Sprint(s.Mention(), i))
		}
		synctest.Wait()
		first, second := shards[0].read(), shards[1].read()
		if len(first)+len(second) != 5 || len(second) == 0 || !slices.Contains(first, "create ann: private") {
			t.Errorf("shard 0 heard %q, shard 1 %q", first, second)
		}
	})
}

func TestCompression(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	for range 20 {
		s.Guild("Lab")
	}
	g := dial(t, s)
	g.next()
	b, _ := json.Marshal(map[string]any{"op": 2, "d": map[string]any{"token": s.Token(), "intents": 1, "compress": true}})
	g.send(string(b))
	if kind, _, err := g.ws.ReadMessage(); kind != websocket.BinaryMessage || err != nil {
		t.Errorf("READY comes as %d, %v, want it compressed", kind, err)
	}
}
