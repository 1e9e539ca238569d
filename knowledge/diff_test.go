package knowledge

import (
	"strings"
	"testing"
	"time"
)

func TestDiff(t *testing.T) {
	type sections = []*Section
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	old := New(Library{
		Pack: Pack{ID: "p", Title: "Pack", Version: "1"},
		Articles: []*Article{
			{ID: "gone", Title: "Gone", Lang: "en", Sections: sections{{ID: "a", Heading: "A", Text: "One."}}},
			{ID: "size", Title: "Size", Lang: "en", Updated: day(1), Sections: sections{
				{ID: "diameter", Heading: "Diameter", Text: "One. Two.", Evidence: Animal, Questions: []string{"a", "b"}, References: []ReferenceID{"r1"}},
				{ID: "weight", Heading: "Weight", Text: "One."},
				{ID: "colour", Heading: "Colour", Text: "One.\n\nTwo."},
				{ID: "more", Heading: "More", Text: "One.", Sections: sections{{ID: "sub", Heading: "Sub", Text: "One."}}},
			}},
		},
		References: []*Reference{{ID: "r1", Title: "Paper", DOI: "10.1/a"}, {ID: "r2", Title: "Other"}},
		Glossary:   []*Concept{{Term: "exosome", Synonyms: []string{"x", "y"}, Names: map[string][]string{"de": {"Exosom"}}}, {Term: "liposome"}},
		Words:      map[string][]Word{"es": {{"guardar", []string{"store"}}, {"tos", []string{"cough"}}}, "de": {{"Husten", []string{"cough"}}}},
		Uncovered:  []*Topic{{"eyes", []string{"eye drops", "cataract"}}, {"ears", []string{"ringing"}}},
		Lanes: Lanes{
			Rules:   []LaneRule{{Lane: LaneAdvice, Match: []*Pattern{pattern(t, "a")}}},
			Notices: map[string]map[string]string{"advice": {"en": "Ask."}},
		},
	})
	new := New(Library{
		Pack: Pack{ID: "p", Title: "Pack", Version: "2", Licence: "CC BY 4.0"},
		Articles: []*Article{
			{ID: "size", Title: "How big?", Lang: "en", Updated: day(2), Sections: sections{
				{ID: "diameter", Heading: "Diameter in nm", Text: "One. Three. Four.", Evidence: Laboratory, Questions: []string{"b", "a"}, References: []ReferenceID{"r1", "r3"}},
				{ID: "shape", Heading: "Shape", Text: "One. Two."},
				{ID: "sub", Heading: "Sub", Text: "One."},
				{ID: "more", Heading: "More", Text: "One.", Questions: []string{"c"}},
				{ID: "colour", Heading: "Colour", Text: "One. Two."},
			}},
			{ID: "new", Title: "New", Lang: "en", Sections: sections{{ID: "a", Heading: "A", Text: "One."}}},
		},
		References: []*Reference{{ID: "r3", Title: "Third", Year: 2024}, {ID: "r1", Title: "Paper", DOI: "10.1/b", Year: 2020}},
		Glossary:   []*Concept{{Term: "exosome", Synonyms: []string{"y", "z"}, Names: map[string][]string{"fr": {"exosome"}}, Not: []Sense{{Term: "complex"}}}, {Term: "vesicle"}},
		Words:      map[string][]Word{"es": {{"guardar", []string{"store", "keep"}}, {"tos", []string{"cough"}}}, "fr": {{"toux", []string{"cough"}}}},
		Uncovered:  []*Topic{{"teeth", []string{"toothpaste"}}, {"eyes", []string{"cataract"}}},
		Lanes: Lanes{
			Rules:   []LaneRule{{Lane: LaneAdvice, Match: []*Pattern{pattern(t, "b")}}, {Lane: LaneSmalltalk}},
			Notices: map[string]map[string]string{"advice": {"en": "Ask a doctor.", "de": "Frag."}},
		},
	})
	const want = `changed  pack: version "2", was "1"
changed  pack: licence "CC BY 4.0" added
removed  gone: article "Gone" with 1 section
changed  size: title "How big?", was "Size"
changed  size: updated "2026-11-02", was "2026-11-01"
changed  size: order of the sections
changed  size/diameter: heading "Diameter in nm", was "Diameter"
changed  size/diameter: evidence "laboratory", was "animal"
changed  size/diameter: text (2 sentences added, 1 removed)
changed  size/diameter: questions (order)
changed  size/diameter: references (r3 added)
added    size/shape: section "Shape" with 2 sentences
removed  size/weight: section "Weight" with 1 sentence
changed  size/sub: moved under "How big?"
changed  size/more: questions (1 question added)
changed  size/colour: text (spaces or paragraphs)
added    new: article "New" with 1 section
added    reference r3: Third. 2024.
changed  reference r1: year "2020" added
changed  reference r1: doi "10.1/b", was "10.1/a"
removed  reference r2: Other.
changed  concept exosome: synonyms (z added; x removed)
changed  concept exosome: names in de (Exosom removed)
changed  concept exosome: names in fr (exosome added)
changed  concept exosome: what it is told apart from
added    concept vesicle: in the glossary
removed  concept liposome: from the glossary
changed  words: in de (1 word removed)
changed  words: in es (1 word added, 1 removed)
changed  words: in fr (1 word added)
added    topic teeth: not covered, with 1 question
changed  topic eyes: questions (1 question removed)
removed  topic ears: not covered, with 1 question
changed  lane advice: rules (1 rule added, 1 removed)
changed  lane smalltalk: rules (1 rule added)
changed  notice advice: de (1 sentence added)
changed  notice advice: en (1 sentence added, 1 removed)
`
	var b strings.Builder
	for _, c := range Diff(old, new) {
		b.WriteString(c.String() + "\n")
	}
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
	for _, l := range []*Library{old, new, New(Library{})} {
		if changes := Diff(l, l); len(changes) > 0 {
			t.Errorf("a library differs from itself: %v", changes)
		}
	}
}
