package feed

import (
	"strconv"
	"strings"
	"time"

	"faultline/services/fetcher/internal/link"
)

// collector is what a reader, gofeed or our own, has found of a feed. Both put
// what they find here element by element, so that both mean the same by it.
type collector struct {
	doc       *Document // its settings; the items come last
	head      rawItem   // what stands outside of items: the channel's own
	items     []rawItem
	rebased   bool          // there is an xml:base, which gofeed does not see
	language  string        // xml:lang of the root
	period    time.Duration // of the syndication module
	frequency int           // updates in a period
}

// rawItem is an item, or a channel's head, as the document has it.
type rawItem struct {
	scope
	guid      string
	notALink  bool   // isPermaLink="false"
	about     string // rdf:about
	link      rawLink
	title     rawText
	texts     [content - itunesSummary + 1]rawText
	dates     [otherDate - pubDate + 1]string
	authors   []string
	lang      string // dc:language, language
	published time.Time
	dated     bool // published was read from RawDate
	rawDate   string
	odd       bool // gofeed reads something of it otherwise, see adopt
	// from and to are its place in the document, mark is a hash of what stands
	// there; 0 where that is not known.
	from, to int
	mark     uint64
}

// rawLink is the best link found so far.
type rawLink struct {
	href, base string
	rank       int // 0 for none
}

// rawText is text with what it is made of.
type rawText struct {
	text    string
	plain   bool // no HTML
	escaped bool // its references are not resolved yet
}

// read resolves them.
func (t *rawText) read() { t.text, t.escaped = decoded(t.text, t.escaped), false }

// element is a leaf of an item or of a channel, whichever reader found it.
type element struct {
	field    field
	form     form
	body     string // tags within are kept
	escaped  bool   // body is to be decoded, once
	base     string // address that links in it are relative to
	notALink bool   // of a guid: isPermaLink="false"
	// href, rel and kind are the attributes of a link; href is also that of
	// content which is elsewhere.
	href, rel, kind string
}

// put takes an element into an item or the channel's head. What gofeed keeps
// the last of and we the first makes the item odd.
func (c *collector) put(into *rawItem, e element) {
	if !e.field.text() {
		e.body = decoded(e.body, e.escaped)
	}
	switch f := e.field; {
	case f == address:
		c.address(into, e)
	case f == guid:
		id := strings.TrimSpace(e.body)
		into.odd = into.odd || id != "" && into.guid != ""
		if into.guid == "" {
			into.guid, into.notALink = id, e.notALink
		}
	case f == title || f == mediaTitle:
		into.title.offer(f, e.form, e.body, &into.odd)
	case f == author:
		if a := nameOf(e.body); a != "" && len(into.authors) < maximumAuthors {
			into.authors = append(into.authors, a)
		}
	case f == origLink:
		into.link.offer(e.body, e.base, 5)
	case f.text():
		into.link.offer(e.href, e.base, 1)
		into.text(f, e)
	case f.date():
		d := &into.dates[f-pubDate]
		into.odd = into.odd || *d != "" && e.body != ""
		if *d == "" {
			*d = strings.TrimSpace(e.body)
		}
	default:
		c.setting(f, strings.TrimSpace(e.body), into)
	}
}

const maximumAuthors = 16

// offer takes a title when none of a better kind is there.
func (t *rawText) offer(f field, how form, body string, odd *bool) {
	text := how.decode(body).text
	if strings.TrimSpace(text) == "" {
		return
	}
	*odd = *odd || how.base64 || t.text != "" && t.plain == (f != title)
	if t.text == "" || t.plain && f == title {
		*t = rawText{text: text, plain: f != title}
	}
}

// text keeps the longest text of each kind.
func (i *rawItem) text(f field, e element) {
	have := &i.texts[f-itunesSummary]
	if have.text != "" || e.form.base64 {
		have.read()
		e.body, e.escaped = decoded(e.body, e.escaped), false
	}
	t := e.form.decode(e.body)
	t.escaped = e.escaped
	i.odd = i.odd || e.form.base64 || have.text != "" && t.text != ""
	if len(t.text) > len(have.text) {
		*have = t
	}
}

// offer takes a link when it is better than what is there.
func (l *rawLink) offer(href, base string, rank int) {
	if href = strings.TrimSpace(href); href != "" && rank > l.rank {
		*l = rawLink{href, base, rank}
	}
}

// address takes a link of RSS, with its address as text, or of Atom, with
// attributes. A text that says itself that it leads to something else, as to a sound,
// is better than nothing.
func (c *collector) address(into *rawItem, e element) {
	rel, kind := strings.ToLower(e.rel), strings.ToLower(e.kind)
	rel = rel[strings.LastIndexByte(rel, '/')+1:] // IANA's relations in full
	switch {
	case e.href == "" && (rel == "" || rel == "alternate"):
		into.link.offer(e.body, e.base, 4)
	case e.href == "":
		into.link.offer(e.body, e.base, 1)
	case rel == "hub" && into == &c.head:
		if hub := link.Resolve(e.href, e.base); hub != "" && len(c.doc.Hubs) < maximumHubs {
			c.doc.Hubs = append(c.doc.Hubs, hub)
		}
	case rel == "self" && into == &c.head:
		c.doc.Self = link.Resolve(e.href, e.base)
	case rel == "" || rel == "alternate":
		rank := 3
		if kind != "" && !strings.Contains(kind, "html") {
			rank = 2
		}
		into.link.offer(e.href, e.base, rank)
	case rel == "self":
		into.link.offer(e.href, e.base, 1)
	}
}

const maximumHubs = 8

// setting takes what concerns the feed as a whole.
func (c *collector) setting(f field, body string, into *rawItem) {
	switch f {
	case language:
		if into.lang == "" {
			into.lang = body
		}
	case ttl:
		if n, err := strconv.Atoi(body); err == nil && n > 0 {
			c.doc.TTL = time.Duration(min(n, 1<<20)) * time.Minute
		}
	case period, frequency:
		c.syndication(f, body)
	case hour:
		if n, err := strconv.Atoi(body); err == nil && n >= 0 && n <= 24 && len(c.doc.SkipHours) < 24 {
			c.doc.SkipHours = append(c.doc.SkipHours, n%24)
		}
	case day:
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(body, d.String()) && len(c.doc.SkipDays) < 7 {
				c.doc.SkipDays = append(c.doc.SkipDays, d)
			}
		}
	}
}

// syndication reads the syndication module: so many times in a period.
func (c *collector) syndication(f field, body string) {
	if f == frequency {
		if n, err := strconv.Atoi(body); err == nil && n > 0 {
			c.frequency = n
		}
		return
	}
	switch strings.ToLower(body) {
	case "hourly":
		c.period = time.Hour
	case "daily":
		c.period = 24 * time.Hour
	case "weekly":
		c.period = 7 * 24 * time.Hour
	case "monthly":
		c.period = 30 * 24 * time.Hour
	case "yearly":
		c.period = 365 * 24 * time.Hour
	}
}

// cloudOf is an rssCloud end point, nil without a domain.
func cloudOf(domain, port, path, procedure, protocol string) *Cloud {
	if domain == "" {
		return nil
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 {
		n = 80
	}
	return &Cloud{Domain: domain, Path: path, Port: n, RegisterProcedure: procedure, Protocol: protocol}
}
