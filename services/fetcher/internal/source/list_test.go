package source

import (
	"strings"
	"testing"
	"testing/fstest"

	"faultline/pkg/config"
)

// southList is one of the shipped lists.
const southList = "feeds:\n# far\n- id: s\n  url: http://s.example/\n"

// shippedWith is a configuration directory over one that shipped with two lists.
func shippedWith(files map[string]string) *config.Dir {
	shipped := fstest.MapFS{
		"feeds.yaml":       {Data: []byte("catalogue: [north]\nfeeds: []\n")},
		"feeds/north.yaml": {Data: []byte("feeds:\n- {id: n, url: http://n.example/, verified: 2026-05-31}\n")},
		"feeds/south.yaml": {Data: []byte(southList)},
	}
	own := fstest.MapFS{}
	for name, text := range files {
		own[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return config.NewDir(config.Layer{Name: "mine", FS: own}, config.Layer{Name: "(shipped)", FS: shipped, Shipped: true})
}

// The shipped lists are watched when feeds.yaml names them; files of one's own
// always are.
func TestCatalogueIsChosen(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"the shipped choice":    {nil, "n"},
		"feeds of one's own":    {map[string]string{"feeds.yaml": "feeds: [{id: a, url: http://a.example/}]"}, "a"},
		"another choice":        {map[string]string{"feeds.yaml": "catalogue: [south]\nfeeds: [{id: a, url: http://a.example/}]"}, "a s"},
		"a list of one's own":   {map[string]string{"feeds/x.yaml": "feeds: [{id: x, url: http://x.example/}]"}, "n x"},
		"a list in its place":   {map[string]string{"feeds/north.yaml": "feeds: [{id: x, url: http://x.example/}]"}, "x"},
		"a copy left out":       {map[string]string{"feeds.yaml": "catalogue: [south]", "feeds/north.yaml": "feeds: [{id: x, url: http://x.example/}]"}, "s"},
		"nothing chosen":        {map[string]string{"feeds.yaml": "catalogue: []", "feeds/north.yaml": "feeds: [{id: x, url: http://x.example/}]"}, ""},
		"a list without choice": {map[string]string{"feeds.yaml": "", "feeds/south.yaml": "feeds: [{id: x, url: http://x.example/}]"}, "x"},
		"a copy as it shipped":  {map[string]string{"feeds.yaml": "feeds: [{id: a, url: http://a.example/}]", "feeds/south.yaml": southList}, "a"},
		"a copy that is chosen": {map[string]string{"feeds.yaml": "catalogue: [south]", "feeds/south.yaml": southList}, "s"},
	} {
		list, err := List(shippedWith(c.files))
		var ids []string
		for _, f := range list {
			ids = append(ids, f.ID)
		}
		if got := strings.Join(ids, " "); err != nil || got != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestCatalogueRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"feeds.yaml|catalogue: [north, west]\n":                          `mine/feeds.yaml:1:20: there is no list "west"; the lists are north, south`,
		"feeds/x.yaml|catalogue: [north]\n":                              "mine/feeds/x.yaml:1:12: only feeds.yaml chooses from the catalogue; write it into feeds.yaml",
		"feeds.yaml|feeds:\n- {url: http://a.example/, verified: May}\n": `mine/feeds.yaml:2:38: "May" is no day; write a day such as 2026-05-31, or leave it out`,
	} {
		name, data, _ := strings.Cut(text, "|")
		if _, err := List(shippedWith(map[string]string{name: data})); err == nil || err.Error() != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A feed is listed with its place.
func TestListTellsThePlace(t *testing.T) {
	dir := shippedWith(map[string]string{
		"feeds.yaml":   "catalogue: [north, south]\nfeeds:\n  - {id: a, url: http://a.example/}\n\n  -\n    # why\n    url: http://b.example/\n",
		"feeds/r.opml": "<opml><body>\n<outline xmlUrl=\"http://c.example/\"/>\n<outline xmlUrl=\"http://d.example/\"/></body></opml>",
	})
	list, err := List(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, f := range list {
		got.WriteString(strings.TrimSpace(strings.Join([]string{f.URL, f.File.Path}, " ")))
		got.WriteString(" " + string(rune('0'+f.Line)) + " " + string(rune('0'+f.Index)))
		if f.File.Shipped {
			got.WriteString(" shipped")
		}
		if !f.Verified.IsZero() {
			got.WriteString(f.Verified.Format(" 2006-01-02"))
		}
		got.WriteString("\n")
	}
	want := `http://a.example/ mine/feeds.yaml 3 0
http://b.example/ mine/feeds.yaml 7 1
http://n.example/ (shipped)/feeds/north.yaml 2 0 shipped 2026-05-31
http://s.example/ (shipped)/feeds/south.yaml 3 0 shipped
http://c.example/ mine/feeds/r.opml 2 0
http://d.example/ mine/feeds/r.opml 3 1
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
	edited := config.File{Name: "feeds/new.yaml", Path: "mine/feeds/new.yaml", Data: "feeds: [{id: z, url: http://c.example}]"}
	if _, err := List(dir, edited); err == nil || !strings.Contains(err.Error(), "the same url as the feed at mine/feeds/") {
		t.Errorf("got %v", err)
	}
}
