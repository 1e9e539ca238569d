package importer

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"exobot/knowledge"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestGolden(t *testing.T) {
	var inputs []string
	for _, ext := range []string{"txt", "md", "html"} {
		files, err := filepath.Glob("testdata/*." + ext)
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, files...)
	}
	for _, input := range inputs {
		if filepath.Base(input) == "README.md" {
			continue
		}
		t.Run(filepath.Base(input), func(t *testing.T) {
			data, err := os.ReadFile(input)
			if err != nil {
				t.Fatal(err)
			}
			result, err := Import(filepath.Base(input), data, Options{})
			if err != nil {
				t.Fatal(err)
			}
			checkInvariants(t, result, knowledge.MaxPassageUnits)
			got := show(result)
			golden := input + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// show returns a result in the form of the golden files.
func show(r Result) string {
	var b strings.Builder
	a := r.Article
	for _, kv := range [][2]string{{"id", a.ID}, {"title", a.Title}, {"subtitle", a.Subtitle}, {"summary", a.Summary}, {"lang", a.Lang}, {"updated", a.Updated}} {
		if kv[1] != "" {
			fmt.Fprintf(&b, "%s: %s\n", kv[0], kv[1])
		}
	}
	for depth, s := range walk(a.Sections, 1) {
		fmt.Fprintf(&b, "\n%s %s | %s", strings.Repeat("#", depth), s.ID, s.Heading)
		if s.Subtitle != "" {
			fmt.Fprintf(&b, " | %s", s.Subtitle)
		}
		b.WriteByte('\n')
		if s.Text != "" {
			fmt.Fprintf(&b, "\n%s\n", s.Text)
		}
	}
	b.WriteString("\n----\n")
	for _, d := range r.Dropped {
		fmt.Fprintf(&b, "dropped, line %d, %s: %s\n", d.Line, d.Reason, d.Text)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	return b.String()
}

// walk yields the sections and those inside them, with their depth.
func walk(sections []Section, depth int) func(yield func(int, Section) bool) {
	return func(yield func(int, Section) bool) {
		for _, s := range sections {
			if !yield(depth, s) {
				return
			}
			for d, kid := range walk(s.Sections, depth+1) {
				if !yield(d, kid) {
					return
				}
			}
		}
	}
}

var idPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// checkInvariants checks what holds for the result of every import.
func checkInvariants(t *testing.T, r Result, limit int) {
	t.Helper()
	a := r.Article
	if !idPattern.MatchString(a.ID) || len(a.ID) > maxID {
		t.Errorf("article id %q", a.ID)
	}
	if letters(a.Title) == 0 || a.Title != squeeze(a.Title) {
		t.Errorf("title %q", a.Title)
	}
	if len(a.Sections) == 0 {
		t.Error("no sections")
	}
	if a.Lang == "" {
		t.Error("no language")
	}
	ids := make(map[string]bool)
	for _, s := range walk(a.Sections, 1) {
		if !idPattern.MatchString(s.ID) || ids[s.ID] {
			t.Errorf("section id %q", s.ID)
		}
		ids[s.ID] = true
		if letters(s.Heading) == 0 || s.Heading != squeeze(s.Heading) || s.Subtitle != squeeze(s.Subtitle) {
			t.Errorf("heading %q, subtitle %q", s.Heading, s.Subtitle)
		}
		if letters(s.Text) == 0 && len(s.Sections) == 0 {
			t.Errorf("section %q is empty", s.ID)
		}
		if s.Text != strings.TrimSpace(s.Text) || strings.Contains(s.Text, "\n\n\n") || s.Text != dropInvisible(s.Text) || !utf8.ValidString(s.Text) {
			t.Errorf("section %q is not clean: %q", s.ID, s.Text)
		}
		for p := range strings.SplitSeq(s.Text, "\n\n") {
			if n := knowledge.Units(p); n > limit {
				t.Errorf("paragraph of %d units, limit %d: %q", n, limit, p)
			}
		}
	}
	for _, d := range r.Dropped {
		if d.Line < 1 || d.Text == "" || d.Reason == "" {
			t.Errorf("dropped %+v", d)
		}
	}
	checkLoads(t, r.Article)
	if !slices.IsSortedFunc(r.Dropped, func(a, b Dropped) int { return a.Line - b.Line }) {
		t.Error("what was dropped is out of order")
	}
}

// checkLoads checks that the article, written down, is a pack without errors.
func checkLoads(t *testing.T, a Article) {
	t.Helper()
	var b bytes.Buffer
	converted := &knowledge.Article{ID: knowledge.ArticleID(a.ID), Title: a.Title, Subtitle: a.Subtitle, Summary: a.Summary, Lang: a.Lang, Sections: convert(a.Sections)}
	if err := knowledge.WriteArticle(&b, converted); err != nil {
		t.Fatal(err)
	}
	pack := fstest.MapFS{
		"pack.yaml":                  {Data: []byte("id: test\ntitle: Test\nversion: \"1\"\n")},
		"articles/" + a.ID + ".yaml": {Data: b.Bytes()},
	}
	_, problems, err := knowledge.Load(pack)
	if err != nil {
		t.Errorf("the pack does not load: %v\n%v", err, problems.Errors())
	}
}

func convert(sections []Section) []*knowledge.Section {
	var list []*knowledge.Section
	for _, s := range sections {
		list = append(list, &knowledge.Section{ID: knowledge.SectionID(s.ID), Heading: s.Heading, Subtitle: s.Subtitle, Text: s.Text, Sections: convert(s.Sections)})
	}
	return list
}

// outline returns the headings of an article, those of subsections in brackets behind
// theirs: "A [B C] D".
func outline(sections []Section) string {
	var list []string
	for _, s := range sections {
		h := s.Heading
		if s.Subtitle != "" {
			h += "/" + s.Subtitle
		}
		if len(s.Sections) > 0 {
			h += " [" + outline(s.Sections) + "]"
		}
		list = append(list, h)
	}
	return strings.Join(list, ", ")
}

func TestOutline(t *testing.T) {
	tests := []struct{ name, in, want string }{
		// What is not a heading.
		{"a.txt", "T\n\nBody text.\n\nNote: text\n\nMore.", "T"},
		{"a.txt", "T\n\nWe saw the following:\n\n- a\n- b", "T"},
		{"a.txt", "T\n\nBody.\n\n1. One\n\n2. Two\n\n3. Three\n\nMore.", "T"},
		{"a.txt", "T\n\nBody.\n\n1. This is a sentence.\n\nMore.", "T"},
		{"a.txt", "T\n\nBody.\n\nTRUE FACTS", "T"},
		{"a.txt", "T\n\nBody.\n\nC. elegans\n\nA worm.", "T"},
		{"a.txt", "T\n\nBody.\n\n1. Alone\n\nMore.", "T"},
		{"a.md", "# T\n\n1. One\n2. Two\n\nMore.", "T"},
		{"a.html", "<h1>T</h1><ol><li>One</li><li>Two</li></ol><p>More.</p>", "T"},
		{"a.html", "<h1>T</h1><h2>A</h2><p>Key points:</p><p>More.</p>", "A"},

		// What is one.
		{"a.txt", "T\n\nA:\n\nBody.\n\nB:\n\nBody.", "A, B"},
		{"a.txt", "T\n\nHi.\n\n(1) A\n\nBody.\n\n(2) B\n\nBody.", "Introduction, A, B"},
		{"a.txt", "T\n\nHi.\n\na) A: x\n\nBody.\n\nb) B: y\n\nBody.", "Introduction, A/x, B/y"},
		{"a.txt", "T\n\nHi.\n\n# A\nBody.\n## B\nBody.\n\nC\n---\nBody.", "Introduction, A [B, C]"},
		{"a.txt", "T\n\nHi there.\n\nIntroduction\n\nBody.\n\nConclusion\n\nBody.", "Introduction, Introduction, Conclusion"},
		{"a.txt", "T\n\nHi.\n\n**1. A: x**\n\nBody.\n\n__2. B__\n\nBody.", "Introduction, A/x, B"},
		{"a.txt", "T\n\nHi.\n\nа) Да\n\nТекст.\n\nб) Нет\n\nТекст.", "Introduction, Да, Нет"},
		{"a.md", "# T\n\n## 1. A: x\n\nBody.\n\n### 1.1 B\n\nBody.\n\n## C: y\n\nBody.", "A/x [B], C: y"},
		{"a.md", "T\n=\n\nA\n-\nBody.", "A"},
		{"a.md", "# T\n\nHi.\n\n#### A\n\nBody.\n\n## B\n\nBody.", "Introduction, A, B"},
		{"a.html", "<h1>T</h1><h2>A</h2><h3>B</h3><p>Body.</p><h2>C</h2><p>Body.</p>", "A [B], C"},
		{"a.html", "<h1>T</h1><p>A<b>B</b>.</p><p><b>C</b></p><p>Body.</p>", "Introduction, C"},
		{"a.html", "<h2>A</h2><p>Body.</p><h2>B</h2><p>Body.</p>", "A, B"},
		{"a.html", "<h1>T</h1><h2>A</h2><p>" + strings.Repeat("Body. ", 20) + "</p><article><h2>B</h2><p>Teaser.</p></article>", "A, B"},
		{"a.html", "<p>Menu.</p><article><h1>T</h1><p>Hi.</p><h2>A</h2><p>Body.</p></article><p>More.</p>", "Introduction, A"},
		{"a.html", "<h1>T</h1><article>First. One.</article><article>Second. Two.</article>", "T"},

		// How they nest.
		{"a.txt", "T\n\nA:\n\nBody.\n\n1. B\n\nBody.\n\n2. C\n\nBody.\n\nD:\n\nBody.\n\n1. E\n\nBody.", "A [B, C], D [E]"},
		{"a.txt", "T\n\n1. A\n\nBody.\n\n2. B\n\nBody.\n\nC:\n\na. D\n\nBody.\n\nb. E\n\nBody.", "A, B, C [D, E]"},
		{"a.txt", "T\n\nOverview:\n\nBody.\n\n1. A\n\nBody.\n\n2. B\n\nBody.", "Overview, A, B"},
		{"a.txt", "T\n\n1. A\n\ni. B\n\nBody.\n\nii. C\n\nBody.\n\n2. D\n\nBody.", "A [B, C], D"},

		{"a.md", "# A\n\nText.\n\n# B\n\n## C\n\n### D\n\n#### E\n\n##### F\n\n###### G\n\nHi.\n\n**H**\n\nText.", "Introduction, B [C [D [E [F [G, H]]]]]"},

		// Where the conclusion starts.
		{"a.txt", "T\n\n1. A\n\nBody.\n\n2. B\n\nBody.\n\n\nEnd.", "A, B, Conclusion"},
		{"a.txt", "T\n\n1. A\n\nBody.\n\n\nMore.\n\n2. B\n\nBody.\n\n\nEnd.", "A, B"},
		{"a.txt", "T\n\n1. A\n\nBody.\n\n2. B\n\nBody.\n\n\nDisclaimer: this is no advice.", "A, B"},
		{"a.txt", "T\n\n1. A\n\nBody.\n\n2. Conclusion\n\nBody.\n\n\nEnd.", "A, Conclusion"},
		{"a.txt", "T\n\nBody.\n\n\n\nEnd.", "T"},
		{"a.html", "<h1>T</h1><h2>A</h2><p>Body.</p><hr><p>End.</p>", "A, Conclusion"},
	}
	for _, tt := range tests {
		r, err := Import(tt.name, []byte(tt.in), Options{})
		if err != nil {
			t.Errorf("Import(%q): %v", tt.in, err)
			continue
		}
		if got := outline(r.Article.Sections); got != tt.want {
			t.Errorf("Import(%q):\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func TestTitle(t *testing.T) {
	tests := []struct{ name, in, title, subtitle string }{
		{"a.txt", "T\nS\n\nBody.", "T", "S"},
		{"a.txt", "T\n\nT\n\nT\n\nS\n\nBody.", "T", "S"},
		{"a.txt", "A title that somebody has wrapped\nover two lines\n\nBody.", "A title that somebody has wrapped over two lines", ""},
		{"a.txt", "Body only. No title.", "A", ""},
		{"my-notes_2.txt", "Body only. No title.", "My notes 2", ""},
		{`C:\texts\my notes.txt`, "Body only. No title.", "My notes", ""},
		{"-", "Body only. No title.", "Untitled article", ""},
		{"a.txt", "1. A\n\nBody.\n\n2. B\n\nBody.", "A", ""}, // from the name of the file
		{"a.md", "+++\ntitle = 'F'\n+++\n\nBody.", "F", ""},
		{"a.md", "Kicker\n\n# T\n\nS\n\nBody.", "T", "S"},
		{"a.html", "<title>P | Site</title><p>Body.</p>", "P", ""},
		{"a.html", "<title>Site name - Long title of a page</title><meta property='og:site_name' content='Site name'><p>Body.</p>", "Long title of a page", ""},
		{"a.html", "<title>Page</title><h1>T</h1><p>Body.</p>", "T", ""},
		{"a.html", "<title>Document</title><p>T</p><p>Body.</p>", "T", ""},
		{"a.html", "<title>T – Site</title><h1>T</h1><article><p>Body.</p></article>", "T", ""},
	}
	for _, tt := range tests {
		r, err := Import(tt.name, []byte(tt.in), Options{})
		if err != nil {
			t.Errorf("Import(%q): %v", tt.in, err)
			continue
		}
		if a := r.Article; a.Title != tt.title || a.Subtitle != tt.subtitle {
			t.Errorf("Import(%q): title %q, subtitle %q, want %q, %q", tt.in, a.Title, a.Subtitle, tt.title, tt.subtitle)
		}
	}
}

func TestSniff(t *testing.T) {
	tests := []struct {
		name, in string
		want     format
	}{
		{"a.txt", "# T", formatText},
		{"a.txt", "<!DOCTYPE html><p>Body.", formatHTML},
		{"a.md", "<p>Body.", formatMarkdown},
		{"A.HTM", "Body.", formatHTML},
		{"", "Body.", formatText},
		{"", "# T\n\nBody.", formatMarkdown},
		{"", "---\ntitle: T\n---\nBody.", formatMarkdown},
		{"", "<p>a</p>\n<p>b</p>\n<p>c</p>", formatHTML},
		{"a.docx", "Body, a < b.", formatText},
	}
	for _, tt := range tests {
		if got := sniff(formatOfName(tt.name), tt.in); got != tt.want {
			t.Errorf("sniff of %q named %q = %d, want %d", tt.in, tt.name, got, tt.want)
		}
	}
}

func TestDecode(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"a.txt", "\xff\xfeH\x00i\x00.\x00", "Hi."},
		{"a.txt", "\xfe\xff\x00H\x00i\x00.", "Hi."},
		{"a.txt", "caf\xe9 au lait.", "café au lait."},
		{"a.txt", "a\rb\r\nc\u2029d", "a\nb\nc\n\nd"},
		{"a.txt", "a\u200bb\u202ec\u0007", "abc"},
		{"a.html", "<meta charset=windows-1251><p>\xc4\xe0.", "<meta charset=windows-1251><p>Да."},
		{"a.html", "<meta charset=windows-1251><p>Да.", "<meta charset=windows-1251><p>Да."}, // a wrong declaration
		{"a.html", "<meta charset=iso-2022-jp><p>\x1b$B%\"\x1b(B", "<meta charset=iso-2022-jp><p>ア"},
	}
	for _, tt := range tests {
		got, _, err := decode([]byte(tt.in), formatOfName(tt.name))
		if err != nil || got != tt.want {
			t.Errorf("decode(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name, in string
		opts     Options
		want     string
	}{
		{"a.txt", "", Options{}, `import "a.txt": the file is empty; save the article again and import that`},
		{"a.txt", " \r\n\t", Options{}, `import "a.txt": the file is empty; save the article again and import that`},
		{"a.txt", "...\n\n***", Options{}, `import "a.txt": there is no text of an article in it; check that it is the right file and was saved completely`},
		{"a.html", "<html><body><script>x</script></body></html>", Options{}, `import "a.html": there is no text of an article in it; check that it is the right file and was saved completely`},
		{"a.md", "# Title only\n\n## Another", Options{}, `import "a.md": there is no text of an article in it; check that it is the right file and was saved completely`},
		{"a.txt", "Leave a comment", Options{}, `import "a.txt": there is no text of an article in it; check that it is the right file and was saved completely`},
		{"a.pdf", "%PDF-1.7", Options{}, `import "a.pdf": it is a PDF; save its text as a .txt, .md or .html file and import that`},
		{"a.docx", "PK\x03\x04", Options{}, `import "a.docx": it is a Word document or another zipped file; save its text as a .txt, .md or .html file and import that`},
		{"a.txt", "a\x00b", Options{}, `import "a.txt": it is a binary file; save the article's text as a .txt, .md or .html file and import that`},
		{"a.txt", "\xc4\xe0\xed\xfb \xc4\xe0", Options{}, `import "a.txt": it is not in UTF-8 and its encoding is not known; open it in an editor, save it as UTF-8 and import that`},
		{"a.txt", strings.Repeat("a", MaxSize+1), Options{}, `import "a.txt": it has 16777217 bytes and the limit is 16777216; import the article alone, as text`},
		{"a.html", strings.Repeat("<div>", 600) + "Body.", Options{}, `import "a.html": its HTML could not be read (html: open stack of elements exceeds 512 nodes); save the page as text and import that`},
		{"a.txt", "Body.", Options{MaxPassage: 79}, `import "a.txt": passage limit 79: want at least 80`},
		{"a.txt", "Body.", Options{Lang: "english!"}, `import "a.txt": language "english!": want a tag such as en or pt-BR`},
		{"a.txt", "Body.", Options{Updated: "2026-02-30"}, `import "a.txt": date "2026-02-30": want a day such as 2026-11-23`},
	}
	for _, tt := range tests {
		_, err := Import(tt.name, []byte(tt.in), tt.opts)
		if err == nil || err.Error() != tt.want {
			t.Errorf("Import of %.40q:\n got %v\nwant %s", tt.in, err, tt.want)
		}
	}
}

func TestOptions(t *testing.T) {
	src := []byte("---\ntitle: T\nlang: de\ndate: 2024-01-02\n---\n\nBody.")
	r, err := Import("a.md", src, Options{})
	if err != nil || r.Article.Lang != "de" || r.Article.Updated != "2024-01-02" {
		t.Errorf("without options: %+v, %v", r.Article, err)
	}
	r, err = Import("a.md", src, Options{Lang: "fr", Updated: "2026-11-23"})
	if err != nil || r.Article.Lang != "fr" || r.Article.Updated != "2026-11-23" {
		t.Errorf("with options: %+v, %v", r.Article, err)
	}
}

func TestTangledMarkdown(t *testing.T) {
	for _, src := range []string{
		strings.Repeat("> ", 100) + "Deep. Very deep.",
		strings.Repeat("*a ", maxRun),
	} {
		r, err := Import("a.md", []byte(src), Options{})
		if err != nil || !slices.Contains(r.Notes, "The Markdown is too tangled to be read as such; it was read as plain text.") {
			t.Errorf("Import(%.20q...): notes %q, %v", src, r.Notes, err)
		}
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		in     string
		limit  int
		want   []string
		inWord bool
	}{
		{"A b c. D e f.", 80, []string{"A b c. D e f."}, false},
		{"A b c. D e f. G.", 9, []string{"A b c.", "D e f. G."}, false},
		{"See Dr. Who. He is in.", 14, []string{"See Dr. Who.", "He is in."}, false},
		{"One two three, four five six.", 20, []string{"One two three,", "four five six."}, false},
		{"One two three four five.", 12, []string{"One two", "three four", "five."}, false},
		{"- one\n- two\n- three", 12, []string{"- one\n- two", "- three"}, false},
		{"小さな袋である。細胞が出す。", 9, []string{"小さな袋である。", "細胞が出す。"}, false},
		{"細胞が出す小さな袋", 5, []string{"細胞が出す", "小さな袋"}, false},
		{"😀😀😀", 4, []string{"😀😀", "😀"}, true},
		{"abcdefghij", 4, []string{"abcd", "efgh", "ij"}, true},
		{"cafe\u0301s", 4, []string{"caf", "e\u0301s"}, true},
	}
	for _, tt := range tests {
		got, inWord := cut(tt.in, tt.limit)
		if !slices.Equal(got, tt.want) || inWord != tt.inWord {
			t.Errorf("cut(%q, %d) = %q, %t, want %q, %t", tt.in, tt.limit, got, inWord, tt.want, tt.inWord)
		}
	}
}

func TestSlug(t *testing.T) {
	tests := []struct{ in, want string }{
		{"What are exosomes?", "what-are-exosomes"},
		{"Alzheimer’s & Parkinson's", "alzheimers-and-parkinsons"},
		{"Größe, Œuvre, Ångström", "grosse-oeuvre-angstrom"},
		{"ＦＵＬＬ width ①", "full-width-1"},
		{"2022", "section-2022"},
		{"줄기세포", "section-263417"},
		{"FDA 규제", "fda-346b2e"},
		{"???", "section-a03b22"},
		{"A heading that goes on for longer than any button could ever hold", "a-heading-that-goes-on-for-longer-7fa92f"},
		{strings.Repeat("x", 60), strings.Repeat("x", 37) + "-42f2d9"},
	}
	for _, tt := range tests {
		if got := slug(tt.in, "section"); got != tt.want {
			t.Errorf("slug(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	used := make(map[string]int)
	var got []string
	for _, h := range []string{"Names", "Names 2", "Names", "Names"} {
		got = append(got, sectionID(h, used))
	}
	if want := []string{"names", "names-2", "names-3", "names-4"}; !slices.Equal(got, want) {
		t.Errorf("ids %q, want %q", got, want)
	}
}

func TestBoilerplate(t *testing.T) {
	tests := []struct{ in, want string }{
		{"Leave a comment", commentForm},
		{"LEAVE A REPLY", commentForm},
		{"Please note, comments need to be approved before they are published.", commentForm},
		{"Your email address will not be published. Required fields are marked *", commentForm},
		{"12 comments", comments},
		{"« Back to blog", navigation},
		{"Home > Blog > Vesicles", navigation},
		{"← Older post", navigation},
		{"Share this:", shareLinks},
		{"You may also like", relatedPosts},
		{"Subscribe to our weekly newsletter", newsletter},
		{"© 2024 Example Ltd.", footer},

		// Sentences of an article.
		{"Comments on this method are rare.", ""},
		{"Cells share vesicles with their neighbours.", ""},
		{"No comments were received during the review.", ""},
		{"We use vesicles from plants.", ""},
		{"Home care after an injection", ""},
		{"Related work", ""},
		{"Copyright law protects the label, not the product.", ""},
	}
	for _, tt := range tests {
		if got := boilerplate(tt.in); got != tt.want {
			t.Errorf("boilerplate(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// TestSeedArticle imports the article that the project began with, from the folder of
// test data that EXOBOT_TEST_DATA names.
func TestSeedArticle(t *testing.T) {
	dir := os.Getenv("EXOBOT_TEST_DATA")
	if dir == "" {
		t.Skip("EXOBOT_TEST_DATA is not set: it names the folder with knowledge/seed-article.txt")
	}
	name := filepath.Join(dir, "knowledge", "seed-article.txt")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Import(name, data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkInvariants(t, r, knowledge.MaxPassageUnits)
	var headings []string
	var text strings.Builder
	for _, s := range walk(r.Article.Sections, 1) {
		headings = append(headings, s.Heading)
		text.WriteString(s.Text + "\n\n")
	}
	want := []string{"Introduction", "Tissue Regeneration", "Neurological Disorders", "Cardiovascular Health", "Cancer Therapy",
		"Emerging Trends", "Stem Cell Exosome Injectables (2018)", "Stem Cell Exosome Topicals (2022)", "Conclusion"}
	if !slices.Equal(headings, want) {
		t.Errorf("headings %q, want %q", headings, want)
	}
	if got, want := len(r.Article.Sections), 7; got != want {
		t.Errorf("%d sections at the top, want %d", got, want)
	}
	sentences := 0
	for p := range strings.SplitSeq(string(data), "\n") {
		if p = squeeze(p); !strings.HasSuffix(p, ".") {
			continue
		}
		for _, s := range knowledge.Sentences(p) {
			sentences++
			if !strings.Contains(text.String(), s.Of(p)) {
				t.Errorf("sentence is missing: %q", s.Of(p))
			}
		}
	}
	if sentences == 0 {
		t.Error("no sentences in the input")
	}
	for _, phrase := range []string{"Leave a comment", "moderated"} {
		if strings.Contains(text.String(), phrase) {
			t.Errorf("%q is in the article", phrase)
		}
	}
	if len(r.Dropped) != 3 {
		t.Errorf("dropped %+v, want the repeated title and the comment form", r.Dropped)
	}
}
