package notify_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// FAULTS 103: a channel that redirects takes no message to a host that the file does not name,
// and loses none to a page that says that all is well.
func TestFault103NoMessageFollowsARedirectElsewhere(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		elsewhere.Add(1)
		_, err := io.WriteString(w, "ok")
		if err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(other.Close)
	var status atomic.Int32
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+"/login", int(status.Load()))
	}))
	t.Cleanup(front.Close)
	c, err := notify.Load(dir(sinktest.Channels(front.URL, "127.0.0.1:1")), notify.Options{Deadline: 20 * time.Second, Channels: ours(front.URL)})
	if err != nil {
		t.Fatal(err)
	}
	all := append(c.Receivers()[0].Integrations, load(t, fmt.Sprintf(otherChannels, front.URL)).Receivers()[0].Integrations...)
	for _, i := range all {
		if i.Kind == "email" {
			continue
		}
		for _, code := range []int{301, 302, 303, 307, 308} {
			status.Store(int32(code))
			got := send(t, i)
			if got.Outcome != notify.Failed || got.Trouble.Class != notify.ClassRedirect {
				t.Errorf("%s, %d: %s, %s: %v", i.Name, code, got.Outcome, got.Trouble.Class, got.Err)
			}
		}
	}
	if n := elsewhere.Load(); n > 0 {
		t.Errorf("%d messages went to another host", n)
	}
}

// A host that moves its hooks to https, or to another path, and takes the message there has it.
func TestRedirectsWithinTheHostAreFollowed(t *testing.T) {
	sink := sinktest.HTTP(t)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/webhook" {
			http.Redirect(w, r, "/hooks/webhook", http.StatusPermanentRedirect)
			return
		}
		sink.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	c := load(t, "route: {receiver: desk}\nreceivers: [{name: desk, webhook_configs: [{url: '"+front.URL+"/webhook'}]}]\n")
	if got := send(t, c.Receivers()[0].Integrations[0]); got.Outcome != notify.Sent {
		t.Fatalf("%s: %v", got.Outcome, got.Err)
	}
	if all := sink.Messages(); len(all) != 1 || all[0].Method != http.MethodPost || !strings.Contains(all[0].Body, sinktest.Incident().ID) {
		t.Errorf("it got %+v", all)
	}
}
