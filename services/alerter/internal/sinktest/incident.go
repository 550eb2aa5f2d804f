package sinktest

import (
	"time"

	"faultline/pkg/event"
)

// Now is the moment at which the test incident is told.
func Now() time.Time { return time.Date(2010, 5, 14, 9, 30, 12, 0, time.UTC) }

// Incident is an incident with everything in it.
func Incident() event.Incident {
	now := Now()
	place := &event.Place{GeonameID: 1527534, Name: "Osh", Country: "KG", Admin1: "08", Lat: 40.52828, Lon: 72.7985, Confidence: 0.93}
	first := event.Report{
		Item: "4f2d0c6a9b1e4f2d0c6a9b1e4f2d0c6a", Revision: 0, URL: "https://news.example.kg/osh?id=17&lang=en",
		Title: "Governor kidnapped as crowd storms offices in Osh", Language: "en", Score: 78, Severity: event.SeverityHigh,
		Source: event.Source{Feed: "example-kg", Title: "Example News", Country: "KG", Reliability: "B"},
		Findings: []event.Finding{
			{Indicator: "official-abducted", Title: "An official is abducted or held hostage", Category: "kidnapping", Severity: event.SeverityHigh,
				Assertion: event.Asserted, Points: 60, Evidence: []event.Evidence{{Field: event.FieldTitle, Start: 0, End: 18, Text: "Governor kidnapped"}}},
			{Indicator: "building-stormed", Title: "A government building is stormed", Category: "building-seizure", Severity: event.SeverityHigh,
				Assertion: event.Asserted, Points: 45, Evidence: []event.Evidence{{Field: event.FieldTitle, Start: 22, End: 42, Text: "crowd storms offices"}}},
			{Indicator: "civil-war", Title: "Civil war", Category: "armed-clash", Assertion: event.Hypothetical, Points: 4,
				Evidence: []event.Evidence{{Field: event.FieldText, Start: 200, End: 219, Text: "could slide into war"}}},
		},
		Times:           event.Times{Published: now.Add(-12 * time.Second), Seen: now.Add(-2 * time.Second), Assessed: now.Add(-1500 * time.Millisecond)},
		PublishedSource: event.PublishedFeed,
	}
	return event.Incident{
		ID: "0123456789abcdef0123456789abcdef", Revision: 1, Change: event.Change{Kind: event.ChangeNew, Reasons: []string{"first report"}},
		Status: event.StatusOpen, Region: "ferghana-valley", Country: "KG", Place: place,
		Headline: first.Title, Language: "en", Indicator: "official-abducted", Category: "kidnapping",
		Categories: []string{"building-seizure", "kidnapping"}, Severity: event.SeverityHigh, Score: 78,
		Casualties:    event.Casualties{Killed: &event.Count{Min: 1, Max: 1}, Injured: &event.Count{Min: 60}},
		Reports:       []event.Report{first},
		ReportCount:   1,
		Corroboration: event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"},
		Opened:        now.Add(-1 * time.Second), Updated: now.Add(-1 * time.Second),
	}
}

// Escalated is the incident after a second outlet told it.
func Escalated() event.Incident {
	in := Incident()
	second := in.Reports[0]
	second.Item, second.URL = "9e8d7c6b5a493827160594837261504f", "https://www.other.example/world/osh"
	second.Title = "Osh governor held by protesters"
	second.Source = event.Source{Feed: "other", Title: "Other Wire", Country: "GB", Reliability: "A"}
	second.Findings = second.Findings[:1]
	in.Reports = append(in.Reports, second)
	in.ReportCount = 2
	in.Revision, in.Severity, in.Score = 2, event.SeverityCritical, 91
	in.Change = event.Change{Kind: event.ChangeEscalated, Reasons: []string{"second independent source", "severity up to critical"}, Report: 1}
	in.Corroboration = event.Corroboration{Independent: 2, Credibility: 2, Certainty: "Likely"}
	in.Updated = in.Updated.Add(10 * time.Minute)
	return in
}

// Denied is that incident after a third outlet denied it.
func Denied() event.Incident {
	in := Escalated()
	denial := in.Reports[0]
	denial.Item, denial.URL, denial.Denies = "1b2c3d4e5f60718293a4b5c6d7e8f900", "https://vesti.example/osh", true
	denial.Title, denial.Language, denial.Score, denial.Severity = "МВД опровергло похищение губернатора в Оше", "ru", 6, event.SeverityNone
	denial.Source = event.Source{Feed: "vesti", Title: "Vesti", Country: "KG", Reliability: "C", Owner: "state: Kyrgyzstan"}
	kidnapping := denial.Findings[0]
	kidnapping.Assertion, kidnapping.Points = event.Denied, 6
	kidnapping.Evidence = []event.Evidence{{Field: event.FieldTitle, Start: 7, End: 58, Text: "опровергло похищение губернатора"}}
	denial.Findings = []event.Finding{kidnapping, denial.Findings[2]}
	in.Reports = append(in.Reports, denial)
	in.ReportCount, in.Revision = 3, 3
	in.Change = event.Change{Kind: event.ChangeDenied, Reasons: []string{"Vesti denies it: An official is abducted or held hostage"}, Report: 2}
	in.Corroboration = event.Corroboration{Independent: 2, Denied: 1, Credibility: 3, Certainty: "Possible"}
	in.Updated = in.Updated.Add(10 * time.Minute)
	return in
}
