package knowledge_test

import (
	"fmt"
	"os"
	"testing/fstest"

	"exobot/knowledge"
)

func ExampleLoad() {
	lib, _, err := knowledge.Load(os.DirFS("testdata/good"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for p := range lib.Passages() {
		fmt.Println(p.ID(), p.Trail)
	}
	// Output:
	// exosome-size/diameter#0 [How big are exosomes? Diameter in nanometres]
}

func ExampleLoad_problems() {
	_, problems, _ := knowledge.Load(fstest.MapFS{
		"pack.yaml":       {Data: []byte("id: p\ntitel: Pack\nversion: 1\n")},
		"articles/a.yaml": {Data: []byte("id: a\ntitle: A\nsections:\n  - heading: One\n    text: Some words.\n")},
	})
	for _, p := range problems.Errors() {
		fmt.Println(p)
	}
	// Output:
	// articles/a.yaml:4: error: the section has no id: add id: and a short name such as my-id
	// pack.yaml:1: error: the pack has no title: add title: and its name in words
	// pack.yaml:2: error: the pack has no key "titel": did you mean "title"?
}

func ExampleSentences() {
	text := "Exosomes are small, e.g. 0.1 µm across. Are they safe? Nobody knows yet."
	for _, s := range knowledge.Sentences(text) {
		fmt.Println(s.Of(text))
	}
	// Output:
	// Exosomes are small, e.g. 0.1 µm across.
	// Are they safe?
	// Nobody knows yet.
}
