package silence

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/alertmanager/pkg/labels"
	am "github.com/prometheus/alertmanager/silence"
	"github.com/prometheus/alertmanager/silence/silencepb"
)

// incidentLabel is the label by which a silence is one of a single incident.
const incidentLabel = "incident"

// Mute silences one incident until a time, for everybody, and returns the id of the
// silence. When it returns nil as error, that is stored.
func (s *Store) Mute(ctx context.Context, incident string, until time.Time, by, comment string) (id string, err error) {
	one, err := s.Add(ctx, []*labels.Matcher{{Type: labels.MatchEqual, Name: incidentLabel, Value: incident}}, until, by, comment)
	if err != nil {
		return one.ID, fmt.Errorf("silencing incident %s: %w", incident, err)
	}
	return one.ID, nil
}

// Unmute ends the silences of one incident, whoever made them, and returns how
// many there were. Silences of more than that incident stay.
func (s *Store) Unmute(ctx context.Context, incident string) (n int, err error) {
	all, _, err := s.silences.Query(ctx, am.QState(am.SilenceStateActive, am.SilenceStatePending))
	if err != nil {
		return 0, fmt.Errorf("looking for silences: %w", err)
	}
	for _, one := range all {
		if !only(one, incident) {
			continue
		}
		if err := s.silences.Expire(ctx, one.Id); err != nil {
			return n, fmt.Errorf("ending silence %s: %w", one.Id, err)
		}
		n++
	}
	return n, s.Flush(ctx)
}

// only reports whether a silence matches the incident and nothing else.
func only(s *silencepb.Silence, incident string) bool {
	if len(s.MatcherSets) != 1 || len(s.MatcherSets[0].Matchers) != 1 {
		return false
	}
	m := s.MatcherSets[0].Matchers[0]
	return m.Type == silencepb.Matcher_EQUAL && m.Name == incidentLabel && m.Pattern == incident
}
