package push

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"
)

func noon() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

func hub(name string) Endpoint {
	return Endpoint{WebSub, "https://" + name + ".example/", "https://outlet.example/rss"}
}

func facts(now time.Time, offer ...Endpoint) Facts {
	return Facts{Now: now, Offer: offer, Base: "https://desk.example/push/", Token: "token-" + now.Format("15:04"), Secret: strings.Repeat("s", 64)}
}

// asked is a subscription that was just begun.
func asked(t *testing.T) Subscription {
	t.Helper()
	var s Subscription
	if task, late := s.Plan(facts(noon(), hub("a"))); task != Subscribe || late {
		t.Fatalf("got %v, %t", task, late)
	}
	return s
}

func active(t *testing.T, lease time.Duration) Subscription {
	t.Helper()
	s := asked(t)
	s.Confirm(noon(), lease, 0)
	return s
}

func question(pairs ...string) url.Values {
	v := url.Values{"hub.topic": {"https://outlet.example/rss"}, "hub.mode": {"subscribe"}, "hub.challenge": {"c"}, "hub.lease_seconds": {"3600"}}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestBeginAsksOnceAndWaits(t *testing.T) {
	s := asked(t)
	if s.State != Asked || s.Endpoint != hub("a") || s.Callback("kg") != "https://desk.example/push/kg/token-12:00" || !s.Owns("token-12:00") || s.Owns("") || s.Owns("token") || s.Alive(noon()) {
		t.Errorf("got %+v", s)
	}
	form := s.Request("kg")
	if form.Get("hub.mode") != "subscribe" || form.Get("hub.callback") != s.Callback("kg") || form.Get("hub.topic") != s.Topic || form.Get("hub.lease_seconds") != "432000" || form.Get("hub.secret") != s.Secret {
		t.Errorf("got %v", form)
	}
	if task, late := s.Plan(facts(noon().Add(confirmWithin-1), hub("a"))); task != Nothing || late {
		t.Errorf("while the hub may ask back: %v, %t", task, late)
	}
	var none Subscription
	if task, _ := none.Plan(facts(noon())); task != Nothing || none.Owns("") {
		t.Errorf("without an offer: %v", task)
	}
}

// A hub that never asks back is tried more and more seldom, and after it the
// others that the feed names.
func TestNeverConfirmedIsTriedSeldom(t *testing.T) {
	s := asked(t)
	var pauses []time.Duration
	for range 12 {
		now := s.Next
		if task, late := s.Plan(facts(now, hub("a"))); task != Nothing || !late || s.State != Failed {
			t.Fatalf("got %v, %t, %s", task, late, s.State)
		}
		pauses = append(pauses, s.Next.Sub(now))
		if task, _ := s.Plan(facts(s.Next.Add(-1), hub("a"))); task != Nothing {
			t.Fatal("it is asked before its time")
		}
		if task, _ := s.Plan(facts(s.Next, hub("a"))); task != Subscribe || s.Token != "token-12:00" {
			t.Fatalf("got %v, %+v", task, s)
		}
	}
	for i, pause := range pauses {
		if want := min(firstPause<<i, lastPause); pause != want {
			t.Errorf("pause %d is %s, want %s", i, pause, want)
		}
	}

	s = asked(t)
	for _, want := range []string{"b", "c", "a"} {
		s.Fail(s.Next, 0, 0)
		failures := s.Failures
		task, _ := s.Plan(facts(s.Next, hub("a"), hub("b"), hub("c")))
		if task != Subscribe || s.Endpoint != hub(want) || s.Failures != failures || s.State != Asked {
			t.Errorf("want hub %s: %v, %+v", want, task, s)
		}
	}
	s.Fail(noon(), 3*time.Hour, 1)
	if got := s.Next.Sub(noon()); got != 3*time.Hour+18*time.Minute {
		t.Errorf("a demanded pause of 3 h: %s", got)
	}
	s.Fail(noon(), 1000*time.Hour, 0)
	if got := s.Next.Sub(noon()); got != lastPause {
		t.Errorf("a demanded pause of six weeks: %s", got)
	}
}

func TestConfirmOnlyWhatWasAsked(t *testing.T) {
	for name, c := range map[string]struct {
		q    url.Values
		at   time.Duration
		want Verdict
	}{
		"as asked":                {question(), time.Minute, Confirmed},
		"late":                    {question(), lateAnswer - time.Second, Confirmed},
		"too late":                {question(), lateAnswer, Unasked},
		"another topic":           {question("hub.topic", "https://outlet.example/other"), time.Minute, Unasked},
		"no topic":                {question("hub.topic", ""), time.Minute, Unasked},
		"no challenge":            {question("hub.challenge", ""), time.Minute, Unasked},
		"an endless challenge":    {question("hub.challenge", strings.Repeat("c", longestChallenge+1)), time.Minute, Unasked},
		"unsubscribe":             {question("hub.mode", "unsubscribe"), time.Minute, Unasked},
		"no mode":                 {question("hub.mode", ""), time.Minute, Unasked},
		"a mode nobody knows":     {question("hub.mode", "publish"), time.Minute, Unasked},
		"denied":                  {question("hub.mode", "denied"), time.Minute, Denial},
		"denied of another topic": {question("hub.mode", "denied", "hub.topic", "x"), time.Minute, Unasked},
		"rssCloud's":              {url.Values{"url": {"https://outlet.example/rss"}, "challenge": {"c"}}, time.Minute, Unasked},
	} {
		s := asked(t)
		got, reply := s.Answer(c.q, noon().Add(c.at), 0)
		if got != c.want || (reply != "") != (got == Confirmed) {
			t.Errorf("%s: got %v, %q", name, got, reply)
		}
		if (s.State == Active) != (got == Confirmed) || (s.State == Denied) != (got == Denial) {
			t.Errorf("%s: %s", name, s.State)
		}
	}
	s := active(t, time.Hour)
	if v, reply := s.Answer(question(), noon().Add(30*time.Minute), 0); v != Confirmed || reply != "c" {
		t.Errorf("a hub that asks again because it missed the answer: %v", v)
	}
	if v, _ := s.Answer(question(), noon().Add(2*time.Hour), 0); v != Unasked {
		t.Errorf("a renewal that nobody asked for: %v", v)
	}
	if v, _ := new(Subscription).Answer(url.Values{}, noon(), 0); v != Unasked {
		t.Errorf("without a subscription: %v", v)
	}
}

func TestLeasesAreBoundedAndRenewedInTime(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"3600": time.Hour, "": Lease, "-5": Lease, "0": Lease, "x": Lease, "1": shortest, "99999999999": longest, "99999999999999999999999": Lease,
	} {
		for _, random := range []float64{0, 0.999} {
			s := asked(t)
			s.Answer(question("hub.lease_seconds", text), noon(), random)
			lease, renewal := s.Until.Sub(noon()), float64(s.Next.Sub(noon()))
			if lease == shortest && renewal == float64(soonestRenewal) && !s.Alive(s.Next) { // polls are the net meanwhile
				continue
			}
			if lease != want || renewal < 0.61*float64(lease) || renewal > 0.71*float64(lease) {
				t.Errorf("%q: %s, renewed after %s", text, lease, time.Duration(renewal))
			}
		}
	}
	s := active(t, 10*time.Hour)
	if task, _ := s.Plan(facts(s.Next.Add(-1), hub("a"))); task != Nothing {
		t.Error("renewed before its time")
	}
	renewed := s.Next
	if task, _ := s.Plan(facts(renewed, hub("a"))); task != Subscribe || s.State != Active || s.Token != "token-12:00" || !s.Alive(renewed) {
		t.Errorf("got %v, %+v", task, s)
	}
	if v, _ := s.Answer(question("hub.lease_seconds", "36000"), renewed.Add(time.Second), 0); v != Confirmed || s.Until.Sub(renewed) != 10*time.Hour+time.Second {
		t.Errorf("got %v, until %s", v, s.Until)
	}
}

