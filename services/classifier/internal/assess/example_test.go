package assess

import (
	"context"
	"errors"
	"strings"
	"testing"
)

const examples = `
indicators:
  - id: quake
    title: t
    category: displacement
    severity: low
    points: 30
    match: {en: ["<target:people> ..2 flee"], any: [quake]}
    examples:
      en:
        fires:
          - People flee.
          - {title: People flee, slots: {target: People}}
          - {text: People may flee., assertion: hypothetical}
          - Nobody runs.
          - People may flee.
          - {text: People flee., slots: {target: crowd}}
          - Clashes went on.
        quiet:
          - Nobody runs.
          - People may flee.
          - People flee.
      any:
        fires: [quake]
tests:
  - name: whole
    title: Clashes
    text: Gunmen kidnapped the governor. 12 killed, 60 wounded. Bakiyev.
    lang: en
    country: KG
    published: 2010-05-14
    want: {relevant: true, categories: [armed-clash, kidnapping], not: [coup], severity: critical, killed: 12, injured: 60, findings: {abducted: asserted}, entities: ["person:bakiyev"]}
  - name: wrong
    text: Clashes.
    lang: en
    want: {relevant: false, categories: [coup], not: [armed-clash], severity: high, killed: 1, injured: 2, findings: {abducted: denied}, entities: ["person:bakiyev"]}
`

func TestExamples(t *testing.T) {
	results, err := engine(t, examples).Test(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range results {
		got[r.At()+" "+r.Kind+" "+r.Language] = r.Problem
	}
	for at, want := range map[string]string{
		"/etc/rules/b.yaml:12:13 fires en":  "",
		"/etc/rules/b.yaml:13:13 fires en":  "",
		"/etc/rules/b.yaml:14:13 fires en":  "",
		"/etc/rules/b.yaml:15:13 fires en":  "should fire (asserted), but nothing fired",
		"/etc/rules/b.yaml:16:13 fires en":  `should fire (asserted), but “People may flee” matched`,
		"/etc/rules/b.yaml:17:13 fires en":  `slot target should be "crowd", is "People"`,
		"/etc/rules/b.yaml:18:13 fires en":  `should fire (asserted), but fired instead: clash (asserted) at "Clashes"`,
		"/etc/rules/b.yaml:20:13 quiet en":  "",
		"/etc/rules/b.yaml:21:13 quiet en":  "",
		"/etc/rules/b.yaml:22:13 quiet en":  `should be quiet, but “People flee” matched "<target:people> ..2 flee" (/etc/rules/b.yaml:8): asserted`,
		"/etc/rules/b.yaml:24:17 fires any": "",
		"/etc/rules/b.yaml:26 test en":      "",
		"/etc/rules/b.yaml:33 test en": `abducted should be denied, but fired instead: clash (asserted) at "Clashes"; category armed-clash should not be asserted: clash at "Clashes"; ` +
			`category coup should be asserted (asserted: [armed-clash]); entity person:bakiyev should be found (found: []); injured should be 2, is 0; killed should be 1, is 0; ` +
			`relevant should be false (score 32); severity should be high, is low (score 32)`,
	} {
		problem, ok := got[at]
		if !ok {
			t.Errorf("no result at %s; there are %v", at, got)
		}
		if want == "" && problem != "" || !strings.HasPrefix(problem, want) {
			t.Errorf("%s:\n got %s\nwant %s", at, problem, want)
		}
	}
	if len(got) != 13 {
		t.Errorf("%d results, want 13", len(got))
	}
}

func TestExamplesStop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := engine(t, examples).Test(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}
