package knowledge

import (
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"
	"time"
)

// ArticleID names an article; it is unique in a pack and stable over its versions,
// since links and buttons carry it. Letters, digits and hyphens, in lower case.
type ArticleID string

// SectionID names a section; it is unique within its article and as stable.
type SectionID string

// ReferenceID names an entry of references.yaml.
type ReferenceID string

// SectionRef points at one section of a library. Its text form is "article/section".
type SectionRef struct {
	Article ArticleID
	Section SectionID
}

// String returns the text form of r.
func (r SectionRef) String() string { return string(r.Article) + "/" + string(r.Section) }

// ParseSectionRef reads the text form of a SectionRef. It checks the form only, not
// that the section exists.
func ParseSectionRef(s string) (SectionRef, error) {
	article, section, ok := strings.Cut(s, "/")
	if !ok || !validID(article) || !validID(section) {
		return SectionRef{}, fmt.Errorf("section reference %q: want article/section", s)
	}
	return SectionRef{ArticleID(article), SectionID(section)}, nil
}

// Evidence says what kind of evidence a section rests on. The zero value means that
// nobody has assessed it.
type Evidence string

// The kinds of evidence, from the firmest down; see [Evidence.Valid].
const (
	Unassessed  Evidence = ""
	Established Evidence = "established" // settled science, official definitions
	HumanTrial  Evidence = "human-trial" // controlled trials in people
	EarlyHuman  Evidence = "early-human" // small or uncontrolled studies in people
	Animal      Evidence = "animal"      // studies in animals
	Laboratory  Evidence = "laboratory"  // cells in a dish
	Regulation  Evidence = "regulation"  // what a law or a regulator says
	Market      Evidence = "market"      // what sellers do, claim and charge
	Opinion     Evidence = "opinion"     // expert judgement
)

// EvidenceKinds lists the kinds that a section may name.
var EvidenceKinds = []Evidence{Established, HumanTrial, EarlyHuman, Animal, Laboratory, Regulation, Market, Opinion}

// Valid reports whether e is one of [EvidenceKinds] or unassessed.
func (e Evidence) Valid() bool {
	return e == Unassessed || slices.Contains(EvidenceKinds, e)
}

// A Library is one loaded pack. Its methods are safe for concurrent use as long as
// nobody changes the fields. [New] makes one whose look-ups work.
type Library struct {
	Pack       Pack
	Articles   []*Article // by file name
	References []*Reference
	Glossary   []*Concept
	Words      map[string][]Word // by language tag; each word once
	Uncovered  []*Topic
	Lanes      Lanes

	articles   map[ArticleID]*Article
	sections   map[SectionRef]*Section
	references map[ReferenceID]*Reference
}

// Pack describes a pack as a whole: the content of pack.yaml.
type Pack struct {
	ID      string
	Title   string
	Version string
	Licence string
	Note    string // from the maintainers, shown by /about
	BaseURL string // where sections can be read on the web; "" when nowhere
}

// An Article is a titled tree of sections.
type Article struct {
	ID       ArticleID
	Title    string
	Subtitle string
	Summary  string
	Lang     string    // BCP 47 tag of the text
	Updated  time.Time // the day, in UTC; zero when not given
	Sections []*Section
}

// A Section holds text under a heading, or subsections, or both.
type Section struct {
	ID         SectionID
	Heading    string
	Subtitle   string
	Evidence   Evidence
	Text       string   // paragraphs, separated by blank lines
	Questions  []string // what a member would type to get here
	References []ReferenceID
	Sections   []*Section

	Article  *Article
	Trail    []string  // article title, then the headings down to this section's own
	Passages []Passage // Text cut into the units of an answer, in order
}

// Ref returns where s stands in its library.
func (s *Section) Ref() SectionRef { return SectionRef{s.Article.ID, s.ID} }

