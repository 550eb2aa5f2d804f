package event

import "time"

// Feedback is what a person at the desk says of an alert, or of an item that
// should have been one. It holds the item, so that it stays of use when the
// archive no longer has it. The latest of an item is the one that holds.
type Feedback struct {
	Schema Schema `json:"schema"`
	ID     string `json:"id"`
	Item   Item   `json:"item"`
	// True says that the item is news that must alert; false, that it must not.
	True bool `json:"true"`
	// Indicator is the rule that it is said of; empty for the alert as a whole.
	Indicator string    `json:"indicator,omitempty"`
	Note      string    `json:"note,omitempty"`
	By        string    `json:"by,omitempty"` // who says so, as they name themselves
	Given     time.Time `json:"given"`
}
