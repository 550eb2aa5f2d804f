package rule

import (
	"strings"
	"testing"
)

// What a filter cannot do to a rule, and ids that nothing has, are refused with
// what to write.
func TestFilterRejections(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"composites:", "filters:\n  - indicator: abductd\n    disable: true\ncomposites:", `unknown indicator "abductd"; did you mean "abducted"?`},
		{"composites:", "filters:\n  - indicator: nope\n    disable: true\ncomposites:", `unknown indicator "nope"; write the id of an indicator`},
		{"composites:", "filters:\n  - indicator: abductd\ncomposites:", `/etc/rules/a.yaml:26:16: unknown indicator "abductd"; did you mean "abducted"?`},
		{"composites:", "tests:\n  - name: x\n    want: {findings: {abductd: denied}}\ncomposites:", `unknown indicator "abductd"; did you mean "abducted"?`},
		{"composites:", "filters:\n  - indicator: killed\n    override: {status: test}\ncomposites:", `/etc/rules/a.yaml:27:24: a casualty rule has no status; write disable: true beside it to switch it off`},
		{"composites:", "filters:\n  - indicator: grave\n    override: {guards: [film]}\ncomposites:", `/etc/rules/a.yaml:27:24: a composite has no guards; change those of the indicators it asks for`},
		{"composites:", "filters:\n  - indicator: grave\n    exclude: {match: {en: [drill]}}\ncomposites:", `/etc/rules/a.yaml:27:22: a composite has no phrases; exclude the words from the indicators it asks for`},
		{`when: has("abducted") && killed > 2`, `when: language == "en"`, `/etc/rules/a.yaml:30:11: the condition asks for nothing that a text shows; ask for a finding, an entity, a number or a place`},
	} {
		refused(t, map[string]string{"rules/a.yaml": strings.Replace(good, c.from, c.to, 1)}, c.want)
	}
}
