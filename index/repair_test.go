package index

import (
	"maps"
	"slices"
	"testing"

	"exobot/knowledge"
)

// repairLibrary is a small library whose words and languages the tests of repair use.
func repairLibrary() *knowledge.Library {
	lib := library(
		[]*knowledge.Concept{
			{Term: "membrane", Synonyms: []string{"lipid bilayer"}, Misspellings: []string{"membrain"}},
			{Term: "stem cell", Definition: "A cell.", Names: map[string][]string{"de": {"Stammzelle"}, "es": {"célula madre"}, "ja": {"幹細胞"}, "zh": {"干细胞"}}},
			{Term: "exosome", Definition: "A bubble.", Abbreviations: []string{"ILVs"}, Names: map[string][]string{"es": {"exosoma"}, "ru": {"экзосома"}, "ja": {"エクソソーム"}, "zh": {"外泌体"}, "ko": {"엑소좀"}}},
			{Term: "side effect", Definition: "A harm.", Names: map[string][]string{"zh": {"副作用"}}},
			{Term: "approval", Names: map[string][]string{"ko": {"승인", "FDA 승인"}}},
			{Term: "use", Names: map[string][]string{"zh": {"有什么用"}}},
		},
		section("Wall", "The membrand of one paper, scrum of another, CD63 and CD9. Sonicated samples leak. A miRNA is in it.", "why do samples leak", "what may a patient lose"),
		section("Serum", "Blood serum holds many exosomes. Exosomes carry cargo. Exosomes are small. Loss is loss. Nobody but Kimera sells it.", "is serum good for hair", "what does kimera sell", "which hair loss is treated"),
	)
	return knowledge.New(knowledge.Library{Pack: lib.Pack, Articles: lib.Articles, Glossary: lib.Glossary,
		Words: map[string][]knowledge.Word{"de": {{Text: "Kühlschrank", English: []string{"serum"}}}, "pt": {{Text: "coração", English: []string{"blood"}}}}})
}

