package faultline

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

// What is new, worse or denied is shown; what only repeats it is not, and what cannot
// be read is skipped.
func TestCardsShowWhatIsNew(t *testing.T) {
	b := bustest.Start(t)
	var out, log output
	c := &cards{bus: b, stdio: IO{Out: &out, Width: 80}, logger: slog.New(slog.NewTextHandler(&log, nil))}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	publish := func(id string, data []byte) {
		t.Helper()
		if _, err := b.Publish(ctx, bus.Message{Subject: bus.IncidentSubject("kg", id), Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	before, err := event.Encode(&event.Incident{ID: "before", Headline: "before it began", Change: event.Change{Kind: event.ChangeNew}})
	if err != nil {
		t.Fatal(err)
	}
	publish("before", before)
	go func() { ended <- c.Run(ctx) }()
	first, err := event.Encode(&event.Incident{ID: "first", Headline: "the first one", Change: event.Change{Kind: event.ChangeNew}})
	if err != nil {
		t.Fatal(err)
	}
	poll(t, "a card", func() bool { publish("first", first); return strings.Contains(out.String(), "the first one") })
	publish("broken", []byte(`{"schema":"incident/9"}`))
	for _, kind := range []event.ChangeKind{event.ChangeReport, event.ChangeReworded, event.ChangeQuiet, event.ChangeClosed, event.ChangeDenied, event.ChangeReleased, event.ChangeEscalated} {
		data, err := event.Encode(&event.Incident{ID: string(kind), Headline: "it is " + string(kind), Change: event.Change{Kind: kind}})
		if err != nil {
			t.Fatal(err)
		}
		publish(string(kind), data)
	}
	poll(t, "the last card", func() bool { return strings.Contains(out.String(), "it is escalated") })
	for _, told := range []string{"it is denied", "it is released"} {
		if !strings.Contains(out.String(), told) {
			t.Errorf("no card that says %q: %q", told, out.String())
		}
	}
	for _, never := range []string{"before", "it is report", "it is reworded", "it is quiet", "it is closed"} {
		if strings.Contains(out.String(), never) {
			t.Errorf("shown: %q", never)
		}
	}
	if !strings.Contains(log.String(), "an incident cannot be shown") {
		t.Errorf("the log is %q", log.String())
	}
	if err := errors.Join(c.Ready(), c.Reload(ctx)); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("told to stop it says %v", err)
	}
}

// A terminal has no way back: an earlier revision that comes after a later one is not
// shown below it. One whose later revision needed no card is.
func TestCardsGoByRevision(t *testing.T) {
	var out output
	c := &cards{stdio: IO{Out: &out, Width: 80}, logger: slog.New(slog.DiscardHandler)}
	show := func(id string, revision int, kind event.ChangeKind) {
		t.Helper()
		data, err := event.Encode(&event.Incident{ID: id, Revision: revision, Headline: "the news", Change: event.Change{Kind: kind}})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.show(t.Context(), &bus.Delivery{Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	cards := func(want string) {
		t.Helper()
		var got []string
		for _, line := range strings.Split(out.String(), "\n") {
			if id, ok := strings.CutPrefix(strings.TrimLeft(line, "└─"), " incident "); ok {
				got = append(got, strings.TrimSuffix(id, " ─"))
			}
		}
		if text := strings.Join(got, ", "); !strings.HasSuffix(text, want) {
			t.Errorf("cards %q, want %q at the end", text, want)
		}
	}
	show("a", 2, event.ChangeEscalated)
	show("a", 1, event.ChangeNew)
	show("b", 2, event.ChangeReport)
	show("b", 1, event.ChangeNew)
	show("a", 3, event.ChangeEscalated)
	cards("a revision 2, b revision 1, a revision 3")
	for n := range remembered {
		show(strconv.Itoa(n), 1, event.ChangeNew)
	}
	show("a", 2, event.ChangeEscalated)
	cards("999 revision 1")
	if len(c.shown)+len(c.before) > 2*remembered {
		t.Errorf("%d incidents are remembered", len(c.shown)+len(c.before))
	}
}

// A terminal that has gone is an error that ends the process, not a loop.
func TestCardsWithoutTerminal(t *testing.T) {
	gone, w := io.Pipe()
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	c := &cards{stdio: IO{Out: w}, logger: slog.New(slog.DiscardHandler)}
	data, err := event.Encode(&event.Incident{Change: event.Change{Kind: event.ChangeNew}})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.show(t.Context(), &bus.Delivery{Data: data}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

func TestDataDir(t *testing.T) {
	run := func(data string, exercise bool) runCommand { return runCommand{data: &data, exercise: &exercise} }
	for name, test := range map[string]struct {
		command runCommand
		want    string
	}{
		"given": {run("there", false), "there"}, "given for a drill": {run("there", true), "there"}, "default": {run("", false), "data"},
	} {
		dir, end, err := test.command.dataDir()
		if err != nil || dir != test.want || end() != nil {
			t.Errorf("%s: %q, %v", name, dir, err)
		}
	}
	dir, end, err := run("", true).dataDir()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("a drill has no place: %v", err)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a drill leaves %s behind: %v", dir, err)
	}
	t.Setenv("TMPDIR", "/nowhere")
	if _, _, err := run("", true).dataDir(); err == nil || !strings.Contains(err.Error(), "name one with --data") {
		t.Errorf("got %v", err)
	}
}

func TestStdioOfATestIsNoTerminal(t *testing.T) {
	if s := Stdio(); s.Width < 40 || s.In == nil || s.Out == nil || s.Err == nil {
		t.Errorf("got %+v", s)
	}
	if _, err := (IO{}).open("no-such-file"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	in, err := IO{In: bytes.NewBufferString("x")}.open("-")
	if err != nil {
		t.Fatal(err)
	}
	if data, err := io.ReadAll(in); err != nil || string(data) != "x" {
		t.Errorf("got %q, %v", data, err)
	}
}
