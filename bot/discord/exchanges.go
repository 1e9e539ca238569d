package discord

import (
	"container/list"
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// An exchange is a message that was taken for a question, and our answer to it. It is
// kept so that the answer can follow when the question is edited or deleted. Nothing
// that anybody wrote is in it.
type exchange struct {
	question string    // id of the message
	asked    time.Time // when it arrived
	wording  uint64    // hash of the question's words
	edits    int       // how often they have changed

	withdrawn atomic.Bool // the question has been deleted

	turn   chan struct{} // holds a value while nobody posts, edits or deletes the answer
	answer string        // id of our message, "" while there is none; for the holder of turn
	style  Style         // in which it was posted
	shows  int           // the edit that it answers
}

// lock waits until nobody else works on the answer.
func (e *exchange) lock(ctx context.Context) error {
	select {
	case <-e.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *exchange) unlock() { e.turn <- struct{}{} }

const (
	maxExchanges = 10_000
	// editTime is how long after a question was asked an edit of it counts.
	editTime = time.Minute
)

// exchanges remembers the last exchanges. The zero value is ready for use.
type exchanges struct {
	mu    sync.Mutex
	known map[string]*exchange // by question
	order list.List            // of questions, oldest first
}

// begin remembers a question.
func (x *exchanges) begin(question string, asked time.Time, wording uint64) *exchange {
	e := newExchange(question, asked, wording)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.add(e)
	return e
}

// adopt remembers an answer to a message that was not taken for a question by itself.
func (x *exchanges) adopt(question, answer string, style Style, asked time.Time) {
	e := newExchange(question, asked, 0)
	e.answer, e.style = answer, style
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.known[question] == nil {
		x.add(e)
	}
}

func newExchange(question string, asked time.Time, wording uint64) *exchange {
	e := &exchange{question: question, asked: asked, wording: wording, turn: make(chan struct{}, 1)}
	e.unlock()
	return e
}

// add remembers an exchange. The caller holds x.mu.
func (x *exchanges) add(e *exchange) {
	if x.known == nil {
		x.known = make(map[string]*exchange)
	}
	x.known[e.question] = e
	x.order.PushBack(e.question)
	if x.order.Len() > maxExchanges {
		delete(x.known, x.order.Remove(x.order.Front()).(string))
	}
}

// edit returns the exchange of a question that was edited in time and so that its words
// changed, and which edit this is.
func (x *exchanges) edit(question string, now time.Time, wording uint64) (e *exchange, edit int, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	e = x.known[question]
	if e == nil || e.wording == wording || now.Sub(e.asked) > editTime {
		return nil, 0, false
	}
	e.wording = wording
	e.edits++
	return e, e.edits, true
}

// end forgets a question that was deleted and returns its exchange, or nil.
func (x *exchanges) end(question string) *exchange {
	x.mu.Lock()
	defer x.mu.Unlock()
	e := x.known[question]
	if e == nil {
		return nil
	}
	delete(x.known, question) // its place in the order is taken until its time comes
	e.withdrawn.Store(true)
	return e
}

// posted returns the id of our answer to the question in this wording, or "" if there is
// none.
func (s *messageSurface) posted(ctx context.Context) string {
	if s.exchange.lock(ctx) != nil {
		return ""
	}
	defer s.exchange.unlock()
	if s.exchange.withdrawn.Load() || s.exchange.shows != s.edits {
		return ""
	}
	return s.exchange.answer
}

// answered returns the id of our answer, or "" while there is none.
func (s *messageSurface) answered(ctx context.Context) string {
	if s.exchange.lock(ctx) != nil {
		return ""
	}
	defer s.exchange.unlock()
	return s.exchange.answer
}

// retract deletes our answer, if there is one.
func (s *messageSurface) retract(ctx context.Context) error {
	if err := s.exchange.lock(ctx); err != nil {
		return err
	}
	defer s.exchange.unlock()
	answer := s.exchange.answer
	if answer == "" {
		return nil
	}
	s.exchange.answer = ""
	return s.ignoreGone(s.rest.do(ctx, request{
		method: http.MethodDelete, route: "/channels/{channel}/messages/{message}",
		path: "/channels/" + s.channel + "/messages/" + answer, repeatable: true,
	}, nil))
}

// An editedMessage replaces all that a message shows.
type editedMessage struct {
	Content         *string         `json:"content,omitempty"` // nil in Components V2, which have none
	Embeds          *[]embed        `json:"embeds,omitempty"`
	Components      []component     `json:"components"`
	Flags           messageFlags    `json:"flags,omitempty"`
	AllowedMentions allowedMentions `json:"allowed_mentions"`
}

// edited returns m as it is sent to replace another message.
func edited(m outgoing) editedMessage {
	e := editedMessage{Components: m.Components, Flags: m.Flags & flagComponentsV2}
	if e.Components == nil {
		e.Components = []component{}
	}
	if e.Flags == 0 {
		if m.Embeds == nil {
			m.Embeds = []embed{}
		}
		e.Content, e.Embeds = &m.Content, &m.Embeds
	}
	return e
}

// edit replaces the answer that is there by d, in the style in which it was posted: a
// message in Components V2 stays one, and where embeds were refused they still are.
func (s *messageSurface) edit(ctx context.Context, d draft) error {
	return s.ignoreGone(s.rest.do(ctx, request{
		method: http.MethodPatch, route: "/channels/{channel}/messages/{message}",
		path: "/channels/" + s.channel + "/messages/" + s.exchange.answer,
		body: edited(d(s.exchange.style)), repeatable: true,
	}, nil))
}

// ignoreGone returns err unless it says that our message is not there any more: somebody
// has deleted it, and that is their right.
func (s *messageSurface) ignoreGone(err error) error {
	var refused *statusError
	if errors.As(err, &refused) && refused.status == http.StatusNotFound {
		return nil
	}
	return err
}
