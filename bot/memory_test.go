package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestFollowsUp(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		// These begin as a follow-up does.
		"and for the heart?":      true,
		"And what about children": true,
		"What about the price?":   true,
		"why?":                    true,
		"Und bei Kindern?":        true,
		"¿Qué hay de los niños?":  false, // the mark in front of it
		"qué hay de los niños?":   true,
		"et pour le cœur ?":       true,
		"а для детей?":            true,
		"a co z dziećmi?":         true,

		// These speak of something without saying what.
		"is it safe?":              true,
		"How big are they":         true,
		"what does THAT mean":      true,
		"who makes these products": true,

		// These stand on their own.
		"how big is an exosome":   false,
		"android or iphone":       false,
		"what is an item":         false,
		"":                        false,
		"?!":                      false,
		"  \n ":                   false,
		"exosomes and stem cells": false,
		"I want to know the size": false,
		"a definition of exosome": false,
		"is it true that exosomes are smaller than the cells that send them out": false, // long enough to say all
	} {
		if got := followsUp(text); got != want {
			t.Errorf("followsUp(%q) = %t, want %t", text, got, want)
		}
	}
}

// A clock stands still until it is turned.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func (c *clock) turn(d time.Duration) { c.Time = c.Add(d) }

func newMemory() (*memory, *clock) {
	c := &clock{time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	return &memory{now: c.now}, c
}

func TestMemory(t *testing.T) {
	t.Parallel()
	m, c := newMemory()
	const first, followUp = "how big is an exosome", "and how heavy?"
	check := func(id ConversationID, text, want string) {
		t.Helper()
		if got := m.before(id, text); got != want {
			t.Errorf("before %q came %q, want %q", text, got, want)
		}
	}
	check("ann", followUp, "")
	m.add("ann", first, false)
	check("ann", followUp, first)
	check("ann", "what is a liposome", "") // stands on its own
	check("bob", followUp, "")
	check("", followUp, "")

	// A follow-up of a follow-up leans on both.
	m.add("ann", followUp, true)
	check("ann", "why?", first+"\n"+followUp)

	// Who has no conversation has no memory.
	m.add("", first, false)
	check("", followUp, "")
	if len(m.threads) != 1 {
		t.Errorf("%d conversations are remembered, want 1", len(m.threads))
	}

	c.turn(memoryTime)
	check("ann", "why?", first+"\n"+followUp)
	c.turn(time.Nanosecond)
	check("ann", "why?", "")
}

// A conversation of which nothing is remembered can be given a beginning.
func TestMemoryBegins(t *testing.T) {
	t.Parallel()
	m, c := newMemory()
	const title, followUp = "how big is an exosome", "and how heavy?"
	check := func(want string) {
		t.Helper()
		if got := m.before("thread", followUp); got != want {
			t.Errorf("before %q came %q, want %q", followUp, got, want)
		}
	}
	m.begin("thread", "")
	m.begin("", title)
	check("")
	m.begin("thread", title)
	check(title)
	m.add("thread", followUp, true)
	m.begin("thread", "something else") // it goes on
	check(title + "\n" + followUp)
	c.turn(memoryTime + time.Nanosecond)
	m.begin("thread", title)
	check(title)
	if len(m.threads) != 1 {
		t.Errorf("%d conversations are remembered, want 1", len(m.threads))
	}
}

func TestMemoryKeepsLastTurns(t *testing.T) {
	t.Parallel()
	m, _ := newMemory()
	for i := range memoryTurns + 2 {
		m.add("ann", fmt.Sprint("question ", i), true)
	}
	if got, want := m.before("ann", "why?"), "question 2\nquestion 3\nquestion 4"; got != want {
		t.Errorf("remembered %q, want %q", got, want)
	}
	// A question that stands on its own begins anew.
	m.add("ann", "question 5", false)
	if got, want := m.before("ann", "why?"), "question 5"; got != want {
		t.Errorf("remembered %q, want %q", got, want)
	}
	for range 10 {
		m.add("ann", strings.Repeat("é", maxQuestion/2), true)
	}
	if got := len(m.before("ann", "why?")); got > memoryTurns*(memoryText+1) {
		t.Errorf("%d bytes are remembered", got)
	}
}

// What is too old is dropped when the next question comes in, whoever asks it.
func TestMemoryDropsWhatIsOld(t *testing.T) {
	t.Parallel()
	m, c := newMemory()
	m.add("ann", "one", false)
	c.turn(10 * time.Minute)
	m.add("ann", "two", false)
	m.add("bob", "three", false)
	c.turn(6 * time.Minute)
	m.add("cyn", "four", false)
	if got := m.before("ann", "why?"); got != "two" {
		t.Errorf("of ann %q is remembered, want her last question", got)
	}
	c.turn(10 * time.Minute)
	m.add("cyn", "five", false)
	if _, ok := m.threads["cyn"]; len(m.threads) != 1 || !ok {
		t.Errorf("remembered %v, want cyn's question alone", m.threads)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m, c := newMemory()
	id := func(i int) ConversationID { return ConversationID(fmt.Sprint("asker ", i)) }
	for i := range memoryConversations {
		m.add(id(i), "question", false)
		c.turn(time.Millisecond)
	}
	m.add(id(0), "another", false) // is not the oldest any more
	c.turn(time.Millisecond)
	for i := range 3 {
		m.add(id(memoryConversations+i), "question", false)
		c.turn(time.Millisecond)
	}
	if len(m.threads) != memoryConversations {
		t.Errorf("%d conversations are remembered, want %d", len(m.threads), memoryConversations)
	}
	for i, want := range map[int]bool{0: true, 1: false, 2: false, 3: false, 4: true, memoryConversations + 2: true} {
		if _, got := m.threads[id(i)]; got != want {
			t.Errorf("asker %d is remembered: %t, want %t", i, got, want)
		}
	}
}
