package feed

// adopt takes over what gofeed found in a document that our own reader has read,
// too. What gofeed does not find stays as ours: an item, a date, a link that it loses.
// Where both find something they must mean the same, or the fetch at which a
// document happens to be cut off, which gofeed refuses, would revise its items;
// TestReadersAgree holds them to that. items are the numbers of ours that gofeed
// was given.
func (c *collector) adopt(g *collector, items []int, inAtom bool) {
	if len(g.items) != len(items) {
		return
	}
	for i, n := range items {
		c.items[n].adopt(&g.items[i], inAtom)
	}
	if c.head.odd {
		return
	}
	c.head.adopt(&g.head, inAtom)
	adopt(&c.language, g.language)
	adopt(&c.period, g.period)
	adopt(&c.frequency, g.frequency)
	adopt(&c.doc.TTL, g.doc.TTL)
	adopt(&c.doc.Cloud, g.doc.Cloud)
	if !c.rebased {
		adopt(&c.doc.Self, g.doc.Self)
		c.doc.Hubs = longer(c.doc.Hubs, g.doc.Hubs)
	}
	c.doc.SkipHours = longer(c.doc.SkipHours, g.doc.SkipHours)
	c.doc.SkipDays = longer(c.doc.SkipDays, g.doc.SkipDays)
}

// adopt takes over gofeed's reading of an item. Not of an odd one: there gofeed
// keeps the last of two titles and decodes no base64.
func (i *rawItem) adopt(g *rawItem, inAtom bool) {
	if i.odd || g.odd {
		return
	}
	// The guid is what tells that both read the same item. In Atom gofeed rewrites
	// it as if it were an address, but it counts as it is written (RFC 4287, 4.2.6.1).
	if !inAtom && g.guid != "" && g.guid != i.guid {
		return
	}
	if i.title.plain == g.title.plain {
		replace(&i.title.text, g.title.text)
	}
	for k := range i.texts {
		i.texts[k].read()
		replace(&i.texts[k].text, g.texts[k].text) // it does not tell the type of an Atom summary
	}
	for k := range i.dates {
		if !(inAtom && i.twin(k)) {
			replace(&i.dates[k], g.dates[k])
		}
	}
	if g.link.rank == i.link.rank {
		i.link.href = g.link.href // its base is known to us only
	}
	replace(&i.lang, g.lang)
	if len(g.authors) == len(i.authors) && len(g.authors) < 2 {
		i.authors = g.authors // of several it does not keep the order
	}
}

// twin reports a date that gofeed keeps in one place with another: that of Atom 1.0
// with that of Atom 0.3.
func (i *rawItem) twin(k int) bool {
	switch field(k) + pubDate {
	case published:
		return i.dates[issued-pubDate] != ""
	case updated:
		return i.dates[modified-pubDate] != ""
	}
	return false
}

// replace adopts what both have found. What gofeed alone finds is of a namespace
// that it has taken for another.
func replace(have *string, found string) {
	if *have != "" {
		adopt(have, found)
	}
}

// adopt replaces a value by one that is there.
func adopt[T comparable](have *T, found T) {
	var none T
	if found != none {
		*have = found
	}
}

// longer is gofeed's list, unless that lacks something.
func longer[T any](have, found []T) []T {
	if len(found) < len(have) {
		return have
	}
	return found
}
