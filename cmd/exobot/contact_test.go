package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"exobot/bot/discord"
	"exobot/knowledge"
)

func TestContact(t *testing.T) {
	t.Parallel()
	var got string
	set := oneLineOf(&got, maxContact)
	if err := set("mods@example.org"); err != nil || got != "mods@example.org" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, bad := range []string{"two\nlines", strings.Repeat("é", maxContact+1)} {
		if err := set(bad); err == nil {
			t.Errorf("%.20q was taken", bad)
		}
	}
}

// What members write stays out of the log.
func TestFeedbackLog(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	l := feedbackLog{slog.New(slog.NewTextHandler(&out, nil))}
	f := discord.Feedback{Section: knowledge.SectionRef{Article: "exosome-size", Section: "diameter"}, Guild: "80351110224678912", Reason: "my own words"}
	if err := l.Record(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	line := out.String()
	for _, want := range []string{"section=exosome-size/diameter", "helpful=false"} {
		if !strings.Contains(line, want) {
			t.Errorf("the log lacks %s: %s", want, line)
		}
	}
	if strings.Contains(line, f.Reason) || strings.Contains(line, f.Guild) {
		t.Errorf("the log tells too much: %s", line)
	}
}
