package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"
	"golang.org/x/text/width"

	"exobot/knowledge"
)

// A style says how text may look in the place where it is written.
type style struct {
	columns int  // lines are wrapped at this width; 0 means not at all
	color   bool // whether bold and dim are understood
}

// Lines longer than this are tiring to read, however wide the window is.
const maxColumns = 96

// terminalOf returns the file descriptor behind a stream, and whether it is a terminal.
func terminalOf(stream any) (fd int, ok bool) {
	f, ok := stream.(*os.File)
	if !ok {
		return 0, false
	}
	fd = int(f.Fd())
	return fd, term.IsTerminal(fd)
}

// style returns the style of standard output: plain and not wrapped unless it is a
// terminal, and without colours if NO_COLOR is set (https://no-color.org) or the
// terminal has none.
func (c *console) style() style {
	fd, ok := terminalOf(c.stdout)
	if !ok {
		return style{}
	}
	columns := 80
	if n, _, err := term.GetSize(fd); err == nil && n > 0 {
		columns = n
	}
	return style{
		columns: min(columns, maxColumns),
		color:   c.getenv("NO_COLOR") == "" && c.getenv("TERM") != "dumb",
	}
}

// interactive reports whether somebody sits at the other end.
func (c *console) interactive() bool {
	_, in := terminalOf(c.stdin)
	_, out := terminalOf(c.stdout)
	return in && out
}

const (
	escapeBold  = "\x1b[1m"
	escapeDim   = "\x1b[2m"
	escapeReset = "\x1b[0m"
)

func (s style) bold(text string) string { return s.wrapIn(escapeBold, text) }
func (s style) dim(text string) string  { return s.wrapIn(escapeDim, text) }

func (s style) wrapIn(escape, text string) string {
	if !s.color || text == "" {
		return text
	}
	return escape + text + escapeReset
}

// passage lays out a text with its marked parts in bold, or between asterisks where
// there is no bold. Control characters are made harmless. Without a width, and but for
// the asterisks, the text stays as it is.
func (s style) passage(text string, marks []knowledge.Span) string {
	on, off := "*", "*"
	if s.color {
		on, off = escapeBold, escapeReset
	}
	marks = joinMarks(text, marks)
	l := layout{columns: s.columns}
	next := 0 // the mark in hand
	for i, r := range text {
		if next < len(marks) && i == marks[next].End {
			l.mark(off)
			next++
		}
		if next < len(marks) && i == marks[next].Start {
			l.endWord()
			l.mark(on)
		}
		l.add(harmless(r))
	}
	if next < len(marks) {
		l.mark(off)
	}
	l.endWord()
	return l.out.String()
}

// paragraph lays out a text without marks, each line behind indent.
func (s style) paragraph(indent, text string) string {
	inner := s
	if s.columns > 0 {
		inner.columns = max(20, s.columns-len(indent))
	}
	return indent + strings.ReplaceAll(inner.passage(text, nil), "\n", "\n"+indent)
}

// joinMarks makes one of marks with nothing but space between them.
func joinMarks(text string, marks []knowledge.Span) []knowledge.Span {
	var out []knowledge.Span
	for _, m := range marks {
		if n := len(out); n > 0 && strings.TrimSpace(text[out[n-1].End:m.Start]) == "" {
			out[n-1].End = m.End
			continue
		}
		out = append(out, m)
	}
	return out
}

// A layout breaks a text into lines.
type layout struct {
	columns int // 0 means that lines are not broken
	out     strings.Builder
	column  int             // where the line stands that is being written
	space   strings.Builder // due in front of the word
	word    strings.Builder
	width   int // columns that the word takes
}

// add appends a character of the text.
func (l *layout) add(r rune) {
	switch {
	case r == '\n':
		l.endWord()
		l.space.Reset()
		l.out.WriteByte('\n')
		l.column = 0
	case r == ' ':
		if l.word.Len() > 0 {
			l.endWord()
		}
		l.space.WriteByte(' ')
	default:
		w := columnsOf(r)
		l.word.WriteRune(r)
		l.width += w
		if w == 2 && !strings.ContainsRune("（「『《〈", r) {
			l.endWord() // lines of Chinese and Japanese may break behind any character
		}
	}
}

// mark appends a sign that is not part of the text.
func (l *layout) mark(sign string) {
	if l.word.Len() == 0 && sign == escapeReset {
		l.out.WriteString(sign)
		return
	}
	l.word.WriteString(sign)
	if sign == "*" {
		l.width++
	}
}

// endWord writes the word in hand, on a line of its own if the line is full.
func (l *layout) endWord() {
	if l.word.Len() == 0 {
		return
	}
	switch gap := l.space.Len(); {
	case l.columns > 0 && l.column > 0 && l.column+gap+l.width > l.columns:
		l.out.WriteByte('\n')
		l.column = 0
	default:
		l.out.WriteString(l.space.String())
		l.column += gap
	}
	l.out.WriteString(l.word.String())
	l.column += l.width
	l.space.Reset()
	l.word.Reset()
	l.width = 0
}

// columnsOf returns how many columns of a terminal a character takes.
func columnsOf(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// harmless returns what to show for a character: itself unless it could drive the
// terminal (control characters) or reorder the line around it (bidirectional overrides
// and isolates), by which a text could seem to say what it does not.
func harmless(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == '\t':
		return ' '
	case unicode.IsControl(r), 0x202A <= r && r <= 0x202E, 0x2066 <= r && r <= 0x2069, r == 0x2028, r == 0x2029:
		return unicode.ReplacementChar
	}
	return r
}

// clean makes a text harmless for a terminal.
func clean(s string) string { return strings.Map(harmless, s) }

// cleanLine makes a text harmless and keeps it on one line.
func cleanLine(s string) string { return strings.ReplaceAll(clean(s), "\n", " ") }

// interruptible calls read and returns what it returns, or the error of ctx if that ends
// first. A read from a terminal or a pipe cannot be called off: its goroutine then waits
// for input that nobody will look at, and ends with the program, which is about to.
func interruptible[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := read()
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	}
}

// maxLine is how much of a line of standard input is looked at, in bytes.
const maxLine = 1 << 20

// readLine returns the next line of r without its end, and io.EOF when there is none. Of
// a line longer than maxLine it returns the first maxLine bytes. Invalid UTF-8 is
// replaced.
func readLine(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		read := len(line) + len(part)
		line = append(line, part[:min(len(part), maxLine-len(line))]...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && (!errors.Is(err, io.EOF) || read == 0):
			return "", err
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		return validUTF8(string(line)), nil
	}
}

// validUTF8 replaces what is not UTF-8.
func validUTF8(s string) string { return strings.ToValidUTF8(s, string(unicode.ReplacementChar)) }
