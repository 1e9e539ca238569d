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
	m.add("ann", "", first)
	check("ann", followUp, first)
	check("ann", "what is a liposome", "") // stands on its own
	check("bob", followUp, "")
	check("", followUp, "")

	// A follow-up of a follow-up leans on both.
	m.add("ann", first, followUp)
	check("ann", "why?", first+"\n"+followUp)

	// Who has no conversation has no memory.
	m.add("", "", first)
	check("", followUp, "")
	if len(m.turns) != 1 {
		t.Errorf("%d conversations are remembered, want 1", len(m.turns))
	}

	c.turn(memoryTime)
	check("ann", "why?", first+"\n"+followUp)
	c.turn(time.Nanosecond)
	check("ann", "why?", "")
}

func TestMemoryKeepsLastTurns(t *testing.T) {
	t.Parallel()
	m, _ := newMemory()
	for i := range memoryTurns + 2 {
		m.add("ann", "", fmt.Sprint("question ", i))
	}
	var got []string
	for _, turn := range m.turns["ann"] {
		got = append(got, turn.text)
	}
	if want := "question 2, question 3, question 4"; strings.Join(got, ", ") != want {
		t.Errorf("remembered %q, want %s", got, want)
	}
	// A chain of follow-ups does not grow without end.
	before := ""
	for range 10 {
		m.add("ann", before, strings.Repeat("é", maxQuestion/2))
		before = m.before("ann", "why?")
	}
	if len(before) > 2*maxQuestion {
		t.Errorf("%d bytes are remembered of one turn", len(before))
	}
}

// What is too old is dropped when the next question comes in, whoever asks it.
func TestMemoryDropsWhatIsOld(t *testing.T) {
	t.Parallel()
	m, c := newMemory()
	m.add("ann", "", "one")
	c.turn(10 * time.Minute)
	m.add("ann", "", "two")
	m.add("bob", "", "three")
	c.turn(6 * time.Minute)
	m.add("cyn", "", "four")
	if turns := m.turns["ann"]; len(turns) != 1 || turns[0].text != "two" {
		t.Errorf("ann's turns are %v, want the second alone", turns)
	}
	c.turn(10 * time.Minute)
	m.add("cyn", "", "five")
	if len(m.turns) != 1 || len(m.turns["cyn"]) != 2 {
		t.Errorf("remembered %v, want cyn's turns alone", m.turns)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m, c := newMemory()
	id := func(i int) ConversationID { return ConversationID(fmt.Sprint("asker ", i)) }
	for i := range memoryConversations {
		m.add(id(i), "", "question")
		c.turn(time.Millisecond)
	}
	m.add(id(0), "", "another") // is not the oldest any more
	c.turn(time.Millisecond)
	for i := range 3 {
		m.add(id(memoryConversations+i), "", "question")
		c.turn(time.Millisecond)
	}
	if len(m.turns) != memoryConversations {
		t.Errorf("%d conversations are remembered, want %d", len(m.turns), memoryConversations)
	}
	for i, want := range map[int]bool{0: true, 1: false, 2: false, 3: false, 4: true, memoryConversations + 2: true} {
		if _, got := m.turns[id(i)]; got != want {
			t.Errorf("asker %d is remembered: %t, want %t", i, got, want)
		}
	}
}
