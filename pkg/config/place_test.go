package config_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"faultline/pkg/config"
)

// A file of a folder remembers its positions; they are those that it has when it
// is read anew.
func TestRememberedPositions(t *testing.T) {
	text := `# rules
lists: {official: {en: [governor, "the mayor"], ru: []}}
indicators:
  - id: a
    title: "t: 1"
    match:
      en:
        - one
        - "two # three"
    examples: {}
  -   id: b
      points: 5
      "quoted key": x
      note: |
        several
        lines
набор: [а, б]
`
	read, err := config.NewDir(config.Layer{Name: "conf", FS: fstest.MapFS{"a.yaml": {Data: []byte(text)}}}).Read("a.yaml")
	if err != nil {
		t.Fatal(err)
	}
	anew := file(text)
	paths := []string{"$", "", "$.lists", "$.lists.official", "$.lists.official.en", "$.lists.official.en[1]", "$.lists.official.ru", "$.lists.official.ru[3]", "$.indicators", "$.набор", "$.набор[1]", "$.none.x"}
	for i := range 3 {
		for _, key := range []string{"", ".id", ".title", ".match", ".match.en", ".match.en[0]", ".match.en[1]", ".match.ru", ".examples", ".points", ".note", ".quoted key"} {
			paths = append(paths, fmt.Sprintf("$.indicators[%d]%s", i, key))
		}
	}
	for _, path := range paths {
		if got, want := read.At(path), anew.At(path); got != want && path != "$.indicators[1].quoted key" {
			t.Errorf("%q is at %v, read anew at %v", path, got, want)
		}
	}
	if got := read.At("$.indicators[1].quoted key"); got != (config.Position{Line: 13, Column: 21}) {
		t.Errorf("the quoted key is at %v", got)
	}
}

// Telling where thousands of values stand reads the file once.
func TestManyPositions(t *testing.T) {
	const rules = 3000
	text := "indicators:\n"
	for i := range rules {
		text += fmt.Sprintf("  - {id: a%d, match: {en: [one, two]}}\n", i)
	}
	f, err := config.NewDir(config.Layer{Name: "conf", FS: fstest.MapFS{"a.yaml": {Data: []byte(text)}}}).Read("a.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for i := range rules {
		if at := f.At(fmt.Sprintf("$.indicators[%d].match.en[1]", i)); at.Line != i+2 {
			t.Fatalf("rule %d is in line %d", i, at.Line)
		}
	}
	path := config.Index("$.indicators", rules-1) + ".id"
	if allocs := testing.AllocsPerRun(10, func() { f.At(path) }); allocs > 1 {
		t.Errorf("%v allocations to tell a position: the file is read anew", allocs)
	}
}
