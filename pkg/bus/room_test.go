package bus_test

import (
	"fmt"
	"strings"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// series are the values of the metrics whose names begin so, by name and stream.
func series(t *testing.T, r *prometheus.Registry, prefix string) map[string]float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if name := f.GetName(); strings.HasPrefix(name, prefix) {
				for _, l := range m.GetLabel() {
					name += " " + l.GetValue()
				}
				all[name] = m.GetGauge().GetValue()
			}
		}
	}
	return all
}

// What is stored is known of every server; a bound only where it is set.
func TestStoreIsMeasured(t *testing.T) {
	registry := prometheus.NewRegistry()
	tuning := bus.DefaultTuning()
	tuning.Items.MaxBytes = 1 << 20
	s := bustest.StartServer(t, bustest.Registerer(registry), bustest.Tuning(tuning))
	b := s.Bus()
	const size, n = 10_000, 20
	for i := range n {
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint(i), Data: make([]byte, size)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.MeasureStore(t.Context()); err != nil {
		t.Fatal(err)
	}
	streams := series(t, registry, "faultline_stream_")
	held := streams["faultline_stream_bytes ITEMS"]
	if held < size*n || held > 2*size*n || streams["faultline_stream_limit_bytes ITEMS"] != 1<<20 {
		t.Errorf("ITEMS holds %v", streams)
	}
	for _, spec := range bus.Topology(tuning) {
		if _, ok := streams["faultline_stream_bytes "+spec.Name]; !ok {
			t.Errorf("the size of %s is not known", spec.Name)
		}
		if _, ok := streams["faultline_stream_limit_bytes "+spec.Name]; ok != (spec.Name == bus.Items) {
			t.Errorf("%s is bounded: %v", spec.Name, ok)
		}
	}
	store := series(t, registry, "faultline_store_")
	if len(store) != 1 || store["faultline_store_bytes"] < held {
		t.Errorf("of a server elsewhere is known %v", store)
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("the metrics have problems: %v, %v", problems, err)
	}
}

// What can be stored yet is what the limit leaves, or the disk if that is less.
func TestRoomOfTheStore(t *testing.T) {
	for name, test := range map[string]struct {
		room bus.Room
		free func(used float64) float64
	}{
		"a full disk":         {bus.Room{Limit: 1 << 30, DiskFree: 4096}, func(float64) float64 { return 4096 }},
		"a small limit":       {bus.Room{Limit: 1 << 20, DiskFree: 1 << 40}, func(used float64) float64 { return 1<<20 - used }},
		"a limit that is met": {bus.Room{Limit: 1, DiskFree: 1 << 40}, func(float64) float64 { return 0 }},
	} {
		registry := prometheus.NewRegistry()
		s := bustest.StartServer(t, bustest.Registerer(registry))
		b := s.Bus(func(o *bus.Options) { o.Room = func() (bus.Room, error) { return test.room, nil } })
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("a"), Data: make([]byte, 1000)}); err != nil {
			t.Fatal(err)
		}
		if err := b.MeasureStore(t.Context()); err != nil {
			t.Fatal(err)
		}
		store := series(t, registry, "faultline_store_")
		used := store["faultline_store_bytes"]
		if used == 0 || store["faultline_store_free_bytes"] != test.free(used) || store["faultline_store_limit_bytes"] != float64(test.room.Limit) ||
			store["faultline_store_disk_free_bytes"] != float64(test.room.DiskFree) {
			t.Errorf("%s: %v", name, store)
		}
	}
}

// A server that does not answer leaves what is known.
func TestFaultStoreThatCannotBeMeasured(t *testing.T) {
	registry := prometheus.NewRegistry()
	s := bustest.StartServer(t, bustest.Registerer(registry))
	b := s.Bus(func(o *bus.Options) { o.Room = func() (bus.Room, error) { return bus.Room{}, fmt.Errorf("no disk") } })
	if err := b.MeasureStore(t.Context()); err == nil || !strings.Contains(err.Error(), "no disk") {
		t.Errorf("measured with %v", err)
	}
	before := series(t, registry, "faultline_stream_")
	s.Stop()
	if err := b.MeasureStore(t.Context()); err == nil {
		t.Error("a server that is away was measured")
	}
	if after := series(t, registry, "faultline_stream_"); len(before) == 0 || len(after) != len(before) {
		t.Errorf("%d series, then %d", len(before), len(after))
	}
}

// A stream that cannot be measured keeps no one from the others, and is counted.
func TestFaultStreamThatCannotBeMeasured(t *testing.T) {
	registry := prometheus.NewRegistry()
	s := bustest.StartServer(t, bustest.Registerer(registry))
	b := s.Bus()
	gone := bus.Topology(bus.DefaultTuning())[0].Name
	if err := s.JetStream().DeleteStream(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	if err := b.MeasureStore(t.Context()); err == nil || !strings.Contains(err.Error(), gone) {
		t.Errorf("measured with %v", err)
	}
	measured := series(t, registry, "faultline_stream_bytes")
	for _, spec := range bus.Topology(bus.DefaultTuning()) {
		if _, ok := measured["faultline_stream_bytes "+spec.Name]; ok == (spec.Name == gone) {
			t.Errorf("the size of %s is known: %v", spec.Name, ok)
		}
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "faultline_bus_measure_failures_total" && f.GetMetric()[0].GetCounter().GetValue() == 1 {
			return
		}
	}
	t.Error("the failure is not counted once")
}
