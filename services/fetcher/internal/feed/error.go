package feed

// Class says why a body gives no document.
type Class string

// The classes of Error.
const (
	ClassEmpty     Class = "empty"      // no bytes, or only white space
	ClassNotAFeed  Class = "not_a_feed" // a page, JSON of another kind, an image ...
	ClassMalformed Class = "malformed"  // a feed that is cut or broken before its first whole item
	ClassTooDeep   Class = "too_deep"   // elements nested beyond Limits.Depth
	ClassTooLarge  Class = "too_large"  // beyond Limits.Bytes or Limits.Attributes
)

// Error is a body that is no feed. It is the only kind of error that Parse
// returns, so that a feed's health can tell the cases apart.
type Error struct {
	Class   Class
	Message string
	// Remedy is what the operator can do, in a few words, or empty.
	Remedy string
	// Feed is the address of the feed that an HTML page offers, or empty.
	Feed string
}

// Error gives message and remedy in one line.
func (e *Error) Error() string {
	if e.Remedy == "" {
		return e.Message
	}
	return e.Message + "; " + e.Remedy
}
