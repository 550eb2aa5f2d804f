package fetcher

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/services/fetcher/internal/push"
)

// A clock that was set back by an hour silences no feed for an hour.
func TestFault57AClockThatIsSetBack(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	feeds := "defaults: {" + slow + "}\nfeeds:\n"
	for _, id := range []string{"a", "b", "c"} {
		o.publish("/"+id, article(id, id, "x", 0))
		feeds += fmt.Sprintf("  - {id: %[1]s, url: %[2]s/%[1]s}\n", id, o.URL)
	}
	d := newDesk(t, feeds)
	r := d.start()
	for range 3 {
		d.next()
	}
	for _, id := range []string{"a", "b", "c"} {
		eventually(t, "the next poll is scheduled", func() bool {
			at, err := r.timers.When(t.Context(), id)
			return err == nil && time.Until(at) > 30*time.Minute
		})
	}
	for _, told := range []time.Duration{9 * time.Hour, time.Minute, 55 * time.Second} { // set forward, or by a little
		if err := r.mindClock(t.Context(), time.Minute, told); err != nil {
			t.Fatal(err)
		}
	}
	if n := o.requests("/a") + o.requests("/b") + o.requests("/c"); n != 3 {
		t.Errorf("%d requests before it was set back", n)
	}
	if err := r.mindClock(t.Context(), time.Minute, time.Minute-time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"a", "b", "c"} {
		eventually(t, id+" is asked again", func() bool { return o.requests("/"+id) == 2 })
	}
}

// A token that came before it was fired, by this machine's clock, was fired by a
// server whose clock is ahead.
func TestFault57AClockBehindTheServers(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.handle("/a", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	r := newDesk(t, "feeds: []").start()
	r.use(newSet([]Feed{{ID: "a", URL: o.URL + "/a", Poll: Poll{Min: time.Minute, Max: time.Minute}, AllowPrivate: true}}, nil))
	for skew, least := range map[time.Duration]time.Duration{-time.Hour: 50 * time.Second, 0: 50 * time.Second, time.Hour: time.Hour + 50*time.Second} {
		if err := r.due(t.Context(), "a", &bus.Delivery{Published: time.Now().Add(skew)}); err != nil {
			t.Fatal(err)
		}
		at, err := r.timers.When(t.Context(), "a")
		if wait := time.Until(at); err != nil || wait < least || wait > least+10*time.Minute {
			t.Errorf("a server %s ahead: the next poll is in %s, %v", skew, wait, err)
		}
	}
}

// A subscription that wants attention brings a poll forward by the server's clock as well.
func TestFault57AClockBehindTheServersWithAHub(t *testing.T) {
	d, _, _ := pushedDesk(t, seldom)
	r := d.start()
	d.next()
	r.becomes(push.Active)
	const skew = 3 * time.Hour
	if err := r.due(t.Context(), "a", &bus.Delivery{Published: time.Now().Add(skew)}); err != nil {
		t.Fatal(err)
	}
	at, err := r.timers.When(t.Context(), "a")
	if wait := time.Until(at); err != nil || wait < skew+50*time.Minute || wait > skew+3*time.Hour {
		t.Errorf("a server %s ahead: the next poll is in %s, %v", skew, wait, err)
	}
}
