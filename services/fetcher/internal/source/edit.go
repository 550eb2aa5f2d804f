package source

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"faultline/pkg/config"
)

// Add appends a feed to a YAML file of feeds and returns the file and the lines
// that were added. Like all edits it changes the text alone where it must, so
// that comments, order and layout stay, and it is refused when the file would
// then say anything else than before and the edit.
func Add(f config.File, feed *Listed) (config.File, string, error) {
	text, err := yaml.Marshal([]written{feed.written(builtIn())})
	if err != nil {
		return f, "", fmt.Errorf("writing the feed: %w", err)
	}
	p, err := newSheet(f)
	if err != nil {
		return f, "", err
	}
	indent, at, head := p.end()
	var added strings.Builder
	for line := range strings.Lines(string(text)) {
		added.WriteString(indent + line)
	}
	p.insert(at, head+added.String())
	edited, err := p.done(func(feeds []any) []any {
		var entry []any
		if err := yaml.Unmarshal(text, &entry); err != nil {
			return nil
		}
		return append(feeds, entry...)
	})
	return edited, added.String(), err
}

// Remove takes a feed out of a YAML file of feeds; index is which, from 0.
// Comments of its own lines go with it.
func Remove(f config.File, index int) (config.File, error) {
	p, err := newSheet(f)
	if err != nil {
		return f, err
	}
	entries, err := p.entries(index)
	if err != nil {
		return f, err
	}
	first := entries[index].Start.Position.Line - 1
	p.lines = slices.Delete(p.lines, first, p.after(index))
	if len(entries) == 1 { // a list without entries is written out
		p.lines[p.list.Key.GetToken().Position.Line-1] = "feeds: []\n"
	}
	return p.done(func(feeds []any) []any { return slices.Delete(feeds, index, index+1) })
}

// Set gives a key of a feed a value; index is which feed, from 0. A key that it
// lacks is written behind its url.
func Set(f config.File, index int, key, value string) (config.File, error) {
	p, err := newSheet(f)
	if err != nil {
		return f, err
	}
	entries, err := p.entries(index)
	if err != nil {
		return f, err
	}
	keys, flow := pairs(entries[index].Value)
	switch old, url := keys[key], keys["url"]; {
	case old != nil && old.Value.GetToken().Value == value:
		return f, nil
	case old != nil:
		p.replace(old.Value, quote(value))
	case url == nil:
		return f, p.byHand(entries[index].Start.Position.Line)
	case flow:
		p.replace(url.Value, p.source(url.Value)+", "+key+": "+quote(value))
	default:
		at := url.Key.GetToken().Position
		p.insert(at.Line, strings.Repeat(" ", at.Column-1)+key+": "+quote(value)+"\n")
	}
	return p.done(func(feeds []any) []any {
		if entry, ok := feeds[index].(map[string]any); ok {
			entry[key] = value
		}
		return feeds
	})
}

// sheet is a YAML file of feeds as lines, with what was found in them.
type sheet struct {
	file  config.File
	lines []string // with their ends
	// list is the key "feeds" with its value, nil when there is none.
	list *ast.MappingValueNode
}

func newSheet(f config.File) (*sheet, error) {
	f.Data = strings.TrimPrefix(f.Data, "\ufeff")
	var content file
	if err := f.Decode(&content); err != nil { // with its bounds, and the places of faults
		return nil, err
	}
	p := &sheet{file: f, lines: slices.Collect(strings.Lines(f.Data))}
	if last := len(p.lines) - 1; last >= 0 && !strings.HasSuffix(p.lines[last], "\n") {
		p.lines[last] += "\n"
	}
	parsed, err := parser.ParseBytes([]byte(f.Data), 0)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", f.Path, err)
	}
	for _, doc := range parsed.Docs {
		if keys, _ := pairs(doc.Body); keys["feeds"] != nil {
			p.list = keys["feeds"]
		}
	}
	return p, nil
}

// pairs are the keys of a mapping; flow says that it is written in braces.
func pairs(node ast.Node) (keys map[string]*ast.MappingValueNode, flow bool) {
	keys = map[string]*ast.MappingValueNode{}
	switch n := node.(type) {
	case *ast.MappingNode:
		flow = n.IsFlowStyle
		for _, v := range n.Values {
			keys[v.Key.GetToken().Value] = v
		}
	case *ast.MappingValueNode:
		keys[n.Key.GetToken().Value] = n
	}
	return keys, flow
}

