package knowledge

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// A sieve tells fast that a pattern cannot match. Hundreds of patterns are tried on each
// question, and nearly all of them fall through here.
//
// It consists of sets of texts, its needles: whatever the pattern matches holds one of each
// set. A needle is kept as the hashes of the pairs and triples of bytes that it consists of.
// A [Haystack] has a set of such hashes, so a sieve may let through a text that lacks its
// needles, and never holds back one that has them.
type sieve [][]grams

// lets reports whether a text may match.
func (s sieve) lets(in *gramSet) bool {
	for _, needles := range s {
		if !slices.ContainsFunc(needles, in.hasAll) {
			return false
		}
	}
	return true
}

// grams returns how many hashes the sieve holds.
func (s sieve) grams() int {
	n := 0
	for _, needles := range s {
		for _, g := range needles {
			n += len(g)
		}
	}
	return n
}

// A content is what is known of all that an expression matches.
type content struct {
	starts  []start    // one of which each match begins with
	needles [][]string // sets of texts of which each match holds one, besides
}

// A start is how a text begins.
type start struct {
	text string
	open bool   // more may follow
	also string // more texts that it holds anywhere, with the sign in front of each
}

// unknown is the content of an expression of which nothing is known.
func unknown() content { return content{starts: []start{{open: true}}} }

// just returns the content of what matches one text and no other.
func just(text string) content {
	if len(text) > maxText {
		return content{starts: []start{{text: text[:maxText], open: true}}}
	}
	return content{starts: []start{{text: text}}}
}

// Signs in the texts of a content.
const (
	boundary = "\x00" // a boundary of words, as \b finds it
	anywhere = "\x01" // in front of a text that may stand anywhere
)

const (
	maxProduct = 16   // texts that two sets become when each of one is joined with each of the other
	maxNeedles = 4000 // texts in one set; to look for more takes as long as to match
	maxSets    = 8    // sets of needles; more tell little
	maxText    = 64   // bytes of one of these, and of what it holds besides; more tell little
)

func textsOf(starts []start) []string {
	return each(starts, func(s start) string { return s.text + s.also })
}

// all returns sets of texts of which every match holds one each.
func (c content) all() [][]string {
	var all content
	all.add(textsOf(c.starts))
	all.add(c.needles...)
	return all.needles
}

// add takes in sets of needles as far as they are of use and there is room.
func (c *content) add(sets ...[]string) {
	for _, n := range sets {
		if len(c.needles) < maxSets && useful(n) > 0 {
			c.needles = append(c.needles, n)
		}
	}
}

// alone returns starts that tell much of what the content does with its needles.
func (c content) alone() []start {
	best := c.starts
	for _, n := range c.needles {
		if few(len(best), len(n)) {
			best = together(best, n)
		} else if useful(textsOf(best)) < useful(n) {
			best = together(unknown().starts, n)
		}
	}
	return best
}

// useful returns a number that is higher the rarer it is that a text holds one of the
// needles, at most 1, and 0 when they are of no use.
func useful(needles []string) float64 {
	if len(needles) == 0 {
		return 0
	}
	none := 1.0 // probability that a text holds none of them
	for _, n := range needles {
		none *= 1 - likely(n)
	}
	return none
}

// likely guesses the probability that a question holds a needle: a third for each of its
// letters, and more where there are only words that most sentences have.
func likely(needle string) float64 {
	common, letters, longest := true, 0, 0
	for rest := needle; rest != ""; {
		n := strings.IndexFunc(rest, func(r rune) bool { return r <= ' ' })
		if n < 0 {
			n = len(rest)
		}
		common = common && (n == 0 || commonWords[rest[:n]])
		letters, longest = letters+n, max(longest, n)
		rest = rest[min(n+1, len(rest)):]
	}
	switch {
	case letters == 0, longest < 2 && !strings.Contains(needle, boundary): // nothing to look for
		return 1
	case common:
		return 0.2
	}
	return thirds[min(letters, len(thirds)-1)]
}

// thirds are the powers of a third.
var thirds = func() (powers [16]float64) {
	p := 1.0
	for i := range powers {
		powers[i], p = p, p/3
	}
	return powers
}()

var commonWords = wordSet("a an and are as at be but can do does for from get has have how i if in is it my not of on or so that the their them there they this to was we what when which who why will with you your")

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// contentOf finds out what an expression matches.
func contentOf(re *syntax.Regexp) content {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpNoWordBoundary:
		return just("")
	case syntax.OpWordBoundary:
		return just(boundary)
	case syntax.OpLiteral:
		// U+FFFD matches whatever is no character, too.
		if re.Flags&syntax.FoldCase == 0 && !slices.Contains(re.Rune, utf8.RuneError) {
			return just(string(re.Rune))
		}
	case syntax.OpCharClass:
		return class(re.Rune)
	case syntax.OpCapture:
		return contentOf(re.Sub[0])
	case syntax.OpQuest:
		return eitherOf([]content{just(""), contentOf(re.Sub[0])})
	case syntax.OpPlus:
		return opened(contentOf(re.Sub[0]))
	case syntax.OpRepeat:
		if re.Min > 0 {
			return opened(contentOf(re.Sub[0]))
		}
	case syntax.OpConcat:
		return inTurn(each(re.Sub, contentOf))
	case syntax.OpAlternate:
		return eitherOf(each(re.Sub, contentOf))
	}
	return unknown()
}

// each returns what f makes of each.
func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = f(a)
	}
	return out
}

