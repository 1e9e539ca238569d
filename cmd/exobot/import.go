package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"exobot/knowledge"
	"exobot/knowledge/importer"
)

// importFile turns an article as people have it into an article of a pack.
type importFile struct {
	dir     string
	force   bool
	lang    string
	updated string
}

func importCommand() command {
	return command{
		name: "import", args: "FILE [-o DIR]",
		short: "turn a text, Markdown or HTML file into an article",
		help: `
Import reads an article and writes it as YAML, with its sections and headings, into the
pack in folder DIR, which is made if it is missing. Without -o the YAML goes to standard
output. The text is kept word for word. What was left out, such as menus and comment
forms, and what was assumed, is reported on standard error.`,
		examples: []string{
			"exobot import article.txt                 # look at what comes out",
			"exobot import article.html -o mypack      # make or extend a pack",
			"exobot check mypack                       # what could be better",
			"exobot ask --knowledge mypack what is it  # answer from it",
		},
		prepare: func(flags *flag.FlagSet) action {
			var i importFile
			flags.StringVar(&i.dir, "o", "", "write into the pack in folder `DIR`")
			flags.BoolVar(&i.force, "force", false, "replace an article of the same id")
			flags.StringVar(&i.lang, "lang", "", "language `TAG` of the article, if the file does not tell")
			flags.StringVar(&i.updated, "updated", "", "`DAY` of the article, such as 2026-11-23, if the file does not tell")
			return i.run
		},
	}
}

func (i *importFile) run(_ context.Context, c *console, args []string) error {
	switch {
	case len(args) == 0:
		return usagef("import", "there is no file; write its name behind the command, as in exobot import article.txt -o mypack")
	case len(args) > 1:
		return usagef("import", "import reads one file, but %q was given too", args[1])
	}
	if err := checkLanguage("import", "lang", i.lang); err != nil {
		return err
	}
	if _, err := parseDay(i.updated); err != nil {
		return usagef("import", "--updated: %w", err)
	}
	data, err := readArticle(args[0])
	if err != nil {
		return err
	}
	result, err := importer.Import(filepath.Base(args[0]), data, importer.Options{Lang: i.lang, Updated: i.updated})
	if err != nil {
		return err
	}
	article, err := packArticle(result.Article)
	if err != nil {
		return fmt.Errorf("import %q: %w", args[0], err)
	}
	if err := i.write(c, article); err != nil {
		return err
	}
	return reportImport(c.stderr, result)
}

// readArticle reads a file, but no more of it than the importer takes.
func readArticle(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, importer.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	return data, nil
}

// packArticle returns an imported article in the form of a pack.
func packArticle(from importer.Article) (*knowledge.Article, error) {
	day, err := parseDay(from.Updated)
	if err != nil {
		return nil, err
	}
	return &knowledge.Article{
		ID: knowledge.ArticleID(from.ID), Title: from.Title, Subtitle: from.Subtitle, Summary: from.Summary,
		Lang: from.Lang, Updated: day, Sections: packSections(from.Sections),
	}, nil
}

// parseDay reads a day such as 2026-11-23; the empty text is the zero time.
func parseDay(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a day such as 2026-11-23", s)
	}
	return day, nil
}

func packSections(from []importer.Section) []*knowledge.Section {
	var out []*knowledge.Section
	for _, s := range from {
		out = append(out, &knowledge.Section{
			ID: knowledge.SectionID(s.ID), Heading: s.Heading, Subtitle: s.Subtitle, Text: s.Text,
			Sections: packSections(s.Sections),
		})
	}
	return out
}

// write puts the article into the pack, or prints it if there is none.
func (i *importFile) write(c *console, a *knowledge.Article) error {
	if i.dir == "" {
		return knowledge.WriteArticle(c.stdout, a)
	}
	path, err := knowledge.SaveArticle(i.dir, a, knowledge.SaveOptions{Overwrite: i.force})
	if errors.Is(err, fs.ErrExist) && !i.force {
		return fmt.Errorf("%w; --force replaces it", err)
	}
	if err != nil {
		return err
	}
	sections := 0
	for range a.All() {
		sections++
	}
	return c.print(fmt.Sprintf("%s: %s, %s\n", cleanLine(path), cleanLine(a.Title), plural(sections, "section")))
}

// reportImport tells what was left out and what was assumed.
func reportImport(w io.Writer, r importer.Result) error {
	var b strings.Builder
	for _, d := range r.Dropped {
		fmt.Fprintf(&b, "left out (%s), line %d: %s\n", d.Reason, d.Line, shorten(cleanLine(d.Text), 100))
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", cleanLine(n))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("report on the import: %w", err)
	}
	return nil
}

// shorten cuts s to at most n characters.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
