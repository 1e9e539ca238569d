package discordtest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"exobot/bot/discord/discordtest"
)

// silence is what a careful bot sends along with every message.
var silence = &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}

const fewIntents = discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentDirectMessages

// session returns a discordgo session that talks to s but is not connected yet.
func session(t *testing.T, s *discordtest.Server) *discordgo.Session {
	t.Helper()
	d, err := discordgo.New("Bot " + s.Token())
	if err != nil {
		t.Fatal(err)
	}
	d.Client.Transport = s.Transport()
	d.Dialer = &websocket.Dialer{NetDialContext: s.DialContext}
	d.Identify.Intents = fewIntents
	d.ShouldRetryOnRateLimit = false
	d.LogLevel = -1
	return d
}

// connect opens a session with its handlers and closes it when the test ends.
func connect(t *testing.T, s *discordtest.Server, handlers ...any) *discordgo.Session {
	t.Helper()
	d := session(t, s)
	for _, h := range handlers {
		d.AddHandler(h)
	}
	open(t, s, d)
	return d
}

// open connects d, and closes it when the test ends.
//
// It waits for the first heartbeat, because discordgo cannot be closed before:
// it would come back and knock at the gateway for ever. In a bubble, call
// synctest.Wait too before anything that closes a connection, because discordgo
// sleeps while it holds its mutex then, and on virtual time nothing moves while
// another goroutine waits for that.
func open(t *testing.T, s *discordtest.Server, d *discordgo.Session) {
	t.Helper()
	if err := d.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	s.Await(t.Context(), "a heartbeat", func() bool {
		c := s.Connections()
		return c[len(c)-1].Heartbeats > 0
	})
}

// echo answers every message of a person with its text.
func echo(d *discordgo.Session, m *discordgo.MessageCreate) {
	if m.Author == nil || m.Author.Bot {
		return
	}
	d.ChannelMessageSendComplex(m.ChannelID, &discordgo.MessageSend{
		Content: "you said: " + m.Content, Reference: m.Reference(), AllowedMentions: silence,
	})
}

// An answer is what came of a REST call.
type answer struct {
	status int
	header http.Header
	body   map[string]any
	raw    string
}

// code returns Discord's error code.
func (a answer) code() int {
	code, _ := a.body["code"].(float64)
	return int(code)
}

func (a answer) id() string {
	id, _ := a.body["id"].(string)
	return id
}

// call makes one REST call as the bot. The body is a string of JSON, or
// anything that becomes JSON.
func call(t *testing.T, s *discordtest.Server, method, path string, body any) answer {
	t.Helper()
	a, err := tryCall(s, method, path, body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func tryCall(s *discordtest.Server, method, path string, body any) (answer, error) {
	text, isText := body.(string)
	if !isText && body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		text = string(b)
	}
	r, err := http.NewRequest(method, "https://discord.com/api/v10"+path, strings.NewReader(text))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Authorization", "Bot "+s.Token())
	if text != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := s.Transport().RoundTrip(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	json.Unmarshal(bytes.TrimSpace(raw), &a.body)
	return a, err
}

// A gate is a gateway connection without a library.
type gate struct {
	t  *testing.T
	ws *websocket.Conn
}

// A payload is what the gateway sent.
type payload struct {
	Op   int             `json:"op"`
	Seq  int             `json:"s"`
	Type string          `json:"t"`
	Data map[string]any  `json:"-"`
	Raw  json.RawMessage `json:"d"`
}

func dial(t *testing.T, s *discordtest.Server) *gate {
	t.Helper()
	d := websocket.Dialer{NetDialContext: s.DialContext}
	ws, _, err := d.Dial("ws://gateway.discord.test/?v=10&encoding=json", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.Close() })
	return &gate{t, ws}
}

func (g *gate) send(text string) {
	g.t.Helper()
	if err := g.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		g.t.Fatal(err)
	}
}

func (g *gate) identify(s *discordtest.Server, intents discordtest.Intents) {
	g.t.Helper()
	b, _ := json.Marshal(map[string]any{"op": 2, "d": map[string]any{"token": s.Token(), "intents": intents}})
	g.send(string(b))
}

// next returns the next payload.
func (g *gate) next() payload {
	g.t.Helper()
	var p payload
	if err := g.ws.ReadJSON(&p); err != nil {
		g.t.Fatalf("next payload: %v", err)
	}
	json.Unmarshal(p.Raw, &p.Data)
	return p
}

// closed reads until the connection ends and returns the close code, or 1006
// if there was none.
func (g *gate) closed() int {
	g.t.Helper()
	for {
		_, _, err := g.ws.ReadMessage()
		if e, ok := errors.AsType[*websocket.CloseError](err); ok {
			return e.Code
		}
		if err != nil {
			g.t.Fatalf("the connection ended without a close error: %v", err)
		}
	}
}
