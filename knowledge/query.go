package knowledge

// A Query is a question put to a search engine.
type Query struct {
	Text     string      // as the member typed it; any text at all
	Context  string      // the question before it, when this one leans on it; else empty
	Locale   string      // BCP 47 tag of the asker's interface; a hint, may be empty
	Articles []ArticleID // search these only; empty means all
	Limit    int         // passages wanted at most; 0 means DefaultLimit
}

// DefaultLimit is how many passages a result holds unless the query says otherwise.
const DefaultLimit = 3

// A Result is a search engine's answer to a Query.
type Result struct {
	Matches     []Match      // best first, at most one a section
	Lead        int          // how many of Matches answer: 1, or one for each part of the question
	Confidence  float64      // estimated probability, 0 to 1, that the first match answers
	Answered    bool         // whether Confidence is high enough to show it as an answer
	Suggestions []Suggestion // nearest topics, best first, none of them among Matches when Answered
	Language    string       // language of the question as far as it was recognised, BCP 47
}

// A Match is a passage that was found.
type Match struct {
	Passage *Passage
	Score   float64 // 0 to 1 within one result; not comparable between results
	Marks   []Span  // the sentences that answer: spans of Passage.Text, ascending, apart
}

// A Suggestion is a section that the asker may have meant.
type Suggestion struct {
	Ref     SectionRef
	Heading string
	Title   string // of the article
}

// A Span is a range of bytes in a text, on rune boundaries.
type Span struct {
	Start, End int
}

// Of returns the part of text that s covers.
func (s Span) Of(text string) string { return text[s.Start:s.End] }
