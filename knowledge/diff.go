package knowledge

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// A Change is one thing that a new version of a pack has different from an old one.
type Change struct {
	Kind   string // "added", "changed" or "removed"
	What   string // the thing: "exosome-size/diameter", "reference welsh-2024"
	Detail string // what it is or what has changed, in words
}

// String returns the change in one line.
func (c Change) String() string { return fmt.Sprintf("%-7s  %s: %s", c.Kind, c.What, c.Detail) }

// Diff says in words what has changed from the old library to the new one, in the order
// in which the new one reads; what was removed stands where it was. Equal libraries
// give none.
func Diff(old, new *Library) []Change {
	d := &differ{}
	d.pack(old.Pack, new.Pack)
	compare(old.Articles, new.Articles, func(a *Article) ArticleID { return a.ID }, d.article)
	compare(old.References, new.References, func(r *Reference) ReferenceID { return r.ID }, d.reference)
	compare(old.Glossary, new.Glossary, func(c *Concept) string { return c.Term }, d.concept)
	for _, lang := range keysOfBoth(old.Words, new.Words) {
		d.list("words", "in "+lang, "word", wordTexts(old.Words[lang]), wordTexts(new.Words[lang]))
	}
	compare(old.Uncovered, new.Uncovered, func(t *Topic) string { return t.Name }, d.topic)
	d.lanes(old.Lanes, new.Lanes)
	return d.changes
}

type differ struct{ changes []Change }

func (d *differ) add(kind, what, format string, args ...any) {
	d.changes = append(d.changes, Change{kind, what, fmt.Sprintf(format, args...)})
}

// compare calls each for the things of both lists in reading order. The old one is nil
// when the thing was added, the new one when it was removed.
func compare[T any, K comparable](old, new []*T, key func(*T) K, each func(old, new *T)) {
	before, after := positions(old, key), positions(new, key)
	next := 0 // the first of old that has not been passed
	removedUntil := func(end int) {
		for ; next < end; next++ {
			if _, kept := after[key(old[next])]; !kept {
				each(old[next], nil)
			}
		}
	}
	for _, n := range new {
		i, kept := before[key(n)]
		if !kept {
			each(nil, n)
			continue
		}
		removedUntil(i)
		each(old[i], n)
	}
	removedUntil(len(old))
}

func positions[T any, K comparable](list []*T, key func(*T) K) map[K]int {
	m := make(map[K]int, len(list))
	for i, x := range list {
		m[key(x)] = i
	}
	return m
}

func (d *differ) pack(old, new Pack) {
	d.value("pack", "id", old.ID, new.ID)
	d.value("pack", "title", old.Title, new.Title)
	d.value("pack", "version", old.Version, new.Version)
	d.value("pack", "licence", old.Licence, new.Licence)
	d.text("pack", "note", old.Note, new.Note)
	d.value("pack", "base_url", old.BaseURL, new.BaseURL)
}

func (d *differ) article(old, new *Article) {
	switch {
	case old == nil:
		d.add("added", string(new.ID), "article %q with %s", new.Title, count(len(sectionsOf(new)), "section"))
		return
	case new == nil:
		d.add("removed", string(old.ID), "article %q with %s", old.Title, count(len(sectionsOf(old)), "section"))
		return
	}
	what := string(new.ID)
	d.value(what, "title", old.Title, new.Title)
	d.value(what, "subtitle", old.Subtitle, new.Subtitle)
	d.text(what, "summary", old.Summary, new.Summary)
	d.value(what, "lang", old.Lang, new.Lang)
	d.value(what, "updated", day(old.Updated), day(new.Updated))
	before, after := sectionsOf(old), sectionsOf(new)
	if reordered(before, after) {
		d.add("changed", what, "order of the sections")
	}
	oldParent, newParent := parentsOf(old), parentsOf(new)
	compare(before, after, func(s *Section) SectionID { return s.ID }, func(o, n *Section) {
		if o != nil && n != nil && oldParent[n.ID] != newParent[n.ID] {
			d.add("changed", n.Ref().String(), "moved under %q", n.Trail[len(n.Trail)-2])
		}
		d.section(o, n)
	})
}

