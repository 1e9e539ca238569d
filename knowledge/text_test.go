package knowledge

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSentences(t *testing.T) {
	// Bars show where one sentence ends and the next begins.
	for _, text := range []string{
		"",
		"  \n\t ",
		"no full stop at the end",
		"One. |Two! |Three? |Four… |Five.",
		"Wait... |What?! |No way!!!",
		"He waited... and then left.",

		// numbers
		"It measures 0.5 micrometres. |A hair has 70.5.",
		"In 2019. |30 people took part.",
		"Sold for 4,900 dollars. |Nobody knows why.",
		"See exosome.example.org for more. |It is free.",

		// abbreviations and initials
		"Markers, e.g. CD9, are found. |Others are not.",
		"Some (e.g. Figure 2) differ, i.e. Not all.",
		"Welsh et al. 2024 say so. |Théry et al. (2018) said it first.",
		"It follows Welsh et al. |The guideline names it.",
		"J. A. Smith wrote it. |Dr. B. Jones read it.",
		"The U.S. Food and Drug Administration wrote a letter. |It was long.",
		"It is banned in the U.S. |The letter says so.",
		"Kimera Labs Inc. answered. |It went to Exo Inc. |However, it closed.",
		"See Fig. 3 and No. 5. |Is it safe? |No. |Nobody knows.",
		"He has MS. |Exosomes do not help.",
		"It has vitamin C. |The skin needs it.",
		"It was I. |Then it was over.",
		"Made approx. 50 years ago vs. Today.",
		"In Oct. 2020 it rained. |The OCT. |Embedded tissue.",
		"Milk, eggs, etc. |All hold exosomes.",
		"Milk, eggs, etc. are food.",

		// words of the field that begin in lower case
		"Cells make proteins. |mRNA carries the plan. |pH matters.",
		"They do. and on it goes.",

		// quotation marks and brackets
		`"Is it safe?" asked Tom. |"Nobody knows," said Ann.`,
		`He said "It works." |"Does it?" |She left.`,
		"“It works.” |‘Does it?’ |(It does not.) |[Nobody knows.]",
		"Yes (no?). |Good.",
		"« Oui ! » |« Non. » |Bon.",
		"»Ja.« |»Nein.« |Gut.",
		"¿Es seguro? |¡No! |Claro.",

		// other scripts
		"外泌体很小。|它们有多大？|三十纳米！|完。",
		"エクソソームは小さい。|「本当？」|はい。",
		"الحويصلات صغيرة. |هل هي آمنة؟ |لا أحد يعرف.",
		"एक्सोसोम छोटे हैं। |क्या वे सुरक्षित हैं?",
		"Great! |🎉 Next one. |👩‍👩‍👧 done?",

		// lines, lists and spaces
		"A line\nthat goes on. |And another.",
		"A heading\n\n|A paragraph.\r\n\r\n|Another one.|\r\nWith two lines.",
		"Steps:\n|1. Take blood.\n|2. Spin it. |Then wait.\n|- Freeze it\n|• Thaw it",
		"10. The tenth step.",
		"Dr.\u00a0Smith takes 5\u00a0mL.\u00a0|It is little.",
	} {
		want := strings.Split(text, "|")
		for i := range want {
			want[i] = strings.TrimSpace(want[i])
		}
		if strings.TrimSpace(text) == "" {
			want = nil
		}
		plain := strings.ReplaceAll(text, "|", "")
		var got []string
		for _, s := range Sentences(plain) {
			got = append(got, s.Of(plain))
		}
		if !slices.Equal(got, want) {
			t.Errorf("Sentences(%q)\n got %q\nwant %q", plain, got, want)
		}
	}
}

