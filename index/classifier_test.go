package index

import (
	"math"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"exobot/knowledge"
)

// classOf returns the group that the classifier holds for the likeliest, and its
// probability.
func classOf(c *Collection, text string) (group uint32, p float64) {
	scores := make([]float32, c.classes.classes)
	c.classes.sum(c.classes.vector(&c.questions, c.parser.parse(text, "")), scores)
	for n := range uint32(c.classes.classes) {
		if q, _ := c.classes.probability(scores, n, nil); q > p {
			group, p = n, q
		}
	}
	return group, p
}

func TestClassifier(t *testing.T) {
	t.Parallel()
	lib := tiny()
	lib.Uncovered = []*knowledge.Topic{{Name: "pets", Questions: []string{"can i give exosomes to my goldfish", "exosomes for hamsters", "goldfish exosomes"}}}
	c := build(t, lib, Options{}).state.c
	groupOf := func(text string) uint32 {
		g, _ := classOf(c, text)
		return g
	}
	for _, test := range []struct{ text, line string }{
		{"how big are they", "how big is an exosome"},
		{"who discovered these vesicles", "who discovered exosomes"},
		{"could they harm somebody", "can exosomes harm me"},
		{"how do I store them in a fridge", "how do I store exosomes"},
	} {
		if got, want := groupOf(test.text), groupOf(test.line); got != want {
			t.Errorf("%q is taken for group %d, want %d, that of %q", test.text, got, want, test.line)
		}
	}
	if got := groupOf("goldfish and hamsters"); got != c.questions.nobody {
		t.Errorf("what no section answers is taken for group %d, want %d", got, c.questions.nobody)
	}
	_, known := classOf(c, "who discovered exosomes")
	_, strange := classOf(c, "who discovered exosomes under zirconium lampposts")
	if strange >= known {
		t.Errorf("words that nobody asked about make it surer: %v, %v without", strange, known)
	}
}

// The same questions give the same weights.
func TestClassifierRepeats(t *testing.T) {
	t.Parallel()
	a, b := build(t, tiny(), Options{}).state.c, build(t, tiny(), Options{}).state.c
	for _, text := range []string{"how big is an exosome", "natural and safe?", "stem cells"} {
		g, p := classOf(a, text)
		if h, q := classOf(b, text); g != h || p != q {
			t.Errorf("%q: group %d at %v, then %d at %v", text, g, p, h, q)
		}
	}
}

// It makes no difference to the weights how many workers learn.
func TestClassifierWorkers(t *testing.T) {
	t.Parallel()
	c := build(t, tiny(), Options{}).state.c
	asked := []string{"how big is an exosome", "are exosomes natural", "who found exosomes", "how are exosomes stored"}
	more := []string{"today", "in water", "for skin", "in a fridge", "at home", "in mice", "at night"}
	var lines []line
	for i := range lessonsAtOnce * lessonsForOne {
		lines = append(lines, line{asked[i%4] + " " + more[i%7] + " " + more[i%6], uint32(i+i%5/4) % 4})
	}
	var classes []uint32
	for _, l := range lines {
		classes = append(classes, l.group)
	}
	lessons := c.questions.lessons(newLineParser(c.parser).parse(lines), classes)
	want := learnClassifier(&c.questions, 4, lessons, 1)
	learnt := false
	for _, r := range want.rows {
		learnt = learnt || slices.ContainsFunc(r.weights, func(w float32) bool { return w != 0 })
	}
	if !learnt {
		t.Error("one worker has learnt nothing")
	}
	for _, workers := range []int{2, 3, lessonsAtOnce / lessonsEach} {
		if got := learnClassifier(&c.questions, 4, lessons, workers); !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers learn other weights than one", workers)
		}
	}
}

