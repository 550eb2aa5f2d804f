package fetcher

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

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
	if n := d.outages()[0]; !strings.Contains(n.Summary, "from here") || !strings.Contains(n.Detail, "with proxy.") || !strings.Contains(n.Remedy, "fetcher.proxy") {
		t.Errorf("told %+v", n)
	}
	well.Store(true)
	d.told("NetworkDown ", "NetworkDown  over")
}

// TestFault58SeveralFetchersTellOneOutage: each asks a part of the feeds, and knows of what the
// others cannot reach either. No feed is blamed by any, and each tells of its machine within the minute
// in which the shipped routes gather notices into one message.
func TestFault58SeveralFetchersTellOneOutage(t *testing.T) {
	t.Parallel()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	t.Cleanup(proxy.Close)
	feeds := "defaults: {poll: {min: 1s, max: 1s}}\nfeeds:\n"
	for i := range 40 {
		feeds += fmt.Sprintf("  - {id: f%d, url: 'https://f%[1]d.example/feed'}\n", i)
	}
	d := newDesk(t, feeds)
	d.set = []string{"PROXY=" + proxy.URL}
	log := d.listen()
	for _, d.host = range []string{"a", "b", "c", "d"} {
		d.start()
	}
	d.told("NetworkDown ", "NetworkDown ", "NetworkDown ", "NetworkDown ")
	d.host = "late"
	d.start()
	d.told("NetworkDown ", "NetworkDown ", "NetworkDown ", "NetworkDown ", "NetworkDown ")
	if log.count("cannot be read") != 0 || log.count("seems to be down") != 5 {
		t.Errorf("said:\n%s", log.text.String())
	}
	first, last := time.Now(), time.Time{}
	for _, n := range d.outages() {
		if n.Since.Before(first) {
			first = n.Since
		}
		if n.Since.After(last) {
			last = n.Since
		}
	}
	if took := last.Sub(first); took < 0 || took > 30*time.Second {
		t.Errorf("the last machine's outage began %s after the first", took)
	}
}

// outages are the notices of machines that are cut off, and of their return.
func (d *desk) outages() (all []event.Notice) {
	d.t.Helper()
	err := d.bus.Replay(d.t.Context(), bus.Notices, nil, bus.Start{}, func(_ context.Context, m *bus.Delivery) error {
		var n event.Notice
		err := event.Decode(m.Data, &n)
		if err == nil && n.Kind == event.NoticeNetworkDown {
			all = append(all, n)
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// TestAMachineThatIsCutOffAloneIsTold, and no feed is blamed: the others read them.
func TestAMachineThatIsCutOffAloneIsTold(t *testing.T) {
	t.Parallel()
	well := func(good bool) string {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if !good {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			fmt.Fprint(w, recentDocument())
		}))
		t.Cleanup(proxy.Close)
		return "PROXY=" + proxy.URL
	}
	feeds := "defaults: {poll: {min: 1s, max: 1s}}\nfeeds:\n"
	for i := range 10 {
		feeds += fmt.Sprintf("  - {id: f%d, url: 'http://f%[1]d.example/feed'}\n", i)
	}
	d := newDesk(t, feeds)
	log := d.listen()
	d.host, d.set = "well", []string{well(true)}
	healthy := d.start()
	d.host, d.set = "cut-off", []string{well(false)}
	alone := d.start()
	d.told("NetworkDown ")
	if told := d.outages(); told[0].Host != "cut-off" || healthy.outage.isDown() || !alone.outage.isDown() || log.count("cannot be read") != 0 {
		t.Errorf("told of %s, and %d times of a feed", told[0].Host, log.count("cannot be read"))
	}
	for range 10 {
		d.next()
	}
}
