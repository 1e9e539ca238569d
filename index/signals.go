package index

// fieldSignal is exact BM25 on one field.
type fieldSignal struct {
	list func(*termLists) *postingList
}

func (f fieldSignal) score(s *search, out []float64) {
	for i := range s.lists {
		s.addTerm(f.list(&s.lists[i]), s.q.terms[i].weight, out)
	}
}

// askedSignal is exact BM25 on the questions that a section answers. Words of conversation
// say nothing there: every other one begins with "can" or "does".
type askedSignal struct{}

func (askedSignal) score(s *search, out []float64) {
	for i := range s.lists {
		if t := &s.q.terms[i]; t.slot >= 0 {
			s.addTerm(s.lists[i].asked, t.weight, out)
		}
	}
}

// addTerm adds the BM25 of one term.
func (s *search) addTerm(l *postingList, weight float64, out []float64) {
	w := weight * l.idf
	s.meet(l, func(i, j int) { out[i] += w * float64(l.weights[j]) })
}

// nearestSignal is the likeness of the question to the nearest question that the
// document's section answers; see [questionIndex.compare].
type nearestSignal struct{ c *Collection }

func (n nearestSignal) score(s *search, out []float64) {
	for i, doc := range s.docs {
		out[i] = square(s.near.scores[n.c.groups[doc]])
	}
}

// gramSignal is BM25 on character n-grams, which still match where words differ by an
// ending, a prefix or a slip of the finger.
type gramSignal struct{ c *Collection }

func (g gramSignal) score(s *search, out []float64) {
	weights := s.words.gramWeights
	if len(weights) == 0 {
		return
	}
	counts := make([]float64, len(weights))
	touched := make([]uint16, 0, len(weights))
	text := &g.c.text
	for i, doc := range s.docs {
		for _, w := range s.words.wordsWithGrams(i) {
			for _, at := range s.words.grams(w) {
				if counts[at] == 0 {
					touched = append(touched, at)
				}
				counts[at]++
			}
		}
		for _, at := range touched {
			out[i] += weights[at] * tfWeight(counts[at], float64(text.grams[doc]), text.avgGrams)
			counts[at] = 0
		}
		touched = touched[:0]
	}
}

// pairSignal is BM25 on pairs of words that stand side by side in the question, where they
// do so in the document, too, in the same order. Stop words are left out, and a pair weighs
// as much as the rarer of its words.
type pairSignal struct{ c *Collection }

func (p pairSignal) score(s *search, out []float64) {
	pairs := s.words.pairs
	if len(pairs) == 0 {
		return
	}
	counts := make([]float64, len(pairs))
	for i, doc := range s.docs {
		var before occurrence
		for n, o := range s.words.occurrences(i) {
			if n > 0 && o.at == before.at+1 {
				for k, pair := range pairs {
					if pair.first == int(before.stem) && pair.second == int(o.stem) {
						counts[k]++
					}
				}
			}
			before = o
		}
		for k, n := range counts {
			if n > 0 {
				out[i] += pairs[k].weight * tfWeight(n, float64(len(p.c.text.of(doc))), p.c.body.avg)
				counts[k] = 0
			}
		}
	}
}

// spanSignal is how much of the question stands together anywhere in the document: the
// most that spanWords neighbouring words of it hold, where each stem of the question counts
// once, by the square of its idf. What answers a question is mostly one sentence, and BM25
// does not tell it from words that are strewn over the passage.
type spanSignal struct{ c *Collection }

// spanWords is how long a span is in words, stop words left out: about a sentence and a
// half. Of 8, 12, 16, 24 and 32, 16 was best on both collections that weights are learnt
// on, by a little; the square was better than the idf itself on SciFact.
const spanWords = 16

func (p spanSignal) score(s *search, out []float64) {
	weights := s.words.stemWeights
	last := make([]int, len(weights)) // where each stem of the question came last
	for i := range s.docs {
		for n := range last {
			last[n] = -spanWords
		}
		for _, o := range s.words.occurrences(i) {
			j := int(o.at)
			again := j-last[o.stem] < spanWords // the span holds no stem that the one before did not
			last[o.stem] = j
			if again {
				continue
			}
			sum := 0.0
			for m, at := range last {
				if j-at < spanWords {
					sum += weights[m]
				}
			}
			out[i] = max(out[i], sum)
		}
	}
}

// coverSignal is the share of the question, by idf, that the document speaks of at all.
type coverSignal struct{}

func (coverSignal) score(s *search, out []float64) {
	for i := range s.lists {
		l := s.lists[i].body
		w := s.q.terms[i].weight * l.idf
		s.meet(l, func(i, _ int) { out[i] += w })
	}
}

// findShare is how many times as long as the candidates a list is from which it takes less
// time to look each of them up than to read the list.
const findShare = 16

// meet calls f with the positions of each candidate that a list holds, among the candidates
// and in the list.
func (s *search) meet(l *postingList, f func(i, j int)) {
	if len(l.docs) >= findShare*len(s.docs) {
		intersect(s.docs, l.docs, f)
		return
	}
	for j, doc := range l.docs {
		if n := s.place[doc]; n > 0 {
			f(int(n)-1, j)
		}
	}
}

// intersect calls f with the positions of every element that both ascending lists hold.
// It is made for a few in a and many in b.
func intersect(a, b []uint32, f func(i, j int)) {
	j := 0
	for i, x := range a {
		step := 1
		for j+step < len(b) && b[j+step] < x {
			j += step
			step *= 2
		}
		// The first element of b that is not below x is in b[j:end+1].
		for end := min(j+step, len(b)); j < end; {
			if mid := int(uint(j+end) / 2); b[mid] < x {
				j = mid + 1
			} else {
				end = mid
			}
		}
		if j == len(b) {
			return
		}
		if b[j] == x {
			f(i, j)
			j++
		}
	}
}
