package rule

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"faultline/pkg/config"
	"faultline/services/classifier/internal/token"
)

// withPhrase is the good file with another first phrase, in quotes.
func withPhrase(phrase string) map[string]string {
	return map[string]string{"rules/a.yaml": strings.Replace(good, `"@official ..3 kidnap*"`, `'`+phrase+`'`, 1)}
}

// refused checks that files are refused in no time, with the wanted fault.
func refused(t *testing.T, files map[string]string, want string) {
	t.Helper()
	began := time.Now()
	_, err := load(files)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("refusing it took %v", took)
	}
	var faults config.Errors
	if !errors.As(err, &faults) {
		t.Errorf("error is %v, want %s", err, want)
		return
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("\n got %.300v\nwant %s", err, want)
	}
	for _, f := range faults {
		if f.Line < 1 || f.Column < 1 || f.Path == "" {
			t.Errorf("the fault %+v lacks a place", *f)
		}
	}
}

// What blows up in the notations of other programs is refused here, or is a
// plain word.
func TestFault79Bombs(t *testing.T) {
	for _, c := range []struct{ phrase, want string }{
		{"(a+)+$", `/etc/rules/a.yaml:17:24: punctuation ('$') is not matched in phrase "(a+)+$"; remove it`},
		{"(.*)*x", `/etc/rules/a.yaml:17:20: `},
		{"^kidnap.*governor$", `/etc/rules/a.yaml:17:26: a phrase is not a regular expression: .* has no meaning in phrase "^kidnap.*governor$"; use ..N`},
		{"kidnap{1000}", `/etc/rules/a.yaml:17:25: punctuation ('{') is not matched in phrase "kidnap{1000}"; `},
		{"(kidnap{1000}){1000}", `/etc/rules/a.yaml:17:26: punctuation ('{') is not matched`},
		{"kidnap ..1000 governor", `/etc/rules/a.yaml:17:26: the gap of 1000 words is too wide in phrase`},
		{"kidnap ~1000 governor", `the gap of 1000 words is too wide in phrase`},
		{"(" + strings.Repeat("alpha|", 10_000) + "omega)", `/etc/rules/a.yaml:17:19: the phrase has 60007 characters, more than 500 in phrase "(alpha|`},
		{"(" + strings.Repeat("a|", 240) + "b)", `/etc/rules/a.yaml:17:20: more than 200 alternatives in phrase`},
		{strings.Repeat("(", 200) + "kidnap" + strings.Repeat(")", 200), `brackets are nested more than 6 deep`},
		{strings.Repeat("[kidnap ", 50) + strings.Repeat("]", 50), `brackets are nested more than 6 deep`},
		{strings.Repeat("kidnap ~2 ", 20) + "governor", `~ joins more than 3 parts`},
		{strings.Repeat("kidnap ..20 ", 4) + "governor", `words, more than 60 in phrase`},
		{strings.Repeat("kidnap ", 61) + "governor", `words, more than 60 in phrase`},
		{strings.Repeat("k", 1<<20), `the phrase has 1048576 characters, more than 500`},
	} {
		t.Run(first(c.phrase), func(t *testing.T) { refused(t, withPhrase(c.phrase), c.want) })
	}
}

func first(s string) string { return s[:min(len(s), 20)] }

// Many phrases are no fault, but must load in reasonable time.
func TestFault79ManyPhrases(t *testing.T) {
	var b strings.Builder
	b.WriteString("lists:\n  many:\n    en:\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "      - word%d\n", i)
	}
	b.WriteString("indicators:\n  - {id: x, title: t, category: coup, severity: low, points: 5, match: {en: ['@many ..3 coup']}}\n")
	began := time.Now()
	set, err := load(map[string]string{"rules/a.yaml": b.String()})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(set.Program("en").Owners); n != 10_001 {
		t.Errorf("%d phrases, want 10,001", n)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("loading took %v", took)
	}
}

// A rule without words, and one that would match without any. Words that every
// text has are no fault of a file; the classifier warns of such rules.
func TestFault80EmptyAndBroad(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{`en: ["@official ..3 kidnap*"]`, `en: []`, `/etc/rules/a.yaml:17:17: the list of phrases is empty; write a phrase or remove the key`},
		{`en: ["@official ..3 kidnap*"]`, `en: [""]`, `/etc/rules/a.yaml:17:19: a part is empty in phrase ""; `},
		{`en: ["@official ..3 kidnap*"]`, `en: ["  "]`, `a part is empty in phrase "  "; `},
		{`en: ["@official ..3 kidnap*"]`, `en: ["[kidnap]"]`, `/etc/rules/a.yaml:17:19: the phrase would match anything in phrase "[kidnap]"; `},
		{`en: ["@official ..3 kidnap*"]`, `en: ["[a] [b|c]"]`, `the phrase would match anything in phrase`},
		{`en: ["@official ..3 kidnap*"]`, `en: ["*"]`, `/etc/rules/a.yaml:17:19: * stands alone in phrase "*"; `},
		{`en: ["@official ..3 kidnap*"]`, `en: ["a*"]`, `the beginning "a" is too short in phrase`},
		{`official: {en: [governor, "@head"], ru: [губернатор*]}`, `official: {}`, `/etc/rules/a.yaml:3:13: the list "official" is empty; add {en: [...]}`},
		{"film: {match: {en: [film]}}", "film: {match: {en: []}}", `/etc/rules/a.yaml:6:22: the list of phrases is empty; write a phrase or remove the key`},
	} {
		if !strings.Contains(good, c.from) {
			t.Fatalf("%q is not in the good file", c.from)
		}
		t.Run(c.to, func(t *testing.T) {
			refused(t, map[string]string{"rules/a.yaml": strings.Replace(good, c.from, c.to, 1)}, c.want)
		})
	}
	for _, fine := range []string{"the", "the governor", "@official ..3 was", "=The", "over*", "who ..3 kidnapped"} {
		if _, err := load(withPhrase(fine)); err != nil {
			t.Errorf("%q is refused: %v", fine, err)
		}
	}
}

