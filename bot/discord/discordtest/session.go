package discordtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Intents say which events a bot asks for.
type Intents int

// The intents that decide something here.
const (
	IntentGuilds         Intents = 1 << 0
	IntentGuildMembers   Intents = 1 << 1
	IntentGuildPresences Intents = 1 << 8
	IntentGuildMessages  Intents = 1 << 9
	IntentDirectMessages Intents = 1 << 12
	IntentMessageContent Intents = 1 << 15

	privilegedIntents         = IntentGuildMembers | IntentGuildPresences | IntentMessageContent
	knownIntents      Intents = 1<<17 - 1 | 1<<20 | 1<<21 | 1<<24 | 1<<25
)

func (i Intents) has(want Intents) bool { return i&want == want }

// resumeWithin is how long a session without a connection can be resumed.
const resumeWithin = 3 * time.Minute

// A session outlives its connections: events that happen meanwhile wait for the
// bot to resume. Its fields are guarded by s.mu, which callers of its methods hold.
type session struct {
	s        *Server
	id       string
	identify Identify
	conn     *connection // nil while the bot is away
	left     time.Time   // when conn became nil
	events   [][]byte    // every dispatch, the n-th has sequence number n
	ended    bool
}

// An event is something that happened, before it is known who may hear of it.
type event struct {
	name    string
	intent  Intents  // without which the bot does not hear of it
	guild   *Guild   // nil for private conversations
	channel *Channel // that the bot has to be able to see, if any
	data    any
	view    func(Intents) any // makes data for a bot with those intents
}

// dispatch tells every session about e that may hear of it, and reports whether
// there was one. The caller holds s.mu.
func (s *Server) dispatch(e event) bool {
	heard := false
	for _, sess := range s.sessions {
		if sess.hears(e) {
			data := e.data
			if e.view != nil {
				data = e.view(sess.identify.Intents)
			}
			sess.dispatch(e.name, data)
			heard = true
		}
	}
	return heard
}

// hears reports whether e concerns the session's shard and intents and a
// channel that the bot can see.
func (sess *session) hears(e event) bool {
	shard := 0
	if e.guild != nil {
		id, _ := strconv.ParseUint(e.guild.ID, 10, 64)
		shard = int((id >> 22) % uint64(sess.identify.Shard[1]))
		if !e.guild.joined && e.intent != 0 && e.name != "GUILD_DELETE" {
			return false
		}
	}
	if sess.expired() || shard != sess.identify.Shard[0] || !sess.identify.Intents.has(e.intent) {
		return false
	}
	return e.channel == nil || e.intent == 0 || sess.s.botPermissions(e.channel).has(ViewChannel)
}

// dispatch sends an event, or keeps it until the bot comes back.
func (sess *session) dispatch(name string, data any) {
	payload, err := json.Marshal(object{"op": opDispatch, "s": len(sess.events) + 1, "t": name, "d": data})
	if err != nil {
		panic(fmt.Sprintf("discordtest: %s is not JSON: %v", name, err))
	}
	sess.events = append(sess.events, payload)
	if sess.conn != nil {
		sess.conn.push(frame{payload: payload})
	}
}

func (s *Server) startSession(c *connection, id Identify) {
	sess := &session{s: s, id: fmt.Sprintf("session-%d", len(s.sessions)+1), identify: id, conn: c}
	s.sessions = append(s.sessions, sess)
	c.session = sess

	unavailable := []object{}
	var mine []event
	for _, g := range s.guilds {
		e := event{name: "GUILD_CREATE", intent: IntentGuilds, guild: g}
		if all := (event{guild: g}); g.joined && sess.hears(all) {
			unavailable = append(unavailable, object{"id": g.ID, "unavailable": true})
		}
		if g.joined && sess.hears(e) {
			e.data = g.createJSON()
			mine = append(mine, e)
		}
	}
	sess.dispatch("READY", object{
		"v":                  9,
		"user":               s.bot.json(),
		"guilds":             unavailable,
		"session_id":         sess.id,
		"resume_gateway_url": s.resumeURL(),
		"shard":              id.Shard,
		"application":        object{"id": s.AppID(), "flags": 0},
		"private_channels":   []object{},
	})
	for _, e := range mine {
		sess.dispatch(e.name, e.data)
	}
}

// sessionByID returns the session if it can still be resumed, else nil.
func (s *Server) sessionByID(id string) *session {
	i := slices.IndexFunc(s.sessions, func(sess *session) bool { return sess.id == id && !sess.expired() })
	if i < 0 {
		return nil
	}
	return s.sessions[i]
}

func (sess *session) expired() bool {
	return sess.ended || sess.conn == nil && time.Since(sess.left) > resumeWithin
}

// resume moves the session to c and repeats what the bot has missed since seq.
func (sess *session) resume(c *connection, seq int) {
	if old := sess.conn; old != nil {
		old.session = nil
		old.push(frame{close: 4000})
	}
	sess.conn, c.session = c, sess
	for _, payload := range sess.events[seq:] {
		c.push(frame{payload: payload})
	}
	sess.dispatch("RESUMED", object{})
}

// detach takes the connection away, and ends the session for good or leaves it
// to be resumed.
func (sess *session) detach(ended bool) {
	sess.conn, sess.left, sess.ended = nil, time.Now(), ended
}

// ready returns the sessions that have a connection now. The caller holds s.mu.
func (s *Server) ready() []*session {
	var list []*session
	for _, sess := range s.sessions {
		if sess.conn != nil && !sess.ended {
			list = append(list, sess)
		}
	}
	return list
}

// WaitReady waits until the bot has a session on the gateway, new or resumed.
// The events of what people do from then on reach it.
func (s *Server) WaitReady(ctx context.Context) {
	s.t.Helper()
	s.Await(ctx, "a gateway session", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.ready()) > 0
	})
}

// Dispatch sends an event of the test's making to every session, whatever its
// intents. For events that no method here makes, and for malformed ones.
func (s *Server) Dispatch(name string, data any) {
	s.mu.Lock()
	defer s.unlock()
	for _, sess := range s.sessions {
		if !sess.expired() {
			sess.dispatch(name, data)
		}
	}
}
