package embedded

import (
	"os"
	"strings"
	"testing"

	"faultline/pkg/bus"
)

func TestMarksTellHowTheLastRunEnded(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Dir: dir})
	apply(t, connect(t, s.BusOptions("test")))
	store(t, connect(t, s.BusOptions("test")), "1")
	if s.readMarks().Clean {
		t.Error("a running server has ended in order")
	}
	if err := s.Shutdown(); err != nil {
		t.Fatal(err)
	}
	if m := s.readMarks(); !m.Clean || m.Last[bus.Items] != 1 {
		t.Errorf("after the end the marks are %+v", m)
	}
}

// After a crash the server starts twice; what it stored is all there.
func TestStartAfterACrash(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Dir: dir})
	b := connect(t, s.BusOptions("test"))
	apply(t, b)
	store(t, b, "1")
	if err := s.Shutdown(); err != nil {
		t.Fatal(err)
	}
	for name, marks := range map[string]string{"killed": `{"clean":false,"last":{"ITEMS":1}}`, "half a file": `{"cle`} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(s.marksFile(), []byte(marks), 0o600); err != nil {
				t.Fatal(err)
			}
			s := start(t, Options{Dir: dir})
			if len(s.damage) != 0 {
				t.Errorf("damage %+v", s.damage)
			}
			if ack := store(t, connect(t, s.BusOptions("test")), "1"); !ack.Duplicate {
				t.Error("what was stored is gone")
			}
		})
	}
}

// What the polls lost is no damage: it is made again.
func TestLostStreamIsDamage(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Dir: dir})
	if err := s.Shutdown(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.marksFile(), []byte(`{"clean":true,"last":{"ITEMS":7,"POLL":9}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s = start(t, Options{Dir: dir})
	if len(s.damage) != 1 || s.damage[0] != (bus.Damage{Stream: bus.Items, Messages: 7, From: 1}) {
		t.Errorf("damage %+v", s.damage)
	}
}

func TestStoreThatCannotBeNotedIsNotStarted(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(dir+"/marks.json", 0o700); err != nil {
		t.Fatal(err)
	}
	if s, err := Start(Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "noting how far") {
		t.Errorf("started: %v, %v", s, err)
	}
}
