package discord

import (
	"strings"
	"testing"

	"exobot/knowledge"
)

func key(article, section string, number int) passageKey {
	return passageKey{ref: knowledge.SectionRef{Article: knowledge.ArticleID(article), Section: knowledge.SectionID(section)}, number: number}
}

func TestCustomID(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 64)
	tests := []struct {
		id   customID
		want string
	}{
		{customID{action: actionMore, passages: []passageKey{key("size", "weight", 0), key("shape", "round", 2)}}, "x1:more:size/weight,shape/round#2"},
		{customID{action: actionContext, passages: []passageKey{key("size", "weight", 9999)}}, "x1:context:size/weight#9999"},
		{customID{action: actionMore, passages: []passageKey{key(long, long, 0), key("size", "weight", 3)}}, "x1:more:~2W8PhQ2W8PhQ,~I6DZXAUKCeuQ#3"},
		{customID{action: actionShare, passages: []passageKey{key("size", "weight", 1)}}, "x1:share:size/weight#1"},
		{customID{action: actionShare, passages: []passageKey{key("size", "weight", 1)}, lane: knowledge.LaneAdvice}, "x1:share:size/weight#1:advice"},
		{customID{action: actionShare, passages: []passageKey{key(long, long, 0)}, lane: knowledge.LaneCaution}, "x1:share:~2W8PhQ2W8PhQ:caution"},
		{customID{action: actionReply, target: "80351110224678912", passages: []passageKey{key("size", "weight", 1)}, lane: knowledge.LaneAdvice}, "x1:reply:80351110224678912:size/weight#1:advice"},
		{customID{action: actionReply, target: "80351110224678912", passages: []passageKey{key(long, long, 3)}}, "x1:reply:80351110224678912:~2W8PhQ2W8PhQ#3"},
		{customID{action: actionDismiss, asker: "80351110224678912"}, "x1:dismiss:80351110224678912"},
		{customID{action: actionDismiss}, "x1:dismiss:"},
		{customID{action: actionThread, asker: "80351110224678912", passages: []passageKey{key("size", "weight", 2)}}, "x1:thread:80351110224678912:size/weight#2"},
		{customID{action: actionThread, asker: "80351110224678912", passages: []passageKey{key(long, long, 2)}}, "x1:thread:80351110224678912:~2W8PhQ2W8PhQ#2"},
		{customID{action: actionThread, passages: []passageKey{key("size", "weight", 0)}}, "x1:thread::size/weight"},
		{customID{action: actionTopic}, "x1:topic"},
		{customID{action: actionArticles, page: 3}, "x1:articles:3"},
		{customID{action: actionSections, article: knowledge.ArticleID(long), page: 12}, "x1:sections:" + long + ":12"},
	}
	for _, test := range tests {
		got := test.id.String()
		if got != test.want || len(got) > maxCustomID {
			t.Errorf("id = %q, want %q", got, test.want)
		}
		if back, err := parseCustomID(got); err != nil || back.String() != got {
			t.Errorf("parse %q = %+v, %v", got, back, err)
		}
	}
}

func TestCustomIDRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "x1", "x1:", "x1:more", "x1:more:", "x1:more:a", "x1:more:a/b,", "x1:more:a/b,c/d,e/f", "x1:more:a/b#0", "x1:more:a/b#01",
		"x1:more:a/b#12345", "x1:more:a/b#-1", "x1:more:A/b", "x1:more:../etc", "x1:more:~short", "x1:more:a/b:c", "x1:topic:", "x1:topic:a",
		"x1:thread", "x1:thread:5", "x1:thread:a/b", "x1:thread:x:a/b", "x1:thread:5:", "x1:thread:5:a", "x1:thread:5:a/b:5", "x1:thread:a/b:5",
		"x1:dismiss", "x1:dismiss:x", "x1:dismiss:0", "x1:dismiss:123456789012345678901", "x1:articles:", "x1:articles:-1", "x1:articles:00",
		"x1:sections:a", "x1:sections:a:b", "x1:sections:A:0", "x1:sections::0", "x2:topic", "x0:more:a/b", "X1:topic", "x1:TOPIC", "x1:nothing",
		"x1:share:a/b:", "x1:share:a/b:emergency", "x1:share:a/b:advice:advice", "x1:share::advice", "x1:reply:a/b", "x1:reply::a/b", "x1:reply:0:a/b", "x1:reply:x:a/b", "x1:reply:5", "x1:reply:5:a/b:smalltalk", "x1:reply:5:a/b:advice:5", "x1:up:a/b:advice",
		"x1:more:" + strings.Repeat("a", 100), "\x00", "x1:dismiss:１",
	} {
		if id, err := parseCustomID(s); err == nil {
			t.Errorf("%q is taken for %+v", s, id)
		}
	}
}

