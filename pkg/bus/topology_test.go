package bus_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"

	"github.com/nats-io/nats.go/jetstream"
)

func streamConfig(t *testing.T, js jetstream.JetStream, name string) jetstream.StreamConfig {
	t.Helper()
	s, err := js.Stream(t.Context(), name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s.CachedInfo().Config
}

func TestTopologyIsAppliedInFull(t *testing.T) {
	s := bustest.StartServer(t, bustest.Bare())
	b, js := s.Bus(), s.JetStream()
	if err := b.Verify(t.Context(), bus.DefaultTuning()); !errors.Is(err, bus.ErrMissing) || !strings.Contains(err.Error(), "faultline topology") {
		t.Errorf("verifying nothing: %v", err)
	}
	if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	if err := b.Verify(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{bus.Items, bus.Assessments, bus.Incidents, bus.Notifications, bus.Notices, bus.Feedback, bus.DeadLetters} {
		c, window := streamConfig(t, js, name), 72*time.Hour
		if name == bus.Assessments {
			window = 2 * time.Hour
		}
		if c.Retention != jetstream.LimitsPolicy || c.Discard != jetstream.DiscardNew || c.Duplicates != window || c.MaxAge < 30*24*time.Hour && name != bus.Feedback || !c.AllowDirect || !c.AllowAtomicPublish {
			t.Errorf("%s is %+v", name, c)
		}
	}
	for _, name := range []string{bus.Poll, bus.Groups} {
		c := streamConfig(t, js, name)
		if c.Retention != jetstream.WorkQueuePolicy || !c.AllowMsgSchedules || c.MaxAge != 0 {
			t.Errorf("%s is %+v", name, c)
		}
		if behind := c.PersistMode == jetstream.AsyncPersistMode; c.Storage != jetstream.FileStorage || behind != (name == bus.Poll) {
			t.Errorf("%s is written %v", name, c.PersistMode)
		}
	}
	if c := streamConfig(t, js, bus.DeadLetters); len(c.Subjects) != 3 {
		t.Errorf("the dead letters take %v", c.Subjects)
	}
	for _, name := range []string{bus.FeedState, bus.Subscriptions, bus.IncidentState, bus.GroupState, bus.Silences, bus.SentMarks} {
		if _, err := js.KeyValue(t.Context(), name); err != nil {
			t.Errorf("bucket %s: %v", name, err)
		}
	}
}

func TestApplyIsIdempotentAndTunes(t *testing.T) {
	s := bustest.StartServer(t)
	b, js := s.Bus(), s.JetStream()
	publish(t, b, 1)
	tuning := bus.DefaultTuning()
	tuning.Items = bus.Retention{MaxAge: config.Duration(24 * time.Hour), MaxBytes: 1 << 30}
	for range 2 {
		if err := b.Apply(t.Context(), tuning); err != nil {
			t.Fatal(err)
		}
	}
	c := streamConfig(t, js, bus.Items)
	if c.MaxAge != 24*time.Hour || c.MaxBytes != 1<<30 || c.Duplicates != 24*time.Hour {
		t.Errorf("tuned to %v, %d bytes, duplicates %v", c.MaxAge, c.MaxBytes, c.Duplicates)
	}
	if err := b.Apply(t.Context(), bus.Tuning{}); err != nil {
		t.Fatal(err)
	}
	if c := streamConfig(t, js, bus.Items); c.MaxAge != 30*24*time.Hour || c.MaxBytes != -1 {
		t.Errorf("the zero tuning is %v, %d bytes, want the default", c.MaxAge, c.MaxBytes)
	}
	collect(t, b, quick("c"), 1) // what was there is still there
}

func TestSeveralMayApplyAtOnce(t *testing.T) {
	s := bustest.StartServer(t, bustest.Bare())
	var all sync.WaitGroup
	for range 4 {
		b := s.Bus()
		all.Go(func() {
			if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// The tokens of polls were once flushed one by one. Such a stream is made anew, once.
func TestFault116PollsOfAnOlderBuildAreMadeAnew(t *testing.T) {
	s := bustest.StartServer(t)
	b, js := s.Bus(), s.JetStream()
	c := streamConfig(t, js, bus.Poll)
	if err := js.DeleteStream(t.Context(), bus.Poll); err != nil {
		t.Fatal(err)
	}
	c.PersistMode, c.AllowAtomicPublish, c.Metadata = 0, true, map[string]string{"faultline_topology": "1", "owner": "desk"}
	if _, err := js.CreateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	timers := b.Timers(bus.Poll)
	tokens := due(t, timers) // of a fetcher that runs meanwhile
	if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	if c := streamConfig(t, js, bus.Poll); c.PersistMode != jetstream.AsyncPersistMode || c.Metadata["owner"] != "desk" || c.Metadata["faultline_topology"] != "3" {
		t.Errorf("made anew as %+v", c)
	}
	if err := timers.Schedule(t.Context(), "a", time.Now().Add(2*time.Second), nil); err != nil {
		t.Fatal(err)
	}
	if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	if got := wait(t, tokens); got.key != "a" {
		t.Errorf("fired %+v", got)
	}
}

// The server keeps the block that it writes in memory, so archives are written in
// small ones; those that an older build made, once the server has restarted.
func TestArchivesAreWrittenInSmallBlocks(t *testing.T) {
	s := bustest.StartServer(t)
	b, js := s.Bus(), s.JetStream()
	c := streamConfig(t, js, bus.Items)
	if err := js.DeleteStream(t.Context(), bus.Items); err != nil {
		t.Fatal(err)
	}
	c.MaxMsgsPerSubject = -1
	if _, err := js.CreateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	s.Restart()
	js = s.JetStream()
	for range 10 {
		if _, err := js.Publish(t.Context(), "items.a", make([]byte, 1<<19)); err != nil {
			t.Fatal(err)
		}
	}
	blocks, err := filepath.Glob(filepath.Join(s.StoreDir(), "*", "streams", bus.Items, "msgs", "*.blk"))
	if err != nil || len(blocks) != 2 {
		t.Errorf("5 MB are in %q, %v; want two blocks", blocks, err)
	}
	if c := streamConfig(t, js, bus.Items); c.MaxMsgsPerSubject <= 0 {
		t.Errorf("after applying it is %+v", c)
	}
}

// What an operator added stays.
func TestApplyKeepsWhatIsNotOurs(t *testing.T) {
	s := bustest.StartServer(t)
	b, js := s.Bus(), s.JetStream()
	c := streamConfig(t, js, bus.Items)
	c.RePublish = &jetstream.RePublish{Source: "items.*", Destination: "live.items.>"}
	c.RePublish.Destination = "live.{{wildcard(1)}}"
	c.Metadata["owner"] = "desk"
	c.MaxAge = time.Hour
	c.Duplicates = time.Hour
	if _, err := js.UpdateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	if c := streamConfig(t, js, bus.Items); c.RePublish == nil || c.Metadata["owner"] != "desk" || c.MaxAge != 30*24*time.Hour {
		t.Errorf("after applying it is %+v", c)
	}
}

func TestFault75And115StreamOfAnotherShapeIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		config jetstream.StreamConfig
		field  string
		texts  []string
	}{
		"other subjects": {jetstream.StreamConfig{Name: bus.Items, Subjects: []string{"orders.>"}}, "subjects",
			[]string{"stream ITEMS", "subjects is orders.>", "want items.*", "account of its own", "nats stream rm ITEMS"}},
		"work queue": {jetstream.StreamConfig{Name: bus.Items, Subjects: []string{"items.*"}, Retention: jetstream.WorkQueuePolicy}, "retention",
			[]string{"retention is WorkQueue, want Limits"}},
		"in memory": {jetstream.StreamConfig{Name: bus.Items, Subjects: []string{"items.*"}, Storage: jetstream.MemoryStorage}, "storage",
			[]string{"storage is Memory, want File"}},
		"may not delete": {jetstream.StreamConfig{Name: bus.Items, Subjects: []string{"items.*"}, DenyDelete: true}, "deny_delete", nil},
		"newer": {jetstream.StreamConfig{Name: bus.Items, Subjects: []string{"items.*", "more.*"}, Metadata: map[string]string{"faultline_topology": "99"}},
			"metadata.faultline_topology", []string{"99", "newer Faultline"}},
		"schedules": {jetstream.StreamConfig{Name: bus.Items, Subjects: []string{"items.*"}, AllowMsgSchedules: true, AllowRollup: true}, "allow_msg_schedules", nil},
		"bucket with a history": {jetstream.StreamConfig{Name: "KV_sent", Subjects: []string{"$KV.sent.>"}, MaxMsgsPerSubject: 9, DenyDelete: true}, "max_msgs_per_subject",
			[]string{"max_msgs_per_subject is 9, want 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := bustest.StartServer(t, bustest.Bare())
			b, js := s.Bus(), s.JetStream()
			if _, err := js.CreateStream(t.Context(), test.config); err != nil {
				t.Fatal(err)
			}
			before := streamConfig(t, js, test.config.Name)
			for what, err := range map[string]error{"apply": b.Apply(t.Context(), bus.DefaultTuning()), "verify": b.Verify(t.Context(), bus.DefaultTuning())} {
				var shape *bus.ShapeError
				if !errors.As(err, &shape) || shape.Stream != test.config.Name || shape.Field != test.field {
					t.Fatalf("%s: %v, want a ShapeError of %s", what, err, test.field)
				}
				for _, text := range test.texts {
					if !strings.Contains(shape.Error(), text) {
						t.Errorf("%s: %q does not say %q", what, shape, text)
					}
				}
			}
			if after := streamConfig(t, js, test.config.Name); !slices.Equal(after.Subjects, before.Subjects) || after.MaxAge != before.MaxAge {
				t.Errorf("it was changed to %+v", after)
			}
		})
	}
}

// A service that may not change streams does not work on those of an older build, which
// would not refuse what it writes there.
func TestStreamsOfAnOlderBuildAreNotUsed(t *testing.T) {
	s := bustest.StartServer(t)
	b, js := s.Bus(), s.JetStream()
	older := streamConfig(t, js, bus.Items)
	older.Metadata["faultline_topology"] = "2"
	if _, err := js.UpdateStream(t.Context(), older); err != nil {
		t.Fatal(err)
	}
	var shape *bus.ShapeError
	if err := b.Verify(t.Context(), bus.DefaultTuning()); !errors.As(err, &shape) || shape.Stream != bus.Items || !strings.Contains(err.Error(), "`faultline topology`") {
		t.Errorf("verifying: %v", err)
	}
	if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	if err := b.Verify(t.Context(), bus.DefaultTuning()); err != nil {
		t.Errorf("after they were updated: %v", err)
	}
}

// A stream that an operator made by hand in the right shape is adopted.
func TestPlainStreamIsAdopted(t *testing.T) {
	s := bustest.StartServer(t, bustest.Bare())
	b, js := s.Bus(), s.JetStream()
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: bus.Items, Subjects: []string{"items.*"}, MaxAge: time.Hour}); err != nil {
		t.Fatal(err)
	}
	if err := b.Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	if c := streamConfig(t, js, bus.Items); c.MaxAge != 30*24*time.Hour || c.Metadata["faultline_topology"] == "" {
		t.Errorf("adopted as %+v", c)
	}
}

// A full stream makes publishers wait, and drops nothing.
func TestFault65FullStreamHoldsPublishersBack(t *testing.T) {
	tuning := bus.DefaultTuning()
	tuning.Items.MaxBytes = 2000
	s := bustest.StartServer(t, bustest.Tuning(tuning))
	b := s.Bus()
	m := func(id string) bus.Message {
		return bus.Message{Subject: bus.ItemSubject("a"), ID: id, Data: make([]byte, 1500)}
	}
	if _, err := b.Publish(t.Context(), m("1")); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := b.Publish(t.Context(), m("2"))
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatalf("the full stream took a message: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	tuning.Items.MaxBytes = 1 << 20
	if err := b.Apply(t.Context(), tuning); err != nil {
		t.Fatal(err)
	}
	if err := wait(t, done); err != nil {
		t.Fatal(err)
	}
	collect(t, b, quick("c"), 2)
}
