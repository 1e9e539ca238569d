package discord

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// Time limits of opening and leaving a session.
const (
	openTimeout  = 30 * time.Second
	readyTimeout = 30 * time.Second
	// endTimeout is how long the library may take to notice that a connection has
	// ended. It sleeps for a second while it closes one.
	endTimeout = 10 * time.Second
)

var (
	errOpenTimeout = errors.New("connecting to the gateway took too long")
	errNotReady    = errors.New("the gateway did not say that it is ready")
	// errStuck says that the library is locked up. Such a session is abandoned.
	errStuck = errors.New("the Discord library does not come back")
	// errLeft says that the library ended a connection that stood.
	errLeft = errors.New("the Discord library ended the connection")
	// errElsewhere makes the library forget the address of the gateway.
	errElsewhere = errors.New("the gateway has another address now")
)

// A session is one session with the gateway, which may go on over several connections.
// Its methods are for one goroutine.
type session struct {
	lib     *discordgo.Session
	dial    dialFunc
	acked   func()
	onEvent func(name string, data []byte)

	ctx    context.Context // ends with the session; dialling stops then
	cancel context.CancelFunc

	ready chan struct{} // holds a value once a connection is ready
	gone  chan struct{} // holds a value once the library has left a connection

	address string // of the gateway for new sessions, wss://…

	mu     sync.Mutex
	known  bool   // whether the gateway has accepted the session, so that it can be resumed
	resume string // where Discord wants the session to be resumed; "" until known
	target string // of the current attempt
	conn   *conn
	closed bool
}

// dialFunc opens a TCP connection.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// newSession returns a session that has yet to be opened at the gateway's address.
func newSession(token, address string, intents intent, dial dialFunc) (*session, error) {
	lib, err := discordgo.New("Bot " + token)
	if err != nil {
		return nil, fmt.Errorf("make session: %w", err)
	}
	s := &session{
		lib: lib, dial: dial, address: address, target: address,
		acked: func() {}, onEvent: func(string, []byte) {},
		ready: make(chan struct{}, 1), gone: make(chan struct{}, 1),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	lib.Identify.Intents = discordgo.Intent(intents)
	lib.ShouldReconnectOnError = false    // the supervisor reconnects, and knows when not to
	lib.Compress = false                  // so that conn can read along
	lib.StateEnabled = false              // its caches grow without bound
	lib.SyncEvents = true                 // our handlers return at once; goroutines are ours
	lib.LogLevel = discordgo.LogError - 1 // its log shows tokens and messages
	lib.Client = &http.Client{Transport: addressOnly{s}}
	lib.Dialer = &websocket.Dialer{
		HandshakeTimeout:  openTimeout,
		NetDialContext:    s.connect,
		NetDialTLSContext: s.connectTLS,
	}
	lib.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) { s.event(e) })
	lib.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) { signal(s.gone) })
	return s, nil
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (s *session) event(e *discordgo.Event) {
	if e.Type == "READY" || e.Type == "RESUMED" {
		var r ready
		if err := decode(e.RawData, &r); err != nil {
			r.ResumeURL = ""
		}
		s.mu.Lock()
		s.known = true
		s.resume = cmp.Or(r.ResumeURL, s.resume)
		s.mu.Unlock()
		signal(s.ready)
	}
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if !closed {
		s.onEvent(e.Type, e.RawData)
	}
}

// open connects, by Identify the first time and by Resume later, and returns when the
// gateway is ready. After an error other than errStuck the session can be opened again.
func (s *session) open(ctx context.Context) error {
	drain(s.ready)
	drain(s.gone)
	s.mu.Lock()
	s.conn = nil
	s.mu.Unlock()
	opened := make(chan error, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				opened <- panicked(v)
			}
		}()
		err := s.lib.Open()
		if errors.Is(err, errElsewhere) {
			err = s.lib.Open() // asks for the address again, see addressOnly
		}
		opened <- err
	}()
	err, finished := waitFor(ctx, opened, openTimeout)
	if !finished {
		s.end(errOpenTimeout)
		if err, finished = waitFor(context.Background(), opened, endTimeout); !finished {
			return errStuck
		}
		if err == nil {
			return s.leave(errOpenTimeout)
		}
		return errOpenTimeout
	}
	if err != nil {
		if reason := s.reason(); reason != errLeft {
			return reason
		}
		return fmt.Errorf("open gateway: %w", err)
	}
	timer := time.NewTimer(readyTimeout)
	defer timer.Stop()
	select {
	case <-s.ready:
		return nil
	case <-s.gone:
		return s.reason()
	case <-timer.C:
		return s.leave(errNotReady)
	case <-ctx.Done():
		return s.leave(ctx.Err())
	}
}

