package index

import (
	"math/rand/v2"
	"testing"
)

func TestSpeller(t *testing.T) {
	t.Parallel()
	s := &speller{}
	for word, weight := range map[string]float64{
		"exosome": 2000, "vesicle": 900, "membrane": 200, "extracellular": 40, "isolation": 30, "protein": 300,
		"cargo": 20, "carga": 10, "markers": 8, "plasma": 150, "plasmb": 1, "cd63": 500, "cell": 800, "naïveté": 3, "heart's": 5,
		"antibodies": 12, "scalp": 15, "scale": 15, "time": 60, "item": 90, "lose": 30, "loss": 40, "ski": 3,
	} {
		s.add(word, weight)
	}
	s.addAs("pregnacy", "pregnancy", 50)
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
		{"plasmc", "plasma"},
		{"scalq", "scale"},
		// A likely slip rather than an odd one, whatever the weights.
		{"tiem", "time"},   // the first letter is right
		{"lsoe", "lose"},   // swapped
		{"cargi", "cargo"}, // neighbours, and vowels
		// A known misspelling that is misspelt stands for what was meant.
		{"prgnacy", "pregnancy"},
		// Three letters: only a likely slip in a frequent word.
		{"cel", "cell"}, {"cll", "cell"}, {"tme", ""}, {"exo", ""}, {"", ""}, {"ce", ""},
		{"cells", "cell"}, {"cwll", "cell"},
		// Codes are right or wrong.
		{"cd64", ""}, {"cd633", ""},
		// Letters of other alphabets, accents, apostrophes.
		{"naivete", ""}, {"naïvete", "naïveté"}, {"эксосома", ""}, {"外泌体外泌体", ""}, {"hearts'", "heart's"}, {"haert's", "heart's"},
		// Another thing that is named after ours.
		{"exosomitis", ""}, {"fibroblastoma", ""}, {"exosomosis", ""},
		{"tetraspanex", ""}, {"ectosomia", ""}, {"antibodix", ""},
		// Far too long.
		{"exosomeexosomeexosomeexosomeexosomeexosomeexosomeexosome", ""},
	} {
		got, ok := s.slipOf(test.word, company{})
		if !ok {
			got, ok = s.slipsOf(test.word, company{})
		}
		if got != test.want || ok != (test.want != "") {
			t.Errorf("%q: got %q, %v; want %q", test.word, got, ok, test.want)
		}
	}
}

// The words beside a word decide between equally likely ones.
func TestSpellerHeedsCompany(t *testing.T) {
	t.Parallel()
	s := &speller{}
	s.add("loss", 40)
	s.add("lose", 30)
	for _, test := range []struct{ company, want string }{{"", "loss"}, {"loss", "loss"}, {"lose", "lose"}} {
		got, _ := s.slipOf("losq", company{func(word string) float64 {
			if word == test.company {
				return mostFor
			}
			return 0
		}, mostFor})
		if got != test.want {
			t.Errorf("beside %q: got %q, want %q", test.company, got, test.want)
		}
	}
}

// Everyday English is what a misspelt word is repaired to, unless a word of the collection
// is likelier.
func TestSpellerKnowsEverydayWords(t *testing.T) {
	t.Parallel()
	s := &speller{more: everydaySpeller}
	s.add("kelp", 5)
	for word, want := range map[string]string{"abandno": "abandon", "kepl": "kelp", "abzndonez": "abandoned"} {
		got, ok := s.slipOf(word, company{})
		if !ok {
			got, _ = s.slipsOf(word, company{})
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestSlip(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		typed, meant string
		cost         float64 // 0: no slip, or more than one
	}{
		{"clel", "cell", slipSwap}, {"ecll", "cell", slipSwap + slipFirst},
		{"cel", "cell", slipNear}, {"ell", "cell", slipNear + slipFirst},
		{"ceell", "cell", slipNear}, {"celpl", "cell", slipNear}, {"ceqll", "cell", slipOdd}, {"qcell", "cell", slipOdd + slipFirst},
		{"cekl", "cell", slipNear}, {"cill", "cell", slipNear}, {"cezl", "cell", slipOdd}, {"vell", "cell", slipNear + slipFirst},
		{"cells", "cell", slipOdd}, {"größe", "große", slipOdd},
		{"cell", "cell", 0}, {"cxlx", "cell", 0}, {"ce", "cell", 0}, {"lecl", "cell", 0}, {"", "cell", 0}, {"", "c", slipNear + slipFirst},
	} {
		got, ok := slip([]rune(test.typed), test.meant)
		if ok != (test.cost != 0) || ok && got != test.cost {
			t.Errorf("slip(%q, %q) = %v, %v; want %v", test.typed, test.meant, got, ok, test.cost)
		}
	}
}

// TestSlipIsOneEdit compares slip with the distance.
func TestSlipIsOneEdit(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 5))
	word := func() []rune {
		w := make([]rune, 1+rng.IntN(6))
		for i := range w {
			w[i] = []rune("abcé")[rng.IntN(4)]
		}
		return w
	}
	for range 5000 {
		a, b := word(), word()
		if _, ok := slip(a, string(b)); ok != (fullDistance(a, b) == 1) {
			t.Fatalf("slip(%q, %q) = %v", string(a), string(b), ok)
		}
	}
}

func TestNearKeys(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b rune
		want bool
	}{
		{'a', 'a', true}, {'a', 's', true}, {'a', 'd', false}, {'a', 'q', true}, {'a', 'w', true}, {'a', 'z', true}, {'a', 'x', false},
		{'g', 't', true}, {'g', 'y', true}, {'g', 'v', true}, {'g', 'b', true}, {'g', 'r', false}, {'g', 'n', false}, {'q', 'z', false}, {'é', 'e', false},
	} {
		if nearKeys(test.a, test.b) != test.want || nearKeys(test.b, test.a) != test.want {
			t.Errorf("nearKeys(%q, %q) is not %v both ways", test.a, test.b, test.want)
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
