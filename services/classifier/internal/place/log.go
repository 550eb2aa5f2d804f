package place

// log keeps the reasons of a decision while it is explained. Find has none: all
// methods do nothing on nil.
type log struct {
	open     []Reason // noted, and not yet anybody's
	mentions map[int][]Reason
	senses   map[senseKey][]Reason
}

// senseKey is a name, by its node, and what it can mean.
type senseKey struct {
	name  uint32
	sense meaning
}

func newLog() *log {
	return &log{mentions: make(map[int][]Reason), senses: make(map[senseKey][]Reason)}
}

func (l *log) add(why string, weight float64) {
	if weight != 0 {
		l.open = append(l.open, Reason{why, hundredths(weight)})
	}
}

// begin forgets what is noted and nobody's.
func (l *log) begin() {
	if l != nil {
		l.open = nil
	}
}

// mention gives what is noted to candidate i.
func (l *log) mention(i int) {
	if l != nil {
		l.mentions[i], l.open = l.open, nil
	}
}

// sense gives what is noted to a sense of a name, in place of what it had.
func (l *log) sense(name uint32, m meaning) {
	if l != nil {
		l.senses[senseKey{name, m}], l.open = l.open, nil
	}
}

// vote is the votes, noted with their reason while a decision is explained.
func (f *finder) vote(why string, votes int) int {
	if f.log != nil {
		f.log.add(why, float64(votes))
	}
	return votes
}

// point is vote for the senses of a name.
func (f *finder) point(why string, weight float32) float32 {
	if f.log != nil {
		f.log.add(why, float64(weight))
	}
	return weight
}