// A Passage is a paragraph of a section, or a run of short ones: the unit that is
// found and shown.
type Passage struct {
	Ref        SectionRef
	Number     int // from 0, within the section
	Trail      []string
	Heading    string
	Text       string // a verbatim slice of the section's text
	Lang       string // of the text, BCP 47
	Evidence   Evidence
	References []ReferenceID
}

// ID returns the passage's name, unique in its library: "article/section#number".
func (p *Passage) ID() string { return fmt.Sprintf("%s#%d", p.Ref, p.Number) }

// A Reference is a source that sections cite. In references.yaml:
//
//	references:
//	  - id: kalluri-2020
//	    authors: Kalluri R, LeBleu VS
//	    title: The biology, function, and biomedical applications of exosomes
//	    container: Science
//	    year: 2020
//	    doi: 10.1126/science.aau6977
//	    checked: 2026-11-20, at the publisher's
//
// Only id and title are required; a source is found by its doi, pmid or url.
type Reference struct {
	ID        ReferenceID
	Authors   string
	Title     string
	Container string // journal, site or publisher
	Year      int    // 0 when unknown
	DOI       string // without a resolver in front
	PMID      string
	URL       string
	Checked   string // when and how somebody looked at it
}

// Link returns the address at which the reference can be read: its URL, else the
// resolver of its DOI or PMID, else "".
func (r *Reference) Link() string {
	switch {
	case r.URL != "":
		return r.URL
	case r.DOI != "":
		return "https://doi.org" + (&url.URL{Path: "/" + r.DOI}).EscapedPath()
	case r.PMID != "":
		return "https://pubmed.ncbi.nlm.nih.gov/" + r.PMID + "/"
	}
	return ""
}

// Citation returns the reference in one line: authors, title, container and year,
// each where known.
func (r *Reference) Citation() string {
	var b strings.Builder
	part := func(s string) {
		s = strings.TrimSpace(s)
		if s == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s)
		if !strings.ContainsAny(s[len(s)-1:], ".?!") {
			b.WriteByte('.')
		}
	}
	part(r.Authors)
	part(r.Title)
	switch {
	case r.Container != "" && r.Year != 0:
		part(fmt.Sprintf("%s, %d", r.Container, r.Year))
	case r.Year != 0:
		part(fmt.Sprint(r.Year))
	default:
		part(r.Container)
	}
	return b.String()
}

// A Concept is an entry of the glossary: one thing and all that people call it. In
// glossary.yaml:
//
//	concepts:
//	  - term: exosome
//	    definition: A tiny bubble that cells send out.
//	    synonyms: [exosomal vesicle]
//	    abbreviations: [EXO]
//	    misspellings: [exozome]
//	    names:
//	      de: Exosom
//	      fr: [exosome, vésicule exosomale]
//	    not:
//	      - term: exosome complex
//	        phrases: [rna exosome, rna decay]
//
// Only term is required.
type Concept struct {
	Term          string // canonical, as the articles write it
	Definition    string // one line; a member may ask for it
	Synonyms      []string
	Abbreviations []string
	Misspellings  []string
	Names         map[string][]string // by language tag
	Not           []Sense             // things of a like name that are something else
}

// A Sense tells a concept apart from a namesake: a question that holds one of the
// phrases means Term, not the concept that the sense belongs to.
type Sense struct {
	Term    string
	Phrases []string
}

// A Word is a word or phrase of another language with the English words that it may
// stand for in a question. In words.yaml they are written one a line, by language:
//
//	words:
//	  es: |
//	    guardar = store keep
//	    efecto secundario = side effect
//
// The names in the glossary go before them.
type Word struct {
	Text    string   // as people write it
	English []string // ASCII words, the best first; at least one
}

// String returns the word as words.yaml has it: "guardar = store keep".
func (w Word) String() string { return w.Text + " = " + strings.Join(w.English, " ") }

// A Topic is something that members ask about and no section answers. A question that
// is more like one of Questions than like any that a section lists is to be declined.
// In uncovered.yaml:
//
//	topics:
//	  eye diseases: |
//	    exosome eye drops
//	    do exosomes help macular degeneration
//
// Every topic has questions.
type Topic struct {
	Name      string
	Questions []string // as a member would type them; none is a section's own
}

