package event_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

var update = flag.Bool("update", false, "write the golden files")

var seen = time.Date(2026, 3, 2, 10, 0, 5, 0, time.UTC)

func item() event.Item {
	return event.Item{
		ID: event.NewID("wire", "guid-1"), Revision: 1, URL: "https://wire.example/1", Title: "Gunmen seize administration in Naryn",
		Text: "Armed men stormed the building.", TextSource: "feed", Truncated: true, Language: "en",
		Source:    event.Source{Feed: "wire", Title: "Wire", Country: "KG", Owner: "wire-group", Reliability: "B", Tags: []string{"local"}},
		Published: seen.Add(-5 * time.Second), PublishedSource: event.PublishedFeed, FirstSeen: seen.Add(-time.Minute), Seen: seen, Backlog: true, Exercise: true,
	}
}

func finding() event.Finding {
	return event.Finding{Indicator: "building-seized", Title: "A government building is seized", Category: "building-seizure", Severity: event.SeverityHigh,
		Assertion: event.Asserted, Points: 55.5, Guard: "drill", Codes: map[string]string{"acled": "Looting/property destruction"},
		Evidence:    []event.Evidence{{Field: event.FieldTitle, Start: 7, End: 27, Text: "seize administration"}},
		Attribution: &event.Attribution{Source: "official", Evidence: event.Evidence{Field: event.FieldTitle, Start: 38, End: 49, Text: "police said"}}}
}

func naryn() event.Place {
	return event.Place{Evidence: event.Evidence{Field: event.FieldTitle, Start: 31, End: 36, Text: "Naryn"},
		GeonameID: 1527592, Name: "Naryn", Country: "KG", Admin1: "04", Lat: 41.43, Lon: 76, Confidence: .9}
}

func assessment() event.Assessment {
	place := naryn()
	return event.Assessment{
		ID: event.NewID("a"), Item: item(), Language: "en", Relevant: true, Score: 61, Severity: event.SeverityHigh, Categories: []string{"building-seizure"},
		Findings: []event.Finding{finding()}, Places: []event.Place{place}, Main: &place, Regions: []string{"kyrgyzstan"},
		Casualties: event.Casualties{Killed: &event.Count{Min: 1, Max: 1}, Injured: &event.Count{Min: 12}}, Entities: []string{"office:governor"},
		Ruleset: "abc123", Assessed: seen,
	}
}

func incident() event.Incident {
	place := naryn()
	return event.Incident{
		ID: event.NewID("i"), Revision: 2, Change: event.Change{Kind: event.ChangeEscalated, Reasons: []string{"second independent source"}, Report: 1},
		Status: event.StatusOpen, Region: "kyrgyzstan", Regions: []string{"kyrgyzstan"}, Country: "KG", Place: &place, Headline: "Gunmen seize administration in Naryn",
		Language: "en", Indicator: "building-seized", Category: "building-seizure", Categories: []string{"building-seizure"}, Severity: event.SeverityHigh, Score: 61,
		Casualties: event.Casualties{Killed: &event.Count{Min: 1, Max: 1}}, Entities: []string{"office:governor"},
		Reports: []event.Report{{Item: item().ID, Assessment: event.NewID("a"), Source: item().Source, URL: item().URL, Title: item().Title, Lead: item().Text,
			Language: "en", Score: 61, Severity: event.SeverityHigh, Findings: []event.Finding{finding()}, Times: event.Times{Published: seen, Seen: seen},
			PublishedSource: event.PublishedFeed, CopyOf: "x", Signature: []uint32{1, 2}}},
		Corroboration: event.Corroboration{Independent: 2, Credibility: 2, Certainty: "Likely"}, Opened: seen, Updated: seen.Add(time.Second), Exercise: true,
	}
}

func notification() event.Notification {
	return event.Notification{
		ID: event.NewID("n"), Receiver: "desk", Integration: "slack-0", GroupKey: "{}:{region=\"kyrgyzstan\"}", GroupLabels: map[string]string{"region": "kyrgyzstan"},
		Reason: "first notification", RepeatInterval: 4 * time.Hour, Created: seen, Exercise: true,
		Alerts: []event.Alert{{Incident: event.NewID("i"), Revision: 2, Labels: map[string]string{"alertname": "building-seized"},
			Annotations: map[string]string{"summary": "Gunmen seize administration"}, StartsAt: seen, EndsAt: seen.Add(time.Hour), GeneratorURL: "https://wire.example/1",
			Times: event.Times{Seen: seen}}},
	}
}

// golden compares the document's JSON with its file and reads it back.
func golden[T any, P interface{ *T }](t *testing.T, name string, doc T, encode func(P) ([]byte, error), decode func([]byte, P) error) {
	t.Helper()
	data, err := encode(&doc)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, append(data, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(data)+"\n" != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, data, want)
	}
	var back T
	if err := decode(want, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, doc) {
		t.Errorf("%s reads back as\n%+v\nwant\n%+v", name, back, doc)
	}
}

