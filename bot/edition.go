package bot

import (
	"sync"

	"exobot/knowledge"
)

// An Edition is the knowledge at one time: a library and a searcher that covers it.
type Edition struct {
	Library  *knowledge.Library
	Searcher Searcher
	Close    func() error // releases the searcher; may be nil
}

// An edition counts the questions that still use it.
type edition struct {
	Edition
	suggester *Suggester // nil where there is no library
	users     sync.WaitGroup
}

func (e *edition) release() { e.users.Done() }

// editions hands out the current edition and replaces it.
type editions struct {
	mu      sync.RWMutex
	current *edition
}

// acquire returns the current edition, which stays open until it is released.
func (s *editions) acquire() *edition {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.current.users.Add(1)
	return s.current
}

// swap makes next current, waits until nobody uses the one before, and closes that.
func (s *editions) swap(next Edition) error {
	e := &edition{Edition: next}
	if next.Library != nil {
		e.suggester = NewSuggester(next.Library)
	}
	s.mu.Lock()
	old := s.current
	s.current = e
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
