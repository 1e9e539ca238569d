package discordtest

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Options says how a server differs from the usual one. The zero value is a
// good choice.
type Options struct {
	// TCP makes the server listen on 127.0.0.1, for bots that run in a process
	// of their own. The usual server runs in memory.
	TCP bool

	// Privileged lists the privileged intents that are switched on for the
	// application. A bot that asks for another is turned away with 4014.
	Privileged Intents

	// HeartbeatInterval is what Hello asks for; 41.25 seconds unless set.
	HeartbeatInterval time.Duration

	// Patience is how long Wait methods wait when their context has no deadline;
	// 30 seconds unless set.
	Patience time.Duration

	// Shards is the number that GET /gateway/bot recommends; 1 unless set.
	Shards int

	// SessionStarts is how many sessions may still start today; 1000 unless
	// set. The one after the last is turned away as if the token had changed.
	SessionStarts int

	// LimitIdentify makes the server refuse a second Identify within five
	// seconds, as Discord does.
	LimitIdentify bool
}

// A Server is a Discord of its own: nothing is shared with other servers. All
// methods may be called at any time from any goroutine, apart from those that
// can fail the test, which belong on the test's.
type Server struct {
	t       testing.TB
	opts    Options
	started time.Time
	bot     *User

	listener net.Listener
	memory   *memoryListener // listener, when it is in memory
	http     *http.Server
	client   *http.Transport
	stop     context.CancelFunc // ends every call that a fault holds up
	running  sync.WaitGroup

	mu      sync.Mutex
	changed chan struct{} // closed and replaced whenever something happened
	closed  bool
	lastID  uint64

	users        []*User
	guilds       []*Guild
	channels     map[string]*Channel
	messages     map[string]*Message
	interactions map[string]*Interaction // by token
	commands     []*Command
	created      map[string]int // command creations by guild id
	nonces       map[string]*Message
	pings        []Ping

	calls      []*Call
	scripts    []*script
	limited    map[string]time.Time // until when a route answers 429; "" is all of them
	violations []Violation
	expected   map[Rule]bool
	tolerated  map[Rule]bool

	connections []*connection
	sessions    []*session
	identifies  []Identify
	resumes     []Resume
	gateFaults  []gateScript
}

// New starts a server. When the test ends, the server closes and reports its
// violations, so start the bot after it and stop the bot in a cleanup of its own.
func New(t testing.TB, opts Options) *Server {
	t.Helper()
	if opts.HeartbeatInterval == 0 {
		opts.HeartbeatInterval = 41250 * time.Millisecond
	}
	if opts.Patience == 0 {
		opts.Patience = 30 * time.Second
	}
	if opts.Shards == 0 {
		opts.Shards = 1
	}
	if opts.SessionStarts == 0 {
		opts.SessionStarts = 1000
	}
	s := &Server{
		t: t, opts: opts, started: time.Now(),
		changed:      make(chan struct{}),
		channels:     make(map[string]*Channel),
		messages:     make(map[string]*Message),
		interactions: make(map[string]*Interaction),
		created:      make(map[string]int),
		nonces:       make(map[string]*Message),
		limited:      make(map[string]time.Time),
		expected:     make(map[Rule]bool),
		tolerated:    make(map[Rule]bool),
	}
	s.bot = s.User("exobot")
	s.bot.Bot = true
	if err := s.listen(); err != nil {
		t.Fatalf("listen: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.http = &http.Server{
		Handler:     s,
		ErrorLog:    log.New(io.Discard, "", 0),
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	s.running.Go(func() { s.http.Serve(s.listener) })
	t.Cleanup(func() {
		t.Helper()
		s.close()
		s.verdict()
	})
	return s
}

// Token is the bot's token, without the word Bot before it.
func (s *Server) Token() string {
	return base64.RawURLEncoding.EncodeToString([]byte(s.bot.ID)) + ".GtEsT0." + "not-a-secret-and-only-good-for-tests00"
}

// AppID is the application's id.
func (s *Server) AppID() string { return s.bot.ID }

// BotUser is the account of the bot under test.
func (s *Server) BotUser() *User { return s.bot }

// Mention returns the text that mentions the bot.
func (s *Server) Mention() string { return s.bot.Mention() }

// Await waits until cond holds, and fails the test if the context ends first.
// It looks again whenever the bot or the test did something here; what names the
// thing waited for. If ctx has no deadline, [Options.Patience] is one.
func (s *Server) Await(ctx context.Context, what string, cond func() bool) {
	s.t.Helper()
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.opts.Patience)
		defer cancel()
	}
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			s.t.Fatalf("waited in vain for %s: %v", what, ctx.Err())
		}
	}
}

// unlock releases s.mu after a change and wakes everybody who waits for one.
func (s *Server) unlock() {
	close(s.changed)
	s.changed = make(chan struct{})
	s.mu.Unlock()
}

// newID returns a snowflake a millisecond or more later than the one before,
// so that ids tell the order of things and spread over shards. A virtual clock
// may run before Discord's era; then the ids begin in the year 2024. The caller
// holds s.mu.
func (s *Server) newID() string {
	const era, earliest = 1420070400000, 284000000000 // milliseconds
	ms := uint64(max(s.started.UnixMilli()-era, earliest) + time.Since(s.started).Milliseconds())
	s.lastID = max(s.lastID+1, ms)
	return strconv.FormatUint(s.lastID<<22, 10)
}

// enter counts a request in, and reports whether the server still takes any.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.running.Add(1)
	return true
}

// ServeHTTP answers REST calls and upgrades gateway connections.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		panic(http.ErrAbortHandler)
	}
	defer s.running.Done()
	if r.Header.Get("Upgrade") != "" {
		s.serveGateway(w, r)
	} else {
		s.serveREST(w, r)
	}
}

// close ends all connections and waits for every goroutine.
func (s *Server) close() {
	s.mu.Lock()
	s.closed = true
	connections := s.connections
	s.mu.Unlock()

	s.stop()
	s.http.Close()
	for _, c := range connections {
		c.cut()
	}
	s.client.CloseIdleConnections()
	s.running.Wait()
}

// verdict fails the test for what it did not expect, and then shows what went
// over the wire.
func (s *Server) verdict() {
	s.t.Helper()
	seen := make(map[Rule]bool)
	for _, v := range s.Violations() {
		seen[v.Rule] = true
		if !s.expected[v.Rule] && !s.tolerated[v.Rule] {
			s.t.Errorf("violation: %v", v)
		}
	}
	for rule := range s.expected {
		if !seen[rule] {
			s.t.Errorf("expected a violation of %q, saw none", rule)
		}
	}
	if s.t.Failed() {
		for _, c := range s.Calls() {
			s.t.Logf("%v", c)
		}
	}
}

// String shows the call on one line, its body cut short.
func (c Call) String() string {
	const most = 300
	body := string(c.Body)
	if len(body) > most {
		body = body[:most] + "…"
	}
	return fmt.Sprintf("%s %s %s → %d", c.Method, c.Path, body, c.Status)
}
