package importer

import (
	"regexp"
	"slices"
	"strings"
)

// Reasons for which a text is dropped.
const (
	commentForm   = "comment form"
	comments      = "comments"
	cookieNotice  = "cookie notice"
	shareLinks    = "share links"
	newsletter    = "newsletter"
	relatedPosts  = "related posts"
	navigation    = "navigation"
	footer        = "footer"
	byline        = "byline or date"
	outside       = "outside the article"
	hidden        = "hidden on the page"
	form          = "form"
	asideNote     = "beside the article"
	repeatedTitle = "repeated title"
	aboveTitle    = "above the title"
	noText        = "heading without text"
	ornament      = "no words" // not worth a report
)

// A phrase recognises boilerplate by all of its text.
type phrase struct {
	reason string
	re     *regexp.Regexp
}

func phrases(reason string, patterns ...string) phrase {
	return phrase{reason, regexp.MustCompile(`^(?:` + strings.Join(patterns, "|") + `)$`)}
}

// strong phrases are boilerplate wherever a paragraph says nothing else. They match
// lower-case text, without signs around it.
var strong = []phrase{
	phrases(commentForm,
		`(leave|write|post|add|submit) (a|your) (comment|reply|response)( to .*)?`, `(post|submit) comment`, `cancel reply`,
		`(all )?comments (are|will be) moderated.*`, `please note,? (that )?comments (must|need to|have to) be (approved|moderated).*`,
		`your e-?mail (address )?(will not|won't) be (published|shared).*`, `required fields are marked.*`,
		`save my name,? e-?mail,? and website.*`, `this (site|form) (is protected by|uses) (h?captcha|recaptcha|akismet).*`,
		`(no|0) (comments|responses|replies)( yet| so far)?`, `be the first to (comment|reply|leave a comment).*`,
		`you must be logged in to (post a )?comment.*`, `notify me of (follow-?up|new) (comments|posts).*`, `comments are closed`,
	),
	phrases(comments, `\d+ (comments?|responses?|replies)`, `\d+ (thoughts?|comments?|responses?|replies) (on|to) ["“”'‘].*`),
	phrases(cookieNotice,
		`(we|this (web)?site|our (web)?site) uses? cookies.*`, `(accept|reject|allow)( all)? cookies`, `(manage|cookie) (settings|preferences|policy|notice|consent)`,
		`by (continuing|clicking|using) .*\bcookies\b.*`,
	),
	phrases(shareLinks,
		`share( this)?( (article|post|page|story))?( (on|via|with) (facebook|twitter|x|linkedin|pinterest|whatsapp|reddit|e-?mail|social media|friends))?`,
		`tweet( this| on twitter)?`, `pin (it|on pinterest)`, `copy link`, `link copied.*`, `click to (share|print|e-?mail).*`, `opens in a new window`,
		`follow us( on .*)?`,
	),
	phrases(newsletter,
		`(subscribe|sign up|join)( to| for)? (our|the|my) (weekly |monthly |free |e-?mail )*(newsletter|mailing list|list|blog)\b.*`, `newsletter( sign-?up)?`,
		`enter your e-?mail.*`, `(get|receive) .*\b(in|to) your inbox.*`, `subscribe now`,
	),
	phrases(relatedPosts,
		`(related|recent|popular|latest|recommended|more|similar) (posts|articles|stories|news|reading|products)( from .*)?`,
		`you (may|might) also (like|enjoy|be interested in).*`, `(read|up) next`, `recommended for you`, `featured products?`,
	),
	phrases(navigation,
		`skip to( the)?( main)? (content|navigation)`, `(toggle|open|close|main|primary) (navigation|menu)`, `home ?[>»›/|→] ?.*`, `back to( the)? (blog|top|news|articles|all posts)`,
		`(previous|next|older|newer) (post|article|entry|story)s?( ?[:>»›→←«‹].*)?`, `continue reading.*`, `read more`, `view all`, `search for`,
	),
	phrases(footer,
		`(©|\(c\)|copyright).{0,12}\b(19|20)\d\d\b.*`, `(19|20)\d\d ?©.*`, `.{0,60}\ball rights reserved\b.{0,60}`, `(proudly )?powered by (shopify|wordpress|squarespace|wix|ghost|blogger|medium)`,
	),
}

// weak phrases are boilerplate only beside a strong one.
var weak = []phrase{
	phrases(commentForm, `(your )?(name|e-?mail|website|message|comments?)( address)?( ?\(?(required|optional)\)?)?`, `submit|send|reply|post|comment`),
	phrases(shareLinks, `share|save|like|print|e-?mail|facebook|twitter|x|linkedin|pinterest|whatsapp|reddit|instagram|tumblr|telegram|youtube|tiktok`),
	phrases(newsletter, `subscribe|sign up|e-?mail( address)?|no spam.*|unsubscribe.*`),
	phrases(navigation, `home|menu|search|cart|bag|log ?in|sign in|account|my account|close|about( us)?|contact( us)?|blog|news|shop|faqs?|products|next|previous`),
	phrases(footer, `(privacy|cookie|refund|shipping|return) policy|terms( (of (service|use)|and conditions|& conditions))?|sitemap|imprint|quick links|contact( us)?|accessibility`),
	phrases(cookieNotice, `accept|decline|reject|got it|ok|learn more|preferences`),
}

// bylines stand between a title and the text.
var bylines = phrases(byline,
	`(by|written by|posted by|author|authors|reviewed by|medically reviewed by|edited by) .{2,80}`,
	`((first |last )?(published|posted|updated|reviewed|modified)( on)?:? )?((mon|tues|wednes|thurs|fri|satur|sun)day,? )?(\d{1,2}(st|nd|rd|th)?\.? )?(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sep(t|tember)?|oct(ober)?|nov(ember)?|dec(ember)?)\.?( \d{1,2}(st|nd|rd|th)?)?,? (19|20)\d\d( ?([-|·•–,]|at|by) ?.{0,60})?`,
	`(19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}`, `\d{1,2}[/.]\d{1,2}[/.](19|20)\d\d`, `\d+ ?min(ute)?s?( read)?`, `reading time.*`, `(posted|filed) (in|under) .*`,
)

