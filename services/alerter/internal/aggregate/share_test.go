package aggregate

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"

	"github.com/prometheus/client_golang/prometheus"
)

// Who shares the reading at the start is handed each incident as it stands, then nil,
// and nothing later.
func TestShare(t *testing.T) {
	b := bustest.Start(t)
	before := newAggregator(t, b)
	take(t, before, 1, first())
	take(t, before, 2, second())
	take(t, before, 3, other())
	after, err := New(t.Context(), Options{Bus: b, Config: incident.Default(), Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	after.Share(func(i *event.Incident) {
		if i == nil {
			got = append(got, "end")
			return
		}
		got = append(got, fmt.Sprint(i.Revision))
	})
	if after.Ready() == nil {
		t.Error("it is ready before it has read anything")
	}
	if err := after.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := after.Ready(); err != nil {
		t.Error(err)
	}
	take(t, after, 4, copied())
	equal(t, "shared", strings.Join(got, " "), "2 1 end")
}
