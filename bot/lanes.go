package bot

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"exobot/knowledge"
)

// sorted says into which lane a question went, and by which rule.
type sorted struct {
	lane   knowledge.Lane
	lang   string // language of the rule; "" where no rule matched
	notice string // name of the phrase that goes with it
}

// laneOrder is the order in which lanes are tried: what must not be delayed first, and
// what is asked about oneself before what merely sounds friendly.
var laneOrder = []knowledge.Lane{
	knowledge.LaneEmergency, knowledge.LaneAdvice, knowledge.LaneRecommendation,
	knowledge.LaneSmalltalk, knowledge.LaneCaution,
}

// sortIntoLane puts a question into the first lane that has a rule for it.
func sortIntoLane(l *knowledge.Lanes, text string) sorted {
	text = normalize(text)
	for _, lane := range laneOrder {
		for i := range l.Rules {
			r := &l.Rules[i]
			if r.Lane == lane && applies(r, text) {
				notice := r.Notice
				if notice == "" {
					notice = string(lane)
				}
				return sorted{lane, r.Lang, notice}
			}
		}
	}
	return sorted{lane: knowledge.LaneKnowledge}
}

// applies reports whether the rule is for text. Few rules match, so that is looked at first.
func applies(r *knowledge.LaneRule, text string) bool {
	found := func(p *regexp.Regexp) bool { return p.MatchString(text) }
	return slices.ContainsFunc(r.Match, found) && !slices.ContainsFunc(r.Unless, found)
}

// plainQuotes are the quotation marks and apostrophes that phones put in for ' and ".
var plainQuotes = strings.NewReplacer("’", "'", "‘", "'", "`", "'", "´", "'", "“", `"`, "”", `"`, "„", `"`)

// normalize brings a question into the form that lane patterns are written for: NFKC,
// lower case, plain quotes, single spaces.
func normalize(text string) string {
	text = plainQuotes.Replace(strings.ToLower(norm.NFKC.String(text)))
	return strings.Join(strings.Fields(text), " ")
}
