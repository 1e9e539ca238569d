package bot

import (
	"bufio"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"exobot/knowledge"
)

// Messages of a writer who had seen neither rules nor examples show how many of those about
// somebody's own case are found, and how many others are taken for one; see surelyOwn.
func TestOwnCases(t *testing.T) {
	t.Parallel()
	sorter := NewSorter(shippedLibrary(t))
	f, err := os.Open("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	count, taken := map[string]int{}, map[string]int{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		kind, message, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			continue
		}
		count[kind]++
		if lane := sorter.sort(message).answered().lane; lane == knowledge.LaneAdvice || lane == knowledge.LaneEmergency {
			taken[kind]++
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		kind        string
		least, most float64
	}{{"own", 0.95, 1}, {"subject", 0, 0.12}, {"other", 0, 0.24}} {
		share := float64(taken[test.kind]) / float64(max(1, count[test.kind]))
		t.Logf("%s: %d of %d", test.kind, taken[test.kind], count[test.kind])
		if count[test.kind] == 0 || share < test.least || share > test.most {
			t.Errorf("%s: %d of %d are taken for somebody's own case, want a share from %.2f to %.2f", test.kind, taken[test.kind], count[test.kind], test.least, test.most)
		}
	}
}

// ownCases is a library with two rules, and with examples.
func ownCases(t *testing.T) *knowledge.Library {
	t.Helper()
	var own, other []string
	for _, what := range []string{"knee", "back", "hip", "skin", "hair", "heart", "eye", "foot"} {
		own = append(own, "should i get it for my "+what, what+" pain since monday, worth a try?", "is it safe for my bad "+what)
		other = append(other, "my teacher asks what it does to a "+what, "what did studies of the "+what+" find", "how is the "+what+" of a mouse treated")
	}
	return &knowledge.Library{Lanes: knowledge.Lanes{
		Rules: []knowledge.LaneRule{
			{Lane: knowledge.LaneAdvice, Lang: "en", Match: pattern(t, `\bmy\b`)},
			{Lane: knowledge.LaneCaution, Lang: "en", Match: pattern(t, `\btumour\b`)},
		},
		Notices:  map[string]map[string]string{"advice": {"en": "No advice."}, "caution": {"en": "Careful."}},
		Examples: map[knowledge.Lane][]string{knowledge.LaneAdvice: own, knowledge.LaneKnowledge: other},
	}}
}

// What no rule catches is somebody's own case once there is something to show, wherever that
// is asked, and what a rule catches stays what it is.
func TestOpinion(t *testing.T) {
	t.Parallel()
	story := "Exosomes are vesicles of 30 to 150 nm that cells release, which take proteins along. "
	for _, test := range []struct {
		message string
		lane    knowledge.Lane
		own     bool
	}{
		{"should i get it for my elbow", knowledge.LaneAdvice, false},
		{"my teacher asks what it does to a nerve", knowledge.LaneAdvice, false}, // the rule stands
		{"elbow pain since monday, worth a try?", knowledge.LaneKnowledge, true},
		{story + "elbow pain since monday, worth a try? " + story, knowledge.LaneKnowledge, true},
		{"tumour pain since monday, worth a try?", knowledge.LaneCaution, true},
		{"what did studies of the elbow find", knowledge.LaneKnowledge, false},
		{"what did studies of the tumour find", knowledge.LaneCaution, false},
		{"", knowledge.LaneKnowledge, false},
		{"🙂", knowledge.LaneKnowledge, false},
	} {
		got := NewSorter(ownCases(t)).sort(test.message)
		if got.lane != test.lane || got.own != test.own {
			t.Errorf("%q: lane %s, own %t, want %s, %t", test.message, got.lane, got.own, test.lane, test.own)
		}
		want := test.lane
		if test.own {
			want = knowledge.LaneAdvice
		}
		if lane := got.answered().lane; lane != want {
			t.Errorf("%q, answered: lane %s, want %s", test.message, lane, want)
		}
	}
}

// From a few examples, or of one kind only, nothing is learnt.
func TestOpinionOfFew(t *testing.T) {
	t.Parallel()
	for _, lane := range []knowledge.Lane{knowledge.LaneAdvice, knowledge.LaneKnowledge} {
		lib := ownCases(t)
		lib.Lanes.Examples[lane] = lib.Lanes.Examples[lane][:fewestExamples-1]
		if got := NewSorter(lib).sort("elbow pain since monday, worth a try?"); got.own {
			t.Errorf("with few examples of %s: %+v", lane, got)
		}
	}
}

// Whoever asks for himself gets the notice with what is found, or opened, or could not be
// looked for, though no rule says so, and a plain decline where nothing is found.
func TestOwnCaseAnswered(t *testing.T) {
	t.Parallel()
	lib := ownCases(t)
	section := &knowledge.Section{ID: "pain", Heading: "Pain", Text: "It is not known."}
	lib.Articles = []*knowledge.Article{{ID: "a", Title: "A", Sections: []*knowledge.Section{section}}}
	lib = knowledge.New(*lib)
	const message = "elbow pain since monday, worth a try?"
	for _, test := range []struct {
		what     string
		found    bool
		err      error
		topic    bool
		kind     Kind
		lane     knowledge.Lane
		passages int
	}{
		{what: "found", found: true, kind: KindAdvice, lane: knowledge.LaneAdvice, passages: 1},
		{what: "not found", kind: KindDecline, lane: knowledge.LaneKnowledge},
		{what: "search failed", err: errors.New("broken"), kind: KindAdvice, lane: knowledge.LaneAdvice},
		{what: "opened", topic: true, kind: KindAdvice, lane: knowledge.LaneAdvice, passages: 1},
	} {
		b := newBot(t, lib, func(ctx context.Context, q knowledge.Query) (knowledge.Result, error) {
			return knowledge.Result{Answered: test.found, Matches: []knowledge.Match{{Passage: &lib.Articles[0].Sections[0].Passages[0], Score: 1}}}, test.err
		})
		q := Question{Text: message}
		if test.topic {
			q.Topic = lib.Articles[0].Sections[0].Ref()
		}
		r, err := b.Answer(t.Context(), q)
		if err != nil || r.Kind != test.kind || r.Lane != test.lane || len(r.Passages) != test.passages || (r.Notice == "No advice.") != (test.kind == KindAdvice) {
			t.Errorf("%s: got %+v, %v, want %s", test.what, r, err, test.kind)
		}
		if !b.Glance(message).Advice {
			t.Errorf("%s: a glance does not see that it is somebody's own case", test.what)
		}
	}
}

// The same examples give the same opinion, and it does not change with what is asked.
func TestOpinionIsTheSame(t *testing.T) {
	t.Parallel()
	lib := ownCases(t)
	one, other := learnOpinion(lib), learnOpinion(lib)
	for range 2 {
		for _, text := range []string{"", "?", "...", "my", "should i get it for my elbow", "肘が痛い"} {
			a, b := one.probability(featuresOf(text)), other.probability(featuresOf(text))
			if a != b || !(a > 0 && a < 1) {
				t.Errorf("%q: %v and %v", text, a, b)
			}
			one.own(text)
		}
	}
}

func BenchmarkLearnOpinion(b *testing.B) {
	lib, err := shipped()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		learnOpinion(lib)
	}
}
