package alert_test

import (
	"maps"
	"strings"
	"testing"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/sinktest"
)

// What is denied is no part of what happened, and who denies it is named as such, after
// those who tell it.
func TestDenialIsNamed(t *testing.T) {
	a, _ := alert.New(sinktest.Denied()).Tell(func(report string) bool { return report != sinktest.Denied().Reports[2].Item })
	for name, want := range map[string]string{
		"denied":  "An official is abducted or held hostage",
		"what":    "",
		"sources": "Example News (B)\nOther Wire (A)\nVesti (C), denies it, state-controlled",
		"links":   "https://vesti.example/osh Vesti (C), denies it, vesti.example",
	} {
		if got := a.Annotations[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// What an outlet took back did not happen by its word, though the text below still says so.
func TestWithdrawalIsNamed(t *testing.T) {
	in := sinktest.Incident()
	in.Reports[0].Denies, in.Reports[0].Withdrawn = true, true
	a := alert.New(in).Alert
	if got := a.Annotations["denied"]; !strings.HasPrefix(got, "An official is abducted or held hostage\n") {
		t.Errorf("denied is %q", got)
	}
	if got := a.Annotations["what"]; got != "" {
		t.Errorf("what is %q", got)
	}
	if got := a.Annotations["sources"]; got != "Example News (B), taken back" {
		t.Errorf("sources are %q", got)
	}
}

// However many outlets tell it, those that deny it are named.
func TestDenialIsNamedAmongMany(t *testing.T) {
	in := sinktest.Denied()
	for _, name := range strings.Fields("a b c d e f g h") {
		r := in.Reports[0]
		r.Item, r.Source.Title = name, name
		in.Reports = append(in.Reports, r)
	}
	got := strings.Split(alert.New(in).Alert.Annotations["sources"], "\n")
	if len(got) != 7 || got[5] != "and 5 more" || got[6] != "Vesti (C), denies it, state-controlled" {
		t.Errorf("%q", got)
	}
}

// The routes of before are asked by all labels that an incident had, whatever it has now.
func TestLabelsOfBefore(t *testing.T) {
	old := sinktest.Incident()
	now := old
	now.Formerly = []event.Standing{{
		Severity: old.Severity, Certainty: old.Corroboration.Certainty, Indicator: old.Indicator, Category: old.Category,
		Region: old.Region, Country: old.Country, Place: old.Place.Name, Language: old.Language,
	}, {Severity: event.SeverityLow, Certainty: "Possible", Indicator: "riot", Category: "riot", Region: alert.Unplaced}}
	now.Severity, now.Corroboration.Certainty, now.Indicator, now.Category = event.SeverityCritical, "Observed", "coup", "coup"
	now.Region, now.Country, now.Language, now.Place = "elsewhere", "KZ", "ru", &event.Place{Name: "Almaty", Country: "KZ"}
	formerly := alert.New(now).Formerly
	if len(formerly) != 2 || !maps.Equal(formerly[0], alert.Labels(old)) {
		t.Fatalf("got %v, want %v", formerly, alert.Labels(old))
	}
	if place, country := formerly[1]["place"], formerly[1]["country"]; place != alert.Unplaced || country != "" {
		t.Errorf("place %q, country %q", place, country)
	}
}
