package bus_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"

	"github.com/nats-io/nats.go/jetstream"
)

// fired is a token as it came due.
type fired struct {
	key  string
	data string
	at   time.Time
}

// due consumes timers in the background.
func due(t *testing.T, timers *bus.Timers) <-chan fired {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, done := make(chan fired, 100), make(chan error, 1)
	go func() {
		done <- timers.Consume(ctx, bus.Consumer{Durable: "fetchers", MaxDeliver: -1}, func(_ context.Context, key string, d *bus.Delivery) error {
			out <- fired{key, string(d.Data), time.Now()}
			return nil
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("consuming timers: %v", err)
		}
	})
	return out
}

func TestTimerFiresOnceAtItsTime(t *testing.T) {
	b := bustest.Start(t)
	timers := b.Timers(bus.Poll)
	at := time.Now().Add(700 * time.Millisecond)
	if err := timers.Schedule(t.Context(), "feed one.*>", at, []byte("data")); err != nil {
		t.Fatal(err)
	}
	tokens := due(t, timers)
	got := wait(t, tokens)
	if got.key != "feed one.*>" || got.data != "data" {
		t.Errorf("fired %+v", got)
	}
	if late := got.at.Sub(at); late < 0 || late > 5*time.Second {
		t.Errorf("fired %v late", late)
	}
	eventually(t, "the token is used up", func() bool { keys, err := timers.Keys(t.Context()); return err == nil && len(keys) == 0 })
	if len(tokens) != 0 {
		t.Error("fired twice")
	}
}

func TestPastTimeIsDueAtOnce(t *testing.T) {
	timers := bustest.Start(t).Timers(bus.Groups)
	if err := timers.Schedule(t.Context(), "g", time.Now().Add(-24*time.Hour), nil); err != nil {
		t.Fatal(err)
	}
	if got := wait(t, due(t, timers)); got.key != "g" {
		t.Errorf("fired %+v", got)
	}
}

func TestScheduleReplacesTheOneBefore(t *testing.T) {
	timers := bustest.Start(t).Timers(bus.Poll)
	for i, at := range []time.Duration{time.Hour, 2 * time.Hour, 100 * time.Millisecond} {
		if err := timers.Schedule(t.Context(), "feed", time.Now().Add(at), fmt.Append(nil, i)); err != nil {
			t.Fatal(err)
		}
	}
	if got := wait(t, due(t, timers)); got.data != "2" {
		t.Errorf("fired %+v", got)
	}
}

func TestScheduleNewMakesOneTokenPerKey(t *testing.T) {
	timers := bustest.Start(t).Timers(bus.Poll)
	hour := time.Now().Add(time.Hour)
	for i, want := range []bool{true, false} {
		if created, err := timers.ScheduleNew(t.Context(), "waiting", hour, nil); err != nil || created != want {
			t.Fatalf("try %d: %v, %v", i, created, err)
		}
	}
	if err := timers.Schedule(t.Context(), "due", time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the token is due", func() bool {
		created, err := timers.ScheduleNew(t.Context(), "due", hour, nil)
		if created || err != nil {
			t.Fatalf("a second token: %v, %v", created, err)
		}
		keys, err := timers.Keys(t.Context())
		return err == nil && keys["due"]
	})
	if created, err := timers.ScheduleFirst(t.Context(), "waiting", hour, nil); err != nil || created {
		t.Errorf("beside a schedule: %v, %v", created, err)
	}
	eventually(t, "a due token is no schedule", func() bool {
		created, err := timers.ScheduleFirst(t.Context(), "due", hour, nil)
		return err == nil && created
	})
	if _, err := timers.ScheduleFirst(t.Context(), "", hour, nil); err == nil {
		t.Error("a token without a key")
	}
}

