package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

// talk returns a conversation over the small pack.
func talk(t *testing.T, out io.Writer) *conversation {
	t.Helper()
	lib, err := loadPack("testdata/pack")
	if err != nil {
		t.Fatal(err)
	}
	b, err := newBot(t.Context(), lib, "", buildEdition)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return &conversation{bot: b, out: out, style: func() style { return style{columns: 60, color: true} }}
}

// Keys as a terminal sends them.
const (
	keyUp    = "\x1b[A"
	keyCtrlC = "\x03"
	keyCtrlD = "\x04"
)

// inScreen types keys into a chat with line editing and returns what the screen got.
func inScreen(t *testing.T, keys string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	screen := newScreen(strings.NewReader(keys), &out)
	c := talk(t, screen)
	err := c.hold(t.Context(), screen.ReadLine)
	return out.String(), err
}

func TestChatInTerminal(t *testing.T) {
	t.Parallel()
	const question = "what is the diameter of an exosome"
	out, err := inScreen(t, question+"\r"+keyUp+"\r"+keyCtrlD)
	if err != nil {
		t.Fatal(err)
	}
	const marked = escapeBold + "Most exosomes measure 30 to 150 nanometres across." + escapeReset
	if n := strings.Count(out, marked); n != 2 {
		t.Errorf("the answer stands there %d times, want twice, by way of the history:\n%q", n, out)
	}
	if !strings.HasPrefix(out, "> ") || strings.Contains(strings.ReplaceAll(out, "\r\n", ""), "\n") {
		t.Errorf("want a prompt, and lines that end as a raw terminal needs it: %q", out)
	}
}

func TestChatLeaves(t *testing.T) {
	t.Parallel()
	for _, keys := range []string{keyCtrlC, keyCtrlD, "/quit\r", "half a question" + keyCtrlC, ""} {
		if out, err := inScreen(t, keys); err != nil || strings.Contains(out, "\n\n") {
			t.Errorf("%q: %v, %q", keys, err, out)
		}
	}
}

func TestChatLeavesOnSignal(t *testing.T) {
	t.Parallel()
	ctx, signal := context.WithCancel(t.Context())
	r, w := io.Pipe()
	defer w.Close()
	var out bytes.Buffer
	c := talk(t, &out)
	err := c.hold(ctx, func() (string, error) {
		signal()
		_, err := r.Read(make([]byte, 1))
		return "", err
	})
	if err != nil || out.Len() > 0 {
		t.Errorf("%v, %q", err, &out)
	}
}

// A follow-up is understood from the question before it.
func TestChatFollowUp(t *testing.T) {
	t.Parallel()
	c := talk(t, io.Discard)
	for _, line := range []string{"what is the diameter of an exosome", "and how are they counted?"} {
		if _, err := c.respond(t.Context(), style{}, line); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.reply.Passages) == 0 || c.reply.Passages[0].Passage.Ref.Section != "counting" {
		t.Errorf("got %+v, want the section on counting", c.reply.Passages)
	}
}

// The number of a suggestion opens it, and the others stay to be picked.
func TestChatPicksSuggestion(t *testing.T) {
	t.Parallel()
	c := talk(t, io.Discard)
	if out, err := c.respond(t.Context(), style{}, "1"); err != nil || !strings.HasPrefix(out, "There is nothing to choose from") {
		t.Errorf("with no list, 1 gives %q, %v", out, err)
	}
	if _, err := c.respond(t.Context(), style{}, "/topics"); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"2", "2"} { // the soup, its salt
		if _, err := c.respond(t.Context(), style{}, line); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.reply.Passages[0].Passage.Ref.Section; got != "salt" {
		t.Errorf("opened %s, want salt", got)
	}
	out, err := c.respond(t.Context(), style{}, "1")
	if err != nil || !strings.Contains(out, "Carrots, leeks and celery") {
		t.Errorf("after that, 1 gives %q, %v", out, err)
	}
	out, err = c.respond(t.Context(), style{}, "7")
	if want := "There is no number 7 here; the numbers go from 1 to 2.\n"; err != nil || out != want {
		t.Errorf("7 gives %q, %v", out, err)
	}
}

// Nothing that is typed reaches the terminal as a command to it.
func TestChatIsHarmless(t *testing.T) {
	t.Parallel()
	c := talk(t, io.Discard)
	for _, line := range []string{"/\x1b[2J", "\x1b[2J\u009b31m", "99\x1b"} {
		out, err := c.respond(t.Context(), style{}, line)
		if err != nil || strings.ContainsAny(out, "\x1b\u009b") {
			t.Errorf("%q gives %q, %v", line, out, err)
		}
	}
}
