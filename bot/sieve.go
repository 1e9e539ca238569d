package bot

import (
	"regexp/syntax"
	"strings"

	"exobot/knowledge"
)

// A sieve tells fast that a pattern cannot match: it holds texts, its needles, one of
// which is in everything that the pattern matches. Hundreds of patterns are tried on
// each question, and nearly all of them fall through here.
//
// A needle is kept as the hashes of the pairs and triples of bytes that it consists of.
// Texts are turned into a set of such hashes, so a sieve may let through a text that
// lacks its needles, and never holds back one that has one.
type sieve struct {
	needles [][]uint16 // nil when nothing is known of what matches
}

// maxNeedles bounds a sieve; looking for more takes as long as the pattern itself.
const maxNeedles = 1000

// newSieve returns the sieve of a pattern: of its outline, which takes less time to look
// through than the whole and, in the shipped pack, has needles wherever that has.
func newSieve(p *knowledge.Pattern) sieve {
	var s sieve
	for _, n := range needles(p.Outline()) {
		s.needles = append(s.needles, grams(n))
	}
	return s
}

// lets reports whether a text may match.
func (s sieve) lets(text *gramSet) bool {
	if s.needles == nil {
		return true
	}
next:
	for _, needle := range s.needles {
		for _, g := range needle {
			if !text.has(g) {
				continue next
			}
		}
		return true
	}
	return false
}

// needles returns texts of which every match of the expression holds one, or nil when
// there are none of a useful length.
func needles(re *syntax.Regexp) []string {
	if all := words(re); worth(all) > 0 {
		return all
	}
	switch re.Op {
	case syntax.OpCapture, syntax.OpPlus:
		return needles(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needles(re.Sub[0])
		}
	case syntax.OpConcat: // every part is in the match: the best will do
		var best []string
		keep := func(n []string) {
			if worth(n) > worth(best) {
				best = n
			}
		}
		run := []string{""} // what a run of parts matches
		for _, sub := range re.Sub {
			next := products(run, words(sub))
			if next == nil {
				keep(run)
				keep(needles(sub))
				next = []string{""}
			}
			run = next
		}
		keep(run)
		return best
	case syntax.OpAlternate: // one of the parts is
		var all []string
		for _, sub := range re.Sub {
			n := needles(sub)
			if n == nil || len(all)+len(n) > maxNeedles {
				return nil
			}
			all = append(all, n...)
		}
		return all
	}
	return nil
}

// maxWords bounds the texts that words returns.
const maxWords = 64

// words returns all texts that the expression matches, or nil when they are many.
func words(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpWordBoundary, syntax.OpBeginText, syntax.OpEndText:
		return []string{""}
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase == 0 {
			return []string{string(re.Rune)}
		}
	case syntax.OpCharClass:
		var all []string
		for i := 0; i < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if all = append(all, string(r)); len(all) > maxWords {
					return nil
				}
			}
		}
		return all
	case syntax.OpCapture:
		return words(re.Sub[0])
	case syntax.OpQuest:
		if all := words(re.Sub[0]); all != nil {
			return append([]string{""}, all...)
		}
	case syntax.OpConcat:
		all := []string{""}
		for _, sub := range re.Sub {
			if all = products(all, words(sub)); all == nil {
				return nil
			}
		}
		return all
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			n := words(sub)
			if n == nil || len(all)+len(n) > maxWords {
				return nil
			}
			all = append(all, n...)
		}
		return all
	}
	return nil
}

// products returns each text of a followed by each of b, or nil when they are many.
func products(a, b []string) []string {
	if len(a)*len(b) > maxWords {
		return nil
	}
	var all []string
	for _, x := range a {
		for _, y := range b {
			all = append(all, x+y)
		}
	}
	return all
}

// worth is higher the rarer it is that a text holds one of the needles: the shortest
// counts, and then how many there are. It is 0 when they are of no use.
func worth(needles []string) int {
	if len(needles) == 0 {
		return 0
	}
	shortest := len(needles[0])
	for _, n := range needles {
		shortest = min(shortest, len(strings.TrimSpace(n)))
	}
	if shortest < 2 {
		return 0
	}
	return min(shortest, 8)*2*maxNeedles - len(needles)
}

// A gramSet holds hashes of the pairs and triples of bytes in a text.
type gramSet [1 << 16 / 64]uint64

func newGramSet(text string) *gramSet {
	var set gramSet
	for i := range len(text) {
		if i+2 <= len(text) {
			set.add(gram(text[i : i+2]))
		}
		if i+3 <= len(text) {
			set.add(gram(text[i : i+3]))
		}
	}
	return &set
}

func (s *gramSet) add(g uint16)      { s[g/64] |= 1 << (g % 64) }
func (s *gramSet) has(g uint16) bool { return s[g/64]&(1<<(g%64)) != 0 }

// grams returns the triples of a needle, or the pair that it is.
func grams(needle string) []uint16 {
	if len(needle) == 2 {
		return []uint16{gram(needle)}
	}
	var all []uint16
	for i := range len(needle) - 2 {
		all = append(all, gram(needle[i:i+3]))
	}
	return all
}

// gram hashes a pair or triple of bytes.
func gram(s string) uint16 {
	h := uint32(len(s))
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 0x01000193
	}
	return uint16(h ^ h>>16)
}
