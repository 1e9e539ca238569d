package importer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// minShare is the share of a page's text, one part in so many, that an article element
// without a title must hold to be the article. Menus and comments may be the rest.
const minShare = 5

// articleNode returns the element that holds the article: the article element, if one
// stands out, else the main one, else the body.
func articleNode(body *html.Node) *html.Node {
	root := body
	if n := find(body, func(n *html.Node) bool { return n.DataAtom == atom.Main || attr(n, "role") == "main" }); n != nil && letters(textOf(n)) > 0 {
		root = n
	}
	var best *html.Node
	size, second := 0, 0
	for n := range root.Descendants() {
		if n.DataAtom != atom.Article || within(n.Parent, root, atom.Article) {
			continue
		}
		if s := letters(textOf(n)); s > size {
			best, size, second = n, s, size
		} else {
			second = max(second, s)
		}
	}
	if best == nil || size <= 2*second {
		return root // one of a list
	}
	titled := find(best, func(n *html.Node) bool { return n.DataAtom == atom.H1 }) != nil
	if !titled && minShare*size < letters(textOf(root)) {
		return root // a teaser beside the text
	}
	return best
}

// within reports whether n or an element around it, inside root, is of that kind.
func within(n, root *html.Node, kind atom.Atom) bool {
	for ; n != nil && n != root; n = n.Parent {
		if n.DataAtom == kind {
			return true
		}
	}
	return false
}

// pageTitle returns what a page calls itself outside its article, or "".
func pageTitle(doc, root *html.Node) string {
	var page, site, heading string
	for n := range doc.Descendants() {
		switch {
		case n.DataAtom == atom.Title && n.Parent.DataAtom == atom.Head:
			page = firstOf(page, squeeze(textOf(n)))
		case n.DataAtom == atom.Meta && attr(n, "property") == "og:site_name":
			site = squeeze(attr(n, "content"))
		}
	}
	for n := range doc.Descendants() {
		switch {
		case n.DataAtom == atom.Meta && attr(n, "property") == "og:title":
			page = firstOf(squeeze(attr(n, "content")), page)
		case n.DataAtom == atom.H1 && heading == "" && !within(n, doc, atom.Nav):
			if h := squeeze(textOf(n)); h != "" && strings.Contains(fold(page), fold(h)) {
				heading = h
			}
		}
	}
	title := firstOf(heading, withoutSite(page, site))
	if slices.Contains([]string{"untitled", "untitled document", "document", "home", "index", "new page"}, fold(title)) || letters(title) == 0 || runes(title) > maxDeclared {
		return ""
	}
	return title
}

// siteBreak stands between a page's title and the name of its site.
var siteBreak = regexp.MustCompile(` (?:[|·•»–—-]|::) `)

// withoutSite returns a page's title without the name of the site at one of its ends.
func withoutSite(title, site string) string {
	parts := siteBreak.Split(title, -1)
	last := parts[len(parts)-1]
	switch {
	case len(parts) == 1:
	case site != "" && fold(parts[0]) == fold(site):
		return strings.TrimSpace(title[siteBreak.FindStringIndex(title)[1]:])
	case site != "" && fold(last) == fold(site), len(strings.Fields(last)) <= 4 && (len(strings.Fields(parts[0])) >= 2 || strings.Contains(title, " | ")):
		breaks := siteBreak.FindAllStringIndex(title, -1)
		return strings.TrimSpace(title[:breaks[len(breaks)-1][0]])
	}
	return title
}

// dropReason returns why an element is left out, or "".
func (r *htmlReader) dropReason(n *html.Node) string {
	switch n.DataAtom {
	case atom.Nav:
		return navigation
	case atom.Form, atom.Input, atom.Select, atom.Textarea, atom.Dialog:
		return form
	case atom.Button:
		if !r.inHeading(n) { // as in a list of questions that open at a click
			return form
		}
	case atom.Aside:
		return asideNote
	case atom.Footer:
		if !within(n, r.root, atom.Blockquote) {
			return footer
		}
	case atom.Header:
		if r.root == r.body && find(n, func(n *html.Node) bool { return n.DataAtom == atom.H1 }) == nil {
			return navigation
		}
	}
	if reason := roles[attr(n, "role")]; reason != "" {
		return reason
	}
	if hasAttr(n, "hidden") || attr(n, "aria-hidden") == "true" || hiddenStyle.MatchString(attr(n, "style")) {
		return hidden
	}
	reason := classReason(attr(n, "class") + " " + attr(n, "id"))
	if reason != "" && (n.DataAtom == atom.Article || n.DataAtom == atom.Main || 2*letters(textOf(n)) > r.size) {
		return "" // a class of the page's theme rather than of this part
	}
	return reason
}

