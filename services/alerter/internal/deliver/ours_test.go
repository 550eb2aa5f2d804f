package deliver_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/sinktest"
)

// What goes wrong with our own store is not the channel's: it is told of no failure, is left no pause, and what
// could not be written down is done once it can.
func TestFaultOurOwnStoreIsNoTroubleOfAChannel(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	var edits atomic.Int32
	sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		if strings.HasSuffix(m.Path, "chat.update") {
			edits.Add(1)
			return sinktest.Answer{Body: `{"ok":false,"error":"edit_window_closed"}`}
		}
		return sinktest.Answer{}
	})
	b := bustest.Start(t)
	marks, err := b.Bucket(t.Context(), bus.SentMarks)
	if err != nil {
		t.Fatal(err)
	}
	d := open(t, b, chats(sink), soon)
	s := d.story("slack-0", "a")
	s.change(event.ChangeNew, "first report")
	sinktest.Wait(t, "it is posted", func() bool { return d.count("desk", "slack-0", "sent") == 1 })
	edit := s.next(event.ChangeReport, "further report")
	if len(edit) != 1 || !edit[0].Update {
		t.Fatalf("not an edit: %+v", edit)
	}
	broken, err := marks.Put(t.Context(), edit[0].ID, []byte("{nonsense"), 0) // it becomes a message, and has a mark that nobody can read
	if err != nil {
		t.Fatal(err)
	}
	tries := len(sink.Messages())
	d.send(edit[0])
	sinktest.Wait(t, "the edit is refused", func() bool { return len(sink.Messages()) > tries })
	began := time.Now()
	d.story("slack-0", "b").change(event.ChangeNew, "first report")
	sinktest.Wait(t, "another one is posted", func() bool { return d.count("desk", "slack-0", "sent") == 2 })
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("another message waited %s", took)
	}
	sinktest.Never(t, "the channel is blamed", time.Second, func() bool {
		return len(failing(t, b)) > 0 || d.count("desk", "slack-0", "failed") > 0
	})
	sinktest.Never(t, "the channel is asked again and again", 17*time.Second, func() bool { return edits.Load() > 3 })
	if err := marks.Delete(t.Context(), edit[0].ID, broken); err != nil {
		t.Fatal(err)
	}
	sinktest.Wait(t, "it is posted in place of the edit", func() bool { return d.count("desk", "slack-0", "edited") == 1 })
	wantFailing(t, b)
}
