package index

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"exobot/knowledge"
)

// concepts is a small glossary with one of each sort of name.
var concepts = []*knowledge.Concept{
	{Term: "exosome", Definition: "A bubble.", Synonyms: []string{"exo"}, Misspellings: []string{"egzosome"},
		Names: map[string][]string{"de": {"Exosom"}, "fr": {"vésicule exosomale"}, "ja": {"エクソソーム"}, "zh-Hant": {"外泌體"}, "ko": {"엑소좀"}},
		Not:   []knowledge.Sense{{Term: "RNA exosome complex", Phrases: []string{"rna exosome", "exosome complex"}}}},
	{Term: "RNA exosome complex", Definition: "Breaks down RNA.", Synonyms: []string{"PM/Scl"}},
	{Term: "extracellular vesicle", Definition: "A bubble.", Synonyms: []string{"membrane vesicle"}, Abbreviations: []string{"EV", "EVs"}},
	{Term: "small EV", Definition: "A small one.", Abbreviations: []string{"sEV"}},
	{Term: "mesenchymal stem cell", Definition: "A cell.", Abbreviations: []string{"MSC", "MSCs"}},
	{Term: "stem cell", Definition: "A cell."},
	{Term: "blood-brain barrier", Definition: "A wall.", Abbreviations: []string{"BBB"}},
	{Term: "World Health Organization", Definition: "A body.", Abbreviations: []string{"WHO"}},
	{Term: "intravenous", Definition: "Into a vein.", Abbreviations: []string{"IV"}, Synonyms: []string{"drip"}},
	{Term: "miR-21", Definition: "A microRNA.", Synonyms: []string{"miRNA21", "microRNA 21"}},
	{Term: "price", Synonyms: []string{"cost", "how much"}, Names: map[string][]string{"de": {"Preis", "kosten"}, "ko": {"시술 비용"}}},
}

// glossaryParser knows the words of one section besides the glossary.
func glossaryParser(t *testing.T) *parser {
	return build(t, library(concepts,
		section("Everything", "Exosomes carry CD63, CD9 and miR-21. Extracellular vesicles of stem cells cross the blood-brain barrier at a price. Cells cost money.")), Options{}).state.c.parser
}

// namedConcepts returns the terms of the concepts that a question names.
func namedConcepts(q *question) string {
	var out []string
	for _, s := range q.slots {
		if s.concept >= 0 {
			out = append(out, concepts[s.concept].Term)
		}
	}
	return strings.Join(out, ", ")
}

