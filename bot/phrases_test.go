package bot

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"exobot/knowledge"
)

// wordings calls do for each phrase of each language, English first.
func wordings(t *testing.T, do func(t *testing.T, lang string, name PhraseName, english, phrase string)) {
	t.Helper()
	b := phrases()
	for i, tag := range b.tags {
		t.Run(tag.String(), func(t *testing.T) {
			for _, name := range slices.Sorted(maps.Keys(b.phrases[i])) {
				do(t, tag.String(), name, b.phrases[0][name], b.phrases[i][name])
			}
		})
	}
}

// Every language has the phrases of English, and no others.
func TestPhrasesAreComplete(t *testing.T) {
	t.Parallel()
	want := []string{"en", "ar", "de", "es", "fr", "it", "ja", "ko", "pl", "pt-BR", "ru", "tr", "zh-CN"}
	if got := PhraseLanguages(); !slices.Equal(got, want) {
		t.Errorf("PhraseLanguages() = %q, want %q", got, want)
	}
	b := phrases()
	for i, tag := range b.tags {
		for name := range b.phrases[0] {
			if _, ok := b.phrases[i][name]; !ok {
				t.Errorf("%s.json: %q is missing", tag, name)
			}
		}
	}
	wordings(t, func(t *testing.T, lang string, name PhraseName, english, phrase string) {
		switch {
		case english == "":
			t.Errorf("%q is not in en.json", name)
		case phrase == "":
			t.Errorf("%q is empty", name)
		case strings.TrimSpace(phrase) != phrase:
			t.Errorf("%q has space around it: %q", name, phrase)
		}
	})
}

