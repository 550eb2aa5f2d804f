package config

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Limits on a file. A desk's largest rule file has some 100 kB.
const (
	maxFileSize = 16 << 20
	maxNodes    = 2_000_000 // with aliases expanded
	maxDepth    = 100
)

// File is one configuration file.
type File struct {
	Name string // within the Dir: "rules/protest.yaml"
	Path string // for people: "/etc/faultline/rules/protest.yaml"
	// Data is what stands in it. What is decoded from it shares its memory.
	Data string
	// Shipped is set when the file came with the program.
	Shipped bool

	places *places // of a file of a Dir
	named  *named  // of the Dir
}

// Resolve returns a path that the file names as one to open: a relative one begins
// in the directory of the file. From then on the Dir of the file watches what is there.
func (f File) Resolve(path string) string {
	if path == "" {
		return path
	}
	if !filepath.IsAbs(path) && f.Path != "" && !f.Shipped {
		path = filepath.Join(filepath.Dir(f.Path), path)
	}
	f.named.add(path)
	return path
}

// Decode reads the file into v, which keeps its values where the file is
// silent. Unknown keys, duplicate keys, wrong types and expansions that never
// end are refused with an Errors.
func (f File) Decode(v any) error {
	if f.bounds() == nil && decodeQuickly(f.text(), v) {
		return nil
	}
	doc, err := f.parse()
	if err != nil || doc == nil {
		return err
	}
	return f.decodeNode(doc, v)
}

// parse returns the file's one document, or nil when it is empty.
func (f File) parse() (doc ast.Node, err error) {
	defer f.survive(&err)
	if err := f.bounds(); err != nil {
		return nil, err
	}
	parsed, err := parser.ParseBytes([]byte(f.text()), 0)
	if err != nil {
		return nil, Errors{f.fault(err, nil, nil)}
	}
	for _, d := range parsed.Docs {
		if d.Body == nil {
			continue
		}
		if doc != nil {
			pos := d.Body.GetToken().Position
			return nil, Errors{{Path: f.Path, Line: pos.Line, Column: pos.Column, Message: "a second document begins here", Remedy: "put it into a file of its own"}}
		}
		doc = d.Body
	}
	if doc == nil {
		return nil, nil
	}
	return doc, f.bounded(doc)
}

// bounds refuses what is too large or nests too deep to be read.
func (f File) bounds() error {
	if len(f.Data) > maxFileSize {
		return Errors{{Path: f.Path, Line: 1, Column: 1, Message: fmt.Sprintf("the file has %d bytes, more than the limit of %d", len(f.Data), maxFileSize), Remedy: "split it into several files"}}
	}
	if depth := flowDepth(f.Data); depth > maxDepth {
		return Errors{{Path: f.Path, Line: 1, Column: 1, Message: fmt.Sprintf("lists or maps are nested %d deep, more than the limit of %d", depth, maxDepth)}}
	}
	return nil
}

// survive turns a panic of the YAML reader, which some malformed tags cause,
// into an error: a bad file must not end the process.
func (f File) survive(err *error) {
	if r := recover(); r != nil {
		*err = Errors{{Path: f.Path, Message: fmt.Sprintf("the YAML reader cannot make sense of the file: %v", r), Remedy: "look for tags (!) and anchors (&) that do not fit their values"}}
	}
}

// text is the data without the byte order mark that some editors write and the
// YAML reader takes for a part of the first key.
func (f File) text() string { return strings.TrimPrefix(f.Data, "\ufeff") }

// flowDepth is an upper bound of how deep [ and { nest: it does not know
// quotes, which only makes it larger.
func flowDepth(data string) (deepest int) {
	depth := 0
	for _, c := range []byte(data) {
		switch c {
		case '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ']', '}':
			depth--
		case '\n':
			depth = min(depth, maxDepth) // brackets in texts do not add up over a file
		}
	}
	return deepest
}

// bounded refuses documents that become huge when their aliases are expanded.
func (f File) bounded(doc ast.Node) error {
	c := &counter{anchors: map[string]int{}}
	ast.Walk(c, doc)
	if c.total <= maxNodes {
		return nil
	}
	return Errors{{Path: f.Path, Line: c.line, Column: c.column, Message: fmt.Sprintf("the aliases expand to more than %d values", maxNodes), Remedy: "write the values out"}}
}

// counter adds up nodes, an alias counting as much as its anchor holds.
type counter struct {
	total        int
	anchors      map[string]int
	line, column int
}

// Visit implements ast.Visitor.
func (c *counter) Visit(n ast.Node) ast.Visitor {
	if n == nil || c.total > maxNodes {
		return nil
	}
	switch n := n.(type) {
	case *ast.AnchorNode:
		before := c.total
		ast.Walk(c, n.Value)
		c.anchors[n.Name.GetToken().Value] = c.total - before
		return nil
	case *ast.AliasNode:
		c.total += 1 + c.anchors[n.Value.GetToken().Value]
		if pos := n.GetToken().Position; pos != nil && c.line == 0 {
			c.line, c.column = pos.Line, pos.Column
		}
		return nil
	}
	c.total++
	return c
}

// Position is a place in a file, from 1; zero when unknown.
type Position struct{ Line, Column int }

// At finds the position of a YAML path such as "$.feeds[3].url". When the
// path's last steps do not exist in the file, it is the position of the nearest
// parent.
func (f File) At(path string) Position {
	known := f.places.of(f)
	for path != "" && path != "$" {
		if p, ok := known[path]; ok {
			return p
		}
		if p, ok := f.exact(path); ok {
			return p
		}
		path = parent(path)
	}
	return Position{Line: 1, Column: 1}
}

func (f File) exact(path string) (Position, bool) {
	p, err := yaml.PathString(path)
	if err != nil {
		return Position{}, false
	}
	node, err := p.ReadNode(strings.NewReader(f.text()))
	if err != nil {
		return Position{}, false
	}
	return positionOf(node)
}

// positionOf is where a node begins.
func positionOf(node ast.Node) (Position, bool) {
	if node == nil || node.GetToken() == nil || node.GetToken().Position == nil {
		return Position{}, false
	}
	at := node.GetToken().Position
	if m, ok := node.(*ast.MappingValueNode); ok { // its own token is the colon
		at = m.Key.GetToken().Position
	}
	if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		at = m.Values[0].Key.GetToken().Position
	}
	return Position{Line: at.Line, Column: at.Column}, true
}

// parent cuts the last step of a YAML path.
func parent(path string) string {
	cut := strings.LastIndexAny(path, ".[")
	if cut <= 0 {
		return ""
	}
	return path[:cut]
}

// Errorf is a semantic fault at a YAML path of the file. The remedy says what
// to write instead and may be empty.
func (f File) Errorf(path, remedy, format string, args ...any) *Error {
	at := f.At(path)
	return &Error{Path: f.Path, Line: at.Line, Column: at.Column, Message: fmt.Sprintf(format, args...), Remedy: remedy}
}

// Index is the YAML path of element i of the list at path.
func Index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
