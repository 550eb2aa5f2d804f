package classifier

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/config"
	"faultline/pkg/event"
)

func TestFault80ARuleThatMatchesEverythingIsNamed(t *testing.T) {
	f := newFolder(t)
	f.write(t, "rules/broad.yaml", `
indicators:
  - id: broad
    title: Anything
    category: riot
    severity: low
    points: 50
    match: {en: [in, on, all, the]}
    examples: {en: {fires: [in Osh, on Monday, the town], quiet: [nothing, never, nowhere]}}
`)
	var more strings.Builder
	more.WriteString("indicators:\n")
	for i := range 6 {
		fmt.Fprintf(&more, "  - id: own-%d\n    title: Own\n    category: riot\n    severity: low\n    points: 50\n    match: {en: [\"word%d\"]}\n", i, i)
		fmt.Fprintf(&more, "    examples: {en: {fires: [word%d in Osh, word%d on Monday, the word%d], quiet: [quiet in Osh, calm on Monday, the calm]}}\n", i, i, i)
	}
	f.write(t, "rules/more.yaml", more.String())
	rules, err := Load(t.Context(), f.dir(), config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	broad := rules.Broad()
	if len(broad) != 1 || broad[0].Indicator != "broad" || broad[0].Language != "en" || broad[0].Share < .8 {
		t.Errorf("got %+v", broad)
	}
	if got := shipped(t).Broad(); len(got) != 0 {
		t.Errorf("shipped indicators are over-broad: %+v", got)
	}
}

func TestFault80EmptyListsAndPhrasesAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"lists: {mob: {en: []}}": "rules/own.yaml:1:19: the list of phrases is empty; write a phrase or remove the key",
		"indicators:\n  - {id: a, title: A, category: riot, severity: low, points: 5, match: {en: []}, examples: {}}":          "rules/own.yaml:2",
		"indicators:\n  - {id: a, title: A, category: riot, severity: low, points: 5, match: {en: [\"[mob]\"]}, examples: {}}": "rules/own.yaml:2",
	} {
		f := newFolder(t)
		f.write(t, "rules/own.yaml", text)
		if _, err := Load(t.Context(), f.dir(), config.Section{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestFault79PatternBombsAreRefusedAtLoad(t *testing.T) {
	for name, phrase := range map[string]string{
		"nested repeats":       strings.Repeat("(a|", 40) + "b" + strings.Repeat(")", 40),
		"many alternatives":    "(" + strings.TrimSuffix(strings.Repeat("aaa|", 10_000), "|") + ")",
		"a repeated megabyte":  strings.Repeat("riot ", 200_000),
		"a huge gap":           "riot ..1000 mob",
		"a regular expression": "(a+)+$",
		"a counted repeat":     "a{1000}",
	} {
		t.Run(name, func(t *testing.T) {
			f := newFolder(t)
			f.write(t, "rules/own.yaml", "indicators:\n  - id: a\n    title: A\n    category: riot\n    severity: low\n    points: 5\n    match:\n      en: [\""+phrase+"\"]\n    examples: {en: {fires: [a], quiet: [b]}}\n")
			_, err := Load(t.Context(), f.dir(), config.Section{})
			if err == nil || !strings.Contains(err.Error(), "rules/own.yaml:8:") {
				t.Errorf("got %.300v", err)
			}
		})
	}
}

func TestFault80RateGuard(t *testing.T) {
	var log bytes.Buffer
	gauge := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "broad"}, []string{"indicator"})
	g := newRateGuard(slog.New(slog.NewTextHandler(&log, nil)), gauge)
	often := event.Assessment{Findings: []event.Finding{{Indicator: "often"}, {Indicator: "often"}, {Indicator: "rare"}}}
	for i := range rateWindow {
		if i%3 == 0 {
			g.count(&event.Assessment{})
		} else {
			g.count(&often)
		}
		often.Findings = often.Findings[:2]
	}
	if n := testutil.CollectAndCount(gauge); n != 1 || testutil.ToFloat64(gauge.WithLabelValues("often")) < .6 {
		t.Errorf("%d indicators", n)
	}
	if text := log.String(); !strings.Contains(text, "indicator=often") || strings.Contains(text, "rare") {
		t.Errorf("log: %s", text)
	}
	for range rateWindow {
		g.count(&event.Assessment{})
	}
	if n := testutil.CollectAndCount(gauge); n != 0 {
		t.Errorf("the next window is calm, but %d indicators are still named", n)
	}
	for range rateWindow - 1 {
		g.count(&often)
	}
	g.restart() // other rules
	g.count(&often)
	if n := testutil.CollectAndCount(gauge); n != 0 {
		t.Errorf("the items of other rules were counted: %d indicators are named", n)
	}
}