// entries are the feeds, which must be written as a list of lines with the
// index in it.
func (p *sheet) entries(index int) ([]*ast.SequenceEntryNode, error) {
	if p.list != nil {
		if list, ok := p.list.Value.(*ast.SequenceNode); ok && !list.IsFlowStyle && index < len(list.Entries) {
			return list.Entries, nil
		}
		return nil, p.byHand(p.list.Key.GetToken().Position.Line)
	}
	return nil, p.byHand(1)
}

// end is where a feed more belongs: its indent, the line behind which it goes,
// and what has to stand before it.
func (p *sheet) end() (indent string, line int, head string) {
	if p.list == nil {
		return "  ", len(p.lines), "feeds:\n"
	}
	if list, ok := p.list.Value.(*ast.SequenceNode); ok && len(list.Entries) > 0 {
		return strings.Repeat(" ", list.Entries[0].Start.Position.Column-1), p.after(len(list.Entries) - 1), ""
	}
	at := p.list.Key.GetToken().Position.Line
	p.lines[at-1] = "feeds:\n" // in place of [] or nothing
	return "  ", at, ""
}

// after is the number of lines up to the end of an entry: comments that are
// not indented more than its dash belong to what follows.
func (p *sheet) after(index int) int {
	entries := p.list.Value.(*ast.SequenceNode).Entries //nolint:errcheck // the callers have looked
	dash := entries[index].Start.Position
	stop := len(p.lines)
	if index+1 < len(entries) {
		stop = entries[index+1].Start.Position.Line - 1
	}
	end := dash.Line
	for i := dash.Line; i < stop; i++ {
		text := strings.TrimLeft(p.lines[i], " ")
		if strings.TrimSpace(text) == "" {
			continue
		}
		if len(p.lines[i])-len(text) < dash.Column {
			break
		}
		end = i + 1
	}
	return end
}

// insert puts text behind a line.
func (p *sheet) insert(line int, text string) {
	p.lines = slices.Insert(p.lines, line, text)
}

// replace puts text in the place of a value.
func (p *sheet) replace(node ast.Node, text string) {
	before, _, after := p.cut(node)
	p.lines[node.GetToken().Position.Line-1] = before + text + after
}

// source is a value as it is written.
func (p *sheet) source(node ast.Node) string {
	_, value, _ := p.cut(node)
	return value
}

// cut divides the line of a value into what stands before it, itself and what
// stands behind it.
func (p *sheet) cut(node ast.Node) (before, value, after string) {
	token := node.GetToken()
	line := []rune(p.lines[token.Position.Line-1])
	start := min(token.Position.Column-1, len(line))
	before, rest := string(line[:start]), string(line[start:])
	length := len(token.Value)
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		length = closing(rest)
	}
	length = min(length, len(rest))
	return before, rest[:length], rest[length:]
}

// closing is the length of the quoted text at the beginning of s.
func closing(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[0] == '"' && s[i] == '\\':
			i++
		case s[i] != s[0]:
		case s[0] == '\'' && strings.HasPrefix(s[i+1:], "'"):
			i++
		default:
			return i + 1
		}
	}
	return len(s)
}

// quote is a value as YAML.
func quote(value string) string {
	if regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*(-[a-zA-Z0-9_]+)*$|^\d{4}-\d\d-\d\d$`).MatchString(value) && value != "null" && value != "true" && value != "false" {
		return value
	}
	text, err := json.Marshal(value)
	if err != nil {
		return `""`
	}
	return string(text)
}

func (p *sheet) byHand(line int) error {
	return config.Errors{{Path: p.file.Path, Line: line, Column: 1, Message: "the feeds are written in a way that cannot be edited safely here", Remedy: "edit them by hand"}}
}

// done is the edited file, if it says what the old one did but for the edit.
func (p *sheet) done(edit func(feeds []any) []any) (config.File, error) {
	var before, after map[string]any
	edited := p.file
	edited.Data = strings.Join(p.lines, "")
	if err := yaml.Unmarshal([]byte(p.file.Data), &before); err != nil {
		return p.file, p.byHand(1)
	}
	if err := yaml.Unmarshal([]byte(edited.Data), &after); err != nil {
		return p.file, p.byHand(1)
	}
	if before == nil {
		before = map[string]any{}
	}
	feeds, _ := before["feeds"].([]any) //nolint:errcheck // none is none
	before["feeds"] = edit(feeds)
	if !reflect.DeepEqual(before, after) {
		return p.file, p.byHand(1)
	}
	return edited, nil
}
