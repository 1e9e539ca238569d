package discord

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"regexp"
	"strconv"
	"strings"

	"exobot/knowledge"
)

// A customID is what a button, a select or a form carries, and all that is known when
// somebody uses it: nothing about it is stored, so it outlives restarts and new packs.
// Its text form is a version, an action and what that action needs:
//
//	x1:up:exosome-size/diameter#2
//	x1:more:exosome-size/weight,exosome-shape/round
//	x1:share:exosome-safety/dose:advice
//	x1:dismiss:80351110224678912
//	x1:reply:80351110224678912:exosome-safety/dose:advice
//	x1:thread:80351110224678912:exosome-size/diameter#2
//	x1:sections:exosome-size:1
//
// Whatever comes back from Discord is untrusted; parseCustomID takes what String makes
// and nothing else.
type customID struct {
	action   action
	passages []passageKey        // what the action is about
	lane     knowledge.Lane      // whose notice goes with them; "" if there is none
	asker    string              // user id, "" if it is not known
	target   string              // id of the message that is answered
	article  knowledge.ArticleID // whose sections are listed
	page     int                 // of a list, from 0
}

const (
	idVersion = "x1"
	// maxCustomID is Discord's limit; ids are ASCII.
	maxCustomID = 100
	// maxKeys is how many passages one id can name: the second and the third of an answer.
	maxKeys = 2
)

// An action is what using a component does.
type action string

// The actions. The names are part of messages that stand in channels for years.
const (
	actionMore      action = "more"     // shows further passages
	actionContext   action = "context"  // shows the paragraphs around one
	actionHelpful   action = "up"       // counts
	actionUnhelpful action = "down"     // opens the form for the reason
	actionReason    action = "reason"   // that form
	actionShare     action = "share"    // posts a passage for all to see
	actionReply     action = "reply"    // posts it as a reply to a message
	actionDismiss   action = "dismiss"  // deletes the reply
	actionThread    action = "thread"   // opens a thread from the reply
	actionTopic     action = "topic"    // select; its values are section keys
	actionArticles  action = "articles" // lists the articles
	actionArticle   action = "article"  // select; its values are article ids
	actionSections  action = "sections" // lists the sections of an article
	actionReport    action = "report"   // opens the form for a report
	actionReported  action = "reported" // that form
)

// forms says what follows each action in an id.
var forms = map[action]string{
	actionMore: "passages", actionContext: "passages", actionHelpful: "passages", actionUnhelpful: "passages",
	actionReason: "passages", actionShare: "passages and lane",
	actionDismiss:  "asker",
	actionThread:   "asker and passages",
	actionReply:    "target, passages and lane",
	actionArticles: "page", actionSections: "article",
	actionTopic: "", actionArticle: "", actionReport: "", actionReported: "",
}

// String returns the text form, in which passages are written short where they would
// not fit otherwise.
func (id customID) String() string {
	parts := []string{idVersion, string(id.action)}
	switch form := forms[id.action]; form {
	case "passages", "passages and lane", "asker and passages", "target, passages and lane":
		switch form {
		case "asker and passages":
			parts = append(parts, id.asker)
		case "target, passages and lane":
			parts = append(parts, id.target)
		}
		at := len(parts)
		parts = append(parts, joinKeys(id.passages, passageKey.String))
		if id.lane != "" {
			parts = append(parts, string(id.lane))
		}
		if s := strings.Join(parts, ":"); len(s) <= maxCustomID {
			return s
		}
		parts[at] = joinKeys(id.passages, func(k passageKey) string { return k.short().String() })
	case "asker":
		parts = append(parts, id.asker)
	case "page":
		parts = append(parts, strconv.Itoa(id.page))
	case "article":
		parts = append(parts, string(id.article), strconv.Itoa(id.page))
	}
	return strings.Join(parts, ":")
}

func joinKeys(keys []passageKey, show func(passageKey) string) string {
	all := make([]string, len(keys))
	for i, k := range keys {
		all[i] = show(k)
	}
	return strings.Join(all, ",")
}

// errCustomID is what parseCustomID returns: it names nothing that a user sent.
var errCustomID = errors.New("custom id does not parse")

var (
	snowflake = regexp.MustCompile(`^[1-9][0-9]{0,19}$`)
	number    = regexp.MustCompile(`^(?:0|[1-9][0-9]{0,3})$`)
)

