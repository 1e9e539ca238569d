package index

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"exobot/knowledge"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	s := &speller{}
	for word, weight := range map[string]float64{
		"exosome": 2000, "vesicle": 900, "membrane": 200, "extracellular": 40, "isolation": 30, "protein": 300,
		"cargo": 20, "carga": 10, "markers": 8, "plasma": 150, "plasmb": 1, "cd63": 500, "cell": 800, "naïveté": 3, "heart's": 5,
		"antibodies": 12, "scalp": 15, "scale": 15,
	} {
		s.add(word, weight)
	}
	for _, test := range []struct {
		word, want string // "" means no repair
	}{
		// One slip.
		{"exsoome", "exosome"}, // two letters swapped
		{"vseicle", "vesicle"},
		{"exossome", "exosome"}, // one too many
		{"membranee", "membrane"},
		{"exosme", "exosome"},  // one missing
		{"rotein", "protein"},  // the first, too
		{"exozome", "exosome"}, // another one
		{"xxosome", "exosome"},
		{"cargp", "cargo"},
		// Two slips, in a long word or in one that the collection is full of.
		{"extracelulal", "extracellular"},
		{"izolatoin", "isolation"},
		{"antobodys", ""},
		{"exzosme", "exosome"},
		{"plazna", "plasma"},
		{"mbrkers", "markers"},
		{"mbrkrs", ""}, // two slips in a short and rare one
		{"zxtracelulal", ""},
		{"zksosome", ""}, // the first letter is right when two are wrong
		// Three slips are another word.
		{"extrxcelulal", ""},
		{"exzozme", ""},
		// The heavier of two equally near words; of equal ones the first by alphabet.
		{"cargi", "cargo"},
		{"plasmc", "plasma"},
		{"scalq", "scale"},
		// Too short to say.
		{"cel", ""}, {"cells", "cell"}, {"cwll", "cell"}, {"exo", ""}, {"", ""},
		// Codes are right or wrong.
		{"cd64", ""}, {"cd633", ""}, {"exos0me", ""}, {"protein1", ""},
		// Letters of other alphabets, accents, apostrophes.
		{"naivete", ""}, {"naïvete", "naïveté"}, {"эксосома", ""}, {"外泌体外泌体", ""}, {"hearts'", "heart's"}, {"haert's", "heart's"},
		// Far too long.
		{"exosomeexosomeexosomeexosomeexosomeexosomeexosomeexosome", ""},
	} {
		got, ok := s.nearest(test.word)
		if got != test.want || ok != (test.want != "") {
			t.Errorf("nearest(%q) = %q, %v; want %q", test.word, got, ok, test.want)
		}
	}
}

// Everyday English is right, however near it is to a word of the collection.
func TestEverydayWordsAreNotRepaired(t *testing.T) {
	t.Parallel()
	words := slices.Sorted(maps.Keys(englishWords()))
	if len(words) == 0 {
		t.Skip("english.txt holds no words")
	}
	s := &speller{}
	for _, w := range words {
		s.add(w+"q", glossaryWeight)
	}
	for _, w := range words {
		if got, ok := s.nearest(w); ok {
			t.Fatalf("nearest(%q) = %q", w, got)
		}
	}
	long := slices.IndexFunc(words, func(w string) bool { return len(w) > 6 && repairable(w) })
	if got, ok := s.nearest(words[long] + "x"); !ok {
		t.Errorf("nearest(%q) = %q: nothing is repaired, so the test says nothing", words[long]+"x", got)
	}
}

// TestRepairInQuestion looks at the words that are left of a question.
func TestRepairInQuestion(t *testing.T) {
	t.Parallel()
	lib := library(
		[]*knowledge.Concept{{Term: "membrane", Synonyms: []string{"lipid bilayer"}}},
		section("Wall", "The membrand of one paper, scrum of another, CD63 and CD9. Sonicated samples leak.", "why do samples leak"),
		section("Serum", "Blood serum holds many exosomes. Exosomes carry cargo. Exosomes are small."),
	)
	p := build(t, lib, Options{}).state.c.parser
	for _, test := range []struct {
		text string
		want []string
	}{
		{"scrum", []string{"scrum"}},                      // known, though serum is near
		{"serum", []string{"serum"}},                      //
		{"sreum", []string{"serum"}},                      //
		{"membranr", []string{"membrane"}},                // the glossary's word rather than a stray one
		{"membrand", []string{"membrand"}},                // which is known all the same
		{"lipid bilayre", []string{"lipid", "bilayer"}},   // words of the glossary are known
		{"exosoems", []string{"exosomes"}},                //
		{"sample leaking", []string{"sample", "leaking"}}, // other forms of known words are known
		{"cd63 cd64", []string{"cd63", "cd64"}},           //
		{"cd 63", []string{"cd63"}},                       // written apart
		{"CD-63?", []string{"cd63"}},                      //
		{"zzyzx", []string{"zzyzx"}},                      // nothing is near
	} {
		var got, want []string
		for _, w := range p.parse(test.text, "").words {
			got = append(got, stem(w))
		}
		for _, w := range test.want {
			want = append(want, stem(w))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", test.text, got, want)
		}
	}
}

// TestDistance compares the bounded distance with the definition, worked out in full.
func TestDistance(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"ab", "ba", 1}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ab", 1}, {"abcd", "badc", 2},
		{"größe", "grösse", 2}, {"größe", "große", 1}, {"ca", "abc", 3},
	} {
		if got := distance(test.a, test.b, 3); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
	rng := rand.New(rand.NewPCG(3, 3))
	word := func() string {
		w := make([]rune, 1+rng.IntN(7))
		for i := range w {
			w[i] = []rune("abcé")[rng.IntN(4)]
		}
		return string(w)
	}
	for range 5000 {
		a, b, limit := word(), word(), 1+rng.IntN(3)
		want := min(fullDistance([]rune(a), []rune(b)), limit+1)
		if got := distance(a, b, limit); got != want {
			t.Fatalf("distance(%q, %q, %d) = %d, want %d", a, b, limit, got, want)
		}
		if got := distance(b, a, limit); got != want {
			t.Fatalf("distance(%q, %q, %d) = %d, the other way round %d", b, a, limit, got, want)
		}
	}
}

// fullDistance is the optimal string alignment distance.
func fullDistance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestSplitCode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		word, letters, digits string
		ok                    bool
	}{
		{"mirna21", "mirna", "21", true},
		{"cd9", "cd", "9", true},
		{"21", "", "", false},
		{"mir21a", "", "", false},
		{"mirna", "", "", false},
		{"", "", "", false},
	} {
		letters, digits, ok := splitCode(test.word)
		if letters != test.letters || digits != test.digits || ok != test.ok {
			t.Errorf("splitCode(%q) = %q, %q, %v", test.word, letters, digits, ok)
		}
	}
}