// BenchmarkLearn learns the classifier of the shipped pack from its question lines.
func BenchmarkLearn(b *testing.B) {
	c := shipped(b).state.c
	docs := shipped(b).docs
	var lines []line
	for group, first := range c.firsts {
		for _, q := range docs.at(int(first)).Questions {
			lines = append(lines, line{q, uint32(group)})
		}
	}
	var classes []uint32
	for _, l := range lines {
		classes = append(classes, l.group)
	}
	lessons := c.questions.lessons(newLineParser(c.parser).parse(lines), classes)
	for b.Loop() {
		learnClassifier(&c.questions, len(c.firsts), lessons, runtime.GOMAXPROCS(0))
	}
}

// Sparse and whole rows, any number of them, add up to the same.
func TestSum(t *testing.T) {
	t.Parallel()
	const classes = 7
	c := &classifier{classes: classes}
	var v []feature
	want := make([]float32, classes)
	for n := range uint32(11) {
		value := float32(n) - 4
		whole, sparse := row{weights: make([]float32, classes)}, row{classes: []uint32{}}
		for _, class := range []uint32{(5 * n) % classes, (3*n + 1) % classes} {
			w := float32(class) + 2
			want[class] += value * w
			sparse.learn([]float32{0, 0}, 1, 0, []change{{class, w}})
			whole.learn(make([]float32, classes), 1, 0, []change{{class, w}})
		}
		c.rows = append(c.rows, []row{whole, sparse}[min(1, n%3)])
		v = append(v, feature{n, value})

		got := make([]float32, classes)
		c.sum(v, got)
		if !slices.Equal(got, want) {
			t.Fatalf("%d rows add up to %v, want %v", n+1, got, want)
		}
	}
}

// The right class learns, and those classes that were held for likelier than others.
func TestGradient(t *testing.T) {
	t.Parallel()
	scores := []float32{0, .1, .5, -3, .2, .7, .3, .6, .4}
	got := gradient(slices.Clone(scores), 1, nil)
	top, total := partition(scores)
	if len(got) != classifierRivals+1 {
		t.Fatalf("%d changes, want %d", len(got), classifierRivals+1)
	}
	for i, class := range []uint32{5, 7, 2, 8, 6, 1} {
		want := -math.Exp(classifierScale*float64(scores[class])-top) / total
		if class == 1 {
			want++
		}
		if g := got[i]; g.class != class || math.Abs(float64(g.by)-want) > 0.003 {
			t.Errorf("change %d: class %d by %.4f, want %d by %.4f", i, g.class, g.by, class, want)
		}
	}
	if got := gradient([]float32{0, 2, 0.1}, 1, nil); len(got) != 0 {
		t.Errorf("what is known well teaches %v", got)
	}
}

// The shipped pack is learnt from whole: with more questions than that, there would be no
// headings and sentences among the lessons, and then no lessons.
func TestShippedIsLearnt(t *testing.T) {
	ix, err := shippedIndex()
	if err != nil {
		t.Fatal(err)
	}
	c := ix.state.c
	lessons := len(c.questions.groups) + len(c.sentences(ix.docs))
	if c.classes == nil || lessons*c.classes.classes > learnable {
		t.Errorf("%d lessons are more than can be learnt from", lessons)
	} else {
		t.Logf("%d lessons, %.2f of what can be learnt from", lessons, float64(lessons*c.classes.classes)/learnable)
	}
}

// What is listed as uncovered is declined, and what is like it; what a section lists is
// answered, however much of it is uncovered elsewhere.
func TestUncovered(t *testing.T) {
	t.Parallel()
	lib := tiny()
	lib.Uncovered = []*knowledge.Topic{{Name: "eyes", Questions: []string{"exosome eye drops", "can exosomes heal the eye", "how big is the eye"}}}
	ix := build(t, lib, Options{})
	for text, want := range map[string]bool{
		"exosome eye drops":       false,
		"eye drops with exosomes": false,
		"how big is the eye":      false,
		"how big is an exosome":   true,
		"who discovered exosomes": true,
	} {
		if res := ask(t, ix, knowledge.Query{Text: text}); res.Answered != want {
			t.Errorf("%q: answered is %t at %.2f, want %t", text, res.Answered, res.Confidence, want)
		}
	}
}

