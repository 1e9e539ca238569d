package discordtest

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"path"
	"slices"
	"strconv"
	"time"
)

// Always makes a fault last until it is taken back.
const Always = -1

// A Match picks REST calls.
type Match struct{ method, pattern string }

// On matches calls by method and path. The pattern is that of [path.Match] on
// the path after the API version, so "/channels/*/messages" matches in every
// channel, or a route as [Call.Route] names it. "" matches every method or path.
func On(method, pattern string) Match { return Match{method, pattern} }

func (m Match) matches(c *Call) bool {
	if m.method != "" && m.method != c.Method {
		return false
	}
	if m.pattern == "" || m.pattern == c.Route {
		return true
	}
	ok, _ := path.Match(m.pattern, c.Path)
	return ok
}

// A Fault changes what happens to a call. It may ask next for the ordinary
// answer, which carries the call out, or give an answer of its own.
type Fault func(ctx context.Context, next func() Reply) Reply

// A Reply is the answer to a call.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
	Drop   bool // close the connection in place of an answer

	limit  time.Duration // refuse calls for so long
	global bool          // all of them, not only those on the route
}

type script struct {
	match Match
	fault Fault
	times int
}

// Fail lets a fault befall the next calls that match, so many times or
// [Always], and returns a function that takes back what is left of it.
//
// When several faults match a call, the one declared first acts first, and the
// next one when the first carries the call on. So Delay and Status together
// give a late error, and RateLimit before Status gives one after the other.
func (s *Server) Fail(on Match, fault Fault, times int) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sc := &script{match: on, fault: fault, times: times}
	s.scripts = append(s.scripts, sc)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		sc.times = 0
	}
}

// faulted runs the call through the faults that match it.
func (s *Server) faulted(ctx context.Context, c *Call, answer func() Reply) Reply {
	s.mu.Lock()
	scripts := slices.Clone(s.scripts)
	s.mu.Unlock()

	var run func(i int) Reply
	run = func(i int) Reply {
		if i == len(scripts) {
			return answer()
		}
		next := func() Reply { return run(i + 1) }
		if !s.spend(scripts[i], c) {
			return next()
		}
		return scripts[i].fault(ctx, next)
	}
	return run(0)
}

// spend uses the script up by one if it matches.
func (s *Server) spend(sc *script, c *Call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sc.times == 0 || !sc.match.matches(c) {
		return false
	}
	if sc.times > 0 {
		sc.times--
	}
	return true
}

// Status answers with a bare status and a page of HTML, as the machines in
// front of Discord do: 500, 502, 503, or 429 from Cloudflare.
func Status(code int) Fault {
	return func(context.Context, func() Reply) Reply {
		return Reply{
			Status: code,
			Header: http.Header{"Content-Type": {"text/html"}},
			Body:   fmt.Appendf(nil, "<html><title>%d %s</title></html>", code, http.StatusText(code)),
		}
	}
}

// APIError answers with an error of Discord's API, such as 403, 50007 for a
// user who takes no private messages.
func APIError(status, code int, message string) Fault {
	return func(context.Context, func() Reply) Reply {
		return errorReply(&apiError{Status: status, Code: code, Message: message})
	}
}

// RateLimit answers 429 for this route. Until d has passed, every further call
// with the same method and path gets 429 too.
func RateLimit(d time.Duration) Fault {
	return func(context.Context, func() Reply) Reply { return rateLimited(d, false, "user") }
}

// SharedRateLimit is RateLimit for a limit that others used up.
func SharedRateLimit(d time.Duration) Fault {
	return func(context.Context, func() Reply) Reply { return rateLimited(d, false, "shared") }
}

// GlobalRateLimit answers 429 for the whole bot. Until d has passed, every call
// gets 429, apart from those on interactions.
func GlobalRateLimit(d time.Duration) Fault {
	return func(context.Context, func() Reply) Reply { return rateLimited(d, true, "global") }
}

func rateLimited(d time.Duration, global bool, scope string) Reply {
	body, _ := json.Marshal(object{
		"message": "You are being rate limited.", "retry_after": d.Seconds(), "global": global,
	})
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(d.Seconds()))))
	h.Set("X-RateLimit-Scope", scope)
	if global {
		h.Set("X-RateLimit-Global", "true")
	} else {
		setBucket(h, 0, d)
	}
	return Reply{Status: http.StatusTooManyRequests, Header: h, Body: body, limit: d, global: global}
}

// LastOfBucket carries the call out and says that the route's bucket is empty
// for d. A call with the same method and path before that gets 429.
func LastOfBucket(d time.Duration) Fault {
	return func(_ context.Context, next func() Reply) Reply {
		r := next()
		setBucket(r.Header, 0, d)
		r.limit = d
		return r
	}
}

// bucketSize is the limit that answers name.
const bucketSize = 5

func setBucket(h http.Header, remaining int, after time.Duration) {
	h.Set("X-RateLimit-Limit", strconv.Itoa(bucketSize))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
	h.Set("X-RateLimit-Reset-After", strconv.FormatFloat(after.Seconds(), 'f', 3, 64))
	h.Set("X-RateLimit-Reset", strconv.FormatFloat(float64(time.Now().Add(after).UnixMilli())/1000, 'f', 3, 64))
}

// DropBefore closes the connection without carrying the call out.
//
// Go's HTTP client silently repeats GET requests, but no POST, when a
// connection that it used before breaks.
func DropBefore() Fault {
	return func(context.Context, func() Reply) Reply { return Reply{Drop: true} }
}

