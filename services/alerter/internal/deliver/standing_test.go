package deliver

import (
	"context"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
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
	a.hear(standing{Resume: time.Now().Add(time.Minute).Round(0), revision: 1})
	if a.now().Resume == a.now().Resume.Round(0) {
		t.Error("the end of a pause goes by the wall clock")
	}
	wrong := standing{Resume: time.Now().AddDate(1, 0, 0).Round(0), revision: 1} // stored while the clock was a year ahead
	b := &account{read: func(context.Context) (standing, error) { return wrong, nil }}
	if err := b.learn(t.Context()); err != nil || time.Until(b.now().Resume) > time.Hour {
		t.Errorf("a channel is left alone until %s, %v", b.now().Resume, err)
	}
	if !a.now().Full.IsZero() {
		t.Error("no pace is known, and it has a time")
	}
	a.hear(standing{revision: 1})
	if a.now().Resume.IsZero() {
		t.Error("what was known already was heard")
	}
}
