package bot

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

//go:embed locales/*.json
var localeFiles embed.FS

// A PhraseName names a fixed phrase of the interface; locales/*.json hold its wording.
type PhraseName string

// Phrases that this package uses itself.
const (
	PhraseDecline PhraseName = "decline" // the articles do not cover the question
	PhraseGone    PhraseName = "gone"    // a section that is not in the pack any more
)

// phrasebook is every phrase in every language.
type phrasebook struct {
	tags    []language.Tag
	phrases []map[PhraseName]string // by tag
	matcher language.Matcher
}

// phrases loads the phrase book. The files are part of the program, so a fault in one
// is a fault of the program, and a test reads them all.
var phrases = sync.OnceValue(func() *phrasebook {
	b, err := loadPhrases(localeFiles, "locales")
	if err != nil {
		panic("bot: " + err.Error())
	}
	return b
})

// loadPhrases reads one file a language, English first, which is the language for those
// that have no file.
func loadPhrases(fsys fs.FS, dir string) (*phrasebook, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	b := &phrasebook{tags: []language.Tag{language.English}, phrases: []map[PhraseName]string{nil}}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read phrases: %w", err)
		}
		var m map[PhraseName]string
		if err := json.Unmarshal(data, &m); err != nil {
			return nil, fmt.Errorf("read phrases %s: %w", name, err)
		}
		tag, err := language.Parse(strings.TrimSuffix(path.Base(name), ".json"))
		if err != nil {
			return nil, fmt.Errorf("read phrases %s: the name is not a language: %w", name, err)
		}
		if tag == language.English {
			b.phrases[0] = m
			continue
		}
		b.tags = append(b.tags, tag)
		b.phrases = append(b.phrases, m)
	}
	if b.phrases[0] == nil {
		return nil, fmt.Errorf("read phrases: %s/en.json is missing", dir)
	}
	b.matcher = language.NewMatcher(b.tags)
	return b, nil
}

// find returns the phrase of that name in the language nearest to the tag, and reports
// whether there is a language near enough that has it.
func (b *phrasebook) find(tag string, name PhraseName) (string, bool) {
	t, err := language.Parse(tag)
	if err != nil {
		return "", false
	}
	_, i, confidence := b.matcher.Match(t)
	if confidence == language.No { // low is another script: simplified for traditional Chinese
		return "", false
	}
	p := b.phrases[i][name]
	return p, p != ""
}

// phrase is find that falls back to English.
func (b *phrasebook) phrase(tag string, name PhraseName) string {
	if p, ok := b.find(tag, name); ok {
		return p
	}
	return b.phrases[0][name]
}

// Phrase returns the fixed phrase of that name in the language nearest to the tag, and
// in English where that language lacks it.
func Phrase(tag string, name PhraseName) string { return phrases().phrase(tag, name) }

// clientLocales are the languages to which Discord's clients can be set
// (https://discord.com/developers/docs/reference#locales).
var clientLocales = strings.Fields(`id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl
	pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko`)

// Localizations returns the wordings of a phrase by the locales of Discord's clients.
// A locale whose language does not have the phrase is left out; its clients show the
// default, which is to be the English one.
func Localizations(name PhraseName) map[string]string {
	out := make(map[string]string)
	for _, locale := range clientLocales {
		if p, ok := phrases().find(locale, name); ok {
			out[locale] = p
		}
	}
	return out
}

// PhraseLanguages returns the languages that have phrases, English first.
func PhraseLanguages() []string {
	var tags []string
	for _, t := range phrases().tags {
		tags = append(tags, t.String())
	}
	return tags
}
