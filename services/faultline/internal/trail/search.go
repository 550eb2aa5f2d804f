package trail

import (
	"fmt"
	"slices"
	"strings"

	"faultline/pkg/event"
)

// Search finds the item of the archive that somebody means.
type Search struct {
	wanted string // an id, the beginning of one, or a link
	link   string // what is wanted as the address that an item would have
	byID   []entry
	byLink []entry
}

// entry is a revision of an item and its place in the stream.
type entry struct {
	item     event.Item
	sequence uint64
}

// NewSearch looks for an item by its id, by at least six characters that its id
// begins with, or by its link. The link is the canonical form of what is
// wanted, "" when that is no address.
func NewSearch(wanted, link string) *Search { return &Search{wanted: wanted, link: bare(link)} }

// ShortestID is how many characters of an id must be given.
const ShortestID = 6

// bare is a link without what differs between two forms of one address.
func bare(link string) string {
	link = strings.TrimPrefix(strings.TrimPrefix(link, "https://"), "http://")
	return strings.TrimSuffix(strings.TrimPrefix(link, "www."), "/")
}

// Item takes an item of the archive, with its sequence in the stream.
func (s *Search) Item(item event.Item, sequence uint64) {
	switch {
	case len(s.wanted) >= ShortestID && strings.HasPrefix(item.ID, s.wanted):
		s.byID = append(s.byID, entry{item, sequence})
	case s.link != "" && bare(item.URL) == s.link:
		s.byLink = append(s.byLink, entry{item, sequence})
	}
}

// Ambiguous says that several items are meant.
type Ambiguous struct {
	Wanted string
	Link   bool         // the items have this link; otherwise their ids begin so
	Items  []event.Item // one of each
}

// mostListed is how many items an error names.
const mostListed = 20

// Error implements error.
func (e *Ambiguous) Error() string {
	var b strings.Builder
	if e.Link {
		fmt.Fprintf(&b, "%d items have the link %s; give the id of the one that is meant", len(e.Items), e.Wanted)
	} else {
		fmt.Fprintf(&b, "the ids of %d items begin with %s; give more of the one that is meant", len(e.Items), e.Wanted)
	}
	for i, item := range e.Items {
		if i == mostListed {
			fmt.Fprintf(&b, "\n  and %d more", len(e.Items)-mostListed)
			break
		}
		fmt.Fprintf(&b, "\n  %s  feed %s: %q", item.ID, item.Source.Feed, item.Title)
	}
	return b.String()
}

// Trail begins the trail of the item that was found: with several of one link
// that of the first, the others being its Elsewhere. It is nil when there is
// none. Ids that begin alike are Ambiguous.
func (s *Search) Trail() (*Trail, error) {
	found, link := s.byID, false
	if exact := slices.ContainsFunc(found, func(e entry) bool { return e.item.ID == s.wanted }); exact {
		found = slices.DeleteFunc(slices.Clone(found), func(e entry) bool { return e.item.ID != s.wanted })
	}
	if len(found) == 0 {
		found, link = s.byLink, true
	}
	if len(found) == 0 {
		return nil, nil
	}
	if items := distinct(found); len(items) > 1 && !link {
		return nil, &Ambiguous{Wanted: s.wanted, Items: items}
	}
	t := &Trail{at: map[string]int{}}
	for _, e := range found {
		if len(t.Items) > 0 && t.Items[0].ID != e.item.ID {
			t.Other(e.item)
			continue
		}
		t.Items = append(t.Items, e.item)
		t.Classifier.Sequence = e.sequence
	}
	return t, nil
}

// One is the latest revision of the item that was found, nil when there is none.
// Several of one link are Ambiguous, too.
func (s *Search) One() (*event.Item, error) {
	t, err := s.Trail()
	if t == nil || err != nil {
		return nil, err
	}
	if len(t.Elsewhere) > 0 {
		return nil, &Ambiguous{Wanted: s.wanted, Link: true, Items: append(t.Items[:1:1], t.Elsewhere...)}
	}
	return &t.Items[len(t.Items)-1], nil
}

// distinct are the first revisions of the items.
func distinct(entries []entry) (items []event.Item) {
	for _, e := range entries {
		if !slices.ContainsFunc(items, func(i event.Item) bool { return i.ID == e.item.ID }) {
			items = append(items, e.item)
		}
	}
	return items
}