func TestRepair(t *testing.T) {
	t.Parallel()
	p := build(t, repairLibrary(), Options{}).state.c.parser
	for _, test := range []struct{ text, want string }{
		// Stop words, words that ask, words of conversation: what is asked is seen again.
		{"whta is an exosome", "what is an exosome"},
		{"hwo many exosomes", "how many exosomes"},
		{"tell me abuot exosomes, plesae", "tell me about exosomes, please"},
		// Inside a phrase of the glossary.
		{"lipdi bilayer?", "lipid bilayer?"},
		{"stem celll", "stem cell"},
		{"stme cell", "stem cell"},
		// Known misspellings are left to the glossary, but for such as have a slip of their own.
		{"membrian", "membrane"},
		// Everyday English rather than a word of ours.
		{"anyone with a hosue", "anyone with a house"},
		// Letters repeated to stress a word.
		{"sooooo many exosomesss", "so many exosomes"},
		{"leaaaak", "leak"},
		// Of a short proper name only what looks like a slip, not what may be another name.
		{"kimrea", "kimera"}, {"Kimara", "kimera"}, {"Kimtera", "Kimtera"}, {"xKimera", "xKimera"},
		// No space, after a full stop or at all.
		{"exosomes.what", "exosomes. what"},
		{"sizefrozen", "sizefrozen"}, // two everyday words may be a third
		{"bloodserum", "blood serum"},
		{"whatserum", "what serum"},
		{"example.zzq", "example.zzq"},
		// Capitals inside a word: a technical one, or a stray letter, but no everyday word.
		{"miRNNA", "mirna"}, {"ILVa", "ilvs"}, {"bETa", "bETa"}, {"hLEp", "hLEp"},
		// Everything else stays, marks and all.
		{"Wow!! «exosoms»…  serum", "Wow!! «exosoms»…  serum"}, // another form of a known word
		{"Wow!! «exosmoe»…  serum", "Wow!! «exosome»…  serum"},
		{"cd63 cd64, mir21a 50x", "cd63 cd64, mir21a 50x"},
		{"", ""},
		// Other languages, against their own words.
		{"¿Qué es un exosmoa?", "¿Qué es un exosoma?"},
		{"¿Qué es una célula mdare?", "¿Qué es una célula madre?"},
		{"und im Kühlscrhank?", "und im kuhlschrank?"},
		{"was ist eine Stammzlle", "was ist eine stammzelle"},
		{"что такое экзсоома", "что такое экзосома"},
		{"qu'est-ce que l'exosome", "qu'est-ce que l'exosome"},
		// Two words that are not ours and nothing that is: not misspelt.
		{"Qual é a cotação do dólar", "Qual é a cotação do dólar"},
		// Languages without spaces.
		{"エクソーム", "エクソソーム"}, {"エクソソーソムは", "エクソソームは"}, {"幹胞とは", "幹細胞とは"}, {"干细泡胞", "干细胞"},
		{"干细", "干细"}, {"干粒胞", "干粒胞"}, // a name of three with its end or middle changed is another
		{"外泌体有什么副作用", "外泌体有什么副作用"}, // 副作用 is in what looks like 有什么用
		{"엑소좀은", "엑소좀은"}, {"엑소오좀", "엑소좀"},
		{"fda 승인을 받은", "fda 승인을 받은"}, // two words, the first of them Latin
	} {
		if got := p.repair(p.analyze(test.text, "")).typed; got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}

// A misspelt question is read as the question that was meant.
func TestRepairBeforeReading(t *testing.T) {
	t.Parallel()
	p := build(t, repairLibrary(), Options{}).state.c.parser
	for typed, right := range map[string]string{
		"whta is an exosmoe":                 "what is an exosome",
		"hwo many exosomes":                  "how many exosomes",
		"why do smaples leak":                "why do samples leak",
		"what is a stme cell":                "what is a stem cell",
		"¿Qué es una célula mdare?":          "¿Qué es una célula madre?",
		"what may a patinet lose in a serum": "what may a patient lose in a serum",
	} {
		a, b := p.parse(typed, ""), p.parse(right, "")
		if a.text != b.text && a.language == english || a.language != b.language || !slices.Equal(a.words, b.words) ||
			!slices.Equal(a.asks, b.asks) || !slices.Equal(a.terms, b.terms) {
			t.Errorf("%q is read as %+v, but %q as %+v", typed, *a, right, *b)
		}
	}
}

// What is known is not touched.
func TestKnownWordsAreNotRepaired(t *testing.T) {
	t.Parallel()
	p := build(t, repairLibrary(), Options{}).state.c.parser
	words := slices.Concat(slices.Sorted(maps.Keys(englishWords())), slices.Sorted(maps.Keys(fillers())), slices.Sorted(maps.Keys(stopWords())))
	if len(words) < 1000 {
		t.Fatalf("there are only %d words", len(words))
	}
	for _, w := range words {
		if got := p.repair(p.analyze(w, "")).typed; got != w {
			t.Errorf("%q: got %q", w, got)
		}
	}
}

// TestBeside looks at which words the known questions have side by side.
func TestBeside(t *testing.T) {
	t.Parallel()
	lines := func(line string, others ...string) []string { return append(others, line) }
	p := build(t, library(nil,
		section("One", "Text.", lines("what may a patient lose", "who pays", "what leaks", "why freeze", "where from", "which cells", "how many dyes")...),
		section("Two", "Text.", "which hair loss", "is loss normal", "can loss stop"),
	), Options{}).state.c.parser
	w := p.analyze("what may a patient losx", "")
	beside := p.beside(w, len(w.tokens)-1).speaks
	if lose, loss, other := beside("lose"), beside("loss"), beside("unheard"); lose <= 0 || loss >= 0 || other != 0 {
		t.Errorf("beside a patient: lose %.2f, loss %.2f, a word that no question has %.2f", lose, loss, other)
	}
}

// TestRepairInQuestion looks at the words that are left of a question.
func TestRepairInQuestion(t *testing.T) {
	t.Parallel()
	lib := library(
		[]*knowledge.Concept{{Term: "membrane", Synonyms: []string{"lipid bilayer"}}},
		section("Wall", "The membrand of one paper, scrum of another, CD63 and CD9. Sonicated samples leak.", "why do samples leak"),
		section("Serum", "Blood serum holds many exosomes. Exosomes carry cargo. Exosomes are small."),
	)
	p := build(t, lib, Options{}).state.c.parser
	for _, test := range []struct {
		text string
		want []string
	}{
		{"scrum", []string{"scrum"}},                      // known, though serum is near
		{"serum", []string{"serum"}},                      //
		{"sreum", []string{"serum"}},                      //
		{"membranr", []string{"membrane"}},                // the glossary's word rather than a stray one
		{"membrand", []string{"membrand"}},                // which is known all the same
		{"lipid bilayre", []string{"membrane"}},           // a phrase of the glossary
		{"exosoems", []string{"exosomes"}},                //
		{"sample leaking", []string{"sample", "leaking"}}, // other forms of known words are known
		{"cd63 cd64", []string{"cd63", "cd64"}},           //
		{"cd 63", []string{"cd63"}},                       // written apart
		{"CD-63?", []string{"cd63"}},                      //
		{"zzyzx", []string{"zzyzx"}},                      // nothing is near
	} {
		var got, want []string
		for _, w := range p.parse(test.text, "").words {
			got = append(got, stem(w))
		}
		for _, w := range test.want {
			want = append(want, stem(w))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", test.text, got, want)
		}
	}
}

func TestSplitCode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		word, letters, digits string
		ok                    bool
	}{
		{"mirna21", "mirna", "21", true},
		{"cd9", "cd", "9", true},
		{"21", "", "", false},
		{"mir21a", "", "", false},
		{"mirna", "", "", false},
		{"", "", "", false},
	} {
		letters, digits, ok := splitCode(test.word)
		if letters != test.letters || digits != test.digits || ok != test.ok {
			t.Errorf("splitCode(%q) = %q, %q, %v", test.word, letters, digits, ok)
		}
	}
}
