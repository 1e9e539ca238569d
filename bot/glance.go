package bot

import (
	"slices"
	"strings"

	"exobot/knowledge"
)

// A Glance is what the words of a message tell before anything is searched.
type Glance struct {
	// Normal is the message as it is compared with others: folded words.
	Normal    string
	Emergency bool // it must be answered, and nothing may delay that
	Smalltalk bool
	// Question says that it looks like one, rather than like a remark.
	Question bool
	// FollowUp says that it leans on what was said before, so that the same words mean
	// something else elsewhere.
	FollowUp bool
	// Adds says that it may be a question in a conversation, as "and for the heart" is.
	Adds bool
	// Advice says that it is about somebody's own treatment.
	Advice bool
}

// Glance looks at a message. It is fast and never waits.
func (b *Bot) Glance(text string) Glance {
	text = unaddressed(cut(text, maxQuestion))
	e := b.editions.acquire()
	defer e.release()
	lane := e.Sorter.sort(text).answered().lane
	return Glance{
		Normal:    folded(text),
		Emergency: lane == knowledge.LaneEmergency,
		Smalltalk: lane == knowledge.LaneSmalltalk,
		Question:  asks(text),
		FollowUp:  followsUp(text),
		Adds:      adds(text),
		Advice:    lane == knowledge.LaneAdvice,
	}
}

// asking are the first words of questions. Those that begin other sentences as well,
// such as "is" and "which", are among them: a false alarm costs a search.
var asking = []string{
	"what", "whats", "why", "how", "hows", "when", "where", "who", "whose", "which",
	"is", "are", "was", "were", "do", "does", "did", "can", "could", "will", "would", "should", "has", "have",
	"explain", "define", "tell", "anyone", "anybody", "somebody",
	"qué", "cómo", "cuándo", "dónde", "quién", "cuál", "cuáles", "puede", "pueden",
	"was", "wie", "warum", "wann", "wo", "wer", "welche", "welcher", "ist", "sind", "kann", "können",
	"quoi", "comment", "pourquoi", "quand", "où", "quel", "quelle", "quels", "quelles", "combien",
	"como", "quando", "onde", "quem", "qual", "quais",
	"che", "cosa", "perché", "come", "dove", "chi", "quale", "quali",
	"co", "jak", "dlaczego", "kiedy", "gdzie", "kto", "czy",
	"что", "как", "почему", "когда", "где", "кто", "какой", "какая", "какие",
	"ne", "nedir", "nasıl", "neden", "niçin",
}

// maxAsking is how many words a question without a question mark has at most.
const maxAsking = 30

// asks reports whether a text looks like a question: one of its sentences ends in a
// question mark, or it is short and begins as questions do.
func asks(text string) bool {
	text = normalize(text)
	for i, r := range text {
		rest := text[i+len(string(r)):]
		switch {
		case r == '?' && (rest == "" || strings.ContainsAny(rest[:1], " ?!)\"'")), r == '？', r == '؟':
			return true
		}
	}
	words := strings.Fields(text)
	if len(words) < 2 || len(words) > maxAsking {
		return false
	}
	return slices.Contains(asking, strings.Trim(words[0], ",:;.!'\"")) || strings.HasSuffix(text, "か") || strings.HasSuffix(text, "吗")
}
