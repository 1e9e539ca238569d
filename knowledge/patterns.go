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
	quoting  bool              // a word of the lists begins a quotation, \Q, or repeats something very often
	open     []string          // names being expanded, outermost first
	budget   int               // how many more bytes may be expanded
}

func newPatterns(words wordLists) *patterns {
	return &patterns{words: words, expanded: map[string]string{}, drafts: map[string]*draft{}, budget: maxExpansion}
}

// A draft is a pattern with its words put in that is still to be parsed.
type draft struct {
	*Pattern
	outline string       // the expression of its outline
	at      []*yaml.Node // where it is written
	err     error
}

// draft returns the pattern that is written at a node, with its words put in.
func (p *patterns) draft(pattern string, at *yaml.Node) (*Pattern, error) {
	d := p.drafts[pattern]
	if d == nil {
		expanded, outline, err := p.replace(pattern, func(s string) string { return s })
		if err != nil {
			return nil, err
		}
		if p.quoting || !outlined(pattern) {
			outline = expanded
		}
		d = &draft{Pattern: newPattern(expanded), outline: outline}
		p.drafts[pattern] = d
	}
	d.at = append(d.at, at)
	return d.Pattern, nil
}

// parse parses the drafts on all processors: it takes most of the time that a pack's lanes
// take to load.
func (p *patterns) parse() {
	drafts := slices.Collect(maps.Values(p.drafts))
	workers := runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w; i < len(drafts); i += workers {
				drafts[i].err = drafts[i].parse(drafts[i].outline)
			}
		})
	}
	all.Wait()
}

var (
	wordName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	// highCount finds a repetition that may make an expression too large to be compiled.
	highCount = regexp.MustCompile(`\{(\d*,)?\d{3,}`)
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
	case slices.Contains(p.open, name):
		return "", fmt.Errorf("the words go in a circle, %s: take one out of the list", strings.Join(append(p.open, name), " → "))
	case len(p.open) == maxNesting:
		return "", errTooLong
	}
	p.open = append(p.open, name)
	defer func() { p.open = p.open[:len(p.open)-1] }()

	var group strings.Builder
	for i, a := range list.alternatives {
		group.WriteString([]string{"(?:", "|"}[min(i, 1)])
		var s string
		var err error
		if inner, ok := betweenSlashes(a); ok {
			p.quoting = p.quoting || strings.Contains(inner, `\Q`) || highCount.MatchString(inner)
			if s, _, err = p.replace(inner, func(s string) string { return s }); err == nil {
				_, err = syntax.Parse(s, syntax.Perl)
			}
		} else {
			s, _, err = p.replace(a, regexp.QuoteMeta)
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

// shortGroup is the length up to which a group of words is part of an outline, in bytes. To
// parse a longer one for each pattern that it is in takes most of the time that a pack's
// lanes take to load.
const shortGroup = 200

// replace puts the words' groups in the place of their names, and passes what stands
// between through keep. In the outline, the long groups may be anything.
func (p *patterns) replace(s string, keep func(string) string) (expanded, outline string, err error) {
	var b, o strings.Builder
	both := func(s string) {
		b.WriteString(s)
		o.WriteString(s)
	}
	last := 0
	for _, m := range nameOrEscape.FindAllStringSubmatchIndex(s, -1) {
		if m[2] < 0 {
			continue // an escape
		}
		group, err := p.word(s[m[2]:m[3]])
		if err != nil {
			return "", "", err
		}
		both(keep(s[last:m[0]]))
		b.WriteString(group)
		if len(group) > shortGroup {
			group = anything
		}
		o.WriteString(group)
		last = m[1]
		if b.Len() > maxPattern {
			return "", "", errTooLong
		}
	}
	both(keep(s[last:]))
	if p.budget -= b.Len(); p.budget < 0 || b.Len() > maxPattern {
		return "", "", errTooLong
	}
	return b.String(), o.String(), nil
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
