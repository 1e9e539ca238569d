package knowledge

import (
	"slices"
	"testing"
)

func TestLibraryLookups(t *testing.T) {
	sub := &Section{ID: "sub", Heading: "Sub", Text: "A text."}
	top := &Section{ID: "top", Heading: "Top", Sections: []*Section{sub}}
	last := &Section{ID: "last", Heading: "Last", Text: "Another text."}
	a := &Article{ID: "a", Title: "Article", Sections: []*Section{top, last}}
	l := New(Library{
		Articles:   []*Article{a, {ID: "a", Title: "Of the same id"}},
		References: []*Reference{{ID: "r", Title: "Paper"}},
	})

	if got := l.Article("a"); got != a {
		t.Errorf("Article(a) = %v, want the first", got)
	}
	if got := l.Section(SectionRef{"a", "sub"}); got != sub || sub.Article != a {
		t.Errorf("Section(a/sub) = %v", got)
	}
	if got, want := sub.Trail, []string{"Article", "Top", "Sub"}; !slices.Equal(got, want) {
		t.Errorf("trail %q, want %q", got, want)
	}
	if got := l.Reference("r"); got == nil || got.Title != "Paper" {
		t.Errorf("Reference(r) = %v", got)
	}
	if l.Article("b") != nil || l.Section(SectionRef{"a", "b"}) != nil || l.Section(SectionRef{}) != nil || l.Reference("b") != nil {
		t.Error("found what is not there")
	}
	if got, want := slices.Collect(l.Sections()), []*Section{top, sub, last}; !slices.Equal(got, want) {
		t.Errorf("Sections = %v, want %v", got, want)
	}
	var ids []string
	for p := range l.Passages() {
		ids = append(ids, p.ID())
	}
	if want := []string{"a/sub#0", "a/last#0"}; !slices.Equal(ids, want) {
		t.Errorf("Passages = %q, want %q", ids, want)
	}
	for range l.Passages() {
		break // stopping early is fine
	}
}

func TestParseSectionRef(t *testing.T) {
	for _, s := range []string{"a/b", "exosome-size/diameter", "a1/2b"} {
		if r, err := ParseSectionRef(s); err != nil || r.String() != s {
			t.Errorf("ParseSectionRef(%q) = %v, %v", s, r, err)
		}
	}
	for _, s := range []string{"", "a", "/", "a/", "/b", "a/b/c", "A/b", "a/-b", "a/b-", "a/b--c", "a/ b", "../b", "a/ü"} {
		if r, err := ParseSectionRef(s); err == nil {
			t.Errorf("ParseSectionRef(%q) = %v, want an error", s, r)
		}
	}
}

func TestReference(t *testing.T) {
	for _, tt := range []struct {
		ref            Reference
		citation, link string
	}{
		{Reference{}, "", ""},
		{
			Reference{Authors: "Welsh JA, et al.", Title: "Minimal information", Container: "J Extracell Vesicles", Year: 2024, DOI: "10.1002/jev2.12404"},
			"Welsh JA, et al. Minimal information. J Extracell Vesicles, 2024.", "https://doi.org/10.1002/jev2.12404",
		},
		{
			Reference{Title: "What is an exosome?", Year: 2020, PMID: "32029601"},
			"What is an exosome? 2020.", "https://pubmed.ncbi.nlm.nih.gov/32029601/",
		},
		{
			Reference{Authors: "FDA", Title: "Letter", Container: "fda.gov", DOI: "10.1/x", URL: "https://www.fda.gov/letter"},
			"FDA. Letter. fda.gov.", "https://www.fda.gov/letter",
		},
		{
			Reference{Title: "Old DOI", DOI: "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2"},
			"Old DOI.", "https://doi.org/10.1002/%28SICI%291097-0258%2819980815%2917:15%3C1661::AID-SIM968%3E3.0.CO;2-2",
		},
	} {
		if got := tt.ref.Citation(); got != tt.citation {
			t.Errorf("citation %q, want %q", got, tt.citation)
		}
		if got := tt.ref.Link(); got != tt.link {
			t.Errorf("link %q, want %q", got, tt.link)
		}
	}
}

func TestEvidenceValid(t *testing.T) {
	for _, e := range append(slices.Clone(EvidenceKinds), Unassessed) {
		if !e.Valid() {
			t.Errorf("%q is not valid", e)
		}
	}
	if Evidence("proven").Valid() {
		t.Error(`"proven" is valid`)
	}
}

func TestNotice(t *testing.T) {
	l := Lanes{Notices: map[string]map[string]string{"advice": {"en": "Ask.", "pt": "Pergunte.", "zh-Hant": "請問"}}}
	for _, tt := range []struct{ name, lang, want string }{
		{"advice", "en", "Ask."},
		{"advice", "en-GB", "Ask."},
		{"advice", "pt-BR", "Pergunte."},
		{"advice", "zh-Hant-TW", "請問"},
		{"advice", "fil", "Ask."},
		{"advice", "", "Ask."},
		{"other", "en", ""},
	} {
		if got := l.Notice(tt.name, tt.lang); got != tt.want {
			t.Errorf("Notice(%q, %q) = %q, want %q", tt.name, tt.lang, got, tt.want)
		}
	}
}
