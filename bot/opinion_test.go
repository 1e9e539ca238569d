package bot

import (
	"bufio"
	"context"
	"os"
	"strings"
	"testing"

	"exobot/knowledge"
)

// Messages of a writer who had seen neither rules nor examples show how many of those about
// somebody's own case are found, and how many others are taken for one. The rules alone find
// 92 of the 100, and take 21 of the 200 and 9 of the 60.
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
	}{{"own", 0.94, 1}, {"subject", 0, 0.1}, {"other", 0, 0.2}} {
		share := float64(taken[test.kind]) / float64(max(1, count[test.kind]))
		t.Logf("%s: %d of %d", test.kind, taken[test.kind], count[test.kind])
		if count[test.kind] == 0 || share < test.least || share > test.most {
			t.Errorf("%s: %d of %d are taken for somebody's own case, want a share from %.2f to %.2f", test.kind, taken[test.kind], count[test.kind], test.least, test.most)
		}
	}
}

// ownCases is a library with a rule, and with examples by which it is told apart.
func ownCases(t *testing.T) *knowledge.Library {
	t.Helper()
	match, err := knowledge.ParsePattern(`\bmy\b`)
	if err != nil {
		t.Fatal(err)
	}
	var own, other []string
	for _, what := range []string{"knee", "back", "hip", "skin", "hair", "heart", "eye", "foot"} {
		own = append(own, "should i get it for my "+what, what+" pain since monday, worth a try?", "is it safe for my bad "+what)
		other = append(other, "my teacher asks what it does to a "+what, "what did studies of the "+what+" find", "how is the "+what+" of a mouse treated")
	}
	return &knowledge.Library{Lanes: knowledge.Lanes{
		Rules:    []knowledge.LaneRule{{Lane: knowledge.LaneAdvice, Lang: "en", Match: []*knowledge.Pattern{match}}},
		Examples: map[knowledge.Lane][]string{knowledge.LaneAdvice: own, knowledge.LaneKnowledge: other},
	}}
}

// A rule for English is overruled by what is learnt from the examples, and what it misses is
// somebody's own case once there is something to show.
func TestOpinion(t *testing.T) {
	t.Parallel()
	lib := ownCases(t)
	for _, test := range []struct {
		message string
		lane    knowledge.Lane
		own     bool
	}{
		{"should i get it for my elbow", knowledge.LaneAdvice, false},
		{"my teacher asks what it does to a nerve", knowledge.LaneKnowledge, false},
		{"elbow pain since monday, worth a try?", knowledge.LaneKnowledge, true},
		{"what did studies of the elbow find", knowledge.LaneKnowledge, false},
	} {
		got := NewSorter(lib).sort(test.message)
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
	lib.Lanes.Rules[0].Lang = "de"
	if got := NewSorter(lib).sort("my teacher asks what it does to a nerve").lane; got != knowledge.LaneAdvice {
		t.Errorf("a rule for German: lane %s, want it to stand", got)
	}
	lib.Lanes.Examples = nil
	if got := NewSorter(lib).sort("my teacher asks what it does to a nerve").lane; got != knowledge.LaneAdvice {
		t.Errorf("without examples: lane %s, want the rule to stand", got)
	}
}

// Whoever asks for himself gets the notice with what is found, though no rule says so, and a
// plain decline where nothing is.
func TestOwnCaseAnswered(t *testing.T) {
	t.Parallel()
	lib := ownCases(t)
	lib.Lanes.Notices = map[string]map[string]string{"advice": {"en": "No advice."}}
	section := &knowledge.Section{ID: "pain", Heading: "Pain", Text: "It is not known."}
	lib.Articles = []*knowledge.Article{{ID: "a", Title: "A", Sections: []*knowledge.Section{section}}}
	lib = knowledge.New(*lib)
	for _, found := range []bool{true, false} {
		b := newBot(t, lib, func(ctx context.Context, q knowledge.Query) (knowledge.Result, error) {
			return knowledge.Result{Answered: found, Matches: []knowledge.Match{{Passage: &lib.Articles[0].Sections[0].Passages[0], Score: 1}}}, nil
		})
		r, err := b.Answer(t.Context(), Question{Text: "elbow pain since monday, worth a try?"})
		want := KindDecline
		if found {
			want = KindAdvice
		}
		if err != nil || r.Kind != want || (r.Notice == "No advice.") != found || (len(r.Passages) > 0) != found {
			t.Errorf("found %t: got %+v, %v, want %s", found, r, err, want)
		}
	}
}

// The same examples give the same opinion, whatever is asked in between.
func TestOpinionIsTheSame(t *testing.T) {
	t.Parallel()
	lib := ownCases(t)
	for _, text := range []string{"", "?", "...", "my", "should i get it for my elbow", "肘が痛い"} {
		a, b := learnOpinion(lib).own(text), learnOpinion(lib).own(text)
		if a != b || !(a > 0 && a < 1) {
			t.Errorf("%q: %v and %v", text, a, b)
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
