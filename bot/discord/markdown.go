package discord

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"exobot/knowledge"
)

// breaker is a zero-width space. Behind the character with which a mention begins, it
// keeps both the client and the server from seeing one, which a backslash alone does
// for the client only.
const breaker = "\u200b"

// escape returns markdown that Discord shows as s: nothing is formatted, mentioned or
// expanded into a preview. A web address stays a link.
func escape(s string) string { return escaper{links: true}.escape(tame(s)) }

// escapeLine is escape for a place that has one line, such as a title.
func escapeLine(s string) string { return escape(oneLine(s)) }

func oneLine(s string) string { return strings.Join(strings.Fields(tame(s)), " ") }

// passage returns markdown that shows text with the marked spans in bold. Spans that
// are not within text are left out.
func passage(text string, marks []knowledge.Span) string {
	var b strings.Builder
	pos := 0
	for i := 0; i < len(marks); i++ {
		m := marks[i]
		if m.Start < pos || m.End <= m.Start || m.End > len(text) {
			continue
		}
		for i+1 < len(marks) && adjoin(text, m, marks[i+1]) {
			i++
			m.End = marks[i].End
		}
		b.WriteString(escape(text[pos:m.Start]))
		bold(&b, m.Of(text))
		pos = m.End
	}
	b.WriteString(escape(text[pos:]))
	return b.String()
}

// adjoin reports whether b follows a with nothing but space between them.
func adjoin(text string, a, b knowledge.Span) bool {
	return a.End <= b.Start && b.Start < b.End && b.End <= len(text) && strings.TrimSpace(text[a.End:b.Start]) == ""
}

// bold writes text in bold, line by line, because bold that begins or ends at a space
// or spans lines comes out as asterisks.
func bold(b *strings.Builder, text string) {
	for i, line := range strings.Split(tame(text), "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		inner := strings.TrimSpace(line)
		if inner == "" {
			b.WriteString(line)
			continue
		}
		before, after, _ := strings.Cut(line, inner)
		b.WriteString(before + "**" + escaper{links: true}.escape(inner) + "**" + after)
	}
}

// link returns label as a link to address without a preview, or label alone if address
// is nothing to link to.
func link(label, address string) string {
	label = escaper{}.escape(oneLine(label))
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return label
	}
	target := inLink.Replace(u.String())
	if len(target) > maxLinkURL || strings.IndexFunc(target, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("<>\\", r) }) >= 0 {
		return label
	}
	return "[" + label + "](<" + target + ">)"
}

// inLink replaces what could end a link, or begin something else inside it.
var inLink = strings.NewReplacer("@", "%40", "*", "%2A", "|", "%7C", "`", "%60", "[", "%5B", "]", "%5D", "(", "%28", ")", "%29")

// An escaper turns plain text into markdown.
type escaper struct {
	links bool // let web addresses be links
}

func (e escaper) escape(s string) string {
	var b strings.Builder
	lineStart := true // nothing but space and digits so far
	digits := false   // and digits there are
	for i := 0; i < len(s); {
		if e.links && s[i] == 'h' {
			if address := webAddress.FindString(s[i:]); address != "" {
				b.WriteString("<" + address + ">")
				i += len(address)
				lineStart = false
				continue
			}
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		rest := s[i+size:]
		i += size
		switch r {
		case '\\', '*', '_', '~', '`', '|', '[', ']':
			b.WriteByte('\\')
		case '#', '-', '+', '>': // headings, lists, quotes
			if lineStart && !digits {
				b.WriteByte('\\')
			}
		case '.', ')': // numbered lists
			if lineStart && digits {
				b.WriteByte('\\')
			}
		case ':':
			if strings.HasPrefix(rest, "//") {
				b.WriteByte('\\')
			}
		case '<':
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if r == '<' && mentionRest.MatchString(rest) || r == '@' && groupRest.MatchString(rest) {
			b.WriteString(breaker)
		}
		switch {
		case r == '\n':
			lineStart, digits = true, false
		case '0' <= r && r <= '9':
			digits = lineStart
		case r != ' ':
			lineStart = false
		}
	}
	return b.String()
}

var (
	// webAddress matches an address that can stand in angle brackets as it is.
	webAddress = regexp.MustCompile(`^https?://[A-Za-z0-9][A-Za-z0-9\-._~:/?#=&%+,;!$]*[A-Za-z0-9\-_~/#=&%+$]`)
	// What follows the < of a mention (user, role, channel, emoji, time, command, page),
	// and the @ of a mention of everybody.
	mentionRest = regexp.MustCompile(`^(?:[@#:/]|a:|t:|id:)`)
	groupRest   = regexp.MustCompile(`^(?i:everyone|here)`)
)

// maxMarks is how many combining marks one character may carry. No language needs more.
const maxMarks = 4

// tame removes from s what could garble the text around it: invalid bytes, control,
// private-use and direction-override characters, towers of combining marks, and more
// than one empty line in a row. The joiners that scripts and emoji need stay.
func tame(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	marks, newlines := 0, 0
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				continue
			}
		}
		switch r {
		case '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
			r = '\n'
		case '\t':
			r = ' '
		}
		const nonJoiner, joiner = '\u200c', '\u200d'
		switch {
		case r == '\n':
			marks = 0
			if newlines++; newlines > 2 {
				continue
			}
			b.WriteRune(r)
			continue
		case unicode.IsMark(r):
			if marks++; marks > maxMarks {
				continue
			}
		case r == nonJoiner || r == joiner:
		case unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs) || r&0xFFFE == 0xFFFE:
			continue
		default:
			marks = 0
		}
		newlines = 0
		b.WriteRune(r)
	}
	return b.String()
}
