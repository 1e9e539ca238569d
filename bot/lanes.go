package bot

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"exobot/knowledge"
)

// sorted says into which lane a question went, and by which rule.
type sorted struct {
	lane   knowledge.Lane
	lang   string // language of the rule; "" where no rule matched
	notice string // name of the phrase that goes with it
	own    bool   // whether it is surely about somebody's own case, though no rule says so
}

// answered returns the lane of a question to which passages are shown: nobody is told of a
// treatment without the notice who asks for himself. Where there is nothing to show, a notice
// that no rule calls for says less than that there is nothing.
func (s sorted) answered() sorted {
	if s.own {
		s.lane, s.notice = knowledge.LaneAdvice, string(knowledge.LaneAdvice)
	}
	return s
}

// laneOrder is the order in which lanes are tried: what must not be delayed first; then what
// is asked for by way of a product, a clinic or a doctor, for whomever, since none is ever
// named; and what is asked about oneself before what merely sounds friendly.
var laneOrder = []knowledge.Lane{
	knowledge.LaneEmergency, knowledge.LaneRecommendation, knowledge.LaneAdvice,
	knowledge.LaneSmalltalk, knowledge.LaneCaution,
}

// A Sorter puts questions into lanes. It is safe for concurrent use.
type Sorter struct {
	lanes   *knowledge.Lanes
	opinion func() *opinion // learnt when it is first asked for; nil where there are no examples
}

// NewSorter returns a sorter by the rules and examples of a library.
func NewSorter(lib *knowledge.Library) *Sorter {
	return &Sorter{&lib.Lanes, sync.OnceValue(func() *opinion { return learnOpinion(lib) })}
}

// Learn learns from the examples, for a tenth of a second, so that the first question need
// not wait for that.
func (s *Sorter) Learn() { s.opinion() }

// sort puts a question into the first lane that has a rule for it.
func (s *Sorter) sort(text string) sorted {
	text = normalize(text)
	applies := lookIn(text)
	for _, lane := range laneOrder {
		for i := range s.lanes.Rules {
			r := &s.lanes.Rules[i]
			// Few rules match, so that is looked at first.
			if r.Lane == lane && slices.ContainsFunc(r.Match, applies) &&
				(len(r.Needs) == 0 || slices.ContainsFunc(r.Needs, applies)) && !slices.ContainsFunc(r.Unless, applies) {
				notice := r.Notice
				if notice == "" {
					notice = string(lane)
				}
				return sorted{lane: lane, lang: r.Lang, notice: notice, own: lane == knowledge.LaneCaution && s.opinion().own(text)}
			}
		}
	}
	return sorted{lane: knowledge.LaneKnowledge, own: s.opinion().own(text)}
}

// lookIn returns a function that reports whether a pattern is found in text. It looks once
// for a pattern that several rules share.
func lookIn(text string) func(*knowledge.Pattern) bool {
	in, found := knowledge.NewHaystack(text), map[*knowledge.Pattern]bool{}
	return func(p *knowledge.Pattern) bool {
		is, known := found[p]
		if !known {
			is = p.In(in)
			found[p] = is
		}
		return is
	}
}

// plain puts ' and " in the place of the quotation marks and apostrophes that phones type, and
// i in that of what a Turkish İ becomes in small letters.
var plain = strings.NewReplacer("’", "'", "‘", "'", "`", "'", "´", "'", "“", `"`, "”", `"`, "„", `"`, "i\u0307", "i")

// jamo puts back the single letters of Hangul, as in ㅋㅋ and ㄱㅅ: NFKC makes of them the parts
// of syllables, which look the same and are others.
var jamo = sync.OnceValue(func() *strings.Replacer {
	var pairs []string
	for r := 'ㄱ'; r <= 'ㅣ'; r++ {
		pairs = append(pairs, norm.NFKC.String(string(r)), string(r))
	}
	return strings.NewReplacer(pairs...)
})

// normalize brings a question into the form that lane patterns are written for: NFKC,
// lower case, plain quotes, single spaces, and letters of Hangul as they are typed.
func normalize(text string) string {
	text = jamo().Replace(plain.Replace(strings.ToLower(norm.NFKC.String(text))))
	return strings.Join(strings.Fields(text), " ")
}
