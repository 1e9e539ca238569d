// Package importer turns an article as people have it (plain text, Markdown, a saved
// web page) into the title and sections of a knowledge pack, word for word.
//
// [Import] takes the bytes of one file. From this text, for example,
//
//	What are exosomes?
//
//	A short guide
//
//	Exosomes are small vesicles. Cells release them.
//
//	1. Size: How small is small?
//
//	Most measure 30 to 150 nanometres across.
//
//	2. Cargo
//
//	They carry proteins and RNA.
//
//	Leave a comment
//
// it makes this article, and reports that "Leave a comment" was dropped:
//
//	id: what-are-exosomes
//	title: What are exosomes?
//	subtitle: A short guide
//	lang: en
//	sections:
//	  - id: introduction
//	    heading: Introduction
//	    text: Exosomes are small vesicles. Cells release them.
//	  - id: size
//	    heading: Size
//	    subtitle: How small is small?
//	    text: Most measure 30 to 150 nanometres across.
//	  - id: cargo
//	    heading: Cargo
//	    text: They carry proteins and RNA.
//
// The work goes in steps, each in a file of its own. A reader (text.go, markdown.go,
// html.go) turns the input into blocks: paragraphs, lists, headings that the format
// declares (page.go finds the article in a web page). Then boilerplate is dropped (boilerplate.go), the title taken (title.go),
// paragraphs that are headings in all but name are found (heading.go), the blocks are
// hung into a tree (outline.go), and long paragraphs are cut at sentence ends (cut.go).
//
// Nothing is rewritten: a sentence of the input stands in a section unchanged but for
// its white space, or is listed as dropped. Only the headings "Introduction" and
// "Conclusion" are ours, over text that stands before the first heading or is set off
// behind the last section.
package importer

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"exobot/knowledge"
)

const (
	// MaxSize is the largest input in bytes. An article is a few thousand; what is
	// beyond this was chosen by mistake.
	MaxSize = 16 << 20

	// minMaxPassage is the smallest limit on a passage that still leaves room to cut
	// between words.
	minMaxPassage = 80

	// maxLang is the longest language tag that there is (RFC 5646, section 4.4.1).
	maxLang = 35
)

// Options say what the input does not. The zero value is ready to use.
type Options struct {
	// Lang is the language of the article, a BCP 47 tag. When empty it is what the
	// input declares, and failing that "en".
	Lang string

	// Updated is the date of the article, such as 2026-11-23. When empty it is what
	// the input's front matter declares, if anything.
	Updated string

	// MaxPassage is the length over which a paragraph is cut, in UTF-16 code units;
	// 0 means [knowledge.MaxPassageUnits].
	MaxPassage int
}

// check completes o with its defaults, and reports what is wrong with it.
func (o Options) check() (Options, error) {
	if o.MaxPassage == 0 {
		o.MaxPassage = knowledge.MaxPassageUnits
	}
	if o.MaxPassage < minMaxPassage {
		return o, fmt.Errorf("passage limit %d: want at least %d", o.MaxPassage, minMaxPassage)
	}
	if o.Lang != "" && !isLang(o.Lang) {
		return o, fmt.Errorf("language %q: want a tag such as en or pt-BR", o.Lang)
	}
	if o.Updated != "" && !isDate(o.Updated) {
		return o, fmt.Errorf("date %q: want a day such as 2026-11-23", o.Updated)
	}
	return o, nil
}

// A Result is what came out of an import.
type Result struct {
	Article Article
	Dropped []Dropped // in the order of the input
	Notes   []string  // sentences for the person who imports: what was assumed or changed
}

// Import reads the article in data. The name is that of its file: its extension tells
// the format (.txt, .md, .html; without one the content does), and it stands in for a
// title where there is none.
//
// The article has a title and at least one section; every section has text or
// subsections, its ids are unique, and no paragraph is longer than opts.MaxPassage.
// The same input and options always give the same result.
//
// An input that is empty, binary, too large or without text is an error that says what
// to do about it. Import never panics, and is safe for concurrent use.
func Import(name string, data []byte, opts Options) (Result, error) {
	result, err := importArticle(name, data, opts)
	if err != nil {
		return Result{}, fmt.Errorf("import %q: %w", name, err)
	}
	return result, nil
}

func importArticle(name string, data []byte, opts Options) (Result, error) {
	opts, err := opts.check()
	if err != nil {
		return Result{}, err
	}
	d, err := read(name, data)
	if err != nil {
		return Result{}, err
	}
	d.dropBoilerplate()
	d.takeTitle(name)
	d.findHeadings()
	sections := d.outline(opts.MaxPassage)
	if len(sections) == 0 {
		return Result{}, errNoText
	}
	a := Article{
		ID:       articleID(d.title),
		Title:    d.title,
		Subtitle: d.subtitle,
		Summary:  d.summary,
		Lang:     firstOf(opts.Lang, d.lang),
		Updated:  firstOf(opts.Updated, d.updated),
		Sections: sections,
	}
	if a.Lang == "" {
		a.Lang = "en"
		if !mostlyLatin(sections) {
			d.note("The language is set to en, but the text is not in Latin script: give its language.")
		}
	}
	return Result{Article: a, Dropped: d.inOrder(), Notes: d.notes}, nil
}

// read finds the format of data and reads it into blocks.
func read(name string, data []byte) (*document, error) {
	f := formatOfName(name)
	src, note, err := decode(data, f)
	if err != nil {
		return nil, err
	}
	d := new(document)
	if note != "" {
		d.note("%s", note)
	}
	switch sniff(f, src) {
	case formatHTML:
		err = d.readHTML(src)
	case formatMarkdown:
		err = d.readMarkdown(src)
	default:
		d.readText(src)
	}
	if err == nil && !d.hasText() {
		err = errNoText
	}
	return d, err
}

// isLang reports whether s is the tag of a language, such as en or pt-BR.
func isLang(s string) bool {
	_, err := language.Parse(s)
	return err == nil && len(s) <= maxLang
}

// isDate reports whether s is a day of the calendar, written 2026-11-23.
func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// mostlyLatin reports whether at least half of the letters are Latin ones.
func mostlyLatin(sections []Section) bool {
	latin, letters := countLatin(sections)
	return 2*latin >= letters
}

func countLatin(sections []Section) (latin, letters int) {
	for _, s := range sections {
		for _, r := range s.Text {
			if unicode.IsLetter(r) {
				letters++
				if unicode.Is(unicode.Latin, r) {
					latin++
				}
			}
		}
		l, n := countLatin(s.Sections)
		latin, letters = latin+l, letters+n
	}
	return latin, letters
}

// firstOf returns the first of the strings that is not empty.
func firstOf(list ...string) string {
	for _, s := range list {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}
