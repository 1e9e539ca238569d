package eval

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// A File is a question file: questions written for one pack, with what a good reply to
// each does. In YAML:
//
//	version: 1
//	questions:
//	- id: d001
//	  question: what is angiogenesis
//	  kind: article
//	  lang: en
//	  sections: [Tissue Regeneration, Cardiovascular Health]
//	  match: any
//	- id: d002
//	  question: how small is an exosome
//	  kind: primer
//	  key_phrases: [['30'], ['150', '160'], [nm, nanomet]]
//	- id: f003
//	  question: and in the fridge?
//	  previous: how cold should exosomes be kept?
//	  kind: pack
//	  sections: [storing-exosomes/fridge]
type File struct {
	Version   int        `yaml:"version"`
	Questions []Question `yaml:"questions"`
}

// A Kind is what sort of reply a question wants.
type Kind string

// The kinds of question. A file may also say abstain for decline, and chitchat for
// smalltalk.
const (
	KindArticle   Kind = "article"   // the sections with the given headings answer
	KindPack      Kind = "pack"      // the sections with the given ids, article/section, answer
	KindPrimer    Kind = "primer"    // a passage with the key phrases answers
	KindDecline   Kind = "decline"   // the articles must not answer
	KindAdvice    Kind = "advice"    // personal and medical: wants the notice
	KindSmalltalk Kind = "smalltalk" // wants a short friendly line and no passage
)

var kinds = []Kind{KindArticle, KindPack, KindPrimer, KindDecline, KindAdvice, KindSmalltalk}

// UnmarshalText reads the name of a kind.
func (k *Kind) UnmarshalText(text []byte) error {
	switch name := Kind(text); {
	case name == "abstain":
		*k = KindDecline
	case name == "chitchat":
		*k = KindSmalltalk
	case slices.Contains(kinds, name):
		*k = name
	default:
		return fmt.Errorf("%q is no kind of question; the kinds are article, pack, primer, decline, advice and smalltalk", text)
	}
	return nil
}

// Answered reports whether the articles should answer questions of this kind.
func (k Kind) Answered() bool { return k == KindArticle || k == KindPack || k == KindPrimer }

// A Question is one question of a file.
type Question struct {
	ID   string   `yaml:"id"`
	Text string   `yaml:"question"`
	Kind Kind     `yaml:"kind"`
	Lang string   `yaml:"lang"`
	Tags []string `yaml:"tags"`

	// Previous is the question that the same member asked just before, of one that leans
	// on it; else empty.
	Previous string `yaml:"previous"`

	// Sections are what answers: headings for kind article, article/section for kind
	// pack. Match says whether any of them is enough ("any", also if empty) or each is
	// needed ("all").
	Sections []string `yaml:"sections"`
	Match    string   `yaml:"match"`

	// KeyPhrases belong to kind primer: a passage answers when its trail, heading and
	// text hold a phrase of every group.
	KeyPhrases [][]string `yaml:"key_phrases"`

	// Reason and Expect say to the reader why a question is to be declined, and what a
	// good reply to a personal one does.
	Reason string `yaml:"reason"`
	Expect string `yaml:"expect"`
}

// Check returns an error for each question that cannot be scored, all joined.
func (f *File) Check() error {
	if f.Version != 1 {
		return fmt.Errorf("version %d; want 1", f.Version)
	}
	var errs []error
	seen := make(map[string]bool)
	for i, q := range f.Questions {
		name := fmt.Sprintf("question %q", q.ID)
		if q.ID == "" {
			name = fmt.Sprintf("question number %d", i+1)
		}
		fault := func(what string) { errs = append(errs, fmt.Errorf("%s: %s", name, what)) }
		switch {
		case q.ID == "":
			fault("it has no id")
		case seen[q.ID]:
			fault("the id was used before")
		case q.Text == "":
			fault("it has no text")
		case q.Kind == "":
			fault("it has no kind")
		case (q.Kind == KindArticle || q.Kind == KindPack) && len(q.Sections) == 0:
			fault("it names no sections")
		case q.Kind == KindPack && slices.ContainsFunc(q.Sections, func(s string) bool { return strings.Count(s, "/") != 1 }):
			fault("sections: want each as article/section")
		case q.Match != "" && q.Match != "any" && q.Match != "all":
			fault(fmt.Sprintf("match %q is neither any nor all", q.Match))
		case q.Kind == KindPrimer && len(q.KeyPhrases) == 0:
			fault("it has no key_phrases")
		}
		seen[q.ID] = true
	}
	return errors.Join(errs...)
}

