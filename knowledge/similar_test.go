package knowledge

import (
	"fmt"
	"strings"
	"testing"
)

func TestSimilarPassages(t *testing.T) {
	passages := []*Passage{
		{Number: 0, Text: "Most exosomes measure 30 to 150 nanometres across, far less than a hair is wide."},
		{Number: 1, Text: "A doctor can say which treatments were tested in trials and which were not."},
		{Number: 2, Text: "MOST EXOSOMES measure 30 to 150 nanometres across - far less than any hair is wide!"},
		{Number: 3, Text: "外泌体是细胞释放的小囊泡，直径三十纳米。"},
		{Number: 4, Text: "外泌体是细胞释出的小囊泡，直径三十纳米。"},
		{Number: 5, Text: "Too short."},
		{Number: 6, Text: "Too short."},
		{Number: 7, Text: "Most exosomes measure little, and a hair is wide."},
		{Number: 8, Text: "A doctor can say which treatments were tested in trials and which were not."},
	}
	var got []string
	for _, pair := range similarPassages(passages) {
		got = append(got, fmt.Sprint(pair[0].Number, "-", pair[1].Number))
	}
	if got, want := strings.Join(got, " "), "0-2 3-4 1-8"; got != want {
		t.Errorf("similar passages %s, want %s", got, want)
	}
}

// Many copies of one passage are each reported once, and quickly.
func TestSimilarPassagesCopies(t *testing.T) {
	var passages []*Passage
	for i := range 5000 {
		passages = append(passages, &Passage{Number: i, Text: strings.Repeat("Ask a doctor before you buy any of these. ", 5)})
	}
	if got := len(similarPassages(passages)); got != 4999 {
		t.Errorf("%d pairs, want 4999", got)
	}
}
