package sim

import "time"

// Counts is what was counted.
type Counts struct {
	// Polls are the requests, NotModified those answered 304.
	Polls, NotModified, Failed int
	Bytes                      int
	Items                      int // published, with what was old at the first poll
	States                     int // feed states that were stored
	Slept                      int // tokens of feeds that were not to be asked yet
	// Late are polls that began more than a second after they were due, Latest
	// is by how much at most.
	Late   int
	Latest time.Duration
	Missed int // items that left their document before they were seen
	// The delays from publishing to seen, of feeds of watched regions and of
	// all others.
	Watched, Others Delays
	// Shortest and Longest are the waits that feeds in order were given, and
	// Alone is the longest that one of them was in fact not asked.
	Shortest, Longest, Alone time.Duration
}

// lateness is when a poll counts as late.
const lateness = time.Second

// note counts one poll.
func (c *Counts) note(f *subject, p turn) {
	a, e := p.answer, p.effect
	late := p.start.Sub(f.due)
	c.Latest = max(c.Latest, late)
	c.Late += one(late > lateness)
	c.Slept += one(a.kind == asleep)
	c.Polls += one(a.kind != asleep)
	c.NotModified += one(a.kind == notModified)
	c.Failed += one(a.kind == failed)
	c.States += one(e.state)
	c.Bytes += a.bytes
	c.Items += e.items
	if f.learned { // how old what it had before is says nothing of the pace
		c.Missed += a.lost
		c.delays(f.watched).all(a.at, a.came[a.lost:])
	}
	if a.kind == asleep || a.kind == failed {
		f.sound = false
		return
	}
	if f.sound {
		c.Alone = max(c.Alone, a.at.Sub(f.last))
	}
	if c.Shortest == 0 || e.wait < c.Shortest {
		c.Shortest = e.wait
	}
	c.Longest = max(c.Longest, e.wait)
	f.last, f.sound, f.learned = a.at, true, true
}

func (c *Counts) delays(watched bool) *Delays {
	if watched {
		return &c.Watched
	}
	return &c.Others
}

func one(when bool) int {
	if when {
		return 1
	}
	return 0
}

// add adds what another processor counted.
func (c *Counts) add(o *Counts) {
	c.Polls += o.Polls
	c.NotModified += o.NotModified
	c.Failed += o.Failed
	c.Bytes += o.Bytes
	c.Items += o.Items
	c.States += o.States
	c.Slept += o.Slept
	c.Late += o.Late
	c.Latest = max(c.Latest, o.Latest)
	c.Missed += o.Missed
	c.Watched.merge(&o.Watched)
	c.Others.merge(&o.Others)
	if c.Shortest == 0 || o.Shortest > 0 && o.Shortest < c.Shortest {
		c.Shortest = o.Shortest
	}
	c.Longest, c.Alone = max(c.Longest, o.Longest), max(c.Alone, o.Alone)
}
