package feed

import (
	"errors"
	"strings"

	"faultline/services/fetcher/internal/link"
	"faultline/services/fetcher/internal/markup"
)

// reader is our own reader: of XML feeds of all formats, in one pass, whole or cut
// off, clean or damaged. It reads every document, to bound and to check what gofeed
// reads, and those alone that gofeed cannot. It does not build a tree and
// does not ask for one: what is missing is inferred from the elements that only
// feeds have.
type reader struct {
	*markup.Tokenizer
	collector
	src      string
	limits   Limits
	known    func(mark uint64) bool // nil for nothing
	frames   []frame
	bindings []binding
	names    map[string]field // by name as written, under the bindings of now
	current  *rawItem         // the item being read, which is room, or nil
	room     rawItem
	base     string // address of the document
	rooted   bool
	root     field
	start    int    // where the root begins
	channel  bool   // a channel was seen
	closed   bool   // the root was closed
	first    string // the first element's name
	junk     bool   // something stood before the root
	dropped  int    // items beyond the limit
}

// frame is an open container.
type frame struct {
	name     string
	field    field
	scope    scope
	bindings int // how many bindings were in force before it
}

// scope is what an element's ancestors say about it: xml:base, made absolute, and
// xml:lang.
type scope struct{ base, language string }

// binding is a namespace prefix and what it stands for.
type binding struct {
	prefix string
	space  space
}

// errTooDeep is nesting beyond Limits.Depth.
var errTooDeep = errors.New("elements are nested too deeply")

// errPage is a web page in a feed's place.
var errPage = errors.New("a web page")

// read reads the document to its end, or to where it cannot be one.
func (r *reader) read() error {
	for {
		switch t := r.Next(); t.Kind {
		case markup.End:
			return r.Err()
		case markup.Open:
			if err := r.open(t); err != nil {
				return err
			}
		case markup.Close:
			r.closeElement(t.Name, t.Stop)
		case markup.Text:
			r.junk = r.junk || !r.rooted && strings.TrimSpace(t.Text) != ""
		}
	}
}

// open handles a start tag outside of leaves.
func (r *reader) open(t markup.Token) error {
	before := len(r.bindings)
	r.bind(t)
	f := r.field(t.Name)
	if !r.rooted {
		if err := r.begin(t, f); err != nil {
			return err
		}
		if !r.rooted {
			r.unbind(before)
			return nil
		}
	}
	r.channel = r.channel || f == channel
	in := r.scope(t)
	if f == item {
		r.closeItem(t.Start) // the one before has no end tag
		r.room = rawItem{scope: in, about: t.Attr("rdf:about"), from: t.Start}
		r.current = &r.room
	}
	switch {
	case f.leaf() && r.accepts(f):
		r.leaf(t, f, in)
	case !t.Empty && len(r.frames) >= r.limits.Depth:
		return errTooDeep
	case !t.Empty:
		r.frames = append(r.frames, frame{name: t.Name, field: f, scope: in, bindings: before})
		return nil
	case f == item:
		r.keep(t.Stop)
	}
	r.unbind(before)
	return nil
}

// begin decides whether an element is the root of a feed.
func (r *reader) begin(t markup.Token, f field) error {
	switch {
	case f == html && (r.first == "" || strings.EqualFold(t.Name, "html")): // OPML has a body, too
		return errPage
	case f == rss, f == rdf, f == atom, f == channel && r.first == "":
		r.rooted, r.root, r.start = true, f, t.Start
		r.junk = r.junk || r.first != ""
		r.language = t.Attr("xml:lang")
	}
	if r.first == "" {
		r.first = t.Name
	}
	return nil
}

// accepts reports whether a leaf belongs to the item or the channel that is
// open: not to an image, a source or an element that nobody knows.
func (r *reader) accepts(f field) bool {
	for i := len(r.frames) - 1; i >= 0; i-- {
		switch r.frames[i].field {
		case group:
			continue
		case item, channel, atom, rss, rdf:
			return true
		case hours:
			return f == hour
		case skipDs:
			return f == day
		default:
			return false
		}
	}
	return true
}

