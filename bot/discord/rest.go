package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The REST API.
const (
	defaultAPIBase = "https://discord.com"
	apiPath        = "/api/v10"
	// userAgent has the form that Discord asks for.
	userAgent = "DiscordBot (exobot, 1)"
)

// Bounds of a request.
const (
	maxTries    = 3
	tryTimeout  = 10 * time.Second
	maxResponse = 8 << 20 // bytes; the list of commands is the longest that we read
	retryDelay  = 300 * time.Millisecond
)

// rest speaks to Discord's REST API. It is safe for concurrent use.
//
// The library's own REST methods are not used: they hold a lock over requests of
// different users, keep a bucket for every interaction there ever was, repeat without
// end or regard for the context, repeat what was carried out already, and put tokens
// into error texts.
type rest struct {
	client *http.Client
	base   string // without the path
	token  string // without "Bot "
	limits limits
	// unauthorized is called when Discord refuses the bot's token.
	unauthorized func(error)
}

// A request is one thing to ask of the API.
type request struct {
	method string
	route  string // the path with names for ids and tokens; all that errors and logs show
	path   string
	body   any // nil for none
	// repeatable says that doing it twice is the same as doing it once, so that it may
	// be repeated when nobody knows whether it was done.
	repeatable bool
	// byToken says that the path holds an interaction's token. The bot's own is not
	// sent then, and the limit for the whole bot does not count.
	byToken bool
}

func (q *request) name() string { return q.method + " " + q.route }

// do makes a request, again if that helps and ctx leaves the time, and decodes the
// answer into out unless that is nil. It returns a *statusError for what Discord
// refused and a *FatalError if it refused the token.
func (r *rest) do(ctx context.Context, q request, out any) error {
	var body []byte
	if q.body != nil {
		var err error
		if body, err = json.Marshal(q.body); err != nil {
			return fmt.Errorf("%s: %w", q.name(), err)
		}
	}
	for try := 1; ; try++ {
		if err := r.limits.wait(ctx, &q); err != nil {
			return fmt.Errorf("%s: %w", q.name(), err)
		}
		a, err := r.try(ctx, &q, body)
		if err == nil && a.status < 300 {
			if out == nil {
				return nil
			}
			if err := json.Unmarshal(a.body, out); err != nil {
				return fmt.Errorf("%s: answer does not parse: %w", q.name(), err)
			}
			return nil
		}
		again := q.repeatable && (err != nil || a.status >= 500)
		if err != nil {
			err = fmt.Errorf("%s: %w", q.name(), err)
		} else {
			again = again || a.status == http.StatusTooManyRequests
			err = r.refusal(&q, a, try)
		}
		if !again || try == maxTries || ctx.Err() != nil {
			return err
		}
		if a.status == http.StatusTooManyRequests {
			continue // limits.wait knows how long
		}
		delay := retryDelay << (try - 1)
		if !pause(ctx, delay+rand.N(delay)) {
			return err
		}
	}
}

// An answer is what came back for a request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (r *rest) try(ctx context.Context, q *request, body []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, q.method, r.base+apiPath+q.path, bytes.NewReader(body))
	if err != nil {
		return answer{}, errors.New("address does not parse") // err would show it
	}
	req.Header.Set("User-Agent", userAgent)
	if !q.byToken {
		req.Header.Set("Authorization", "Bot "+r.token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return answer{}, withoutURL(err)
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxResponse))
	r.limits.note(q, a)
	if err != nil {
		return answer{}, withoutURL(err)
	}
	return a, nil
}

// withoutURL returns err without the address that net/http puts in front of it, which
// may hold an interaction's token.
func withoutURL(err error) error {
	var withURL *url.Error
	if errors.As(err, &withURL) {
		return withURL.Err
	}
	return err
}

// refusal returns the error for an answer that is not what we asked for.
func (r *rest) refusal(q *request, a answer, tries int) error {
	refused := &statusError{route: q.name(), status: a.status, tries: tries}
	var said struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	if json.Unmarshal(a.body, &said) == nil {
		refused.code, refused.message = said.Code, said.Message
	}
	if a.status == http.StatusUnauthorized && !q.byToken {
		err := &FatalError{adviceToken, refused}
		r.unauthorized(err)
		return err
	}
	return refused
}

// retryAfter returns how long a 429 answer asks us to wait.
func (a answer) retryAfter() time.Duration {
	var said struct {
		RetryAfter float64 `json:"retry_after"`
	}
	// The body has fractions of a second, the header is rounded up.
	if json.Unmarshal(a.body, &said) == nil && said.RetryAfter > 0 {
		return seconds(said.RetryAfter)
	}
	if s, err := strconv.ParseFloat(a.header.Get("Retry-After"), 64); err == nil && s > 0 {
		return seconds(s)
	}
	return time.Second
}

func seconds(s float64) time.Duration {
	const most = 24 * 60 * 60
	return time.Duration(min(s, most) * float64(time.Second))
}

// checkAPIBase returns base without a slash at its end, or an error if it is no web
// address.
func checkAPIBase(base string) (string, error) {
	if base == "" {
		return defaultAPIBase, nil
	}
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return "", fmt.Errorf("API base %q is not an address such as %s", base, defaultAPIBase)
	}
	return strings.TrimSuffix(base, "/"), nil
}