// class returns what one of a few characters holds.
func class(ranges []rune) content {
	var parts []content
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if len(parts) == maxProduct || r == utf8.RuneError {
				return unknown()
			}
			parts = append(parts, just(string(r)))
		}
	}
	return eitherOf(parts)
}

// opened returns the content of what begins as c does, and may go on.
func opened(c content) content {
	return content{each(c.starts, func(s start) start { return start{s.text, true, s.also} }), c.needles}
}

// inTurn returns what the parts hold that stand one behind the other: what they match
// together as far as it can be told, and what each of them does.
func inTurn(parts []content) content {
	var c content
	run := just("").starts // what the last few parts match
	joined := 0            // how many these are
	end := func() {
		if c.starts == nil {
			c.starts = run
		} else {
			c.add(textsOf(run))
		}
	}
	for _, p := range parts {
		c.add(p.needles...)
		open := openOf(run)
		if open < len(run) && few(len(run), len(p.starts)) && joined < maxText {
			if open > 0 { // those have them not
				c.add(textsOf(p.starts))
			}
			run = follow(run, p.starts)
			joined++
			continue
		}
		run = opened(content{starts: run}).starts
		end()
		run, joined = p.starts, 1
	}
	end()
	return c
}

// openOf returns how many of the starts are open.
func openOf(starts []start) int {
	n := 0
	for _, s := range starts {
		if s.open {
			n++
		}
	}
	return n
}

// few reports whether the texts of two sets can be joined with each other.
func few(a, b int) bool { return a*b <= max(maxProduct, a, b) }

// follow returns each of a that is not open followed by each of b.
func follow(a, b []start) []start {
	var all []start
	for _, x := range a {
		if x.open {
			all = append(all, x)
			continue
		}
		for _, y := range b {
			text := y.text
			if strings.HasSuffix(x.text, boundary) {
				text = strings.TrimPrefix(text, boundary)
			}
			if len(x.text)+len(text) > maxText || len(x.also)+len(y.also) > maxText {
				all = append(all, start{x.text, true, x.also})
				continue
			}
			all = append(all, start{x.text + text, y.open, x.also + y.also})
		}
	}
	return all
}

// together returns starts of what begins with one of a and holds one of b.
func together(a []start, b []string) []start {
	var all []start
	for _, x := range a {
		for _, y := range b {
			s := x
			if len(s.also)+len(y) < maxText {
				s.also += anywhere + y
			}
			all = append(all, s)
		}
	}
	return all
}

// eitherOf returns what one of the alternatives holds.
func eitherOf(alternatives []content) content {
	var starts []start
	for _, a := range alternatives {
		starts = append(starts, a.alone()...)
	}
	if starts = distinct(starts); len(starts) == 0 || len(starts) > maxNeedles {
		return unknown()
	}
	return content{starts: starts}
}

// distinct returns each of a list once, in the order in which they come first.
func distinct[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	return slices.DeleteFunc(list, func(x T) bool {
		had := seen[x]
		seen[x] = true
		return had
	})
}

// A Haystack is a text in which many patterns are looked for; see [Pattern.In].
type Haystack struct {
	text  string
	grams gramSet
}

// NewHaystack returns a text to look for patterns in.
func NewHaystack(text string) *Haystack {
	h := &Haystack{text: text}
	for i := range len(text) {
		for n := 2; n <= 3 && i+n <= len(text); n++ {
			h.grams.add(hashOf(text[i : i+n]))
		}
		starts, ends := i == 0 || letter(text[i-1]) != letter(text[i]), i+1 == len(text) || letter(text[i+1]) != letter(text[i])
		for n := 1; n <= 2; n++ {
			if starts && i+n <= len(text) {
				h.grams.add(hashOf(boundary + text[i:i+n]))
			}
			if ends && i+1 >= n {
				h.grams.add(hashOf(text[i+1-n:i+1] + boundary))
			}
		}
		if starts && ends {
			h.grams.add(hashOf(boundary + text[i:i+1] + boundary))
		}
	}
	return h
}

// letter reports whether \b takes a byte for part of a word.
func letter(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_'
}

// grams are the hashes of what a needle consists of.
type grams []uint16

// gramsOf returns the grams of a needle: the triples of its parts, or the pair that one is. A
// boundary is in those of the bytes on one side of it, since on the other may be anything.
func gramsOf(needle string) grams {
	var all grams
	for part := range strings.SplitSeq(needle, anywhere) {
		all = append(all, gramsOfPart(part)...)
	}
	return all
}

func gramsOfPart(part string) grams {
	var all grams
	pieces := strings.Split(part, boundary)
	for i, p := range pieces {
		if p == "" {
			continue
		}
		if i > 0 {
			p = boundary + p
		}
		if i+1 < len(pieces) {
			p += boundary
		}
		if len(p) == 2 {
			all = append(all, hashOf(p))
		}
		for j := range max(len(p)-2, 0) {
			all = append(all, hashOf(p[j:j+3]))
		}
	}
	return all
}

// A gramSet holds hashes of the pairs and triples of bytes in a text.
type gramSet [1 << 16 / 64]uint64

func (s *gramSet) add(g uint16) { s[g/64] |= 1 << (g % 64) }

func (s *gramSet) hasAll(needle grams) bool {
	for _, g := range needle {
		if s[g/64]&(1<<(g%64)) == 0 {
			return false
		}
	}
	return true
}

// hashOf hashes a pair or triple of bytes.
func hashOf(s string) uint16 {
	h := uint32(len(s))
	for i := range len(s) {
		h = h<<8 | uint32(s[i])
	}
	return uint16(h * 0x9E3779B1 >> 16) // Fibonacci hashing: what differs by little goes far apart
}