func TestParagraphs(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{" \n \n", nil},
		{"one", []string{"one"}},
		{"\n\n  one\ntwo  \n \t\n\nthree\n", []string{"one\ntwo", "three"}},
		{"one\r\n\r\ntwo\r\nthree\r\n", []string{"one", "two\r\nthree"}},
		{"one\n\u00a0\ntwo", []string{"one", "two"}},
	} {
		var got []string
		for _, s := range Paragraphs(tt.text) {
			got = append(got, s.Of(tt.text))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("Paragraphs(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestPassages(t *testing.T) {
	words := func(n int) string { return strings.TrimSpace(strings.Repeat("word ", n)) }
	half, full := words((MinPassageWords+1)/2), words(MinPassageWords)
	long := strings.Repeat("x", MaxPassageUnits)
	for _, tt := range []struct {
		name       string
		paragraphs []string
		want       []int // how many paragraphs each passage has
	}{
		{"none", nil, nil},
		{"one short", []string{words(5)}, []int{1}},
		{"long ones stay apart", []string{full, full}, []int{1, 1}},
		{"a short one joins the next", []string{words(10), full}, []int{2}},
		{"the last joins the one before", []string{full, words(10)}, []int{2}},
		{"short ones gather", []string{half, half, full}, []int{2, 1}},
		{"not over the limit of words", []string{words(10), words(MaxPassageWords - 5)}, []int{1, 1}},
		{"not over the limit of units", []string{words(10), long}, []int{1, 1}},
	} {
		text := strings.Join(tt.paragraphs, "\n\n")
		var got []int
		for _, s := range Passages(text) {
			got = append(got, len(Paragraphs(s.Of(text))))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: passages of %v paragraphs, want %v", tt.name, got, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]int{
		"":                             0,
		" -- ... ":                     0,
		"one two":                      2,
		"one\u00a0two\r\nthree":        3,
		"size-exclusion, that's two":   3,
		"30-150 nm":                    2,
		"0.5 mL of 1,000":              4,
		"in 2020, 30 fell. 5 rose":     6,
		"naïve cafe\u0301":             2,
		"CD9+ and CD63":                3,
		"外泌体很小":                        3,
		"エクソソームは小さい":                   5,
		"exosome 外泌体":                  3,
		"الحويصلات صغيرة جدا":          3,
		"🎉 done 👩‍👩‍👧":                 1,
		"don’t":                        1,
		"- a list\n- of two":           4,
		"https://example.org/exosomes": 4,
	} {
		if got := Words(text); got != want {
			t.Errorf("Words(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestUnits(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "é": 1, "外": 1, "🎉": 2, "👩‍👧": 5, "\xff": 1} {
		if got := Units(text); got != want {
			t.Errorf("Units(%q) = %d, want %d", text, got, want)
		}
	}
}

func FuzzSentences(f *testing.F) {
	f.Add("One. Two! 外泌体。 “Three?”\n\n1. Four\n- Five")
	f.Add("\xff.\xff A.\xe5")
	f.Add("et al. The U.S. « Oui ! » 3.5")
	f.Fuzz(func(t *testing.T, text string) {
		checkSpans(t, text, Sentences(text))
	})
}

func FuzzPassages(f *testing.F) {
	f.Add("One.\n\nTwo.\r\n\r\nThree\n \n\n四")
	f.Add(strings.Repeat("word ", 100) + "\n\n" + strings.Repeat("word ", 10))
	f.Fuzz(func(t *testing.T, text string) {
		spans := Passages(text)
		checkSpans(t, text, spans)
		for _, s := range spans {
			if p := Paragraphs(s.Of(text)); len(p) > 1 && Units(s.Of(text)) > MaxPassageUnits {
				t.Errorf("joined to %d units: %q", Units(s.Of(text)), s.Of(text))
			}
		}
	})
}

// checkSpans checks that the spans are ascending and apart, not empty, on rune
// boundaries, and leave out nothing but space.
func checkSpans(t *testing.T, text string, spans []Span) {
	t.Helper()
	end := 0
	for _, s := range append(spans, Span{len(text), len(text) + 1}) {
		if s.Start < end || s.End <= s.Start {
			t.Fatalf("spans %v of %q", spans, text)
		}
		if gap := text[end:s.Start]; strings.TrimFunc(gap, unicode.IsSpace) != "" {
			t.Fatalf("spans %v leave out %q of %q", spans, gap, text)
		}
		if end = s.End; end > len(text) {
			break
		}
		if utf8.ValidString(text) && !utf8.ValidString(s.Of(text)) {
			t.Fatalf("span %v cuts a character of %q", s, text)
		}
	}
}
