package discordtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// What an upload may weigh, for a bot in a server without boosts.
const (
	maxFileBytes    = 10 << 20
	maxRequestBytes = 25 << 20
)

// A Call is one REST call that the bot made.
type Call struct {
	At      time.Time
	Method  string
	Version string // of the API, such as "9"
	Path    string // after the version, such as "/channels/42/messages"
	Route   string // such as "/channels/{channel_id}/messages"; empty if there is none
	Query   url.Values
	Header  http.Header
	Body    []byte // the JSON; of a form with files, the part payload_json
	Files   []Attachment
	Status  int // of the answer; 0 until it is given
	Answer  []byte

	params  map[string]string
	refused bool // by a rule, so that no other check has to complain
	checked bool // against the OpenAPI document
}

// Calls returns every REST call so far, in the order of arrival.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var calls []Call
	for _, c := range s.calls {
		calls = append(calls, *c)
	}
	return calls
}

// CallsTo returns the calls that match so far.
func (s *Server) CallsTo(on Match) []Call {
	return slices.DeleteFunc(s.Calls(), func(c Call) bool { return !on.matches(&c) })
}

// WaitCalls waits until so many calls that match have been answered, or dropped
// by a fault, and returns them.
func (s *Server) WaitCalls(ctx context.Context, on Match, n int) []Call {
	s.t.Helper()
	answered := func() []Call {
		return slices.DeleteFunc(s.CallsTo(on), func(c Call) bool { return c.Status == 0 })
	}
	s.Await(ctx, fmt.Sprintf("%d calls to %s %s", n, on.method, on.pattern), func() bool { return len(answered()) >= n })
	return answered()
}

// StatusDropped is the Status of calls whose connection a fault closed.
const StatusDropped = -1

// apiError is an error in the form that Discord's API gives it.
type apiError struct {
	Rule    Rule
	Status  int
	Code    int
	Message string
	Errors  object // what is wrong where, for invalid forms
}

func (e *apiError) Error() string {
	text := fmt.Sprintf("%d (%d) %s", e.Status, e.Code, e.Message)
	if e.Errors != nil {
		detail, _ := json.Marshal(e.Errors)
		text += " " + string(detail)
	}
	return text
}

// refuse makes the error that answers a call which breaks a rule.
func refuse(rule Rule, status, code int, message string) error {
	return &apiError{Rule: rule, Status: status, Code: code, Message: message}
}

// unknown makes the error for an id that means nothing here.
func unknown(code int, what string) error {
	return refuse(RuleUnknown, http.StatusNotFound, code, "Unknown "+what)
}

func errorReply(e *apiError) Reply {
	body := object{"code": e.Code, "message": e.Message}
	if e.Errors != nil {
		body["errors"] = e.Errors
	}
	return jsonReply(e.Status, body)
}

