package knowledge

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"regexp/syntax"
	"runtime"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

const (
	// maxPattern bounds one expanded pattern, and maxExpansion all of them together:
	// a few lists that use each other can stand for more text than a computer holds.
	maxPattern   = 1 << 16
	maxExpansion = 16 << 20
	// maxNesting bounds lists that use lists that use lists.
	maxNesting = 16
)

// wordLists are the lists of alternatives by their names.
type wordLists map[string]*wordList

type wordList struct {
	line         int
	alternatives []string
}

func (w wordLists) names() []string {
	return slices.SortedFunc(maps.Keys(w), func(a, b string) int { return w[a].line - w[b].line })
}

// patterns expands the names of word lists: with the lists product, [exosome,
// "/vesicles?/"], and treatment, ["{product} therapy"], the pattern `is {treatment} safe`
// becomes `is (?:(?:exosome|vesicles?) therapy) safe`.
type patterns struct {
	words    wordLists
	expanded map[string]string
	drafts   map[string]*draft // by what is written: what many rules share is one pattern
	within   []string          // names being expanded, outermost first
	budget   int               // how many more bytes may be expanded
}

func newPatterns(words wordLists) *patterns {
	return &patterns{words: words, expanded: map[string]string{}, drafts: map[string]*draft{}, budget: maxExpansion}
}

// A draft is a pattern with its words put in that is still to be parsed.
type draft struct {
	*Pattern
	at  []*yaml.Node // where it is written
	err error
}

// draft returns the pattern that is written at a node, with its words put in.
func (p *patterns) draft(pattern string, at *yaml.Node) (*Pattern, error) {
	d := p.drafts[pattern]
	if d == nil {
		expanded, err := p.replace(pattern, func(s string) string { return s })
		if err != nil {
			return nil, err
		}
		d = &draft{Pattern: newPattern(expanded)}
		p.drafts[pattern] = d
	}
	d.at = append(d.at, at)
	return d.Pattern, nil
}

// maxSize bounds all expressions together, with their repetitions written out: a sign takes
// some hundred bytes once it is compiled.
const maxSize = 4_000_000

var errTooLarge = errors.New("it is too large with its repetitions written out, or all patterns together are: repeat less often, or use shorter lists")

// maxGrams bounds what all sieves hold. Patterns beyond that have none, and only take longer.
const maxGrams = 8_000_000

// parse parses the drafts on all processors: it takes most of the time that a pack's lanes
// take to load.
func (p *patterns) parse() {
	drafts := make([]*draft, 0, len(p.drafts))
	for _, text := range slices.Sorted(maps.Keys(p.drafts)) {
		drafts = append(drafts, p.drafts[text])
	}
	sizes := make([]int, len(drafts))
	workers := runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w; i < len(drafts); i += workers {
				sizes[i], drafts[i].err = drafts[i].parse()
			}
		})
	}
	all.Wait()
	size, grams := 0, 0
	for i, d := range drafts {
		if size += sizes[i]; size > maxSize && d.err == nil {
			d.err = errTooLarge
		}
		if grams += d.sieve.grams(); grams > maxGrams {
			d.sieve = nil
		}
	}
}

var (
	wordName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	// nameOrEscape finds {name}, and what only looks like it: \p{greek}, \x{e9}, \{.
	nameOrEscape = regexp.MustCompile(`\\[pPx]\{\^?\w*\}|\\.|\{([a-z][a-z0-9_-]*)\}`)
)

// word returns the group that stands for {name}.
func (p *patterns) word(name string) (string, error) {
	if group, ok := p.expanded[name]; ok {
		return group, nil
	}
	list, ok := p.words[name]
	switch {
	case !ok:
		return "", fmt.Errorf("there are no words {%s}: write the list under words:, or put a backslash in front of the brace", name)
	case slices.Contains(p.within, name):
		return "", fmt.Errorf("the words go in a circle, %s: take one out of the list", strings.Join(append(p.within, name), " → "))
	case len(p.within) == maxNesting:
		return "", errTooLong
	}
	p.within = append(p.within, name)
	defer func() { p.within = p.within[:len(p.within)-1] }()

	var group strings.Builder
	for i, a := range list.alternatives {
		group.WriteString([]string{"(?:", "|"}[min(i, 1)])
		var s string
		var err error
		if inner, ok := betweenSlashes(a); ok {
			if s, err = p.replace(inner, func(s string) string { return s }); err == nil {
				_, err = syntax.Parse(s, syntax.Perl)
			}
		} else {
			s, err = p.replace(a, regexp.QuoteMeta)
		}
		if err != nil {
			return "", err
		}
		if group.WriteString(s); group.Len() > maxPattern {
			return "", errTooLong
		}
	}
	group.WriteString(")")
	p.expanded[name] = group.String()
	return group.String(), nil
}

var errTooLong = errors.New("it becomes too long when its words are put in: use shorter lists, or several rules")

// replace puts the words' groups in the place of their names, and passes what stands
// between through keep.
func (p *patterns) replace(s string, keep func(string) string) (string, error) {
	var b strings.Builder
	last := 0
	for _, m := range nameOrEscape.FindAllStringSubmatchIndex(s, -1) {
		if m[2] < 0 {
			continue // an escape
		}
		group, err := p.word(s[m[2]:m[3]])
		if err != nil {
			return "", err
		}
		b.WriteString(keep(s[last:m[0]]))
		b.WriteString(group)
		last = m[1]
		if b.Len() > maxPattern {
			return "", errTooLong
		}
	}
	b.WriteString(keep(s[last:]))
	if p.budget -= b.Len(); p.budget < 0 || b.Len() > maxPattern {
		return "", errTooLong
	}
	return b.String(), nil
}

func betweenSlashes(s string) (string, bool) {
	if len(s) < 2 || s[0] != '/' || s[len(s)-1] != '/' {
		return "", false
	}
	return s[1 : len(s)-1], true
}

// unescaped returns the pattern without its escapes, whose capital letters have a
// meaning of their own: \W, \PL.
func unescaped(pattern string) string {
	return nameOrEscape.ReplaceAllString(pattern, "")
}

// explain says what is wrong with a pattern and what to do.
func explain(err error) string {
	var se *syntax.Error
	if errors.As(err, &se) {
		what := se.Code.String()
		if len(se.Expr) <= 20 { // a longer one is the pattern again
			what += " `" + se.Expr + "`"
		}
		return what + ": mend the regular expression, or put a backslash in front of a character that means itself"
	}
	return err.Error()
}
