package fetcher

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/pkg/bus/bustest"
)

// Feeds that wait for their host's turn, as many do after a start, are no warning.
func TestHostThatIsBusyIsNoWarning(t *testing.T) {
	t.Parallel()
	o, done := newOutlet(t), make(chan struct{})
	feeds := "feeds:\n"
	for i := range 6 {
		feeds += fmt.Sprintf("- {id: f%d, url: %s/%[1]d, %[3]s}\n", i, o.URL, often)
		o.handle(fmt.Sprintf("/%d", i), func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-done:
			case <-r.Context().Done():
			}
		})
	}
	lines, registry := &logged{}, prometheus.NewRegistry()
	d := newDesk(t, feeds, bustest.Logger(slog.New(slog.NewTextHandler(lines, nil))), bustest.Registerer(registry))
	r := d.start()
	eventually(t, "some were put off", func() bool {
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			for _, m := range f.GetMetric() {
				if f.GetName() == "faultline_consumer_handled_total" && strings.Contains(m.String(), `"retry"`) && m.GetCounter().GetValue() > 3 {
					return true
				}
			}
		}
		return false
	})
	close(done)
	r.stop()
	if n := lines.count("level=WARN"); n > 0 {
		t.Errorf("%d warnings:\n%s", n, lines.text.String())
	}
}