// parseCustomID reads the text form of an id.
func parseCustomID(s string) (customID, error) {
	if len(s) > maxCustomID {
		return customID{}, errCustomID
	}
	parts := strings.Split(s, ":")
	if len(parts) < 2 || parts[0] != idVersion {
		return customID{}, errCustomID
	}
	id := customID{action: action(parts[1])}
	form, known := forms[id.action]
	if !known {
		return customID{}, errCustomID
	}
	args := parts[2:]
	if form == "target, passages and lane" && len(args) > 0 {
		if id.target = args[0]; !snowflake.MatchString(id.target) {
			return customID{}, errCustomID
		}
		args, form = args[1:], "passages and lane"
	}
	if form == "passages and lane" {
		if len(args) == 2 {
			if id.lane = knowledge.Lane(args[1]); !withNotice(id.lane) {
				return customID{}, errCustomID
			}
			args = args[:1]
		}
		form = "passages"
	}
	if form == "asker and passages" && len(args) == 2 {
		if id.asker = args[0]; !validAsker(id.asker) {
			return customID{}, errCustomID
		}
		args, form = args[1:], "passages"
	}
	ok := false
	switch {
	case form == "":
		ok = len(args) == 0
	case form == "passages" && len(args) == 1:
		for key := range strings.SplitSeq(args[0], ",") {
			k, err := parsePassageKey(key)
			if err != nil {
				return customID{}, errCustomID
			}
			id.passages = append(id.passages, k)
		}
		ok = len(id.passages) <= maxKeys
	case form == "asker" && len(args) == 1:
		id.asker, ok = args[0], validAsker(args[0])
	case form == "page" && len(args) == 1:
		id.page, ok = parseCount(args[0])
	case form == "article" && len(args) == 2:
		id.article = knowledge.ArticleID(args[0])
		id.page, ok = parseCount(args[1])
		ok = ok && validArticle(id.article)
	}
	if !ok {
		return customID{}, errCustomID
	}
	return id, nil
}

// withNotice reports whether passages that answer a question of the lane have its notice
// in front.
func withNotice(l knowledge.Lane) bool {
	return l == knowledge.LaneAdvice || l == knowledge.LaneCaution
}

func validAsker(s string) bool { return s == "" || snowflake.MatchString(s) }

func parseCount(s string) (int, bool) {
	if !number.MatchString(s) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

func validArticle(id knowledge.ArticleID) bool {
	_, err := knowledge.ParseSectionRef(string(id) + "/x")
	return err == nil
}

// A passageKey names a passage, or the first one of a section, within an id. Its text
// form is "article/section#number", the number left out if it is 0; or, where that is
// too long, the short "~article section#number" with six characters of hash for each of
// the two.
type passageKey struct {
	ref    knowledge.SectionRef // zero in the short form
	hash   string               // of ref, in the short form
	number int
}

const hashLength = 12

// keyOf returns the key of a passage, and whether it has one: ids of packs always do.
func keyOf(p *knowledge.Passage) (passageKey, bool) {
	_, err := knowledge.ParseSectionRef(p.Ref.String())
	return passageKey{ref: p.Ref, number: p.Number}, err == nil && p.Number >= 0 && p.Number < 10_000
}

func (k passageKey) short() passageKey {
	if k.hash == "" {
		k.hash, k.ref = hashRef(k.ref), knowledge.SectionRef{}
	}
	return k
}

// value returns the text form for the value of a select's option.
func (k passageKey) value() string {
	if s := k.String(); len(s) <= maxOptionText {
		return s
	}
	return k.short().String()
}

func (k passageKey) String() string {
	s := k.ref.String()
	if k.hash != "" {
		s = "~" + k.hash
	}
	if k.number != 0 {
		s += "#" + strconv.Itoa(k.number)
	}
	return s
}

var shortKey = regexp.MustCompile(`^[A-Za-z0-9_-]{12}$`)

func parsePassageKey(s string) (passageKey, error) {
	var k passageKey
	name, digits, numbered := strings.Cut(s, "#")
	if numbered {
		if !number.MatchString(digits) || digits == "0" {
			return k, errCustomID
		}
		k.number, _ = strconv.Atoi(digits) // at most four digits
	}
	if hash, short := strings.CutPrefix(name, "~"); short {
		if !shortKey.MatchString(hash) {
			return k, errCustomID
		}
		k.hash = hash
		return k, nil
	}
	ref, err := knowledge.ParseSectionRef(name)
	if err != nil {
		return k, errCustomID
	}
	k.ref = ref
	return k, nil
}

func hashRef(ref knowledge.SectionRef) string {
	return hashID(string(ref.Article)) + hashID(string(ref.Section))
}

// hashID returns six characters that stand for an id.
func hashID(id string) string {
	h := fnv.New32a()
	h.Write([]byte(id))
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, h.Sum32()))
}

