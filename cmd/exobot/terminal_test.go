package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"exobot/knowledge"
)

func TestPassageLayout(t *testing.T) {
	t.Parallel()
	const text = "One two three. Four five six. Seven."
	four := knowledge.Span{Start: 15, End: 29}
	one := knowledge.Span{Start: 0, End: 14}
	for _, test := range []struct {
		name  string
		style style
		text  string
		marks []knowledge.Span
		want  string
	}{
		{"plain", style{}, text, nil, text},
		{"asterisks", style{}, text, []knowledge.Span{four}, "One two three. *Four five six.* Seven."},
		{"neighbours", style{}, text, []knowledge.Span{one, four}, "*One two three. Four five six.* Seven."},
		{"bold", style{color: true}, text, []knowledge.Span{four}, "One two three. \x1b[1mFour five six.\x1b[0m Seven."},
		{"to the end", style{}, text, []knowledge.Span{{Start: 30, End: 36}}, "One two three. Four five six. *Seven.*"},
		{"wrapped", style{columns: 12}, text, nil, "One two\nthree. Four\nfive six.\nSeven."},
		{"wrapped and marked", style{columns: 12}, text, []knowledge.Span{four}, "One two\nthree. *Four\nfive six.*\nSeven."},
		{"wrapped and bold", style{columns: 12, color: true}, text, []knowledge.Span{four}, "One two\nthree. \x1b[1mFour\nfive six.\x1b[0m\nSeven."},
		{"a long word", style{columns: 5}, "a protein b", nil, "a\nprotein\nb"},
		{"lines and lists", style{columns: 20}, "Two:\n  - one\n  - two\n\nEnd.", nil, "Two:\n  - one\n  - two\n\nEnd."},
		{"spaces stay", style{}, "a  b\n\n c ", nil, "a  b\n\n c"},
		{"Chinese", style{columns: 8}, "外泌体和干细胞。", nil, "外泌体和\n干细胞。"},
		{"harmless", style{}, "a\x1b[31mb\u009bc\u202ed\te", nil, "a\ufffd[31mb\ufffdc\ufffdd e"},
		{"empty", style{columns: 10}, "", nil, ""},
	} {
		if got := test.style.passage(test.text, test.marks); got != test.want {
			t.Errorf("%s:\n got %q\nwant %q", test.name, got, test.want)
		}
	}
}

// Whatever is laid out, no character is lost but spaces at line ends, and no line with a
// space in it is too long.
func FuzzPassageLayout(f *testing.F) {
	f.Add("One two three. Four five six.", 10, 4, 13)
	f.Add("外泌体 and 干细胞\n\n - list", 5, 0, 9)
	f.Fuzz(func(t *testing.T, text string, columns, start, end int) {
		if !utf8.ValidString(text) || columns < 0 || start < 0 || start >= end || end > len(text) ||
			!utf8.RuneStart(text[start]) || end < len(text) && !utf8.RuneStart(text[end]) || strings.Contains(text, "*") {
			t.Skip("not a text with a mark")
		}
		got := style{columns: columns}.passage(text, []knowledge.Span{{Start: start, End: end}})
		if letters(strings.ReplaceAll(got, "*", "")) != letters(clean(text)) {
			t.Errorf("passage(%q, %d, %d-%d) = %q", text, columns, start, end, got)
		}
		if strings.Count(got, "*") != 2 {
			t.Errorf("passage(%q, %d, %d-%d) = %q: want a mark before and behind", text, columns, start, end, got)
		}
	})
}

func letters(s string) string { return strings.Join(strings.FieldsFunc(s, isBlank), "") }

func isBlank(r rune) bool { return r == ' ' || r == '\n' }

func TestParagraph(t *testing.T) {
	t.Parallel()
	got := style{columns: 24}.paragraph("  ", "Some words that do not fit on one line.")
	if want := "  Some words that do not\n  fit on one line."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReadLine(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", maxLine/2)
	r := bufio.NewReader(strings.NewReader("one\r\n\nbad \xff\n" + long + "and more\nlast"))
	for i, want := range []string{"one", "", "bad \ufffd", long, "last"} {
		got, err := readLine(r)
		if err != nil || got != want {
			t.Errorf("line %d: got %d bytes %.20q, %v; want %d bytes", i, len(got), got, err, len(want))
		}
	}
	if _, err := readLine(r); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: got %v, want EOF", err)
	}
}

func TestInterruptible(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, w := io.Pipe()
	defer w.Close()
	_, err := interruptible(ctx, func() (string, error) { return readLine(bufio.NewReader(r)) })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"ask", "chat", "check", "import", "version"}
	for typed, want := range map[string]string{
		"aks": "ask", "caht": "chat", "chekc": "check", "ASK": "ask", "versoin": "version", "imprt": "import",
		"serve": "", "": "", "x": "",
	} {
		if got := nearest(typed, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}
