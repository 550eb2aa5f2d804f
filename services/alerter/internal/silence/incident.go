package silence

import (
	"context"
	"fmt"
	"time"

	am "github.com/prometheus/alertmanager/silence"
	"github.com/prometheus/alertmanager/silence/silencepb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// incidentLabel is the label by which a silence is one of a single incident.
const incidentLabel = "incident"

// Mute silences one incident until a time, for everybody, and returns the id of the
// silence. When it returns nil as error, that is stored.
func (s *Store) Mute(ctx context.Context, incident string, until time.Time, by, comment string) (id string, err error) {
	m := &silencepb.Matcher{Type: silencepb.Matcher_EQUAL, Name: incidentLabel, Pattern: incident}
	one := &silencepb.Silence{
		MatcherSets: []*silencepb.MatcherSet{{Matchers: []*silencepb.Matcher{m}}},
		StartsAt:    timestamppb.Now(), EndsAt: timestamppb.New(until), CreatedBy: by, Comment: comment,
	}
	if err := s.silences.Set(ctx, one); err != nil {
		return "", fmt.Errorf("silencing incident %s: %w", incident, err)
	}
	return one.Id, s.Flush(ctx)
}

// End ends a silence. When it returns nil, that is stored.
func (s *Store) End(ctx context.Context, id string) error {
	if err := s.silences.Expire(ctx, id); err != nil {
		return fmt.Errorf("ending silence %s: %w", id, err)
	}
	return s.Flush(ctx)
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
