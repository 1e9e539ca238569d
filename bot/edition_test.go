package bot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"exobot/knowledge"
)

// A book is an edition that says of itself what has become of it.
type book struct {
	lib    *knowledge.Library
	closed atomic.Int32
	err    error // of closing
}

func newBook(version string) *book {
	return &book{lib: knowledge.New(knowledge.Library{Pack: knowledge.Pack{ID: "book", Version: version}})}
}

// edition returns the book as an edition whose searches go to search. They fail if the
// book is closed.
func (b *book) edition(search SearchFunc) Edition {
	return Edition{
		Library: b.lib,
		Searcher: SearchFunc(func(ctx context.Context, q knowledge.Query) (knowledge.Result, error) {
			r, err := search(ctx, q)
			if b.closed.Load() > 0 {
				return r, errors.New("searched in a closed book")
			}
			return r, err
		}),
		Close: func() error { b.closed.Add(1); return b.err },
	}
}

func findNothing(context.Context, knowledge.Query) (knowledge.Result, error) {
	return knowledge.Result{}, nil
}

// A question under way finishes in the edition in which it began. Who asks meanwhile is
// answered from the new one, at once.
func TestSwapWaitsForQuestions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first, second := newBook("1"), newBook("2")
		first.err = errors.New("the disk is gone")
		finish := make(chan bool)
		b := New(first.edition(func(context.Context, knowledge.Query) (knowledge.Result, error) {
			<-finish
			return knowledge.Result{Answered: true, Matches: []knowledge.Match{{Passage: &knowledge.Passage{Text: "old"}}}}, nil
		}), Options{})

		var work sync.WaitGroup
		work.Go(func() {
			r, err := b.Answer(t.Context(), Question{Text: "what"})
			if err != nil || len(r.Passages) != 1 || r.Passages[0].Passage.Text != "old" {
				t.Errorf("the question under way got %+v, %v", r, err)
			}
		})
		synctest.Wait()
		swapped := false
		work.Go(func() {
			if err := b.Swap(second.edition(findNothing)); !errors.Is(err, first.err) {
				t.Errorf("swap: got %v, want %v", err, first.err)
			}
			swapped = true
		})
		synctest.Wait()
		if swapped || first.closed.Load() != 0 {
			t.Error("the swap did not wait for the question under way")
		}
		if v := b.Library().Pack.Version; v != "2" {
			t.Errorf("version %s is in use, want 2", v)
		}
		if r, err := b.Answer(t.Context(), Question{Text: "what"}); err != nil || r.Kind != KindDecline {
			t.Errorf("the next question got %+v, %v", r, err)
		}
		finish <- true
		work.Wait()
		if !swapped || first.closed.Load() != 1 {
			t.Errorf("the old edition was closed %d times, want once", first.closed.Load())
		}
		if err := b.Close(); err != nil || second.closed.Load() != 1 || first.closed.Load() != 1 {
			t.Errorf("close: %v, closed %d and %d times", err, first.closed.Load(), second.closed.Load())
		}
	})
}

// An edition is released when a search fails or panics too.
func TestSwapAfterFailedSearch(t *testing.T) {
	t.Parallel()
	b := New(newBook("1").edition(func(_ context.Context, q knowledge.Query) (knowledge.Result, error) {
		if q.Text == "panic" {
			panic("lost")
		}
		return knowledge.Result{}, errors.New("lost")
	}), Options{})
	if _, err := b.Answer(t.Context(), Question{Text: "what"}); err == nil || err.Error() != "answer question: lost" {
		t.Errorf("got error %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not reach the caller")
			}
		}()
		b.Answer(t.Context(), Question{Text: "panic"})
	}()
	if err := b.Swap(Edition{Library: newBook("2").lib}); err != nil {
		t.Error(err)
	}
	if err := b.Close(); err != nil { // an edition without Close
		t.Error(err)
	}
}

// Many ask and several swap at once: no search is in a closed edition, and each edition
// is closed once.
func TestSwapRace(t *testing.T) {
	t.Parallel()
	const askers, swappers, rounds = 4, 3, 200
	first := newBook("0")
	b := New(first.edition(findNothing), Options{})
	books := []*book{first}
	for i := range swappers * rounds {
		books = append(books, newBook(fmt.Sprint(i+1)))
	}
	var asking, swapping sync.WaitGroup
	end := make(chan bool)
	for range askers {
		asking.Go(func() {
			for {
				select {
				case <-end:
					return
				default:
				}
				if _, err := b.Answer(context.Background(), Question{Text: "what"}); err != nil {
					t.Error(err)
					return
				}
				b.Library()
			}
		})
	}
	for s := range swappers {
		swapping.Go(func() {
			for i := range rounds {
				if err := b.Swap(books[1+s*rounds+i].edition(findNothing)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	swapping.Wait()
	close(end)
	asking.Wait()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	for _, k := range books {
		if n := k.closed.Load(); n != 1 {
			t.Errorf("edition %s was closed %d times, want once", k.lib.Pack.Version, n)
		}
	}
}