// A hub that fails while the lease lasts is asked several times before its end,
// and the subscription counts as long.
func TestRenewalThatFails(t *testing.T) {
	s := active(t, 100*time.Hour)
	tries := 0
	for now := s.Next; now.Before(s.Until); now = s.Next {
		if task, late := s.Plan(facts(now, hub("a"))); task == Subscribe {
			tries++
		} else if !late {
			t.Fatalf("nothing to do at %s", now)
		}
		if now.Before(s.Until) && !s.Alive(now) {
			t.Fatal("dead before the end of its lease")
		}
	}
	if tries < 5 || tries > 25 {
		t.Errorf("%d tries in the last third of a lease", tries)
	}
	end := s.Until
	if s.Alive(end) {
		t.Error("alive after its lease")
	}
	for range 3 { // it goes on as one that was never confirmed
		s.Plan(facts(s.Next, hub("a")))
	}
	if s.State != Failed && s.State != Asked {
		t.Errorf("got %+v", s)
	}
	// Nobody ran for weeks: it begins again at once.
	s = active(t, time.Hour)
	if task, _ := s.Plan(facts(noon().Add(1000*time.Hour), hub("a"))); task != Subscribe || s.State != Asked || s.Token != "token-12:00" {
		t.Errorf("got %v, %+v", task, s)
	}
}

