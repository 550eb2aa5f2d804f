package deliver

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
)

// storm is what comes in two minutes: so many critical incidents and others a second, a wave every
// fifteen seconds, as feeds are asked, with almost three times as many.
type storm struct {
	comes []time.Duration // since the beginning
	tells []*try
	next  int // of those the first that did not come yet
	back  []*try
	again time.Time // when those come again that were put off
}

func newStorm(criticals, others float64) *storm {
	s, r := new(storm), rand.New(rand.NewPCG(7, 7))
	for at := time.Duration(0); at < 2*time.Minute; at += 50 * time.Millisecond {
		burst := 1.0
		if at%(15*time.Second) >= 12*time.Second {
			burst = 2.7
		} else if at%(15*time.Second) < 6*time.Second {
			burst = .4
		}
		come := func(rate float64, severity event.Severity) {
			for range int(rate*burst/20 + r.Float64()) {
				s.comes = append(s.comes, at)
				s.tells = append(s.tells, story(len(s.tells), severity))
			}
		}
		come(criticals, event.SeverityCritical)
		come(others, event.SeverityLow)
	}
	return s
}

// story is a notification of an incident as floods have them.
func story(i int, severity event.Severity) *try {
	t := told(fmt.Sprintf("i%05d", i), 1, event.ChangeNew, severity)
	a := &t.n.Alerts[0]
	a.Labels["place"], a.Labels["country"] = "Zhanaozen", "KZ"
	a.Annotations["summary"] = fmt.Sprintf("Deputy governor %d abducted on the road to Zhanaozen", i)
	a.Annotations["support"], a.Annotations["score"] = "single source, credibility 6 (cannot be judged)", "88"
	a.Annotations["links"] = fmt.Sprintf("https://news.example/2026/11/item/%d Wire 137 Central Asia, news.example", i)
	return t
}

// take is what waits at a time, at most n.
func (s *storm) take(start time.Time, n int) (out []*try) {
	if !time.Now().Before(s.again) {
		some := min(n, len(s.back))
		out, s.back = slices.Clone(s.back[:some]), s.back[some:]
	}
	for ; s.next < len(s.comes) && len(out) < n && time.Since(start) >= s.comes[s.next]; s.next++ {
		t := s.tells[s.next]
		t.n.Created = start.Add(s.comes[s.next])
		t.n.Alerts[0].StartsAt = t.n.Created
		out = append(out, t)
	}
	return out
}

// putBack lets those come again that a message has no room for, and returns the others.
func (s *storm) putBack(tries []*try) (sent []*try) {
	for _, t := range tries {
		if t.over {
			s.back, s.again = append(s.back, &try{n: t.n}), time.Now().Add(lookEvery)
			continue
		}
		sent = append(sent, t)
	}
	return sent
}

// While critical incidents come without end, amid a flood of others, each is named after no
// more than the time from one message to the next and a second, in a chat with little room as well;
// no minute has more messages than allowed, and all is told.
func TestCriticalsWaitForNoMoreThanOneMessage(t *testing.T) {
	chats := "route: {receiver: desk}\nreceivers:\n- name: desk\n  slack_configs: [{api_url: 'https://chat.example/slack'}]\n  telegram_configs: [{bot_token: '1:token', chat_id: -100}]\n  email_configs: [{to: 'desk@example.org', from: 'a@example.org', smarthost: 'mail.example:25'}]\n"
	c, err := notify.Load(config.NewDir(config.Layer{Name: "test", FS: fstest.MapFS{"alerting.yaml": {Data: []byte(chats)}}}, config.Layer{Name: "(shipped)", FS: deploy.Config()}), notify.Options{Deadline: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range c.Receivers()[0].Integrations {
		for name, others := range map[string]float64{"in a flood": 40, "alone": 0} {
			t.Run(i.Name+" "+name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { rideOut(t, i, newStorm(6, others)) }) })
		}
	}
}

// rideOut tells a storm through a channel whose messages are on their way for half a second.
func rideOut(t *testing.T, channel *notify.Integration, s *storm) {
	l, start := &lane{pace: newPace(20), standing: alone()}, time.Now()
	l.sender.Store(channel)
	var sent []time.Time
	var longest time.Duration
	told := 0
	for told < len(s.tells) {
		first := s.take(start, 1)
		if len(first) == 0 {
			l.pause(t.Context(), 10*time.Millisecond)
			continue
		}
		tries, err := l.next(t.Context(), first[0], func(n int) []*try { return s.take(start, n) })
		if err != nil {
			t.Fatal(err)
		}
		l.pause(t.Context(), 500*time.Millisecond)
		for _, m := range s.putBack(tries) {
			told++
			if m.critical() {
				longest = max(longest, time.Since(m.n.Created))
			}
		}
		if sent = append(sent, time.Now()); len(sent) > 20 && sent[len(sent)-1].Sub(sent[len(sent)-21]) < time.Minute {
			t.Errorf("message %d is the twenty-first within a minute", len(sent))
		}
	}
	if most := l.pace.every + time.Second; longest > most {
		t.Errorf("a critical incident waited %s, at most %s is right", longest, most)
	}
}