// Files that are no rule files at all.
func TestFault81BrokenFiles(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'i'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 10), ", "))
	}
	for name, c := range map[string]struct{ data, want string }{
		"no yaml":       {"lists: [unclosed", "/etc/rules/a.yaml:1:"},
		"tab":           {"lists:\n\tx: {en: [a]}\n", "/etc/rules/a.yaml:"},
		"duplicate key": {"lists:\n  x: {en: [a]}\n  x: {en: [b]}\n", "/etc/rules/a.yaml:3:3: "},
		"unknown field": {"indicators:\n  - id: x\n    colour: red\n", "/etc/rules/a.yaml:3:5: "},
		"unknown part":  {"rules: []\n", "/etc/rules/a.yaml:1:1: "},
		"alias bomb":    {bomb, "/etc/rules/a.yaml:"},
		"too large":     {"# " + strings.Repeat("x", 17<<20), "more than the limit of"},
		"wrong type":    {"indicators: 3\n", "/etc/rules/a.yaml:1:13: "},
		"number":        {"indicators:\n  - {id: x, points: {}}\n", "/etc/rules/a.yaml:2:"},
		"text for list": {"lists: {x: {en: governor}}\n", "/etc/rules/a.yaml:1:"},
		"date":          {"tests:\n  - {name: x, published: tomorrow}\n", `"tomorrow" is not a date; write it as 2010-05-14`},
	} {
		t.Run(name, func(t *testing.T) { refused(t, map[string]string{"rules/a.yaml": c.data}, c.want) })
	}
	t.Run("one of two", func(t *testing.T) {
		refused(t, map[string]string{"rules/a.yaml": good, "rules/b.yaml": "lists: 3"}, "/etc/rules/b.yaml:1:8: ")
	})
}

// A configuration that is swapped as a whole, as Kubernetes does with links,
// is read as the old or the new one.
func TestFault82SwappedFiles(t *testing.T) {
	root := t.TempDir()
	write := func(version, points string) {
		folder := filepath.Join(root, version, "rules")
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "a.yaml"), []byte(strings.Replace(good, "points: 60", points, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	point := func(version string) {
		link := filepath.Join(root, "..data.tmp")
		if err := os.Symlink(version, link); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(link, filepath.Join(root, "..data")); err != nil {
			t.Fatal(err)
		}
	}
	write("v1", "points: 60")
	write("v2", "points: 70")
	write("v3", "points: many")
	dir := config.NewDir(config.Layer{Name: root, FS: os.DirFS(filepath.Join(root, "..data"))})
	hashes := map[string]bool{}
	for i, want := range []float64{60, 70, 0, 60} {
		point([]string{"v1", "v2", "v3", "v1"}[i])
		set, err := Load(dir, token.NewVocabulary())
		if want == 0 {
			if err == nil || !strings.Contains(err.Error(), "a.yaml:16:13: ") {
				t.Errorf("a bad version loads: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := set.Indicators[0].Points; got != want {
			t.Errorf("version %d has %g points, want %g", i, got, want)
		}
		hashes[set.Hash] = true
	}
	if len(hashes) != 2 {
		t.Errorf("two versions have %d hashes", len(hashes))
	}
}

// Whoever misspells "lists:" is told that, and not of each phrase that names one of them.
func TestMisnamedLists(t *testing.T) {
	files := map[string]string{
		"rules/a.yaml": strings.Replace(strings.Replace(good, `"@official ..3 kidnap*"`, `"@my-own ..3 kidnap*"`, 1), "composites:", "slots: {my-own: actor}\ncomposites:", 1),
		"rules/z.yaml": "lits:\n  my-own: {en: [envoy]}\n",
	}
	_, err := load(files)
	if err == nil || err.Error() != `/etc/rules/z.yaml:1:1: unknown field "lits"; did you mean "lists"?` {
		t.Errorf("got %v", err)
	}
	files["rules/z.yaml"] = "lists:\n  my-other: {en: [envoy]}\n"
	if _, err := load(files); err == nil || !strings.Contains(err.Error(), "@my-own is no list") || !strings.Contains(err.Error(), `unknown list "my-own"`) {
		t.Errorf("got %v", err)
	}
}
