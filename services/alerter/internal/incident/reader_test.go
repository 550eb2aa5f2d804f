package incident_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
)

func encoded(t *testing.T, id string) []byte {
	t.Helper()
	data, err := event.Encode(&event.Incident{ID: id})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Who reads a message after another has it decoded already; what lies as far apart as
// to take its place is read anew, and never taken for it.
func TestReaderDecodesOnce(t *testing.T) {
	var r incident.Reader
	read := func(sequence uint64, id string) *event.Incident {
		t.Helper()
		i, err := r.Read(sequence, encoded(t, id))
		if err != nil || i.ID != id {
			t.Fatalf("message %d: %+v, %v", sequence, i, err)
		}
		return i
	}
	first := read(1, "a")
	if read(1, "a") != first {
		t.Error("decoded twice")
	}
	for sequence := uint64(2); sequence < 2000; sequence++ {
		read(sequence, fmt.Sprint("i", sequence))
	}
	if read(1, "a") == first {
		t.Error("the first message is kept for ever")
	}
	if read(1, "b") == read(1, "a") {
		t.Error("another message was taken for it")
	}
}

func TestReaderSaysWhatCannotBeRead(t *testing.T) {
	var r incident.Reader
	for range 2 {
		if _, err := r.Read(7, []byte(`{"schema":"incident/2"}`)); !errors.Is(err, event.ErrVersion) {
			t.Errorf("a later version: %v", err)
		}
	}
	if i, err := r.Read(7, encoded(t, "a")); err != nil || i.ID != "a" {
		t.Errorf("what can be read after it: %+v, %v", i, err)
	}
}

func TestReaderIsForMany(t *testing.T) {
	var r incident.Reader
	messages := make([][]byte, 300)
	for i := range messages {
		messages[i] = encoded(t, fmt.Sprint(i))
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for i, data := range messages {
				if in, err := r.Read(uint64(i), data); err != nil || in.ID != fmt.Sprint(i) {
					t.Errorf("message %d: %+v, %v", i, in, err)
				}
			}
		})
	}
	all.Wait()
}

func TestHeadIsAllButTheReports(t *testing.T) {
	whole := event.Incident{
		ID: "a", Revision: 3, Region: "kg", Severity: event.SeverityHigh, Status: event.StatusOpen, Place: &event.Place{Name: "Osh"},
		Change: event.Change{Kind: event.ChangeNew}, Categories: []string{"riot"}, Reports: []event.Report{{Item: "x", Signature: []uint32{1, 2}}},
	}
	data, err := event.Encode(&whole)
	if err != nil {
		t.Fatal(err)
	}
	head, err := incident.Head(data)
	whole.Reports = nil
	if err != nil || !reflect.DeepEqual(head, whole) {
		t.Errorf("got %+v, %v; want %+v", head, err, whole)
	}
	if _, err := incident.Head([]byte(`{"schema":"item/1"}`)); !errors.Is(err, event.ErrVersion) {
		t.Errorf("another document: %v", err)
	}
}

// What an older build stored of a report that was taken back is read as such, and a denial stays one.
func TestTakenBackInAnOlderBuild(t *testing.T) {
	report := func(item, feed, title string, change func(*event.Report)) event.Report {
		r := event.Report{Item: item, Source: event.Source{Feed: feed, Title: feed}, Title: title, Severity: event.SeverityHigh, Score: 60}
		change(&r)
		return r
	}
	denies := func(r *event.Report) { r.Denies = true }
	notice := func(r *event.Report) { r.Denies, r.Severity, r.Score = true, event.SeverityNone, 0 }
	edited := func(r *event.Report) { r.Denies, r.Revision = true, 1 }
	for name, c := range map[string]struct {
		second  event.Report
		stances []string
		support string
	}{
		"a revision":      {report("b", "wire", "Nobody took the office", edited), []string{"", "taken back"}, "single source, taken back by 1 source"},
		"its head":        {report("b", "wire", "RETRACTED: Crowd takes the office", notice), []string{"", "taken back"}, "single source, taken back by 1 source"},
		"of its own":      {report("b", "vesti", "We withdraw our earlier report on the office", notice), []string{"taken back", "taken back"}, "no source stands by it, taken back by 1 source"},
		"somebody denies": {report("b", "wire", "Nobody took the office", notice), []string{"", "denies it"}, "single source, denied by 1 source"},
		"judged anew":     {report("b", "wire", "Nobody took the office", denies), []string{"", "denies it"}, "single source, denied by 1 source"},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := event.Encode(&event.Incident{ID: "a", Reports: []event.Report{report("a", "vesti", "Crowd takes the office", func(*event.Report) {}), c.second}})
			if err != nil {
				t.Fatal(err)
			}
			i, err := incident.Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			var stances []string
			for _, r := range i.Reports {
				stances = append(stances, r.Stance())
			}
			if !slices.Equal(stances, c.stances) {
				t.Errorf("stances %q, want %q", stances, c.stances)
			}
			if c.second.Title != "Nobody took the office" && !strings.HasPrefix(i.Corroboration.String(), c.support) {
				t.Errorf("support %q, want %q", i.Corroboration.String(), c.support)
			}
		})
	}
}
