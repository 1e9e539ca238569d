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
	words   wordLists
	groups  map[string]*group // by name
	marks   []*group          // by the mark that stands for each, from firstMark
	drafts  map[string]*draft // by what is written: what many rules share is one pattern
	quoting bool              // a word of the lists begins a quotation, \Q
	open    []string          // names being expanded, outermost first
	budget  int               // how many more bytes may be expanded
}

// A group is what stands in a pattern for a name of words. It is parsed once, and not again
// for each pattern that it is in, which would take most of the time that a pack's lanes take
// to load: a single character, its mark, stands for it in their outlines.
type group struct {
	expr string
	mark rune
	expression
}

// An expression is what is known of a regular expression.
type expression struct {
	content
	size int // how long it is with its repetitions written out, about
}

// firstMark is the first of the characters that nobody writes and that stand for groups.
const firstMark = '\U000F0000'

func isMark(r rune) bool { return r >= firstMark && r < firstMark+1<<16 }

// marked returns the group that a character stands for, or nil.
func (p *patterns) marked(r rune) *group {
	if i := int(r - firstMark); i >= 0 && i < len(p.marks) {
		return p.marks[i]
	}
	return nil
}

// maxSize bounds what is known to be valid by its outline: the regexp package takes
// expressions of some three million instructions.
const maxSize = 1 << 20

// expression looks at an expression by its outline, in which marks stand for groups. Where
// that does not tell whether it is valid, it is parsed as a whole.
func (p *patterns) expression(expr, outline string) (expression, error) {
	marked := p.marked
	if strings.ContainsFunc(expr, isMark) { // which somebody wrote after all
		outline, marked = expr, func(rune) *group { return nil }
	}
	re, err := syntax.Parse(outline, syntax.Perl)
	size := 0
	if err == nil {
		size, _ = sizeOf(re, marked)
	}
	if outline != expr && (err != nil || size > maxSize) {
		if re, err = syntax.Parse(expr, syntax.Perl); err == nil {
			size, _ = sizeOf(re, marked)
		}
	}
	if err != nil {
		return expression{}, err
	}
	return expression{contentOf(re, marked), size}, nil
}

// sizeOf returns the size of an expression and whether it holds a group. It is more than
// maxSize if a group is repeated a number of times, for which the regexp package has a bound
// of its own.
func sizeOf(re *syntax.Regexp, marked func(rune) *group) (size int, groups bool) {
	add := func(r rune) {
		if g := marked(r); g != nil {
			size, groups = size+g.size, true
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			add(r)
		}
		size += len(re.Rune)
	case syntax.OpCharClass: // which a group that is an alternative to a character becomes part of
		for i := 0; i < len(re.Rune); i += 2 {
			for r := re.Rune[i]; isMark(r) && r <= re.Rune[i+1]; r++ {
				add(r)
			}
		}
	}
	for _, sub := range re.Sub {
		n, g := sizeOf(sub, marked)
		size, groups = size+n, groups || g
	}
	if re.Op == syntax.OpRepeat {
		size *= max(re.Min, re.Max, 1)
		if groups {
			size = maxSize + 1
		}
	}
	return min(size+1, maxSize+1), groups
}

func newPatterns(words wordLists) *patterns {
	return &patterns{words: words, groups: map[string]*group{}, drafts: map[string]*draft{}, budget: maxExpansion}
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
		if !p.outlined(pattern) {
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
				drafts[i].err = drafts[i].parse(p, drafts[i].outline)
			}
		})
	}
	all.Wait()
}

var (
	wordName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	// nameOrEscape finds {name}, and what only looks like it: \p{greek}, \x{e9}, \{.
	nameOrEscape = regexp.MustCompile(`\\[pPx]\{\^?\w*\}|\\.|\{([a-z][a-z0-9_-]*)\}`)
)

// group returns what stands for {name}.
func (p *patterns) group(name string) (*group, error) {
	if g, ok := p.groups[name]; ok {
		return g, nil
	}
	list, ok := p.words[name]
	switch {
	case !ok:
		return nil, fmt.Errorf("there are no words {%s}: write the list under words:, or put a backslash in front of the brace", name)
	case slices.Contains(p.open, name):
		return nil, fmt.Errorf("the words go in a circle, %s: take one out of the list", strings.Join(append(p.open, name), " → "))
	case len(p.open) == maxNesting:
		return nil, errTooLong
	}
	p.open = append(p.open, name)
	defer func() { p.open = p.open[:len(p.open)-1] }()

	var expr strings.Builder
	var contents []content
	size := 0
	for i, a := range list.alternatives {
		expr.WriteString([]string{"(?:", "|"}[min(i, 1)])
		keep := regexp.QuoteMeta
		inner, written := betweenSlashes(a)
		if written {
			p.quoting = p.quoting || strings.Contains(inner, `\Q`)
			a, keep = inner, func(s string) string { return s }
		}
		s, outline, err := p.replace(a, keep)
		if err != nil {
			return nil, err
		}
		if expr.WriteString(s); expr.Len() > maxPattern {
			return nil, errTooLong
		}
		if !p.outlined(a) {
			outline = s
		}
		e, err := p.expression(s, outline)
		if err != nil {
			return nil, err
		}
		contents, size = append(contents, e.content), min(size+e.size, maxSize+1)
	}
	expr.WriteString(")")
	return p.add(name, expr.String(), expression{eitherOf(contents), size}), nil
}

// add makes a group of that name.
func (p *patterns) add(name, expr string, e expression) *group {
	g := &group{expr, firstMark + rune(len(p.marks)), e}
	p.groups[name] = g
	p.marks = append(p.marks, g)
	return g
}

var errTooLong = errors.New("it becomes too long when its words are put in: use shorter lists, or several rules")

// replace puts the words' groups in the place of their names, and passes what stands
// between through keep. In the outline, marks stand for the groups.
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
		g, err := p.group(s[m[2]:m[3]])
		if err != nil {
			return "", "", err
		}
		both(keep(s[last:m[0]]))
		b.WriteString(g.expr)
		o.WriteRune(g.mark)
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

// outlined reports whether a single character may stand for a group in the pattern without
// changing what is valid and what the rest means. It may not within a class of characters or
// a quotation, nor where capital letters are the same as small ones. When in doubt, it is
// not outlined.
func (p *patterns) outlined(pattern string) bool {
	if p.quoting || strings.Contains(strings.ReplaceAll(pattern, "(?:", ""), "(?") {
		return false
	}
	class := false
	for i := 0; i < len(pattern); i++ {
		rest := pattern[i+1:]
		switch pattern[i] {
		case '\\':
			switch {
			case strings.HasPrefix(rest, "Q"):
				return false
			case strings.HasPrefix(rest, "p{"), strings.HasPrefix(rest, "P{"), strings.HasPrefix(rest, "x{"):
				i += max(1, strings.IndexByte(rest, '}'))
			default:
				i++
			}
		case '[':
			if class || strings.HasPrefix(strings.TrimPrefix(rest, "^"), "]") {
				return false
			}
			class = true
		case ']':
			class = false
		case '{':
			if class {
				return false
			}
		}
	}
	return true
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