func TestDeniedIsAskedAgainNextDay(t *testing.T) {
	s := active(t, time.Hour)
	if v, _ := s.Answer(question("hub.mode", "denied"), noon().Add(time.Minute), 0); v != Denial || s.Alive(noon().Add(time.Minute)) {
		t.Errorf("got %v, %+v", v, s)
	}
	if v, _ := s.Answer(question("hub.mode", "denied"), noon().Add(time.Minute), 0); v != Unasked {
		t.Error("a second word says something new")
	}
	if got := s.Next.Sub(noon()); got < 24*time.Hour {
		t.Errorf("asked again after %s", got)
	}
	if task, _ := s.Plan(facts(s.Next, hub("a"))); task != Subscribe || s.State != Asked {
		t.Errorf("got %v, %s", task, s.State)
	}
}

func TestChangesOfTheOffer(t *testing.T) {
	later := noon().Add(time.Minute)
	moved := facts(later, hub("a"))
	moved.Base = "https://new.example/push/"
	renewal := facts(noon().Add(50*time.Minute), hub("a"))
	renewal.Base, renewal.Token = moved.Base, "token-12:01"
	for name, f := range map[string]Facts{"another hub": facts(later, hub("b"), hub("c")), "another base, at the renewal": renewal} {
		s := active(t, time.Hour)
		task, _ := s.Plan(f)
		if task != Subscribe || s.State != Asked || s.Endpoint != f.Offer[0] || s.Token != "token-12:01" || s.Base != f.Base {
			t.Errorf("%s: %v, %+v", name, task, s)
		}
	}
	for name, s := range map[string]Subscription{"active": active(t, time.Hour), "asked": asked(t)} {
		if task, _ := s.Plan(moved); task != Nothing || s.Base == moved.Base {
			t.Errorf("%s: a callback at another base that may be alive is taken away", name)
		}
	}
	failed := asked(t)
	failed.Fail(noon(), 0, 0)
	if task, _ := failed.Plan(moved); task != Subscribe || failed.Base != moved.Base {
		t.Errorf("got %v, %+v", task, failed)
	}
	s := active(t, time.Hour)
	if task, _ := s.Plan(facts(later, hub("b"), hub("a"))); task != Nothing {
		t.Error("a better hub ends one that works")
	}
}

func TestLeave(t *testing.T) {
	s := active(t, time.Hour)
	if task, _ := s.Plan(facts(noon())); task != Leave || s.State != Left || s.Request("kg").Get("hub.mode") != "unsubscribe" || s.Request("kg").Has("hub.secret") {
		t.Errorf("got %v, %+v", task, s)
	}
	if s.Next.Sub(noon()) != lateAnswer {
		t.Errorf("nothing is to be done, and it wants attention at %s", s.Next)
	}
	if task, _ := s.Plan(facts(noon().Add(time.Minute))); task != Nothing {
		t.Errorf("while the hub may ask back: %v", task)
	}
	if v, _ := s.Answer(question(), noon(), 0); v != Unasked {
		t.Errorf("it confirms what it left: %v", v)
	}
	if v, _ := s.Answer(question("hub.mode", "denied"), noon(), 0); v != Unasked {
		t.Errorf("got %v", v)
	}
	if v, reply := s.Answer(question("hub.mode", "unsubscribe"), noon(), 0); v != Over || reply != "c" {
		t.Errorf("got %v, %q", v, reply)
	}
	if task, _ := s.Plan(facts(noon().Add(lateAnswer))); task != Forget {
		t.Errorf("a hub that does not ask back: %v", task)
	}
	if task, _ := s.Plan(facts(noon().Add(time.Minute), hub("a"))); task != Subscribe || s.State != Asked || s.Token == "token-12:00" {
		t.Errorf("the feed is back: %v, %+v", task, s)
	}
	s.Fail(noon(), 0, 0)
	if task, _ := s.Plan(facts(noon())); task != Forget {
		t.Errorf("one that never began: %v", task)
	}
}

func TestHastenIsBounded(t *testing.T) {
	s := active(t, time.Hour)
	now := noon()
	at, news := s.Hasten(now, 30*time.Second)
	if !news || !at.Equal(now) {
		t.Errorf("the first: %s, %t", at, news)
	}
	at, news = s.Hasten(now.Add(time.Second), 30*time.Second)
	if !news || !at.Equal(now.Add(30*time.Second)) {
		t.Errorf("the second: %s, %t", at, news)
	}
	for i := range 28 {
		if at, news = s.Hasten(now.Add(time.Duration(i+2)*time.Second), 30*time.Second); news || !at.Equal(now.Add(30*time.Second)) {
			t.Errorf("while one is scheduled: %s, %t", at, news)
		}
	}
	if at, news = s.Hasten(now.Add(50*time.Second), 30*time.Second); !news || !at.Equal(now.Add(time.Minute)) {
		t.Errorf("after it: %s, %t", at, news)
	}
	if at, news = s.Hasten(now.Add(time.Hour), 30*time.Second); !news || !at.Equal(now.Add(time.Hour)) {
		t.Errorf("an hour later: %s, %t", at, news)
	}
	s.Hastened = now.Add(10 * time.Hour) // the clock was set back
	if at, news = s.Hasten(now, 30*time.Second); !news || !at.Equal(now) {
		t.Errorf("got %s, %t", at, news)
	}
}