// An Outcome is the reply to a question.
type Outcome struct {
	Kind       string // answer, decline, advice, emergency or smalltalk
	Lane       string // what the question was taken for
	Confidence float64
	Passages   []Passage // best first
}

// A Passage is a passage of a reply or of the library.
type Passage struct {
	Article, Section string
	Trail            []string // article title, then headings
	Heading          string
	Text             string
}

// A Measure is a share from 0 to 1, or a count, with its name.
type Measure struct {
	Name  string
	Value float64
	Count bool
}

// String returns the value: a count as a whole number, a share with three decimals.
func (m Measure) String() string {
	if m.Count {
		return fmt.Sprintf("%.0f", m.Value)
	}
	return fmt.Sprintf("%.3f", m.Value)
}

// MeasureNames are the names of the measures of a [Tally], in their order.
var MeasureNames = []string{
	"n", "n_knowledge", "n_primer", "n_decline", "hit@1", "hit@3", "answered", "declined_wrongly",
	"declined", "answered_wrongly", "precision_at_answer", "lane", "coverage",
	"replied_answer", "replied_decline", "replied_advice", "replied_emergency", "replied_smalltalk",
}

// A Tally counts how a number of questions fared.
type Tally struct {
	Name      string // of the kind, "overall", or as in lang.de and tag.typo
	N         int
	Knowledge int // questions of kind article, pack and primer
	Primer    int
	Decline   int

	Hit1, Hit3      int // of Knowledge: the right passage was first, or among the first three
	Answered        int // of Knowledge: got a passage
	Declined        int // of Decline: declined, if only by the notice that it is nothing to advise on
	AnsweredWrongly int // of N: got passages, none of the first three right
	Shown           int // of Knowledge and Decline: got a passage
	Lane            int // of N: taken for the right kind of message
	Covered         int // of Primer: some passage of the library answers

	Replies map[string]int // of N, by kind of reply
}

// Measures returns the counts of t, and the shares of those things that there are any
// of.
func (t *Tally) Measures() []Measure {
	var list []Measure
	count := func(name string, n int) {
		if n > 0 {
			list = append(list, Measure{name, float64(n), true})
		}
	}
	share := func(name string, n, of int) {
		if of > 0 {
			list = append(list, Measure{name, float64(n) / float64(of), false})
		}
	}
	count("n", t.N)
	count("n_knowledge", t.Knowledge)
	count("n_primer", t.Primer)
	count("n_decline", t.Decline)
	share("hit@1", t.Hit1, t.Knowledge)
	share("hit@3", t.Hit3, t.Knowledge)
	share("answered", t.Answered, t.Knowledge)
	share("declined_wrongly", t.Knowledge-t.Answered, t.Knowledge)
	share("declined", t.Declined, t.Decline)
	share("answered_wrongly", t.AnsweredWrongly, t.N)
	if t.Knowledge > 0 {
		share("precision_at_answer", t.Hit1, t.Shown)
	}
	share("lane", t.Lane, t.N)
	share("coverage", t.Covered, t.Primer)
	for _, kind := range []string{"answer", "decline", "advice", "emergency", "smalltalk"} {
		count("replied_"+kind, t.Replies[kind])
	}
	return list
}

// A Report is the score of a question file.
type Report struct {
	Overall  *Tally
	Kinds    []*Tally  // of the kinds that there are questions of
	Langs    []*Tally  // by language, in alphabetical order
	Tags     []*Tally  // by tag, in alphabetical order
	Misses   []Miss    // in the order of the file
	Verdicts []Verdict // of every question, in the order of the file
}

