package deliver

import "time"

// pace bounds the messages of a channel that people read: perMinute in any
// minute, a quarter of them at once. It is a token bucket.
type pace struct {
	perMinute int
	size      int
	every     time.Duration // a token comes
	tokens    int
	since     time.Time // of the last token that came
}

func newPace(perMinute int) *pace {
	size := max(1, perMinute/4)
	return &pace{perMinute: perMinute, size: size, tokens: size, every: time.Minute / time.Duration(max(1, perMinute-size))}
}

// wait is how long until there is a token.
func (p *pace) wait(now time.Time) time.Duration {
	p.fill(now)
	if p.tokens > 0 {
		return 0
	}
	return p.since.Add(p.every).Sub(now)
}

// take uses up a token and reports whether it was the last one.
func (p *pace) take(now time.Time) (last bool) {
	p.fill(now)
	p.tokens = max(0, p.tokens-1)
	return p.tokens == 0
}

func (p *pace) fill(now time.Time) {
	if p.tokens >= p.size || now.Before(p.since) { // full, or the clock was set back
		p.since = now
	}
	came := int(now.Sub(p.since) / p.every)
	if came <= 0 {
		return
	}
	p.tokens = min(p.size, p.tokens+came)
	p.since = p.since.Add(time.Duration(came) * p.every)
}
