package inhibit

import (
	"fmt"
	"testing"
	"testing/fstest"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/services/alerter/internal/notify"
)

func rules(t *testing.T, text string) []notify.Inhibition {
	t.Helper()
	file := "route: {receiver: a}\nreceivers: [{name: a}]\ninhibit_rules:\n" + text
	dir := config.NewDir(config.Layer{Name: "test", FS: fstest.MapFS{"alerting.yaml": {Data: []byte(file)}}}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
	c, err := notify.Load(dir, notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Inhibitions()
}

const greater = "- {source_matchers: ['severity=critical'], target_matchers: ['severity=~low|critical'], equal: [region]}\n"

func labels(incident, severity, region string) map[string]string {
	return map[string]string{"incident": incident, "severity": severity, "region": region}
}

func TestIndexFindsTheSource(t *testing.T) {
	x := newIndex(rules(t, greater))
	for _, s := range []map[string]string{labels("c", "critical", "north"), labels("b", "low", "north"), labels("d", "critical", "south")} {
		x.set(s["incident"], source{1, s, false})
	}
	for _, c := range []struct {
		alert map[string]string
		by    string
	}{
		{labels("b", "low", "north"), "c"}, // c is a target as well, but b is no source
		{labels("x", "low", "west"), ""},
		{labels("x", "high", "north"), ""},
		{labels("c", "critical", "north"), ""},
		{labels("x", "critical", "south"), ""}, // both are source and target
	} {
		if got := x.find(c.alert)["incident"]; got != c.by {
			t.Errorf("%v is inhibited by %q, want %q", c.alert, got, c.by)
		}
	}
	drill := labels("x", "low", "north")
	drill["exercise"] = "true"
	if by := x.find(drill); by != nil {
		t.Errorf("news inhibits a drill: %v", by)
	}
}

// A source frees what it inhibited when it ends or changes, never by older news.
func TestIndexFrees(t *testing.T) {
	x := newIndex(rules(t, greater))
	low := labels("x", "low", "north")
	steps := []struct {
		what  string
		now   source
		freed bool
		by    string
	}{
		{"it begins", source{2, labels("c", "critical", "north"), false}, false, "c"},
		{"older news", source{1, nil, false}, false, "c"},
		{"more of it", source{3, labels("c", "critical", "north"), false}, false, "c"},
		{"it moves", source{4, labels("c", "critical", "south"), false}, true, ""},
		{"it is back", source{5, labels("c", "critical", "north"), false}, true, "c"},
		{"it is less", source{6, labels("c", "high", "north"), false}, true, ""},
		{"more again", source{7, labels("c", "critical", "north"), false}, false, "c"},
		{"over", source{8, nil, false}, true, ""},
		{"a late repeat", source{7, labels("c", "critical", "north"), false}, false, ""},
	}
	for _, s := range steps {
		if freed := x.set("c", s.now); freed != s.freed || x.find(low)["incident"] != s.by {
			t.Errorf("%s: freed %v, inhibited by %v", s.what, freed, x.find(low))
		}
	}
	if x.forget(); len(x.sources) != 0 {
		t.Errorf("remembers %v", x.sources)
	}
}

// Rules may change while something is open.
func TestIndexTakesOtherRules(t *testing.T) {
	x := newIndex(nil)
	x.set("c", source{1, labels("c", "critical", "north"), false})
	low := labels("x", "low", "north")
	if x.find(low) != nil {
		t.Error("inhibited without a rule")
	}
	if x = x.with(rules(t, greater)); x.find(low)["incident"] != "c" {
		t.Error("the rule does not know what is open")
	}
	if x = x.with(nil); x.find(low) != nil {
		t.Error("the rule is gone and holds")
	}
}

// What was published late changes nothing, and what ended is not remembered for ever.
func TestClosedBeforeOlderNews(t *testing.T) {
	s := &Store{index: newIndex(rules(t, greater)), read: true, freed: make(chan struct{}, 1)}
	open := labels("c", "critical", "north")
	s.set("c", source{1, open, false})
	s.set("c", source{3, nil, false})
	s.set("c", source{2, open, false})
	if by := s.index.find(labels("x", "low", "north")); by != nil {
		t.Errorf("older news of a closed incident inhibits: %v", by)
	}
	for i := range 2 * maxOver {
		s.set(fmt.Sprint(i), source{1, nil, false})
	}
	if n := len(s.index.sources); n != maxOver {
		t.Errorf("%d incidents that are over are remembered, want %d", n, maxOver)
	}
}