// A Miss is a question that went wrong.
type Miss struct {
	Question  Question
	Want, Got string
}

// Measures returns those of all questions, and then those of each kind, language and tag
// with its name and a full stop in front.
func (r *Report) Measures() []Measure {
	list := r.Overall.Measures()
	for _, t := range slices.Concat(r.Kinds, r.Langs, r.Tags) {
		for _, m := range t.Measures() {
			m.Name = t.Name + "." + m.Name
			list = append(list, m)
		}
	}
	return list
}

// Score asks each question and compares the outcome with what it wants. The library is
// what could have been answered with; it only matters for the coverage.
func Score(ctx context.Context, questions []Question, library []Passage, ask func(context.Context, Question) (Outcome, error)) (*Report, error) {
	folded := make([]string, len(library))
	for i, p := range library {
		folded[i] = p.folded()
	}
	tallies := make(map[string]*Tally)
	r := &Report{Overall: &Tally{Name: "overall"}}
	for _, q := range questions {
		o, err := ask(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("question %s: %w", q.ID, err)
		}
		v := Judge(q, o)
		v.covered = q.Kind == KindPrimer && slices.ContainsFunc(folded, func(text string) bool { return holdsPhrases(text, q.KeyPhrases) })
		r.Overall.add(v)
		for _, name := range namesOf(q) {
			if tallies[name] == nil {
				tallies[name] = &Tally{Name: name}
			}
			tallies[name].add(v)
		}
		if !v.Right {
			r.Misses = append(r.Misses, Miss{q, wanted(q, v), got(o)})
		}
		r.Verdicts = append(r.Verdicts, v)
	}
	for _, k := range kinds {
		if t := tallies[string(k)]; t != nil {
			r.Kinds = append(r.Kinds, t)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tallies)) {
		switch {
		case strings.HasPrefix(name, "lang."):
			r.Langs = append(r.Langs, tallies[name])
		case strings.HasPrefix(name, "tag."):
			r.Tags = append(r.Tags, tallies[name])
		}
	}
	return r, nil
}

// namesOf returns the names of the tallies, besides that of all, in which a question
// counts.
func namesOf(q Question) []string {
	names := []string{string(q.Kind)}
	if q.Lang != "" {
		names = append(names, "lang."+q.Lang)
	}
	for _, tag := range slices.Compact(slices.Sorted(slices.Values(q.Tags))) {
		names = append(names, "tag."+tag)
	}
	return names
}

// A Verdict is what is to be said about one reply.
type Verdict struct {
	ID         string // of the question
	Kind       Kind   // of the question
	Reply      string // kind of the reply
	Confidence float64
	Right      bool // nothing to complain about
	Hit1, Hit3 bool // the right passage is first, or among the first three
	Answered   bool // there are passages

	answeredWrongly bool
	lane            bool
	covered         bool
}

// declined reports whether the reply says that there is no answer: that the articles have
// none, or that the bot gives no advice.
func (v *Verdict) declined() bool {
	return !v.Answered && (v.Reply == "decline" || v.Reply == "advice")
}

// Judge compares a reply with what the question wants.
func Judge(q Question, o Outcome) Verdict {
	v := Verdict{
		ID: q.ID, Kind: q.Kind, Reply: o.Kind, Confidence: o.Confidence,
		Answered: len(o.Passages) > 0,
	}
	caught := o.Kind == "advice" || o.Kind == "emergency" || o.Kind == "smalltalk"
	switch q.Kind {
	case KindArticle, KindPack, KindPrimer:
		v.Hit1, v.Hit3 = hits(q, o.Passages)
		v.answeredWrongly = v.Answered && !v.Hit3
		v.lane = !caught && o.Lane != "recommendation"
		v.Right = v.Hit1 && v.lane
	case KindDecline:
		v.answeredWrongly = v.Answered
		v.lane = !caught
		v.Right = v.lane && v.declined()
	case KindAdvice:
		v.lane = o.Kind == "advice" || o.Kind == "emergency"
		v.answeredWrongly = v.Answered && !v.lane
		v.Right = v.lane
	case KindSmalltalk:
		v.lane = o.Kind == "smalltalk"
		v.answeredWrongly = v.Answered
		v.Right = v.lane && !v.Answered
	}
	return v
}

