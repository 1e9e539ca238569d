package knowledge

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Report tells an editor how large a library is, how it reads and what it rests on.
type Report struct {
	Pack       Pack
	Articles   int
	Sections   int // with text
	Passages   int
	Words      int
	Questions  int
	References int
	Concepts   int
	Names      map[string]int   // concepts that have a name in the language
	Foreign    map[string]int   // words of words.yaml in the language
	Topics     int              // that no section covers
	Uncovered  int              // questions of those
	Evidence   map[Evidence]int // sections with text, by kind
	English    int              // sections with English text, which have a school grade
	Hard       int              // of those, the ones over grade 10
	Hardest    []GradedSection  // up to five of them, the hardest first
	Oldest     *Article         // the article whose Updated lies furthest back; nil when none has one
}

// A GradedSection is a section with the school grade of its text.
type GradedSection struct {
	Ref   SectionRef
	Grade float64
}

// Check measures a library. It always succeeds; what is wrong with a pack is for
// [Load] to tell.
func Check(l *Library) *Report {
	r := &Report{
		Pack: l.Pack, Articles: len(l.Articles), References: len(l.References), Concepts: len(l.Glossary),
		Topics: len(l.Uncovered),
		Names:  map[string]int{}, Foreign: map[string]int{}, Evidence: map[Evidence]int{},
	}
	for _, c := range l.Glossary {
		for lang := range c.Names {
			r.Names[lang]++
		}
	}
	for lang, words := range l.Words {
		r.Foreign[lang] = len(words)
	}
	for _, t := range l.Uncovered {
		r.Uncovered += len(t.Questions)
	}
	for _, a := range l.Articles {
		if !a.Updated.IsZero() && (r.Oldest == nil || a.Updated.Before(r.Oldest.Updated)) {
			r.Oldest = a
		}
	}
	var hard []GradedSection
	grade := grader()
	for s := range l.Sections() {
		r.Questions += len(s.Questions)
		if s.Text == "" {
			continue
		}
		r.Sections++
		r.Passages += len(s.Passages)
		r.Words += Words(s.Text)
		r.Evidence[s.Evidence]++
		if isEnglish(s.Article.Lang) {
			r.English++
			if g := grade(s.Text); g > hardGrade {
				hard = append(hard, GradedSection{s.Ref(), g})
			}
		}
	}
	slices.SortStableFunc(hard, func(a, b GradedSection) int { return cmp.Compare(b.Grade, a.Grade) })
	r.Hard = len(hard)
	r.Hardest = hard[:min(5, len(hard))]
	return r
}

// WriteTo writes the report in plain words, one fact a line.
func (r *Report) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s, version %s)\n", r.Pack.Title, r.Pack.ID, r.Pack.Version)
	fmt.Fprintf(&b, "  %s, %s with text, %s, %s\n", count(r.Articles, "article"), count(r.Sections, "section"),
		count(r.Passages, "passage"), count(r.Words, "word"))
	fmt.Fprintf(&b, "  %s, %s\n", count(r.Questions, "question"), count(r.References, "reference"))
	fmt.Fprintf(&b, "  %s in the glossary%s\n", count(r.Concepts, "concept"), listed("; named in ", r.Names))
	if len(r.Foreign) > 0 {
		fmt.Fprintf(&b, "  words of other languages: %s\n", listed("", r.Foreign))
	}
	if r.Topics > 0 {
		fmt.Fprintf(&b, "  %s in %s not covered\n", count(r.Uncovered, "question"), count(r.Topics, "topic"))
	}
	if r.Sections > 0 {
		fmt.Fprintf(&b, "  evidence:%s\n", r.evidence())
	}
	if r.English > 0 {
		fmt.Fprintf(&b, "  %d of %s in English (%.0f %%) read over school grade %d\n",
			r.Hard, count(r.English, "section"), 100*float64(r.Hard)/float64(r.English), hardGrade)
	}
	for _, h := range r.Hardest {
		fmt.Fprintf(&b, "    %4.1f  %s\n", h.Grade, h.Ref)
	}
	if r.Oldest != nil {
		fmt.Fprintf(&b, "  oldest article: %s, updated %s\n", r.Oldest.ID, r.Oldest.Updated.Format(time.DateOnly))
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// evidence lists how many sections there are of each kind, from the firmest down.
func (r *Report) evidence() string {
	var parts []string
	for _, kind := range append(slices.Clone(EvidenceKinds), Unassessed) {
		if n := r.Evidence[kind]; n > 0 {
			parts = append(parts, fmt.Sprintf(" %s %d", cmp.Or(string(kind), "not assessed"), n))
		}
	}
	return strings.Join(parts, ",")
}

// listed returns "de 12, es 9" behind lead, or "" when there is nothing to list.
func listed(lead string, counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, counts[name]))
	}
	if parts == nil {
		return ""
	}
	return lead + strings.Join(parts, ", ")
}

// count returns the number with its thing, in the plural where that is due.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
