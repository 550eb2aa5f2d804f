package feed

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// samples are the feeds of testdata by name.
func samples(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		if all[filepath.Base(file)], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// Wherever a document is cut, what comes out are the first items of the whole one,
// with the same ids and the same content: a cut must neither invent an item nor
// change one.
func TestEveryCutGivesTheFirstItems(t *testing.T) {
	for name, body := range samples(t) {
		if name == "sloppy.xml" { // there the end of an item is the beginning of the next
			continue
		}
		t.Run(name, func(t *testing.T) {
			whole := parsed(t, string(body), Hints{URL: "https://base.example/"})
			for n := range len(body) {
				d, err := Parse(body[:n], Hints{URL: "https://base.example/", Fetched: fetched()})
				if err != nil {
					continue
				}
				if len(d.Items) > len(whole.Items) {
					t.Fatalf("cut at %d: %d items of %d", n, len(d.Items), len(whole.Items))
				}
				for i, e := range d.Items {
					w := whole.Items[i]
					if e.GUID != w.GUID || e.URL != w.URL || ContentHash(e.Title, e.Text) != ContentHash(w.Title, w.Text) || !e.Published.Equal(w.Published) {
						t.Fatalf("cut at %d: item %d is %+v, in the whole document %+v", n, i, e, w)
					}
				}
				if len(d.Items) < len(whole.Items) && !d.Partial {
					t.Fatalf("cut at %d: items are missing, but the document is not partial", n)
				}
			}
		})
	}
}

// Damage in one item must leave the other items alone.
func TestDamageStaysInItsItem(t *testing.T) {
	const clean = "<guid>g</guid><pubDate>" + noon + "</pubDate><description>Text</description>"
	for _, damage := range []string{
		"<title>never closed", "<title><![CDATA[never closed</title>", "<description><p><div><table>", "</description></p>", "<a href='x>", "<link", "<", "&", "&#;",
		"\x00\x01", "\xFF\xFE", "<!-- never closed", "<media:content><media:title>", "<dc:creator>", "<category><![CDATA[x]]>", "<?php echo", "<enclosure url=>", "]]>",
		"<content:encoded><item></content:encoded>", "<item>", "<pubDate>", "<guid><guid>", "<title/></title>", "<description xmlns='urn:x' xmlns:dc='urn:y'>",
	} {
		d := parsed(t, rss20(numbered(1, clean), "<item>"+damage+"</item>", numbered(3, clean)), Hints{})
		if len(d.Items) < 2 {
			t.Errorf("%q: %d items", damage, len(d.Items))
			continue
		}
		first, last := d.Items[0], d.Items[len(d.Items)-1]
		if first.Title != "Story 1" || first.Text != "Text" || last.Title != "Story 3" || last.Text != "Text" || last.URL != "https://news.example/3" {
			t.Errorf("%q: first %+v, last %+v", damage, first, last)
		}
	}
}

// Random damage anywhere must neither panic nor break what holds for every
// document. The seed is fixed: the fuzz test looks further.
func TestRandomDamage(t *testing.T) {
	for name, body := range samples(t) {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, uint64(len(body))))
			for range 300 {
				damaged := append([]byte(nil), body...)
				for range 1 + r.IntN(8) {
					at := r.IntN(len(damaged))
					switch r.IntN(3) {
					case 0:
						damaged[at] = byte(r.IntN(256))
					case 1:
						damaged = append(damaged[:at], damaged[min(len(damaged)-1, at+r.IntN(20)):]...)
					default:
						from := r.IntN(len(damaged))
						damaged = append(damaged[:at:at], append(append([]byte(nil), damaged[from:min(len(damaged), from+r.IntN(60))]...), damaged[at:]...)...)
					}
				}
				if d, err := Parse(damaged, Hints{Fetched: fetched()}); err == nil {
					sound(t, d)
				}
			}
		})
	}
}