// hits reports whether the right passage is first, and whether it is among the first
// three. Where each of several sections is wanted, all have to be among the three.
func hits(q Question, passages []Passage) (first, among bool) {
	passages = passages[:min(3, len(passages))]
	if q.Kind == KindPrimer {
		for i, p := range passages {
			if holdsPhrases(p.folded(), q.KeyPhrases) {
				return i == 0, true
			}
		}
		return false, false
	}
	name := func(p Passage) string { return fold(p.Heading) }
	if q.Kind == KindPack {
		name = func(p Passage) string { return p.Article + "/" + p.Section }
	}
	missing := make(map[string]bool)
	for _, s := range q.Sections {
		missing[fold(s)] = true
	}
	wanted := len(missing)
	for i, p := range passages {
		first = first || i == 0 && missing[name(p)]
		delete(missing, name(p))
	}
	if q.Match == "all" {
		return first, len(missing) == 0
	}
	return first, len(missing) < wanted
}

// add counts a verdict.
func (t *Tally) add(v Verdict) {
	count := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	t.N++
	count(&t.Knowledge, v.Kind.Answered())
	count(&t.Primer, v.Kind == KindPrimer)
	count(&t.Decline, v.Kind == KindDecline)
	count(&t.Hit1, v.Hit1)
	count(&t.Hit3, v.Hit3)
	count(&t.Answered, v.Kind.Answered() && v.Answered)
	count(&t.Declined, v.Kind == KindDecline && v.declined())
	count(&t.AnsweredWrongly, v.answeredWrongly)
	count(&t.Shown, v.shown())
	count(&t.Lane, v.lane)
	count(&t.Covered, v.covered)
	if t.Replies == nil {
		t.Replies = make(map[string]int)
	}
	t.Replies[v.Reply]++
}

// wanted says in words what a question wants.
func wanted(q Question, v Verdict) string {
	switch q.Kind {
	case KindArticle, KindPack:
		if q.Match == "all" {
			return "each of: " + strings.Join(q.Sections, "; ")
		}
		return "one of: " + strings.Join(q.Sections, "; ")
	case KindPrimer:
		groups := make([]string, len(q.KeyPhrases))
		for i, g := range q.KeyPhrases {
			groups[i] = strings.Join(g, "|")
		}
		text := "a passage with " + strings.Join(groups, " & ")
		if !v.covered {
			text += " (no passage of the pack has all of these)"
		}
		return text
	}
	return string(q.Kind)
}

// got says in words what a reply was.
func got(o Outcome) string {
	text := fmt.Sprintf("%s (%.2f, %s lane)", o.Kind, o.Confidence, o.Lane)
	sep := ": "
	for _, p := range o.Passages[:min(3, len(o.Passages))] {
		text += sep + p.Article + "/" + p.Section
		sep = ", "
	}
	return text
}

// holdsPhrases reports whether a folded text has a phrase of every group.
func holdsPhrases(text string, groups [][]string) bool {
	for _, group := range groups {
		if !slices.ContainsFunc(group, func(phrase string) bool { return strings.Contains(text, fold(phrase)) }) {
			return false
		}
	}
	return true
}

// folded returns all words of the passage in the form in which key phrases are sought.
func (p Passage) folded() string {
	return fold(strings.Join(append(slices.Clone(p.Trail), p.Heading, p.Text), "\n"))
}

// fold brings a text into the form in which it is compared: lower case, with hyphens for
// en dashes and minus signs, and one space where there are several.
func fold(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		space = false
		if r == '–' || r == '−' {
			r = '-'
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