func FuzzCustomID(f *testing.F) {
	for _, s := range []string{"x1:more:size/weight,shape/round#2", "x1:more:~AAAAAAAAAAAA#3", "x1:dismiss:5", "x1:thread:5:size/weight", "x1:sections:a:12", "x1:articles:0", "x1:topic", "x2:a/b", "x1:up:glossary/concept-0"} {
		f.Add(s)
	}
	lib := keyLibrary()
	f.Fuzz(func(t *testing.T, s string) {
		id, err := parseCustomID(s)
		if err == nil && id.String() != s {
			t.Errorf("%q comes back as %q", s, id.String())
		}
		if err != nil {
			if k, ok := keyWithin(s); ok {
				id.passages = append(id.passages, k)
			}
		}
		for _, k := range id.passages {
			p, near := lookUp(lib, k)
			if p != nil && near != nil {
				t.Errorf("%q is there and has a nearest section all the same", k)
			}
			if back, err := parsePassageKey(k.value()); err != nil || back != k && back != k.short() {
				t.Errorf("%q comes back as %q, %v", k, back, err)
			}
		}
	})
}

func keyLibrary() *knowledge.Library {
	section := func(id, text string, inner ...*knowledge.Section) *knowledge.Section {
		return &knowledge.Section{ID: knowledge.SectionID(id), Heading: id, Text: text, Sections: inner}
	}
	return knowledge.New(knowledge.Library{Articles: []*knowledge.Article{
		{ID: "exosome-size", Title: "Size", Sections: []*knowledge.Section{section("diameter", strings.Repeat("One word after another. ", 40)+"\n\n"+strings.Repeat("Two words after others. ", 40), section("by-species", "Mice."))}},
		{ID: "wound-healing", Title: "Wounds", Sections: []*knowledge.Section{section("skin-wounds", "Skin."), section("heart", "Heart.")}},
	}, Glossary: []*knowledge.Concept{{Term: "exosome", Definition: "A bubble."}, {Term: "empty"}}})
}

func TestLookUp(t *testing.T) {
	t.Parallel()
	lib := keyLibrary()
	if n := len(lib.Section(key("exosome-size", "diameter", 0).ref).Passages); n != 2 {
		t.Fatalf("the first section has %d passages, want two", n)
	}
	tests := []struct {
		key     passageKey
		passage string // id of what is found
		near    string // or of the section that is nearest
	}{
		{key("exosome-size", "diameter", 1), "exosome-size/diameter#1", ""},
		{key("exosome-size", "diameter", 1).short(), "exosome-size/diameter#1", ""},
		{key("exosome-size", "diameter", 2), "", "exosome-size/diameter"},
		{key("exosome-size", "diameter", 2).short(), "", "exosome-size/diameter"},
		{key("exosome-size", "species", 0), "", "exosome-size/by-species"},
		{key("wound-healing", "gone", 0), "", "wound-healing/skin-wounds"},
		{key("wound-healing", "gone", 0).short(), "", "wound-healing/skin-wounds"},
		{key("wound-care", "heart", 0), "", "wound-healing/heart"},
		{key("renamed", "wounds-on-skin", 0), "", "wound-healing/skin-wounds"},
		{key("renamed", "gone", 0), "", ""},
		{key("renamed", "gone", 0).short(), "", ""},
		{key("glossary", "concept-0", 0), "glossary/concept-0#0", ""},
		{key("glossary", "concept-1", 0), "", ""},
		{key("glossary", "concept-2", 0), "", ""},
	}
	for _, test := range tests {
		p, near := lookUp(lib, test.key)
		got, gotNear := "", ""
		if p != nil {
			got = p.ID()
		}
		if near != nil {
			gotNear = near.Ref().String()
		}
		if got != test.passage || gotNear != test.near {
			t.Errorf("%s: found %q, near %q; want %q, %q", test.key, got, gotNear, test.passage, test.near)
		}
	}
	// What every article is about leads nowhere.
	many := knowledge.New(knowledge.Library{Articles: []*knowledge.Article{
		{ID: "storing-exosomes", Title: "Storage", Sections: []*knowledge.Section{{ID: "cold", Heading: "Cold", Text: "Cold."}, {ID: "market-size", Heading: "Market", Text: "Big."}}},
		{ID: "exosomes-and-skin", Title: "Skin", Sections: []*knowledge.Section{{ID: "dose", Heading: "Dose", Text: "Dose."}}},
		{ID: "what-is-an-exosome", Title: "What?", Sections: []*knowledge.Section{{ID: "short", Heading: "Short", Text: "Small."}, {ID: "size", Heading: "Size", Text: "Small."}}},
	}})
	for gone, want := range map[passageKey]string{key("exosome-size", "nanometres", 0): "what-is-an-exosome/size", key("exosome-colours", "blue", 0): ""} {
		got := ""
		if _, near := lookUp(many, gone); near != nil {
			got = near.Ref().String()
		}
		if got != want {
			t.Errorf("%s: near %q, want %q", gone, got, want)
		}
	}
	if p, near := lookUp(nil, key("a", "b", 0)); p != nil || near != nil {
		t.Error("something is found without a library")
	}
}
