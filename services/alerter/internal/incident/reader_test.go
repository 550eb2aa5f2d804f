package incident_test

import (
	"errors"
	"fmt"
	"reflect"
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