// What is not known of something in general may be known of it and exosomes.
func TestUncoveredAside(t *testing.T) {
	t.Parallel()
	lib := library(nil,
		section("Heart", "Exosomes made scars of the heart muscle smaller in pigs.", "can exosomes repair the heart"),
		section("Stomach", "Exosomes were swallowed by mice.", "can you swallow exosomes"),
		section("Size", "Exosomes are small.", "how big are exosomes"),
		section("Storage", "Exosomes are kept cold.", "how are exosomes stored"),
		section("Names", "Exosomes were named in 1987.", "who named exosomes"))
	lib.Uncovered = []*knowledge.Topic{{Name: "hearts", Questions: []string{"does heart muscle grow back", "exosomes for the stomach muscle"}}}
	ix := build(t, lib, Options{})
	for _, test := range []struct {
		text string
		like bool // whether it is taken for the uncovered one
	}{
		{"does heart muscle grow back", true},
		{"does heart muscle grow back with exosomes", false},
		{"exosomes for the stomach muscle", true},
		{"stomach muscle", true}, // the other way round there is no more to it
	} {
		e, err := ix.Explain(t.Context(), knowledge.Query{Text: test.text})
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Features.Elsewhere; got > refused != test.like {
			t.Errorf("%q is like an uncovered question by %.2f, want more than %v: %t", test.text, got, refused, test.like)
		}
	}
}

// A line with two forms of a word says one thing, although the stem got its number between the
// look-ups of the two.
func TestLineParserNumbers(t *testing.T) {
	t.Parallel()
	p := build(t, tiny(), Options{}).state.c.parser
	lines := newLineParser(p)[:1]
	lines.parse([]line{{text: "hamster"}})
	p.numbers.add("hamster")
	if q := lines.parse([]line{{text: "hamster or hamsters"}})[0]; len(q.slots) != 1 {
		t.Errorf("%d things in %v, want 1", len(q.slots), q.words)
	}
}

func TestWordsOfOtherLanguages(t *testing.T) {
	t.Parallel()
	lib := tiny()
	lib.Words = map[string][]knowledge.Word{
		"de": {{Text: "aufbewahren", English: []string{"store", "keep"}}, {Text: "entdeckt", English: []string{"discovered"}}, {Text: "Exosom", English: []string{"goldfish"}}},
		"ja": {{Text: "発見", English: []string{"discovered"}}, {Text: "保存", English: []string{"store"}}},
	}
	p := build(t, lib, Options{}).state.c.parser
	for _, test := range []struct {
		text string
		want []string // stems to look for, among others
	}{
		{"Wie soll ich das Exosom aufbewahren?", []string{"exosom", "store", "keep"}},
		{"Wer hat die Exosomen entdeckt?", []string{"exosom", "discov"}},
		{"エクソソームの発見", []string{"exosom", "discov"}},
		{"エクソソームを保存する", []string{"exosom", "store"}},
	} {
		var stems []string
		for _, term := range p.parse(test.text, "").terms {
			stems = append(stems, term.stem)
		}
		for _, s := range test.want {
			if !slices.Contains(stems, s) {
				t.Errorf("%q: got %v, want %q among them", test.text, stems, s)
			}
		}
		if slices.Contains(stems, "goldfish") {
			t.Errorf("%q: a plain word went before the concept of that name", test.text)
		}
	}
}

