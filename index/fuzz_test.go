package index

import (
	"testing"

	"exobot/knowledge"
)

// FuzzSearch asks a small library anything at all.
func FuzzSearch(f *testing.F) {
	for _, text := range hostile {
		if len(text) < 1000 {
			f.Add(text, "", "")
		}
	}
	f.Add("how big is an exosome", "", "en-US")
	f.Add("and frozen? and who found them", "how big is an exosome", "")
	f.Add("1) WHO 2) who; 3. EV-EVs\nRNA exosome", "x", "de")
	f.Add("Wie groß sind Exosomen?", "Was kosten sie", "de")
	f.Add("エクソソームの大きさは", "", "ja")
	ix := build(f, tiny(), Options{})
	f.Fuzz(func(t *testing.T, text, before, locale string) {
		q := knowledge.Query{Text: text, Context: before, Locale: locale}
		// search rather than Search, which would hide a panic by building again
		res, err := ix.search(t.Context(), ix.state, q)
		if err != nil {
			t.Fatal(err)
		}
		checkResult(t, res)
		again := ask(t, ix, q)
		if again.Confidence != res.Confidence || len(again.Matches) != len(res.Matches) {
			t.Errorf("another result the second time: %v and %v", res, again)
		}
	})
}
