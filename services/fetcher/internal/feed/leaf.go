package feed

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"faultline/services/fetcher/internal/link"
	"faultline/services/fetcher/internal/markup"
)

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
}

// rawLink is the best link found so far.
type rawLink struct {
	href, base string
	rank       int // 0 for none
}

// rawText is text with what it is made of.
type rawText struct {
	text  string
	plain bool // no HTML
}

// leaf reads an element whole and puts it where it belongs.
func (r *reader) leaf(t markup.Token, f field, in scope) {
	into := &r.head
	if r.current != nil {
		into = r.current
	}
	// The attributes are gone once the content is read.
	switch f {
	case address:
		r.address(t, into, in)
		return
	case cloud:
		r.cloud(t)
	}
	form := formOf(t, r.root == atom, f)
	notALink := f == guid && strings.EqualFold(t.Attr("ispermalink"), "false")
	source := ""
	if f == content {
		source = t.Attr("src")
	}
	body := r.capture(t, f, form.verbatim)
	switch {
	case f == guid:
		if into.guid == "" {
			into.guid, into.notALink = strings.TrimSpace(body), notALink
		}
	case f == title || f == mediaTitle:
		r.title(into, f, form.decode(body).text)
	case f == author:
		if a := nameOf(body); a != "" && len(into.authors) < maximumAuthors {
			into.authors = append(into.authors, a)
		}
	case f == origLink:
		into.link.offer(body, in.base, 5)
	case f.text():
		into.link.offer(source, in.base, 1)
		into.text(f, form.decode(body))
	case f.date():
		if d := &into.dates[f-pubDate]; *d == "" {
			*d = strings.TrimSpace(body)
		}
	default:
		r.setting(f, strings.TrimSpace(body), into)
	}
}

const maximumAuthors = 16

// title keeps the first title of the best kind that is not empty.
func (r *reader) title(into *rawItem, f field, body string) {
	if strings.TrimSpace(body) == "" {
		return
	}
	if into.title.text == "" || into.title.plain && f == title {
		into.title = rawText{text: body, plain: f != title}
	}
}

// text keeps the longest text of each kind.
func (i *rawItem) text(f field, t rawText) {
	if have := &i.texts[f-itunesSummary]; len(t.text) > len(have.text) {
		*have = t
	}
}

// offer takes a link when it is better than what is there.
func (l *rawLink) offer(href, base string, rank int) {
	if href = strings.TrimSpace(href); href != "" && rank > l.rank {
		*l = rawLink{href, base, rank}
	}
}

// address reads a link of RSS, with its address as text, or of Atom, with
// attributes.
func (r *reader) address(t markup.Token, into *rawItem, in scope) {
	href, rel, kind := t.Attr("href"), strings.ToLower(t.Attr("rel")), strings.ToLower(t.Attr("type"))
	body := r.capture(t, address, false)
	if href == "" {
		into.link.offer(body, in.base, 4)
		return
	}
	rel = rel[strings.LastIndexByte(rel, '/')+1:] // IANA's relations in full
	switch {
	case rel == "hub" && into == &r.head:
		if hub := link.Resolve(href, in.base); hub != "" && len(r.doc.Hubs) < maximumHubs {
			r.doc.Hubs = append(r.doc.Hubs, hub)
		}
	case rel == "self" && into == &r.head:
		r.doc.Self = link.Resolve(href, in.base)
	case rel == "" || rel == "alternate":
		rank := 3
		if kind != "" && !strings.Contains(kind, "html") {
			rank = 2
		}
		into.link.offer(href, in.base, rank)
	case rel == "self":
		into.link.offer(href, in.base, 1)
	}
}

const maximumHubs = 8

