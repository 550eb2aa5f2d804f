package event_test

import (
	"fmt"
	"testing"

	"faultline/pkg/event"
)

// The Admiralty code in words, in and out of its range.
func TestSupport(t *testing.T) {
	for c, want := range map[event.Corroboration]string{
		{}: "single source",
		{Independent: 1, Credibility: 6, Certainty: "Unknown"}:  "single source, credibility 6 (cannot be judged), certainty Unknown",
		{Independent: 2, Credibility: 1, Certainty: "Observed"}: "2 independent sources, credibility 1 (confirmed), certainty Observed",
		{Independent: 3, Credibility: 4}:                        "3 independent sources, credibility 4 (doubtful)",
		{Independent: 1, State: 1, Credibility: 3}:              "single source, state-controlled, credibility 3 (possibly true)",
		{Independent: 3, State: 1, Credibility: 2}:              "3 independent sources, 1 of them state-controlled, credibility 2 (probably true)",
		{Independent: 2, State: 2}:                              "2 independent sources, state-controlled",
		{Independent: 1, Denied: 1}:                             "single source, denied by 1 source",
		{Independent: 1, Denied: 2, Withdrawn: 2}:               "single source, denied by 2 sources, taken back by 2 sources",
		{Withdrawn: 1, Credibility: 5, Certainty: "Unlikely"}:   "no source stands by it, taken back by 1 source, credibility 5 (improbable), certainty Unlikely",
		{Denied: 1}:                      "no source stands by it, denied by 1 source",
		{Independent: 1, Credibility: 7}: "single source", {Independent: 1, Credibility: -1}: "single source",
	} {
		if got := fmt.Sprint(c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestStance(t *testing.T) {
	for want, r := range map[string]event.Report{"": {}, "denies it": {Denies: true, Presumed: true}, "presumed to tell it": {Presumed: true}, "taken back": {Denies: true, Withdrawn: true}} {
		if got := r.Stance(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
