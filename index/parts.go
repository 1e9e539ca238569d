package index

import (
	"regexp"
	"strings"
)

// maxParts is how many parts of a question are answered one by one.
const maxParts = 4

var (
	// partEnd ends a part: a question mark with something behind it, a semicolon, a new
	// line.
	partEnd = regexp.MustCompile(`[?？]+\s+|[;；]\s*|\n+`)
	// partStart starts a part: "(1)", "2.", "b)" in a list, or a second question word
	// after "and".
	partStart = regexp.MustCompile(`(?i)(?:^|\s)(?:\(?[1-9a-d]\)|[1-9]\.)\s|,?\s(?:and|also|plus|&)\s+(?:also\s+)?(?:(?:how|what|why|who|when|where|which|is|are|can|do|does|did|will)\s)`)
)

// splitParts cuts a question into the parts that can be answered one by one; most have
// only one. A part keeps its words; what is too short to ask anything is dropped.
func splitParts(text string) []string {
	var parts []string
	for _, piece := range partEnd.Split(text, -1) {
		at := 0
		for _, m := range partStart.FindAllStringIndex(piece, -1) {
			parts = append(parts, piece[at:m[0]])
			at = m[0]
		}
		parts = append(parts, piece[at:])
	}
	kept := parts[:0]
	for _, p := range parts {
		if p = strings.TrimSpace(p); len(strings.Fields(p)) > 1 {
			kept = append(kept, p)
		}
	}
	return kept[:min(len(kept), maxParts)]
}