func TestCancelledTimerDoesNotFire(t *testing.T) {
	timers := bustest.Start(t).Timers(bus.Poll)
	soon := time.Now().Add(200 * time.Millisecond)
	for _, key := range []string{"a", "b"} {
		if err := timers.Schedule(t.Context(), key, soon, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"a", "never there"} {
		if err := timers.Cancel(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	tokens := due(t, timers)
	if got := wait(t, tokens); got.key != "b" {
		t.Errorf("fired %+v", got)
	}
	if keys, err := timers.Keys(t.Context()); err != nil || keys["a"] {
		t.Errorf("keys %v, %v", keys, err)
	}
}

func TestKeysListsSchedulesAndDueTokens(t *testing.T) {
	timers := bustest.Start(t).Timers(bus.Poll)
	want := []string{"a", "b.c", "now"}
	for _, key := range want[:2] {
		if err := timers.Schedule(t.Context(), key, time.Now().Add(time.Hour), nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := timers.Schedule(t.Context(), "now", time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all keys", func() bool {
		keys, err := timers.Keys(t.Context())
		return err == nil && slices.Equal(slices.Sorted(maps.Keys(keys)), want)
	})
}

func TestWhenTellsTheSchedule(t *testing.T) {
	timers := bustest.Start(t).Timers(bus.Poll)
	at := time.Now().Add(time.Hour)
	if err := timers.Schedule(t.Context(), "a.b", at, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := timers.When(t.Context(), "a.b"); err != nil || !got.Equal(at) {
		t.Errorf("got %v, %v; want %v", got, err, at)
	}
	if got, err := timers.When(t.Context(), "none"); err != nil || !got.IsZero() {
		t.Errorf("a key without a schedule: %v, %v", got, err)
	}
}

// What a token says can be read while it waits and while it is due.
func TestPeek(t *testing.T) {
	timers := bustest.Start(t).Timers(bus.Poll)
	hour := time.Now().Add(time.Hour).UTC()
	if at, data, err := timers.Peek(t.Context(), "a"); !at.IsZero() || data != nil || err != nil {
		t.Errorf("without a token: %s, %q, %v", at, data, err)
	}
	if err := timers.Schedule(t.Context(), "a", hour, []byte("waits")); err != nil {
		t.Fatal(err)
	}
	if at, data, err := timers.Peek(t.Context(), "a"); !at.Equal(hour) || string(data) != "waits" || err != nil {
		t.Errorf("one that waits: %s, %q, %v", at, data, err)
	}
	if err := timers.Schedule(t.Context(), "a", time.Now(), []byte("due")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the token is due", func() bool {
		at, data, err := timers.Peek(t.Context(), "a")
		return at.IsZero() && string(data) == "due" && err == nil
	})
}

func TestAdvanceOnlyBringsForward(t *testing.T) {
	timers := bustest.Start(t).Timers(bus.Poll)
	hour := time.Now().Add(time.Hour)
	if err := timers.Advance(t.Context(), "a", hour); err != nil {
		t.Fatal(err)
	}
	if got, err := timers.When(t.Context(), "a"); err != nil || !got.IsZero() {
		t.Errorf("it made a token: %v, %v", got, err)
	}
	if err := timers.Schedule(t.Context(), "a", hour, []byte("said")); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ to, want time.Time }{
		{hour.Add(time.Minute), hour}, {hour, hour}, {hour.Add(-time.Minute), hour.Add(-time.Minute)}, {hour, hour.Add(-time.Minute)},
	} {
		if err := timers.Advance(t.Context(), "a", step.to); err != nil {
			t.Fatal(err)
		}
		if got, err := timers.When(t.Context(), "a"); err != nil || !got.Equal(step.want) {
			t.Errorf("to %v: it is %v, %v; want %v", step.to, got, err, step.want)
		}
	}
	tokens := due(t, timers)
	var wg sync.WaitGroup
	for range 10 { // at the same time: one token, which fires and says what it said
		wg.Go(func() {
			if err := timers.Advance(t.Context(), "a", time.Now()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := wait(t, tokens); got.data != "said" {
		t.Errorf("fired %+v", got)
	}
	eventually(t, "the token is used up", func() bool { keys, err := timers.Keys(t.Context()); return err == nil && len(keys) == 0 })
	if err := timers.Advance(t.Context(), "", hour); err == nil {
		t.Error("a timer without a key")
	}
}

// Others who change a schedule all the time leave it one, and break nothing.
func TestAdvanceAmongOthers(t *testing.T) {
	timers := bustest.Start(t).Timers(bus.Poll)
	hour := time.Now().Add(time.Hour)
	if err := timers.Schedule(t.Context(), "a", hour, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 4 { // later than anybody asks for
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := timers.Schedule(ctx, "a", hour, nil); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	for range 20 {
		if err := timers.Advance(t.Context(), "a", time.Now().Add(30*time.Minute)); err != nil && !errors.Is(err, bus.ErrConflict) {
			t.Errorf("got %v", err)
		}
	}
	cancel()
	wg.Wait()
}

// Whoever dies between the next token and the acknowledgement leaves two.
func TestATokenWithASuccessorIsSuperseded(t *testing.T) {
	b := bustest.Start(t)
	timers := b.Timers(bus.Poll)
	check := func(what string, sequence uint64, want bool) {
		t.Helper()
		if got, err := timers.Superseded(t.Context(), "a", &bus.Delivery{Sequence: sequence}); err != nil || got != want {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
	check("the only token", 1, false)
	sent := bus.Sent(b)
	check("the only token, again", 1, false)
	if n := bus.Sent(b) - sent; n != 2 {
		t.Errorf("%d requests, want one for each subject", n)
	}
	if err := timers.Schedule(t.Context(), "a", time.Now().Add(500*time.Millisecond), nil); err != nil {
		t.Fatal(err)
	}
	check("beside a schedule", 0, true)
	eventually(t, "the schedule fires", func() bool { at, err := timers.When(t.Context(), "a"); return err == nil && at.IsZero() })
	check("beside another due token", 0, true)
	check("the latest one", math.MaxUint64, false)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := timers.Superseded(ended, "a", &bus.Delivery{}); err == nil {
		t.Error("nothing was asked, and it answers")
	}
}

func TestTimersSurviveARestart(t *testing.T) {
	s := bustest.StartServer(t)
	timers := s.Bus().Timers(bus.Poll)
	for i := range 20 {
		at := time.Now().Add(time.Duration(i) * 50 * time.Millisecond)
		if err := timers.Schedule(t.Context(), fmt.Sprint(i), at, nil); err != nil {
			t.Fatal(err)
		}
	}
	s.Restart()
	seen := make(map[string]bool)
	for tokens := due(t, timers); len(seen) < 20; {
		seen[wait(t, tokens).key] = true
	}
}

func TestTimerFaults(t *testing.T) {
	b := bustest.Start(t)
	timers := b.Timers(bus.Poll)
	if err := timers.Schedule(t.Context(), "", time.Now(), nil); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("an empty key: %v", err)
	}
	if _, err := timers.ScheduleNew(t.Context(), "k", time.Time{}, nil); err == nil || !strings.Contains(err.Error(), "no time") {
		t.Errorf("no time: %v", err)
	}
	// Somebody else's token that no key stands for becomes a dead letter.
	if _, err := b.Publish(t.Context(), bus.Message{Subject: "poll.due.=zz"}); err != nil {
		t.Fatal(err)
	}
	tokens := due(t, timers)
	eventually(t, "the dead letter is written", func() bool { return len(letters(t, b)) == 1 })
	if len(tokens) != 0 {
		t.Error("handed out")
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("over"))
	if _, err := timers.Keys(ctx); err == nil {
		t.Error("listed with a context that has ended")
	}
}

// What the server knows of the polls' tokens is gone when it starts again. A token that is
// being handled then comes again, at once, and says so: its successor may have been issued.
func TestAPollInHandComesAgainAfterARestart(t *testing.T) {
	s := bustest.StartServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	out, done := make(chan bus.Delivery, 100), make(chan error, 1)
	go func() {
		c := bus.Consumer{Durable: "fetchers", Workers: 2, MaxDeliver: -1, Drain: time.Second}
		done <- s.Bus().Timers(bus.Poll).Consume(ctx, c, func(ctx context.Context, _ string, d *bus.Delivery) error {
			out <- *d
			<-ctx.Done()
			return ctx.Err()
		})
	}()
	eventually(t, "there is a consumer", func() bool {
		_, err := s.JetStream().Consumer(t.Context(), bus.Poll, "fetchers")
		return err == nil
	})
	if err := s.Bus().Timers(bus.Poll).Schedule(t.Context(), "a", time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	if d := wait(t, out); d.Again {
		t.Errorf("the first time: %+v", d)
	}
	s.Restart()
	if d := wait(t, out); !d.Again || d.Attempt != 1 {
		t.Errorf("after the restart: %+v", d)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// An older build's consumer of the polls is on the disk, and is made anew.
func TestAConsumerOfPollsOnTheDiskIsReplaced(t *testing.T) {
	s := bustest.StartServer(t)
	old := jetstream.ConsumerConfig{Durable: "fetchers", AckPolicy: jetstream.AckExplicitPolicy, MaxDeliver: -1, FilterSubject: "poll.due.*"}
	if _, err := s.JetStream().CreateConsumer(t.Context(), bus.Poll, old); err != nil {
		t.Fatal(err)
	}
	if err := s.Bus().Timers(bus.Poll).Schedule(t.Context(), "a", time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	if got := wait(t, due(t, s.Bus().Timers(bus.Poll))); got.key != "a" {
		t.Errorf("fired %+v", got)
	}
	now, err := s.JetStream().Consumer(t.Context(), bus.Poll, "fetchers")
	if err != nil || !now.CachedInfo().Config.MemoryStorage {
		t.Errorf("it is %+v, %v", now, err)
	}
}

// A token knows by how much the server was late with it, as after a stop; one that was to
// be due at once is never late.
func TestATokenKnowsWhenItWasDue(t *testing.T) {
	server := bustest.StartServer(t)
	timers := server.Bus().Timers(bus.Poll)
	at := time.Now().Add(500 * time.Millisecond).Truncate(time.Millisecond)
	for key, at := range map[string]time.Time{"later": at, "at once": time.Now()} {
		if err := timers.Schedule(t.Context(), key, at, nil); err != nil {
			t.Fatal(err)
		}
	}
	before, err := timers.Now(t.Context())
	if err != nil || time.Since(before).Abs() > time.Minute {
		t.Errorf("the server's time is %s, %v", before, err)
	}
	server.Stop()
	stopped := at.Add(time.Second)
	eventually(t, "the time has passed", func() bool { return time.Now().After(stopped) })
	server.Restart()
	got := make(chan *bus.Delivery, 2)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- timers.Consume(ctx, bus.Consumer{Durable: "fetchers", MaxDeliver: -1}, func(_ context.Context, key string, d *bus.Delivery) error {
			if want := map[string]time.Time{"later": at}[key]; !d.Due.Equal(want) {
				t.Errorf("%s was due at %s, want %s", key, d.Due, want)
			}
			if late := d.Late() >= time.Second; late != (key == "later") {
				t.Errorf("%s was %s late", key, d.Late())
			}
			got <- d
			return nil
		})
	}()
	wait(t, got)
	wait(t, got)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
