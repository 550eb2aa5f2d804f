package feed

import (
	"errors"
	"maps"
	"slices"
	"strings"

	gofeedatom "github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	gofeedjson "github.com/mmcdole/gofeed/json"
	gofeedrss "github.com/mmcdole/gofeed/rss"

	"faultline/services/fetcher/internal/markup"
)

// gofeedBytes is the size of the largest document that gofeed is given. It builds
// trees: tiny elements need 50 times their size, and of long texts it reads some
// 12 MB a second where our own reader reads 60. What is larger our own reader reads
// alone: of the feeds found in the wild three in a hundred are.
const gofeedBytes = 256 << 10

// bounds keep gofeed's work linear: it copies all the namespaces in force for each
// element, and the text of an extension for each piece of it.
func bounds(l Limits) markup.Bounds {
	return markup.Bounds{Depth: l.Depth, Elements: 50_000, Children: 2048, Bindings: 32}
}

// errNotGiven is a document that gofeed is not given.
var errNotGiven = errors.New("not a document for gofeed")

// gofeed has gofeed read the document, or what is given of it: by its parsers of the formats, because what
// they have in common (gofeed.Feed) lacks the relations of links, isPermaLink and
// ttl. It is given what markup.Rewrite makes of the document, never the document.
func (r *reader) gofeed(src string) (*collector, error) {
	if len(src) > gofeedBytes || r.dropped > 0 || !r.closed || r.Cut() {
		return nil, errNotGiven
	}
	g := &translation{collector: collector{doc: &Document{}}, base: r.base}
	if r.root == unknown {
		f, err := (&gofeedjson.Parser{}).Parse(strings.NewReader(src))
		if err != nil {
			return nil, err
		}
		g.json(f)
		return &g.collector, nil
	}
	src, err := markup.Rewrite(src[r.start:], r.limits.Attributes, bounds(r.limits))
	if err != nil {
		return nil, err
	}
	if r.root == atom {
		f, err := (&gofeedatom.Parser{}).Parse(strings.NewReader(src))
		if err != nil {
			return nil, err
		}
		g.atom(f)
		return &g.collector, nil
	}
	f, err := (&gofeedrss.Parser{}).Parse(strings.NewReader(src))
	if err != nil {
		return nil, err
	}
	g.rss(f)
	return &g.collector, nil
}

// translation puts what gofeed found where our own reader puts it.
type translation struct {
	collector
	base string
}

func (g *translation) rss(f *gofeedrss.Feed) {
	g.value(&g.head, title, f.Title)
	for _, l := range f.Links {
		g.value(&g.head, address, l)
	}
	g.value(&g.head, language, f.Language)
	g.value(&g.head, ttl, f.TTL)
	for _, h := range f.SkipHours {
		g.value(&g.head, hour, h)
	}
	for _, d := range f.SkipDays {
		g.value(&g.head, day, d)
	}
	if c := f.Cloud; c != nil {
		g.doc.Cloud = cloudOf(c.Domain, c.Port, c.Path, c.RegisterProcedure, c.Protocol)
	}
	g.extensions(&g.head, f.Extensions)
	for _, i := range f.Items {
		g.items = append(g.items, rawItem{})
		g.rssItem(&g.items[len(g.items)-1], i)
	}
}

func (g *translation) rssItem(into *rawItem, i *gofeedrss.Item) {
	if i.GUID != nil {
		g.put(into, element{field: guid, body: i.GUID.Value, notALink: strings.EqualFold(i.GUID.IsPermalink, "false")})
	}
	g.value(into, title, i.Title)
	for _, l := range i.Links {
		g.value(into, address, l)
	}
	g.value(into, summary, i.Description)
	g.value(into, content, i.Content)
	g.value(into, author, i.Author)
	g.value(into, pubDate, i.PubDate)
	for _, name := range slices.Sorted(maps.Keys(i.Custom)) {
		if f := coreField(strings.ToLower(name)); f.leaf() {
			g.value(into, f, i.Custom[name])
		}
	}
	g.extensions(into, i.Extensions)
}