// maxBoilerplate is the longest text, in bytes, that the phrases are tried on: the
// longest cookie notice, with room to spare.
const maxBoilerplate = 400

// plain returns text as the phrases expect it.
func plain(text string) string {
	text = strings.ReplaceAll(strings.ToLower(text), "’", "'")
	return strings.Trim(text, " .!*:…→←»«›‹>•|-–—+×✕")
}

func match(list []phrase, text string) (reason string) {
	if len(text) > maxBoilerplate {
		return ""
	}
	text = plain(text)
	for _, p := range list {
		if p.re.MatchString(text) {
			return p.reason
		}
	}
	return ""
}

// boilerplate returns why a paragraph or line of that text is boilerplate wherever it
// stands, or "".
func boilerplate(text string) string {
	if reason := match(strong, text); reason != "" {
		return reason
	}
	return wordsOf(text)
}

// wordsOf returns the reason of a line that strings weak phrases of one reason
// together, such as "Facebook Twitter Pinterest".
func wordsOf(text string) string {
	if len(text) > maxBoilerplate {
		return ""
	}
	words := strings.Fields(text)
	if len(words) < 3 {
		return ""
	}
	reason := match(weak[1:], words[0])
	for _, w := range words {
		if letters(w) > 0 && (reason != shareLinks && reason != navigation || !weakAs(reason, w)) {
			return ""
		}
	}
	return reason
}

func weakAs(reason, text string) bool {
	return slices.ContainsFunc(weak, func(p phrase) bool { return p.reason == reason && p.re.MatchString(plain(text)) })
}

// judge returns why a block is boilerplate, and whether it is so wherever it stands.
// Of several lines each must be boilerplate.
func judge(b *block) (reason string, sure bool) {
	if b.kind == code || len(b.text) > 4*maxBoilerplate {
		return "", false
	}
	lines := strings.Split(b.text, "\n")
	for _, l := range lines {
		if b.kind == list {
			l = strings.TrimPrefix(l, listMarker(l))
		}
		if r := boilerplate(l); r != "" {
			reason, sure = r, true
		} else if r := match(weak, l); r != "" {
			reason = firstOf(reason, r)
		} else {
			return "", false
		}
	}
	return reason, sure || len(lines) > 2
}

// dropBoilerplate drops what belongs to the page rather than to the article.
func (d *document) dropBoilerplate() {
	reasons := make([]string, len(d.blocks))
	guesses := make([]string, len(d.blocks))
	text := d.firstText()
	for i := range d.blocks {
		b := &d.blocks[i]
		reason, sure := judge(b)
		switch {
		case letters(b.text) == 0:
			reasons[i] = ornament
		case sure:
			reasons[i] = reason
		case i < text && b.menu:
			reasons[i] = navigation
		case i < text && i > 0 && b.kind == para && match([]phrase{bylines}, b.text) != "":
			reasons[i] = byline
		default:
			guesses[i] = reason
		}
	}
	for i := range reasons {
		if reasons[i] == relatedPosts {
			d.markCards(reasons, i+1)
		}
	}
	if i := slices.Index(reasons, comments); i >= 0 {
		d.markComments(reasons, i+1)
	}
	for i := 1; i < len(reasons); i++ {
		if reasons[i] == "" && reasons[i-1] != "" && reasons[i-1] != byline {
			reasons[i] = guesses[i]
		}
	}
	for i := len(reasons) - 2; i >= 0; i-- {
		if reasons[i] == "" && reasons[i+1] != "" && reasons[i+1] != byline {
			reasons[i] = guesses[i]
		}
	}
	kept := d.blocks[:0]
	gap := 0 // that an ornament makes
	for i, b := range d.blocks {
		switch reasons[i] {
		case "":
			b.gap += gap
			gap = 0
			kept = append(kept, b)
		case ornament:
			gap++
		default:
			d.drop(b.line, b.text, reasons[i])
		}
	}
	d.blocks = kept
}

// firstText returns the index of the first block of running text.
func (d *document) firstText() int {
	i := slices.IndexFunc(d.blocks, func(b block) bool {
		return b.kind != heading && !b.menu && !titleLike(b.text)
	})
	if i < 0 {
		return len(d.blocks)
	}
	return i
}

// markCards marks the teasers below "Related posts": short lines, pictures' captions,
// headings without a text of their own.
func (d *document) markCards(reasons []string, i int) {
	for ; i < len(reasons) && reasons[i] == ""; i++ {
		b := d.blocks[i]
		short := titleLike(b.text) || strings.HasSuffix(b.text, "…") || strings.HasSuffix(b.text, "...")
		if !short && b.kind != list && !b.menu {
			return
		}
		if b.kind == heading && i+1 < len(d.blocks) && d.blocks[i+1].kind == para && len(d.blocks[i+1].text) > 200 {
			return
		}
		reasons[i] = relatedPosts
	}
}

// markComments marks all that follows "3 comments", if that is the smaller part of the
// page and no heading is in it.
func (d *document) markComments(reasons []string, i int) {
	before, after := 0, 0
	for j, b := range d.blocks {
		switch {
		case j < i:
			before += len(b.text)
		case b.kind == heading && reasons[j] == "":
			return
		default:
			after += len(b.text)
		}
	}
	for ; i < len(reasons) && 2*after < before; i++ {
		reasons[i] = firstOf(reasons[i], comments)
	}
}
