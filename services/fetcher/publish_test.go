package fetcher

import (
	"fmt"
	"testing"

	"faultline/pkg/event"
)

// The server keeps each id of three days in memory: they are short, and none is another's.
func TestMessageIDsAreShortAndTheirOwn(t *testing.T) {
	seen := map[string]string{}
	for n := range 10_000 {
		item := event.NewID(fmt.Sprint(n))
		for revision := range 3 {
			id, of := messageID(item, revision), fmt.Sprint(item, revision)
			if other, taken := seen[id]; taken || len(id) != 16 || id != messageID(item, revision) {
				t.Fatalf("%s is %q, as is %s", of, id, other)
			}
			seen[id] = of
		}
	}
}
