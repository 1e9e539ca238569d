package knowledge

import (
	"regexp"
	"regexp/syntax"
	"sync"
)

// A Pattern is a regular expression of a [LaneRule]. It is known to be valid, and is
// compiled when it is first matched: a pack has hundreds of patterns, and nearly all of
// them can be told not to match without that. It is safe for concurrent use.
type Pattern struct {
	expr     string
	sieve    sieve
	compiled func() *regexp.Regexp
}

// ParsePattern returns the pattern of a regular expression, or the error of
// [regexp.Compile].
func ParsePattern(expr string) (*Pattern, error) {
	p := newPattern(expr)
	if _, err := p.parse(); err != nil {
		return nil, err
	}
	return p, nil
}

// newPattern returns a pattern that has to be parsed.
func newPattern(expr string) *Pattern {
	return &Pattern{expr: expr, compiled: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })}
}

// parse finds out whether the pattern is valid, and what it cannot match, and returns its
// size with repetitions written out.
func (p *Pattern) parse() (size int, err error) {
	re, err := syntax.Parse(p.expr, syntax.Perl)
	if err != nil {
		return 0, err
	}
	for _, needles := range contentOf(re).all() {
		p.sieve = append(p.sieve, each(needles, gramsOf))
	}
	return sizeOf(re), nil
}

// sizeOf returns the size of an expression with its repetitions written out.
func sizeOf(re *syntax.Regexp) int {
	size := 1
	if re.Op == syntax.OpLiteral {
		size = len(re.Rune)
	}
	for _, sub := range re.Sub {
		size += sizeOf(sub)
	}
	if re.Op == syntax.OpRepeat {
		size *= max(re.Min, re.Max, 1)
	}
	return size
}

// String returns the regular expression, with the words in the places of their names.
func (p *Pattern) String() string { return p.expr }

// In reports whether a text holds a match.
func (p *Pattern) In(h *Haystack) bool {
	return p.sieve.lets(&h.grams) && p.compiled().MatchString(h.text)
}
