package rule

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"faultline/pkg/config"
)

// kyrgyz is a language file that every bad one below differs from in one line.
const kyrgyz = `
language: ky
lists:
  official: [губернатор*, "@head"]
  head: [аким*]
guards: {film: [тасма*]}
entities: {"person:bakiyev": [Бакиев*]}
cues:
  - assertion: denied
    reach: 4
    after: [жок]
    terminators: [бирок, "ошого карабастан"]
indicators:
  abducted:
    match: ["<target: @official> ..3 (уурда*|барымта*)"]
    unless: [акча]
    examples:
      fires: [Губернаторду уурдап кетишти.]
      quiet: [Губернатор келди., Аким акча уурдады.]
casualties:
  killed:
    match: ["<n> ..2 каза*"]
composites:
  grave:
    examples: {fires: [Аким уурдалды.]}
tests:
  - {name: one, text: Аким келди., want: {relevant: false}}
  - {name: two, text: Аким приехал., lang: ru, want: {relevant: false}}
`

func withKyrgyz(old, new string) map[string]string {
	return map[string]string{"rules/a.yaml": good, "entities/e.yaml": strings.Replace(entities, `any:`, `ru:`, 1), "languages/ky.yaml": strings.Replace(kyrgyz, old, new, 1)}
}

// What a broken file would define is not missed in the others.
func TestOneBrokenFile(t *testing.T) {
	files := withKyrgyz("", "")
	files["rules/a.yaml"] = "lists: 3\n"
	files["languages/kk.yaml"] = "language: kk\nwords: []\n"
	_, err := load(files)
	if got := fmt.Sprint(err); strings.Count(got, "\n") != 1 || !strings.Contains(got, "/etc/rules/a.yaml:1:8: ") || !strings.Contains(got, "/etc/languages/kk.yaml:2:1: ") {
		t.Errorf("the faults are\n%s", got)
	}
}

func TestLanguageFile(t *testing.T) {
	set, err := load(withKyrgyz("", ""))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(set.Languages()); got != "[en ky ru]" {
		t.Errorf("languages are %s", got)
	}
	at := map[string]bool{}
	for _, o := range set.Program("ky").Owners {
		at[fmt.Sprintf("%d %s %s", o.Role, o.Text, o.Position())] = true
	}
	for _, want := range []string{
		fmt.Sprintf("%d <target: @official> ..3 (уурда*|барымта*) /etc/languages/ky.yaml:15", RoleMatch),
		fmt.Sprintf("%d акча /etc/languages/ky.yaml:16", RoleUnless),
		fmt.Sprintf("%d <n> ..2 каза* /etc/languages/ky.yaml:22", RoleCasualty),
		fmt.Sprintf("%d тасма* /etc/languages/ky.yaml:6", RoleGuard),
		fmt.Sprintf("%d жок /etc/languages/ky.yaml:11", RoleAfter),
		fmt.Sprintf("%d ошого карабастан /etc/languages/ky.yaml:12", RoleTerminator),
		fmt.Sprintf("%d губернатор* /etc/languages/ky.yaml:4", RoleList),
		fmt.Sprintf("%d Бакиев* /etc/languages/ky.yaml:7", RoleEntity),
	} {
		if !at[want] {
			t.Errorf("no phrase %s in %v", want, at)
		}
	}
	if n := len(set.Tests); n < 2 || set.Tests[n-2].Language != "ky" || set.Tests[n-1].Language != "ru" {
		t.Errorf("tests of a language file are %+v", set.Tests)
	}
	v := set.Indicators[0]
	if got := v.AtExample("ky", "quiet", 1); got != "/etc/languages/ky.yaml:19:34" {
		t.Errorf("the example stands at %s", got)
	}
	if e := v.Examples["ky"]; len(e.Fires) != 1 || len(e.Quiet) != 2 {
		t.Errorf("examples are %+v", e)
	}
	if c := set.Cues[1]; c.Reach != 4 || fmt.Sprint(c.After) != "map[ky:[жок]]" || len(c.Before) != 0 {
		t.Errorf("the block of cues is %+v", c)
	}
	if len(set.Tests) != 2 || len(set.Program("en").Owners) == 0 || len(set.Composites[0].Examples["ky"].Fires) != 1 {
		t.Error("the test, the English rules or the composite's examples are lost")
	}
}