// What was held out is asked of an index that does not know it.
func TestHeldOut(t *testing.T) {
	t.Parallel()
	lib := tiny()
	lib.Uncovered = []*knowledge.Topic{{Name: "eyes", Questions: []string{"exosome eye drops"}}}
	samples, err := HeldOut(t.Context(), lib, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for s := range lib.Sections() {
		lines += len(s.Questions)
	}
	if len(samples) != lines+1 {
		t.Errorf("%d samples, want one for each of %d questions and the uncovered one", len(samples), lines)
	}
	for _, s := range samples {
		if s.Weight != 0.5 {
			t.Errorf("weight %v, want 0.5", s.Weight)
		}
		if s.Features.Nearest > 0.999 && s.Features.Elsewhere == 0 && !s.Right {
			t.Errorf("a question that was held out is known: %+v", s.Features)
		}
	}
}

// Who narrows a search to a few sections means one of them, unless another answers much
// better.
func TestProbabilityNarrowed(t *testing.T) {
	t.Parallel()
	c := &classifier{classes: 4} // the last is nobody
	first := func(group uint32) bool { return group == 0 }
	for _, test := range []struct {
		name     string
		scores   []float32
		low, top float64 // bounds of the probability of the first, when narrowed to it
	}{
		{"likeliest of all", []float32{1, 0.2, 0.1, 0}, 0.95, 1},
		{"another is likelier", []float32{0.8, 1, 0.1, 0}, 0.9, 1},
		{"another is much likelier", []float32{0.2, 1.5, 0.1, 0}, 0, 0.1},
		{"nobody is likelier", []float32{0.5, 0.2, 0.1, 0.8}, 0.5, 0.9},
		{"nobody is much likelier", []float32{0.2, 0.2, 0.1, 1.5}, 0, 0.1},
	} {
		whole, _ := c.probability(test.scores, 0, nil)
		p, nobody := c.probability(test.scores, 0, first)
		if p < whole || p < test.low || p > test.top {
			t.Errorf("%s: %.3f of all, %.3f when narrowed, want %.2f to %.2f", test.name, whole, p, test.low, test.top)
		}
		if p+nobody > 1 {
			t.Errorf("%s: %.3f for the section and %.3f for nobody are more than 1", test.name, p, nobody)
		}
	}
}

// TestNames wants a name of its own for every word, small word and concept of the shipped
// pack.
func TestNames(t *testing.T) {
	t.Parallel()
	c := shipped(t).state.c
	called := make(map[name]string)
	call := func(n name, what string) {
		if other, ok := called[n]; ok && other != what {
			t.Errorf("%s and %s have one name", what, other)
		}
		called[n] = what
	}
	for _, u := range c.questions.uses {
		if u.questions > 0 {
			call(nameOne(nameWord, u.stem), "word "+u.stem)
		}
	}
	for w := range stopWords() {
		call(nameOne(nameSmall, w), "small word "+w)
	}
	for _, k := range c.parser.glossary.concepts {
		call(nameOne(nameThing, k.name), "concept "+k.name)
	}
	if len(called) < 5000 {
		t.Errorf("only %d names", len(called))
	}
}

// Everybody waits for everybody, however few processors there are.
func TestAbreast(t *testing.T) {
	t.Parallel()
	const workers, times = 8, 500
	var steps [workers]int
	abreast(workers, func(w int, wait func()) {
		for i := range times {
			steps[w] = i
			wait()
			for other := range steps {
				if steps[other] != i {
					t.Errorf("worker %d is at step %d and sees worker %d at %d", w, i, other, steps[other])
				}
			}
			wait()
		}
	})
}

// A word that only uncovered questions hold is spelt right, and nothing here speaks of it.
func TestOverhear(t *testing.T) {
	t.Parallel()
	lib := tiny()
	lib.Uncovered = []*knowledge.Topic{{Name: "x", Questions: []string{"tinnitus and exosomes"}}}
	p := build(t, knowledge.New(*lib), Options{}).state.c.parser
	if got := p.repair(p.analyze("does it help tinnitus", "")).typed; got != "does it help tinnitus" {
		t.Errorf("repaired to %q", got)
	}
	q := p.parse("tinnitus", "")
	if len(q.slots) != 1 || q.slots[0].known || q.language != english {
		t.Errorf("tinnitus: got %+v in %s, want one unknown thing in English", q.slots, q.language)
	}
}
