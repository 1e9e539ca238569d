package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxID is the longest id made from a title or heading. An article's and a section's
// must fit together into the 100 characters of a button's id in Discord.
const maxID = 44

// articleID returns the id of the article with that title.
func articleID(title string) string { return slug(title, "article") }

// sectionID returns an id for a heading that is not used yet: the second "Names" of an
// article is names-2. It counts the uses in used.
func sectionID(heading string, used map[string]int) string {
	base := slug(heading, "section")
	id := base
	for used[id] > 0 {
		used[base]++
		id = fmt.Sprintf("%s-%d", base, used[base])
	}
	used[id]++
	return id
}

// latin are the Latin letters that do not decompose into a plain one and a mark, and
// the characters that are left out of a word without parting it.
var latin = strings.NewReplacer(
	"ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ı", "i", "ħ", "h",
	"'", "", "’", "", "ʼ", "", "&", " and ",
)

// slug returns s as lower-case ASCII words with hyphens between them. The same s always
// gives the same slug. Where most letters of s have no ASCII form, or the slug would be
// too long, part of it is a hash of s; a slug without letters is put behind kind.
func slug(s, kind string) string {
	var words []string
	var word strings.Builder
	kept, lost, lettered := 0, 0, false
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	for _, r := range norm.NFKD.String(latin.Replace(strings.ToLower(s))) {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			word.WriteRune(r)
			kept++
			lettered = lettered || r > '9'
		case unicode.IsMark(r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			lost++
			end()
		default:
			end()
		}
	}
	end()
	sum := sha256.Sum256([]byte(s))
	hash := hex.EncodeToString(sum[:3])
	id := strings.Join(words, "-")
	switch {
	case id == "" || lost > kept && !lettered:
		return kind + "-" + hash
	case lost > kept:
		return shorten(words, maxID-len(hash)-1) + "-" + hash
	case !lettered:
		id = kind + "-" + id
	}
	if len(id) > maxID {
		return shorten(strings.Split(id, "-"), maxID-len(hash)-1) + "-" + hash
	}
	return id
}

// shorten joins as many of the words as fit into n bytes, or part of the first.
func shorten(words []string, n int) string {
	id := words[0][:min(len(words[0]), n)]
	for _, w := range words[1:] {
		if len(id)+1+len(w) > n {
			break
		}
		id += "-" + w
	}
	return id
}