func TestGolden(t *testing.T) {
	golden(t, "item.json", item(), func(d *event.Item) ([]byte, error) { return event.Encode(d) }, func(b []byte, d *event.Item) error { return event.Decode(b, d) })
	golden(t, "assessment.json", assessment(), func(d *event.Assessment) ([]byte, error) { return event.Encode(d) }, func(b []byte, d *event.Assessment) error { return event.Decode(b, d) })
	golden(t, "incident.json", incident(), func(d *event.Incident) ([]byte, error) { return event.Encode(d) }, func(b []byte, d *event.Incident) error { return event.Decode(b, d) })
	golden(t, "notification.json", notification(), func(d *event.Notification) ([]byte, error) { return event.Encode(d) }, func(b []byte, d *event.Notification) error { return event.Decode(b, d) })
	feedback := event.Feedback{ID: event.NewID("f"), Item: item(), True: true, Indicator: "building-seized", Note: "seen by our man there", By: "night desk", Given: seen}
	notice := event.Notice{
		ID: event.NewID("n"), Kind: event.NoticeFeedQuiet, Feed: "wire", Region: "kyrgyzstan", Host: "desk-1", Channel: "desk/slack-0", Country: "KG", Severity: event.SeverityLow,
		Summary: "Wire has gone quiet", Detail: "Nothing new since 2 Mar 04:00 UTC", Remedy: "open the outlet's site", Since: seen, Over: seen.Add(time.Hour), Exercise: true,
	}
	golden(t, "notice.json", notice, func(d *event.Notice) ([]byte, error) { return event.Encode(d) }, func(b []byte, d *event.Notice) error { return event.Decode(b, d) })
	golden(t, "feedback.json", feedback, func(d *event.Feedback) ([]byte, error) { return event.Encode(d) }, func(b []byte, d *event.Feedback) error { return event.Decode(b, d) })
}

