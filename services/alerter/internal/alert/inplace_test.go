package alert_test

import (
	"strings"
	"testing"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/sinktest"
)

// further is the test incident after a milder report of it that tells something of its own.
func further() event.Incident {
	in := sinktest.Escalated()
	in.Score, in.Revision, in.Change = 78, 2, event.Change{Kind: event.ChangeReport, Reasons: []string{"further report by Other Wire"}, Report: 1}
	second := &in.Reports[1]
	second.Score = 51
	second.Findings = []event.Finding{
		in.Reports[0].Findings[1], // building-stormed, in its own words
		{Indicator: "road-blocked", Title: "A road is blocked", Category: "protest", Assertion: event.Asserted, Points: 6, Evidence: []event.Evidence{{Text: "blocked the road"}}},
	}
	return in
}

// The evidence explains the score that is shown, whichever report brought the change.
func TestEvidenceExplainsTheScore(t *testing.T) {
	got := alert.New(further()).Alert.Annotations
	want := "+60 official-abducted “Governor kidnapped”\n+45 building-stormed “crowd storms offices”\n+4 civil-war “could slide into war” (hypothetical)\n+6 road-blocked “blocked the road”"
	if got["score"] != "78" || got["evidence"] != want {
		t.Errorf("score %s of %q", got["score"], got["evidence"])
	}
	if got["what"] != "A government building is stormed\nA road is blocked" {
		t.Errorf("the report tells %q", got["what"])
	}
}

// What takes the place of the message that was told keeps what that said.
func TestInPlace(t *testing.T) {
	d := alert.New(further())
	told, _ := d.Tell(func(report string) bool { return report == further().Reports[0].Item })
	if strings.Contains(told.Annotations["links"], "news.example.kg") {
		t.Fatalf("old links are told again: %q", told.Annotations["links"])
	}
	in := d.InPlace(told)
	if len(in) != 2 || strings.Count(in["links"], "\n") != 1 || !strings.Contains(in["links"], "news.example.kg") {
		t.Errorf("got %q", in)
	}
	if want := "A government building is stormed\nA road is blocked\nAn official is abducted or held hostage\nhypothetical: Civil war"; in["what"] != want {
		t.Errorf("what happened: %q", in["what"])
	}
	if got := d.Refresh(); got.Annotations["what"] != in["what"] || got.Annotations["links"] != in["links"] {
		t.Errorf("an update says %q", got.Annotations)
	}
	alone := alert.New(sinktest.Incident())
	if told, _ := alone.Tell(func(string) bool { return false }); alone.InPlace(told) != nil {
		t.Error("of one report nothing is said otherwise")
	}
}

// What is denied stays said, and by the report that denies it nothing happened.
func TestInPlaceOfADenial(t *testing.T) {
	in := sinktest.Denied()
	if got := alert.New(in).Refresh().Annotations; got["what"] != "" || got["denied"] == "" {
		t.Errorf("what %q, denied %q", got["what"], got["denied"])
	}
	in.Change = event.Change{Kind: event.ChangeReport, Report: 1}
	if got := alert.New(in).Refresh().Annotations; got["what"] == "" || got["denied"] == "" {
		t.Errorf("later: what %q, denied %q", got["what"], got["denied"])
	}
}
