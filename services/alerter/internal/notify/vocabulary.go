package notify

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"

	"github.com/prometheus/alertmanager/pkg/labels"
)

// vocabulary is which values the labels of alerts can have with a configuration.
// Regions and rules are the classifier's to read: where they have a fault, nothing is
// known of their ids, and nothing is said of who asks for them.
type vocabulary struct {
	dir    *config.Dir
	values map[string][]string // the only ones of some labels
}

func newVocabulary(dir *config.Dir) *vocabulary {
	v := &vocabulary{dir: dir, values: alert.Values()}
	if regions, ok := regionIDs(dir); ok {
		v.values["region"] = append(regions, alert.Unplaced)
	}
	return v
}

// Strange says which of the labels of an alert have a value that none has.
func Strange(dir *config.Dir, of map[string]string) (all []string) {
	v := newVocabulary(dir)
	for _, name := range slices.Sorted(maps.Keys(of)) {
		for _, p := range v.strange(&labels.Matcher{Type: labels.MatchEqual, Name: name, Value: of[name]}) {
			all = append(all, p.Message+"; "+p.Remedy)
		}
	}
	return all
}

// StrangeMatchers says which labels that matchers ask for no alert has, and which
// values.
func StrangeMatchers(dir *config.Dir, all Matchers) (problems []Problem) {
	v := newVocabulary(dir)
	for _, m := range all {
		if p, ok := strangeName(m.Name); ok {
			problems = append(problems, p)
			continue
		}
		problems = append(problems, v.strange(m)...)
	}
	return problems
}

func strangeName(name string) (p Problem, strange bool) {
	all := alert.LabelNames()
	return Problem{Message: fmt.Sprintf("no alert has a label %q", name), Remedy: cmp.Or(config.DidYouMean(name, all), "the labels are "+strings.Join(all, ", "))}, !slices.Contains(all, name)
}

// strange are the values that a matcher asks for and no alert has.
func (v *vocabulary) strange(m *labels.Matcher) (problems []Problem) {
	var wrong []string
	remedy := func(string) string { return "" }
	switch {
	case m.Value == "":
	case m.Name == "country":
		wrong = misshapen(m, `^[A-Z]{2}$`)
		remedy = func(string) string { return "write two capital letters as ISO 3166-1 has them: KG for Kyrgyzstan" }
	case m.Name == "language":
		wrong = misshapen(m, `^[a-z]{2,3}$`)
		remedy = func(string) string { return "write its small letters as ISO 639 has them: ru for Russian" }
	default:
		known := v.known(m.Name)
		if len(known) == 0 {
			break
		}
		wrong = asked(m, known)
		remedy = func(value string) string { return nearest(value, known) }
	}
	for _, value := range wrong {
		problems = append(problems, Problem{Message: fmt.Sprintf("no alert has %s %q", m.Name, value), Remedy: remedy(value)})
	}
	return problems
}

// known are all values of a label, none when they are not known.
func (v *vocabulary) known(label string) []string {
	if _, ok := v.values[label]; !ok && label == "alertname" {
		v.values[label] = ruleIDs(v.dir)
	}
	return v.values[label]
}

func nearest(value string, known []string) string {
	if near := config.DidYouMean(strings.TrimLeft(value, "=~ "), known); near != "" || len(known) > 40 {
		return cmp.Or(near, "faultline rules explain names the rule of an alert")
	}
	return "the values are " + strings.Join(known, ", ")
}

// misshapen are the values that a matcher asks for, patterns left out, of which
// none can be.
func misshapen(m *labels.Matcher, shape string) (wrong []string) {
	fits := regexp.MustCompile(shape)
	for _, word := range words(m) {
		if regexp.QuoteMeta(word) == word && !fits.MatchString(word) {
			wrong = append(wrong, word)
		}
	}
	return wrong
}

// words are the values of a matcher: those of an alternation, or its one.
func words(m *labels.Matcher) []string {
	if m.Type == labels.MatchRegexp || m.Type == labels.MatchNotRegexp {
		return strings.Split(m.Value, "|")
	}
	return []string{m.Value}
}

// asked are the values that a matcher asks for and that are not known: the words
// of an alternation, or a pattern that fits none.
func asked(m *labels.Matcher, known []string) (strange []string) {
	words := words(m)
	for _, word := range words {
		if slices.Contains(known, word) {
			continue
		}
		if regexp.QuoteMeta(word) != word && len(words) > 1 || fitsOne(m, known) && len(words) == 1 {
			continue // a pattern
		}
		strange = append(strange, word)
	}
	return strange
}

// fitsOne reports whether a pattern has to do with one of the values at least.
func fitsOne(m *labels.Matcher, known []string) bool {
	if m.Type != labels.MatchRegexp && m.Type != labels.MatchNotRegexp {
		return false
	}
	return slices.ContainsFunc(known, func(value string) bool { return m.Matches(value) == (m.Type == labels.MatchRegexp) })
}

// regionIDs are those of regions.yaml; known is false when it cannot be read.
func regionIDs(dir *config.Dir) (ids []string, known bool) {
	file, err := dir.Read("regions.yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, true
	}
	var content map[string]any
	if err != nil || file.Decode(&content) != nil {
		return nil, false
	}
	return idsOf(content["regions"]), true
}

// Regions are the values of the label region.
func Regions(dir *config.Dir) []string {
	ids, _ := regionIDs(dir)
	return append(ids, alert.Unplaced)
}

// regionTitles are the titles in regions.yaml by their ids, as far as it can be read.
func regionTitles(dir *config.Dir) map[string]string {
	titles := map[string]string{}
	file, err := dir.Read("regions.yaml")
	var content map[string]any
	if err != nil || file.Decode(&content) != nil {
		return titles
	}
	all, _ := content["regions"].([]any)
	for _, one := range all {
		id, _ := member(one, "id").(string)
		titles[id], _ = member(one, "title").(string)
	}
	return titles
}

// ruleIDs are the names that alerts can have: those of the rules, and of notices;
// none when a file of the rules cannot be read.
func ruleIDs(dir *config.Dir) (ids []string) {
	names, err := dir.Glob("rules/**/*.yaml")
	if err != nil || len(names) == 0 {
		return nil
	}
	for _, kind := range event.NoticeKinds() {
		ids = append(ids, string(kind))
	}
	for _, name := range names {
		file, err := dir.Read(name)
		var content map[string]any
		if err != nil || file.Decode(&content) != nil {
			return nil
		}
		ids = append(append(ids, idsOf(content["indicators"])...), idsOf(content["composites"])...)
	}
	return ids
}

// idsOf are the ids of a list.
func idsOf(list any) (ids []string) {
	all, _ := list.([]any)
	for _, one := range all {
		if id, ok := member(one, "id").(string); ok {
			ids = append(ids, id)
		}
	}
	return ids
}
