package state

import "time"

// Servers and caches before them are known that answer 304 to whatever is asked
// conditionally. Such an answer cannot be told from a true one, so a feed that brings
// nothing is asked without conditions now and then. What that finds may have come a
// moment ago; so the next requests are conditional on the document before, and who
// goes on to answer 304 to that has lied.

const (
	// doubtAfter is the least silence that raises doubts, and also how far apart at least, on
	// average, requests are that are made for them; doubtAtLeast is how far apart at most.
	doubtAfter   = time.Hour
	doubtAtLeast = 12 * time.Hour
	// trial is for how long a 304 may be one of a cache or a machine that has the document before.
	trial = 30 * time.Minute
	// disbelief is how long no 304 of a server that lied is asked for: it may be mended.
	disbelief = 30 * 24 * time.Hour
)

// Believed reports whether a request may be conditional: on a document that is known,
// with a server whose word can be taken.
func (s *State) Believed(now time.Time) bool {
	return (s.ETag != "" || s.LastModified != "") && now.Sub(s.Lied).Abs() >= disbelief
}

// Doubts reports whether the feed is to be asked without conditions this time, although
// they are believed: never before it is silent for as long as it usually is, and an hour;
// then twice in a silence on average, and again and again more seldom. random is
// in [0, 1), and longest the time between two polls at most: a feed that could not be asked for days
// is no more doubtful for it.
func (s *State) Doubts(now time.Time, longest time.Duration, random float64) bool {
	since := min(now.Sub(s.Success), longest)
	if !s.Tried.IsZero() || random >= float64(since)/float64(doubtAfter) {
		return false
	}
	f := s.Facts(now, 0)
	silence := f.Silence
	if s.Item.IsZero() { // there never was an item
		silence = now.Sub(s.Begun)
	}
	if silence < max(doubtAfter, f.Gap) {
		return false
	}
	return random < float64(since)/float64(min(max(silence/2, doubtAfter), doubtAtLeast))
}

// Convict judges a 304: once a trial has lasted long enough it says of a document that it has not changed
// although it has, and the server has lied.
func (s *State) Convict(now time.Time) (lied bool) {
	if s.Tried.IsZero() || now.Sub(s.Tried).Abs() < trial {
		return false
	}
	s.Lied, s.Tried = now, time.Time{}
	return true
}