// A name that stands in a file twice hides one of its wordings.
func TestPhrasesStandOnce(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(localeFiles, "locales/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("locales/*.json: %d files, error %v", len(names), err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(localeFiles, name)
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[string]bool)
		dec := json.NewDecoder(bytes.NewReader(data))
		if _, err := dec.Token(); err != nil { // the opening brace
			t.Fatal(err)
		}
		for dec.More() {
			var key, text string
			for _, to := range []*string{&key, &text} {
				if tok, err := dec.Token(); err != nil {
					t.Fatal(err)
				} else if s, ok := tok.(string); ok {
					*to = s
				}
			}
			if seen[key] {
				t.Errorf("%s: %q stands there twice", path.Base(name), key)
			}
			seen[key] = true
		}
	}
}

// placeholder is what code replaces in a phrase.
var placeholder = regexp.MustCompile(`\{\w*\}|%[-+#0-9.\[\]]*[a-zA-Z%]`)

// A phrase has the placeholders of the English one. Verbs of fmt keep their order,
// because it says which value is which; names in braces may change places.
func TestPhrasePlaceholders(t *testing.T) {
	t.Parallel()
	verbsAndNames := func(s string) (verbs, names []string) {
		for _, p := range placeholder.FindAllString(s, -1) {
			if strings.HasPrefix(p, "%") {
				verbs = append(verbs, p)
			} else {
				names = append(names, p)
			}
		}
		slices.Sort(names)
		return verbs, names
	}
	wordings(t, func(t *testing.T, lang string, name PhraseName, english, phrase string) {
		verbs, names := verbsAndNames(phrase)
		wantVerbs, wantNames := verbsAndNames(english)
		if !slices.Equal(verbs, wantVerbs) || !slices.Equal(names, wantNames) {
			t.Errorf("%q has placeholders %q %q, want %q %q", name, verbs, names, wantVerbs, wantNames)
		}
	})
}

// Commands that a phrase tells people to type are called the same in every language.
func TestPhraseCommands(t *testing.T) {
	t.Parallel()
	typed := regexp.MustCompile(`(?:^|[^\w/])(/[a-z]+)`)
	commands := func(s string) (out []string) {
		for _, m := range typed.FindAllStringSubmatch(s, -1) {
			out = append(out, m[1])
		}
		slices.Sort(out)
		return out
	}
	wordings(t, func(t *testing.T, lang string, name PhraseName, english, phrase string) {
		if got, want := commands(phrase), commands(english); !slices.Equal(got, want) {
			t.Errorf("%q names the commands %q, want %q", name, got, want)
		}
	})
}

// phraseLimits are how long phrases can be by where Discord shows them; of the patterns
// that match a name, the first holds
// (https://discord.com/developers/docs/components/reference and
// https://discord.com/developers/docs/interactions/application-commands). Whether Discord
// counts characters or UTF-16 code units is not documented; we count the latter, of which
// there are never fewer.
var phraseLimits = []struct {
	pattern string
	units   int
}{
	{"command_*_name", 32},
	{"command_*", 100}, // descriptions
	{"button_*", 38},   // of the 80 that are allowed, these are seen; one is a form's title, which has 45
	{"reason_title", 45},
	{"reason_label", 45},
	{"report_label", 45},
	{"reason_hint", 100},
	{"report_hint", 100},
	{"select_*", 150},
	{"topics_pick_*", 150},
	{"evidence_*", 100}, // also the description of an option of a select
	{"*", 1200},         // the notice above a passage
}

func TestPhraseLimits(t *testing.T) {
	t.Parallel()
	used := make(map[string]bool)
	wordings(t, func(t *testing.T, lang string, name PhraseName, english, phrase string) {
		for _, limit := range phraseLimits {
			if ok, err := path.Match(limit.pattern, string(name)); err != nil || !ok {
				continue
			}
			used[limit.pattern] = true
			if n := knowledge.Units(phrase); n > limit.units {
				t.Errorf("%q has %d characters, at most %d fit: %q", name, n, limit.units, phrase)
			}
			return
		}
	})
	for _, limit := range phraseLimits {
		if !used[limit.pattern] {
			t.Errorf("no phrase is called %s", limit.pattern)
		}
	}
}

// All that /about says of itself fits into one message of 2,000 characters, with room
// for what the pack and the configuration add.
func TestAboutFits(t *testing.T) {
	t.Parallel()
	total := make(map[string]int)
	wordings(t, func(t *testing.T, lang string, name PhraseName, english, phrase string) {
		if strings.HasPrefix(string(name), "about_") || strings.HasPrefix(string(name), "evidence_") {
			total[lang] += knowledge.Units(phrase)
		}
	})
	for lang, n := range total {
		if n > 1000 {
			t.Errorf("%s: the phrases of /about have %d characters, want at most 1000", lang, n)
		}
	}
}

func TestPhraseMatching(t *testing.T) {
	t.Parallel()
	tests := []struct{ tag, want string }{
		// What Discord's clients say.
		{"en-US", "en"},
		{"en-GB", "en"},
		{"es-ES", "es"},
		{"es-419", "es"},
		{"pt-BR", "pt-BR"},
		{"zh-CN", "zh-CN"},
		{"zh-TW", "zh-CN"}, // another script, but read more easily than English
		{"ko", "ko"},
		{"ja", "ja"},
		{"ru", "ru"},
		{"tr", "tr"},
		{"de", "de"},
		{"fr", "fr"},
		{"it", "it"},
		{"pl", "pl"},
		{"nl", "en"},
		{"uk", "en"},
		{"sv-SE", "en"},
		// What a question's language can be.
		{"pt", "pt-BR"},
		{"zh", "zh-CN"},
		{"zh-Hant", "zh-CN"},
		{"ar", "ar"},
		// What is no language.
		{"", "en"},
		{"und", "en"},
		{"not a tag", "en"},
	}
	for _, test := range tests {
		if got, want := Phrase(test.tag, PhraseDecline), Phrase(test.want, PhraseDecline); got != want {
			t.Errorf("Phrase(%q) = %q, want the one of %q, %q", test.tag, got, test.want, want)
		}
	}
	seen := make(map[string]string)
	for _, tag := range PhraseLanguages() {
		p := Phrase(tag, PhraseDecline)
		if other, ok := seen[p]; ok {
			t.Errorf("%s and %s say the same: %q", other, tag, p)
		}
		seen[p] = tag
	}
}

func TestPhraseFallsBackToEnglish(t *testing.T) {
	t.Parallel()
	b, err := loadPhrases(fstest.MapFS{
		"l/en.json": {Data: []byte(`{"a": "A", "b": "B", "c": "C"}`)},
		"l/de.json": {Data: []byte(`{"a": "Ä", "c": ""}`)},
	}, "l")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		tag  string
		name PhraseName
		want string
	}{
		{"de-AT", "a", "Ä"},
		{"de-AT", "b", "B"}, // missing
		{"de-AT", "c", "C"}, // empty
		{"de-AT", "d", ""},  // in no language
		{"fr", "a", "A"},
	}
	for _, test := range tests {
		if got := b.phrase(test.tag, test.name); got != test.want {
			t.Errorf("phrase(%q, %q) = %q, want %q", test.tag, test.name, got, test.want)
		}
	}
}

func TestLoadPhrasesErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, data, want string
	}{
		{"l/de.json", `{}`, "l/en.json is missing"},
		{"l/en.json", `{"a": 1}`, "read phrases l/en.json: "},
		{"l/en.json", `{`, "read phrases l/en.json: "},
		{"l/english.json", `{}`, "read phrases l/english.json: the name is not a language: "},
	}
	for _, test := range tests {
		_, err := loadPhrases(fstest.MapFS{test.name: {Data: []byte(test.data)}}, "l")
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("loadPhrases with %s %s: error %v, want %q", test.name, test.data, err, test.want)
		}
	}
}

func TestLocalizations(t *testing.T) {
	t.Parallel()
	got := Localizations(PhraseDecline)
	want := strings.Fields("de en-GB en-US es-419 es-ES fr it ja ko pl pt-BR ru tr zh-CN zh-TW")
	if locales := slices.Sorted(maps.Keys(got)); !slices.Equal(locales, want) {
		t.Errorf("Localizations has %q, want %q", locales, want)
	}
	for locale, text := range got {
		if want := Phrase(locale, PhraseDecline); text != want {
			t.Errorf("Localizations()[%q] = %q, want %q", locale, text, want)
		}
	}
	if got := Localizations("no such phrase"); len(got) != 0 {
		t.Errorf("Localizations of no phrase = %q, want none", got)
	}
}
