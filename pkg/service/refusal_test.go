package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/pkg/event"
)

// notices are those on the stream: "+" began, "-" is over, with what they say.
func notices(t *testing.T, b *bus.Bus) (all []string) {
	t.Helper()
	err := b.Replay(t.Context(), bus.Notices, nil, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var n event.Notice
		if err := event.Decode(d.Data, &n); err != nil {
			return err
		}
		if n.Kind != event.NoticeReloadRefused || n.Host == "" || n.Severity == "" || n.Since.IsZero() {
			t.Errorf("an odd notice: %+v", n)
		}
		if n.Over.IsZero() {
			all = append(all, "+ "+n.Summary+": "+n.Detail)
		} else {
			all = append(all, "- "+n.Summary)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A fault is told once, whoever finds it and however often, and so is its end.
func TestRefusalIsToldOnce(t *testing.T) {
	b := bustest.Start(t)
	one, other := refusals{b, "one"}, refusals{b, "other"}
	bad, worse := errors.New("rules/a.yaml:1:1: bad; mend it\nrules/b.yaml:2:2: bad"), errors.New("rules/a.yaml:9:9: worse")
	now := time.Now()
	for i, step := range []struct {
		by    refusals
		fault error
	}{{one, nil}, {one, bad}, {one, bad}, {other, bad}, {other, worse}, {one, worse}, {other, nil}, {one, nil}, {one, bad}} {
		if err := step.by.tell(t.Context(), "classifier", step.fault, now.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	refuses := "+ The classifier refuses its new configuration and runs on with the last good one: "
	want := []string{refuses + "rules/a.yaml:1:1: bad; mend it (and 1 more)", "- The classifier refuses its configuration for another fault now", refuses + "rules/a.yaml:9:9: worse",
		"- The classifier takes its configuration again", refuses + "rules/a.yaml:1:1: bad; mend it (and 1 more)"}
	if got := notices(t, b); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A server that is away is named in the log once, and asked again; what a newer build
// told is nothing that is told already.
func TestFaultRefusalThatCannotBeToldYet(t *testing.T) {
	b := bustest.Start(t)
	if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.NoticeSubject(string(event.NoticeReloadRefused), "alerter"), Data: []byte(`{"schema":"notice/9"}`)}); err != nil {
		t.Fatal(err)
	}
	if err := newRefusals(b).tell(t.Context(), "alerter", errors.New("bad"), time.Now()); err != nil {
		t.Error(err)
	}
	var log strings.Builder
	p := newProcess("test", Default(), config.NewDir(), slog.New(slog.NewTextHandler(&log, nil)))
	r := newReloader(p)
	defer r.stop()
	p.bus.Store(b)
	r.begin([]Part{{Name: "fetcher", File: "feeds.yaml", Service: newRecorder()}})
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if !r.tell(t.Context()) {
			t.Error("it is not tried again")
		}
	}
	if n := strings.Count(log.String(), "level=WARN"); n != 1 {
		t.Errorf("%d warnings:\n%s", n, log.String())
	}
}

// Processes that refuse the same at the same time tell it once.
func TestRefusalOfManyIsToldOnce(t *testing.T) {
	b := bustest.Start(t)
	for _, fault := range []error{errors.New("bad"), nil} {
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				if err := (refusals{b, fmt.Sprint("host", i)}).tell(t.Context(), "fetcher", fault, time.Now()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	if got := notices(t, b); len(got) != 2 {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// refusing is a process on a bus whose one part refuses what it is told to.
func refusing(t *testing.T, b *bus.Bus, settled time.Duration) (part *recorder, reload func()) {
	t.Helper()
	part = newRecorder()
	settings := Default()
	settings.Reload.Interval = config.Duration(time.Hour)
	p := newProcess("test", settings, config.NewDir(), nil)
	p.settled = settled
	address := anywhere(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- p.Run(ctx, func(context.Context) ([]Part, error) {
			p.bus.Store(b)
			return []Part{{Name: "alerter", File: "alerting.yaml", Service: part}, {Name: "cards", Service: newRecorder()}}, nil
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	r := &running{Process: p, url: address()}
	eventually(t, func() bool { status, _ := r.get(t, "/-/ready"); return status == http.StatusOK })
	return part, func() {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/-/reload", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err == nil {
			err = answer.Body.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The desk hears of a refused reload and of its mending; what a process left open is
// ended by the next one.
func TestReloadThatIsRefusedIsTold(t *testing.T) {
	b := bustest.Start(t)
	if err := newRefusals(b).tell(t.Context(), "alerter", errors.New("left open"), time.Now()); err != nil {
		t.Fatal(err)
	}
	part, reload := refusing(t, b, time.Millisecond)
	eventually(t, func() bool { return len(notices(t, b)) == 2 })
	bad := errors.New("alerting.yaml:3:1: bad")
	part.refuse.Store(&bad)
	reload()
	eventually(t, func() bool { return len(notices(t, b)) == 3 })
	reload()
	part.refuse.Store(nil)
	reload()
	eventually(t, func() bool { return len(notices(t, b)) == 4 })
	if got := notices(t, b); !strings.HasPrefix(got[1], "- The alerter takes") || !strings.HasSuffix(got[2], ": alerting.yaml:3:1: bad") || !strings.HasPrefix(got[3], "- The alerter takes") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// What is mended before it settles is told to nobody. That the time is over shows by the end
// of a notice that was open; a round that took longer than it says nothing.
func TestReloadThatIsMendedAtOnceIsNotTold(t *testing.T) {
	const settled = time.Second
	b := bustest.Start(t)
	var all []string
	leaveOpen := func() {
		if err := newRefusals(b).tell(t.Context(), "alerter", errors.New("left open"), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	ended := func() bool {
		all = notices(t, b)
		return strings.HasPrefix(all[len(all)-1], "- The alerter takes")
	}
	leaveOpen()
	part, reload := refusing(t, b, settled)
	eventually(t, ended)
	bad := errors.New("bad")
	for quick := false; !quick; {
		leaveOpen()
		before, began := len(all)+1, time.Now()
		part.refuse.Store(&bad)
		reload()
		meanwhile := len(notices(t, b))
		part.refuse.Store(nil)
		reload()
		quick = time.Since(began) < settled
		eventually(t, ended)
		if quick && (meanwhile != before || len(all) != before+1) {
			t.Errorf("%d notices before it was mended, then\n%s", meanwhile, strings.Join(all, "\n"))
		}
	}
}

// A server that does not let a service tell of itself is named in the log, and left in
// peace until the next reload.
func TestFaultRefusalThatMayNotBeTold(t *testing.T) {
	t.Setenv("ADMIN_PASSWORD", "secret-of-admin")
	for _, user := range []string{"FETCHER", "CLASSIFIER", "ALERTER"} {
		t.Setenv(user+"_PASSWORD", "secret-of-"+user)
	}
	s := bustest.StartServer(t, bustest.ConfigFile(t, "../../deploy/nats/nats-server.conf"))
	login := func(user, password string) *bus.Bus {
		return s.Bus(func(o *bus.Options) { o.Username, o.Password = user, config.Secret(password) })
	}
	if err := login("admin", "secret-of-admin").Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	p := newProcess("test", Default(), config.NewDir(), slog.New(slog.NewTextHandler(&log, nil)))
	r := newReloader(p)
	defer r.stop()
	p.bus.Store(login("classifier", "secret-of-CLASSIFIER"))
	r.begin([]Part{{Name: "fetcher", File: "feeds.yaml", Service: newRecorder()}})
	if again := r.tell(t.Context()); again {
		t.Error("what is not permitted is tried again")
	}
	if text := log.String(); strings.Count(text, "level=WARN") != 1 || !strings.Contains(text, "notices.ReloadRefused.fetcher") {
		t.Errorf("the log says:\n%s", text)
	}
}
