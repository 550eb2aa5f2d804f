package feed

import (
	"fmt"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/fetcher/internal/link"
)

// Identity is the id of an item that was never seen before: a name of feed and
// guid, else of feed and link, else of feed, title, date and, when there is no
// title, text. For one that may have been seen use Memory, which also knows an
// item again when its guid or its link changed.
func Identity(feedID string, e Entry) string { return candidates(feedID, e)[0] }

// candidates are the ids an item can have, the best first; the last one depends
// on everything the item says.
func candidates(feedID string, e Entry) []string {
	ids := make([]string, 0, 4)
	if e.GUID != "" {
		ids = append(ids, event.NewID("guid", feedID, e.GUID))
	}
	if e.URL != "" && !e.sharedLink {
		ids = append(ids, event.NewID("link", feedID, e.URL))
	}
	return append(ids,
		event.NewID("content", feedID, e.date(), e.words()),
		event.NewID("all", feedID, e.GUID, e.URL, e.Title, e.RawDate, e.Text))
}

// words is what tells an item by its content: the title, else the text.
func (e Entry) words() string {
	if e.Title != "" {
		return e.Title
	}
	return e.Text
}

// date is the item's date as written, when it is one: "2 hours ago" is another at
// each fetch.
func (e Entry) date() string {
	if e.PublishedSource == event.PublishedFetched {
		return ""
	}
	return e.RawDate
}

// ContentHash names what an item says: it changes with the revision, and only
// then.
func ContentHash(title, text string) string { return event.NewID("revision", title, text) }

// Memory is what a feed remembers of its items: from key (Entry.Keys) to item
// id. The fetcher builds it from the feed's state and forgets with it.
//
// Feeds break the promise of the guid in both directions: some give one guid to
// different items, some give an item a new guid at each fetch or each edit. So
// an item that has a guid is known by any two of its signs that agree: guid, link,
// title, date. One that has none, or whose guid only repeats its link, is known by
// the link.
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
		if _, taken := m[takenKey(id)]; !taken {
			return id, false
		}
	}
	return ids[len(ids)-1], true
}

// Remember makes the item known by its keys, and its id taken.
func (m Memory) Remember(id string, keys []string) {
	m[takenKey(id)] = id
	for _, k := range keys {
		m[k] = id
	}
}

// takenKey is the key under which an id is marked as taken; no key of an entry is
// so long.
func takenKey(id string) string { return "id:" + id }

// key is a short name for what an item is known by: 48 bits are enough among the
// items of one feed.
func key(parts ...string) string { return event.NewID(parts...)[:12] }

// identify puts duplicates apart and gives the entries of a document their keys.
func identify(d *Document) {
	d.unite()
	n := len(d.Items)
	guids, links, keys := make(map[string]int, n), make(map[string]int, n), make(map[string]int, 6*n)
	for i := range d.Items {
		guids[d.Items[i].GUID]++
		links[d.Items[i].URL]++
	}
	reused := false
	for i := range d.Items {
		e := &d.Items[i]
		e.sharedLink = links[e.URL] > 1 || e.URL == d.Link
		if e.GUID != "" && guids[e.GUID] > 1 {
			e.GUID, reused = "", true
		}
		if e.ownGUID() == "" && (e.URL == "" || e.sharedLink) {
			e.read()
		}
		e.Keys = e.keys()
		for _, k := range e.Keys {
			keys[k]++
		}
	}
	for i := range d.Items {
		e := &d.Items[i]
		// What two items of one document share tells neither.
		e.Keys = slices.DeleteFunc(e.Keys, func(k string) bool { return keys[k] > 1 })
		if len(e.Keys) == 0 {
			e.read()
			e.Keys = []string{key("all", e.GUID, e.URL, e.Title, e.RawDate, e.Text)}
		}
		e.Unread, e.unread = e.unread != nil, nil
	}
	if reused {
		d.Warnings = append(d.Warnings, "guid: different items have the same guid, they are told apart by link and content")
	}
}

// read reads the item's text, if that was put off.
func (e *Entry) read() {
	if e.unread == nil {
		return
	}
	text, cut := e.unread()
	e.Text, e.Truncated, e.unread = text, e.Truncated || cut, nil
}

// keys are what the item is known by.
func (e *Entry) keys() []string {
	guid, url, words, date := e.ownGUID(), e.URL, e.words(), e.date()
	if e.sharedLink {
		url = ""
	}
	keys := make([]string, 0, 6)
	pair := func(kind, a, b string) {
		if a != "" && b != "" {
			keys = append(keys, key(kind, a, b))
		}
	}
	switch {
	case guid != "":
		pair("guid+link", guid, e.URL)
		pair("guid+words", guid, words)
		pair("guid+date", guid, date)
		pair("link+words", url, words)
		pair("link+date", url, date)
		if len(keys) == 0 {
			keys = append(keys, key("guid", guid))
		}
	case url != "":
		keys = append(keys, key("link", url))
	default:
		pair("words+date", words, date)
		pair("words+text", words, e.Text)
		if date == "" && words != "" {
			keys = append(keys, key("words", words))
		}
		return keys
	}
	if strings.Contains(date, ":") { // a day alone says too little
		pair("words+date", words, date)
	}
	return keys
}

// ownGUID is the guid, unless it only repeats the link, perhaps with a count of
// revisions for its fragment.
func (e *Entry) ownGUID() string {
	if e.URL != "" && !e.sharedLink && hasScheme(e.GUID) && (e.GUID == e.URL || link.Canonical(e.GUID, "") == e.URL) {
		return ""
	}
	return e.GUID
}

// unite puts items apart that repeat an earlier one: in guid, link, title and date.
func (d *Document) unite() {
	type sign struct{ guid, url, words, date string }
	seen := make(map[sign]int, len(d.Items))
	kept := d.Items[:0]
	for _, e := range d.Items {
		s := sign{e.GUID, e.URL, e.words(), e.RawDate}
		if of, ok := seen[s]; ok {
			e.Unread, e.unread = e.unread != nil, nil
			d.Repeats = append(d.Repeats, Repeat{e, of, len(kept)})
			continue
		}
		seen[s] = len(kept)
		kept = append(kept, e)
	}
	d.Items = kept
	if n := len(d.Repeats); n > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("items: %d repeat an earlier one, with its id, and count as that one", n))
	}
}