func TestDecodeOtherVersions(t *testing.T) {
	var i event.Item
	if err := event.Decode([]byte(`{"schema":"item/1","id":"x","a_field_of_tomorrow":{"deep":[1]}}`), &i); err != nil || i.ID != "x" {
		t.Errorf("a newer minor version: %v, %+v", err, i)
	}
	if err := event.Decode([]byte(`{"schema":"item/1"}`), &i); err != nil {
		t.Errorf("an older minor version without most fields: %v", err)
	}
	for name, text := range map[string]string{
		"newer major": `{"schema":"item/2","id":"x"}`, "other kind": `{"schema":"incident/1"}`, "none": `{"id":"x"}`,
		"no number": `{"schema":"item/x"}`, "zero": `{"schema":"item/0"}`, "more digits": `{"schema":"item/12"}`, "negative": `{"schema":"item/-1"}`,
	} {
		if err := event.Decode([]byte(text), &i); !errors.Is(err, event.ErrVersion) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for _, text := range []string{"", "[", `{"schema":"item/1","title":3}`} {
		if err := event.Decode([]byte(text), &i); err == nil || errors.Is(err, event.ErrVersion) {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestNewIDSeparatesParts(t *testing.T) {
	ids := []string{event.NewID(), event.NewID(""), event.NewID("ab", "c"), event.NewID("a", "bc"), event.NewID("abc")}
	for i, id := range ids {
		if len(id) != 32 || slices.Contains(ids[:i], id) {
			t.Errorf("id %d is %q", i, id)
		}
	}
	if again := event.NewID("ab", "c"); again != ids[2] {
		t.Errorf("the same parts give %s, then %s", ids[2], again)
	}
}

func TestSeverityRank(t *testing.T) {
	for i, s := range event.Severities() {
		if s.Rank() != i {
			t.Errorf("%s has rank %d", s, s.Rank())
		}
	}
	if event.Severity("dire").Rank() != -1 {
		t.Error("an unknown severity has a rank")
	}
	if n := len(event.Categories()); n != 18 {
		t.Errorf("%d categories", n)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"item.json", "assessment.json", "incident.json", "notification.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, line := range oddities {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var i, std event.Incident
		err := event.Decode(data, &i)
		if stdErr := json.Unmarshal(data, &std); err == nil && (stdErr != nil || !reflect.DeepEqual(i, std)) {
			t.Errorf("read as %+v, encoding/json says %+v, %v", i, std, stdErr)
		} else if err != nil {
			return
		}
		again, err := event.Encode(&i)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(again) {
			t.Errorf("not JSON: %s", again)
		}
	})
}

// Documents that readers of JSON disagree about.
var oddities = []string{
	`{"schema":"incident/1","headline":"a","headline":"b"}`,
	`{"schema":"incident/1","HeadLine":"other case","Reports":null}`,
	`{"schema":"incident/1","headline":"\xff\ud800"}`,
	`{"schema":"incident/1","reports":[{"title":"a"},{}],"reports":[{"url":"b"}]}`,
	`{"schema":"incident/1","casualties":{"killed":null,"injured":{"min":1e0}}}`,
	`{"schema":"incident/1","score":1.5}`,
	`{"schema":"incident/1","score":99999999999999999999}`,
	`{"schema":"incident/1","opened":"2026-03-02T10:00:05+06:00"}`,
	`{"schema":"incident/1","opened":"yesterday"}`,
	`{"schema":"incident/1","unknown":{"deep":[1,{"a":null}]},"exercise":true}`,
	`{"schema":"incident/1"} trailing`,
	`{"schema":"incident/1",}`,
	`{"schema":"incident/1","headline":"cut`,
	`{"schema":"incident/1","categories":"not a list"}`,
	"{\"schema\":\"incident/1\",\"headline\":\"raw\tcontrol\"}",
}

// What a document says must not depend on which library reads it: others read the
// streams with encoding/json.
func TestDecodeReadsWhatEncodingJSONReads(t *testing.T) {
	for _, line := range oddities {
		var got, want event.Incident
		err, stdErr := event.Decode([]byte(line), &got), json.Unmarshal([]byte(line), &want)
		if (err == nil) != (stdErr == nil) || err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\nread as %+v, %v\nencoding/json says %+v, %v", line, got, err, want, stdErr)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, doc := range []event.Document{new(event.Item), new(event.Assessment), new(event.Incident)} {
		fresh := reflect.TypeOf(doc).Elem()
		name := strings.ToLower(fresh.Name())
		data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := event.Decode(data, reflect.New(fresh).Interface().(event.Document)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The kinds come in one order, and a reader may stop.
func TestCounts(t *testing.T) {
	c := event.Casualties{Injured: &event.Count{Min: 3}}
	var got []string
	for kind, n := range c.Counts() {
		if got = append(got, kind); (n != nil) != (kind == "injured") {
			t.Errorf("%s: %+v", kind, n)
		}
		if kind == "detained" {
			break
		}
	}
	if fmt.Sprint(got) != "[killed injured missing detained]" {
		t.Errorf("kinds %v", got)
	}
}

// A number that is passed is no number of its own, in words or in the data.
func TestCountSaysItsBounds(t *testing.T) {
	for want, c := range map[string]event.Count{
		"12": {Min: 12, Max: 12}, "0": {}, "at least 12": {Min: 12}, "10 to 15": {Min: 10, Max: 15}, "0 to 15": {Max: 15}, "more than 60": {Min: 60, Over: true},
	} {
		if got := c.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	data, err := json.Marshal(event.Count{Min: 60, Over: true})
	if err != nil || string(data) != `{"min":60,"over":true}` {
		t.Errorf("got %s, %v", data, err)
	}
}

// A time of another year says so.
func TestDeskActionSaysUntilWhen(t *testing.T) {
	at := time.Date(2026, 12, 31, 22, 0, 0, 0, time.UTC)
	a := event.DeskAction{Kind: event.DeskMuted, By: "aida", Comment: "known", At: at, Until: at.Add(time.Hour)}
	if got := a.String(); got != "muted by aida until 31 Dec 23:00 UTC: known" {
		t.Errorf("got %q", got)
	}
	a.Until = at.Add(4 * time.Hour)
	if got := a.String(); got != "muted by aida until 1 Jan 2027 02:00 UTC: known" {
		t.Errorf("got %q", got)
	}
}

func TestSlots(t *testing.T) {
	slot := func(text string) *event.Slot {
		return &event.Slot{Kind: "crowd", Evidence: event.Evidence{Field: event.FieldText, End: 3, Text: text}}
	}
	for _, c := range []struct {
		slots event.Slots
		names string
		json  string
	}{
		{event.Slots{}, "", `{"slots":{}}`},
		{event.Slots{Target: slot("bus")}, "target", `{"slots":{"target":{"kind":"crowd","field":"text","start":0,"end":3,"text":"bus"}}}`},
		{event.Slots{Actor: slot("mob"), Weapon: slot("axe"), Place: slot("Osh")}, "actor weapon place", ""},
	} {
		var names []string
		for name, s := range c.slots.All() {
			names = append(names, name)
			if c.slots.Get(name) != s {
				t.Errorf("%s is another one by its name", name)
			}
		}
		if got := strings.Join(names, " "); got != c.names || c.slots.Len() != len(names) || c.slots.Get("victim") != nil {
			t.Errorf("slots %q, want %q", got, c.names)
		}
		data, err := json.Marshal(map[string]event.Slots{"slots": c.slots})
		if err != nil || c.json != "" && string(data) != c.json {
			t.Errorf("%s, %v; want %s", data, err, c.json)
		}
		var back map[string]event.Slots
		if err := json.Unmarshal(data, &back); err != nil || back["slots"].Len() != len(names) {
			t.Errorf("read back: %+v, %v", back, err)
		}
		for range c.slots.All() {
			break // whoever stops is not asked again
		}
	}
	f := event.Finding{Indicator: "x"}
	if data, err := json.Marshal(f); err != nil || strings.Contains(string(data), "slots") {
		t.Errorf("%s, %v", data, err)
	}
	if actor, target := (event.Slots{Actor: slot("mob"), Target: slot("bus")}).Who(); actor != "mob" || target != "bus" {
		t.Errorf("%s and %s", actor, target)
	}
	leader := slot("Бакиева")
	leader.Label = "Kurmanbek Bakiyev"
	if _, target := (event.Slots{Target: leader}).Who(); target != "Kurmanbek Bakiyev" {
		t.Errorf("the target is named %s", target)
	}
}
