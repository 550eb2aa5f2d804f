package reason

import (
	"encoding/json"
	"strings"
	"testing"

	"faultline/pkg/event"
)

// What is written names each phrase's place, in one style of names, and leaves
// out what nobody set.
func TestJSON(t *testing.T) {
	x := Explanation{Matches: []Match{{Rule: "riot", Phrase: "riot*", Base: 50, Points: 33.333333, Best: true, At: func() string { return "rules/x.yaml:12" }},
		{Rule: "bare"}, {Rule: "gone", Dropped: Unless, By: func() string { return "rules/x.yaml:14" }}}}
	x.Item.Title, x.Findings = "A riot", []event.Finding{{Indicator: "riot", Points: 33.333333}}
	data, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	got := string(data)
	for _, want := range []string{`"rule":"riot","phrase":"riot*"`, `"points":33.3,`, `"best":true,"at":"rules/x.yaml:12"`, `"title":"A riot"`, `"rule":"bare"`, `"dropped":"unless","at":"","by":"rules/x.yaml:14"`, `"findings":[{"indicator":"riot"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	for _, no := range []string{"33.33", "0001-01-01", `"schema"`, `"id"`, `"Rule"`, `"Matches"`, `"cue"`} {
		if strings.Contains(got, no) {
			t.Errorf("%s in %s", no, got)
		}
	}
	x.Item.ID, x.ID = "i1", "a1"
	if data, err = json.Marshal(x); err != nil || !strings.Contains(string(data), `"id":"i1"`) || !strings.Contains(string(data), `"id":"a1"`) {
		t.Errorf("ids: %s, %v", data, err)
	}
}

func TestFinding(t *testing.T) {
	x := Explanation{}
	x.Findings = []event.Finding{{Indicator: "a"}, {Indicator: "b", Points: 2}}
	if f := x.Finding("b"); f == nil || f.Points != 2 || x.Finding("c") != nil {
		t.Errorf("got %+v", f)
	}
}