func (g *translation) atom(f *gofeedatom.Feed) {
	g.value(&g.head, title, f.Title)
	g.language = f.Language
	g.links(&g.head, f.Links)
	g.extensions(&g.head, f.Extensions)
	for _, e := range f.Entries {
		g.items = append(g.items, rawItem{})
		g.atomEntry(&g.items[len(g.items)-1], e)
	}
}

func (g *translation) atomEntry(into *rawItem, e *gofeedatom.Entry) {
	g.value(into, guid, e.ID)
	g.value(into, title, e.Title)
	g.links(into, e.Links)
	g.value(into, summary, e.Summary)
	if c := e.Content; c != nil {
		// gofeed has decoded it; what remains is whether it is HTML.
		how := formOfType(strings.ToLower(c.Type), "", true, content)
		g.put(into, element{field: content, body: c.Value, href: c.Src, base: g.base, form: form{plain: how.plain, binary: how.binary}})
	}
	for _, p := range e.Authors {
		g.value(into, author, p.Name)
	}
	g.value(into, published, e.Published)
	g.value(into, updated, e.Updated)
	g.extensions(into, e.Extensions)
}

func (g *translation) links(into *rawItem, links []*gofeedatom.Link) {
	for _, l := range links {
		if l.Href != "" {
			g.put(into, element{field: address, href: l.Href, rel: l.Rel, kind: l.Type, base: g.base})
		}
	}
}

func (g *translation) json(f *gofeedjson.Feed) {
	g.head.title.text, g.head.lang, g.doc.Self = f.Title, f.Language, f.FeedURL
	g.head.link.offer(f.HomePageURL, g.base, 4)
	for _, i := range f.Items {
		if i == nil {
			continue
		}
		item := jsonItem{
			ID: anyString(i.ID), URL: anyString(i.URL), External: anyString(i.ExternalURL), Title: anyString(i.Title),
			HTML: anyString(i.ContentHTML), Text: anyString(i.ContentText), Summary: anyString(i.Summary),
			Date: anyString(i.DatePublished), Modified: anyString(i.DateModified), Language: anyString(i.Language),
		}
		for _, a := range append(slices.Clone(i.Authors), i.Author) {
			if a != nil {
				item.Authors = append(item.Authors, jsonAuthor{anyString(a.Name)})
			}
		}
		g.items = append(g.items, *item.raw(g.base))
	}
}

// value puts an element that is nothing but its text.
func (g *translation) value(into *rawItem, f field, body string) {
	if body != "" {
		g.put(into, element{field: f, body: body, base: g.base})
	}
}

// extensions puts the elements of other namespaces, which gofeed keeps by the
// namespace's usual prefix, else by the document's, else by its address.
func (g *translation) extensions(into *rawItem, all ext.Extensions) {
	for _, prefix := range slices.Sorted(maps.Keys(all)) {
		in := spaceOfPrefix(prefix)
		if in == foreign {
			in = spaceOf(prefix)
		}
		g.family(into, in, all[prefix])
	}
}

// family puts the elements of one namespace.
func (g *translation) family(into *rawItem, in space, elements map[string][]ext.Extension) {
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		f := fieldOf(in, strings.ToLower(name))
		for _, e := range elements[name] {
			switch {
			case f == group:
				g.family(into, in, e.Children)
			case f == author && len(e.Children["name"]) > 0:
				g.value(into, author, e.Children["name"][0].Value)
			case f.leaf() && len(e.Children) == 0: // of text with tags in it gofeed loses the tags
				g.extension(into, f, e)
			}
		}
	}
}

func (g *translation) extension(into *rawItem, f field, e ext.Extension) {
	kind := strings.ToLower(e.Attrs["type"])
	how := formOfType(kind, strings.ToLower(e.Attrs["mode"]), false, f)
	href := e.Attrs["href"]
	if f == content {
		href = e.Attrs["src"]
	}
	g.put(into, element{field: f, form: how, body: e.Value, base: g.base, href: href, rel: e.Attrs["rel"], kind: kind})
}