// refWithin matches the section that an id of any version may name.
var refWithin = regexp.MustCompile(`[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*`)

// keyWithin returns the first section that an id which does not parse seems to name.
func keyWithin(s string) (passageKey, bool) {
	ref, err := knowledge.ParseSectionRef(refWithin.FindString(s))
	return passageKey{ref: ref}, err == nil
}

// lookUp returns the passage that k names in l. If there is none any more, it returns
// nil and the section nearest to it, or nil if none is near.
func lookUp(l *knowledge.Library, k passageKey) (p *knowledge.Passage, near *knowledge.Section) {
	if l == nil {
		return nil, nil
	}
	if k.hash != "" {
		return lookUpHash(l, k)
	}
	if p := definition(l, k); p != nil {
		return p, nil
	}
	if s := l.Section(k.ref); s != nil {
		if k.number < len(s.Passages) {
			return &s.Passages[k.number], nil
		}
		return nil, s
	}
	return nil, nearest(l, k.ref)
}

// definition returns the entry of the glossary that k names, or nil.
func definition(l *knowledge.Library, k passageKey) *knowledge.Passage {
	digits, ok := strings.CutPrefix(string(k.ref.Section), "concept-")
	if !ok || k.ref.Article != knowledge.GlossaryArticle || k.number != 0 {
		return nil
	}
	n, ok := parseCount(digits)
	if !ok || n >= len(l.Glossary) {
		return nil
	}
	return l.Definition(n)
}

func lookUpHash(l *knowledge.Library, k passageKey) (p *knowledge.Passage, near *knowledge.Section) {
	article, section := k.hash[:hashLength/2], k.hash[hashLength/2:]
	for _, a := range l.Articles {
		if hashID(string(a.ID)) != article {
			continue
		}
		for s := range a.All() {
			if near == nil {
				near = s
			}
			if hashID(string(s.ID)) != section {
				continue
			}
			if k.number < len(s.Passages) {
				return &s.Passages[k.number], nil
			}
			return nil, s
		}
	}
	return nil, near
}

// nearest returns the section whose id has most in common with one that is gone: the
// same article counts most, then the same section id, then words that both share, apart
// from those that every other id has. It returns nil if no section has anything in common
// with it.
func nearest(l *knowledge.Library, gone knowledge.SectionRef) *knowledge.Section {
	const sameArticle, sameSection, sectionWord, anyWord = 100, 10, 2, 1
	articleWords, sectionWords := telling(l, string(gone.Article)), telling(l, string(gone.Section))
	var best *knowledge.Section
	most := 0
	for _, a := range l.Articles {
		base := anyWord * shared(articleWords, string(a.ID))
		if a.ID == gone.Article {
			base += sameArticle
		}
		for s := range a.All() {
			own := sectionWord*shared(sectionWords, string(s.ID)) + anyWord*shared(articleWords, string(s.ID))
			if s.ID == gone.Section {
				own += sameSection
			}
			// Of two that have as much in common, the one with less besides is nearer.
			if n := base + own; n > most || n == most && own > 0 && len(s.ID) < len(best.ID) {
				best, most = s, base+own
			}
		}
	}
	return best
}

const (
	// minShared is the length from which a word of an id says what it is about.
	minShared = 4
	// maxCommon is the share of the articles from which a word in their ids says nothing:
	// in a pack about exosomes that one does not.
	maxCommon = 0.25
)

// telling returns the words of an id that say what it is about.
func telling(l *knowledge.Library, id string) []string {
	var words []string
	for word := range strings.SplitSeq(id, "-") {
		n := 0
		for _, a := range l.Articles {
			n += shared([]string{word}, string(a.ID))
		}
		if len(word) >= minShared && (n <= 1 || float64(n) < maxCommon*float64(len(l.Articles))) {
			words = append(words, word)
		}
	}
	return words
}

// shared counts the words that an id has, endings apart.
func shared(words []string, id string) int {
	n := 0
	for _, word := range words {
		for other := range strings.SplitSeq(id, "-") {
			if min(len(word), len(other)) >= minShared && (strings.HasPrefix(word, other) || strings.HasPrefix(other, word)) {
				n++
				break
			}
		}
	}
	return n
}
