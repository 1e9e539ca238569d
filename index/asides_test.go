package index

import (
	"strings"
	"testing"

	"exobot/knowledge"
)

// What is said around a question is left out, and what a question is about is not.
func TestAsides(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"eli5 exosomes":                                          "exosomes",
		"ELI5: what are exosomes?":                               "what are exosomes",
		"could you eli5 how they work":                           "how they work",
		"explain exosomes like I'm 5":                            "explain exosomes",
		"explain to me like i am 12 how exosomes get into cells": "how exosomes get into cells",
		"explain what exosomes are":                              "explain what exosomes are",
		"can someone explain whether they work":                  "whether they work",
		"tl;dr on hair":                                          "hair",
		"exosomes in very simple terms please":                   "exosomes",
		"dumb question but are exosomes alive":                   "are exosomes alive",
		"hi all, i'm a total newbie here. are exosomes alive":    "are exosomes alive",
		"are exosomes alive? thanks in advance! have a nice day": "are exosomes alive",
		"not sure if this is the right channel but how big":      "how big",
		"how big, need this for my homework":                     "how big",
		"what's the deal with plant exosomes":                    "plant exosomes",
		"new exosome treatments":                                 "new exosome treatments",
		"do i need a test before the trial":                      "do i need a test before the trial",
		"what questions should i ask a clinic":                   "what questions should i ask a clinic",
		"is a morning or an evening serum better":                "is a morning or an evening serum better",
		"do exosomes help understand cancer":                     "do exosomes help understand cancer",
		"a random trial of 5 year old children":                  "a random trial of 5 year old children",
		"are exosomes explained by their cargo":                  "are exosomes explained by their cargo",
		"explain explain explain explain how":                    "explain how",
		"quick question":                                         "",
	} {
		var words []string
		for _, t := range withoutAsides(tokenize(text)) {
			words = append(words, t.word)
		}
		if got := strings.Join(words, " "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A question is answered the same with chatter around it, and chatter alone is none.
func TestAskedAmidChatter(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	const question = "how big is an exosome"
	want := ask(t, ix, knowledge.Query{Text: question})
	for _, text := range []string{
		"sorry if this has been asked before, " + question, "@mods " + question + " have a nice day",
		"eli5: " + question, question + " (in simple terms) thx in advance", "first time poster here. " + question,
	} {
		got := ask(t, ix, knowledge.Query{Text: text})
		if !got.Answered || got.Matches[0].Passage != want.Matches[0].Passage || got.Confidence != want.Confidence {
			t.Errorf("%q: got %v with confidence %.3f, want %v with %.3f", text, sectionsOf(got), got.Confidence, sectionsOf(want), want.Confidence)
		}
	}
	for _, text := range []string{"eli5", "in a nutshell", "thanks in advance, have a nice day"} {
		if got := ask(t, ix, knowledge.Query{Text: text}); got.Answered {
			t.Errorf("%q is answered with %v", text, sectionsOf(got))
		}
	}
}

// A question that a section lists is asked as it stands there.
func TestListedWithAside(t *testing.T) {
	t.Parallel()
	lib := tiny()
	section := lib.Articles[0].Sections[0]
	section.Questions = append(section.Questions, "vesicles in a nutshell")
	p := build(t, knowledge.New(*lib), Options{}).state.c.parser
	for text, want := range map[string]string{
		"Vesicles in a nutshell?": "vesicles in a nutshell",
		"storage in a nutshell":   "storage",
	} {
		if got := p.parse(text, "").text; got != want {
			t.Errorf("%q: read as %q, want %q", text, got, want)
		}
	}
}
