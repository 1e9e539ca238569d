package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// A State is how things stand with the gateway.
type State string

// The states. A process whose gateway is fatal has ended or is about to.
const (
	StateConnecting State = "connecting" // there is no session, or not yet
	StateReady      State = "ready"
	StateResuming   State = "resuming" // the connection was lost, the session was not
	StateFatal      State = "fatal"
)

// Bounds of reconnecting.
const (
	minBackoff = time.Second
	maxBackoff = time.Minute
	// steady is how long a connection must have stood for the next loss to count as
	// the first again.
	steady = time.Minute
	// maxResumes is how often resuming a session may fail in a row before a new session
	// is tried.
	maxResumes = 3
	// maxStuck is how many sessions may be abandoned in a library that does not come
	// back. Each leaves a goroutine behind; a restart of the process is the cure.
	maxStuck = 5
	// identifyPause is how long two identifications must be apart.
	identifyPause = 5 * time.Second
	// spareStarts is how many of a day's session starts are left alone, so that an
	// operator can still restart the bot. Discord resets the token of a bot that uses
	// up all.
	spareStarts = 20
)

// A supervisor keeps one connection to the gateway.
type supervisor struct {
	rest    *rest
	token   string
	intents intent
	dial    dialFunc
	onEvent func(name string, data []byte)
	// onContentRefused is called when Discord does not allow intentMessageContent. The
	// supervisor goes on without it.
	onContentRefused func()
	log              *slog.Logger

	mu    sync.Mutex
	state State
	acked time.Time // when the gateway last acknowledged a heartbeat
}

// run connects and reconnects until ctx ends, and then returns nil; or until that makes
// no sense any more, and then returns why: a *FatalError, or another error if a restart
// of the process may help.
func (g *supervisor) run(ctx context.Context) error {
	var s *session
	defer func() {
		if s != nil {
			s.close()
		}
	}()
	var failures, resumes, stuck int
	var identified time.Time
	for {
		resuming := s != nil && s.begun()
		if resuming {
			g.set(StateResuming)
			s.aim(resumes == 0)
			resumes++
		} else {
			g.set(StateConnecting)
		}
		var err error
		var readyAt time.Time
		if s == nil {
			if !pause(ctx, time.Until(identified.Add(identifyPause))) {
				return nil
			}
			s, err = g.begin(ctx)
			identified = time.Now()
		}
		if err == nil {
			err = s.open(ctx)
		}
		if err == nil {
			readyAt, resumes = time.Now(), 0
			g.ready(resuming)
			err = s.wait(ctx)
		}
		if ctx.Err() != nil {
			return nil
		}
		var closed closeError
		if errors.As(err, &closed) && closed == closeDisallowedIntents && g.intents&intentMessageContent != 0 {
			g.log.Error("ask channels and forums are off, and threads need a mention: "+adviceContent, "error", err)
			g.intents &^= intentMessageContent
			g.onContentRefused()
			s.close()
			s, resumes = nil, 0
			continue
		}
		if errors.As(err, &closed) {
			if fatal := fatalClose(closed); fatal != nil {
				err = fatal
			}
		}
		var fatal *FatalError
		if errors.As(err, &fatal) {
			g.set(StateFatal)
			return fatal
		}
		if errors.Is(err, errStuck) {
			if stuck++; stuck >= maxStuck {
				return fmt.Errorf("connect to the gateway: %w (%d times)", err, stuck)
			}
		}
		if s != nil && (!s.resumable(err) || resumes >= maxResumes) {
			s.close()
			s, resumes = nil, 0
		}
		if !readyAt.IsZero() && time.Since(readyAt) >= steady {
			failures = 0
		}
		delay := backoff(failures, err)
		failures++
		g.log.Warn("not connected to Discord", "error", err, "resume", s != nil, "wait", delay.Round(time.Millisecond))
		if !pause(ctx, delay) {
			return nil
		}
	}
}

// resumable reports whether the session can go on after its connection ended with err.
func (s *session) resumable(err error) bool {
	if !s.begun() || errors.Is(err, errStuck) {
		return false
	}
	var invalid invalidSession
	if errors.As(err, &invalid) {
		return bool(invalid)
	}
	var closed closeError
	if errors.As(err, &closed) {
		return closed != 4007 && closed != 4009 // invalid sequence, timed out
	}
	return true
}

// backoff returns how long to wait before the next attempt after so many failures in a
// row. It is random, so that many bots do not come back at once.
func backoff(failures int, err error) time.Duration {
	d := maxBackoff
	if failures < 6 {
		d = minBackoff << failures
	}
	var invalid invalidSession
	if errors.As(err, &invalid) { // Discord asks for one to five seconds here
		return max(d, time.Second+rand.N(4*time.Second))
	}
	if failures == 0 {
		return rand.N(d)
	}
	return d/2 + rand.N(d/2)
}

// begin makes a new session, once the budget of session starts allows one.
func (g *supervisor) begin(ctx context.Context) (*session, error) {
	address, err := g.budget(ctx)
	if err != nil {
		return nil, err
	}
	s, err := newSession(g.token, address, g.intents, g.dial)
	if err != nil {
		return nil, err
	}
	s.onEvent = g.onEvent
	s.acked = func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.acked = time.Now()
	}
	return s, nil
}

// budget returns the gateway's address, after waiting for the next day if most of
// today's session starts have been used up.
func (g *supervisor) budget(ctx context.Context) (address string, err error) {
	for {
		var gateway struct {
			URL   string `json:"url"`
			Limit *struct {
				Remaining  int   `json:"remaining"`
				ResetAfter int64 `json:"reset_after"` // milliseconds
			} `json:"session_start_limit"`
		}
		err := g.rest.do(ctx, request{method: http.MethodGet, route: "/gateway/bot", path: "/gateway/bot", repeatable: true}, &gateway)
		var refused *statusError
		if errors.As(err, &refused) && refused.status == http.StatusNotFound { // by a proxy that knows the plain route only
			err = g.rest.do(ctx, request{method: http.MethodGet, route: "/gateway", path: "/gateway", repeatable: true}, &gateway)
		}
		if err != nil {
			return "", err
		}
		if gateway.URL == "" {
			return "", errors.New("GET /gateway/bot: there is no address in the answer")
		}
		if gateway.Limit == nil || gateway.Limit.Remaining > spareStarts {
			return gateway.URL, nil
		}
		wait := time.Duration(gateway.Limit.ResetAfter) * time.Millisecond
		g.log.Error("the bot has connected too often today, waiting", "left", gateway.Limit.Remaining, "wait", wait)
		if !pause(ctx, wait+time.Second) {
			return "", ctx.Err()
		}
	}
}

func (g *supervisor) set(s State) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.state = s
}

func (g *supervisor) ready(resumed bool) {
	g.mu.Lock()
	g.state, g.acked = StateReady, time.Now()
	g.mu.Unlock()
	g.log.Info("connected to Discord", "resumed", resumed)
}

// status returns the state, and when the gateway was last known to be alive.
func (g *supervisor) status() (State, time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.state, g.acked
}