func jsonReply(status int, body any) Reply {
	r := Reply{Status: status, Header: http.Header{}}
	if body != nil {
		r.Body, _ = json.Marshal(body)
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// created is what an endpoint returns to answer 201 instead of 200.
type created struct{ body any }

// A route is an endpoint and where it is.
type route struct {
	method, path string
	// open marks routes whose path carries a token of its own.
	open bool
	// handle carries the call out; it holds s.mu. Its answer is JSON with status
	// 200, or 204 if there is none.
	handle func(s *Server, c *Call) (any, error)
}

var routes = []route{
	{method: "GET", path: "/gateway", handle: (*Server).getGateway},
	{method: "GET", path: "/gateway/bot", handle: (*Server).getGatewayBot},
	{method: "GET", path: "/users/@me", handle: (*Server).getMe},
	{method: "POST", path: "/users/@me/channels", handle: (*Server).createDM},
	{method: "GET", path: "/applications/@me", handle: (*Server).getApplication},
	{method: "GET", path: "/oauth2/applications/@me", handle: (*Server).getApplication},

	{method: "GET", path: "/applications/{application_id}/commands", handle: (*Server).listCommands},
	{method: "PUT", path: "/applications/{application_id}/commands", handle: (*Server).setCommands},
	{method: "POST", path: "/applications/{application_id}/commands", handle: (*Server).createCommand},
	{method: "GET", path: "/applications/{application_id}/commands/{command_id}", handle: (*Server).getCommand},
	{method: "PATCH", path: "/applications/{application_id}/commands/{command_id}", handle: (*Server).editCommand},
	{method: "DELETE", path: "/applications/{application_id}/commands/{command_id}", handle: (*Server).deleteCommand},
	{method: "GET", path: "/applications/{application_id}/guilds/{guild_id}/commands", handle: (*Server).listCommands},
	{method: "PUT", path: "/applications/{application_id}/guilds/{guild_id}/commands", handle: (*Server).setCommands},
	{method: "POST", path: "/applications/{application_id}/guilds/{guild_id}/commands", handle: (*Server).createCommand},
	{method: "GET", path: "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", handle: (*Server).getCommand},
	{method: "PATCH", path: "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", handle: (*Server).editCommand},
	{method: "DELETE", path: "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", handle: (*Server).deleteCommand},

	{method: "GET", path: "/guilds/{guild_id}", handle: (*Server).getGuild},
	{method: "GET", path: "/guilds/{guild_id}/channels", handle: (*Server).listChannels},
	{method: "GET", path: "/guilds/{guild_id}/members/{user_id}", handle: (*Server).getMember},
	{method: "GET", path: "/channels/{channel_id}", handle: (*Server).getChannel},
	{method: "POST", path: "/channels/{channel_id}/typing", handle: (*Server).startTyping},
	{method: "POST", path: "/channels/{channel_id}/threads", handle: (*Server).createThread},
	{method: "GET", path: "/channels/{channel_id}/messages", handle: (*Server).listMessages},
	{method: "POST", path: "/channels/{channel_id}/messages", handle: (*Server).createMessage},
	{method: "GET", path: "/channels/{channel_id}/messages/{message_id}", handle: (*Server).getMessage},
	{method: "PATCH", path: "/channels/{channel_id}/messages/{message_id}", handle: (*Server).editMessage},
	{method: "DELETE", path: "/channels/{channel_id}/messages/{message_id}", handle: (*Server).deleteMessage},
	{method: "POST", path: "/channels/{channel_id}/messages/{message_id}/threads", handle: (*Server).createMessageThread},

	{method: "POST", path: "/interactions/{interaction_id}/{interaction_token}/callback", open: true, handle: (*Server).callback},
	{method: "POST", path: "/webhooks/{webhook_id}/{webhook_token}", open: true, handle: (*Server).createFollowup},
	{method: "GET", path: "/webhooks/{webhook_id}/{webhook_token}/messages/@original", open: true, handle: (*Server).getResponse},
	{method: "PATCH", path: "/webhooks/{webhook_id}/{webhook_token}/messages/@original", open: true, handle: (*Server).editResponse},
	{method: "DELETE", path: "/webhooks/{webhook_id}/{webhook_token}/messages/@original", open: true, handle: (*Server).deleteResponse},
	{method: "GET", path: "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", open: true, handle: (*Server).getResponse},
	{method: "PATCH", path: "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", open: true, handle: (*Server).editResponse},
	{method: "DELETE", path: "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", open: true, handle: (*Server).deleteResponse},
}

// match returns the values of the path's variables if the call takes the route.
func (rt route) match(method, path string) (map[string]string, bool) {
	want, have := strings.Split(rt.path, "/"), strings.Split(path, "/")
	if rt.method != method || len(want) != len(have) {
		return nil, false
	}
	params := make(map[string]string)
	for i, name := range want {
		if strings.HasPrefix(name, "{") && have[i] != "" {
			params[strings.Trim(name, "{}")] = have[i]
		} else if name != have[i] {
			return nil, false
		}
	}
	return params, true
}

func (s *Server) serveREST(w http.ResponseWriter, r *http.Request) {
	c := &Call{At: time.Now(), Method: r.Method, Query: r.URL.Query(), Header: r.Header.Clone()}
	rest, _ := strings.CutPrefix(r.URL.Path, "/api/v")
	version, rest, _ := strings.Cut(rest, "/")
	c.Version, c.Path = version, "/"+rest
	body, err := io.ReadAll(io.LimitReader(r.Body, 2*maxRequestBytes))
	if err != nil {
		panic(http.ErrAbortHandler) // the bot went away while it was sending
	}
	decodeErr := c.decode(body)

	var rt route
	i := slices.IndexFunc(routes, func(rt route) bool {
		params, ok := rt.match(c.Method, c.Path)
		if ok {
			c.params = params
		}
		return ok
	})
	if i >= 0 && (version == "9" || version == "10") {
		rt = routes[i]
		c.Route = rt.path
	}

	s.mu.Lock()
	s.calls = append(s.calls, c)
	s.unlock()

	reply := s.faulted(r.Context(), c, func() Reply {
		if decodeErr != nil {
			return s.refuse(c, decodeErr)
		}
		return s.answer(c, rt)
	})
	s.finish(c, reply)
	if reply.Drop {
		panic(http.ErrAbortHandler)
	}
	for name, values := range reply.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(reply.Status)
	w.Write(reply.Body)
}

// decode takes the body apart.
func (c *Call) decode(body []byte) error {
	c.Body = body
	if len(body) > maxRequestBytes {
		return refuse(RuleForm, http.StatusRequestEntityTooLarge, 40005, "Request entity too large")
	}
	kind, params, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return nil
	}
	c.Body = nil
	form := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return refuse(RuleForm, 400, 50035, "Invalid Form Body")
		}
		data, err := io.ReadAll(part)
		switch {
		case err != nil:
			return refuse(RuleForm, 400, 50035, "Invalid Form Body")
		case part.FormName() == "payload_json":
			c.Body = data
		case len(data) > maxFileBytes:
			return refuse(RuleForm, http.StatusRequestEntityTooLarge, 40005, "Request entity too large")
		default:
			c.Files = append(c.Files, Attachment{Name: part.FileName(),
				ContentType: part.Header.Get("Content-Type"), Size: len(data), Data: data})
		}
	}
}

