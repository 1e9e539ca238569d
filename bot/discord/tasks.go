package discord

import (
	"container/list"
	"context"
	"log/slog"
	"sync"
	"time"
)

// tasks runs functions in goroutines of their own, so many at a time, and waits for
// them at the end.
type tasks struct {
	ctx   context.Context // of every task, each with its own deadline
	log   *slog.Logger
	limit int

	mu      sync.Mutex
	running int
	closed  bool
	idle    chan struct{} // closed when the last task ends after close
}

func newTasks(ctx context.Context, log *slog.Logger, limit int) *tasks {
	return &tasks{ctx: ctx, log: log, limit: limit, idle: make(chan struct{})}
}

// start runs f in a goroutine, with a context that ends after eventTimeout. It reports
// false if too many run or close was called. A panic in f ends f only.
func (t *tasks) start(f func(context.Context)) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || t.running >= t.limit {
		return false
	}
	t.running++
	go func() {
		defer t.end()
		defer func() {
			if v := recover(); v != nil {
				t.log.Error("event handler failed", "error", panicked(v))
			}
		}()
		ctx, cancel := context.WithTimeout(t.ctx, eventTimeout)
		defer cancel()
		f(ctx)
	}()
	return true
}

func (t *tasks) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running--
	if t.closed && t.running == 0 {
		close(t.idle)
	}
}

// close lets no further task start. The channel is closed when the last has ended.
func (t *tasks) close() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.closed = true
		if t.running == 0 {
			close(t.idle)
		}
	}
	return t.idle
}

// recent remembers the last ids that it was given. The zero value is ready for use.
type recent struct {
	mu    sync.Mutex
	ids   map[string]bool
	order list.List
}

// maxRecent is how many ids are remembered: more than Discord delivers again after a
// connection was lost for a few minutes.
const maxRecent = 10_000

// add reports whether id is new.
func (r *recent) add(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ids[id] {
		return false
	}
	if r.ids == nil {
		r.ids = make(map[string]bool)
	}
	r.ids[id] = true
	r.order.PushBack(id)
	if r.order.Len() > maxRecent {
		delete(r.ids, r.order.Remove(r.order.Front()).(string))
	}
	return true
}

// remove forgets id. Its place in the order is taken until its time comes.
func (r *recent) remove(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.ids, id)
}

// pause waits for d, and reports whether that passed before ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
