package importer

// An Article is an imported article: what a pack's article file holds, as plain data.
type Article struct {
	ID       string // kebab-case slug of the title, stable for the same title
	Title    string
	Subtitle string // "" when there is none
	Summary  string // "" when unknown
	Lang     string // BCP 47 tag
	Updated  string // a date such as 2026-11-23, or "" when unknown
	Sections []Section
}

// A Section is a heading with the text below it, subsections, or both.
type Section struct {
	ID       string // slug of the heading, unique in its article
	Heading  string
	Subtitle string // "" when there is none
	Text     string // paragraphs, separated by one blank line; lists and tables keep their lines
	Sections []Section
}

// Dropped is a text of the input that is not in the article, such as a comment form.
type Dropped struct {
	Line   int    // where it starts in the input, from 1
	Text   string // in full, on one line
	Reason string // such as "comment form"
}
