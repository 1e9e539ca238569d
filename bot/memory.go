package bot

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
)

// How much of a conversation is remembered, and how long.
const (
	memoryTurns = 3    // questions, each but the first a follow-up of the one before
	memoryText  = 1024 // bytes of each question
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
	threads map[ConversationID]thread
	checked time.Time // when what was too old was dropped last
}

// A thread is the last question of a conversation with those that it leaned on, oldest
// first.
type thread struct {
	texts []string
	at    time.Time
}

// add remembers a question that was answered or declined; followUp says that it leaned on
// the one before.
func (m *memory) add(id ConversationID, text string, followUp bool) {
	if id == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.threads == nil {
		m.threads = make(map[ConversationID]thread)
	}
	now := m.now()
	if now.Sub(m.checked) >= memoryCheck {
		m.checked = now
		maps.DeleteFunc(m.threads, func(_ ConversationID, t thread) bool { return now.Sub(t.at) > memoryTime })
	}
	var texts []string
	if followUp {
		texts = m.threads[id].texts
	}
	texts = append(slices.Clone(texts), cut(text, memoryText))
	m.threads[id] = thread{texts[max(0, len(texts)-memoryTurns):], now}
	for len(m.threads) > memoryConversations {
		m.forgetOldest()
	}
}

// begin makes a conversation of which nothing is remembered begin with a question; "" is
// none.
func (m *memory) begin(id ConversationID, question string) {
	m.mu.Lock()
	t, known := m.threads[id]
	known = known && m.now().Sub(t.at) <= memoryTime
	m.mu.Unlock()
	if !known && question != "" {
		m.add(id, question, false)
	}
}

// forgetOldest drops the conversation in which nobody has asked for the longest time.
func (m *memory) forgetOldest() {
	var oldest ConversationID
	var oldestAt time.Time
	for id, t := range m.threads {
		if oldest == "" || t.at.Before(oldestAt) {
			oldest, oldestAt = id, t.at
		}
	}
	delete(m.threads, oldest)
}

// before returns the questions that a follow-up such as "and for the heart?" leans on, a
// line each, or "" for a question that stands on its own.
func (m *memory) before(id ConversationID, text string) string {
	if id == "" || !followsUp(text) {
		return ""
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.threads[id]
	if m.now().Sub(t.at) > memoryTime {
		return ""
	}
	return strings.Join(t.texts, "\n")
}

// followUpWords is the length up to which a question can be a follow-up.
const followUpWords = 8

// followUps are the beginnings of questions that lean on the one before.
var followUps = append([]string{
	"also ", "or ", "but ", "then ", "so ",
	"why?", "why not", "how so", "how come", "since when", "more", "else",
}, additions...)

// additions are those that begin a question even where no question mark ends it.
var additions = []string{
	"and ", "and?", "what about ", "how about ", "what of ", "same for ",
	"y ", "e ", "et ", "und ", "ve ", "и ", "а ", "qué hay de ", "was ist mit ",
	"i dla ", "i na ", "i co ", "i jak ", "i czy ", "a dla ", "a na ", "a co ", "a jak ", "a czy ", // not "I have", "a cell"
}

// adds reports whether a text may add to the question before, as "and for the heart" does,
// though it does not look like a question itself.
func adds(text string) bool {
	text = normalize(text)
	return len(strings.Fields(text)) <= followUpWords &&
		slices.ContainsFunc(additions, func(start string) bool { return strings.HasPrefix(text, start) })
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