func TestNamespaces(t *testing.T) {
	for uri, want := range map[string]space{
		"http://www.w3.org/2005/Atom":                           core,
		" HTTP://WWW.W3.ORG/2005/ATOM ":                         core,
		"http://purl.org/atom/ns#":                              core,
		"http://purl.org/rss/1.0/":                              core,
		"http://purl.org/net/rss1.1#":                           core,
		"http://channel.netscape.com/rdf/simple/0.9/":           core,
		"http://my.netscape.com/publish/formats/rss-0.91":       core,
		"http://blogs.law.harvard.edu/tech/rss":                 core,
		"http://backend.userland.com/rss2":                      core,
		"http://purl.org/dc/elements/1.1/":                      dublin,
		"http://purl.org/dc/terms/":                             dublin,
		"http://purl.org/rss/1.0/modules/content/":              contentModule,
		"http://purl.org/rss/1.0/modules/syndication/":          syndication,
		"http://purl.org/rss/1.0/modules/slash/":                foreign,
		"http://search.yahoo.com/mrss":                          media,
		"http://www.itunes.com/dtds/podcast-1.0.dtd":            itunes,
		"http://rssnamespace.org/feedburner/ext/1.0":            feedburner,
		"http://www.w3.org/1999/xhtml":                          xhtml,
		"http://www.w3.org/1999/02/22-rdf-syntax-ns#":           rdfSyntax,
		"http://www.georss.org/georss":                          foreign,
		"":                                                      foreign,
		"http://wellformedweb.org/CommentAPI/":                  foreign,
		"http://www.w3.org/2003/01/geo/wgs84_pos#":              foreign,
		"http://creativecommons.org/ns#":                        foreign,
		"http://www.usemod.com/cgi-bin/mb.pl?ModWiki":           foreign,
		"http://a9.com/-/spec/opensearch/1.1/":                  foreign,
		"http://purl.org/syndication/thread/1.0":                foreign,
		"http://schemas.google.com/g/2005":                      foreign,
		"http://www.google.com/schemas/play-podcasts/1.0/":      foreign,
		"http://www.newzbin.com/DTD/2007/feeds/report/":         foreign,
		"http://podlove.org/simple-chapters":                    foreign,
		"https://podcastindex.org/namespace/1.0":                foreign,
		"http://www.w3.org/2001/XMLSchema-instance":             foreign,
		"http://web.resource.org/cc/":                           foreign,
		"http://madskills.com/public/xml/rss/module/trackback/": foreign,
	} {
		if got := spaceOf(uri); got != want {
			t.Errorf("spaceOf(%q) = %d, want %d", uri, got, want)
		}
	}
	for prefix, want := range map[string]space{
		"": core, "Atom": core, "dc": dublin, "DCTERMS": dublin, "content": contentModule, "media": media, "itunes": itunes,
		"sy": syndication, "feedburner": feedburner, "xhtml": xhtml, "rdf": rdfSyntax, "georss": foreign,
	} {
		if got := spaceOfPrefix(prefix); got != want {
			t.Errorf("spaceOfPrefix(%q) = %d, want %d", prefix, got, want)
		}
	}
}

// Of several dates the one that says when the item was published counts.
func TestOrderOfDates(t *testing.T) {
	names := []string{"pubDate", "published", "dc:date", "issued", "dcterms:created", "updated", "modified", "lastBuildDate"}
	for i := range names {
		elements := ""
		for j := len(names) - 1; j >= i; j-- { // the worst first
			elements += "<" + names[j] + ">2010-05-0" + string(rune('1'+j)) + "</" + names[j] + ">"
		}
		e := one(t, rss20(numbered(1, elements)), Hints{})
		if want := "2010-05-0" + string(rune('1'+i)); e.RawDate != want {
			t.Errorf("with %s: date %s, want %s", names[i], e.RawDate, want)
		}
	}
}

func TestErrorsSpeakToTheOperator(t *testing.T) {
	for _, body := range []string{"", "<html>", `{"a":1}`, "<rss><channel><item>", "<opml/>", "nothing"} {
		_, err := Parse([]byte(body), Hints{Fetched: fetched()})
		if err == nil {
			t.Fatalf("%q is a feed", body)
		}
		if s := err.Error(); !strings.Contains(s, "; ") || strings.HasSuffix(s, "; ") {
			t.Errorf("%q: %q does not say what to do", body, s)
		}
	}
	if got := (&Error{Message: "alone"}).Error(); got != "alone" {
		t.Errorf("Error() = %q", got)
	}
}