func (r *htmlReader) inHeading(n *html.Node) bool {
	for n = n.Parent; n != nil && n != r.root; n = n.Parent {
		if len(n.Data) == 2 && n.Data[0] == 'h' && '1' <= n.Data[1] && n.Data[1] <= '6' {
			return true
		}
	}
	return false
}

var roles = map[string]string{
	"navigation": navigation, "menu": navigation, "menubar": navigation, "search": navigation, "toolbar": navigation, "banner": navigation,
	"contentinfo": footer, "complementary": asideNote, "form": form, "dialog": form, "alertdialog": form,
}

var hiddenStyle = regexp.MustCompile(`(?i)(display:\s*none|visibility:\s*hidden)`)

// classes are the names that themes of Shopify, WordPress and others give to what is
// not the article. They match one class or id, in lower case.
var classes = []phrase{
	phrases(hidden, `sr-only|screen-reader-text|visually-?hidden|hidden|skip-?link|skip-to-content-link`),
	phrases(comments, `(article-template__)?comments?(-?(list|area|section|wrapper|respond|form|box))?(-wrapper)?|disqus(_thread|-container)?|respond|comment-respond`),
	phrases(shareLinks, `.*\b(social|share)[-_]{0,2}(share|sharing|links?|buttons?|icons?|bar|list|container)|sharedaddy|sharing|share|addtoany.*|sharethis.*|article__share|jp-sharing.*`),
	phrases(newsletter, `.*\b(newsletter|mailchimp|subscribe|email-signup)([-_]+(form|block|box|section|signup|wrapper|popup|banner|container))*|mc_embed.*`),
	phrases(cookieNotice, `(.*\b)?(cookie|gdpr|consent)s?[-_]?(banner|notice|bar|consent|popup|law.*|info.*|message|modal)`),
	phrases(relatedPosts, `(.*\b)?(related|recommended|similar)[-_]?(posts?|articles?|products?|content|reading|stories)(-(list|section|grid))?|related|yarpp.*|jp-relatedposts`),
	phrases(navigation, `breadcrumbs?|.*\bbreadcrumb-(list|nav|trail)|nav|navbar|navigation|menu|(main|site|primary)-(menu|nav|navigation|header)|pagination|pager|(post|posts|page|entry)-navigation|nav-links|toc|table-of-contents|ez-toc-container|lwptoc`),
	phrases(footer, `footer|(site|page)-footer|copyright|colophon`),
	phrases(asideNote, `sidebar|widget-area|secondary|popup|modal|advert(isement)?s?|ad-(slot|container|banner)|adsbygoogle|author-(box|bio)|about-author`),
	phrases(byline, `byline|(entry|post|article)-(meta|date|author)|article-template__(date|author|meta)|posted-on|reading-time`),
}

// classReason returns why an element with those classes is not the article, or "".
func classReason(names string) string {
	for _, name := range strings.Fields(strings.ToLower(names)) {
		for _, p := range classes {
			if p.re.MatchString(name) {
				return p.reason
			}
		}
	}
	return ""
}

// dropOutside reports the text of the page outside the article.
func (r *htmlReader) dropOutside() {
	for n := r.root; n != r.body; n = n.Parent {
		for kid := n.Parent.FirstChild; kid != nil; kid = kid.NextSibling {
			if kid == n {
				continue
			}
			no, _ := strconv.Atoi(attr(kid, lineAttr))
			reason := outside
			if kid.Type == html.ElementNode {
				reason = firstOf(r.dropReason(kid), outside)
			}
			r.d.drop(max(no, 1), textOf(kid), reason)
		}
	}
}
