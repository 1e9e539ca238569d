package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limits keeps requests within Discord's limits
// (https://discord.com/developers/docs/topics/rate-limits). The zero value is ready for
// use. Limits are learnt from answers: a route that is used up, and the whole bot when a
// 429 says so. Only limits that still hold are remembered, so interactions, each of
// which is a route of its own, leave nothing behind.
type limits struct {
	mu      sync.Mutex
	global  time.Time            // until when nothing but interactions may be asked
	routes  map[string]time.Time // until when a path may not be asked
	invalid invalidCount
}

// errInvalidLimit says that so many requests were refused that more could get the
// address of this machine banned.
var errInvalidLimit = errors.New("too many requests were refused in the last ten minutes, waiting")

// errTooLong says that a limit holds longer than the request may take.
var errTooLong = errors.New("rate limited")

// wait blocks until q may be asked. It returns an error at once if that is after the
// end of ctx.
func (l *limits) wait(ctx context.Context, q *request) error {
	for {
		until, err := l.until(q)
		if err != nil {
			return err
		}
		d := time.Until(until)
		if d <= 0 {
			return ctx.Err()
		}
		if end, ok := ctx.Deadline(); ok && until.After(end) {
			return fmt.Errorf("%w for another %v", errTooLong, d.Round(time.Millisecond))
		}
		if !pause(ctx, d) {
			return ctx.Err()
		}
	}
}

func (l *limits) until(q *request) (time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.invalid.count(now) >= maxInvalid {
		return time.Time{}, errInvalidLimit
	}
	until := l.routes[q.key()]
	if !q.byToken && l.global.After(until) {
		until = l.global
	}
	return until, nil
}

// key names the limit under which q falls: the method and the path, which with the
// routes used here is at least as fine as Discord's buckets.
func (q *request) key() string { return q.method + " " + q.path }

// note learns from an answer.
func (l *limits) note(q *request, a answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	scope := a.header.Get("X-RateLimit-Scope")
	switch {
	case a.status == http.StatusTooManyRequests:
		until := now.Add(a.retryAfter())
		if a.header.Get("X-RateLimit-Global") != "" || scope == "global" {
			l.global = until
		} else {
			l.block(q, until, now)
		}
	case a.header.Get("X-RateLimit-Remaining") == "0":
		if s, err := strconv.ParseFloat(a.header.Get("X-RateLimit-Reset-After"), 64); err == nil {
			l.block(q, now.Add(seconds(s)), now)
		}
	}
	switch a.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		if scope != "shared" { // used up by others, and not counted by Discord
			l.invalid.add(now)
		}
	}
}

// block remembers that q's route is used up, and forgets the routes that no longer are.
func (l *limits) block(q *request, until, now time.Time) {
	if l.routes == nil {
		l.routes = make(map[string]time.Time)
	}
	for key, until := range l.routes {
		if until.Before(now) {
			delete(l.routes, key)
		}
	}
	l.routes[q.key()] = until
}

// maxInvalid is how many refused requests (401, 403, 429) we allow ourselves in ten
// minutes. At 10,000 Discord shuts out the address of the machine, which others may
// share.
const maxInvalid = 1000

// invalidCount counts refused requests minute by minute.
type invalidCount struct {
	minutes [11]struct{ minute, n int64 } // the ten minutes before, and the current one
}

func (c *invalidCount) add(now time.Time) {
	minute := now.Unix() / 60
	slot := &c.minutes[minute%int64(len(c.minutes))]
	if slot.minute != minute {
		slot.minute, slot.n = minute, 0
	}
	slot.n++
}

func (c *invalidCount) count(now time.Time) int64 {
	n := int64(0)
	for _, slot := range c.minutes {
		if now.Unix()/60-slot.minute < int64(len(c.minutes)) {
			n += slot.n
		}
	}
	return n
}
