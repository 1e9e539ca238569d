package knowledge

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// maxFileSize bounds a file of a pack. The longest that is shipped, with words of twelve
// languages, has a quarter of it.
const maxFileSize = 4 << 20

// parse reads the file and returns its one document, which is a mapping, or nil when
// the file is not fit to be read any further.
func (d *document) parse(fsys fs.FS) *yaml.Node {
	data := d.read(fsys)
	if data == nil {
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF) || err == nil && isNull(doc.Content[0]):
		d.problems.errorf(place{d.file, 0}, "empty-file", "the file is empty: fill it in or remove it")
		return nil
	case err != nil:
		d.syntaxError(data, err)
		return nil
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		d.errorf(&second, "documents", `a second document behind "---": keep one in a file`)
		return nil
	case !errors.Is(err, io.EOF):
		d.syntaxError(data, err)
		return nil
	}
	root := doc.Content[0]
	if !d.plain(root) {
		return nil
	}
	if root.Kind != yaml.MappingNode {
		d.errorf(root, "wrong-type", "the file holds %s: write keys and values, such as id: my-id", kindOf(root))
		return nil
	}
	return root
}

// read returns the content of the file, or nil after noting why it cannot be used.
func (d *document) read(fsys fs.FS) []byte {
	whole := place{d.file, 0}
	info, err := fs.Stat(fsys, d.file)
	switch {
	case err != nil:
		d.problems.errorf(whole, "unreadable", "the file cannot be read (%v): check that it is there and its permissions", cause(err))
		return nil
	case !info.Mode().IsRegular():
		d.problems.errorf(whole, "unreadable", "not a regular file: put a YAML file in its place")
		return nil
	case info.Size() > maxFileSize:
		d.problems.errorf(whole, "too-large", "the file has more than 4 MiB: split it")
		return nil
	}
	f, err := fsys.Open(d.file)
	if err != nil {
		d.problems.errorf(whole, "unreadable", "the file cannot be read (%v): check its permissions", cause(err))
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	switch {
	case err != nil:
		d.problems.errorf(whole, "unreadable", "the file cannot be read (%v): try again", cause(err))
		return nil
	case len(data) > maxFileSize:
		d.problems.errorf(whole, "too-large", "the file has more than 4 MiB: split it")
		return nil
	}
	if i := invalidUTF8(data); i >= 0 {
		line := 1 + bytes.Count(data[:i], []byte("\n"))
		d.problems.errorf(place{d.file, line}, "not-utf8", "a character is not UTF-8: save the file as UTF-8")
		return nil
	}
	return data
}

// cause returns err without the operation and path in front, which the problem names.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

var (
	yamlError     = regexp.MustCompile(`(?s)^yaml: (?:line (\d+): )?(.*)$`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

func (d *document) syntaxError(data []byte, err error) {
	line, message := 0, err.Error()
	if m := yamlError.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = m[2]
	}
	if m := unknownAnchor.FindStringSubmatch(message); m != nil {
		before, _, _ := strings.Cut(string(data), "*"+m[1])
		d.aliasError(1+strings.Count(before, "\n"), "*"+m[1])
		return
	}
	line = max(line, 1) // the parser leaves it out for the first
	if strings.HasPrefix(message, "did not find expected") {
		line = firstFault(data, message)
	}
	d.problems.errorf(place{d.file, line}, "syntax",
		`not YAML here or just above (%s): indent with spaces, and quote a text that holds ": " or " #" or begins with a special character`, message)
}

// firstFault returns the line at which the fault comes into the file. The parser tells
// only where the list or mapping around it begins, which may be the top of the file.
func firstFault(data []byte, message string) int {
	lines := bytes.SplitAfter(data, []byte("\n"))
	return 1 + sort.Search(len(lines)-1, func(i int) bool {
		var n yaml.Node
		err := yaml.Unmarshal(bytes.Join(lines[:i+1], nil), &n)
		return err != nil && strings.HasSuffix(err.Error(), message)
	})
}

func (d *document) aliasError(line int, what string) {
	d.problems.errorf(place{d.file, line}, "alias",
		"%s stands for a text elsewhere in the file: write that text out in full, or quote a text that begins with & or *", what)
}

// plain reports whether the tree has no anchors, aliases and tags of its own, with
// which a small file could stand for a huge one; it notes the first otherwise.
func (d *document) plain(n *yaml.Node) bool {
	switch {
	case n.Kind == yaml.AliasNode:
		d.aliasError(n.Line, "*"+n.Value)
		return false
	case n.Anchor != "":
		d.aliasError(n.Line, "&"+n.Anchor)
		return false
	case n.Style&yaml.TaggedStyle != 0:
		d.errorf(n, "tag", "%s is a tag: remove it, or quote a text that begins with !", n.Tag)
		return false
	}
	for _, c := range n.Content {
		if !d.plain(c) {
			return false
		}
	}
	return true
}
