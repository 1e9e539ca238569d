package discordtest

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Gateway opcodes.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoiceState     = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

// What the gateway takes from a bot.
const (
	maxGatewayPayload = 4096 // bytes
	maxGatewaySends   = 120  // in gatewaySendWindow
	gatewaySendWindow = time.Minute
	identifyWindow    = 5 * time.Second
	compressFrom      = 1024 // bytes; smaller payloads go uncompressed
	closeGrace        = 5 * time.Second
)

// A Connection is what one gateway connection was or is.
type Connection struct {
	Host       string // that the bot dialled
	OpenedAt   time.Time
	Identified bool // by Identify
	Resumed    bool
	Heartbeats int
	Open       bool
	CloseCode  int // that the bot closed with, 0 if it just went
}

// An Identify is what a bot said of itself when it began a session.
type Identify struct {
	Token      string
	Intents    Intents
	Compress   bool
	Shard      [2]int // its number and their count, {0, 1} unless it said otherwise
	Properties map[string]string
	At         time.Time
}

// A Resume is what a bot said when it took up a session again.
type Resume struct {
	Token     string `json:"token"`
	SessionID string `json:"session_id"`
	Seq       int    `json:"seq"`
}

// connection is the server's end of a gateway connection. Frames go out in the
// order in which they were queued, from a goroutine of its own.
type connection struct {
	s    *Server
	ws   *websocket.Conn
	wake chan struct{}
	gone chan struct{} // closed when the connection is over

	compress atomic.Bool

	// guarded by s.mu
	record    Connection
	fault     *GatewayFault
	session   *session
	queue     []frame
	muted     bool
	closing   bool // what the bot still says no longer counts
	lastSends []time.Time
}

// A frame is a payload to send, or the code to close with.
type frame struct {
	payload []byte
	close   int
}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	fault := s.takeGatewayFault()
	if fault != nil && fault.status != 0 {
		w.WriteHeader(fault.status)
		return
	}
	if fault != nil && fault.refuse {
		panic(http.ErrAbortHandler)
	}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	ws.SetCloseHandler(func(int, string) error { return nil }) // closedBy answers
	c := &connection{s: s, ws: ws, wake: make(chan struct{}, 1), gone: make(chan struct{}), fault: fault}
	c.record = Connection{Host: r.Host, OpenedAt: time.Now(), Open: true}

	s.mu.Lock()
	s.connections = append(s.connections, c)
	if s.closed {
		c.cut()
	}
	switch v := r.URL.Query().Get("v"); {
	case v != "9" && v != "10":
		c.refuse(4012, "API version %q", v)
	case fault == nil || !fault.noHello:
		c.send(opHello, object{"heartbeat_interval": s.opts.HeartbeatInterval.Milliseconds()})
	}
	s.unlock()

	s.running.Go(c.write)
	c.read()
	close(c.gone)
	c.cut()
}

// endsSession reports whether a session is over with the connection that closed
// with that code, so that it cannot be resumed.
func endsSession(code int) bool {
	return slices.Contains([]int{1000, 1001, 4007, 4009}, code)
}

// cut ends the connection without a word.
func (c *connection) cut() { c.ws.NetConn().Close() }

// write sends what is queued until the connection is over.
func (c *connection) write() {
	for {
		select {
		case <-c.wake:
		case <-c.gone:
			return
		}
		c.s.mu.Lock()
		queue := c.queue
		c.queue = nil
		c.s.mu.Unlock()
		for _, f := range queue {
			if f.close != 0 {
				c.close(f.close)
				return
			}
			kind, payload := websocket.TextMessage, f.payload
			if c.compress.Load() && len(payload) >= compressFrom {
				kind, payload = websocket.BinaryMessage, deflate(payload)
			}
			if err := c.ws.WriteMessage(kind, payload); err != nil {
				c.cut()
				return
			}
		}
	}
}

// close sends a close frame. The bot is left closeGrace to go by itself: ending
// the connection at once could overtake the frame on TCP.
func (c *connection) close(code int) {
	c.s.mu.Lock()
	c.closing = true
	c.leave(endsSession(code))
	c.s.unlock()
	c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(closeGrace))
	c.ws.SetReadDeadline(time.Now().Add(closeGrace))
}

