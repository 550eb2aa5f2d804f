package fetcher

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/services/fetcher/internal/push"
)

// TestStrangersTakeNoPlaceOfAFeed: however many guess at its address, those who
// know it are served.
func TestStrangersTakeNoPlaceOfAFeed(t *testing.T) {
	d, _, h := pushedDesk(t, seldom)
	r := d.start()
	d.next()
	h.last(1)
	r.becomes(push.Active)
	token := r.stored().Token
	p := newPinger(r.Service)
	come := func(token string) int {
		request := httptest.NewRequest(http.MethodPost, "/push/a/"+token, http.NoBody)
		request.SetPathValue("feed", "a")
		request.SetPathValue("token", token)
		return p.admit(request, func(call) reply { return reply{status: http.StatusOK} }).status
	}
	for range strangers { // who take their time
		if !p.enter("", strangers) {
			t.Fatal("the first strangers are not let in")
		}
	}
	if got := come("guess"); got != http.StatusServiceUnavailable {
		t.Errorf("one stranger too many: %d", got)
	}
	if got := come(token); got != http.StatusOK {
		t.Errorf("the hub beside the strangers: %d", got)
	}
	p.exit("")
	if got := come("guess"); got != http.StatusNotFound {
		t.Errorf("a stranger: %d", got)
	}
	r.subs.forget("a") // as in a process that has not seen the subscription yet
	if got := come(token); got != http.StatusOK {
		t.Errorf("a hub that is not known here yet: %d", got)
	}
	if len(p.inside) != 1 || p.inside[""] != strangers-1 {
		t.Errorf("inside are %v", p.inside)
	}
}

// TestADeletedSubscriptionStaysDeleted: a ping that comes late leaves nothing in
// the bucket.
func TestADeletedSubscriptionStaysDeleted(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "feeds: []")
	r := d.start()
	if err := r.hasten(t.Context(), Feed{ID: "a", Poll: Poll{Min: time.Minute}}); err != nil {
		t.Fatal(err)
	}
	if got := r.stored(); got != (push.Subscription{}) {
		t.Errorf("left is %+v", got)
	}
}

// TestAnotherCallbackIsSaid: a subscription whose hub pushes to another address is
// left alone and said once.
func TestAnotherCallbackIsSaid(t *testing.T) {
	d, _, h := pushedDesk(t, often)
	lines := &logged{}
	d.logger = slog.New(slog.NewTextHandler(lines, nil))
	r := d.start()
	d.next()
	h.last(1)
	r.becomes(push.Active)
	const there = "https://there.example/push/"
	if err := r.amend(t.Context(), "a", func(sub *push.Subscription) bool { sub.Base = there; return true }); err != nil {
		t.Fatal(err)
	}
	polls := testutil.ToFloat64(r.metrics.fetches.WithLabelValues("a", outcomeUnchanged))
	eventually(t, "it was polled a few times", func() bool {
		return testutil.ToFloat64(r.metrics.fetches.WithLabelValues("a", outcomeUnchanged)) >= polls+4
	})
	if got := r.stored(); got.Base != there || h.asked() != 1 || lines.count("pushes to another address") != 1 {
		t.Errorf("at %s after %d requests, said %d times", got.Base, h.asked(), lines.count("pushes to another address"))
	}
}

// TestOtherFeedsOfAnotherFetcherAreSaid once, and not when one only reads the same
// change a little later.
func TestOtherFeedsOfAnotherFetcherAreSaid(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "feeds: []")
	lines := &logged{}
	d.logger = slog.New(slog.NewTextHandler(lines, nil))
	r := d.start()
	eventually(t, "the tokens are checked", r.tidy.Load)
	r.stop() // the checks are the test's from now on
	feeds := r.feeds.Load()
	check := func(foreign bool) int {
		t.Helper()
		if foreign {
			if err := r.timers.Schedule(t.Context(), "foreign", time.Now().Add(time.Hour), nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.tidyTokens(t.Context(), feeds, feeds); err != nil {
			t.Fatal(err)
		}
		return lines.count("another fetcher polls feeds")
	}
	for i, c := range []struct {
		foreign bool
		said    int
	}{{true, 0}, {true, 0}, {false, 0}, {true, 0}, {true, 0}, {true, 1}, {true, 1}, {true, 1}, {false, 1}} {
		if got := check(c.foreign); got != c.said {
			t.Errorf("check %d: said %d times, want %d", i, got, c.said)
		}
	}
}
