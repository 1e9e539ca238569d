package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"exobot/bot"
	"exobot/knowledge"
)

// An answer is what "exobot ask --json" prints for one question, as one line. Other
// programs read it: fields may be added behind the others, but none may change its name
// or its meaning. Lists are never null.
type answer struct {
	// Question is the question as it was read, with invalid UTF-8 replaced.
	Question string `json:"question"`
	// Kind is answer, decline, advice, emergency or smalltalk.
	Kind bot.Kind `json:"kind"`
	// Confidence is the estimated probability, 0 to 1, that the first passage answers.
	Confidence float64 `json:"confidence"`
	// Notice is the fixed phrase that goes before everything else; "" if there is none.
	Notice string `json:"notice"`
	// Language is that of the question as far as it was recognised, as a BCP 47 tag.
	Language string `json:"language"`
	// Passages are the passages found, best first; none if Kind is decline.
	Passages []answerPassage `json:"passages"`
	// Suggestions are the nearest topics, best first.
	Suggestions []answerSuggestion `json:"suggestions"`
	// TookMicros is how long it took to decide, in microseconds.
	TookMicros int64 `json:"took_us"`
}

// An answerPassage is one passage of an answer, word for word.
type answerPassage struct {
	Article knowledge.ArticleID `json:"article"`
	Section knowledge.SectionID `json:"section"`
	// Trail is the title of the article and the headings down to the section's own.
	Trail   []string `json:"trail"`
	Heading string   `json:"heading"`
	Text    string   `json:"text"`
	// Marks are the sentences that answer: ranges of bytes in Text, as [start, end),
	// ascending and on rune boundaries.
	Marks [][2]int `json:"marks"`
	// Evidence is the kind of evidence that the section rests on; "" if not assessed.
	Evidence   knowledge.Evidence `json:"evidence"`
	References []answerReference  `json:"references"`
	// Score is 0 to 1 within one answer; scores of different answers do not compare.
	Score float64 `json:"score"`
}

// An answerReference is a source of a passage.
type answerReference struct {
	ID       knowledge.ReferenceID `json:"id"`
	Citation string                `json:"citation"`
	URL      string                `json:"url"` // "" if there is none
}

// An answerSuggestion is a section that the asker may have meant.
type answerSuggestion struct {
	Article knowledge.ArticleID `json:"article"`
	Section knowledge.SectionID `json:"section"`
	Heading string              `json:"heading"`
}

func newAnswer(question string, r bot.Reply) answer {
	a := answer{
		Question: question, Kind: r.Kind, Confidence: round(r.Confidence), Notice: r.Notice, Language: r.Language,
		Passages:    make([]answerPassage, len(r.Passages)),
		Suggestions: make([]answerSuggestion, len(r.Suggestions)),
		TookMicros:  r.Took.Microseconds(),
	}
	for i, p := range r.Passages {
		a.Passages[i] = newAnswerPassage(p)
	}
	for i, s := range r.Suggestions {
		a.Suggestions[i] = answerSuggestion{s.Ref.Article, s.Ref.Section, s.Heading}
	}
	return a
}

func newAnswerPassage(p bot.Passage) answerPassage {
	a := answerPassage{
		Article: p.Passage.Ref.Article, Section: p.Passage.Ref.Section,
		Trail: append([]string{}, p.Passage.Trail...), Heading: p.Passage.Heading, Text: p.Passage.Text,
		Marks:      make([][2]int, len(p.Marks)),
		Evidence:   p.Passage.Evidence,
		References: make([]answerReference, len(p.References)),
		Score:      round(p.Score),
	}
	for i, m := range p.Marks {
		a.Marks[i] = [2]int{m.Start, m.End}
	}
	for i, r := range p.References {
		a.References[i] = answerReference{r.ID, r.Citation(), r.Link()}
	}
	return a
}

// round keeps four decimals, more than an estimate is worth.
func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// line returns the answer as one line of JSON.
func (a answer) line() (string, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(a); err != nil {
		return "", fmt.Errorf("write answer as JSON: %w", err)
	}
	return escapeControls(b.String()), nil
}

// escapeControls escapes the control characters that JSON allows in a string and a
// terminal may obey: DEL and U+0080 to U+009F.
func escapeControls(line string) string {
	var b []byte
	for i, r := range line {
		if r < 0x7F || r > 0x9F {
			if b != nil {
				b = append(b, string(r)...)
			}
			continue
		}
		if b == nil {
			b = append(b, line[:i]...)
		}
		b = fmt.Appendf(b, `\u%04x`, r)
	}
	if b == nil {
		return line
	}
	return string(b)
}
