package discord

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bwmarrin/discordgo"

	"exobot/bot/discord/discordtest"
)

// tlsServer is a server with a certificate that this process trusts as it trusts those
// of the system.
var tlsServer = httptest.NewUnstartedServer(nil)

func TestMain(m *testing.M) {
	tlsServer.StartTLS()
	dir, err := os.MkdirTemp("", "discord")
	if err != nil {
		panic(err)
	}
	file := filepath.Join(dir, "cert.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: tlsServer.Certificate().Raw}
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		panic(err)
	}
	os.Setenv("SSL_CERT_FILE", file)
	code := m.Run()
	tlsServer.Close()
	os.RemoveAll(dir)
	os.Exit(code)
}

// The gateway is reached over TLS, with the certificates of the system.
func TestSessionOverTLS(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux can a test add a certificate to those of the system")
	}
	t.Parallel()
	d := discordtest.New(t, discordtest.Options{})
	tlsServer.Config.Handler = d
	s, err := newSession(d.Token(), "wss"+strings.TrimPrefix(tlsServer.URL, "https"), AllFeatures.intents(), (&net.Dialer{}).DialContext)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := s.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.Reconnect() // is seen through TLS
	if err := s.wait(t.Context()); !errors.Is(err, errReconnect) {
		t.Errorf("the connection ended with %v", err)
	}
}

// Pitfall 6: every interaction leaves something behind. Pitfall 5: their limits are one.
func TestPitfallLimitsOfInteractionsAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l limits
		for i := range 200 {
			q := &request{method: "PATCH", path: fmt.Sprintf("/webhooks/1/token-%d/messages/@original", i), byToken: true}
			h := http.Header{}
			h.Set("X-RateLimit-Remaining", "0")
			h.Set("X-RateLimit-Reset-After", "0.5")
			l.note(q, answer{status: 200, header: h})
			time.Sleep(100 * time.Millisecond)
		}
		if n := len(l.routes); n > 6 {
			t.Errorf("%d limits are remembered, of which at most 6 still hold", n)
		}
	})
}

// Pitfalls 8, 15, 17: the library's own ways are switched off.
func TestPitfallLibrarySettings(t *testing.T) {
	t.Parallel()
	s, err := newSession("token", "wss://gateway.test", AllFeatures.intents(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if s.lib.StateEnabled || s.lib.ShouldReconnectOnError || s.lib.Debug || s.lib.LogLevel >= discordgo.LogError || !s.lib.SyncEvents {
		t.Errorf("library = %+v", s.lib)
	}
	if _, err := s.lib.ChannelMessageSend("1", "hello"); err == nil || !strings.Contains(err.Error(), "must not use the REST API") {
		t.Errorf("the library used the REST API: %v", err)
	}
	got, err := s.lib.Gateway()
	if want := "wss://gateway.test/?v=10&encoding=json#/"; err != nil || got != want {
		t.Errorf("Gateway = %q, %v; want %q", got, err, want)
	}
}

// Discord shuts out machines with 10,000 refused requests in ten minutes.
func TestInvalidRequestsAreLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		r := testREST(func(*http.Request) (*http.Response, error) {
			requests++
			return respond(403, `{"code":50001,"message":"Missing Access"}`), nil
		})
		q := request{method: "POST", route: "/x", path: "/x"}
		for range 5000 {
			r.do(t.Context(), q, nil)
		}
		if requests != maxInvalid {
			t.Errorf("%d requests were made, want %d", requests, maxInvalid)
		}
		if err := r.do(t.Context(), q, nil); !errors.Is(err, errInvalidLimit) {
			t.Errorf("error = %v", err)
		}
		time.Sleep(11 * time.Minute)
		if err := r.do(t.Context(), q, nil); errors.Is(err, errInvalidLimit) {
			t.Errorf("error after eleven minutes = %v", err)
		}
	})
}

