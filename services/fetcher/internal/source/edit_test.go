package source

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/config"
)

const sheetText = `# The desk's feeds.
defaults: {poll: {min: 1m}}   # for all

feeds:
  # ---- Кыргызстан ----
  - {title: "Один, ‘первый’", id: one, url: "https://one.example/rss", country: KG} # kept
  - id: two
    url: 'http://two.example/it''s'   # the address
    # inside
    tags: [a,
      b]
    # inside too

  # before three
  - url: http://three.example/
# the end
`

func sheetFile(text string) config.File {
	return config.File{Name: "feeds.yaml", Path: "etc/feeds.yaml", Data: text}
}

func TestAddKeepsTheRest(t *testing.T) {
	feed := &Listed{Feed: Feed{ID: "kg", URL: "https://four.example/?a=1,2", Title: "Four: news", Country: "KG", Owner: "state: Kyrgyzstan",
		Poll: Poll{Min: time.Minute, Max: 15 * time.Minute}, Tags: []string{"a b", "c"}}}
	edited, added, err := Add(sheetFile(sheetText), feed)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(sheetText, "# the end\n", added+"# the end\n", 1)
	if string(edited.Data) != want || !strings.HasPrefix(added, "  - id: kg\n    url: https://four.example/?a=1,2\n") {
		t.Errorf("got\n%s", edited.Data)
	}
	list, err := List(dir(nil), edited)
	if err != nil || len(list) != 4 {
		t.Fatalf("%d feeds, %v", len(list), err)
	}
	got := list[3]
	if got.Owner != feed.Owner || got.Poll != feed.Poll || got.Title != feed.Title || got.Tags[0] != "a b" || got.Index != 3 || got.Line != 16 {
		t.Errorf("got %+v", got)
	}
}

// A feed is added to a file of any beginning.
func TestAddBegins(t *testing.T) {
	feed := &Listed{Feed: Feed{ID: DeriveID("http://a.example/"), URL: "http://a.example/", Poll: Poll{Min: 30 * time.Second, Max: 15 * time.Minute}}}
	for before, want := range map[string]string{
		"":                         "feeds:\n  - url: http://a.example/\n",
		"# mine":                   "# mine\nfeeds:\n  - url: http://a.example/\n",
		"feeds: []\n":              "feeds:\n  - url: http://a.example/\n",
		"feeds:\ndefaults: {}\n":   "feeds:\n  - url: http://a.example/\ndefaults: {}\n",
		"\ufefffeeds: []\n":        "feeds:\n  - url: http://a.example/\n",
		"feeds:\n- url: http://b/": "feeds:\n- url: http://b/\n- url: http://a.example/\n",
		"feeds:\n- url: http://b/\ndefaults: {country: KG}\n": "feeds:\n- url: http://b/\n- url: http://a.example/\ndefaults: {country: KG}\n",
	} {
		edited, _, err := Add(sheetFile(before), feed)
		if err != nil || string(edited.Data) != want {
			t.Errorf("%q became %q, %v", before, edited.Data, err)
		}
	}
}

func TestRemoveKeepsTheRest(t *testing.T) {
	for index, gone := range []string{
		"  - {title: \"Один, ‘первый’\", id: one, url: \"https://one.example/rss\", country: KG} # kept\n",
		"  - id: two\n    url: 'http://two.example/it''s'   # the address\n    # inside\n    tags: [a,\n      b]\n    # inside too\n",
		"  - url: http://three.example/\n",
	} {
		edited, err := Remove(sheetFile(sheetText), index)
		if err != nil || string(edited.Data) != strings.Replace(sheetText, gone, "", 1) {
			t.Errorf("without %d: %v\n%s", index, err, edited.Data)
		}
	}
	edited, err := Remove(sheetFile("feeds:\n  - url: http://a/\n# end\n"), 0)
	if err != nil || string(edited.Data) != "feeds: []\n# end\n" {
		t.Errorf("the last one: %v\n%s", err, edited.Data)
	}
}

