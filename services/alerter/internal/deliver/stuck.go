package deliver

import "time"

// stuck are the messages that a channel which machines read did not take, by id. A program behind a webhook may
// answer 500 to one text for ever: were that tried first each time, nothing else would be sent for as long.
type stuck map[string]sticking

// sticking is how often a message failed, and whether the channel took another one since it had failed often:
// then it is the message and not the channel.
type sticking struct {
	tries int
	alone bool
}

const (
	// otherEvery is how often a channel that fails is tried with a message that was not tried yet.
	otherEvery = 3
	// maxStuck bounds what is known; what another process is done with stays in it.
	maxStuck = 2 * maxSearched
)

// failed notes a try that failed.
func (s stuck) failed(id string) {
	if len(s) >= maxStuck {
		clear(s)
	}
	was := s[id]
	was.tries++
	s[id] = was
}

// over forgets a message that is not tried again.
func (s stuck) over(id string) { delete(s, id) }

// took notes that the channel took a message.
func (s stuck) took(id string) {
	delete(s, id)
	for other, how := range s {
		how.alone = how.alone || how.tries >= otherEvery
		s[other] = how
	}
}

// pause is for how long a message that fails alone is put off; 0 for any other.
func (s stuck) pause(id string, longest time.Duration) time.Duration {
	how := s[id]
	if !how.alone {
		return 0
	}
	return min(time.Second<<min(how.tries-1, 20), longest)
}

// line is the order in which tries are sent, of which sending goes on to the limit. Critical ones go ahead, those
// that fail alone behind them and some others. Where the channel has failed several times, one that was not
// tried yet goes first now and then, to tell whether it is the channel.
func (l *lane) line(tries []*try) (order []int, limit int) {
	all, ahead := criticalFirst(tries)
	var alone []int
	for place, i := range all {
		if how := l.stuck[tries[i].n.ID]; !how.alone || tries[i].over {
			order = append(order, i)
			continue
		}
		if alone = append(alone, i); place < ahead {
			ahead--
		}
	}
	if l.failures > 0 && l.failures%otherEvery == 0 {
		if at := l.other(order, tries); at > 0 {
			first := order[at]
			copy(order[1:at+1], order[:at])
			if order[0] = first; at >= ahead {
				ahead++
			}
		}
	}
	behind := min(len(order), max(ahead, maxRelayed/2))
	order = append(order[:behind:behind], append(alone, order[behind:]...)...)
	return order, max(behind+min(1, len(alone)), maxRelayed)
}

// other is the first in an order of tries that was not tried yet, and comes behind nothing about its incidents
// that was; 0 if there is none, or it is the first anyway.
func (l *lane) other(order []int, tries []*try) int {
	about := map[string]bool{}
	for at, i := range order {
		t, apart := tries[i], true
		for _, a := range t.n.Alerts {
			apart = apart && !about[a.Incident]
		}
		switch {
		case t.over:
		case apart && l.stuck[t.n.ID].tries == 0:
			return at
		default:
			for _, a := range t.n.Alerts {
				about[a.Incident] = true
			}
		}
	}
	return 0
}
