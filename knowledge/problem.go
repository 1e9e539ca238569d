package knowledge

import (
	"cmp"
	"fmt"
	"slices"
)

// A Severity says what a problem means for the pack.
type Severity string

const (
	SeverityError   Severity = "error"   // the pack cannot be used
	SeverityWarning Severity = "warning" // the pack works, and could be better
)

// A Problem is one thing that is wrong with a pack.
type Problem struct {
	File     string // within the pack, with forward slashes
	Line     int    // from 1; 0 when the file as a whole is meant
	Severity Severity
	Rule     string // the rule's short and stable name, such as "unknown-key"
	Message  string // what is wrong: what to do
}

// String returns the problem in one line: file, line, severity and message.
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s: %s", p.File, p.Severity, p.Message)
	}
	return fmt.Sprintf("%s:%d: %s: %s", p.File, p.Line, p.Severity, p.Message)
}

// Problems is what [Load] found wrong with a pack, by file and line.
type Problems []Problem

// Errors returns the problems that make the pack unusable.
func (p Problems) Errors() Problems { return p.of(SeverityError) }

// Warnings returns the problems that do not.
func (p Problems) Warnings() Problems { return p.of(SeverityWarning) }

func (p Problems) of(s Severity) Problems {
	var some Problems
	for _, x := range p {
		if x.Severity == s {
			some = append(some, x)
		}
	}
	return some
}

// Err returns nil when no problem is an error, and otherwise an error that shows the
// first and counts the rest.
func (p Problems) Err() error {
	switch errs := p.Errors(); len(errs) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%s", errs[0])
	case 2:
		return fmt.Errorf("%s (and 1 more error)", errs[0])
	default:
		return fmt.Errorf("%s (and %d more errors)", errs[0], len(errs)-1)
	}
}

func (p Problems) sort() {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
}

// A place is where in a pack something is written.
type place struct {
	file string
	line int
}

func (p place) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

func (p *Problems) errorf(at place, rule, format string, args ...any) {
	*p = append(*p, Problem{at.file, at.line, SeverityError, rule, fmt.Sprintf(format, args...)})
}

func (p *Problems) warnf(at place, rule, format string, args ...any) {
	*p = append(*p, Problem{at.file, at.line, SeverityWarning, rule, fmt.Sprintf(format, args...)})
}
