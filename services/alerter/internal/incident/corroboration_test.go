package incident

import (
	"fmt"
	"testing"

	"faultline/pkg/event"
)

func TestCorroboration(t *testing.T) {
	source := func(feed, owner, grade, agency, copyOf string) event.Report {
		return event.Report{
			Item: feed, Source: event.Source{Feed: feed, Title: "The " + feed, Owner: owner, Reliability: grade},
			Attribution: agency, CopyOf: copyOf,
		}
	}
	presumed := func(feed string) event.Report {
		r := source(feed, "", "C", "", "")
		r.Presumed = true
		return r
	}
	denying := func(feed string) event.Report {
		r := source(feed, "", "C", "", "")
		r.Denies = true
		return r
	}
	known := source("a", "", "C", "", "")
	for name, c := range map[string]struct {
		reports []event.Report
		want    event.Corroboration
	}{
		"one, and one presumed":         {[]event.Report{known, presumed("b")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"two that are presumed":         {[]event.Report{known, presumed("b"), presumed("c")}, event.Corroboration{Independent: 2, Credibility: 2, Certainty: "Likely"}},
		"two sides of two":              {[]event.Report{known, presumed("b"), presumed("c"), source("d", "", "B", "", "")}, event.Corroboration{Independent: 2, Credibility: 1, Certainty: "Observed"}},
		"only presumed, after a split":  {[]event.Report{presumed("b")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"one unrated":                   {[]event.Report{source("a", "", "", "", "")}, event.Corroboration{Independent: 1, Credibility: 6, Certainty: "Unknown"}},
		"one that cannot be judged":     {[]event.Report{source("a", "", "F", "", "")}, event.Corroboration{Independent: 1, Credibility: 6, Certainty: "Unknown"}},
		"one fairly reliable":           {[]event.Report{source("a", "", "C", "", "")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"one reliable":                  {[]event.Report{source("a", "", "A", "", "")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"one unreliable":                {[]event.Report{source("a", "", "E", "", "")}, event.Corroboration{Independent: 1, Credibility: 4, Certainty: "Possible"}},
		"two feeds of one owner":        {[]event.Report{source("a", "Media Ltd", "C", "", ""), source("b", "media ltd", "C", "", "")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"two of one agency":             {[]event.Report{source("a", "", "C", "interfax", ""), source("b", "", "C", "interfax", "")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"the agency and who cites it":   {[]event.Report{source("a", "Interfax", "C", "", ""), source("b", "", "C", "interfax", "")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"a copy":                        {[]event.Report{source("a", "", "C", "", ""), source("b", "", "B", "", "a")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"two independent":               {[]event.Report{source("a", "", "C", "", ""), source("b", "", "", "", "")}, event.Corroboration{Independent: 2, Credibility: 2, Certainty: "Likely"}},
		"two, one usually reliable":     {[]event.Report{source("a", "", "C", "", ""), source("b", "", "B", "", "")}, event.Corroboration{Independent: 2, Credibility: 1, Certainty: "Observed"}},
		"three independent":             {[]event.Report{source("a", "", "C", "", ""), source("b", "", "", "", ""), source("c", "", "", "", "")}, event.Corroboration{Independent: 3, Credibility: 1, Certainty: "Observed"}},
		"one and an unreliable one":     {[]event.Report{source("a", "", "", "", ""), source("b", "", "E", "", "")}, event.Corroboration{Independent: 2, Credibility: 3, Certainty: "Possible"}},
		"only unreliable ones":          {[]event.Report{source("a", "", "E", "", ""), source("b", "", "E", "", ""), source("c", "", "D", "", "")}, event.Corroboration{Independent: 3, Credibility: 4, Certainty: "Possible"}},
		"two that differ in a number":   {[]event.Report{source("Channel 5", "", "C", "", ""), source("Channel 24", "", "C", "", "")}, event.Corroboration{Independent: 2, Credibility: 2, Certainty: "Likely"}},
		"a chain of owner and agency":   {[]event.Report{source("a", "x", "C", "", ""), source("b", "x", "C", "tass", ""), source("c", "y", "C", "tass", "")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"a copy of what is not here":    {[]event.Report{source("a", "", "C", "", "gone")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"two copies of what is gone":    {[]event.Report{source("a", "", "C", "", "gone"), source("b", "", "C", "", "gone")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"two copies of what is denied":  {[]event.Report{denying("d"), source("a", "", "C", "", "d"), source("b", "", "C", "", "d")}, event.Corroboration{Independent: 1, Denied: 1, Credibility: 3, Certainty: "Possible"}},
		"one agency by two names":       {[]event.Report{source("a", "", "C", "интерфакс", ""), source("b", "", "C", "interfax", "")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"an agency's Russian feed":      {[]event.Report{source("Кабар", "", "C", "", ""), source("b", "", "C", "kabar", "")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"one state's outlets":           {[]event.Report{source("a", "state: Kazakhstan", "C", "", ""), source("b", "State: Kazakhstan", "C", "", "")}, event.Corroboration{Independent: 1, State: 1, Credibility: 3, Certainty: "Possible"}},
		"two states":                    {[]event.Report{source("a", "state: Kazakhstan", "C", "", ""), source("b", "state: Russia", "C", "", "")}, event.Corroboration{Independent: 2, State: 2, Credibility: 2, Certainty: "Likely"}},
		"a state and a free outlet":     {[]event.Report{source("a", "state: Russia", "C", "", ""), source("b", "", "C", "", "")}, event.Corroboration{Independent: 2, State: 1, Credibility: 2, Certainty: "Likely"}},
		"a free outlet citing a state":  {[]event.Report{source("TASS", "state: Russia", "C", "", ""), source("b", "", "C", "tass", "")}, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
		"forty outlets, one wire story": {wire(40), event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}},
	} {
		equal(t, name, corroborate(c.reports), c.want)
	}
	for credibility, want := range map[int]string{1: "Observed", 2: "Likely", 3: "Possible", 4: "Possible", 5: "Unlikely", 6: "Unknown"} {
		equal(t, fmt.Sprint("certainty of ", credibility), certainty(credibility), want)
	}
}

func wire(n int) []event.Report {
	out := make([]event.Report, n)
	for i := range out {
		out[i] = event.Report{Item: fmt.Sprint(i), Source: event.Source{Feed: fmt.Sprint(i), Reliability: "C"}}
		if i > 0 {
			out[i].CopyOf = "0"
		}
	}
	return out
}
