package discord

import (
	"regexp"
	"strings"
)

// What stands in a message and is not part of a question.
var (
	codeBlock    = regexp.MustCompile("(?s)```(?:[A-Za-z0-9+#-]*\n)?(.*?)```")
	inlineCode   = regexp.MustCompile("``?([^`]+)``?")
	maskedLink   = regexp.MustCompile(`\[([^\]]+)\]\(<?https?://[^\s()]*(?:\([^\s()]*\)[^\s()]*)*>?\)`)
	bareLink     = regexp.MustCompile(`<?https?://[^\s>]+>?`)
	anyMention   = regexp.MustCompile(`<(?:@[!&]?|#)\d+>|</[^:>]+:\d+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|<id:\w+>`)
	lineMarkup   = regexp.MustCompile(`(?m)^\s*(?:>>> ?|> ?|-# |#{1,3} )`)
	inlineMarkup = strings.NewReplacer("**", "", "__", "", "~~", "", "||", "")
)

// plainQuestion reduces the markdown of a message to the question that it asks:
// mentions, emoji and addresses go, and of code, links and formatting the text stays.
func plainQuestion(content string) string {
	s := codeBlock.ReplaceAllString(content, " $1 ")
	s = inlineCode.ReplaceAllString(s, "$1")
	s = maskedLink.ReplaceAllString(s, "$1")
	s = bareLink.ReplaceAllString(s, " ")
	s = anyMention.ReplaceAllString(s, " ")
	s = lineMarkup.ReplaceAllString(s, "")
	return oneLine(inlineMarkup.Replace(s))
}

// withoutCode returns content without what stands in code, where a mention is only text.
func withoutCode(content string) string {
	return inlineCode.ReplaceAllString(codeBlock.ReplaceAllString(content, " "), " ")
}