func TestLanguageRejections(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"language: ky", "language: kyrgyz", `/etc/languages/ky.yaml:2:11: no text is ever taken for one in "kyrgyz"; use one of`},
		{"language: ky", "", `/etc/languages/ky.yaml:1:1: no text is ever taken for one in ""`},
		{"  official: [губернатор*,", "  offical: [губернатор*,", `:4:12: unknown list "offical"; write the name of a list that the rules define`},
		{"{film: [", "{movie: [", `unknown guard "movie"`},
		{"person:bakiyev", "person:bakyev", `unknown entity "person:bakyev"`},
		{"  abducted:", "  abductd:", `:15:5: unknown indicator "abductd"; write the id of one that the rules define`},
		{"  killed:", "  kiled:", `:22:5: unknown casualty rule "kiled"`},
		{"  grave:", "  gave:", `unknown composite "gave"`},
		{"    examples: {fires: [Аким", "    match: [аким]\n    examples: {fires: [Аким", `:25:12: such a rule has no match phrases; remove it`},
		{`match: ["<n> ..2 каза*"]`, `lead: ["<n> ..2 каза*"]`, `such a rule has no lead phrases`},
		{"(уурда*|барымта*)", "(уурда*|барымта*", `:15:`},
		{`"@head"]`, `"@heads"]`, `@heads is no list, entity class or entity`},
		{"assertion: denied", "assertion: dismissed", `unknown assertion "dismissed"`},
		{"reach: 4", "reach: 400", `:10:12: a reach of 400 words is out of range`},
		{"fires: [Губернаторду уурдап кетишти.]", `fires: [""]`, `:18:15: the example is empty`},
		{"unless: [акча]", "unles: [акча]", `:16:5: `},
	} {
		_, err := load(withKyrgyz(c.old, c.new))
		var faults config.Errors
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "/etc/languages/ky.yaml:") {
			t.Errorf("%q instead of %q:\n got %v\nwant %s", c.new, c.old, err, c.want)
		}
	}
}

// A language without names for an entity borrows those of Russian or English.
func TestBorrowedNames(t *testing.T) {
	files := withKyrgyz(`entities: {"person:bakiyev": [Бакиев*]}`, "")
	files["languages/tr.yaml"] = "language: tr\nlists: {head: [muhtar]}"
	set, err := load(files)
	if err != nil {
		t.Fatal(err)
	}
	for language, want := range map[string]string{"ky": "Бакиев*", "tr": "Bakiyev"} {
		found := false
		for _, o := range set.Program(language).Owners {
			found = found || o.Role == RoleEntity && o.Text == want && o.Position() == "/etc/entities/e.yaml:6"
		}
		if !found {
			t.Errorf("%s does not know %s", language, want)
		}
	}
}

// Each rule has its words of a language in one place, so that nobody looks for
// the rest of them.
func TestLanguageInOnePlace(t *testing.T) {
	twice := func(content string) map[string]string {
		files := withKyrgyz("", "")
		files["languages/more.yaml"] = content
		return files
	}
	for _, c := range []struct{ content, want string }{
		{"language: ky\nlists: {head: [мэр*]}", `/etc/languages/more.yaml:2:15: its phrases in "ky" stand already in /etc/languages/ky.yaml:5; keep the words of a language in one file`},
		{"language: ru\nindicators: {abducted: {match: [украли]}}", `its phrases in "ru" stand already in /etc/rules/a.yaml:17`},
		{"language: ky\nindicators: {abducted: {unless: [тамаша]}}", `its words in "ky" stand already in /etc/languages/ky.yaml:15`},
	} {
		if _, err := load(twice(c.content)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.content, err, c.want)
		}
	}
	if _, err := load(twice("language: ky\ncues: [{assertion: historical, before: [мурда]}]")); err != nil {
		t.Errorf("a second file of a language is refused: %v", err)
	}
}
