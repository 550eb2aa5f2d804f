package feed

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"faultline/pkg/event"
)

// follow takes the documents of one feed as the fetcher does, and returns the ids
// of each document's items.
func follow(t *testing.T, m Memory, body string) []string {
	t.Helper()
	var ids []string
	for _, e := range parsed(t, body, Hints{}).Items {
		id, _ := m.Identify("feed", e)
		m.Remember(id, e.Keys)
		ids = append(ids, id)
	}
	return ids
}

func article(guid, link, title, date string) string {
	s := "<item>"
	for _, e := range [][2]string{{"guid", guid}, {"link", link}, {"title", title}, {"pubDate", date}} {
		if e[1] != "" {
			s += "<" + e[0] + ">" + e[1] + "</" + e[0] + ">"
		}
	}
	return s + "</item>"
}

const (
	noon = "Thu, 13 May 2010 12:00:00 GMT"
	two  = "Thu, 13 May 2010 14:00:00 GMT"
)

// Each case is what a feed says of one story at two fetches.
func TestFault28To31IdentityOverFetches(t *testing.T) {
	const a, b = "https://news.example/a", "https://news.example/b"
	for _, c := range []struct {
		name       string
		first, now string
		same       bool
	}{
		{"28 no guid, no link", article("", "", "Title", noon), article("", "", "Title", noon), true},
		{"28 no guid, no link, no date", article("", "", "Title", ""), article("", "", "Title", ""), true},
		{"28 no guid, no link, another title", article("", "", "Title", noon), article("", "", "Other", noon), false},
		{"28 a date that counts back", article("", "", "Title", "1 hour ago"), article("", "", "Title", "2 hours ago"), true},
		{"29 guid reused for another story", article("x", a, "Title", noon), article("x", b, "Other", two), false},
		{"30 guid changes", article("x", a, "Title", noon), article("y", a, "Title", noon), true},
		{"30 guid and date change", article("x", a, "Title", noon), article("y", a, "Title", two), true},
		{"30 guid and link change", article("x", a, "Title", noon), article("y", b, "Title", noon), true},
		{"30 guid counts revisions of the link", article(a+"#0", a, "Title", noon), article(a+"#1", a, "Edited", two), true},
		{"31 title edited", article("x", a, "Title", noon), article("x", a, "Edited", noon), true},
		{"31 title and date edited", article("x", a, "Title", noon), article("x", a, "Edited", two), true},
		{"31 title and link edited", article("x", a, "Title", noon), article("x", b, "Edited", noon), true},
		{"31 title edited, no guid", article("", a, "Title", noon), article("", a, "Edited", two), true},
		{"31 tracking added", article("", a, "Title", noon), article("", a+"?utm_source=x", "Title", noon), true},
		{"guid alone", article("x", "", "", ""), article("x", "", "", ""), true},
		{"one page for all alerts", article("x", a, "First", noon), article("y", a, "Second", two), false},
		{"the outlet's page for all alerts", article("", "https://news.example/", "First", noon), article("", "https://news.example/", "Second", two), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Memory{}
			first, now := follow(t, m, rss20(c.first)), follow(t, m, rss20(c.now))
			if same := first[0] == now[0]; same != c.same {
				t.Errorf("same item: %v, want %v", same, c.same)
			}
		})
	}
}

func TestFault29ReusedGUIDInOneDocument(t *testing.T) {
	m := Memory{}
	x, y := article("same", "https://news.example/a", "First", noon), article("same", "https://news.example/b", "Second", two)
	d := parsed(t, rss20(x, y), Hints{})
	if len(d.Items) != 2 || !warned(d, "guid") || d.Items[0].GUID != "" {
		t.Fatalf("items %+v, warnings %q", d.Items, d.Warnings)
	}
	alone := follow(t, m, rss20(x))
	both := follow(t, m, rss20(x, y))
	again := follow(t, m, rss20(y))
	if alone[0] != both[0] || both[1] != again[0] || both[0] == both[1] {
		t.Errorf("ids %v, %v, %v: each item must keep its own", alone, both, again)
	}
}

