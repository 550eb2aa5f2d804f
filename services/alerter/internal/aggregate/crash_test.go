package aggregate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/sinktest"

	"github.com/prometheus/client_golang/prometheus"
)

// The points at which a process can die while it has an assessment.
const (
	deciding = iota
	storing
	publishing
	acknowledging
	points
)

// tryUntil does what try does, and stops as if killed at the point.
func (a *Aggregator) tryUntil(ctx context.Context, x *event.Assessment, point int) error {
	for range maxTries {
		p, err := a.decide(ctx, x)
		if errors.Is(err, errAgain) {
			continue
		}
		if err != nil || p == nil || point == deciding {
			return err
		}
		if p.write {
			clear(a.failed)
			if err = a.leave(ctx, p); err == nil {
				a.storeLeft(ctx)
				err = a.failed[p.incident.ID]
			}
			if errors.Is(err, bus.ErrConflict) && p.revision > 0 {
				continue
			}
		}
		if errors.Is(err, errAgain) {
			continue
		}
		if err != nil || point == storing {
			return err
		}
		if !p.write {
			a.publish(p.incident, p.value)
		}
		return a.flush(ctx)
	}
	return errAgain
}

// stream is many assessments of some stories: reports in other words, copies
// and revisions, in a random order.
func stream(r *rand.Rand, stories int) []*event.Assessment {
	var out []*event.Assessment
	for s := range stories {
		name := func(kind string) string { return fmt.Sprint(kind, s) }
		fact := fmt.Sprintf("%c%c%c", 'a'+s%20, 'b'+s%17, 'o'+s%7)
		title := fmt.Sprintf("Commander %sov seizes depot %s", fact, fact)
		text := fmt.Sprintf("Commander %sov and his men took the %s depot, drove out guards %sin and %sal and hold it with %d rifles, witnesses told us.", fact, fact, fact, fact, 211+s)
		one, two := told(name("one"), "alpha", title, text), told(name("copy"), "beta", title, text+" Wire reported.")
		revised := told(name("one"), "alpha", title+" (updated)", text)
		revised.ID, revised.Item.Revision = event.NewID(name("one"), "1"), 1
		revised.Severity = event.SeverityCritical
		out = append(out, one, two, revised)
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// TestCrashes kills aggregators at random points and hands the work to another
// one, until all is acknowledged.
func TestCrashes(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			b := bustest.Start(t)
			all := stream(r, 12)
			active, standby := newAggregator(t, b), newAggregator(t, b)
			for n := 0; n < len(all); n++ {
				if r.IntN(3) > 0 {
					take(t, active, uint64(n+1), all[n])
					continue
				}
				if err := active.follow(t.Context(), delivery(t, uint64(n+1), all[n]), all[n]); err != nil {
					t.Fatal(err)
				}
				point := r.IntN(points)
				if err := active.tryUntil(t.Context(), all[n], point); err != nil {
					t.Fatal(err)
				}
				// The process is gone. The other one, or a fresh one, goes on
				// with what comes next; what was not acknowledged comes later.
				active, standby = standby, newAggregator(t, b)
				if r.IntN(2) == 0 {
					active, standby = standby, active
				}
				later := n + 1 + r.IntN(3)
				for later < len(all) && n+1 < later {
					n++
					take(t, active, uint64(n+1), all[n])
				}
				take(t, active, uint64(n+1), all[min(n, len(all)-1)])
				redeliver(t, active, all[:n+1])
			}
			redeliver(t, active, all)
			checkHistory(t, b, all)
		})
	}
}

// TestRestartWhenIDsAreForgotten: the stream no longer knows by their ids what it has. A start
// puts nothing on it again, but for what a process that died had stored and not published.
func TestRestartWhenIDsAreForgotten(t *testing.T) {
	s := bustest.StartServer(t)
	b := s.Bus()
	a := newAggregator(t, b)
	take(t, a, 1, first())
	take(t, a, 2, other())
	p, err := a.decide(t.Context(), second())
	if err != nil {
		t.Fatal(err)
	}
	stream, err := s.JetStream().Stream(t.Context(), bus.Incidents)
	if err != nil {
		t.Fatal(err)
	}
	c := stream.CachedInfo().Config
	whole := published(t, b)[0]
	value, err := event.Encode(&whole)
	if err != nil {
		t.Fatal(err)
	}
	c.Duplicates = 100 * time.Millisecond
	sinktest.Wait(t, "the ids are forgotten", func() bool {
		c.Duplicates += time.Millisecond // a server that forgets while this is changed may go by how it was, till the next change
		if _, err := s.JetStream().UpdateStream(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		ack, err := b.Publish(t.Context(), message(&whole, value))
		return err == nil && !ack.Duplicate
	})
	later := func() *Aggregator {
		next, err := New(t.Context(), Options{Bus: b, Config: incident.Default(), Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry()})
		if err != nil {
			t.Fatal(err)
		}
		next.clock = func() time.Time { return noon.Add(20 * time.Hour) }
		if err := next.start(t.Context()); err != nil {
			t.Fatal(err)
		}
		return next
	}
	later()
	equal(t, "changes after a restart", kinds(t, b), "new new new")
	if err := a.store(t.Context(), p); err != nil { // and dies here
		t.Fatal(err)
	}
	later()
	equal(t, "changes after a crash and a restart", kinds(t, b), "new new new escalated")
	later()
	equal(t, "changes after one more", kinds(t, b), "new new new escalated")
}

// redeliver hands out everything once more: at least once means at any time.
func redeliver(t *testing.T, a *Aggregator, all []*event.Assessment) {
	t.Helper()
	for n, x := range all {
		take(t, a, uint64(n+1), x)
	}
}

// checkHistory: every revision of every incident was published once, in order,
// and every item is in exactly one incident.
func checkHistory(t *testing.T, b *bus.Bus, all []*event.Assessment) {
	t.Helper()
	revision := map[string]int{}
	last := map[string]event.Incident{}
	for _, i := range published(t, b) {
		if i.Revision != revision[i.ID]+1 {
			t.Errorf("incident %s: revision %d follows %d", i.ID, i.Revision, revision[i.ID])
		}
		revision[i.ID], last[i.ID] = i.Revision, i
	}
	home := map[string]string{}
	critical := 0
	for id, i := range last {
		for _, r := range i.Reports {
			if other, ok := home[r.Item]; ok && other != id {
				t.Errorf("item %s is in two incidents", r.Item)
			}
			home[r.Item] = id
		}
		if i.Severity == event.SeverityCritical {
			critical++
		}
	}
	for _, x := range all {
		if home[x.Item.ID] == "" {
			t.Errorf("item %s is in no incident", x.Item.ID)
		}
	}
	if critical == 0 || len(last) < len(all)/4 {
		t.Errorf("%d incidents, %d critical", len(last), critical)
	}
}
