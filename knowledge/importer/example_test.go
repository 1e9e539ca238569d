package importer_test

import (
	"fmt"
	"log"

	"exobot/knowledge/importer"
)

func ExampleImport() {
	const text = `What are exosomes?

A short guide

Exosomes are small vesicles. Cells release them.

1. Size: How small is small?

Most measure 30 to 150 nanometres across.

2. Cargo

They carry proteins and RNA.

Leave a comment
`
	result, err := importer.Import("exosomes.txt", []byte(text), importer.Options{})
	if err != nil {
		log.Fatal(err)
	}
	a := result.Article
	fmt.Printf("%s: %s (%s)\n", a.ID, a.Title, a.Subtitle)
	for _, s := range a.Sections {
		fmt.Printf("%s: %s (%s): %s\n", s.ID, s.Heading, s.Subtitle, s.Text)
	}
	for _, d := range result.Dropped {
		fmt.Printf("line %d dropped, %s: %s\n", d.Line, d.Reason, d.Text)
	}
	// Output:
	// what-are-exosomes: What are exosomes? (A short guide)
	// introduction: Introduction (): Exosomes are small vesicles. Cells release them.
	// size: Size (How small is small?): Most measure 30 to 150 nanometres across.
	// cargo: Cargo (): They carry proteins and RNA.
	// line 15 dropped, comment form: Leave a comment
}
