package feed

import (
	"faultline/pkg/event"
)

// Identity is the id of an item that was never seen before: a name of feed and
// guid, else of feed and link, else of feed, title, date and, when there is no
// title, text. For one that may have been seen use Memory, which also knows an
// item again when its guid or its link changed.
func Identity(feedID string, e Entry) string { return candidates(feedID, e)[0] }

// candidates are the ids an item can have, the best first; the last one depends
// on everything the item says.
func candidates(feedID string, e Entry) []string {
	var ids []string
	if e.GUID != "" {
		ids = append(ids, event.NewID("guid", feedID, e.GUID))
	}
	if e.URL != "" {
		ids = append(ids, event.NewID("link", feedID, e.URL))
	}
	text := ""
	if e.Title == "" {
		text = e.Text
	}
	return append(ids,
		event.NewID("content", feedID, e.Title, e.RawDate, text),
		event.NewID("all", feedID, e.GUID, e.URL, e.Title, e.RawDate, e.Text))
}

// ContentHash names what an item says: it changes with the revision, and only
// then.
func ContentHash(title, text string) string { return event.NewID("revision", title, text) }

// Memory is what a feed remembers of its items: from key (Entry.Keys) to item
// id. The fetcher builds it from the feed's state and forgets with it.
//
// Feeds break the promise of the guid in both directions: some give one guid to
// different items, some give an item a new guid at each fetch or each edit. So
// an item is known by keys that pair two signs (guid and title, guid and date,
// title and date), or by a link that no other item of the document shares.
type Memory map[string]string

// Identify returns the id the item had when it was last seen, or a new one that
// no remembered item has.
func (m Memory) Identify(feedID string, e Entry) (id string, known bool) {
	for _, k := range e.Keys {
		if id, ok := m[k]; ok {
			return id, true
		}
	}
	ids := candidates(feedID, e)
	for _, id := range ids {
		if _, taken := m[idKey(id)]; !taken {
			return id, false
		}
	}
	return ids[len(ids)-1], true
}

// Remember makes the item known by its keys and its id as taken.
func (m Memory) Remember(id string, keys []string) {
	m[idKey(id)] = id
	for _, k := range keys {
		m[k] = id
	}
}

// idKey is the key under which an id is marked as taken; no key of an entry
// begins with a colon.
func idKey(id string) string { return ":" + id }
