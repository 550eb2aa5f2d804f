package client

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestGuard(t *testing.T) {
	type verdict struct{ public, private bool }
	never, near, everywhere := verdict{}, verdict{private: true}, verdict{true, true}
	for text, want := range map[string]verdict{
		"8.8.8.8": everywhere, "2606:4700::1111": everywhere, "64:ff9b::808:808": everywhere, "::ffff:8.8.8.8": everywhere,
		"127.0.0.1": near, "127.8.8.8": near, "::1": near, "10.1.2.3": near, "172.16.0.1": near, "192.168.0.1": near, "100.64.0.1": near,
		"fc00::1": near, "fd12::1": near, "::ffff:127.0.0.1": near, "64:ff9b::7f00:1": near, "::ffff:10.0.0.1": near,
		"169.254.169.254": never, "fd00:ec2::254": never, "168.63.129.16": never, "100.100.100.200": never, "::ffff:169.254.169.254": never,
		"64:ff9b::a9fe:a9fe": never, "0.0.0.0": never, "0.1.2.3": never, "::": never, "224.0.0.1": never, "ff02::1": never, "240.0.0.1": never,
		"255.255.255.255": never, "192.0.0.8": never, "192.0.2.1": never, "198.18.0.1": never, "203.0.113.1": never, "2002:7f00:1::": never,
		"fe80::1": never, "fe80::1%lo": never, "fec0::1": never, "2001:db8::1": never, "2001::1": never, "64:ff9b:1::7f00:1": never, "::7f00:1": never,
	} {
		addr := netip.MustParseAddr(text)
		got := verdict{newGuard(false).check(addr) == nil, newGuard(true).check(addr) == nil}
		if got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
	for _, c := range [][2]string{{"udp", "8.8.8.8:53"}, {"tcp4", "news.example:80"}} {
		if err := newGuard(true).control(c[0], c[1], nil); err == nil {
			t.Errorf("%v may be reached", c)
		}
	}
}

func TestFault50RetryAfter(t *testing.T) {
	now := time.Date(2010, 5, 24, 10, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, " 120 ": 2 * time.Minute, "0": 0, "-5": 0, "soon": 0, "1.5": 0,
		"315360000": 24 * time.Hour, strings.Repeat("9", 50): 24 * time.Hour,
		"Mon, 24 May 2010 10:05:00 GMT": 5 * time.Minute, "Mon, 24 May 2010 09:00:00 GMT": 0, "Sun, 24 May 2020 10:00:00 GMT": 24 * time.Hour,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
	// Our clock is wrong, or the server's is.
	for date, want := range map[string]time.Duration{"Mon, 24 May 2010 09:55:00 GMT": 10 * time.Minute, "Mon, 24 May 2010 11:00:00 GMT": 0, "now": 5 * time.Minute, "Thu, 01 Jan 1970 00:00:10 GMT": 5 * time.Minute} {
		if got := retryAfter(http.Header{"Retry-After": {"Mon, 24 May 2010 10:05:00 GMT"}, "Date": {date}}, now); got != want {
			t.Errorf("by a server at %q: got %s, want %s", date, got, want)
		}
	}
}

func TestFreshness(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"": 0, "max-age=60": time.Minute, "public, Max-Age=\"90\"": 90 * time.Second, "max-age=60, no-cache": 0, "no-store": 0,
		"max-age=-1": 0, "max-age": 0, "max-age=999999999999999999999": 24 * time.Hour, "s-maxage=10": 0,
	} {
		if got := freshness(http.Header{"Cache-Control": {value}}); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
	if got := freshness(http.Header{"Cache-Control": {"max-age=60"}, "Age": {"70"}}); got != 0 {
		t.Errorf("older than its age: got %s", got)
	}
	const date, later = "Mon, 24 May 2010 10:00:00 GMT", "Mon, 24 May 2010 10:05:00 GMT"
	for _, c := range []struct {
		date, expires, control, age string
		want                        time.Duration
	}{
		{date, later, "", "", 5 * time.Minute}, {date, later, "", "60", 4 * time.Minute}, {later, date, "", "", 0}, {date, "0", "", "", 0}, {"", later, "", "", 0},
		{date, later, "max-age=60", "", time.Minute}, {date, later, "max-age=0", "", 0}, {date, later, "no-cache", "", 0}, {date, "Fri, 24 May 2030 10:00:00 GMT", "public", "", 24 * time.Hour},
	} {
		h := http.Header{"Date": {c.date}, "Expires": {c.expires}, "Cache-Control": {c.control}, "Age": {c.age}}
		if got := freshness(h); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}

func TestFault51ETags(t *testing.T) {
	for tag, keep := range map[string]bool{
		`"a"`: true, `W/"a b"`: false, `W/"a"`: true, `""`: true, `a-b_c`: true, `"a`: false, `a"b`: false, "": false, "W/": false,
		"\"\xff\"": false, "\"a\r\nX: y\"": false, `"` + strings.Repeat("x", 8000) + `"`: false, "\"": false,
	} {
		want := ""
		if keep {
			want = tag
		}
		if got := cleanETag(tag); got != want {
			t.Errorf("%.40q: got %.40q", tag, got)
		}
	}
	if got := cleanDate("yesterday"); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestGateSpacing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(2, 100*time.Millisecond)
		start := time.Now()
		for i := range 5 {
			release, err := g.acquire(t.Context(), "a", false, time.Second)
			if err != nil {
				t.Fatal(err)
			}
			if got := time.Since(start); got != time.Duration(i)*100*time.Millisecond {
				t.Errorf("request %d started after %s", i, got)
			}
			release()
		}
		if _, err := g.acquire(t.Context(), "a", false, 50*time.Millisecond); err == nil {
			t.Error("a turn that comes later than the patience was taken")
		}
		if release, err := g.acquire(t.Context(), "b", false, time.Millisecond); err == nil {
			release()
		} else {
			t.Errorf("another host: %v", err)
		}
	})
}

func TestGateKeepsASlotForTheHealthy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(2, 0)
		slow, err := g.acquire(t.Context(), "a", true, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.acquire(t.Context(), "a", true, time.Second); err == nil {
			t.Error("a second suspect took the last slot")
		}
		healthy, err := g.acquire(t.Context(), "a", false, time.Second)
		if err != nil {
			t.Fatalf("a healthy feed beside a suspect: %v", err)
		}
		slow()
		healthy()
		for range 8 { // as many as may wait
			release, err := g.acquire(t.Context(), "a", true, time.Second)
			if err != nil {
				t.Fatal(err)
			}
			release()
		}
	})
}

