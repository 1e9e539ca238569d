package index

import (
	"math"
	"slices"
	"testing"
)

// compareSimply is compare with tables by number, without any order or list that saves time,
// for what it prepared in s.asking.
func compareSimply(x *questionIndex, s *search) map[uint32]float32 {
	asked := make(map[uint32]float32)
	norm := 0.0
	for i := range s.asking {
		k := &s.asking[i]
		norm += k.square
		subject := subjectShare*k.size > len(x.groups) && len(k.namings) == 1
		common := commonShare*k.size > len(x.groups)
		known := len(asked) > 0
		for q, likeness := range likenSimply(x, k) {
			if _, has := asked[q]; has || !known || !subject && !common {
				asked[q] += float32(float32(math.Sqrt(k.square)) * likeness)
			}
		}
	}
	by := 1 / float32(math.Sqrt(max(norm, 1e-9)))
	for q := range asked {
		asked[q] = min(1, asked[q]*by/x.norms[q])
		if s.q.onSubject && x.groups[q] == x.nobody && !x.names[q] {
			asked[q] *= aside
		}
	}
	return asked
}

func likenSimply(x *questionIndex, k *likeness) map[uint32]float32 {
	scores := make(map[uint32]mutualScore)
	for i := range k.namings {
		a := &k.namings[i]
		for j, n := range a.things {
			m := scores[n]
			if share := float32(k.ours(a) * a.sayings.share(j)); k.either {
				m.ours = max(m.ours, share)
			} else {
				m.ours += share
			}
			if a.names(j) {
				m.theirs += float32(a.idf * a.share)
			}
			scores[n] = m
		}
	}
	found := make(map[uint32]float32)
	raise := func(n uint32, likeness float32) {
		if t := x.things[n]; likeness*t.weight > 0 {
			found[t.question] = max(found[t.question], likeness*t.weight)
		}
	}
	for n, m := range scores {
		if m.ours > 0 && m.theirs > 0 {
			raise(n, float32(math.Sqrt(float64(min(1, m.ours/k.words)*min(1, m.theirs/x.things[n].words)))))
		}
	}
	if k.things != nil {
		for _, n := range k.things.things {
			raise(n, k.alike)
		}
	}
	return found
}

// TestCompare wants the same likenesses, to the last bit, as the simple way finds them.
func TestCompare(t *testing.T) {
	t.Parallel()
	c := shipped(t).state.c
	x := &c.questions
	common := 0
	for _, text := range []string{
		"how big is an exosome", "exosomes", "are exosomes safe for skin and hair", "does the fda approve stem cell exosomes",
		"what do exosomes do in cancer", "exosomes brain barrier delivery", "are they cells", "wie groß sind Exosomen",
		"que riesgos tienen los exosomas", "who found them and when", "plant exosomes vs milk exosomes", "cost of a session",
		"EV isolation by ultracentrifugation or SEC", "tinnitus", "is it snake oil", "do exosomes carry mirna from msc",
	} {
		s := &search{q: c.parser.parse(text, ""), scratch: c.scratch.get()}
		x.compare(s)
		want := compareSimply(x, s)
		if got := len(s.asked.touched); got != len(want) {
			t.Errorf("%q: %d questions have a likeness, want %d", text, got, len(want))
		}
		for _, q := range s.asked.touched {
			if got := s.asked.scores[q]; got != want[q] {
				t.Errorf("%q: question %d is like it by %v, want %v", text, q, got, want[q])
				break
			}
		}
		if slices.ContainsFunc(s.among, func(bits uint64) bool { return bits != 0 }) {
			common++
		}
		c.scratch.put(s.scratch)
	}
	if common == 0 {
		t.Error("no question asks about anything that many ask about")
	}
}

func TestMutualTake(t *testing.T) {
	t.Parallel()
	list := func(things ...uint32) *sayings {
		l := &sayings{}
		for _, n := range things {
			l.add(n, n/10)
			l.weights = append(l.weights, uint8(100-20*(n%2))) // what is odd just means the same
		}
		return l
	}
	among := newNumberSet(10)
	among.addAll([]uint32{1, 3})
	for name, test := range map[string]struct {
		lists  []*sayings
		among  numberSet
		either bool
		things []uint32
		scores []mutualScore
	}{
		"nothing":      {},
		"one":          {[]*sayings{list(10, 31)}, nil, false, []uint32{10, 31}, []mutualScore{{2, 1}, {1.6, 0}}},
		"overlap":      {[]*sayings{list(10, 20), list(20, 31)}, nil, false, []uint32{10, 20, 31}, []mutualScore{{2, 1}, {4, 2}, {1.6, 0}}},
		"between":      {[]*sayings{list(10, 30), list(4, 20, 40)}, nil, false, []uint32{4, 10, 20, 30, 40}, []mutualScore{{2, 1}, {2, 1}, {2, 1}, {2, 1}, {2, 1}}},
		"among some":   {[]*sayings{list(10, 20, 30), list(20, 31)}, among, false, []uint32{10, 30, 31}, []mutualScore{{2, 1}, {2, 1}, {1.6, 0}}},
		"either":       {[]*sayings{list(10, 31), list(10, 31)}, nil, true, []uint32{10, 31}, []mutualScore{{2, 2}, {1.6, 0}}},
		"empty behind": {[]*sayings{list(10), list()}, nil, false, []uint32{10}, []mutualScore{{2, 1}}},
	} {
		var m mutual
		for range 2 { // the second time in the memory of the first
			for _, l := range test.lists {
				m.take(l, test.among, 2, 1, test.either)
			}
			if !slices.Equal(m.things, test.things) || !slices.Equal(m.scores, test.scores) {
				t.Errorf("%s: got %v with %v, want %v with %v", name, m.things, m.scores, test.things, test.scores)
			}
			m.reset()
		}
	}
}

func TestNumberSet(t *testing.T) {
	t.Parallel()
	for _, bound := range []int{1, 63, 64, 65, 200} {
		s := newNumberSet(bound)
		some := []uint32{0, uint32(bound / 2), uint32(bound - 1)}
		s.addAll(some)
		for n := range uint32(bound) {
			if s.has(n) != slices.Contains(some, n) {
				t.Errorf("of %d: %d is in the set: %t", bound, n, s.has(n))
			}
		}
		s.removeAll(append(some, uint32(bound/3))) // also one that it does not hold
		if slices.ContainsFunc(s, func(bits uint64) bool { return bits != 0 }) {
			t.Errorf("of %d: %b is left", bound, s)
		}
	}
}
