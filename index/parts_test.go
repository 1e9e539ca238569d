package index

import (
	"slices"
	"strings"
	"testing"

	"exobot/knowledge"
)

func TestSplitParts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want []string
	}{
		// One part.
		{"how big is an exosome", []string{"how big is an exosome"}},
		{"how big is an exosome?", []string{"how big is an exosome?"}},
		{"are exosomes safe and effective?", []string{"are exosomes safe and effective?"}},
		{"do exosomes carry protein and RNA", []string{"do exosomes carry protein and RNA"}},
		{"  spaces around  ", []string{"spaces around"}},
		{"-80 °C vs. -20 °C: which is better", []string{"-80 °C vs. -20 °C: which is better"}},
		// Two question marks.
		{"how big is an exosome? who found it", []string{"how big is an exosome", "who found it"}},
		{"how big is an exosome??? who found it?", []string{"how big is an exosome", "who found it?"}},
		{"外泌体是什么？ 它们安全吗？ a b", []string{"a b"}}, // one word by spaces: not a part
		// A second question word behind "and".
		{"how big is an exosome and who found it", []string{"how big is an exosome", "and who found it"}},
		{"what are exosomes, and are they safe?", []string{"what are exosomes", ", and are they safe?"}},
		{"what are exosomes & how are they made", []string{"what are exosomes", "& how are they made"}},
		{"what are exosomes plus also what do they cost", []string{"what are exosomes", "plus also what do they cost"}},
		// Lists, lines, semicolons.
		{"tell me: 1) the size 2) the price", []string{"tell me:", "1) the size", "2) the price"}},
		{"the size of them; the price of them", []string{"the size of them", "the price of them"}},
		{"how big are they\nwhat do they cost\n\n", []string{"how big are they", "what do they cost"}},
		// What is too short is dropped, what is too much, too.
		{"Hi? ok? how big are they?", []string{"how big are they?"}},
		{"", nil},
		{"?", nil},
		{"???\n;;;", nil},
		{"a b? c d? e f? g h? i j? k l?", []string{"a b", "c d", "e f", "g h"}},
	} {
		got := splitParts(test.text)
		for i := range got {
			got[i] = strings.TrimPrefix(got[i], " ")
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q:\n got %q\nwant %q", test.text, got, test.want)
		}
	}
}

// A question of two parts is answered by a section for each.
func TestTwoParts(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	for _, test := range []struct {
		text string
		want []string
	}{
		{"who discovered exosomes? and can I keep exosomes in the fridge?", []string{"discovery-of-exosomes/timeline", "storing-exosomes/fridge"}},
		{"1) does insurance pay for exosomes 2) are there exosomes in milk", []string{"exosome-cosmetics-and-cost/insurance", "sources-of-exosomes/milk"}},
	} {
		res := ask(t, ix, knowledge.Query{Text: test.text})
		if !res.Answered {
			t.Errorf("%q: declined", test.text)
		}
		for _, s := range test.want {
			if !found(res, s) {
				t.Errorf("%q: got %v, want %v", test.text, sectionsOf(res), test.want)
			}
		}
	}
	for _, one := range []string{"discovery-of-exosomes/timeline"} {
		res := ask(t, ix, knowledge.Query{Text: "who discovered exosomes? who discovered exosomes? who discovered exosomes?"})
		if got := sectionsOf(res); got[0] != one || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
			t.Errorf("said three times: got %v", got)
		}
	}
}
