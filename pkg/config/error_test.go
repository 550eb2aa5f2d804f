package config_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"faultline/pkg/config"
)

// kinds has a key of each kind of value that a fault names in words.
type kinds struct {
	List   []string          `yaml:"list"`
	Map    map[string]string `yaml:"map"`
	Part   poll              `yaml:"part"`
	On     bool              `yaml:"on"`
	Number float64           `yaml:"number"`
	Small  uint32            `yaml:"small"`
	Text   string            `yaml:"text"`
}

func TestRemedyNamesTheKind(t *testing.T) {
	for text, want := range map[string]string{
		"on: perhaps\n":    "write true or false",
		"number: [1]\n":    "write a number",
		"small: much\n":    "write a whole number",
		"text: {a: b}\n":   "write a text",
		"part: {min: []}}": "look for a quote, bracket or indentation that is not closed in the lines above",
	} {
		var v kinds
		err := file(text).Decode(&v)
		var faults config.Errors
		if !errors.As(err, &faults) || len(faults) != 1 {
			t.Errorf("%q: got %v", text, err)
			continue
		}
		if faults[0].Remedy != want || faults[0].Line != 1 {
			t.Errorf("%q: got %q on line %d, want %q", text, faults[0].Remedy, faults[0].Line, want)
		}
	}
}

// Faults speak of the file, not of the types of the program.
func TestFaultsSpeakOfTheFile(t *testing.T) {
	type rule struct {
		Points float64             `yaml:"points"`
		Names  []string            `yaml:"names"`
		Match  map[string][]string `yaml:"match"`
		Count  int                 `yaml:"count"`
	}
	for text, want := range map[string]string{
		"rules:\n  - points: forty\n":              "2:13: points: a text stands here; write a number",
		"rules:\n  - names: a\n":                   "2:12: names: a text stands here; write a list",
		"rules: 3\n":                               "1:8: rules: a whole number stands here; write a list",
		"rules: [{names: [person:nobody]}]":        `1:24: a map of keys to values stands here; quote a text that holds a colon: "person:nobody"`,
		"rules:\n  - names:\n      - riots: two\n": `3:14: a map of keys to values stands here; quote a text that holds a colon: "riots: two"`,
		"rules: [{match: {en: [@x ..3 y]}}]":       `1:23: '@' is a reserved character; quote the text that begins with it: "@name ..."`,
		"rules: [{match: {en: [*x]}}]":             `1:24: could not find alias "x"; quote the text that begins with it: "@name ..."`,
		"rules: [{match: {en: {a: b}}}]":           "1:22: en: a map of keys to values stands here; write a list",
		"rules: [{count: 99999999999999999999}]":   "1:17: the number 99999999999999999999 is too large; write a smaller one",
	} {
		var v struct {
			Rules []rule `yaml:"rules"`
		}
		if err := file(text).Decode(&v); err == nil || err.Error() != "conf/faultline.yaml:"+want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestRemedyForUnknownKeys(t *testing.T) {
	type few struct {
		Alpha string `yaml:"alpha"`
		Beta  string `yaml:"beta,omitempty"`
		Not   string `yaml:"-"`
		Bare  string
	}
	type many struct {
		A string `yaml:"aaaaaa"`
		B string `yaml:"bbbbbb"`
		C string `yaml:"cccccc"`
		D string `yaml:"dddddd"`
		E string `yaml:"eeeeee"`
		F string `yaml:"ffffff"`
		G string `yaml:"gggggg"`
		H string `yaml:"hhhhhh"`
		I string `yaml:"iiiiii"`
		J string `yaml:"jjjjjj"`
		K string `yaml:"kkkkkk"`
		L string `yaml:"llllll"`
		M string `yaml:"mmmmmm"`
	}
	for _, c := range []struct {
		key  string
		into any
		want string
	}{
		{"alhpa", &few{}, `did you mean "alpha"?`},
		{"bet", &few{}, `did you mean "beta"?`},
		{"completely_other", &few{}, "the keys are alpha, beta"},
		{"completely_other", &many{}, "remove it"},
		{"ffffxx", &many{}, `did you mean "ffffff"?`},
		{"url", &[]few{}, ""},
	} {
		err := file("# head\n" + c.key + ": x\n").Decode(c.into)
		var faults config.Errors
		if !errors.As(err, &faults) {
			t.Fatalf("%s: got %v", c.key, err)
		}
		if c.want != "" && (faults[0].Remedy != c.want || faults[0].Line != 2 || faults[0].Column != 1) {
			t.Errorf("%s: got %v, want %s", c.key, faults, c.want)
		}
	}
}

func TestErrorText(t *testing.T) {
	for want, e := range map[string]config.Error{
		"a.yaml: m":           {Path: "a.yaml", Message: "m"},
		"a.yaml: m; r":        {Path: "a.yaml", Message: "m", Remedy: "r"},
		"a.yaml:3:1: m":       {Path: "a.yaml", Line: 3, Column: 1, Message: "m"},
		"a.yaml:30:12: m; r":  {Path: "a.yaml", Line: 30, Column: 12, Message: "m", Remedy: "r"},
		"a.yaml: no position": {Path: "a.yaml", Column: 5, Message: "no position"},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Faults found in any order are told in the order in which a reader meets them,
// and those at one place stay in the order in which they were found.
func TestErrorsOrderDoesNotDependOnTheFinder(t *testing.T) {
	sorted := config.Errors{
		{Path: "a", Message: "1"}, {Path: "a", Line: 1, Column: 9, Message: "2"}, {Path: "a", Line: 2, Column: 1, Message: "3"},
		{Path: "a", Line: 2, Column: 4, Message: "4"}, {Path: "a", Line: 10, Column: 1, Message: "5"}, {Path: "b", Line: 1, Column: 1, Message: "6"},
	}
	want := sorted.Error()
	source := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		mixed := make(config.Errors, len(sorted))
		for to, from := range source.Perm(len(sorted)) {
			mixed[to] = sorted[from]
		}
		if got := mixed.Err().Error(); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
	same := config.Errors{{Path: "a", Line: 1, Message: "first"}, {Path: "a", Line: 1, Message: "second"}}
	if got := same.Err().Error(); strings.Index(got, "first") > strings.Index(got, "second") {
		t.Errorf("got %s", got)
	}
}
