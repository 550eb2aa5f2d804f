package silence

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/alertmanager/pkg/labels"
	am "github.com/prometheus/alertmanager/silence"
	"github.com/prometheus/alertmanager/silence/silencepb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Entry is a silence as people see it.
type Entry struct {
	ID       string    `json:"id"`
	Matchers string    `json:"matchers"` // as alerting.yaml writes them
	Starts   time.Time `json:"starts"`
	Ends     time.Time `json:"ends"`
	By       string    `json:"by"` // as they name themselves
	Comment  string    `json:"comment"`
}

// Holds reports whether the silence is in force at a time.
func (e Entry) Holds(at time.Time) bool { return !at.Before(e.Starts) && at.Before(e.Ends) }

// Add silences the alerts that all matchers match until a time, for everybody. When it
// returns nil as error, that is stored.
func (s *Store) Add(ctx context.Context, matchers []*labels.Matcher, until time.Time, by, comment string) (Entry, error) {
	set := &silencepb.MatcherSet{}
	for _, m := range matchers {
		set.Matchers = append(set.Matchers, &silencepb.Matcher{Type: kinds()[m.Type], Name: m.Name, Pattern: m.Value})
	}
	one := &silencepb.Silence{
		MatcherSets: []*silencepb.MatcherSet{set}, StartsAt: timestamppb.Now(), EndsAt: timestamppb.New(until), CreatedBy: by, Comment: comment,
	}
	if err := s.silences.Set(ctx, one); err != nil {
		return Entry{}, fmt.Errorf("adding a silence: %w", err)
	}
	return entry(one), s.Flush(ctx)
}

// End ends a silence and returns it. When it returns nil as error, that is stored.
func (s *Store) End(ctx context.Context, id string) (Entry, error) {
	one, err := s.silences.QueryOne(ctx, am.QIDs(id))
	if errors.Is(err, am.ErrNotFound) {
		return Entry{}, fmt.Errorf("there is no silence %s; faultline silences list shows the ids", id)
	}
	if err == nil {
		err = s.silences.Expire(ctx, id)
	}
	if err != nil {
		return Entry{}, fmt.Errorf("ending silence %s: %w", id, err)
	}
	return entry(one), s.Flush(ctx)
}

// All are the silences, also those that ended less than Retention ago, the one that ends
// last first.
func (s *Store) All(ctx context.Context) ([]Entry, error) { return s.entries(ctx) }

// Of are the silences, of any time, that match an alert with these labels.
func (s *Store) Of(ctx context.Context, alert map[string]string) ([]Entry, error) {
	return s.entries(ctx, am.QMatches(labelSet(alert)))
}

func (s *Store) entries(ctx context.Context, which ...am.QueryParam) (all []Entry, err error) {
	found, _, err := s.silences.Query(ctx, which...)
	if err != nil {
		return nil, fmt.Errorf("looking for silences: %w", err)
	}
	for _, one := range found {
		all = append(all, entry(one))
	}
	slices.SortFunc(all, func(a, b Entry) int { return cmp.Or(b.Ends.Compare(a.Ends), strings.Compare(a.ID, b.ID)) })
	return all, nil
}

func entry(one *silencepb.Silence) Entry {
	var sets []string
	for _, set := range one.MatcherSets {
		var all []string
		for _, m := range set.Matchers {
			all = append(all, (&labels.Matcher{Type: kindOf(m.Type), Name: m.Name, Value: m.Pattern}).String())
		}
		sets = append(sets, strings.Join(all, ", "))
	}
	return Entry{ID: one.Id, Matchers: strings.Join(sets, " or "), Starts: one.StartsAt.AsTime(), Ends: one.EndsAt.AsTime(), By: one.CreatedBy, Comment: one.Comment}
}

// kinds are the operators of matchers as silences store them.
func kinds() map[labels.MatchType]silencepb.Matcher_Type {
	return map[labels.MatchType]silencepb.Matcher_Type{
		labels.MatchEqual: silencepb.Matcher_EQUAL, labels.MatchNotEqual: silencepb.Matcher_NOT_EQUAL,
		labels.MatchRegexp: silencepb.Matcher_REGEXP, labels.MatchNotRegexp: silencepb.Matcher_NOT_REGEXP,
	}
}

func kindOf(stored silencepb.Matcher_Type) labels.MatchType {
	for kind, as := range kinds() {
		if as == stored {
			return kind
		}
	}
	return labels.MatchEqual
}
