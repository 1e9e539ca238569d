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
	within  []string          // names being expanded, outermost first
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
	extent
}

// An extent bounds what the regexp package has bounds for.
type extent struct {
	size   int // length with repetitions written out
	height int // how deep it nests
}

// with returns the extent of an expression in which there are others.
func (e extent) with(others extent) extent {
	return extent{min(e.size+others.size, maxSize+1), e.height + others.height}
}

// beside returns the extent of two expressions side by side.
func (e extent) beside(other extent) extent {
	return extent{min(e.size+other.size, maxSize+1), max(e.height, other.height)}
}

const (
	// maxSize and maxHeight bound what an outline tells the validity of: the regexp package
	// takes some three million instructions, nested 1,000 deep.
	maxSize   = 1 << 20
	maxHeight = 500
	// firstMark is the first of the maxMarks characters that nobody writes and that stand
	// for groups.
	firstMark = '\U000F0000'
	maxMarks  = 1 << 15
)

func isMark(r rune) bool { return r >= firstMark && r < firstMark+maxMarks }

// marked returns the group that a character stands for, or nil.
func (p *patterns) marked(r rune) *group {
	if i := int(r - firstMark); i >= 0 && i < len(p.marks) {
		return p.marks[i]
	}
	return nil
}

// A source is an expression as it is written, with its words put in.
type source struct {
	expr    string
	outline string // with marks in the place of the groups; the same as expr if they have none
	groups  extent
}

// expression looks at an expression by its outline. Where that does not tell whether it is
// valid, it is parsed as a whole.
func (p *patterns) expression(w source) (expression, error) {
	marked := p.marked
	whole := func() (*syntax.Regexp, error) {
		w.groups, marked = extent{}, func(rune) *group { return nil }
		return syntax.Parse(w.expr, syntax.Perl)
	}
	var re *syntax.Regexp
	var err error
	if w.outline != w.expr && !strings.ContainsFunc(w.expr, isMark) { // which somebody may have written after all
		re, err = syntax.Parse(w.outline, syntax.Perl)
	}
	if e := extentOf(re).with(w.groups); re == nil || e.size > maxSize || e.height > maxHeight {
		re, err = whole()
	}
	if err != nil {
		return expression{}, err
	}
	return expression{contentOf(re, marked), extentOf(re).with(w.groups)}, nil
}

// extentOf returns the extent of a parsed expression, without the groups in it.
func extentOf(re *syntax.Regexp) extent {
	if re == nil {
		return extent{}
	}
	e := extent{len(re.Rune), 0}
	for _, sub := range re.Sub {
		e = e.beside(extentOf(sub))
	}
	if re.Op == syntax.OpRepeat {
		e.size *= max(re.Min, re.Max, 1)
	}
	return e.with(extent{1, 1})
}

func newPatterns(words wordLists) *patterns {
	return &patterns{words: words, groups: map[string]*group{}, drafts: map[string]*draft{}, budget: maxExpansion}
}

// A draft is a pattern with its words put in that is still to be parsed.
type draft struct {
	*Pattern
	source
	at  []*yaml.Node // where it stands
	err error
}

// draft returns the pattern that is written at a node, with its words put in.
func (p *patterns) draft(pattern string, at *yaml.Node) (*Pattern, error) {
	d := p.drafts[pattern]
	if d == nil {
		w, err := p.replace(pattern, func(s string) string { return s })
		if err != nil {
			return nil, err
		}
		d = &draft{Pattern: newPattern(w.expr), source: w}
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
				drafts[i].err = drafts[i].parse(p, drafts[i].source)
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
	case slices.Contains(p.within, name):
		return nil, fmt.Errorf("the words go in a circle, %s: take one out of the list", strings.Join(append(p.within, name), " → "))
	case len(p.within) == maxNesting:
		return nil, errTooLong
	}
	p.within = append(p.within, name)
	defer func() { p.within = p.within[:len(p.within)-1] }()

	var alternatives []string
	var contents []content
	var e extent
	length := 0
	for _, a := range list.alternatives {
		keep := regexp.QuoteMeta
		if inner, ok := betweenSlashes(a); ok {
			p.quoting = p.quoting || strings.Contains(inner, `\Q`)
			a, keep = inner, func(s string) string { return s }
			if hasFlags(inner) { // which end with the alternative
				a = "(?:" + inner + ")"
			}
		}
		w, err := p.replace(a, keep)
		if err != nil {
			return nil, err
		}
		if length += len(w.expr); length > maxPattern {
			return nil, errTooLong
		}
		x, err := p.expression(w)
		if err != nil {
			return nil, err
		}
		alternatives, contents, e = append(alternatives, w.expr), append(contents, x.content), e.beside(x.extent)
	}
	return p.add(name, "(?:"+strings.Join(alternatives, "|")+")", expression{eitherOf(contents), e.with(extent{1, 1})})
}

// add makes a group of that name.
func (p *patterns) add(name, expr string, e expression) (*group, error) {
	if len(p.marks) == maxMarks {
		return nil, fmt.Errorf("there are more than %d lists of words: put some together", maxMarks)
	}
	g := &group{expr, firstMark + rune(len(p.marks)), e}
	p.groups[name] = g
	p.marks = append(p.marks, g)
	return g, nil
}

var errTooLong = errors.New("it becomes too long when its words are put in: use shorter lists, or several rules")

// replace puts the words' groups in the place of their names, and passes what stands
// between through keep.
func (p *patterns) replace(s string, keep func(string) string) (source, error) {
	var w source
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
			return source{}, err
		}
		both(keep(s[last:m[0]]))
		b.WriteString(g.expr)
		o.WriteRune(g.mark)
		w.groups = extent{min(w.groups.size+g.size, maxSize+1), max(w.groups.height, g.height)}
		last = m[1]
		if b.Len() > maxPattern {
			return source{}, errTooLong
		}
	}
	both(keep(s[last:]))
	if p.budget -= b.Len(); p.budget < 0 || b.Len() > maxPattern {
		return source{}, errTooLong
	}
	w.expr, w.outline = b.String(), o.String()
	if p.quoting || !outlined(s) {
		w.outline = w.expr
	}
	return w, nil
}

// hasFlags reports whether a pattern may set flags, as (?i) does.
func hasFlags(pattern string) bool {
	return strings.Contains(strings.ReplaceAll(pattern, "(?:", ""), "(?")
}

// outlined reports whether single characters may stand for the groups of a pattern without
// changing what is valid and what the rest means. They may not within a class of characters
// or a quotation, nor where they are repeated a number of times, nor under flags. When in
// doubt, the pattern is not outlined.
func outlined(pattern string) bool {
	if hasFlags(pattern) {
		return false
	}
	class := false
	parens := []bool{false} // of each that is open, whether there is a group in it
	named := false          // whether there is one in what the next sign repeats
	for i := 0; i < len(pattern); i++ {
		rest := pattern[i+1:]
		was := named
		named = false
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
		case '(':
			if !class {
				parens = append(parens, false)
			}
		case ')':
			if top := len(parens) - 1; !class && top > 0 {
				named = parens[top]
				parens = parens[:top]
				parens[top-1] = parens[top-1] || named
			}
		case '{':
			number := rest != "" && '0' <= rest[0] && rest[0] <= '9'
			if class || number && was {
				return false
			}
			if !number {
				named, parens[len(parens)-1] = true, true
				i += max(0, strings.IndexByte(rest, '}'))
			}
		case '?', '*', '+', '}':
			named = was // "x{2}{3}" and the like are not valid, but that is for others to say
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