// waitFor returns what comes from c, and whether it came within d and before ctx ended.
func waitFor(ctx context.Context, c <-chan error, d time.Duration) (error, bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case err := <-c:
		return err, true
	case <-timer.C:
	case <-ctx.Done():
	}
	return nil, false
}

func drain(c chan struct{}) {
	select {
	case <-c:
	default:
	}
}

// wait blocks until the connection has ended, and returns why. If ctx ends first the
// connection stands on.
func (s *session) wait(ctx context.Context) error {
	select {
	case <-s.gone:
		return s.reason()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave ends the connection so that the session can be resumed, and waits until the
// library has noticed. It returns reason, or errStuck.
func (s *session) leave(reason error) error {
	s.end(reason)
	timer := time.NewTimer(endTimeout)
	defer timer.Stop()
	select {
	case <-s.gone:
		return reason
	case <-timer.C:
		return errStuck
	}
}

// close ends the session for good, telling the gateway if it is connected. It must be
// called even after errors.
func (s *session) close() {
	s.cancel()
	s.mu.Lock()
	s.closed = true
	connected := s.conn != nil && s.conn.reason() == nil
	s.mu.Unlock()
	if connected {
		closed := make(chan error, 1)
		go func() { closed <- s.lib.Close() }()
		waitFor(context.Background(), closed, endTimeout)
	}
	s.end(net.ErrClosed)
}

// end ends the current connection, if there is one.
func (s *session) end(reason error) {
	s.mu.Lock()
	c := s.conn
	s.mu.Unlock()
	if c != nil {
		c.end(reason)
	}
}

// reason returns why the connection ended, or errLeft if that did not come from it.
func (s *session) reason() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil || s.conn.reason() == nil {
		return errLeft
	}
	return s.conn.reason()
}

// begun reports whether the gateway has accepted the session.
func (s *session) begun() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known
}

// aim makes the next attempt go to the address where Discord wants the session to be
// resumed, if that is wanted and known, else to the one for new sessions.
func (s *session) aim(resume bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.target = s.address
	if resume && s.resume != "" {
		s.target = s.resume
	}
}

// connect opens a connection to a gateway without TLS.
func (s *session) connect(ctx context.Context, network, address string) (net.Conn, error) {
	return s.wrap(s.tcp(ctx, network, address))
}

// connectTLS opens a connection to a gateway with TLS.
func (s *session) connectTLS(ctx context.Context, network, address string) (net.Conn, error) {
	plain, err := s.tcp(ctx, network, address)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		plain.Close()
		return nil, err
	}
	secure := tls.Client(plain, &tls.Config{ServerName: host, NextProtos: []string{"http/1.1"}})
	if err := secure.HandshakeContext(ctx); err != nil {
		plain.Close()
		return nil, fmt.Errorf("agree on TLS: %w", err)
	}
	return s.wrap(secure, nil)
}

func (s *session) tcp(ctx context.Context, network, address string) (net.Conn, error) {
	s.mu.Lock()
	target := s.target
	s.mu.Unlock()
	if want := hostPort(target); want != address {
		return nil, errElsewhere
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	return s.dial(ctx, network, address)
}

func (s *session) wrap(c net.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	wrapped := &conn{Conn: c, acked: s.acked}
	s.mu.Lock()
	s.conn = wrapped
	closed := s.closed
	s.mu.Unlock()
	if closed {
		wrapped.end(net.ErrClosed)
		return nil, net.ErrClosed
	}
	return wrapped, nil
}

// hostPort returns the host and port of a gateway's address.
func hostPort(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if u.Port() != "" {
		return u.Host
	}
	if u.Scheme == "ws" {
		return u.Host + ":80"
	}
	return u.Host + ":443"
}

// addressOnly is the library's way to REST. It answers the one thing that the library
// has to ask, the gateway's address, and nothing else. The address is that of the
// current attempt; the library knows of none but the first. It appends the version and
// encoding that it wants, which the # keeps from being sent: the version is ours.
type addressOnly struct{ s *session }

func (a addressOnly) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(req.URL.Path, "/gateway") {
		return nil, errors.New("the library must not use the REST API")
	}
	a.s.mu.Lock()
	target := a.s.target
	a.s.mu.Unlock()
	u, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	u.Path, u.RawQuery, u.Fragment = "/", "v=10&encoding=json", ""
	body := fmt.Sprintf(`{"url":%q}`, u.String()+"#")
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: req,
	}, nil
}