// scope is what is in force within an element.
func (r *reader) scope(t markup.Token) scope {
	in := scope{base: r.base}
	if n := len(r.frames); n > 0 {
		in = r.frames[n-1].scope
	}
	for _, a := range t.Attrs {
		switch a.Name {
		case "xml:base":
			r.rebased = true
			if abs := link.Resolve(markup.Unescape(a.Value), in.base); abs != "" {
				in.base = abs
			}
		case "xml:lang":
			in.language = a.Value
		}
	}
	return in
}

// bind notes the namespaces that a start tag declares.
func (r *reader) bind(t markup.Token) {
	for _, a := range t.Attrs {
		prefix, ok := strings.CutPrefix(a.Name, "xmlns")
		if !ok || prefix != "" && prefix[0] != ':' || len(r.bindings) >= maximumBindings {
			continue
		}
		s := spaceOf(a.Value)
		if prefix = strings.TrimPrefix(prefix, ":"); s == foreign && !r.rooted {
			s = spaceOfPrefix(prefix) // a bogus address on the root
		}
		r.bindings = append(r.bindings, binding{prefix, s})
		clear(r.names)
	}
}

func (r *reader) unbind(n int) {
	if len(r.bindings) > n {
		r.bindings = r.bindings[:n]
		clear(r.names)
	}
}

// field is the meaning of an element's name under the bindings in force.
func (r *reader) field(name string) field {
	if f, ok := r.names[name]; ok {
		return f
	}
	prefix, local, ok := strings.Cut(name, ":")
	if !ok {
		prefix, local = "", name
	}
	s, bound := foreign, false
	for i := len(r.bindings) - 1; i >= 0 && !bound; i-- {
		if r.bindings[i].prefix == prefix {
			s, bound = r.bindings[i].space, true
		}
	}
	if !bound {
		s = spaceOfPrefix(prefix)
	}
	f := fieldOf(s, strings.ToLower(local))
	if len(r.names) < maximumNames {
		r.names[strings.Clone(name)] = f
	}
	return f
}

// The bounds of what is remembered of names and namespaces; no feed has so many.
const (
	maximumNames    = 1024
	maximumBindings = 256
)

// closeElement handles an end tag outside of leaves, which ends at a byte of the
// document: it closes what it names and all that was left open within, or nothing.
func (r *reader) closeElement(name string, at int) {
	for i := len(r.frames) - 1; i >= 0; i-- {
		if strings.EqualFold(r.frames[i].name, name) {
			r.pop(i, at)
			return
		}
		// An end tag of something unknown does not close an item.
		if r.frames[i].field == item && r.field(name) == unknown {
			return
		}
	}
}

// pop closes the container at depth i and all within it.
func (r *reader) pop(i, at int) {
	for _, f := range r.frames[i:] {
		switch f.field {
		case item:
			r.keep(at)
		case rss, rdf, atom:
			r.closed = true
		case channel:
			r.closed = r.closed || i == 0
		}
	}
	r.unbind(r.frames[i].bindings)
	r.frames = r.frames[:i]
}

// closeItem closes the item that is open, if one is.
func (r *reader) closeItem(at int) {
	for i := range r.frames {
		if r.frames[i].field == item {
			r.pop(i, at)
			return
		}
	}
}

// keep takes the item that was read into the list; at is where it ends in the
// document, or 0.
func (r *reader) keep(at int) {
	if r.current == nil {
		return
	}
	if at > r.current.from { // JSON tells no places
		r.current.to, r.current.mark = at, mark(r.src[r.current.from:at])
	}
	if r.items == nil {
		r.items = make([]rawItem, 0, usualItems)
	}
	r.items = append(r.items, *r.current)
	r.current = nil
	if len(r.items) >= 2*r.limits.Items {
		r.prune()
	}
}

// usualItems is how many items most feeds have at most.
const usualItems = 32

// mark is a hash of an item as it is written, never 0 (FNV-1a).
func mark(markup string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(markup) {
		h = (h ^ uint64(markup[i])) * 1099511628211
	}
	return max(h, 1)
}
