package deliver

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/services/alerter/internal/sinktest"
)

// alone is the account of a lane whose channel no other process sends to.
func alone() *account {
	return &account{write: func(_ context.Context, s standing) (uint64, error) { return s.revision + 1, nil }}
}

// use takes a token that is there.
func (l *lane) use(t *testing.T) {
	t.Helper()
	if wait, err := l.take(t.Context(), true); wait != 0 || err != nil {
		t.Fatalf("a wait of %s, %v", wait, err)
	}
}

// What one process writes of a channel another one learns when it writes, and hears; what nobody
// can read is written over.
func TestStandingIsShared(t *testing.T) {
	server := bustest.StartServer(t)
	pools := [2]*Pool{}
	for i := range pools {
		var err error
		if pools[i], err = New(t.Context(), Options{Bus: server.Bus()}); err != nil {
			t.Fatal(err)
		}
	}
	bucket, key := pools[0].marks.bucket, standingKey("desk", "slack-0")
	if _, err := bucket.Put(t.Context(), key, []byte("{nonsense"), 0); err != nil {
		t.Fatal(err)
	}
	lanes := [2]*lane{}
	for i, p := range pools {
		lanes[i] = &lane{pool: p, receiver: "desk", integration: "slack-0", pace: newPace(20), standing: newAccount(p.marks.bucket, key)}
		if err := lanes[i].standing.learn(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range []*lane{lanes[0], lanes[0], lanes[1]} {
		l.use(t)
	}
	for i, l := range lanes { // three of three are gone, whoever took them
		if wait, err := l.take(t.Context(), true); wait < l.pace.every/2 || err != nil {
			t.Errorf("lane %d waits %s, %v", i, wait, err)
		}
	}
	until := time.Now().Add(time.Hour)
	lanes[0].leaveAlone(t.Context(), until)
	lanes[1].leaveAlone(t.Context(), until.Add(-time.Minute)) // does not shorten it
	if rest := lanes[1].rest(); rest < 59*time.Minute+30*time.Second {
		t.Errorf("the other lane leaves the channel alone for %s", rest)
	}
}

// Where the clock is set back, a pause that is known lasts no longer, and the pace neither.
func TestStandingKeepsTimeByItself(t *testing.T) {
	a := alone()
	a.hear(standing{Resume: time.Now().Add(time.Minute).Round(0), At: time.Now().Round(0), revision: 1}, 0)
	if a.now().Resume == a.now().Resume.Round(0) {
		t.Error("the end of a pause goes by the wall clock")
	}
	wrong := standing{Resume: time.Now().AddDate(1, 0, 0).Round(0), At: time.Now().Round(0), revision: 1} // stored while the clock was a year ahead
	b := &account{read: func(context.Context) (standing, time.Duration, error) { return wrong, 0, nil }}
	if err := b.learn(t.Context()); err != nil || time.Until(b.now().Resume) > time.Hour {
		t.Errorf("a channel is left alone until %s, %v", b.now().Resume, err)
	}
	if !a.now().Full.IsZero() {
		t.Error("no pace is known, and it has a time")
	}
	a.hear(standing{revision: 1}, 0)
	if a.now().Resume.IsZero() {
		t.Error("what was known already was heard")
	}
}

// However wrong the clock of another machine is, what it used up of the pace is gone, and comes again as fast as
// it does: neither at once nor ever. A pause that it was asked for lasts as long as the channel said. So it is of what
// an older build wrote, as far as that one's clock was the server's.
func TestStandingOutlivesWrongClocks(t *testing.T) {
	server := bustest.StartServer(t)
	p, err := New(t.Context(), Options{Bus: server.Bus(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	pace := newPace(20)
	for name, test := range map[string]struct {
		wrong time.Duration
		older bool
	}{
		"ahead": {wrong: 40 * time.Second}, "behind": {wrong: -40 * time.Second}, "a day ahead": {wrong: 24 * time.Hour}, "a day behind": {wrong: -24 * time.Hour},
		"right": {}, "of an older build": {older: true},
	} {
		t.Run(name, func(t *testing.T) {
			key := standingKey("desk", name)
			there := time.Now().Add(test.wrong).Round(0)
			written := standing{Full: there.Add(3 * pace.every), Resume: there.Add(time.Second), At: there}
			if test.older {
				written.At = time.Time{}
			}
			a := newAccount(p.marks.bucket, key)
			if err := a.learn(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := save(t.Context(), p.marks.bucket, key, written, 0); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			learned := &lane{pool: p, receiver: "desk", integration: name, pace: pace, standing: newAccount(p.marks.bucket, key)}
			if err := learned.standing.learn(t.Context()); err != nil {
				t.Fatal(err)
			}
			heard := &lane{pool: p, receiver: "desk", integration: name, pace: pace, standing: a}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- heard.follow(ctx) }()
			sinktest.Wait(t, "it is heard", func() bool { return a.now().revision > 0 })
			cancel()
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			for _, l := range []*lane{learned, heard} {
				left := l.pace.wait(l.standing.now().Full, time.Now(), true)
				if most := pace.every; left > most || left < most-time.Since(began)-time.Second {
					t.Errorf("a token is there in %s, of %s", left, most)
				}
				if rest := l.rest(); rest > time.Second || rest < time.Second-time.Since(began)-time.Second/2 {
					t.Errorf("the channel is left alone for %s, of a second", rest)
				}
			}
			again := &lane{pool: p, receiver: "desk", integration: name, pace: pace, standing: newAccount(p.marks.bucket, key)}
			sinktest.Wait(t, "the pause is over for who comes later", func() bool {
				return again.standing.learn(t.Context()) == nil && again.rest() <= 0
			})
			if took := time.Since(began); took < time.Second-100*time.Millisecond || took > 3*time.Second {
				t.Errorf("it lasted %s", took)
			}
		})
	}
}
