package config

import (
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// kinds is of every kind that files have.
type kinds struct {
	Text     string              `yaml:"text"`
	Name     Secret              `yaml:"name"`
	Wait     Duration            `yaml:"wait"`
	Count    int                 `yaml:"count"`
	Share    float64             `yaml:"share"`
	On       bool                `yaml:"on"`
	Maybe    *float64            `yaml:"maybe"`
	List     []string            `yaml:"list"`
	Words    map[string][]string `yaml:"words"`
	Codes    map[string]string   `yaml:"codes"`
	Inner    inner               `yaml:"inner"`
	Inners   []inner             `yaml:"inners"`
	By       map[string]inner    `yaml:"by"`
	Either   []either            `yaml:"either"`
	Anything any                 `yaml:"anything"`
}

type inner struct {
	ID   string   `yaml:"id"`
	Many []string `yaml:"many"`
	Wait Duration `yaml:"wait"`
}

// either is a text or a map, as examples of rules are.
type either struct {
	Text string   `yaml:"text"`
	List []string `yaml:"list"`
}

func (e *either) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if unmarshal(&text) == nil {
		*e = either{Text: text}
		return nil
	}
	type plain either
	return unmarshal((*plain)(e))
}

// quickFiles are read quickly.
var quickFiles = []string{
	"text: a\n",
	"# what it is\n\ntext: \"a \\\"b\\\" \\\\ c\\n\" # behind it\ncount: 12\n",
	"\ufefftext: 'a, b: c # d'\nshare: 0.25\non: true\nmaybe: 3\n",
	"list: [a, \"b c\", 'd', =e, ё*, (f|g) h, 9mm, a-b, 1.2.3]\nwords: {}\n",
	"list:\n  - a b, c\n  - \"b: c\"\n  # between\n  - x\ncodes: {a: b, \"c:d\": \"d, e\"}\n",
	"list:\n- a\n- b\nwords:\n  en: [a]\n  \"group:x\": []\n  group:y: [c,\n    d]\n",
	"inner:\n  id: x\n  wait: 1h30m\n  many: [\n    a, b\n    ]\nname: 007\nwait: \"30d\"\n",
	"inners:\n  - id: a\n    many: [b]\n  - {id: c, many: [d, e], wait: 5s}\n\n  -   id: f\n      wait: 0\nby: # of all\n  one: {id: x}\n  two:\n    id: y\n",
	"either: [a, {text: b, list: [c]}, \"d\"]\n",
	"either:\n- a\n- text: b\n  list:\n  - c\n- {list: [d]}\n",
	"text: a #b\nname: c#d\n",
	"text: People are (not) killed; by violence, a=b 100% ~ [x] {y} \"z\" a:b",
}

// slowFiles are for the YAML reader, which reads some and refuses others.
var slowFiles = []string{
	"", "\n", "# nothing\n", "text:\n", "text: ~\n", "text: null\n", "text: 12\n", "text: true\n", "text: a: b\n", "text: a\n  b\n", "text: |\n  a\n", "text: >-\n  a\n  b\n",
	"text: &a b\nname: *a\n", "text: !!str 1\n", "text: \"a\n  b\"\n", "text: 'it''s'\n", "text: \"\\u0041\"\n", "text: a\ttab\n", "text: a\r\n", "text: [a]\n", "text: {a: b}\n", "text: - a\n",
	"---\ntext: a\n", "text: a\n---\ntext: b\n", "text: a\n...\n", "%YAML 1.2\n---\ntext: a\n", "text: a\ntext: b\n", "codes: {a: b, a: c}\n", "unknown: a\n", " text: a\n", "text: a\n name: b\n",
	"list: [a,]\n", "list: [a,,b]\n", "list: [a: b]\n", "list: [a\n", "list: [a\n]\n", "list: [a, # b\n  c]\n", "list: [a] b\n", "list: [\"a\" b]\n", "list: a\n", "list: [[a]]\n", "list:\n-\n", "list:\n  - a\n - b\n", "list:\n  - a\n   - b\n",
	"count: 012\n", "count: 1.5\n", "count: 1_000\n", "count: 0x10\n", "count: 99999999999999999999\n", "count: many\n", "share: 1e3\n", "share: .5\n", "on: yes\n", "wait: soon\n", "wait: [1]\n", "anything: a\n",
	"codes: {a:b}\n", "codes: {a: b:c}\n", "codes: {a: http://b}\n", "codes: {\"a\":b}\n", "codes:\n  <<: {a: b}\n", "codes: {? a : b}\n", "codes: {a:: b}\n", "codes:\n  a:: b\n", "codes: {1: b}\n", "codes: {null: b}\n", "either: [1]\n", "inner: {id: {x: y}}\n", "# a \\\n# b\ntext: c\n",
	"text: a # b \\\nname: c\n", "a\n", "- a\n", "[a]\n", "text: \"a\"b\n", "text: 'a' 'b'\n", "list: [a b]: c\n", strings.Repeat("inner: {", 40) + strings.Repeat("}", 40),
}

// agrees fails unless what is read quickly is what the YAML reader reads, and reports
// whether it was.
func agrees(t *testing.T, text string) bool {
	t.Helper()
	share := 1.0
	have := kinds{List: []string{"kept"}, Inner: inner{ID: "kept"}, Maybe: &share, Codes: map[string]string{"kept": "x"}}
	quick, slow := have, have
	if !decodeQuickly(text, &quick) {
		if !reflect.DeepEqual(quick, have) || share != 1 || len(have.Codes) != 1 {
			t.Errorf("%q was not read quickly, and changed values: %+v", text, quick)
		}
		return false
	}
	if err := yaml.UnmarshalWithOptions([]byte(strings.TrimPrefix(text, "\ufeff")), &slow, yaml.Strict()); err != nil {
		t.Errorf("%q was read quickly, but %v", text, err)
	}
	if !reflect.DeepEqual(quick, slow) {
		t.Errorf("%q was read quickly as\n%+v, which is\n%+v", text, quick, slow)
	}
	return true
}

func TestQuick(t *testing.T) {
	for _, text := range quickFiles {
		if f := (File{Data: text}); !agrees(t, f.text()) {
			t.Errorf("%q is left to the YAML reader", text)
		}
	}
}

func TestQuickLeaves(t *testing.T) {
	for _, text := range slowFiles {
		if agrees(t, text) {
			t.Errorf("%q is read quickly", text)
		}
	}
}

// FuzzQuick looks for files that are read quickly and otherwise than by the YAML reader.
func FuzzQuick(f *testing.F) {
	for _, text := range append(quickFiles, slowFiles...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := File{Data: text}
		if file.bounds() == nil {
			agrees(t, file.text())
		}
	})
}