// New makes a library of the exported fields of parts: it links sections to their
// articles, works out trails and passages, and builds the look-up tables. Articles keep
// their order. The first of several entries with one id wins; [Load] reports such
// entries as errors.
func New(parts Library) *Library {
	l := &parts
	l.articles = make(map[ArticleID]*Article, len(l.Articles))
	l.sections = make(map[SectionRef]*Section)
	l.references = make(map[ReferenceID]*Reference, len(l.References))
	for _, a := range l.Articles {
		setDefault(l.articles, a.ID, a)
		link(a, []string{a.Title}, a.Sections)
		for s := range a.All() {
			setDefault(l.sections, s.Ref(), s)
		}
	}
	for _, r := range l.References {
		setDefault(l.references, r.ID, r)
	}
	return l
}

func setDefault[K comparable, V any](m map[K]V, k K, v V) {
	if _, ok := m[k]; !ok {
		m[k] = v
	}
}

func link(a *Article, trail []string, sections []*Section) {
	for _, s := range sections {
		s.Article = a
		s.Trail = append(trail[:len(trail):len(trail)], s.Heading)
		s.Passages = nil
		for _, span := range Passages(s.Text) {
			s.Passages = append(s.Passages, Passage{
				Ref: s.Ref(), Number: len(s.Passages), Trail: s.Trail, Heading: s.Heading,
				Text: s.Text[span.Start:span.End], Lang: a.Lang, Evidence: s.Evidence, References: s.References,
			})
		}
		link(a, s.Trail, s.Sections)
	}
}

// All yields the article's sections in reading order, each before its subsections.
func (a *Article) All() iter.Seq[*Section] {
	return func(yield func(*Section) bool) { walk(a.Sections, yield) }
}

func walk(sections []*Section, yield func(*Section) bool) bool {
	for _, s := range sections {
		if !yield(s) || !walk(s.Sections, yield) {
			return false
		}
	}
	return true
}

// Sections yields every section of the library, article by article, in reading order.
func (l *Library) Sections() iter.Seq[*Section] {
	return func(yield func(*Section) bool) {
		for _, a := range l.Articles {
			if !walk(a.Sections, yield) {
				return
			}
		}
	}
}

// Passages yields every passage of the library in reading order.
func (l *Library) Passages() iter.Seq[*Passage] {
	return func(yield func(*Passage) bool) {
		for s := range l.Sections() {
			for i := range s.Passages {
				if !yield(&s.Passages[i]) {
					return
				}
			}
		}
	}
}

// Article returns the article of that id, or nil.
func (l *Library) Article(id ArticleID) *Article { return l.articles[id] }

// Section returns the section that ref points at, or nil.
func (l *Library) Section(ref SectionRef) *Section { return l.sections[ref] }

// GlossaryArticle is the article that definitions stand in, as far as references to them
// go. No article of a pack may have its id.
const GlossaryArticle ArticleID = "glossary"

// Definition returns the definition of the concept at that position of the glossary as a
// passage, or nil if it has none.
func (l *Library) Definition(concept int) *Passage {
	c := l.Glossary[concept]
	if c.Definition == "" {
		return nil
	}
	return &Passage{
		Ref:     SectionRef{GlossaryArticle, SectionID(fmt.Sprintf("concept-%d", concept))},
		Trail:   []string{"Glossary", c.Term},
		Heading: c.Term,
		Text:    c.Definition,
		Lang:    "en",
	}
}

// Reference returns the reference of that id, or nil.
func (l *Library) Reference(id ReferenceID) *Reference { return l.references[id] }

// validID reports whether s is an id: lower-case ASCII letters, digits and single
// hyphens between them, at most 64 bytes.
func validID(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '-' || s[len(s)-1] == '-' || strings.Contains(s, "--") {
		return false
	}
	for _, c := range []byte(s) {
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}