// answer carries the call out, unless a rule or a limit stands against it.
func (s *Server) answer(c *Call, rt route) Reply {
	s.mu.Lock()
	defer s.unlock()
	for _, key := range []string{"", c.Method + " " + c.Path} {
		global := key == ""
		if left := time.Until(s.limited[key]); left > 0 && !(global && rt.open) {
			scope := "user"
			if global {
				scope = "global"
			}
			return rateLimited(left, global, scope)
		}
	}
	body, err := s.carryOut(c, rt)
	if err != nil {
		return s.refused(c, err)
	}
	var reply Reply
	switch body := body.(type) {
	case nil:
		reply = jsonReply(http.StatusNoContent, nil)
	case created:
		reply = jsonReply(http.StatusCreated, body.body)
	default:
		reply = jsonReply(http.StatusOK, body)
	}
	setBucket(reply.Header, bucketSize-1, time.Second)
	return reply
}

func (s *Server) carryOut(c *Call, rt route) (any, error) {
	if rt.handle == nil {
		return nil, refuse(RuleRoute, http.StatusNotFound, 0, "404: Not Found")
	}
	if !rt.open && c.Header.Get("Authorization") != "Bot "+s.Token() {
		return nil, refuse(RuleAuth, http.StatusUnauthorized, 0, "401: Unauthorized")
	}
	if len(c.Body) > 0 && !json.Valid(c.Body) {
		return nil, refuse(RuleForm, http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	if id := c.params["application_id"]; id != "" && id != s.AppID() {
		return nil, unknown(10002, "Application")
	}
	return rt.handle(s, c)
}

// refuse is refused for callers that do not hold s.mu.
func (s *Server) refuse(c *Call, err error) Reply {
	s.mu.Lock()
	defer s.unlock()
	return s.refused(c, err)
}

// refused answers with err and notes which rule the call broke. The caller
// holds s.mu.
func (s *Server) refused(c *Call, err error) Reply {
	e, ok := errors.AsType[*apiError](err)
	if !ok {
		e = &apiError{Rule: RuleForm, Status: 400, Code: 50035, Message: "Invalid Form Body: " + err.Error()}
	}
	c.refused, c.Status = true, e.Status
	s.violate(Violation{Rule: e.Rule, Status: e.Status, Code: e.Code, Detail: e.Error(), Call: *c})
	return errorReply(e)
}

// finish records the answer to the call, and the limit that it sets.
func (s *Server) finish(c *Call, r Reply) {
	s.mu.Lock()
	defer s.unlock()
	c.Status, c.Answer = r.Status, r.Body
	if r.Drop {
		c.Status, c.Answer = StatusDropped, nil
	}
	if r.limit > 0 {
		key := c.Method + " " + c.Path
		if r.global {
			key = ""
		}
		s.limited[key] = time.Now().Add(r.limit)
	}
}

// body decodes the call's JSON.
func (c *Call) body(into any) error {
	if len(c.Body) == 0 {
		return refuse(RuleForm, http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	if err := json.Unmarshal(c.Body, into); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	return nil
}

func (s *Server) getGateway(*Call) (any, error) {
	return object{"url": s.gatewayURL()}, nil
}

func (s *Server) getGatewayBot(*Call) (any, error) {
	return object{
		"url":    s.gatewayURL(),
		"shards": s.opts.Shards,
		"session_start_limit": object{
			"total":           1000,
			"remaining":       max(0, s.opts.SessionStarts-len(s.identifies)),
			"reset_after":     (24 * time.Hour).Milliseconds(),
			"max_concurrency": 1,
		},
	}, nil
}

func (s *Server) getMe(*Call) (any, error) {
	me := s.bot.json()
	me["verified"] = true
	me["mfa_enabled"] = false
	me["locale"] = "en-US"
	me["flags"] = 0
	return me, nil
}

func (s *Server) getApplication(*Call) (any, error) {
	return object{
		"id":                     s.AppID(),
		"name":                   s.bot.Name,
		"icon":                   nil,
		"description":            "",
		"bot":                    s.bot.json(),
		"bot_public":             true,
		"bot_require_code_grant": false,
		"verify_key":             strings.Repeat("0", 64),
		"flags":                  s.applicationFlags(),
		"owner":                  object{"id": "1", "username": "owner", "discriminator": "0", "avatar": nil},
	}, nil
}

// applicationFlags tell which privileged intents are switched on, in the form
// for applications in less than a hundred servers.
func (s *Server) applicationFlags() int {
	flags := 0
	for intent, flag := range map[Intents]int{
		IntentGuildPresences: 1 << 13,
		IntentGuildMembers:   1 << 15,
		IntentMessageContent: 1 << 19,
	} {
		if s.opts.Privileged.has(intent) {
			flags |= flag
		}
	}
	return flags
}