// leave parts the connection from its session. The caller holds s.mu.
func (c *connection) leave(ended bool) {
	if c.session != nil {
		c.session.detach(ended)
		c.session = nil
	}
}

func deflate(p []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(p)
	z.Close()
	return b.Bytes()
}

// send queues a payload that is not an event, unless the connection is muted.
// The caller holds s.mu, as it does for push and the others below.
func (c *connection) send(op int, data any) {
	payload, _ := json.Marshal(object{"op": op, "d": data, "s": nil, "t": nil})
	c.push(frame{payload: payload})
}

func (c *connection) push(f frame) {
	if c.muted && f.close == 0 {
		return
	}
	c.queue = append(c.queue, f)
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// refuse closes the connection for something the bot did wrong.
func (c *connection) refuse(code int, format string, args ...any) {
	rule := RuleGateway
	switch code {
	case 4004:
		rule = RuleAuth
	case 4013, 4014:
		rule = RuleIntents
	}
	c.s.violate(Violation{Rule: rule, Code: code, Detail: fmt.Sprintf("gateway: "+format, args...)})
	c.push(frame{close: code})
}

// read takes what the bot sends until the connection is over.
func (c *connection) read() {
	c.ws.SetReadDeadline(time.Now().Add(2 * c.s.opts.HeartbeatInterval))
	for {
		_, payload, err := c.ws.ReadMessage()
		if err != nil {
			c.closedBy(err)
			return
		}
		c.s.mu.Lock()
		if !c.closing {
			c.receive(payload)
		}
		c.s.unlock()
	}
}

// closedBy ends the connection after reading from it failed: because the bot
// closed it, or went without a word, or missed two heartbeats.
func (c *connection) closedBy(err error) {
	code := 0
	if closed, ok := errors.AsType[*websocket.CloseError](err); ok && closed.Code != websocket.CloseAbnormalClosure {
		code = closed.Code
	}
	timeout, ok := errors.AsType[net.Error](err)
	timedOut := ok && timeout.Timeout()
	c.s.mu.Lock()
	closing := c.closing
	if !closing {
		c.record.CloseCode = code
		c.leave(timedOut || endsSession(code))
	}
	c.record.Open = false
	c.s.unlock()

	switch {
	case closing:
	case timedOut:
		c.close(4009)
	case code != 0:
		// The answer to a close frame can wait, and has to: discordgo sleeps
		// while it closes, and its reader, woken by the answer, would wait for a
		// mutex meanwhile. On virtual time nothing moves while somebody does.
		conn := c.ws.NetConn()
		conn.SetReadDeadline(time.Now().Add(closeGrace))
		io.Copy(io.Discard, conn)
		c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(closeGrace))
	}
}

func (c *connection) receive(payload []byte) {
	if len(payload) > maxGatewayPayload {
		c.refuse(4002, "payload of %d bytes, at most %d fit", len(payload), maxGatewayPayload)
		return
	}
	now := time.Now()
	c.lastSends = slices.DeleteFunc(c.lastSends, func(t time.Time) bool { return now.Sub(t) >= gatewaySendWindow })
	if c.lastSends = append(c.lastSends, now); len(c.lastSends) > maxGatewaySends {
		c.refuse(4008, "more than %d payloads in %v", maxGatewaySends, gatewaySendWindow)
		return
	}
	var p struct {
		Op   *int            `json:"op"`
		Data json.RawMessage `json:"d"`
	}
	if err := json.Unmarshal(payload, &p); err != nil || p.Op == nil {
		c.refuse(4002, "payload is not an object with an opcode")
		return
	}
	switch op := *p.Op; {
	case op == opHeartbeat:
		c.record.Heartbeats++
		c.ws.SetReadDeadline(now.Add(2 * c.s.opts.HeartbeatInterval))
		c.send(opHeartbeatAck, nil)
	case op == opIdentify && c.session != nil:
		c.refuse(4005, "identified twice")
	case op == opIdentify:
		c.identify(p.Data)
	case op == opResume && c.session != nil:
		c.refuse(4005, "resumed a session that goes on")
	case op == opResume:
		c.resume(p.Data)
	case c.session == nil:
		c.refuse(4003, "opcode %d before identifying", op)
	case op == opPresence, op == opVoiceState, op == opRequestMembers:
		// Taken and ignored.
	default:
		c.refuse(4001, "unknown opcode %d", op)
	}
}