func TestGlossaryFindsConcepts(t *testing.T) {
	t.Parallel()
	p := glossaryParser(t)
	for _, test := range []struct{ text, want string }{
		// Terms, synonyms, abbreviations, plurals.
		{"what is an exosome", "exosome"},
		{"are Exosomes alive", "exosome"},
		{"membrane vesicles", "extracellular vesicle"},
		{"membrane-vesicles", "extracellular vesicle"},
		{"EV", "extracellular vesicle"},
		{"what are evs?", "extracellular vesicle"},
		{"sEV", "small EV"},
		{"sEVs vs EVs", "small EV, extracellular vesicle"},
		{"MSC EV", "mesenchymal stem cell, extracellular vesicle"},
		{"MSC-EVs", "mesenchymal stem cell, extracellular vesicle"},
		{"egzosomes", "exosome"},
		// The longest phrase wins.
		{"mesenchymal stem cells", "mesenchymal stem cell"},
		{"stem cells", "stem cell"},
		{"blood brain barrier", "blood-brain barrier"},
		{"Blood–Brain Barriers", "blood-brain barrier"},
		{"bbb", "blood-brain barrier"},
		// An abbreviation that is also a common word has to stand in capitals.
		{"WHO", "World Health Organization"},
		{"what does the WHO say", "World Health Organization"},
		{"who says so", ""},
		{"Who says so", ""},
		{"an IV", "intravenous"},
		{"an iv drip", "intravenous"},
		// Numbers and hyphens.
		{"how does miR-21 work", "miR-21"},
		{"what is MIR 21", "miR-21"},
		{"mirna21", "miR-21"},
		{"microRNA-21", "miR-21"},
		{"what is miR-22", ""},
		// Namesakes.
		{"RNA exosome", "RNA exosome complex"},
		{"the exosome complex", "RNA exosome complex"},
		{"pm/scl", "RNA exosome complex"},
		{"exosome RNA", "exosome"},
		// Everyday words.
		{"how much is it", "price"},
		{"costs", "price"},
		// Misspelt names.
		{"exosmoe", "exosome"},
		{"mesenchimal", ""}, // half a name is none
		// Other languages.
		{"Was kosten die Exosome?", "price, exosome"},
		{"엑소좀 시술 비용", "exosome, price"},
		{"엑소좀 시술비용은?", "exosome, price"}, // with and without the space
		{"Exosomen", "exosome"},
		{"la vésicule exosomale est-elle petite ?", "exosome"},
		{"la vesicule exosomale est elle petite", "exosome"}, // without accents
		{"エクソソームとは", "exosome"},
		{"外泌體是什麼", "exosome"},
		{"엑소좀이 뭐예요", "exosome"},
		// Nothing.
		{"", ""},
		{"the of and", ""},
	} {
		if got := namedConcepts(p.parse(test.text, "")); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}

// TestGlossaryTerms looks at what is looked for, and how heavily.
func TestGlossaryTerms(t *testing.T) {
	t.Parallel()
	p := glossaryParser(t)
	for _, test := range []struct{ text, want string }{
		{"exosome", "exosom=1.0 exo=0.2"},
		{"EV", "extracellular=1.0 vesicl=1.0 membran=0.1"}, // which the collection never abbreviates
		{"price", "price=1.0 cost=0.1"},
		{"cost", "cost=1.0 price=0.5"},
		{"Exosomen Preis der die das", "exosom=1.0 exo=0.2 price=1.0 cost=0.1"},
	} {
		q := p.parse(test.text, "")
		var got []string
		for _, term := range q.terms {
			if w := fmt.Sprintf("%s=%.1f", term.stem, term.weight); !fillers()[term.stem] && term.slot >= 0 {
				got = append(got, w)
			}
		}
		for _, w := range strings.Fields(test.want) {
			if !slices.Contains(got, w) {
				t.Errorf("%q: got %v, want %s among them", test.text, got, w)
			}
		}
		if q.terms[0].weight < q.terms[len(q.terms)-1].weight {
			t.Errorf("%q: what was typed weighs less than what was added: %v", test.text, got)
		}
	}
}

// Said twice is said once: a concept named by two of its names takes one slot.
func TestConceptTakesOneSlot(t *testing.T) {
	t.Parallel()
	p := glossaryParser(t)
	for _, text := range []string{"exosome exosomes exosome", "extracellular vesicle (EV)", "MSC mesenchymal stem cells"} {
		if q := p.parse(text, ""); len(q.slots) != 1 {
			t.Errorf("%q: %d slots, want 1: %v", text, len(q.slots), q.words)
		}
	}
}

// A glossary without concepts finds nothing and breaks nothing.
func TestEmptyGlossary(t *testing.T) {
	t.Parallel()
	p := build(t, library(nil, section("Size", "Small.")), Options{}).state.c.parser
	for _, text := range []string{"EV", "Was sind Exosomen?", "エクソソームとは"} {
		if q := p.parse(text, ""); slices.ContainsFunc(q.slots, func(s slot) bool { return s.concept >= 0 }) {
			t.Errorf("%q: found a concept", text)
		}
	}
	empty := build(t, library([]*knowledge.Concept{{Term: "…"}, {Term: "the"}}, section("Size", "Small.")), Options{})
	ask(t, empty, knowledge.Query{Text: "the … the"})
}

// TestDefinition asks for the meaning of words that only the glossary explains.
func TestDefinition(t *testing.T) {
	t.Parallel()
	risk := &knowledge.Concept{Term: "risk", Definition: "A chance of harm."}
	ix := build(t, library(append(slices.Clone(concepts), risk), section("Storage", "Keep vesicles frozen.", "how do I keep them")), Options{})
	for _, test := range []struct {
		text     string
		articles []knowledge.ArticleID
		want     string // text of the answer; "" if there is none
	}{
		{"what is the RNA exosome?", nil, "Breaks down RNA."},
		{"what's an MSC", nil, "A cell."},
		{"what is a price", nil, ""}, // the glossary does not define it
		{"what is the RNA exosome?", []knowledge.ArticleID{"vesicles"}, ""},
		{"who found the RNA exosome", nil, ""}, // not for its meaning
		{"what is a zebra", nil, ""},
		{"what is a risk", nil, "A chance of harm."},
		{"what are the risks", nil, ""}, // whoever asks knows what a risk is
	} {
		res := ask(t, ix, knowledge.Query{Text: test.text, Articles: test.articles})
		switch {
		case test.want == "" && res.Answered:
			t.Errorf("%q: answered with %q", test.text, res.Matches[0].Passage.Text)
		case test.want == "":
		case !res.Answered || res.Matches[0].Passage.Text != test.want:
			t.Errorf("%q: got %v %v, want %q", test.text, res.Answered, res.Matches, test.want)
		case res.Matches[0].Passage.Ref.Article != knowledge.GlossaryArticle:
			t.Errorf("%q: it stands in %s", test.text, res.Matches[0].Passage.Ref)
		}
	}
}

// TestGlossaryOverThePack asks the shipped articles in words that only the glossary can
// bring to theirs.
func TestGlossaryOverThePack(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	for _, test := range []struct {
		text string
		want []string // any of them among the first three
	}{
		{"why do papers write sEV", []string{"exosome-vocabulary/why-small-ev", "exosome-vocabulary/exosome-versus-ev"}},
		{"can EVs cross the BBB", []string{"exosomes-and-the-brain/blood-brain-barrier"}},
		{"RNA exosome", []string{"exosome-look-alikes/rna-exosome"}},
		{"FDA clearance of exosomes", []string{"exosome-rules-in-the-united-states/fda-approval-status", "exosome-rules-in-the-united-states/registered-is-not-approved"}},
		{"PRP or exosomes", []string{"exosomes-compared-with-cells-and-prp/prp-or-exosomes", "exosomes-compared-with-cells-and-prp/prp-head-to-head"}},
		{"NTA", []string{"checking-exosomes/nanoparticle-tracking"}},
	} {
		if res := ask(t, ix, knowledge.Query{Text: test.text}); !found(res, test.want...) {
			t.Errorf("%q: got %v, want one of %v", test.text, sectionsOf(res), test.want)
		}
	}
}
