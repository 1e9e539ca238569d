package knowledge

import (
	"regexp"
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
	if err := p.parse(newPatterns(nil), source{expr: expr, outline: expr}); err != nil {
		return nil, err
	}
	return p, nil
}

// newPattern returns a pattern that has to be parsed.
func newPattern(expr string) *Pattern {
	return &Pattern{expr: expr, compiled: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })}
}

// parse finds out whether the pattern is valid, and what it cannot match.
func (p *Pattern) parse(of *patterns, w source) error {
	e, err := of.expression(w)
	if err != nil {
		return err
	}
	for _, needles := range e.all() {
		p.sieve = append(p.sieve, each(needles, gramsOf))
	}
	return nil
}

// String returns the regular expression, with the words in the places of their names.
func (p *Pattern) String() string { return p.expr }

// In reports whether a text holds a match.
func (p *Pattern) In(h *Haystack) bool {
	return p.sieve.lets(&h.grams) && p.compiled().MatchString(h.text)
}
