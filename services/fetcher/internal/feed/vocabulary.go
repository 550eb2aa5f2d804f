package feed

import "strings"

// field is what an element means to us, whatever its format and prefix.
type field uint8

const (
	unknown field = iota
	html          // a web page, not a feed
	// Containers.
	rss
	rdf
	atom
	channel
	item
	group  // its children count as the parent's: media:group, rdf:Seq ...
	hours  // skipHours
	skipDs // skipDays
	// Leaves, plain.
	ignored // read whole because some feeds do not close them
	title
	mediaTitle
	address // link, in all its forms
	guid
	origLink
	language
	author
	ttl
	hour
	day
	cloud
	period
	frequency
	// Leaves that hold text of the article, poorest first.
	itunesSummary
	mediaDescription
	summary
	content
	// Leaves that hold a date, best first.
	pubDate
	published
	dcDate
	issued
	created
	updated
	modified
	otherDate
)

// text reports a field that holds text of the article.
func (f field) text() bool { return f >= itunesSummary && f <= content }

// date reports a field that holds a date.
func (f field) date() bool { return f >= pubDate }

// leaf reports a field that is read whole.
func (f field) leaf() bool { return f >= ignored }

// space is a family of element names.
type space uint8

const (
	foreign space = iota
	core          // RSS of any version and Atom of any version
	dublin        // Dublin Core elements and terms
	contentModule
	media
	itunes
	syndication
	feedburner
	xhtml
	rdfSyntax
)

// spaceOf is the family of a namespace. Feeds spell the addresses in many ways, so
// only their tell-tale parts count.
func spaceOf(uri string) space {
	uri = strings.ToLower(strings.TrimSpace(uri))
	for _, k := range [...]struct {
		part  string
		space space
	}{
		{"purl.org/rss/1.0/modules/content", contentModule},
		{"purl.org/rss/1.0/modules/syndication", syndication},
		{"purl.org/rss/1.0/modules", foreign},
		{"purl.org/dc/", dublin},
		{"search.yahoo.com/mrss", media},
		{"itunes.com/dtds", itunes},
		{"feedburner", feedburner},
		{"w3.org/1999/xhtml", xhtml},
		{"22-rdf-syntax-ns", rdfSyntax},
		{"w3.org/2005/atom", core},
		{"purl.org/atom", core},
		{"purl.org/net/rss", core},
		{"purl.org/rss/", core},
		{"netscape.com/rdf", core},
		{"netscape.com/publish", core},
		{"backend.userland.com", core},
		{"/tech/rss", core},
	} {
		if strings.Contains(uri, k.part) {
			return k.space
		}
	}
	return foreign
}

// spaceOfPrefix is the family that a prefix has by convention, for feeds that
// forget to declare it.
func spaceOfPrefix(prefix string) space {
	switch strings.ToLower(prefix) {
	case "", "rss", "atom", "atom10", "atom03", "a10":
		return core
	case "dc", "dcterms", "dct":
		return dublin
	case "content":
		return contentModule
	case "media":
		return media
	case "itunes":
		return itunes
	case "sy":
		return syndication
	case "feedburner":
		return feedburner
	case "xhtml":
		return xhtml
	case "rdf":
		return rdfSyntax
	}
	return foreign
}

// fieldOf is the meaning of a local name, in lower case, within its family.
func fieldOf(s space, local string) field {
	switch s {
	case core:
		return coreField(local)
	case dublin:
		return dublinField(local)
	case contentModule:
		if local == "encoded" {
			return content
		}
	case media:
		switch local {
		case "title":
			return mediaTitle
		case "description":
			return mediaDescription
		case "group":
			return group
		case "thumbnail", "credit", "keywords", "category":
			return ignored
		}
	case itunes:
		if local == "summary" {
			return itunesSummary
		}
	case syndication:
		switch local {
		case "updateperiod":
			return period
		case "updatefrequency":
			return frequency
		}
	case feedburner:
		if local == "origlink" {
			return origLink
		}
	case xhtml:
		switch local {
		case "html", "head":
			return html
		case "body", "div":
			return content
		}
	case rdfSyntax:
		if local == "rdf" {
			return rdf
		}
	}
	return unknown
}

func coreField(local string) field {
	switch local {
	case "html", "head", "body":
		return html
	case "rss":
		return rss
	case "rdf":
		return rdf
	case "feed":
		return atom
	case "channel":
		return channel
	case "item", "entry":
		return item
	case "title":
		return title
	case "link", "url":
		return address
	case "guid", "id":
		return guid
	case "language":
		return language
	case "author", "managingeditor":
		return author
	case "ttl":
		return ttl
	case "skiphours":
		return hours
	case "skipdays":
		return skipDs
	case "hour":
		return hour
	case "day":
		return day
	case "cloud":
		return cloud
	case "encoded", "content", "fulltext", "body_html":
		return content
	case "description", "summary", "abstract":
		return summary
	case "category", "enclosure", "comments", "generator", "docs", "copyright", "rights", "webmaster", "rating", "keywords":
		return ignored
	}
	return coreDate(local)
}

func coreDate(local string) field {
	switch local {
	case "pubdate":
		return pubDate
	case "published":
		return published
	case "date":
		return dcDate
	case "issued":
		return issued
	case "created":
		return created
	case "updated":
		return updated
	case "modified":
		return modified
	case "lastbuilddate", "publicationdate", "datetime", "pubtime":
		return otherDate
	}
	return unknown
}

func dublinField(local string) field {
	switch local {
	case "title":
		return mediaTitle
	case "creator":
		return author
	case "language":
		return language
	case "date":
		return dcDate
	case "description", "abstract":
		return mediaDescription
	case "issued", "available":
		return issued
	case "created":
		return created
	case "modified":
		return modified
	}
	return unknown
}
