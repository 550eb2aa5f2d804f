package deliver

import "time"

// pace bounds the messages of a channel that people read: perMinute in any
// minute, three of twenty at once. It is a token bucket whose last tokens are kept for
// what is urgent. The fewer come at once the shorter it is from one token to the next,
// which is the longest that something urgent waits when there is ever more of it.
// What was taken is kept as one time, full, at which all tokens are there again (the
// theoretical arrival time of the generic cell rate algorithm, ITU-T I.371).
type pace struct {
	perMinute int
	size      int
	every     time.Duration // a token comes
	reserve   int           // how many those are
}

// onTheWay is how much longer one message may be on its way than those after it: the bound
// holds where they arrive.
const onTheWay = time.Second

func newPace(perMinute int) *pace {
	size := max(1, perMinute*3/20)
	every := (time.Minute + onTheWay) / time.Duration(perMinute-size+1)
	return &pace{perMinute: perMinute, size: size, reserve: size / 3, every: every}
}

// wait is how long until there is a token for a message: any for an urgent one, else one
// beyond the reserve.
func (p *pace) wait(full, now time.Time, urgent bool) time.Duration {
	need := 1
	if !urgent {
		need += p.reserve
	}
	return max(0, p.fullIn(full, now)-time.Duration(p.size-need)*p.every)
}

// take uses up a token, if there is one, and returns when all are there again.
func (p *pace) take(full, now time.Time) time.Time {
	return now.Add(min(p.fullIn(full, now), time.Duration(p.size-1)*p.every) + p.every)
}

// scarce reports whether no more than the reserve is left.
func (p *pace) scarce(full, now time.Time) bool { return p.wait(full, now, false) > 0 }

// fullIn is how long until all tokens are there again. A time that is far beyond what can have been
// used is of a clock that was set back since.
func (p *pace) fullIn(full, now time.Time) time.Duration {
	in := full.Sub(now)
	if in < 0 || in > 2*time.Duration(p.size)*p.every {
		return 0
	}
	return in
}