func TestRSSCloud(t *testing.T) {
	cloud := Endpoint{RSSCloud, "http://rpc.example:5337/pleaseNotify", "https://outlet.example/rss"}
	var s Subscription
	s.Plan(facts(noon(), cloud))
	want := url.Values{"notifyProcedure": {""}, "protocol": {"https-post"}, "domain": {"desk.example"}, "port": {"443"}, "path": {"/push/kg/token-12:00"}, "url1": {s.Topic}}
	if got := s.Request("kg"); got.Encode() != want.Encode() {
		t.Errorf("got %v", got)
	}
	for base, want := range map[string]string{"http://desk.example/push/": "http-post 80", "http://desk.example:9470/push/": "http-post 9470", "https://desk.example:8443/push/": "https-post 8443"} {
		s.Base = base
		if got := s.Request("kg"); got.Get("protocol")+" "+got.Get("port") != want {
			t.Errorf("%s: got %v", base, got)
		}
	}
	ask := url.Values{"url": {s.Topic}, "challenge": {"c"}}
	if v, reply := s.Answer(ask, noon(), 0); v != Echo || reply != "c" || s.State != Asked {
		t.Errorf("got %v, %q, %s", v, reply, s.State)
	}
	for _, q := range []url.Values{{"url": {"x"}, "challenge": {"c"}}, {"url": {s.Topic}}, question()} {
		if v, _ := s.Answer(q, noon(), 0); v != Unasked {
			t.Errorf("%v: %v", q, v)
		}
	}
	if v, _ := s.Answer(ask, noon().Add(lateAnswer), 0); v != Unasked {
		t.Errorf("too late: %v", v)
	}
	s.Confirm(noon(), CloudLease, 0)
	if task, _ := s.Plan(facts(noon())); task != Forget {
		t.Errorf("there is no word for leaving: %v", task)
	}
	for answer, want := range map[string]bool{
		`<?xml version="1.0"?><notifyResult success="true" msg="Thanks"/>`: true, `<notifyResult success = "True"/>`: true, `{"success": true, "msg": ""}`: true,
		`<notifyResult success="false" msg="No"/>`: false, `{"success":false}`: false, ``: false, `true`: false,
	} {
		if Registered([]byte(answer)) != want {
			t.Errorf("%s: %t", answer, !want)
		}
	}
}

func TestStoredForm(t *testing.T) {
	s := active(t, time.Hour)
	s.Hasten(noon(), time.Minute)
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(data)
	if s.Version = version; err != nil || got != s {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := Decode([]byte(`{"version":2}`)); !errors.Is(err, ErrVersion) {
		t.Errorf("got %v", err)
	}
	if _, err := Decode([]byte(`{`)); err == nil || errors.Is(err, ErrVersion) {
		t.Errorf("got %v", err)
	}
}

// A hub that is busy is not asked again with each poll, and those who made way for
// each other do not come back together.
func TestPostponed(t *testing.T) {
	s := asked(t)
	s.Postpone(noon(), 0.5)
	if s.Waiting || s.Next.Sub(noon()) != busyPause*3/2 {
		t.Errorf("got %+v", s)
	}
	if task, _ := s.Plan(facts(noon().Add(20*time.Second), hub("a"))); task != Nothing {
		t.Errorf("got %v", task)
	}
	if task, _ := s.Plan(facts(s.Next, hub("a"))); task != Subscribe {
		t.Errorf("got %v", task)
	}
	renewed := active(t, 10*time.Minute)
	renewed.Postpone(noon().Add(9*time.Minute), 0)
	if left := renewed.Until.Sub(renewed.Next); left <= 0 {
		t.Errorf("put off beyond the lease: %s", left)
	}
}

// A lease that was granted by a clock that was years ahead is renewed once that clock is right.
func TestFault57ALeaseGrantedByAClockThatWasAhead(t *testing.T) {
	s := active(t, Lease)
	if task, _ := s.Plan(facts(noon().Add(-time.Hour), hub("a"))); task != Nothing {
		t.Errorf("by a clock that is behind: %v", task)
	}
	now := noon().Add(-10 * 365 * 24 * time.Hour)
	if task, late := s.Plan(facts(now, hub("a"))); task != Subscribe || late || !s.Requested.Equal(now) {
		t.Errorf("after the clock was set back: %v, %t, asked %s", task, late, s.Requested)
	}
	if task, _ := s.Plan(facts(now.Add(time.Minute), hub("a"))); task != Nothing {
		t.Errorf("while the hub may ask back: %v", task)
	}
}