func testREST(roundTrip roundTripper) *rest {
	return &rest{client: &http.Client{Transport: roundTrip}, base: defaultAPIBase, token: "t0ken", unauthorized: func(error) {}}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func respond(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func TestRequest(t *testing.T) {
	t.Parallel()
	var got *http.Request
	r := testREST(func(req *http.Request) (*http.Response, error) {
		got = req
		return respond(400, `{"code":50035,"message":"Invalid Form Body"}`), nil
	})
	err := r.do(t.Context(), request{method: "POST", route: "/interactions/{interaction}/{token}/callback", path: "/interactions/1/s3cret/callback", body: 1, byToken: true}, nil)
	if want := "POST /interactions/{interaction}/{token}/callback: 400 Bad Request: Invalid Form Body (50035)"; err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
	if got.URL.String() != "https://discord.com/api/v10/interactions/1/s3cret/callback" || got.Header.Get("Authorization") != "" {
		t.Errorf("request = %v %v", got.URL, got.Header)
	}
	r.do(t.Context(), request{method: "GET", route: "/x", path: "/x"}, nil)
	if got.Header.Get("Authorization") != "Bot t0ken" || got.Header.Get("Content-Type") != "" || !strings.HasPrefix(got.Header.Get("User-Agent"), "DiscordBot (") {
		t.Errorf("header = %v", got.Header)
	}
}

// What cannot be repeated without harm is not, unless it was surely not carried out.
func TestRequestThatIsNotRepeatable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for status, want := range map[int]int{502: 1, 429: maxTries, 204: 1} {
			tries := 0
			r := testREST(func(*http.Request) (*http.Response, error) {
				tries++
				return respond(status, ""), nil
			})
			r.do(t.Context(), request{method: "POST", route: "/x", path: "/x"}, nil)
			if tries != want {
				t.Errorf("after status %d there were %d tries, want %d", status, tries, want)
			}
		}
	})
}

// serverFrame is a frame as a server sends it.
func serverFrame(opcode byte, payload string) []byte {
	b := []byte{0x80 | opcode}
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return append(b, payload...)
}

func TestFrames(t *testing.T) {
	t.Parallel()
	long := `{"op":0,"d":"` + strings.Repeat("x", 70_000) + `"}`
	before := []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
	for _, payload := range []string{`{"op":10}`, long, "", strings.Repeat("y", 300)} {
		before = append(before, serverFrame(frameText, payload)...)
	}
	stream := append(bytes.Clone(before), serverFrame(frameText, `{"op":7}`)...)
	stop := errors.New("stop")
	for _, size := range []int{1, 2, 3, 7, 1000, len(stream)} {
		var f frames
		var seen []string
		passed := 0
		for rest := stream; ; {
			chunk := rest[:min(size, len(rest))]
			n, err := f.scan(chunk, func(_ byte, payload []byte) error {
				seen = append(seen, string(payload))
				if string(payload) == `{"op":7}` {
					return stop
				}
				return nil
			})
			passed += n
			rest = rest[len(chunk):]
			if err != nil || len(rest) == 0 {
				if !errors.Is(err, stop) {
					t.Errorf("chunks of %d: error = %v", size, err)
				}
				break
			}
		}
		if len(seen) != 4 || seen[0] != `{"op":10}` { // the long one is not looked at
			t.Errorf("chunks of %d: saw %.100q", size, seen)
		}
		if passed < len(before) || passed >= len(stream) {
			t.Errorf("chunks of %d: %d bytes were passed on, want at least %d and not all %d", size, passed, len(before), len(stream))
		}
	}
}

// FuzzFrames checks that nothing that a server sends breaks the reader.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("HTTP/1.1 101 X\r\n\r\n\x81\x02{}"), uint8(3))
	f.Add([]byte("\r\n\r\n\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff"), uint8(1))
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		var fr frames
		for rest := stream; len(rest) > 0; {
			chunk := rest[:min(int(size)+1, len(rest))]
			if n, err := fr.scan(chunk, func(_ byte, payload []byte) error {
				if len(payload) > maxWatched {
					t.Errorf("payload of %d bytes", len(payload))
				}
				return nil
			}); n != len(chunk) || err != nil {
				t.Fatalf("scan = %d, %v", n, err)
			}
			rest = rest[len(chunk):]
		}
	})
}

// Pitfall 4: the library closes every connection with 1000, which ends the session, even
// one that the server has closed already. Pitfall 2: it forgets the server's code.
func TestPitfallCloseIsNotAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		c := &conn{Conn: ours, acked: func() {}}
		go theirs.Write(append([]byte("HTTP/1.1 101 X\r\n\r\n"), serverFrame(frameClose, "\x0f\xa0bye")...))
		b := make([]byte, 100)
		if n, err := io.ReadAtLeast(c, b, 25); err != nil {
			t.Fatalf("read %d bytes: %v", n, err)
		}
		if got := c.reason(); got != closeError(4000) {
			t.Errorf("reason = %v, want code 4000", got)
		}
		heard := make(chan int, 1)
		go func() {
			n, _ := theirs.Read(make([]byte, 100))
			heard <- n
		}()
		if n, err := c.Write([]byte("close 1000")); n != 10 || err != nil {
			t.Errorf("Write = %d, %v", n, err)
		}
		c.Close()
		if n := <-heard; n != 0 {
			t.Errorf("the server heard %d bytes", n)
		}
	})
}