func TestDuplicatesInOneDocument(t *testing.T) {
	x := article("x", "https://news.example/a", "Title", noon)
	if d := parsed(t, rss20(x, x, x), Hints{}); len(d.Items) != 1 || !warned(d, "items") {
		t.Errorf("%d items, warnings %q", len(d.Items), d.Warnings)
	}
	t.Run("each is told where it stands", func(t *testing.T) {
		y := article("y", "https://news.example/b", "Other", noon)
		twin := strings.Replace(x, "<title>", "<description>now with a text</description><title>", 1)
		d := parsed(t, rss20(x, y, x, article("z", "https://news.example/c", "Third", noon), y, twin), Hints{})
		var at [][2]int
		for _, r := range d.Repeats {
			at = append(at, [2]int{r.Of, r.Before})
		}
		if len(d.Items) != 3 || !slices.Equal(at, [][2]int{{0, 2}, {1, 3}, {0, 3}}) || d.Repeats[2].Text != "now with a text" {
			t.Errorf("items %+v, repeats %+v", d.Items, d.Repeats)
		}
	})
	t.Run("what differs in one sign is no duplicate", func(t *testing.T) {
		ids := follow(t, Memory{}, rss20(x,
			article("y", "https://news.example/a", "Title", noon), article("x", "https://news.example/b", "Title", noon),
			article("x", "https://news.example/a", "Other", noon), article("x", "https://news.example/a", "Title", two)))
		seen := map[string]bool{}
		for _, id := range ids {
			seen[id] = true
		}
		if len(seen) != 5 {
			t.Errorf("%d ids of 5 items: %v", len(seen), ids)
		}
	})
}

func TestIdentityIsStable(t *testing.T) {
	guid := Entry{GUID: "x", URL: "https://news.example/a", Title: "Title"}
	edited := Entry{GUID: "x", URL: "https://news.example/b", Title: "Edited", Text: "more"}
	if Identity("f", guid) != Identity("f", edited) || Identity("f", guid) == Identity("g", guid) {
		t.Error("feed and guid alone must name an item that has a guid")
	}
	link := Entry{URL: "https://news.example/a", Title: "Title"}
	if Identity("f", link) != Identity("f", Entry{URL: "https://news.example/a"}) || Identity("f", link) == Identity("f", guid) {
		t.Error("feed and link alone must name an item without guid")
	}
	bare := Entry{Title: "Title", RawDate: noon, PublishedSource: event.PublishedFeed}
	if Identity("f", bare) == Identity("f", Entry{Title: "Title", RawDate: two, PublishedSource: event.PublishedFeed}) {
		t.Error("the date must tell items with nothing but a title")
	}
	if Identity("f", Entry{Text: "a"}) == Identity("f", Entry{Text: "b"}) {
		t.Error("the text must tell items without a title")
	}
}

func TestIdentifyNeverGivesAnIDTwice(t *testing.T) {
	m := Memory{}
	seen := map[string]string{}
	for i := range 20 {
		e := Entry{GUID: "x", URL: "https://news.example/a", Title: "T", Text: fmt.Sprint(i), Keys: []string{fmt.Sprint("k", i)}}
		id, known := m.Identify("f", e)
		if known || seen[id] != "" {
			t.Fatalf("item %d has the id of item %s (known: %v)", i, seen[id], known)
		}
		seen[id] = fmt.Sprint(i)
		m.Remember(id, e.Keys)
	}
	e := Entry{GUID: "x", URL: "https://news.example/a", Title: "T", Text: "3", Keys: []string{"other"}}
	if id, known := m.Identify("f", e); !known || seen[id] != "3" {
		t.Error("an item that repeats a known one in all is that one")
	}
}

func TestContentHash(t *testing.T) {
	hash := ContentHash("a", "b")
	for _, c := range []struct {
		title, text string
		same        bool
	}{{"a", "b", true}, {"ab", "", false}, {"a", "b ", false}, {"b", "a", false}} {
		if same := ContentHash(c.title, c.text) == hash; same != c.same {
			t.Errorf("(%q, %q) is the same revision as (a, b): %v, want %v", c.title, c.text, same, c.same)
		}
	}
}
