package eval_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"exobot/index/eval"
)

// passages that outcomes are made of, by section.
var passages = map[string]eval.Passage{
	"size":  {Article: "a", Section: "size", Trail: []string{"About exosomes", "Size"}, Heading: "Size", Text: "They are 30–150\n nm wide."},
	"brain": {Article: "a", Section: "brain", Trail: []string{"About exosomes", "Brain"}, Heading: "Brain", Text: "Keep at −80 °C. RNA inside."},
	"heart": {Article: "a", Section: "heart", Trail: []string{"About exosomes", "Heart"}, Heading: "Heart", Text: "A pump."},
}

func shown(sections ...string) []eval.Passage {
	var list []eval.Passage
	for _, s := range sections {
		list = append(list, passages[s])
	}
	return list
}

func answer(sections ...string) eval.Outcome {
	return eval.Outcome{Kind: "answer", Lane: "knowledge", Confidence: 0.9, Passages: shown(sections...)}
}

var decline = eval.Outcome{Kind: "decline", Lane: "knowledge"}

func article(match string, sections ...string) eval.Question {
	return eval.Question{ID: "q", Text: "?", Kind: eval.KindArticle, Match: match, Sections: sections}
}

func pack(match string, sections ...string) eval.Question {
	return eval.Question{ID: "q", Text: "?", Kind: eval.KindPack, Match: match, Sections: sections}
}

func primer(groups ...[]string) eval.Question {
	return eval.Question{ID: "q", Text: "?", Kind: eval.KindPrimer, KeyPhrases: groups}
}

func TestScore(t *testing.T) {
	t.Parallel()
	size := primer([]string{"30"}, []string{"150 NM", "160"})
	other := func(k eval.Kind) eval.Question { return eval.Question{ID: "q", Text: "?", Kind: k} }
	for _, test := range []struct {
		name     string
		question eval.Question
		outcome  eval.Outcome
		want     string // measures that are 1 besides n
		missed   bool
	}{
		// Any of several sections.
		{"first", article("any", "Size", "Heart"), answer("size", "brain"), "hit@1 hit@3 answered precision_at_answer lane", false},
		{"third", article("", "Size"), answer("brain", "heart", "size"), "hit@3 answered lane", true},
		{"fourth", article("any", "Size"), answer("brain", "heart", "brain", "size"), "answered answered_wrongly lane", true},
		{"headings are compared without case", article("any", "SIZE"), answer("size"), "hit@1 hit@3 answered precision_at_answer lane", false},
		{"declined", article("any", "Size"), decline, "declined_wrongly lane", true},
		// Each of several sections.
		{"both", article("all", "Size", "Heart"), answer("heart", "brain", "size"), "hit@1 hit@3 answered precision_at_answer lane", false},
		{"one of two", article("all", "Size", "Heart"), answer("heart", "brain"), "hit@1 answered answered_wrongly precision_at_answer lane", false},
		{"none first", article("all", "Size", "Heart"), answer("brain", "size", "heart"), "hit@3 answered lane", true},
		// Sections by their ids.
		{"by id", pack("any", "a/size", "a/heart"), answer("size", "brain"), "hit@1 hit@3 answered precision_at_answer lane", false},
		{"by id, second", pack("", "a/size"), answer("brain", "size"), "hit@3 answered lane", true},
		{"another article", pack("any", "b/size"), answer("size"), "answered answered_wrongly lane", true},
		{"headings are no ids", pack("any", "a/Size!"), answer("size"), "answered answered_wrongly lane", true},
		{"both by id", pack("all", "a/size", "a/heart"), answer("heart", "brain", "size"), "hit@1 hit@3 answered precision_at_answer lane", false},
		{"one of two by id", pack("all", "a/size", "a/heart"), answer("size", "brain"), "hit@1 answered answered_wrongly precision_at_answer lane", false},
		{"by id, declined", pack("any", "a/size"), decline, "declined_wrongly lane", true},
		// Key phrases.
		{"dashes and spaces", primer([]string{"30-150 nm"}), answer("size"), "hit@1 hit@3 answered precision_at_answer lane coverage", false},
		{"minus signs", primer([]string{"-80"}), answer("brain"), "hit@1 hit@3 answered precision_at_answer lane coverage", false},
		{"a space counts", primer([]string{" rna"}), answer("brain"), "hit@1 hit@3 answered precision_at_answer lane coverage", false},
		{"the trail counts", primer([]string{"about exosomes"}, []string{"pump"}), answer("heart"), "hit@1 hit@3 answered precision_at_answer lane coverage", false},
		{"second", size, answer("brain", "size"), "hit@3 answered lane coverage", true},
		{"one group missing", primer([]string{"30"}, []string{"pump"}), answer("size", "heart"), "answered answered_wrongly lane", true},
		{"declined, but covered", size, decline, "declined_wrongly lane coverage", true},
		// Lanes.
		{"caught by a lane", size, eval.Outcome{Kind: "smalltalk", Lane: "smalltalk"}, "declined_wrongly coverage", true},
		{"caught, with passages", size, eval.Outcome{Kind: "advice", Lane: "advice", Passages: shown("size")}, "hit@1 hit@3 answered precision_at_answer coverage", true},
		{"called a recommendation", size, eval.Outcome{Kind: "decline", Lane: "recommendation"}, "declined_wrongly coverage", true},
		{"with a caution", size, eval.Outcome{Kind: "answer", Lane: "caution", Passages: shown("size")}, "hit@1 hit@3 answered precision_at_answer lane coverage", false},
		// What is not to be answered.
		{"decline", other(eval.KindDecline), decline, "declined lane", false},
		{"decline a recommendation", other(eval.KindDecline), eval.Outcome{Kind: "decline", Lane: "recommendation"}, "declined lane", false},
		{"decline, answered", other(eval.KindDecline), answer("size"), "answered_wrongly lane", true},
		{"decline, chatted", other(eval.KindDecline), eval.Outcome{Kind: "smalltalk"}, "", true},
		{"decline, alarmed", other(eval.KindDecline), eval.Outcome{Kind: "emergency"}, "", true},
		{"decline, notice only", other(eval.KindDecline), eval.Outcome{Kind: "advice"}, "declined", true},
		{"decline, notice and passage", other(eval.KindDecline), eval.Outcome{Kind: "advice", Passages: shown("size")}, "answered_wrongly", true},
		{"advice", other(eval.KindAdvice), eval.Outcome{Kind: "advice", Passages: shown("size")}, "lane", false},
		{"advice, emergency", other(eval.KindAdvice), eval.Outcome{Kind: "emergency"}, "lane", false},
		{"advice, answered", other(eval.KindAdvice), answer("size"), "answered_wrongly", true},
		{"advice, declined", other(eval.KindAdvice), decline, "", true},
		{"small talk", other(eval.KindSmalltalk), eval.Outcome{Kind: "smalltalk"}, "lane", false},
		{"small talk, answered", other(eval.KindSmalltalk), answer("size"), "answered_wrongly", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			report, err := eval.Score(t.Context(), []eval.Question{test.question}, shown("size", "brain", "heart"),
				func(context.Context, eval.Question) (eval.Outcome, error) { return test.outcome, nil })
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range report.Overall.Measures() {
				if !m.Count && m.Value == 1 {
					got = append(got, m.Name)
				}
			}
			if s := strings.Join(got, " "); s != test.want {
				t.Errorf("got %q, want %q", s, test.want)
			}
			intervals := report.Intervals(1)
			for _, m := range report.Overall.Measures() {
				x, ok := intervals[m.Name]
				if ok == m.Count || !m.Count && x != (eval.Interval{Mean: m.Value, Low: m.Value, High: m.Value}) {
					t.Errorf("%s is %v, with the interval %v (%v)", m.Name, m, x, ok)
				}
				delete(intervals, m.Name)
			}
			if len(intervals) > 0 {
				t.Errorf("there are intervals of what is no measure: %v", intervals)
			}
			if missed := len(report.Misses) > 0; missed != test.missed {
				t.Errorf("missed = %v, want %v: %v", missed, test.missed, report.Misses)
			}
		})
	}
}

