package bot

import (
	"context"
	"testing"

	"exobot/knowledge"
)

func TestUnaddressed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"@exobot how big is an exosome":     "how big is an exosome",
		"Exobot, how big is an exosome":     "how big is an exosome",
		"hey bot how big is an exosome":     "how big is an exosome",
		"Hey, @ExoBot: how big are they":    "how big are they",
		"  exo bot - what is it made of":    "what is it made of",
		"@bot what is an EV":                "what is an EV",
		"hi exobot":                         "hi exobot",
		"exobot?":                           "exobot?",
		"bot, how big is it":                "how big is it",
		"bot cells?":                        "bot cells?",
		"bot or human?":                     "bot or human?",
		"exobots are what":                  "exobots are what",
		"is exobot a person":                "is exobot a person",
		"hey botox, what does it do":        "hey botox, what does it do",
		"":                                  "",
		"hallo exobot! was sind exosomen 🙂": "was sind exosomen 🙂",
	} {
		if got := unaddressed(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// What is looked up is the question, and what a glance looks at.
func TestAddressedQuestion(t *testing.T) {
	t.Parallel()
	var asked string
	b := newBot(t, shippedLibrary(t), func(_ context.Context, q knowledge.Query) (knowledge.Result, error) {
		asked = q.Text
		return knowledge.Result{}, nil
	})
	if _, err := b.Answer(t.Context(), Question{Text: "@exobot how big is an exosome"}); err != nil || asked != "how big is an exosome" {
		t.Errorf("looked up %q, %v", asked, err)
	}
	if g := b.Glance("hey exobot, how big is an exosome"); !g.Question || g.Normal != "how big is an exosome" {
		t.Errorf("a glance sees %+v", g)
	}
}
