package deliver

import "time"

// pace bounds the messages of a channel that people read: perMinute in any
// minute, three of twenty at once. It is a token bucket whose last tokens are kept for
// what is urgent. The fewer come at once the shorter it is from one token to the next,
// which is the longest that something urgent waits when there is ever more of it.
type pace struct {
	perMinute int
	size      int
	every     time.Duration // a token comes
	reserve   int           // how many those are
	tokens    int
	since     time.Time // of the last token that came
}

// onTheWay is how much longer one message may be on its way than those after it: the bound
// holds where they arrive.
const onTheWay = time.Second

func newPace(perMinute int) *pace {
	size := max(1, perMinute*3/20)
	every := (time.Minute + onTheWay) / time.Duration(perMinute-size+1)
	return &pace{perMinute: perMinute, size: size, reserve: size / 3, tokens: size, every: every}
}

// wait is how long until there is a token for a message: any for an urgent one, else one
// beyond the reserve.
func (p *pace) wait(now time.Time, urgent bool) time.Duration {
	p.fill(now)
	need := 1
	if !urgent {
		need += p.reserve
	}
	if p.tokens >= need {
		return 0
	}
	return p.since.Add(time.Duration(need-p.tokens) * p.every).Sub(now)
}

// take uses up a token and reports whether no more than the reserve is left.
func (p *pace) take(now time.Time) (scarce bool) {
	p.fill(now)
	p.tokens = max(0, p.tokens-1)
	return p.tokens <= p.reserve
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
