package knowledge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// WriteArticle writes the article in the form that [Load] reads. What Load returns is
// the article again, apart from space around a text and line breaks in a field of one
// line. Keys stand in a fixed order, and keys without a value are left out.
func WriteArticle(w io.Writer, a *Article) error {
	if err := writeNode(w, articleNode(a)); err != nil {
		return fmt.Errorf("write article %q: %w", a.ID, err)
	}
	return nil
}

// writeNode writes the tree as a YAML file, whole or not at all.
func writeNode(w io.Writer, n *yaml.Node) error {
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(n); err != nil {
		return err
	}
	if !utf8.Valid(b.Bytes()) {
		return errors.New("the text is not UTF-8")
	}
	_, err := w.Write(b.Bytes())
	return err
}

func articleNode(a *Article) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	addLine(n, "id", string(a.ID))
	addLine(n, "title", a.Title)
	addLine(n, "subtitle", a.Subtitle)
	addLine(n, "summary", a.Summary)
	addLine(n, "lang", a.Lang)
	addDay(n, a.Updated)
	addSections(n, a.Sections)
	return n
}

func addSections(to *yaml.Node, sections []*Section) {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, s := range sections {
		n := &yaml.Node{Kind: yaml.MappingNode}
		addLine(n, "id", string(s.ID))
		addLine(n, "heading", s.Heading)
		addLine(n, "subtitle", s.Subtitle)
		addLine(n, "evidence", string(s.Evidence))
		addText(n, "text", s.Text)
		addList(n, "questions", s.Questions, 0)
		addList(n, "references", s.References, yaml.FlowStyle)
		addSections(n, s.Sections)
		list.Content = append(list.Content, n)
	}
	if len(sections) > 0 {
		add(to, "sections", list)
	}
}

func add(to *yaml.Node, key string, value *yaml.Node) {
	to.Content = append(to.Content, scalarNode(key), value)
}

func scalarNode(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

func addLine(to *yaml.Node, key, value string) {
	if value = oneLine(value); value != "" {
		add(to, key, scalarNode(value))
	}
}

func addText(to *yaml.Node, key, value string) {
	if value = strings.TrimSpace(value); value != "" {
		n := scalarNode(value + "\n")
		n.Style = yaml.LiteralStyle
		add(to, key, n)
	}
}

func addDay(to *yaml.Node, day time.Time) {
	if !day.IsZero() {
		add(to, "updated", &yaml.Node{Kind: yaml.ScalarNode, Value: day.Format(time.DateOnly)})
	}
}

func addList[T ~string](to *yaml.Node, key string, values []T, style yaml.Style) {
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: style}
	for _, v := range values {
		if s := oneLine(string(v)); s != "" {
			list.Content = append(list.Content, scalarNode(s))
		}
	}
	if len(list.Content) > 0 {
		add(to, key, list)
	}
}

// SaveOptions says how [SaveArticle] behaves.
type SaveOptions struct {
	Overwrite bool // replace an article of the same id
}

// SaveArticle writes the article into the pack in folder dir, as articles/ID.yaml, and
// returns that file's path. The folder, and a pack.yaml that takes the article's id and
// title, are made where they are missing. An article of that id is replaced with
// Overwrite only; otherwise the error is [fs.ErrExist]. A file is written whole or not
// at all, so that a bot that reads the folder never meets half of one.
func SaveArticle(dir string, a *Article, o SaveOptions) (path string, err error) {
	if !validID(string(a.ID)) {
		return "", fmt.Errorf("save article: %q is no id", a.ID)
	}
	var article bytes.Buffer
	if err := WriteArticle(&article, a); err != nil {
		return "", err
	}
	folder := filepath.Join(dir, articlesFolder)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("save article %q: %w", a.ID, err)
	}
	path = filepath.Join(folder, string(a.ID)+".yaml")
	if err := saveFile(path, article.Bytes(), o.Overwrite); err != nil {
		return "", fmt.Errorf("save article %q: %w", a.ID, err)
	}
	if err := savePackFile(dir, a); err != nil {
		return "", fmt.Errorf("save article %q: %w", a.ID, err)
	}
	return path, nil
}

// savePackFile writes a pack.yaml for the article unless there is one.
func savePackFile(dir string, a *Article) error {
	n := &yaml.Node{Kind: yaml.MappingNode}
	addLine(n, "id", string(a.ID))
	addLine(n, "title", a.Title)
	add(n, "version", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "1", Style: yaml.DoubleQuotedStyle})
	data, err := yaml.Marshal(n)
	if err != nil {
		return err
	}
	if err := saveFile(filepath.Join(dir, packFile), data, false); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// saveFile writes a file by way of a hidden one beside it, which then takes its place.
func saveFile(path string, data []byte, overwrite bool) (err error) {
	if _, err := os.Lstat(path); err == nil && !overwrite {
		return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(temp.Name())
		}
	}()
	_, err = temp.Write(data)
	if err == nil {
		err = temp.Chmod(0o644)
	}
	if err == nil {
		err = temp.Sync()
	}
	if closeErr := temp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
