package knowledge

import "strings"

// A Lane is what kind of message a question is, as far as its words alone tell.
type Lane string

// The lanes, in the order in which they are tried.
const (
	LaneEmergency      Lane = "emergency"      // somebody may need urgent help
	LaneRecommendation Lane = "recommendation" // which brand, clinic or price is best
	LaneAdvice         Lane = "advice"         // about somebody's own treatment
	LaneSmalltalk      Lane = "smalltalk"      // greetings, thanks, about the bot
	LaneCaution        Lane = "caution"        // knowledge, to be answered with a notice
	LaneKnowledge      Lane = "knowledge"      // everything else
)

// Lanes holds the patterns that sort questions into lanes, and the fixed phrases that
// go with each: the content of lanes.yaml.
//
//	words:
//	  product: [exosome, exosomes, "/vesicles?/"]
//	  treatment: ["{product} therapy", "{product} injection"]
//	rules:
//	  - lane: advice
//	    lang: en
//	    notice: advice
//	    match: ['\bshould i (get|have)\b']
//	    needs: ['\b{treatment}', '\bmy (knee|skin)\b']
//	    unless: ['\bmy (essay|homework)']
//	notices:
//	  advice:
//	    en: Exobot cannot advise on your own case.
//	    de: Exobot kann im Einzelfall nicht beraten.
//	examples:
//	  advice: |
//	    got ms and a trip booked, worth it?
//	  knowledge: |
//	    my professor asks how they are told apart by size
//
// A pattern is a regular expression of Go in which {name} stands for any of the words
// of that name. A word is plain text, in which {name} works too, or between slashes a
// regular expression. Every notice has a text in English. Examples are English messages that
// are about somebody's own case, and others that are not, though some look like it; from some
// thousands of both it is learnt what no rule was thought of for, and from less than 20 of
// either nothing is.
type Lanes struct {
	Rules    []LaneRule
	Notices  map[string]map[string]string // phrase's name → language → text
	Examples map[Lane][]string            // by LaneAdvice and LaneKnowledge
}

// A LaneRule puts a question into a lane when one of Match is found in it, and one of Needs
// too where there are any, and none of Unless. Patterns see the question normalised: NFKC,
// lower case, plain quotes and single spaces, so they are written in lower case.
type LaneRule struct {
	Lane   Lane
	Lang   string // language the rule is written for; rules of every language are tried
	Notice string // name of the phrase that goes with it; "" means the lane's own name
	Match  []*Pattern
	Needs  []*Pattern
	Unless []*Pattern
}

// Notice returns the fixed phrase of that name in the language of the tag, in a wider
// language of the same family ("pt" for "pt-BR"), or in English; "" when there is none.
func (l *Lanes) Notice(name, lang string) string {
	phrases := l.Notices[name]
	for lang != "" {
		if p, ok := phrases[lang]; ok {
			return p
		}
		lang = lang[:max(strings.LastIndexByte(lang, '-'), 0)]
	}
	return phrases["en"]
}