func TestTunnel(t *testing.T) {
	t.Parallel()
	tests := []struct {
		proxy, answer, want string
	}{
		{"http://proxy.test:3128", "HTTP/1.1 200 OK\r\n\r\n", ""},
		{"http://ann:pass@proxy.test:3128", "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "connect through proxy: 407 Proxy Authentication Required"},
		{"http://proxy.test:3128", "nonsense\r\n\r\n", "connect through proxy: "},
	}
	for _, test := range tests {
		proxy, err := url.Parse(test.proxy)
		if err != nil {
			t.Fatal(err)
		}
		ours, theirs := net.Pipe()
		heard := make(chan string, 1)
		go func() {
			b := make([]byte, 1000)
			n, _ := theirs.Read(b)
			io.WriteString(theirs, test.answer)
			heard <- string(b[:n])
		}()
		err = tunnel(t.Context(), ours, proxy, "gateway.test:443")
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), test.want)) {
			t.Errorf("tunnel through %s = %v, want %q", test.proxy, err, test.want)
		}
		request := <-heard
		if !strings.HasPrefix(request, "CONNECT gateway.test:443 HTTP/1.1\r\nHost: gateway.test:443\r\n") {
			t.Errorf("request = %q", request)
		}
		if strings.Contains(request, "Proxy-Authorization: Basic YW5uOnBhc3M=") != (proxy.User != nil) {
			t.Errorf("request = %q", request)
		}
		ours.Close()
		theirs.Close()
	}
}

func TestSameCommands(t *testing.T) {
	t.Parallel()
	registered := commands()
	registered[0].Type = 0
	registered[0].Contexts = []int{2, 1, 0}
	if !sameCommands(registered, commands()) {
		t.Error("commands that differ in form only are not the same")
	}
	all := "0"
	changes := map[string]func(*command){
		"description": func(c *command) { c.Description = "x" },
		"name":        func(c *command) { c.Name = "x" },
		"no options":  func(c *command) { c.Options = nil },
		"option":      func(c *command) { c.Options[0].MaxLength = 6000 },
		"contexts":    func(c *command) { c.Contexts = nil },
		"permissions": func(c *command) { c.DefaultPermissions = &all },
	}
	for name, change := range changes {
		changed := commands()
		change(&changed[0])
		if sameCommands(changed, commands()) {
			t.Errorf("commands with another %s are the same", name)
		}
	}
	if sameCommands(nil, commands()) || sameCommands(append(commands(), command{Name: "old"}), commands()) {
		t.Error("a command too few or too many makes no difference")
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	tests := []struct {
		failures int
		err      error
		min, max time.Duration
	}{
		{0, io.EOF, 0, time.Second},
		{1, io.EOF, time.Second, 2 * time.Second},
		{5, io.EOF, 16 * time.Second, 32 * time.Second},
		{500, io.EOF, 30 * time.Second, time.Minute},
		{0, invalidSession(false), time.Second, 5 * time.Second},
	}
	for _, test := range tests {
		for range 100 {
			if d := backoff(test.failures, test.err); d < test.min || d > test.max {
				t.Errorf("backoff(%d, %v) = %v, want %v to %v", test.failures, test.err, d, test.min, test.max)
			}
		}
	}
}

func TestRecentForgets(t *testing.T) {
	t.Parallel()
	var r recent
	for i := range maxRecent + 10 {
		if !r.add(fmt.Sprint(i)) {
			t.Fatalf("%d is not new", i)
		}
	}
	if r.add(fmt.Sprint(maxRecent)) || !r.add("0") {
		t.Error("a late id is forgotten or an early one is not")
	}
	if len(r.ids) != maxRecent || r.order.Len() != maxRecent {
		t.Errorf("%d ids are remembered", len(r.ids))
	}
}

func TestChannelsForget(t *testing.T) {
	t.Parallel()
	var c channels
	for i := range maxChannels + 10 {
		c.set(fmt.Sprint(i), abilities{silent: true})
	}
	if len(c.known) > maxChannels {
		t.Errorf("%d channels are remembered", len(c.known))
	}
}

func TestTasksRecover(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	tasks := newTasks(context.Background(), slog.New(slog.NewTextHandler(&log, nil)), 1)
	tasks.start(func(context.Context) { panic("what somebody asked") })
	<-tasks.close()
	if got := log.String(); !strings.Contains(got, "event handler failed") || strings.Contains(got, "somebody") {
		t.Errorf("log = %s", got)
	}
	if tasks.start(func(context.Context) {}) {
		t.Error("a task started after close")
	}
}