func TestSetChangesOneValue(t *testing.T) {
	for _, c := range []struct {
		index           int
		key, value      string
		before, becomes string
	}{
		{0, "url", "https://new.example/a,b", `"https://one.example/rss"`, `"https://new.example/a,b"`},
		{0, "verified", "2026-05-31", `rss", country`, `rss", verified: 2026-05-31, country`},
		{0, "id", "true", "id: one", `id: "true"`},
		{1, "url", "http://new.example/", `'http://two.example/it''s'`, `"http://new.example/"`},
		{1, "id", "zwei", "two\n", "zwei\n"},
		{1, "verified", "2026-05-31", "   # the address\n", "   # the address\n    verified: 2026-05-31\n"},
		{2, "id", "three-1a", "http://three.example/\n", "http://three.example/\n    id: three-1a\n"},
	} {
		edited, err := Set(sheetFile(sheetText), c.index, c.key, c.value)
		if want := strings.Replace(sheetText, c.before, c.becomes, 1); err != nil || string(edited.Data) != want {
			t.Errorf("%s of %d: %v\n%s", c.key, c.index, err, edited.Data)
		}
	}
}

// What cannot be edited safely is left alone, with the place.
func TestEditRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"feeds: [{url: http://a/}]\n":           "etc/feeds.yaml:1:1: the feeds are written in a way that cannot be edited safely here; edit them by hand",
		"defaults: {}\n":                        "etc/feeds.yaml:1:1: ",
		"feeds:\n- url: >\n    http://a/\n":     "etc/feeds.yaml:1:1: ",
		"feeds:\n- &a {url: http://a/}\n- *a\n": "etc/feeds.yaml:",
		"feeds:\n- id: x\n  id: y\n":            "etc/feeds.yaml:3:3: ",
		"feeds: {}\n":                           "etc/feeds.yaml:1:",
		"feeds:\n- {id: x}\n":                   "etc/feeds.yaml:2:1: ",
		"{feeds: []}\n":                         "etc/feeds.yaml:1:",
	} {
		edited, err := Set(sheetFile(text), 0, "url", "http://b/")
		if text == "feeds:\n- {id: x}\n" {
			edited, err = Set(sheetFile(text), 0, "verified", "2026-05-31")
		}
		if err == nil || !strings.HasPrefix(err.Error(), want) || string(edited.Data) != text {
			t.Errorf("%q: %v\n%s", text, err, edited.Data)
		}
	}
	if _, _, err := Add(sheetFile("{feeds: [], defaults: {}}\n"), &Listed{Feed: Feed{URL: "http://a/"}}); err == nil {
		t.Error("a file in braces was taken")
	}
}

// An edit of any text does what it says, or nothing.
func FuzzEdit(f *testing.F) {
	f.Add(sheetText, 1)
	f.Add("feeds:\n- url: a\n  tags:\n  - x\n  -\n    y\n", 0)
	f.Add("feeds:\n- url: |\n   a\n   # b\n", 0)
	f.Fuzz(func(t *testing.T, text string, index int) {
		if index < 0 {
			return
		}
		before := sheetFile(text)
		for _, edit := range []func() (config.File, error){
			func() (config.File, error) { return Set(before, index, "url", "http://b/") },
			func() (config.File, error) { return Remove(before, index) },
			func() (config.File, error) {
				edited, _, err := Add(before, &Listed{Feed: Feed{URL: "http://b/"}})
				return edited, err
			},
		} {
			after, err := edit()
			if err == nil && strings.Count(text, "#") > 0 && !strings.Contains(text, "- ") && !strings.Contains(after.Data, "#") {
				t.Errorf("%q lost its comments: %q", text, after.Data)
			}
			if again, bad := newSheet(after); err == nil && (bad != nil || again == nil) {
				t.Errorf("%q became %q: %v", text, after.Data, bad)
			}
		}
	})
}

// What a key says already is not written in other quotes.
func TestSetLeavesTheSameValue(t *testing.T) {
	f := sheetFile("feeds:\n  - url: http://one.example/\n    verified: \"2026-05-31\"\n")
	if edited, err := Set(f, 0, "verified", "2026-05-31"); err != nil || string(edited.Data) != f.Data {
		t.Errorf("%v\n%s", err, edited.Data)
	}
	feed := &Listed{Feed: Feed{ID: "kg", URL: "http://two.example/"}, Verified: time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC)}
	if _, added, err := Add(f, feed); err != nil || !strings.HasSuffix(added, "    verified: 2026-05-31\n") {
		t.Errorf("%v\n%s", err, added)
	}
}