// intercept lets a scripted fault have the first Identify or Resume, and
// reports whether one did.
func (c *connection) intercept() bool {
	if c.fault == nil || c.fault.onIdentify == nil {
		return false
	}
	act := c.fault.onIdentify
	c.fault = nil
	act(c)
	return true
}

func (c *connection) identify(data json.RawMessage) {
	s := c.s
	var d struct {
		Token      string            `json:"token"`
		Intents    *Intents          `json:"intents"`
		Compress   bool              `json:"compress"`
		Shard      *[2]int           `json:"shard"`
		Properties map[string]string `json:"properties"`
	}
	if err := json.Unmarshal(data, &d); err != nil || d.Intents == nil {
		c.refuse(4002, "Identify does not parse: %v", err)
		return
	}
	id := Identify{Token: d.Token, Intents: *d.Intents, Compress: d.Compress,
		Shard: [2]int{0, 1}, Properties: d.Properties, At: time.Now()}
	if d.Shard != nil {
		id.Shard = *d.Shard
	}
	early := 0
	for _, before := range s.identifies {
		if id.At.Sub(before.At) < identifyWindow {
			early++
		}
	}
	s.identifies = append(s.identifies, id)
	if c.intercept() {
		return
	}
	switch denied := id.Intents & privilegedIntents &^ s.opts.Privileged; {
	case !s.rightToken(id.Token):
		c.refuse(4004, "wrong token")
	case len(s.identifies) > s.opts.SessionStarts:
		c.refuse(4004, "more than %d sessions started today", s.opts.SessionStarts)
	case id.Shard[1] < 1 || id.Shard[0] < 0 || id.Shard[0] >= id.Shard[1]:
		c.refuse(4010, "shard %d of %d", id.Shard[0], id.Shard[1])
	case id.Intents&^knownIntents != 0:
		c.refuse(4013, "unknown intents %d", id.Intents&^knownIntents)
	case denied != 0:
		c.refuse(4014, "privileged intents %d are not switched on", denied)
	case s.opts.LimitIdentify && early > 0:
		s.violate(Violation{Rule: RuleGateway, Detail: "gateway: identified twice within five seconds"})
		c.send(opInvalidSession, false)
	default:
		c.compress.Store(id.Compress)
		c.record.Identified = true
		s.startSession(c, id)
	}
}

func (c *connection) resume(data json.RawMessage) {
	s := c.s
	var d Resume
	if err := json.Unmarshal(data, &d); err != nil {
		c.refuse(4002, "Resume does not parse: %v", err)
		return
	}
	s.resumes = append(s.resumes, d)
	if c.intercept() {
		return
	}
	old := s.sessionByID(d.SessionID)
	switch {
	case !s.rightToken(d.Token):
		c.refuse(4004, "wrong token")
	case old == nil:
		c.send(opInvalidSession, false)
	case d.Seq > len(old.events):
		c.refuse(4007, "resumed at event %d of %d", d.Seq, len(old.events))
	default:
		c.compress.Store(old.identify.Compress)
		c.record.Resumed = true
		old.resume(c, d.Seq)
	}
}

// rightToken reports whether the token is the bot's, with or without "Bot ".
func (s *Server) rightToken(token string) bool {
	return strings.TrimPrefix(token, "Bot ") == s.Token()
}

// Connections returns what is known of every gateway connection, oldest first.
func (s *Server) Connections() []Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Connection
	for _, c := range s.connections {
		list = append(list, c.record)
	}
	return list
}

// Identifies returns every Identify, those that failed included.
func (s *Server) Identifies() []Identify {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.identifies)
}

// Resumes returns every Resume, those that failed included.
func (s *Server) Resumes() []Resume {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.resumes)
}
