package classifier

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"faultline/pkg/config"
	"faultline/pkg/event"
)

// Text is one line of what classify reads: a text to assess.
type Text struct {
	ID        json.RawMessage `json:"id"` // comes back as it is
	Title     string          `json:"title"`
	Text      string          `json:"text"`
	Language  string          `json:"lang"`
	Country   string          `json:"country"`   // the outlet's, ISO 3166-1 alpha-2
	Published string          `json:"published"` // RFC 3339 or a date; ignored when it is neither
}

// textKeys are the keys of a Text.
func textKeys() []string { return []string{"id", "title", "text", "lang", "country", "published"} }

// ReadText reads a line as a Text, which has a title or a text, be it empty, and returns
// its keys that no Text has, sorted. More are keys that the caller reads itself.
func ReadText(line []byte, more ...string) (t Text, unknown []string, err error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(line, &t); err != nil {
		return t, nil, err
	}
	if err := json.Unmarshal(line, &all); err != nil {
		return t, nil, err
	}
	known, has := append(textKeys(), more...), false
	for _, key := range slices.Sorted(maps.Keys(all)) {
		has = has || strings.EqualFold(key, "title") || strings.EqualFold(key, "text")
		if !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, key) }) {
			unknown = append(unknown, key)
		}
	}
	if !has {
		err = errors.New("it has neither title nor text")
	}
	return t, unknown, err
}

// mostTold is how many keys that are not read are named; a file may have a new one
// on each line.
const mostTold = 20

// StrangeKeys says which keys of lines are not read, each of the first mostTold
// once. It is not for concurrent use.
type StrangeKeys struct {
	// Tell gets what is to be said; nil tells nobody.
	Tell func(warning string)
	// Strict refuses lines that have such keys, in place of telling.
	Strict bool
	told   map[string]bool
}

// Note tells of the unknown keys of a line, those that were told of before left
// out, or returns an error when Strict.
func (s *StrangeKeys) Note(number int, unknown []string) error {
	if s.Strict && len(unknown) > 0 {
		return errors.New(strange(unknown[0]))
	}
	for _, key := range unknown {
		if s.Tell == nil || s.told[key] || len(s.told) > mostTold {
			continue
		}
		if s.told == nil {
			s.told = map[string]bool{}
		}
		if s.told[key] = true; len(s.told) > mostTold {
			s.Tell(fmt.Sprintf("line %d: further keys are not read; they are not named", number))
			continue
		}
		s.Tell(fmt.Sprintf("line %d: %s", number, strange(key)))
	}
	return nil
}

func strange(key string) string {
	text := fmt.Sprintf("the key %.40q is not read", key)
	if near := config.DidYouMean(key, textKeys()); near != "" {
		text += "; " + near
	}
	return text
}

// id is the id as people write it: a string without its quotes.
func (t Text) id() string {
	var id string
	if json.Unmarshal(t.ID, &id) != nil {
		return string(t.ID)
	}
	return id
}

// Item is the text as an item of no feed.
func (t Text) Item() event.Item {
	item := event.Item{ID: t.id(), Title: t.Title, Text: t.Text, Language: t.Language, Source: event.Source{Country: t.Country}}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, t.Published); err == nil && at.Unix() != 0 { // by which programs say that there is none
			item.Published = at
		}
	}
	return item
}
