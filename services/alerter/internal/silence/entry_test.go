package silence

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"

	"github.com/prometheus/alertmanager/pkg/labels"
)

// What one process adds another one knows, word for word and with each operator.
func TestAddIsWhatIsListed(t *testing.T) {
	b := bustest.Start(t)
	until := time.Now().Add(time.Hour).Truncate(time.Second).UTC()
	var matchers []*labels.Matcher
	for _, m := range []labels.Matcher{
		{Type: labels.MatchEqual, Name: "region", Value: "unplaced"}, {Type: labels.MatchNotEqual, Name: "severity", Value: "high"},
		{Type: labels.MatchRegexp, Name: "category", Value: "riot|coup"}, {Type: labels.MatchNotRegexp, Name: "country", Value: "K."},
	} {
		matchers = append(matchers, &m)
	}
	added, err := open(t, b, nil).Add(t.Context(), matchers, until, "aida", "a quiet night")
	if err != nil {
		t.Fatal(err)
	}
	all, err := open(t, b, nil).All(t.Context())
	if err != nil || len(all) != 1 || all[0] != added {
		t.Fatalf("listed %+v, %v, want %+v", all, err, added)
	}
	const words = `region="unplaced", severity!="high", category=~"riot|coup", country!~"K."`
	if one := all[0]; one.Matchers != words || !one.Ends.Equal(until) || one.By != "aida" || one.Comment != "a quiet night" || !one.Holds(time.Now()) || one.Holds(until) || one.Holds(one.Starts.Add(-time.Second)) {
		t.Errorf("listed %+v", one)
	}
}

// Of many silences those of an alert are found, the one that ends last first, and those
// that were ended stay known.
func TestOfAnAlert(t *testing.T) {
	s := open(t, bustest.Start(t), nil)
	short, other, long := add(t, s, "riot", time.Hour), add(t, s, "coup", time.Hour), add(t, s, "riot", 2*time.Hour)
	ids := func(all []Entry, err error) string {
		t.Helper()
		var found []string
		for _, one := range all {
			found = append(found, one.ID)
		}
		if err != nil {
			t.Error(err)
		}
		return strings.Join(found, " ")
	}
	riot := map[string]string{"category": "riot", "region": "south"}
	if got := ids(s.Of(t.Context(), riot)); got != long+" "+short {
		t.Errorf("found %s", got)
	}
	if one, err := s.End(t.Context(), long); err != nil || one.ID != long {
		t.Errorf("ended %+v, %v", one, err)
	}
	all, err := s.Of(t.Context(), riot)
	if got := ids(all, err); got != short+" "+long || all[1].Holds(time.Now().Add(time.Second)) {
		t.Errorf("after its end found %s", got)
	}
	if got := ids(s.All(t.Context())); !strings.Contains(got, other) {
		t.Errorf("all are %s", got)
	}
}

func TestFaultSilencesThatCannotBe(t *testing.T) {
	s := open(t, bustest.Start(t), nil)
	all := []*labels.Matcher{{Type: labels.MatchRegexp, Name: "region", Value: ".*"}}
	if _, err := s.Add(t.Context(), all, time.Now().Add(time.Hour), "aida", "all"); err == nil {
		t.Error("everything is silenced by a matcher that matches nothing in particular")
	}
	if _, err := s.End(t.Context(), "none"); err == nil || !strings.Contains(err.Error(), "there is no silence none; faultline silences list shows the ids") {
		t.Errorf("got %v", err)
	}
}
