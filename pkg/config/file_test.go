package config_test

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"faultline/pkg/config"
)

func TestAtFindsEveryElement(t *testing.T) {
	var b strings.Builder
	b.WriteString("# the desk's feeds\nfeeds:\n")
	const feeds = 40
	for i := range feeds {
		fmt.Fprintf(&b, "  - url: a%d # one\n\n    title: \"t: %d\"\n", i, i)
	}
	f := file(b.String())
	for i := range feeds {
		line := 3 + 3*i
		element := config.Index("$.feeds", i)
		for path, want := range map[string]config.Position{
			element:            {Line: line, Column: 5},
			element + ".url":   {Line: line, Column: 10},
			element + ".title": {Line: line + 2, Column: 12},
		} {
			if got := f.At(path); got != want {
				t.Errorf("%s: got %v, want %v", path, got, want)
			}
		}
	}
}

func TestAtInFlowStyleAndOddPaths(t *testing.T) {
	f := file("match: {en: [attack, \"cease fire\"], ru: [бой]}\nнабор: 3\n")
	for path, want := range map[string]config.Position{
		"$.match":            {Line: 1, Column: 8},
		"$.match.en":         {Line: 1, Column: 13},
		"$.match.en[1]":      {Line: 1, Column: 22},
		"$.match.ru[0]":      {Line: 1, Column: 42},
		"$.match.en[7]":      {Line: 1, Column: 13},
		"$.match.fr[0].word": {Line: 1, Column: 8},
		"$.набор":            {Line: 2, Column: 8},
		"":                   {Line: 1, Column: 1},
		"$":                  {Line: 1, Column: 1},
		"feeds[":             {Line: 1, Column: 1},
		"$.a.b[x":            {Line: 1, Column: 1},
	} {
		if got := f.At(path); got != want {
			t.Errorf("%q: got %v, want %v", path, got, want)
		}
	}
	for _, text := range []string{"", "# nothing\n", "a: [", "\t"} {
		if got := file(text).At("$.a"); got != (config.Position{Line: 1, Column: 1}) {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestDepthLimit(t *testing.T) {
	var v any
	nested := func(depth int) config.File {
		return file("a: " + strings.Repeat("[", depth) + strings.Repeat("]", depth) + "\n")
	}
	if err := nested(100).Decode(&v); err != nil {
		t.Errorf("100 deep: %v", err)
	}
	want := "conf/faultline.yaml:1:1: lists or maps are nested 101 deep, more than the limit of 100"
	if err := nested(101).Decode(&v); err == nil || err.Error() != want {
		t.Errorf("101 deep: got %v, want %s", err, want)
	}
}

// A text may hold more opening than closing brackets, on as many lines as it
// likes.
func TestDepthLimitForgetsTexts(t *testing.T) {
	var v struct {
		Notes []string `yaml:"notes"`
	}
	text := "notes:\n" + strings.Repeat("  - 'smiling :[ and [ more'\n", 45)
	if err := file(text).Decode(&v); err != nil || len(v.Notes) != 45 {
		t.Errorf("got %d notes, %v", len(v.Notes), err)
	}
}

func TestSizeLimit(t *testing.T) {
	const limit = 16 << 20
	var v settings
	text := "name: a\n#"
	if err := file(text + strings.Repeat("x", limit-len(text))).Decode(&v); err != nil || v.Name != "a" {
		t.Errorf("at the limit: %v", err)
	}
	want := "conf/faultline.yaml:1:1: the file has 16777217 bytes, more than the limit of 16777216; split it into several files"
	if err := file(text + strings.Repeat("x", limit-len(text)+1)).Decode(&v); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAliasesAreWelcomeInReason(t *testing.T) {
	var v struct {
		Base []string   `yaml:"base"`
		Sets [][]string `yaml:"sets"`
	}
	text := "base: &words [a, b, c]\nsets: [" + strings.Repeat("*words, ", 500) + "*words]\n"
	if err := file(text).Decode(&v); err != nil {
		t.Fatal(err)
	}
	if len(v.Sets) != 501 || !reflect.DeepEqual(v.Sets[500], []string{"a", "b", "c"}) {
		t.Errorf("got %d sets, the last %v", len(v.Sets), v.Sets[len(v.Sets)-1])
	}
}

func TestEmptyDocuments(t *testing.T) {
	for _, text := range []string{"", "\n", "---\n", "# only a remark", "---\n---\n", "\ufeff"} {
		v := settings{Name: "kept"}
		if err := file(text).Decode(&v); err != nil || v.Name != "kept" {
			t.Errorf("%q: %v, name %q", text, err, v.Name)
		}
	}
	v := settings{}
	if err := file("---\nname: a\n").Decode(&v); err != nil || v.Name != "a" {
		t.Errorf("a marked document: %v, %q", err, v.Name)
	}
}

// Decoding lays a file over what is there already, so that a second file can
// change single keys of the first.
func TestDecodeTwiceIsDecodeOnce(t *testing.T) {
	text := "name: a\ntags: [x, y]\nfeeds: [{url: u}]\npoll: {min: 3s}\n"
	var once, twice settings
	for i, v := range []*settings{&once, &twice, &twice} {
		if err := file(text).Decode(v); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
	if !reflect.DeepEqual(once, twice) {
		t.Errorf("got %+v, want %+v", twice, once)
	}
	if err := file("poll: {min: 9s}\n").Decode(&twice); err != nil || twice.Name != "a" || twice.Poll.Min.String() != "9s" {
		t.Errorf("an overlay: %+v, %v", twice, err)
	}
}

func TestDecodeFromManyGoroutines(t *testing.T) {
	f := file("name: a\ntags: [x]\nsection: {min: 4s}\n")
	var shared settings
	if err := f.Decode(&shared); err != nil {
		t.Fatal(err)
	}
	section := shared.Section.Bind(f, "FAULTLINE_POLL_", []string{"FAULTLINE_POLL_MIN=6s"})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			var v settings
			if err := f.Decode(&v); err != nil || v.Name != "a" {
				t.Errorf("the file: %+v, %v", v, err)
			}
			var p poll
			if err := section.Decode(&p); err != nil || p.Min.String() != "6s" {
				t.Errorf("the section: %v, %v", p.Min, err)
			}
			if got := section.Errorf("min", "", "low").Line; got != 3 {
				t.Errorf("the section's fault is on line %d", got)
			}
		})
	}
	group.Wait()
}

func TestIndex(t *testing.T) {
	if got := config.Index(config.Index("$.a", 0)+".b", 12); got != "$.a[0].b[12]" {
		t.Errorf("got %s", got)
	}
}
