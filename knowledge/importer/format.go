package importer

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
)

// A format is a way of writing an article down.
type format int

const (
	formatUnknown format = iota
	formatText
	formatMarkdown
	formatHTML
)

var errNoText = errors.New("there is no text of an article in it; check that it is the right file and was saved completely")

// formatOfName returns the format that the name's extension tells.
func formatOfName(name string) format {
	switch strings.ToLower(path.Ext(strings.ReplaceAll(name, `\`, "/"))) {
	case ".txt", ".text":
		return formatText
	case ".md", ".markdown", ".mdown", ".mkd":
		return formatMarkdown
	case ".html", ".htm", ".xhtml":
		return formatHTML
	}
	return formatUnknown
}

var (
	htmlStart = regexp.MustCompile(`(?i)^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b`)
	htmlTags  = regexp.MustCompile(`(?i)</(p|div|h[1-6]|li|article|section|td)\s*>`)

	markdownLine = regexp.MustCompile("(?m)^(#{1,6} +\\S|```|~~~|={3,}$|\\|[ :-]+\\|)")
	markdownSpan = regexp.MustCompile(`\*\*\S[^*\n]*\*\*|\]\(\S+\)`)
)

// sniff returns the format to read src in: f where that is known, else what the text
// looks like. A text file that opens as a web page does is a web page.
func sniff(f format, src string) format {
	start := src[:min(len(src), 64<<10)]
	switch {
	case f == formatMarkdown || f == formatHTML:
		return f
	case htmlStart.MatchString(start):
		return formatHTML
	case f == formatText:
		return f
	case len(htmlTags.FindAllString(start, 3)) == 3:
		return formatHTML
	case markdownLine.MatchString(start) || len(markdownSpan.FindAllString(start, 3)) == 3 || frontMatter.MatchString(start):
		return formatMarkdown
	}
	return formatText
}

// signatures are the first bytes of files that people take for texts.
var signatures = []struct{ prefix, what string }{
	{"%PDF-", "it is a PDF"},
	{"PK\x03\x04", "it is a Word document or another zipped file"},
	{"\xd0\xcf\x11\xe0", "it is an old Word document"},
	{`{\rtf`, "it is a rich text document (RTF)"},
	{"\x1f\x8b", "it is compressed"},
}

// decode returns data as UTF-8 without a byte order mark, with lines that end in \n
// and without characters that cannot be seen. The note, if any, tells what was assumed.
//
// Bytes that are valid UTF-8 are that, whatever a web page declares: text in another
// encoding is hardly ever valid by chance, and wrong declarations are common. Other
// bytes are what the page declares. Failing that they are read as windows-1252, which
// old Western editors wrote, unless so many are outside ASCII that the text must be in
// a script which that encoding lacks.
func decode(data []byte, f format) (text, note string, err error) {
	for _, s := range signatures {
		if bytes.HasPrefix(data, []byte(s.prefix)) {
			return "", "", fmt.Errorf("%s; save its text as a .txt, .md or .html file and import that", s.what)
		}
	}
	text = string(data)
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return "", "", errors.New("the file is empty; save the article again and import that")
	case len(data) > MaxSize:
		return "", "", fmt.Errorf("it has %d bytes and the limit is %d; import the article alone, as text", len(data), MaxSize)
	case utf16Mark(data):
		e, _, _ := charset.DetermineEncoding(data, "")
		if text, err = e.NewDecoder().String(text); err != nil {
			return "", "", fmt.Errorf("it is not valid UTF-16 (%v); save it as UTF-8", err)
		}
	case bytes.IndexByte(data, 0) >= 0:
		return "", "", errBinary
	case utf8.Valid(data) && bytes.IndexByte(data, 0x1b) < 0: // an escape starts ISO-2022-JP's way of writing Japanese
	default:
		if text, note, err = decodeLegacy(data, f); err != nil {
			return "", "", err
		}
	}
	if text = visible(strings.ToValidUTF8(text, "\uFFFD")); controls(data) > 1+len(data)/100 {
		return "", "", errBinary
	}
	return text, note, nil
}

var errBinary = errors.New("it is a binary file; save the article's text as a .txt, .md or .html file and import that")

func utf16Mark(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
}

// decodeLegacy decodes what is not UTF-8.
func decodeLegacy(data []byte, f format) (text, note string, err error) {
	if f == formatHTML || f == formatUnknown {
		if e, name, certain := charset.DetermineEncoding(data, ""); certain || declares(data, name) {
			text, err := e.NewDecoder().String(string(data))
			if err != nil {
				return "", "", fmt.Errorf("it declares to be %s and is not (%v); save it as UTF-8", name, err)
			}
			return text, "", nil
		}
	}
	high := 0
	for _, b := range data {
		if b >= 0x80 {
			high++
		}
	}
	if 4*high > len(data) {
		return "", "", errors.New("it is not in UTF-8 and its encoding is not known; open it in an editor, save it as UTF-8 and import that")
	}
	text, err = charmap.Windows1252.NewDecoder().String(string(data))
	return text, "The file is not in UTF-8; it was read as windows-1252.", err
}

var charsetLabel = regexp.MustCompile(`(?i)charset\s*=\s*["']?\s*([\w.:-]+)`)

// declares reports whether the page in data declares the encoding of that name.
func declares(data []byte, name string) bool {
	m := charsetLabel.FindSubmatch(data[:min(len(data), 1024)])
	if m == nil {
		return false
	}
	_, label := charset.Lookup(string(m[1]))
	return label != "" && label == name
}

// controls counts the control characters that no text has.
func controls(data []byte) int {
	n := 0
	for _, b := range data {
		if b < 0x20 && !strings.ContainsRune("\t\n\v\f\r\x1b", rune(b)) {
			n++
		}
	}
	if utf16Mark(data) { // half of its bytes are zero
		return 0
	}
	return n
}
