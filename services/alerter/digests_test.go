package alerter_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/services/alerter"
	"faultline/services/alerter/internal/sinktest"
)

// digestKey is where the state of the digest "daily" and its token are.
const digestKey = "digest.daily"

// clockwork is a bus with the state of a digest, which a test sets as time would.
type clockwork struct {
	t      *testing.T
	bus    *bus.Bus
	states *bus.Bucket
}

type digestState struct {
	Clock      string
	Due, Since time.Time
}

func newClockwork(t *testing.T) *clockwork {
	t.Helper()
	b := bustest.Start(t)
	states, err := b.Bucket(t.Context(), bus.GroupState)
	if err != nil {
		t.Fatal(err)
	}
	return &clockwork{t, b, states}
}

// state is nil while there is none.
func (c *clockwork) state() (s *digestState) {
	c.t.Helper()
	entry, err := c.states.Get(c.t.Context(), digestKey)
	if errors.Is(err, bus.ErrNotFound) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(entry.Value, &s)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

// set makes the digest due at a time, with a token.
func (c *clockwork) set(s digestState) {
	c.t.Helper()
	data, err := json.Marshal(map[string]any{"clock": s.Clock, "due": s.Due, "since": s.Since})
	if err != nil {
		c.t.Fatal(err)
	}
	var revision uint64
	if entry, err := c.states.Get(c.t.Context(), digestKey); err == nil {
		revision = entry.Revision
	}
	if _, err := c.states.Put(c.t.Context(), digestKey, data, revision); err != nil {
		c.t.Fatal(err)
	}
	c.token()
}

func (c *clockwork) token() {
	c.t.Helper()
	if err := c.bus.Timers(bus.Groups).Schedule(c.t.Context(), digestKey, time.Now(), nil); err != nil {
		c.t.Fatal(err)
	}
}

func (c *clockwork) scheduled() time.Time {
	c.t.Helper()
	at, err := c.bus.Timers(bus.Groups).When(c.t.Context(), digestKey)
	if err != nil {
		c.t.Fatal(err)
	}
	return at
}

// daily is a configuration with a digest beside messages at once.
func daily(sink *sinktest.Sink, schedule string) *config.Dir {
	return files(map[string]string{
		"alerting.yaml":  "route: {receiver: nobody, group_wait: 0s}\nreceivers:\n- name: nobody\n- name: desk\n  webhook_configs: [{url: '" + sink.URL + "/webhook'}]\n",
		"faultline.yaml": fmt.Sprintf("alerter:\n  digests:\n  - {name: daily, schedule: '%s', time_zone: Asia/Bishkek, receiver: desk}\n", schedule),
	})
}

func (c *clockwork) run(dir *config.Dir) (stop func()) {
	c.t.Helper()
	_, stop = run(c.t, alerter.Options{Config: dir, Settings: settings(c.t, dir), Bus: c.bus})
	return stop
}

// A digest whose stored state is damaged begins anew.
func TestDigestWithADamagedState(t *testing.T) {
	sink, c := sinktest.HTTP(t), newClockwork(t)
	if _, err := c.bus.Publish(t.Context(), bus.Message{Subject: "$KV." + bus.GroupState + "." + bus.Token(digestKey), Data: []byte("\x28\xb5\x2f\xfd\x00damaged")}); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	c.run(daily(sink, "0 7 * * *"))
	var got digestState
	sinktest.Wait(t, "it has a state", func() bool {
		entry, err := c.states.Get(t.Context(), digestKey)
		return err == nil && json.Unmarshal(entry.Value, &got) == nil
	})
	if !got.Due.After(began) || got.Since.Before(began.Add(-time.Second)) {
		t.Errorf("begun as %+v", got)
	}
}

// TestDigest: at its time a digest tells the period, once, whatever becomes of its
// token, and the next one is due.
func TestDigest(t *testing.T) {
	sink, c := sinktest.HTTP(t), newClockwork(t)
	c.run(daily(sink, "0 7 * * *"))
	sinktest.Wait(t, "the digest is scheduled", func() bool { return c.state() != nil && !c.scheduled().IsZero() })
	first := *c.state()
	if at := first.Due.UTC(); at.Hour() != 1 || at.Minute() != 0 || !at.After(time.Now()) || !c.scheduled().Equal(at) || first.Since.IsZero() {
		t.Errorf("due at %s, scheduled at %s", at, c.scheduled())
	}
	assess(t, c.bus, "item1", "alpha", "Governor kidnapped in Osh")
	states := func() (n int) {
		bucket, err := c.bus.Bucket(t.Context(), bus.IncidentState)
		if err == nil {
			err = bucket.Each(t.Context(), func(bus.Entry) error { n++; return nil })
		}
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	sinktest.Wait(t, "there is an incident", func() bool { return states() == 1 })
	due := digestState{first.Clock, time.Now().Add(-time.Second), first.Since}
	c.set(due)
	sinktest.Wait(t, "the digest is told", func() bool { return len(sink.Messages()) == 1 })
	body := sink.Messages()[0].Body
	for _, part := range []string{"daily: 1 new, 0 escalated, 0 closed", "Ferghana Valley: index ", "high, new: Governor kidnapped in Osh (Osh)", "Top sources: ALPHA 1", `"category":"digest"`} {
		if !strings.Contains(body, part) {
			t.Errorf("no %q in %s", part, body)
		}
	}
	if strings.Contains(body, "Delayed by") {
		t.Errorf("it is on time: %s", body)
	}
	sinktest.Wait(t, "the next one is due", func() bool { return c.state().Due.Equal(first.Due) && c.scheduled().Equal(first.Due) })
	if c.state().Since.Before(due.Due) {
		t.Error("the next one tells again what was told")
	}
	c.token() // delivered again
	sinktest.Wait(t, "it is due when it was", func() bool { return c.scheduled().Equal(first.Due) })
	c.set(due) // stopped between the messages and the state
	sinktest.Wait(t, "the next one is due again", func() bool { return c.state().Due.Equal(first.Due) && c.scheduled().Equal(first.Due) })
	sinktest.Never(t, "it was told twice", 300*time.Millisecond, func() bool { return len(sink.Messages()) > 1 })
}

// TestMissedDigest: what was due while nothing ran is told once, by one of two
// alerters, and says how late it is.
func TestMissedDigest(t *testing.T) {
	sink, c := sinktest.HTTP(t), newClockwork(t)
	dir := daily(sink, "0 7 * * *")
	stop := c.run(dir)
	sinktest.Wait(t, "the digest is scheduled", func() bool { return c.state() != nil && !c.scheduled().IsZero() })
	stop()
	s := *c.state()
	next := s.Due
	c.set(digestState{s.Clock, time.Now().Add(-50 * time.Hour), time.Now().Add(-74 * time.Hour)}) // three were missed
	c.run(dir)
	c.run(dir)
	sinktest.Wait(t, "the digest is told", func() bool { return len(sink.Messages()) == 1 })
	if body := sink.Messages()[0].Body; !strings.Contains(body, "Delayed by 2 d 2 h.") || !strings.Contains(body, "daily: nothing new") {
		t.Errorf("it says %s", body)
	}
	sinktest.Wait(t, "the next one is due", func() bool { return c.state().Due.Equal(next) && c.scheduled().Equal(next) })
	sinktest.Never(t, "a missed one was told by itself", 300*time.Millisecond, func() bool { return len(sink.Messages()) > 1 })
}

// TestDigestsChange: another schedule holds from the next start or reload on, what
// was told stays told; one that is gone leaves nothing.
func TestDigestsChange(t *testing.T) {
	sink, c := sinktest.HTTP(t), newClockwork(t)
	stop := c.run(daily(sink, "0 7 * * *"))
	sinktest.Wait(t, "the digest is scheduled", func() bool { return c.state() != nil && !c.scheduled().IsZero() })
	stop()
	before := *c.state()
	stop = c.run(daily(sink, "30 9 * * *"))
	sinktest.Wait(t, "the other schedule holds", func() bool {
		return c.state().Due.UTC().Format("15:04") == "03:30" && c.scheduled().Equal(c.state().Due)
	})
	if !c.state().Since.Equal(before.Since) {
		t.Error("the period begins anew")
	}
	stop()
	c.run(files(map[string]string{"alerting.yaml": "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"}))
	c.token()
	sinktest.Wait(t, "nothing is left", func() bool { return c.state() == nil })
	if n := len(sink.Messages()); n > 0 {
		t.Errorf("%d messages", n)
	}
}

func TestFaultDigestsInTheFile(t *testing.T) {
	const routes = "route: {receiver: nobody}\nreceivers: [{name: nobody}, {name: desk, webhook_configs: [{url: 'http://127.0.0.1:1/'}]}]\n"
	for text, want := range map[string]string{
		"[{name: daily, schedule: '0 7 * * *', receiver: dsek}]":                                         `:2:60: alerting.yaml has no receiver "dsek"; name one of its receivers`,
		"[{name: daily, schedule: '0 7 * * *', receiver: nobody}]":                                       `receiver "nobody" has no channel`,
		"[{name: daily, schedule: '7 o clock', receiver: desk}]":                                         `:2:37: digests[0].schedule: "7 o clock": `,
		"[{name: daily, schedule: '@daily', receiver: desk, zone: UTC}]":                                 `unknown field "zone"`,
		"[{name: a, schedule: '@daily', receiver: desk}, {name: a, schedule: '@daily', receiver: desk}]": "digests[1].name: a digest above has the name a",
		"[{name: a, schedule: '@daily', receiver: desk, time_zone: Bishkek}]":                            `"Bishkek" is no time zone; write a name such as Asia/Bishkek`,
		"[{name: a, schedule: '@daily', receiver: desk, matchers: ['severity=~\"(\"']}]":                 "is no matcher",
		"[{schedule: '@daily', receiver: desk}]":                                                         `"" is no name of a digest`,
	} {
		err := alerter.CheckConfig(files(map[string]string{"alerting.yaml": routes, "faultline.yaml": "alerter:\n  digests: " + text + "\n"}))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "faultline.yaml:2:") {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// The digest is a notification like any other: a channel that is away has it later.
func TestDigestWaitsForItsChannel(t *testing.T) {
	sink, c := sinktest.HTTP(t), newClockwork(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 503}))
	c.run(daily(sink, "0 7 * * *"))
	sinktest.Wait(t, "the digest is scheduled", func() bool { return c.state() != nil && !c.scheduled().IsZero() })
	s := *c.state()
	c.set(digestState{s.Clock, time.Now().Add(-time.Second), s.Since})
	sinktest.Wait(t, "it was tried", func() bool { return sink.Tries() > 0 })
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	sinktest.Wait(t, "it is told", func() bool { return len(sink.Messages()) == 1 })
}
