package alerter

import (
	"context"
	"errors"
	"slices"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/silence"
)

// Silence holds back for a time what alerts with some labels would tell, whoever made
// it with whatever tool.
type Silence = silence.Entry

// Matchers choose alerts by their labels.
type Matchers = notify.Matchers

// ParseMatchers reads matchers in the words of alerting.yaml, and says which of their
// labels and values no alert has.
func ParseMatchers(dir *config.Dir, texts []string) (all Matchers, strange []string, err error) {
	for _, text := range texts {
		some, err := notify.ParseMatchers(text)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, some...)
	}
	if all.Matches(nil) {
		return nil, nil, errors.New(`what matches every alert, or those alone that have not a label, silences nothing in particular; write one matcher at least that wants a value, such as severity=~"low|moderate"`)
	}
	for _, p := range notify.StrangeMatchers(dir, all) {
		strange = append(strange, p.Message+"; "+p.Remedy)
	}
	return all, strange, nil
}

// Silences are all silences, also those that ended within the last 90 days, the one that
// ends last first.
func Silences(ctx context.Context, b *bus.Bus) ([]Silence, error) {
	store, err := silence.New(ctx, silence.Options{Bus: b})
	if err != nil {
		return nil, err
	}
	return store.All(ctx)
}

// Holding are the silences that hold back an alert with these labels at a time.
func Holding(ctx context.Context, b *bus.Bus, labels map[string]string, at time.Time) ([]Silence, error) {
	store, err := silence.New(ctx, silence.Options{Bus: b})
	if err != nil {
		return nil, err
	}
	all, err := store.Of(ctx, labels)
	return slices.DeleteFunc(all, func(s Silence) bool { return !s.Holds(at) }), err
}

// AddSilence makes a silence in the name of a person, for the reason and until the time
// that a says. When it returns nil as error, it is on disk, and every alerter obeys it.
func AddSilence(ctx context.Context, b *bus.Bus, m Matchers, a event.DeskAction) (Silence, error) {
	store, err := silence.New(ctx, silence.Options{Bus: b})
	if err != nil {
		return Silence{}, err
	}
	return store.Add(ctx, m, a.Until, a.By, a.Comment)
}

// ExpireSilence ends a silence and returns it as it was. When it returns nil as error,
// that is on disk, and what gathered is told.
func ExpireSilence(ctx context.Context, b *bus.Bus, id string) (Silence, error) {
	store, err := silence.New(ctx, silence.Options{Bus: b})
	if err != nil {
		return Silence{}, err
	}
	return store.End(ctx, id)
}
