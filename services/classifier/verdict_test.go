package classifier

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/pkg/bus"
	"faultline/pkg/event"
)

// judge puts a word of the desk on its stream.
func (r *running) judge(t *testing.T, id string, f event.Feedback) {
	t.Helper()
	f.ID = id
	data, err := event.Encode(&f)
	if err != nil {
		t.Fatal(err)
	}
	r.say(t, id, data)
}

func (r *running) say(t *testing.T, id string, data []byte) {
	t.Helper()
	if _, err := r.bus.Publish(t.Context(), bus.Message{Subject: bus.FeedbackSubject(id), ID: id, Data: data}); err != nil {
		t.Fatal(err)
	}
}

// Each alarm counts once, by the last word on it; what never was an alarm, and what
// cannot be read, does not.
func TestFaultVerdictsAreCounted(t *testing.T) {
	r := start(t, newFolder(t))
	item := func(id, title string) event.Item { return event.Item{ID: id, Title: title, Language: "en"} }
	r.judge(t, "1", event.Feedback{Item: item("a", "Clashes in Osh"), True: true})
	r.judge(t, "2", event.Feedback{Item: item("b", "Clashes in Osh"), True: true})
	r.judge(t, "3", event.Feedback{Item: item("c", "All is quiet"), True: true})
	r.say(t, "4", []byte("not a word"))
	r.judge(t, "5", event.Feedback{Item: item("b", "Clashes in Osh"), True: false})
	r.judge(t, "6", event.Feedback{Item: item("b", "Clashes in Osh"), True: false, Indicator: "other"})
	r.judge(t, "7", event.Feedback{Item: item("d", "Clashes in Osh"), True: true})
	want := `# HELP faultline_judged_alarms Alarms that the desk called true or false, by each indicator that had a part in them.
# TYPE faultline_judged_alarms gauge
faultline_judged_alarms{indicator="clash",verdict="false"} 1
faultline_judged_alarms{indicator="clash",verdict="true"} 2
`
	eventually(t, "two are true and one is false", func() bool {
		return testutil.GatherAndCompare(r.registry, strings.NewReader(want), "faultline_judged_alarms") == nil
	})
	if err := r.stop(); err != nil {
		t.Error(err)
	}
}
