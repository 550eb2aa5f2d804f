package fetcher

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/event"
)

// TestFault58ADeadProxyIsOneOutage: what a proxy says of itself is no answer of an outlet, neither
// to a feed by https nor to one by http, and ends no outage.
func TestFault58ADeadProxyIsOneOutage(t *testing.T) {
	t.Parallel()
	var well atomic.Bool
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !well.Load() {
			asked.Add(1)
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		fmt.Fprint(w, recentDocument())
	}))
	t.Cleanup(proxy.Close)
	feeds := "defaults: {poll: {min: 1s, max: 1s}}\nfeeds:\n"
	for i := range 6 {
		feeds += fmt.Sprintf("  - {id: plain%d, url: 'http://plain%[1]d.example/feed'}\n  - {id: safe%[1]d, url: 'https://safe%[1]d.example/feed'}\n", i)
	}
	d := newDesk(t, feeds)
	d.set, d.host = []string{"PROXY=" + proxy.URL}, "here"
	log := d.listen()
	r := d.start()
	d.told("NetworkDown ")
	before := asked.Load()
	eventually(t, "all were asked again", func() bool { return asked.Load() > before+12 })
	if !r.outage.isDown() || log.count("the network is back") != 0 || log.count("cannot be read") != 0 || log.count("seems to be down") != 1 || log.count("class=proxy") != 1 {
		t.Errorf("down %v, said:\n%s", r.outage.isDown(), log.text.String())
	}
	d.told("NetworkDown ")
	err := d.bus.Replay(t.Context(), bus.Notices, nil, bus.Start{}, func(_ context.Context, m *bus.Delivery) error {
		var n event.Notice
		if err := event.Decode(m.Data, &n); err != nil {
			return err
		}
		if !strings.Contains(n.Summary, "from here") || !strings.Contains(n.Detail, "with proxy.") || !strings.Contains(n.Remedy, "fetcher.proxy") {
			t.Errorf("told %+v", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	well.Store(true)
	d.told("NetworkDown ", "NetworkDown  over")
}