// setting takes what concerns the feed as a whole.
func (r *reader) setting(f field, body string, into *rawItem) {
	switch f {
	case language:
		if into.lang == "" {
			into.lang = body
		}
	case ttl:
		if n, err := strconv.Atoi(body); err == nil && n > 0 {
			r.doc.TTL = time.Duration(min(n, 1<<20)) * time.Minute
		}
	case period, frequency:
		r.syndication(f, body)
	case hour:
		if n, err := strconv.Atoi(body); err == nil && n >= 0 && n <= 24 && len(r.doc.SkipHours) < 24 {
			r.doc.SkipHours = append(r.doc.SkipHours, n%24)
		}
	case day:
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(body, d.String()) && len(r.doc.SkipDays) < 7 {
				r.doc.SkipDays = append(r.doc.SkipDays, d)
			}
		}
	}
}

// syndication reads the syndication module: so many times in a period.
func (r *reader) syndication(f field, body string) {
	if f == frequency {
		if n, err := strconv.Atoi(body); err == nil && n > 0 {
			r.frequency = n
		}
		return
	}
	switch strings.ToLower(body) {
	case "hourly":
		r.period = time.Hour
	case "daily":
		r.period = 24 * time.Hour
	case "weekly":
		r.period = 7 * 24 * time.Hour
	case "monthly":
		r.period = 30 * 24 * time.Hour
	case "yearly":
		r.period = 365 * 24 * time.Hour
	}
}

func (r *reader) cloud(t markup.Token) {
	if r.doc.Cloud != nil || t.Attr("domain") == "" {
		return
	}
	port, err := strconv.Atoi(t.Attr("port"))
	if err != nil || port < 1 || port > 65535 {
		port = 80
	}
	r.doc.Cloud = &Cloud{
		Domain: t.Attr("domain"), Path: t.Attr("path"), Port: port,
		RegisterProcedure: t.Attr("registerprocedure"), Protocol: t.Attr("protocol"),
	}
}

// form is how an element's text is written.
type form struct {
	verbatim bool // XHTML: markup as it stands
	plain    bool // text that is no HTML
	base64   bool
	binary   bool // no text at all
}

// formOf reads the type and mode attributes of Atom 1.0 (RFC 4287, 3.1) and 0.3. In RSS
// all text is escaped HTML.
func formOf(t markup.Token, inAtom bool, f field) form {
	if f == content && !inAtom && !strings.HasSuffix(strings.ToLower(t.Name), "encoded") && t.Attr("type") == "" {
		return form{verbatim: isXHTML(t.Name)}
	}
	kind, mode := strings.ToLower(t.Attr("type")), strings.ToLower(t.Attr("mode"))
	switch {
	case mode == "base64":
		return form{base64: true, binary: kind != "" && !strings.HasPrefix(kind, "text/")}
	case mode == "escaped":
		return form{plain: kind == "text/plain"}
	case kind == "xhtml", kind == "application/xhtml+xml", mode == "xml":
		return form{verbatim: true}
	case kind == "html", kind == "text/html", strings.HasSuffix(kind, "xml"):
		return form{}
	case kind == "text", kind == "text/plain", kind == "" && inAtom:
		return form{plain: true}
	case kind == "" || strings.HasPrefix(kind, "text/"):
		return form{}
	case f != content:
		return form{}
	}
	return form{base64: true, binary: true}
}

// isXHTML reports the elements of XHTML that stand for an item's content.
func isXHTML(name string) bool {
	local := strings.ToLower(name[strings.IndexByte(name, ':')+1:])
	return local == "div" || local == "body"
}

func (f form) decode(body string) rawText {
	if f.binary {
		return rawText{}
	}
	if f.base64 {
		text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(body), ""))
		if err != nil {
			return rawText{}
		}
		body = strings.ToValidUTF8(string(text), "\uFFFD")
	}
	return rawText{text: body, plain: f.plain}
}

// nameOf is a person's name: the name element of Atom, else the text.
func nameOf(body string) string {
	if _, after, ok := strings.Cut(body, "<name>"); ok {
		body, _, _ = strings.Cut(after, "</name>")
	}
	return strings.TrimSpace(body)
}
