package bot

import (
	"cmp"
	"sync"

	"exobot/knowledge"
)

// An Edition is the knowledge at one time: a library and a searcher that covers it.
type Edition struct {
	Library  *knowledge.Library
	Searcher Searcher
	Sorter   *Sorter      // of the library; nil means one that has not learnt yet
	Close    func() error // releases the searcher; may be nil
}

// An edition counts the questions that still use it.
type edition struct {
	Edition
	suggester func() *Suggester // made when it is first asked for; nil without a library
	users     sync.WaitGroup
}

// newEdition returns ed ready for use. An edition without a library ends the use of the
// one before and is asked nothing.
func newEdition(ed Edition) *edition {
	e := &edition{Edition: ed}
	if ed.Library != nil {
		e.Sorter = cmp.Or(ed.Sorter, NewSorter(ed.Library))
		e.suggester = sync.OnceValue(func() *Suggester { return NewSuggester(ed.Library) })
	}
	return e
}

func (e *edition) release() { e.users.Done() }

// editions hands out the current edition and replaces it.
type editions struct {
	mu      sync.RWMutex
	current *edition
}

// acquire returns the current edition, which stays open until it is released. It counts
// under the lock that swap takes to exchange the edition, so nobody begins to use one
// whose users swap is already waiting for.
func (s *editions) acquire() *edition {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.current.users.Add(1)
	return s.current
}

// swap makes next current, waits until nobody uses the one before, and closes that.
func (s *editions) swap(next Edition) error {
	s.mu.Lock()
	old := s.current
	s.current = newEdition(next)
	s.mu.Unlock()
	if old == nil {
		return nil
	}
	old.users.Wait()
	if old.Close == nil {
		return nil
	}
	return old.Close()
}
