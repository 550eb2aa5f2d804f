package bus

import (
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

// Replicas exclude writing behind: a stream with some is left as it is.
func TestPollsAreWrittenBehindOnOneServer(t *testing.T) {
	for name, c := range map[string]struct {
		have, ask int // replicas
		behind    bool
	}{
		"new":              {0, 0, true},
		"one":              {1, 1, true},
		"one by default":   {1, 0, true},
		"three":            {3, 3, false},
		"three are left":   {3, 0, false},
		"one becomes more": {1, 3, false},
		"back to one":      {3, 1, true},
	} {
		spec := Topology(Tuning{Replicas: c.ask})[0]
		got := spec.persist(spec.config)
		if c.have > 0 {
			have := spec.config
			have.Replicas, have.PersistMode, have.AllowAtomicPublish = c.have, jetstream.DefaultPersistMode, true
			got = spec.merge(have, c.ask)
		}
		if behind := got.PersistMode == jetstream.AsyncPersistMode; spec.Name != Poll || behind != c.behind || got.AllowAtomicPublish == behind {
			t.Errorf("%s: %s is %v, in batches %v", name, spec.Name, got.PersistMode, got.AllowAtomicPublish)
		}
	}
}

// The metrics, the health and the shared flushes go by the name of a subject's stream.
func TestEachSubjectBelongsToItsStream(t *testing.T) {
	for _, spec := range Topology(Tuning{}) {
		for _, subject := range spec.config.Subjects {
			if got := streamOf(subject); got != spec.Name && !strings.HasPrefix(subject, "$JS.EVENT.") {
				t.Errorf("%s is of %s, want %s", subject, got, spec.Name)
			}
		}
	}
}
