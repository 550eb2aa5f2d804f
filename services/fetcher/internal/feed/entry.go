package feed

import (
	"fmt"
	"sort"
	"strings"
	"time"

	bcp47 "golang.org/x/text/language"

	"faultline/pkg/event"
	"faultline/services/fetcher/internal/date"
	"faultline/services/fetcher/internal/link"
	"faultline/services/fetcher/internal/plain"
)

// The bounds of what is copied of an item as it stands.
const (
	longestGUID   = 512
	longestDate   = 64
	longestAuthor = 200
)

// finisher makes entries of raw items.
type finisher struct {
	hints    Hints
	base     string // of links that have none
	language string // the feed's
	tags     map[string]string
}

// entry is the item in plain text. That of one that is known is not read yet, unless it is all
// that the item says.
func (f *finisher) entry(raw *rawItem) Entry {
	raw.date()
	e := Entry{
		GUID:     identifier(raw),
		URL:      f.link(raw),
		Language: f.languageOf(raw),
		Mark:     raw.mark,
		RawDate:  strings.Clone(raw.rawDate[:min(len(raw.rawDate), longestDate)]),
	}
	e.RawDate = strings.ToValidUTF8(e.RawDate, "")
	e.Published, e.PublishedSource = date.Clamp(raw.published, raw.dated, f.hints.Fetched)
	var cutTitle, cutText bool
	e.Title, cutTitle = plain.Title(raw.title.text, f.hints.Limits.Title)
	if known := f.hints.Known; known != nil && known(raw.mark) && e.Title != "" {
		e.unread = func() (string, bool) { return f.text(raw) }
	} else {
		e.Text, cutText = f.text(raw)
	}
	e.Truncated = cutTitle || cutText
	for _, a := range raw.authors {
		if name, _ := plain.Title(a, longestAuthor); name != "" {
			e.Authors = append(e.Authors, name)
		}
	}
	return e
}

// text is the richest of the item's texts that says anything.
func (f *finisher) text(raw *rawItem) (text string, truncated bool) {
	for i := len(raw.texts) - 1; i >= 0; i-- {
		t := &raw.texts[i]
		if t.read(); t.text == "" {
			continue
		}
		if t.plain {
			text, truncated = plain.Plain(t.text, f.hints.Limits.Text)
		} else {
			text, truncated = plain.Text(t.text, f.hints.Limits.Text)
		}
		if text != "" {
			return text, truncated
		}
	}
	return "", false
}

// link is the item's canonical link: its own, else a guid that is one.
func (f *finisher) link(raw *rawItem) string {
	base := raw.link.base
	if base == "" {
		base = f.base
	}
	if u := link.Canonical(raw.link.href, base); u != "" {
		return u
	}
	for _, id := range [...]string{raw.guid, raw.about} {
		if !raw.notALink && hasScheme(id) {
			if u := link.Canonical(id, ""); u != "" {
				return u
			}
		}
	}
	return ""
}

func hasScheme(s string) bool {
	return len(s) > 8 && (strings.EqualFold(s[:7], "http://") || strings.EqualFold(s[:8], "https://"))
}

// identifier is the item's guid; a very long one is replaced by a hash.
func identifier(raw *rawItem) string {
	id := raw.guid
	if id == "" {
		id = strings.TrimSpace(raw.about)
	}
	if len(id) > longestGUID {
		return event.NewID(id)
	}
	return strings.Clone(id)
}

// languageOf is the language of an item as a BCP 47 tag.
func (f *finisher) languageOf(raw *rawItem) string {
	for _, l := range [...]string{raw.lang, raw.language, f.language} {
		if tag := f.tag(l); tag != "" {
			return tag
		}
	}
	return ""
}

// tag brings a language tag into canonical form; what is none becomes "".
func (f *finisher) tag(s string) string {
	if s == "" {
		return ""
	}
	if tag, ok := f.tags[s]; ok {
		return tag
	}
	tag := ""
	if t, err := bcp47.Parse(strings.TrimSpace(s)); err == nil && t != bcp47.Und {
		tag = t.String()
	}
	if len(f.tags) < maximumNames {
		f.tags[strings.Clone(s)] = tag
	}
	return tag
}

// date reads the best of the item's dates that can be read.
func (i *rawItem) date() {
	if i.rawDate != "" {
		return
	}
	for _, d := range i.dates {
		if d == "" {
			continue
		}
		if t, ok := date.Parse(d); ok {
			i.rawDate, i.published, i.dated = d, t, true
			return
		}
		if i.rawDate == "" {
			i.rawDate = d
		}
	}
}

// prune keeps the newest items, Limits.Items of them, in document order. Items
// without date count as new: they are not lost for lack of one.
func (r *reader) prune() {
	excess := len(r.items) - r.limits.Items
	if excess <= 0 {
		return
	}
	order := make([]int, len(r.items))
	for i := range r.items {
		r.items[i].date()
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool {
		x, y := &r.items[order[a]], &r.items[order[b]]
		if x.dated != y.dated {
			return !x.dated
		}
		return x.published.After(y.published)
	})
	sort.Ints(order[:r.limits.Items])
	kept := make([]rawItem, 0, 2*r.limits.Items)
	for _, i := range order[:r.limits.Items] {
		kept = append(kept, r.items[i])
	}
	r.items = kept
	r.dropped += excess
}

// finish turns what was read into the document.
func (r *reader) finish(h Hints) *Document {
	r.prune()
	d := r.doc
	d.Title, _ = plain.Title(r.head.title.text, h.Limits.Title)
	f := &finisher{hints: h, tags: map[string]string{}}
	f.base = r.head.link.base
	if f.base == "" {
		f.base = d.Self
	}
	d.Link = f.link(&rawItem{link: r.head.link})
	if f.base == "" {
		f.base = d.Link
	}
	f.language = f.tag(r.head.lang)
	if d.Language = f.language; d.Language == "" {
		d.Language = f.tag(r.language)
	}
	if d.TTL == 0 && r.period > 0 {
		d.TTL = r.period / time.Duration(max(1, r.frequency))
	}
	if r.dropped > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("items: the feed has %d items, the newest %d are kept", len(r.items)+r.dropped, len(r.items)))
	}
	d.Items = make([]Entry, 0, len(r.items))
	for i := range r.items {
		d.Items = append(d.Items, f.entry(&r.items[i]))
	}
	identify(d)
	warnOfDates(d)
	return d
}

// warnOfDates counts the dates that could not be used.
func warnOfDates(d *Document) {
	unreadable, ahead, example := 0, 0, ""
	for i := range d.Items {
		switch e := &d.Items[i]; {
		case e.PublishedSource == event.PublishedClamped:
			ahead++
		case e.PublishedSource == event.PublishedFetched && e.RawDate != "":
			unreadable++
			example = e.RawDate
		}
	}
	if unreadable > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("dates: %d cannot be read or cannot be, such as %q", unreadable, example))
	}
	if ahead > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("dates: %d lie in the future", ahead))
	}
}