func TestScoreCountsByKind(t *testing.T) {
	t.Parallel()
	first, second := article("any", "Size"), pack("any", "a/heart")
	first.Lang, first.Tags = "en", []string{"plain"}
	second.Lang, second.Tags = "de", []string{"typo", "plain", "typo"} // counts once
	questions := []eval.Question{first, second, {ID: "q", Text: "?", Kind: eval.KindDecline}}
	report, err := eval.Score(t.Context(), questions, nil, func(_ context.Context, q eval.Question) (eval.Outcome, error) {
		if q.Kind == eval.KindDecline {
			return decline, nil
		}
		return answer("size"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range report.Measures() {
		got = append(got, m.Name+"="+m.String())
	}
	want := strings.Fields(`
		n=3 n_knowledge=2 n_decline=1 hit@1=0.500 hit@3=0.500 answered=1.000 declined_wrongly=0.000 declined=1.000
		answered_wrongly=0.333 precision_at_answer=0.500 lane=1.000 replied_answer=2 replied_decline=1
		article.n=1 article.n_knowledge=1 article.hit@1=1.000 article.hit@3=1.000 article.answered=1.000 article.declined_wrongly=0.000
		article.answered_wrongly=0.000 article.precision_at_answer=1.000 article.lane=1.000 article.replied_answer=1
		pack.n=1 pack.n_knowledge=1 pack.hit@1=0.000 pack.hit@3=0.000 pack.answered=1.000 pack.declined_wrongly=0.000
		pack.answered_wrongly=1.000 pack.precision_at_answer=0.000 pack.lane=1.000 pack.replied_answer=1
		decline.n=1 decline.n_decline=1 decline.declined=1.000 decline.answered_wrongly=0.000 decline.lane=1.000 decline.replied_decline=1
		lang.de.n=1 lang.de.n_knowledge=1 lang.de.hit@1=0.000 lang.de.hit@3=0.000 lang.de.answered=1.000 lang.de.declined_wrongly=0.000
		lang.de.answered_wrongly=1.000 lang.de.precision_at_answer=0.000 lang.de.lane=1.000 lang.de.replied_answer=1
		lang.en.n=1 lang.en.n_knowledge=1 lang.en.hit@1=1.000 lang.en.hit@3=1.000 lang.en.answered=1.000 lang.en.declined_wrongly=0.000
		lang.en.answered_wrongly=0.000 lang.en.precision_at_answer=1.000 lang.en.lane=1.000 lang.en.replied_answer=1
		tag.plain.n=2 tag.plain.n_knowledge=2 tag.plain.hit@1=0.500 tag.plain.hit@3=0.500 tag.plain.answered=1.000 tag.plain.declined_wrongly=0.000
		tag.plain.answered_wrongly=0.500 tag.plain.precision_at_answer=0.500 tag.plain.lane=1.000 tag.plain.replied_answer=2
		tag.typo.n=1 tag.typo.n_knowledge=1 tag.typo.hit@1=0.000 tag.typo.hit@3=0.000 tag.typo.answered=1.000 tag.typo.declined_wrongly=0.000
		tag.typo.answered_wrongly=1.000 tag.typo.precision_at_answer=0.000 tag.typo.lane=1.000 tag.typo.replied_answer=1`)
	if !slices.Equal(got, want) {
		t.Errorf("\n got %v\nwant %v", got, want)
	}
	for _, m := range report.Overall.Measures() {
		if !slices.Contains(eval.MeasureNames, m.Name) {
			t.Errorf("MeasureNames lacks %s", m.Name)
		}
	}
	run := report.Run("test")
	if v := run.Values; len(v["hit@1"]) != 1 || len(v["right"]) != 1 || v["declined"]["q"] != 1 {
		t.Errorf("as a run: %v", v) // all three questions have one id here
	}
	if r := report.Reliability(); r.Bins[9].N != 2 || r.Bins[9].Right != 0.5 || r.Bins[0].N != 0 {
		t.Errorf("reliability %+v", r)
	}
}

func TestScoreStopsAtError(t *testing.T) {
	t.Parallel()
	fault := errors.New("no index")
	_, err := eval.Score(t.Context(), []eval.Question{article("any", "Size")}, nil, func(context.Context, eval.Question) (eval.Outcome, error) {
		return eval.Outcome{}, fault
	})
	if !errors.Is(err, fault) || !strings.Contains(err.Error(), "question q") {
		t.Errorf("got %v, want the error and the question's id", err)
	}
}

func TestKindNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]eval.Kind{
		"article": eval.KindArticle, "pack": eval.KindPack, "primer": eval.KindPrimer, "decline": eval.KindDecline, "abstain": eval.KindDecline,
		"advice": eval.KindAdvice, "smalltalk": eval.KindSmalltalk, "chitchat": eval.KindSmalltalk,
	} {
		var k eval.Kind
		if err := k.UnmarshalText([]byte(text)); err != nil || k != want {
			t.Errorf("%s: got %q, %v; want %q", text, k, err, want)
		}
	}
	var k eval.Kind
	if err := k.UnmarshalText([]byte("poem")); err == nil || k != "" {
		t.Errorf("poem: got %q, %v; want an error", k, err)
	}
}

func TestCheckQuestions(t *testing.T) {
	t.Parallel()
	good := article("any", "Size")
	for _, test := range []struct {
		change func(*eval.Question)
		want   string // "" means no error
	}{
		{func(*eval.Question) {}, ""},
		{func(q *eval.Question) { q.ID = "" }, "question number 1: it has no id"},
		{func(q *eval.Question) { q.Text = "" }, `question "q": it has no text`},
		{func(q *eval.Question) { q.Kind = "" }, `question "q": it has no kind`},
		{func(q *eval.Question) { q.Sections = nil }, `question "q": it names no sections`},
		{func(q *eval.Question) { q.Match = "some" }, `question "q": match "some" is neither any nor all`},
		{func(q *eval.Question) { q.Kind = eval.KindPack }, `question "q": sections: want each as article/section`},
		{func(q *eval.Question) { q.Kind, q.Sections = eval.KindPack, nil }, `question "q": it names no sections`},
		{func(q *eval.Question) { q.Kind, q.Sections = eval.KindPack, []string{"a/b"} }, ""},
		{func(q *eval.Question) { q.Kind = eval.KindPrimer }, `question "q": it has no key_phrases`},
	} {
		q := good
		test.change(&q)
		got := ""
		if err := (&eval.File{Version: 1, Questions: []eval.Question{q}}).Check(); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	if err := (&eval.File{Version: 1, Questions: []eval.Question{good, good}}).Check(); err == nil || err.Error() != `question "q": the id was used before` {
		t.Errorf("one id twice: got %v", err)
	}
	if err := (&eval.File{Version: 2}).Check(); err == nil {
		t.Error("version 2: no error")
	}
}