// DropAfter carries the call out and closes the connection instead of
// answering, so that the bot cannot know.
func DropAfter() Fault {
	return func(_ context.Context, next func() Reply) Reply {
		next()
		return Reply{Drop: true}
	}
}

// Delay lets the call arrive late. If the bot has given up by then, it is not
// carried out.
func Delay(d time.Duration) Fault {
	return func(ctx context.Context, next func() Reply) Reply {
		if !sleep(ctx, d) {
			return Reply{Drop: true}
		}
		return next()
	}
}

// SlowReply carries the call out at once and answers late.
func SlowReply(d time.Duration) Fault {
	return func(ctx context.Context, next func() Reply) Reply {
		r := next()
		if !sleep(ctx, d) {
			return Reply{Drop: true}
		}
		return r
	}
}

// Hold carries the call on when release is closed, so that a test decides when.
func Hold(release <-chan struct{}) Fault {
	return func(ctx context.Context, next func() Reply) Reply {
		select {
		case <-release:
			return next()
		case <-ctx.Done():
			return Reply{Drop: true}
		}
	}
}

// sleep reports whether d passed before the context ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// A GatewayFault is something that goes wrong with a new gateway connection.
type GatewayFault struct {
	refuse     bool // the dial
	status     int  // of the refused upgrade
	noHello    bool
	onIdentify func(*connection) // in place of READY or RESUMED; holds s.mu
}

type gateScript struct {
	fault GatewayFault
	times int
}

// RefuseDial makes the gateway's port closed.
func RefuseDial() GatewayFault { return GatewayFault{refuse: true} }

// RefuseUpgrade answers the WebSocket handshake with a status such as 503.
func RefuseUpgrade(status int) GatewayFault { return GatewayFault{status: status} }

// NoHello accepts the connection and then says nothing.
func NoHello() GatewayFault { return GatewayFault{noHello: true} }

// SilentAfterHello never answers Identify or Resume, nor heartbeats after it.
func SilentAfterHello() GatewayFault {
	return GatewayFault{onIdentify: func(c *connection) { c.muted = true }}
}

// CloseOnIdentify answers Identify or Resume with a close code.
func CloseOnIdentify(code int) GatewayFault {
	return GatewayFault{onIdentify: func(c *connection) { c.push(frame{close: code}) }}
}

// ReconnectOnIdentify answers Identify or Resume with opcode 7.
func ReconnectOnIdentify() GatewayFault {
	return GatewayFault{onIdentify: func(c *connection) { c.send(opReconnect, nil) }}
}

// InvalidateOnIdentify answers Identify or Resume with opcode 9.
func InvalidateOnIdentify(resumable bool) GatewayFault {
	return GatewayFault{onIdentify: func(c *connection) { c.send(opInvalidSession, resumable) }}
}

// CutOnIdentify ends the connection without a word after Identify or Resume.
func CutOnIdentify() GatewayFault {
	return GatewayFault{onIdentify: func(c *connection) { c.cut() }}
}

// FailGateway lets a fault befall the next gateway connections, so many or
// [Always], one fault after another in the order of the calls. The function
// that it returns takes back what is left of all of them.
func (s *Server) FailGateway(fault GatewayFault, times int) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateFaults = append(s.gateFaults, gateScript{fault, times})
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.gateFaults = nil
	}
}

// takeDialFault reports whether the next connection is refused, and uses that
// fault up.
func (s *Server) takeDialFault() bool {
	s.mu.Lock()
	defer s.unlock()
	if len(s.gateFaults) == 0 || !s.gateFaults[0].fault.refuse {
		return false
	}
	s.nextGatewayFault()
	return true
}

func (s *Server) takeGatewayFault() *GatewayFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nextGatewayFault()
}

// nextGatewayFault returns nil if there is none. The caller holds s.mu.
func (s *Server) nextGatewayFault() *GatewayFault {
	if len(s.gateFaults) == 0 {
		return nil
	}
	head := &s.gateFaults[0]
	fault := head.fault
	if head.times > 0 {
		head.times--
	}
	if head.times == 0 {
		s.gateFaults = s.gateFaults[1:]
	}
	return &fault
}

// onConnections does something to every connection that is open.
func (s *Server) onConnections(do func(c *connection)) {
	s.mu.Lock()
	defer s.unlock()
	for _, c := range s.connections {
		if c.record.Open {
			do(c)
		}
	}
}

// Cut ends the gateway connections without a close frame.
func (s *Server) Cut() { s.onConnections((*connection).cut) }

// CloseGateway closes the gateway connections with a code such as 4000.
func (s *Server) CloseGateway(code int) {
	s.onConnections(func(c *connection) { c.push(frame{close: code}) })
}

// Reconnect asks the bot to connect anew and resume, by opcode 7.
func (s *Server) Reconnect() {
	s.onConnections(func(c *connection) { c.send(opReconnect, nil) })
}

// InvalidateSession tells the bot by opcode 9 that its session is no longer
// valid. If it is not resumable either, only a new Identify helps.
func (s *Server) InvalidateSession(resumable bool) {
	s.onConnections(func(c *connection) {
		c.send(opInvalidSession, resumable)
		c.leave(!resumable)
	})
}

// Silence keeps the gateway connections open and sends nothing more on them,
// neither events nor heartbeat acknowledgements.
func (s *Server) Silence() { s.onConnections(func(c *connection) { c.muted = true }) }