// TestGateSendsOneAfterTheOther: a host that answers fast gets one request at a
// time, and so one connection; beside one that takes long the next one goes.
func TestGateSendsOneAfterTheOther(t *testing.T) {
	for took, want := range map[time.Duration]time.Duration{50 * time.Millisecond: 50 * time.Millisecond, time.Second: alone} {
		synctest.Test(t, func(t *testing.T) {
			g := newGate(2, 0)
			first, err := g.acquire(t.Context(), "a", false, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(took, first)
			start := time.Now()
			second, err := g.acquire(t.Context(), "a", false, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if waited := time.Since(start); waited != want {
				t.Errorf("beside a request of %s the next one waited %s", took, waited)
			}
			second()
			synctest.Wait()
			<-time.After(2 * time.Second)
		})
	}
}

func TestFault53CrowdsAreTurnedAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, 0)
		release, err := g.acquire(t.Context(), "a", false, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		results := make(chan error, 10)
		for range 10 {
			go func() {
				r, err := g.acquire(t.Context(), "a", false, time.Minute)
				if err == nil {
					r()
				}
				results <- err
			}()
		}
		synctest.Wait()
		if got := len(results); got != 7 {
			t.Errorf("%d were turned away at once, want 7 of 10", got)
		}
		release()
		synctest.Wait()
		if got := len(results); got != 10 {
			t.Errorf("%d of 10 came through", got)
		}
	})
}

func TestGateForgetsIdleHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, time.Millisecond)
		for i := range sweepAt + 1 {
			release, err := g.acquire(t.Context(), strings.Repeat("x", i+1), false, time.Second)
			if err != nil {
				t.Fatal(err)
			}
			release()
			time.Sleep(2 * time.Millisecond)
		}
		if got := len(g.hosts); got != 1 {
			t.Errorf("%d hosts are remembered, want the last one", got)
		}
	})
}
