package notice_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/bus/notice"
	"faultline/pkg/event"
)

const name = "desk/slack[0]"

// begin tells of a trouble unless one is open, end that it is over if one is.
func begin(by string) func(event.Notice) (event.Notice, bool) {
	return func(last event.Notice) (event.Notice, bool) {
		n := event.Notice{ID: by, Kind: event.NoticeChannelFailing, Channel: name, Severity: event.SeverityHigh, Summary: by, Since: time.Now().UTC()}
		return n, last.ID == "" || !last.Over.IsZero()
	}
}

func end(last event.Notice) (event.Notice, bool) {
	open := last.ID != "" && last.Over.IsZero()
	last.Over = time.Now().UTC()
	return last, open
}

func settle(t *testing.T, b *bus.Bus, decide func(event.Notice) (event.Notice, bool)) {
	t.Helper()
	if err := notice.Settle(t.Context(), b, event.NoticeChannelFailing, name, decide); err != nil {
		t.Error(err)
	}
}

// told are the notices on the stream, of which "/9" is one that this build cannot read.
func told(t *testing.T, b *bus.Bus) (all []string) {
	t.Helper()
	err := b.Replay(t.Context(), bus.Notices, []string{bus.NoticeFilter(string(event.NoticeChannelFailing))}, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var n event.Notice
		switch err := event.Decode(d.Data, &n); {
		case err != nil:
			all = append(all, "/9")
		case n.Over.IsZero():
			all = append(all, "+"+n.ID)
		default:
			all = append(all, "-"+n.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Of many that find the same at once one tells it, and one its end.
func TestManyTellOnce(t *testing.T) {
	b := bustest.Start(t)
	for round, decide := range []func(by string) func(event.Notice) (event.Notice, bool){begin, func(string) func(event.Notice) (event.Notice, bool) { return end }} {
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() { settle(t, b, decide(fmt.Sprint("host", i))) })
		}
		all.Wait()
		if got := told(t, b); len(got) != round+1 || got[round][1:] != got[0][1:] {
			t.Errorf("told %v", got)
		}
	}
}

// What a newer build told is nothing that is told; several notices may follow from one look.
func TestUntilNothingIsLeftToTell(t *testing.T) {
	b := bustest.Start(t)
	if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.NoticeSubject(string(event.NoticeChannelFailing), name), Data: []byte(`{"schema":"notice/9"}`)}); err != nil {
		t.Fatal(err)
	}
	settle(t, b, begin("a"))
	settle(t, b, begin("b"))
	settle(t, b, func(last event.Notice) (event.Notice, bool) { // another trouble takes its place
		if last.ID == "a" && last.Over.IsZero() {
			return end(last)
		}
		return begin("c")(last)
	})
	if got := fmt.Sprint(told(t, b)); got != "[/9 +a -a +c]" {
		t.Errorf("told %s", got)
	}
}

// A server that is away is an error when the time is over, and nothing is half told.
func TestFaultNoticeThatCannotBeTold(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	s.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := notice.Settle(ctx, b, event.NoticeChannelFailing, name, begin("a")); err == nil {
		t.Error("told without a server")
	}
	s.Restart()
	settle(t, b, begin("b"))
	if got := fmt.Sprint(told(t, b)); got != "[+b]" {
		t.Errorf("told %s", got)
	}
}

// A trouble that is found again after somebody told its end is told again, whatever it is called.
func TestTroubleThatComesBackIsTold(t *testing.T) {
	b := bustest.Start(t)
	for range 2 {
		settle(t, b, begin("a"))
		settle(t, b, end)
	}
	if got := fmt.Sprint(told(t, b)); got != "[+a -a +a -a]" {
		t.Errorf("told %s", got)
	}
}
