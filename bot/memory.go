package bot

import (
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
)

// How much of a conversation is remembered, and how long.
const (
	memoryTurns = 3
	memoryTime  = 15 * time.Minute
	// memoryConversations bounds the memory; beyond it the oldest conversations go.
	memoryConversations = 10_000
)

// memoryCheck is how often what is too old is dropped, while questions come in.
const memoryCheck = time.Minute

// memory keeps the last questions of each conversation, so that a follow-up can be
// understood. The zero value with a clock is ready for use.
type memory struct {
	now func() time.Time

	mu      sync.Mutex
	turns   map[ConversationID][]turn
	checked time.Time // when what was too old was dropped last
}

type turn struct {
	text string
	at   time.Time
}

// add remembers a question that was answered or declined. A follow-up is remembered
// together with the question that it leaned on.
func (m *memory) add(id ConversationID, before, text string) {
	if id == "" {
		return
	}
	if before != "" {
		text = cut(before, maxQuestion/2) + "\n" + text
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.turns == nil {
		m.turns = make(map[ConversationID][]turn)
	}
	now := m.now()
	if now.Sub(m.checked) >= memoryCheck {
		m.checked = now
		m.forget(now)
	}
	turns := append(m.turns[id], turn{text, now})
	m.turns[id] = slices.Delete(turns, 0, max(0, len(turns)-memoryTurns))
	for len(m.turns) > memoryConversations {
		m.forgetOldest()
	}
}

// forget drops what was asked too long ago.
func (m *memory) forget(now time.Time) {
	for id, turns := range m.turns {
		turns = slices.DeleteFunc(turns, func(t turn) bool { return now.Sub(t.at) > memoryTime })
		if m.turns[id] = turns; len(turns) == 0 {
			delete(m.turns, id)
		}
	}
}

// forgetOldest drops the conversation in which nobody has asked for the longest time.
func (m *memory) forgetOldest() {
	var oldest ConversationID
	var oldestAt time.Time
	for id, turns := range m.turns {
		if last := turns[len(turns)-1].at; oldest == "" || last.Before(oldestAt) {
			oldest, oldestAt = id, last
		}
	}
	delete(m.turns, oldest)
}

// before returns the question that a follow-up such as "and for the heart?" leans on, or
// "" for a question that stands on its own.
func (m *memory) before(id ConversationID, text string) string {
	if id == "" || !followsUp(text) {
		return ""
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	turns := m.turns[id]
	if len(turns) == 0 || m.now().Sub(turns[len(turns)-1].at) > memoryTime {
		return ""
	}
	return turns[len(turns)-1].text
}

// followUpWords is the length up to which a question can be a follow-up.
const followUpWords = 8

// followUps are the beginnings of questions that lean on the one before.
var followUps = []string{
	"and ", "and?", "what about ", "how about ", "what of ", "same for ", "also ", "or ", "but ", "then ", "so ",
	"why?", "why not", "how so", "how come", "since when", "more", "else",
	"y ", "e ", "et ", "und ", "i ", "a ", "ve ", "и ", "а ", "qué hay de ", "was ist mit ", "et pour ",
}

// followsUp reports whether a question leans on the one before: it is short and begins
// as one does, or speaks of "it" or "they" without saying what.
func followsUp(text string) bool {
	text = normalize(text)
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	if len(words) == 0 || len(words) > followUpWords {
		return false
	}
	for _, start := range followUps {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	for _, w := range words {
		switch w {
		case "it", "its", "they", "them", "their", "that", "those", "these", "this":
			return true
		}
	}
	return false
}
