package discord

import (
	"container/list"
	"context"
	"net/http"
	"sync"
)

// A thread is a conversation that hangs from a channel; the posts of forums are threads.
type thread struct {
	ID       string `json:"id"`
	ParentID string `json:"parent_id"`
	Name     string `json:"name"`
}

// maxThreads is how many new threads are remembered. The first message follows the
// thread at once, so few would do.
const maxThreads = 1000

// threads remembers the last threads. The zero value is ready for use.
type threads struct {
	mu    sync.Mutex
	known map[string]thread
	order list.List
}

func (t *threads) add(one thread) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil {
		t.known = make(map[string]thread)
	}
	if _, known := t.known[one.ID]; !known {
		t.order.PushBack(one.ID)
	}
	t.known[one.ID] = one
	if t.order.Len() > maxThreads {
		delete(t.known, t.order.Remove(t.order.Front()).(string))
	}
}

func (t *threads) get(id string) (thread, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	one, ok := t.known[id]
	return one, ok
}

// onThread remembers a new thread: its first message does not say where it is.
func (c *Client) onThread(t *thread) {
	if t.ID != "" && c.reading.Load() && len(c.forums) > 0 {
		c.threads.add(*t)
	}
}

// thread returns the thread of that id, which Discord is asked for if it is not known.
func (c *Client) thread(ctx context.Context, id string) (thread, error) {
	if t, ok := c.threads.get(id); ok {
		return t, nil
	}
	var t thread
	err := c.rest.do(ctx, request{method: http.MethodGet, route: "/channels/{channel}", path: "/channels/" + id, repeatable: true}, &t)
	if err == nil {
		c.threads.add(t)
	}
	return t, err
}

// takePost answers the first message of a post in a forum: by what its title asks, or
// else by title and text together if the text asks something, too. What people say about
// themselves below a title is not what they want to know.
func (c *Client) takePost(ctx context.Context, j *job, post string) {
	t, err := c.thread(ctx, post)
	if err != nil {
		c.log.Warn("look up post", "error", err)
		return
	}
	if !c.forums[t.ParentID] {
		return
	}
	title, text := plainQuestion(t.Name), j.question.Text
	whole := oneLine(title + "\n" + text)
	j.question.Text = title
	if title == "" || c.answerer.Glance(whole).Emergency {
		j.question.Text = whole
	} else if c.answerer.Glance(text).Question {
		j.wider = whole
	}
	c.do(ctx, j)
}
