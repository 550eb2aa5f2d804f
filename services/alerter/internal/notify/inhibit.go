package notify

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"faultline/pkg/config"

	am "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/inhibit"
	"github.com/prometheus/alertmanager/pkg/labels"
)

// Inhibition is one of the file's inhibit_rules: while an alert that its source
// matches is open, those that its target matches wait, if both have the same
// values of the labels that must be equal.
type Inhibition struct{ rule *inhibit.InhibitRule }

// Inhibitions are the file's rules, in its order.
func (c *Config) Inhibitions() []Inhibition { return c.inhibitions }

func inhibitions(cfg *am.Config) []Inhibition {
	all := make([]Inhibition, 0, len(cfg.InhibitRules))
	for _, r := range cfg.InhibitRules {
		all = append(all, Inhibition{inhibit.NewInhibitRule(r)})
	}
	return all
}

// Source reports whether an open alert with these labels inhibits others.
func (r Inhibition) Source(alert map[string]string) bool {
	return r.rule.SourceMatchers.Matches(LabelSet(alert))
}

// Target reports whether an alert with these labels may be inhibited.
func (r Inhibition) Target(alert map[string]string) bool {
	return r.rule.TargetMatchers.Matches(LabelSet(alert))
}

// Key is the same for two alerts when they agree in the labels that must be
// equal. A label that neither has is equal.
func (r Inhibition) Key(alert map[string]string) string {
	var b strings.Builder
	for _, name := range r.equal() {
		b.WriteString(strconv.Quote(alert[name]))
	}
	return b.String()
}

func (r Inhibition) equal() []string {
	var names []string
	for name := range maps.Keys(r.rule.Equal) {
		names = append(names, string(name))
	}
	slices.Sort(names)
	return names
}

// Describe says which alerts inhibit one with these labels by the rule.
func (r Inhibition) Describe(alert map[string]string) string {
	parts := make([]string, 0, len(r.rule.SourceMatchers)+len(r.rule.Equal))
	for _, m := range r.rule.SourceMatchers {
		parts = append(parts, m.String())
	}
	for _, name := range r.equal() {
		parts = append(parts, name+"="+strconv.Quote(alert[name]))
	}
	text := strings.Join(parts, ", ")
	if r.rule.Name != "" {
		text += " (" + r.rule.Name + ")"
	}
	return text
}

// changing is the label that an incident has another value of with each change.
const changing = "change"

// checkInhibitions refuses what could never hold: a source is an incident while
// it is open, and that has no label "change".
func checkInhibitions(file config.File, cfg *am.Config) (faults config.Errors) {
	for i, r := range cfg.InhibitRules {
		refuse := func(what string) {
			faults = append(faults, file.Errorf("$.inhibit_rules["+strconv.Itoa(i)+"]", `match "severity", "region" or another label that lasts; the target may have "change"`,
				`inhibit_rules: %s has the label "change", which an open incident does not keep`, what))
		}
		if slices.ContainsFunc(inhibit.NewInhibitRule(r).SourceMatchers, func(m *labels.Matcher) bool { return m.Name == changing }) {
			refuse("the source")
		}
		if slices.Contains(r.Equal, changing) {
			refuse("equal")
		}
	}
	return faults
}

// Fingerprint is Alertmanager's name for an alert with these labels.
func Fingerprint(alert map[string]string) string { return LabelSet(alert).Fingerprint().String() }