// parentsOf returns for each subsection of a the section that it belongs to.
func parentsOf(a *Article) map[SectionID]SectionID {
	parents := map[SectionID]SectionID{}
	for s := range a.All() {
		for _, sub := range s.Sections {
			parents[sub.ID] = s.ID
		}
	}
	return parents
}

func sectionsOf(a *Article) []*Section { return slices.Collect(a.All()) }

// reordered reports whether the sections that both lists have stand in another order.
func reordered(old, new []*Section) bool {
	before := positions(old, func(s *Section) SectionID { return s.ID })
	last := -1
	for _, s := range new {
		if i, kept := before[s.ID]; kept {
			if i < last {
				return true
			}
			last = i
		}
	}
	return false
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func (d *differ) section(old, new *Section) {
	switch {
	case old == nil:
		d.add("added", new.Ref().String(), "section %q with %s", new.Heading, count(len(Sentences(new.Text)), "sentence"))
		return
	case new == nil:
		d.add("removed", old.Ref().String(), "section %q with %s", old.Heading, count(len(Sentences(old.Text)), "sentence"))
		return
	}
	what := new.Ref().String()
	d.value(what, "heading", old.Heading, new.Heading)
	d.value(what, "subtitle", old.Subtitle, new.Subtitle)
	d.value(what, "evidence", string(old.Evidence), string(new.Evidence))
	d.text(what, "text", old.Text, new.Text)
	d.list(what, "questions", "question", old.Questions, new.Questions)
	names(d, what, "references", old.References, new.References)
}

func (d *differ) reference(old, new *Reference) {
	switch {
	case old == nil:
		d.add("added", "reference "+string(new.ID), "%s", new.Citation())
		return
	case new == nil:
		d.add("removed", "reference "+string(old.ID), "%s", old.Citation())
		return
	}
	what := "reference " + string(new.ID)
	d.value(what, "authors", old.Authors, new.Authors)
	d.value(what, "title", old.Title, new.Title)
	d.value(what, "container", old.Container, new.Container)
	d.value(what, "year", year(old.Year), year(new.Year))
	d.value(what, "doi", old.DOI, new.DOI)
	d.value(what, "pmid", old.PMID, new.PMID)
	d.value(what, "url", old.URL, new.URL)
	d.value(what, "checked", old.Checked, new.Checked)
}

func year(y int) string {
	if y == 0 {
		return ""
	}
	return fmt.Sprint(y)
}

func (d *differ) concept(old, new *Concept) {
	switch {
	case old == nil:
		d.add("added", "concept "+new.Term, "in the glossary")
		return
	case new == nil:
		d.add("removed", "concept "+old.Term, "from the glossary")
		return
	}
	what := "concept " + new.Term
	d.text(what, "definition", old.Definition, new.Definition)
	names(d, what, "synonyms", old.Synonyms, new.Synonyms)
	names(d, what, "abbreviations", old.Abbreviations, new.Abbreviations)
	names(d, what, "misspellings", old.Misspellings, new.Misspellings)
	for _, lang := range keysOfBoth(old.Names, new.Names) {
		names(d, what, "names in "+lang, old.Names[lang], new.Names[lang])
	}
	if !reflect.DeepEqual(old.Not, new.Not) {
		d.add("changed", what, "what it is told apart from")
	}
}

func (d *differ) topic(old, new *Topic) {
	switch {
	case old == nil:
		d.add("added", "topic "+new.Name, "not covered, with %s", count(len(new.Questions), "question"))
	case new == nil:
		d.add("removed", "topic "+old.Name, "not covered, with %s", count(len(old.Questions), "question"))
	default:
		d.list("topic "+new.Name, "questions", "question", old.Questions, new.Questions)
	}
}

// wordTexts returns each word with its English in one text, as words.yaml has it.
func wordTexts(words []Word) []string {
	var texts []string
	for _, w := range words {
		texts = append(texts, w.String())
	}
	return texts
}

func (d *differ) lanes(old, new Lanes) {
	before, after := rulesByLane(old), rulesByLane(new)
	for _, lane := range allLanes {
		d.list("lane "+string(lane), "rules", "rule", before[lane], after[lane])
		d.list("lane "+string(lane), "examples", "example", old.Examples[lane], new.Examples[lane])
	}
	for _, name := range keysOfBoth(old.Notices, new.Notices) {
		for _, lang := range keysOfBoth(old.Notices[name], new.Notices[name]) {
			d.text("notice "+name, lang, old.Notices[name][lang], new.Notices[name][lang])
		}
	}
}

// rulesByLane returns the rules of each lane, each written out in one text.
func rulesByLane(l Lanes) map[Lane][]string {
	rules := map[Lane][]string{}
	for _, r := range l.Rules {
		rules[r.Lane] = append(rules[r.Lane], fmt.Sprint(r.Lang, r.Notice, r.Match, r.Needs, r.Unless))
	}
	return rules
}

func keysOfBoth[V any](a, b map[string]V) []string {
	both := maps.Clone(a)
	if both == nil {
		both = map[string]V{}
	}
	maps.Copy(both, b)
	return slices.Sorted(maps.Keys(both))
}

// value notes a changed field that fits on a line.
func (d *differ) value(what, field, old, new string) {
	switch {
	case old == new:
	case old == "":
		d.add("changed", what, "%s %q added", field, new)
	case new == "":
		d.add("changed", what, "%s %q removed", field, old)
	default:
		d.add("changed", what, "%s %q, was %q", field, new, old)
	}
}

// text notes a changed text by its sentences.
func (d *differ) text(what, field, old, new string) {
	before, after := sentencesOf(old), sentencesOf(new)
	d.list(what, field, "sentence", before, after)
	if old != new && slices.Equal(before, after) {
		d.add("changed", what, "%s (spaces or paragraphs)", field)
	}
}

func sentencesOf(text string) []string {
	var list []string
	for _, s := range Sentences(text) {
		list = append(list, s.Of(text))
	}
	return list
}

// list notes how many things of a list were added and removed, or that their order is
// another.
func (d *differ) list(what, field, thing string, old, new []string) {
	added, removed := without(new, old), without(old, new)
	switch {
	case slices.Equal(old, new):
	case len(added) > 0 && len(removed) > 0:
		d.add("changed", what, "%s (%s added, %d removed)", field, count(len(added), thing), len(removed))
	case len(added) > 0:
		d.add("changed", what, "%s (%s added)", field, count(len(added), thing))
	case len(removed) > 0:
		d.add("changed", what, "%s (%s removed)", field, count(len(removed), thing))
	default:
		d.add("changed", what, "%s (order)", field)
	}
}

// names notes which things of a list were added and removed.
func names[T ~string](d *differ, what, field string, old, new []T) {
	a, b := asStrings(old), asStrings(new)
	var parts []string
	if added := without(b, a); len(added) > 0 {
		parts = append(parts, strings.Join(added, ", ")+" added")
	}
	if removed := without(a, b); len(removed) > 0 {
		parts = append(parts, strings.Join(removed, ", ")+" removed")
	}
	switch {
	case len(parts) > 0:
		d.add("changed", what, "%s (%s)", field, strings.Join(parts, "; "))
	case !slices.Equal(a, b):
		d.add("changed", what, "%s (order)", field)
	}
}

func asStrings[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// without returns what is in list and not, or not as often, in other.
func without(list, other []string) []string {
	left := map[string]int{}
	for _, s := range other {
		left[s]++
	}
	var rest []string
	for _, s := range list {
		if left[s]--; left[s] < 0 {
			rest = append(rest, s)
		}
	}
	return rest
}
