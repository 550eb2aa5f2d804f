package silence

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/services/alerter/internal/sinktest"

	"github.com/prometheus/alertmanager/silence/silencepb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func open(t *testing.T, b *bus.Bus, changed func(context.Context) error) *Store {
	t.Helper()
	s, err := New(t.Context(), Options{Bus: b, Changed: changed})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run follows the bucket until the test ends.
func run(t *testing.T, s *Store) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("following the silences: %v", err)
		}
	})
}

// add silences a category for some time.
func add(t *testing.T, s *Store, category string, span time.Duration) (id string) {
	t.Helper()
	silence := &silencepb.Silence{
		CreatedBy: "desk", Comment: "known",
		MatcherSets: []*silencepb.MatcherSet{{Matchers: []*silencepb.Matcher{{Type: silencepb.Matcher_EQUAL, Name: "category", Pattern: category}}}},
		StartsAt:    timestamppb.Now(), EndsAt: timestamppb.New(time.Now().Add(span)),
	}
	if err := s.Alertmanager().Set(t.Context(), silence); err != nil {
		t.Fatal(err)
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	return silence.Id
}

func silenced(t *testing.T, s *Store, category string) bool {
	t.Helper()
	until, by, err := s.Silenced(t.Context(), map[string]string{"category": category})
	if err != nil || until.IsZero() != (len(by) == 0) {
		t.Fatalf("silenced until %v by %v: %v", until, by, err)
	}
	return len(by) > 0
}

func TestSilencesOutliveTheProcess(t *testing.T) {
	b := bustest.Start(t)
	id := add(t, open(t, b, nil), "protest", time.Hour)
	again := open(t, b, nil)
	if !silenced(t, again, "protest") || silenced(t, again, "coup") {
		t.Error("the silence is not what it was")
	}
	if err := errors.Join(again.Alertmanager().Expire(t.Context(), id), again.Flush(t.Context())); err != nil {
		t.Fatal(err)
	}
	if silenced(t, open(t, b, nil), "protest") {
		t.Error("an ended silence came back")
	}
}

func TestSilencesAreShared(t *testing.T) {
	b := bustest.Start(t)
	var told atomic.Int32
	one, two := open(t, b, nil), open(t, b, func(context.Context) error { told.Add(1); return nil })
	run(t, one)
	run(t, two)
	id := add(t, one, "protest", time.Hour)
	sinktest.Wait(t, "the other one knows it", func() bool { return silenced(t, two, "protest") && told.Load() >= 1 })
	if err := errors.Join(two.Alertmanager().Expire(t.Context(), id), two.Flush(t.Context())); err != nil {
		t.Fatal(err)
	}
	sinktest.Wait(t, "both know that it ended", func() bool { return !silenced(t, one, "protest") && told.Load() >= 2 })
}

// Both end the same silence at once; what is written last is known to both.
func TestConflictingChanges(t *testing.T) {
	b := bustest.Start(t)
	one := open(t, b, nil)
	id := add(t, one, "protest", time.Hour)
	two := open(t, b, nil)
	for _, s := range []*Store{one, two} {
		if err := s.Alertmanager().Expire(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(one.Flush(t.Context()), two.Flush(t.Context())); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Store{one, two, open(t, b, nil)} {
		if silenced(t, s, "protest") {
			t.Error("the silence is still in force")
		}
	}
}

func TestFlushFailsWithoutNATS(t *testing.T) {
	server := bustest.StartServer(t)
	s := open(t, server.Bus(), nil)
	server.Stop()
	if err := s.Alertmanager().Set(t.Context(), &silencepb.Silence{
		MatcherSets: []*silencepb.MatcherSet{{Matchers: []*silencepb.Matcher{{Type: silencepb.Matcher_EQUAL, Name: "a", Pattern: "b"}}}},
		StartsAt:    timestamppb.Now(), EndsAt: timestamppb.New(time.Now().Add(time.Hour)),
	}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := s.Flush(ctx); err == nil {
		t.Error("the silence is said to be stored")
	}
	server.Restart()
	if err := s.Flush(t.Context()); err != nil {
		t.Errorf("storing it later: %v", err)
	}
	if until, _, err := open(t, server.Bus(), nil).Silenced(t.Context(), map[string]string{"a": "b"}); err != nil || until.IsZero() {
		t.Errorf("it was not stored: %v", err)
	}
}

// What a silence held back is looked at again also when that failed at first, as when whoever
// ended the silence was gone by then. The silence is stored all the same.
func TestChangedIsCalledUntilItWorks(t *testing.T) {
	calls, away := 0, errors.New("away")
	b := bustest.Start(t)
	s := open(t, b, func(context.Context) error {
		if calls++; calls == 1 {
			return away
		}
		return nil
	})
	if _, err := s.Mute(t.Context(), "a", time.Now().Add(time.Hour), "aida", "on it"); err != nil {
		t.Fatalf("muted with %v", err)
	}
	if _, by, err := open(t, b, nil).Silenced(t.Context(), map[string]string{"incident": "a"}); err != nil || len(by) != 1 {
		t.Errorf("it is not stored: %v, %v", by, err)
	}
	for range 2 {
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if calls != 2 {
		t.Errorf("called %d times, want a second time and no third", calls)
	}
}

// That what another one's silence held back cannot be looked at ends nothing: the silences are
// followed as before.
func TestFollowingOutlivesAFailure(t *testing.T) {
	b := bustest.Start(t)
	var calls atomic.Int32
	one, two := open(t, b, nil), open(t, b, func(context.Context) error { calls.Add(1); return errors.New("still reading") })
	run(t, two)
	add(t, one, "protest", time.Hour)
	sinktest.Wait(t, "it was called", func() bool { return calls.Load() >= 1 })
	add(t, one, "riot", time.Hour)
	sinktest.Wait(t, "the next one is known", func() bool { return silenced(t, two, "riot") })
}

func TestDamagedSilenceIsSkipped(t *testing.T) {
	b := bustest.Start(t)
	bucket, err := b.Bucket(t.Context(), bus.Silences)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.Put(t.Context(), "broken", []byte("\xff\xff"), 0); err != nil {
		t.Fatal(err)
	}
	s := open(t, b, nil)
	add(t, s, "protest", time.Hour)
	if !silenced(t, s, "protest") {
		t.Error("a damaged silence hides the others")
	}
}

func TestSweepForgetsOldSilences(t *testing.T) {
	b := bustest.Start(t)
	s := open(t, b, nil)
	add(t, s, "protest", time.Hour)
	if err := s.sweep(t.Context(), time.Now().Add(Retention)); err != nil {
		t.Fatal(err)
	}
	if !silenced(t, open(t, b, nil), "protest") {
		t.Error("a silence was forgotten before its retention ended")
	}
	if err := s.sweep(t.Context(), time.Now().Add(Retention+2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if silenced(t, open(t, b, nil), "protest") {
		t.Error("a silence is kept beyond its retention")
	}
}
