package knowledge

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// A Pattern is a regular expression of a [LaneRule]. It is known to be valid, and is
// compiled when it is first matched: a pack has hundreds of patterns, and nearly all of
// them can be told not to match without that, by their outlines. It is safe for concurrent
// use.
type Pattern struct {
	expr     string
	outline  *syntax.Regexp
	compiled func() *regexp.Regexp
}

// ParsePattern returns the pattern of a regular expression, or the error of
// [regexp.Compile].
func ParsePattern(expr string) (*Pattern, error) {
	p := newPattern(expr)
	if err := p.parse(expr); err != nil {
		return nil, err
	}
	return p, nil
}

// newPattern returns a pattern that has to be parsed.
func newPattern(expr string) *Pattern {
	return &Pattern{expr: expr, compiled: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })}
}

// parse finds out whether the pattern is valid, by an outline that is known to be valid only
// if the pattern is, and to match everything that it does.
func (p *Pattern) parse(outline string) (err error) {
	p.outline, err = syntax.Parse(outline, syntax.Perl)
	if err != nil && outline != p.expr { // for the error to speak of what is written
		p.outline, err = syntax.Parse(p.expr, syntax.Perl)
	}
	return err
}

// String returns the regular expression, with the words in the places of their names.
func (p *Pattern) String() string { return p.expr }

// MatchString reports whether text holds a match.
func (p *Pattern) MatchString(text string) bool { return p.compiled().MatchString(text) }

// Outline returns a regular expression that matches all that the pattern does, and may
// match more: in the place of a name's words it may take anything. The caller must not
// change it.
func (p *Pattern) Outline() *syntax.Regexp { return p.outline }

// anything stands in an outline for the words of a name that has many.
const anything = "(?s:.*)"

// outlined reports whether a group may stand for another in the pattern without changing
// what is valid and what the rest means. It may not within a class of characters or a
// quotation, nor where a count of repetitions may be too high for one of the two. When in
// doubt, it is not outlined.
func outlined(pattern string) bool {
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
			if class || rest != "" && '0' <= rest[0] && rest[0] <= '9' {
				return false
			}
		}
	}
	return true
}
