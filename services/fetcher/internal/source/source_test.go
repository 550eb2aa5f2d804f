package source

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/pkg/config"
)

func dir(files map[string]string) *config.Dir {
	layer := fstest.MapFS{}
	for name, text := range files {
		layer[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return config.NewDir(config.Layer{Name: "etc", FS: layer})
}

func load(t *testing.T, files map[string]string) []Feed {
	t.Helper()
	feeds, err := Load(dir(files))
	if err != nil {
		t.Fatal(err)
	}
	return feeds
}

// listed is what stands in no file yet.
func listed(feeds ...Feed) (list []Listed) {
	for _, f := range feeds {
		list = append(list, Listed{Feed: f})
	}
	return list
}

func TestLoadFillsInDefaults(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("k3y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	feeds := load(t, map[string]string{
		File: `
defaults: {country: KG, poll: {min: 20s}, tags: [asia]}
feeds:
  - url: https://www.a.example/rss/
  - id: b
    url: http://b.example/feed?lang=ru
    title: Bee
    country: KZ
    language: RU
    reliability: B
    owner: state
    poll: {min: 1m, max: 1h}
    full_text: true
    allow_private: true
    allow_downgrade: true
    headers: {Cookie: a=b}
    headers_file: {X-Key: ` + key + `}
    basic_auth: {username: desk, password_file: ` + key + `}
    tags: [one, two]
    exercise: true
    disabled: true
`,
		"feeds/more/c.yaml": "defaults: {country: UZ, owner: c, allow_private: true}\nfeeds:\n- url: https://c.example/\n",
		"feeds/d.yaml":      "feeds: [{url: https://d.example/}]",
	})
	polled := Poll{20 * time.Second, 15 * time.Minute}
	want := []Feed{
		{ID: DeriveID("https://www.a.example/rss/"), URL: "https://www.a.example/rss/", Country: "KG", Poll: polled, Tags: []string{"asia"}},
		{
			ID: "b", URL: "http://b.example/feed?lang=ru", Title: "Bee", Country: "KZ", Language: "ru", Reliability: "B", Owner: "state",
			Poll: Poll{time.Minute, time.Hour}, AllowPrivate: true, AllowDowngrade: true, FullText: true, Headers: map[string]config.Secret{"Cookie": "a=b", "X-Key": "k3y"},
			Username: "desk", Password: "k3y", Tags: []string{"one", "two"}, Exercise: true, Disabled: true,
		},
		{ID: DeriveID("https://d.example/"), URL: "https://d.example/", Country: "KG", Poll: polled, Tags: []string{"asia"}},
		{ID: DeriveID("https://c.example/"), URL: "https://c.example/", Country: "UZ", Owner: "c", AllowPrivate: true, Poll: polled, Tags: []string{"asia"}},
	}
	if !reflect.DeepEqual(feeds, want) {
		t.Errorf("got\n%+v\nwant\n%+v", feeds, want)
	}
}

func TestLoadOfNothing(t *testing.T) {
	if feeds := load(t, nil); len(feeds) != 0 {
		t.Errorf("got %v", feeds)
	}
	if feeds := load(t, map[string]string{File: ""}); len(feeds) != 0 {
		t.Errorf("got %v", feeds)
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no address":          {"feeds:\n- id: a\n", "etc/feeds.yaml:2:3: the feed has no address; add url"},
		"an empty entry":      {"feeds:\n-\n", "the feed has no address"},
		"a scheme":            {"feeds:\n- url: ftp://a.example/\n", `etc/feeds.yaml:2:8: scheme "ftp" is not http or https`},
		"credentials":         {"feeds:\n- url: http://u:s3cret@a.example/\n", "etc/feeds.yaml:2:8: the address carries a user name or password"},
		"an id":               {"feeds:\n- id: a.b\n  url: http://a.example/\n", `etc/feeds.yaml:2:7: id "a.b" has a character`},
		"a long id":           {"feeds:\n- id: " + strings.Repeat("a", 65) + "\n  url: http://a.example/\n", "an id has 1 to 64 characters"},
		"an unknown key":      {"feeds:\n- url: http://a.example/\n  colour: red\n", "etc/feeds.yaml:3:3:"},
		"an unknown default":  {"defaults: {url: x}\n", "etc/feeds.yaml:1:12:"},
		"an unknown part":     {"feed: []\n", "etc/feeds.yaml:1:1:"},
		"no default":          {"defaults: {allow_downgrade: true}\nfeeds: []\n", "etc/feeds.yaml:1:12:"},
		"a wrong type":        {"feeds:\n- url: http://a.example/\n  allow_private: often\n", "etc/feeds.yaml:3:18:"},
		"a country":           {"feeds:\n- url: http://a.example/\n  country: kg\n", `etc/feeds.yaml:3:12: "kg" is no country code of ISO 3166-1; write two capital letters`},
		"no country":          {"feeds:\n- {url: http://a.example/, country: ZZ}\n", `"ZZ" is no country code`},
		"a language":          {"feeds:\n- {url: http://a.example/, language: klingonese-x}\n", "is no language of BCP 47"},
		"a reliability":       {"feeds:\n- {url: http://a.example/, reliability: G}\n", `"G" is no reliability; write A`},
		"two reliabilities":   {"feeds:\n- {url: http://a.example/, reliability: AB}\n", `"AB" is no reliability`},
		"poll.min":            {"feeds:\n- {url: http://a.example/, poll: {min: 10ms}}\n", "a feed cannot be asked every 10ms"},
		"poll.max below min":  {"feeds:\n- {url: http://a.example/, poll: {min: 20m}}\n", "poll.max 15m is below poll.min 20m; make poll.max"},
		"poll.max":            {"feeds:\n- {url: http://a.example/, poll: {max: 8d}}\n", "more than a week"},
		"full text":           {"feeds:\n- {url: http://a.example/, full_text: often}\n", "etc/feeds.yaml:2:"},
		"a default":           {"defaults: {poll: {min: 1h}}\n", "etc/feeds.yaml:1:"},
		"a header":            {"feeds:\n- {url: http://a.example/, headers: {Host: x}}\n", "header Host is set by the fetcher itself"},
		"a header twice":      {"feeds:\n- {url: http://a.example/, headers: {A: x}, headers_file: {A: /x}}\n", "etc/feeds.yaml:2:"},
		"a password twice":    {"feeds:\n- {url: http://a.example/, basic_auth: {password: s3cret, password_file: /x}}\n", "etc/feeds.yaml:2:"},
		"the same id":         {"feeds:\n- {id: a, url: http://a.example/}\n- {id: a, url: http://b.example/}\n", "etc/feeds.yaml:3:8: the same id as the feed at etc/feeds.yaml:2; give each feed"},
		"the same address":    {"feeds:\n- url: http://a.example/\n- url: https://www.a.example\n", "etc/feeds.yaml:3:8: the same url as the feed at etc/feeds.yaml:2; remove"},
		"two keys":            {"feeds: []\nfeeds: []\n", "etc/feeds.yaml:2:1:"},
		"tabs":                {"feeds:\n\t- url: x\n", "etc/feeds.yaml:2:1:"},
		"an unreadable value": {"feeds:\n- url: [http://a.example/]\n", "etc/feeds.yaml:2:"},
	} {
		t.Run(name, func(t *testing.T) {
			feeds, err := Load(dir(map[string]string{File: c.text}))
			if err == nil {
				t.Fatalf("got %+v", feeds)
			}
			if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestLoadTellsAllFaults(t *testing.T) {
	_, err := Load(dir(map[string]string{
		File:           "feeds:\n- {id: a}\n- {url: x}\n- {url: http://c.example/}\n",
		"feeds/d.yaml": "feeds:\n- {url: http://c.example/}\n",
		"feeds/e.opml": `<opml><body><outline xmlUrl="file:///etc/passwd"/></body></opml>`,
	}))
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"feeds.yaml:2:", "feeds.yaml:3:", "feeds/d.yaml:2:9: the same url as the feed at etc/feeds.yaml:4", "feeds/e.opml:1:13: scheme"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in\n%v", want, err)
		}
	}
}

func TestLoadManyFeeds(t *testing.T) {
	var b strings.Builder
	b.WriteString("feeds:\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "- url: https://feeds.example/%d.xml\n", i)
	}
	start := time.Now()
	if feeds := load(t, map[string]string{File: b.String()}); len(feeds) != 2000 {
		t.Errorf("got %d feeds", len(feeds))
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestDeriveID(t *testing.T) {
	for address, prefix := range map[string]string{
		"https://www.24.kg/rss/": "24-kg-rss-", "http://127.0.0.1:8900/f/1.xml": "127-0-0-1-8900-f-1-xml-", "https://новости.example/": "example-",
		"https://a.example/?key=s3cret": "a-example-", "https://a.example/" + strings.Repeat("long/", 20): "a-example-long-long-", "nonsense://": "nonsense-", "": "feed-",
	} {
		id := DeriveID(address)
		if !strings.HasPrefix(id, prefix) || checkID(id) != nil {
			t.Errorf("%s: got %s", address, id)
		}
		if strings.Contains(id, "s3cret") {
			t.Errorf("%s shows a secret", id)
		}
	}
	same := DeriveID("http://a.example/rss")
	for _, address := range []string{"https://a.example/rss", "https://www.a.example/rss/", "https://A.example:443/rss#x"} {
		if DeriveID(address) != same {
			t.Errorf("%s has another id", address)
		}
	}
	if DeriveID("http://a.example/rss?x") == same || DeriveID("http://a.example:81/rss") == same {
		t.Error("two feeds have one id")
	}
}

func TestFingerprint(t *testing.T) {
	base := Feed{URL: "http://a.example/", Password: "one"}
	same := base
	same.Password, same.Title = "two", "Ay"
	if same.Fingerprint() != base.Fingerprint() {
		t.Error("a secret or a title is part of the fingerprint")
	}
	other := base
	other.Poll.Min = time.Second
	if other.Fingerprint() == base.Fingerprint() {
		t.Error("poll.min is no part of the fingerprint")
	}
}

const reader = `<?xml version="1.0" encoding="windows-1251"?>
<opml version="2.0"><head><title>x &nbsp; y</title></head><body>
<outline text="Asia"><outline title="Kyrgyz &amp; Co">
  <outline type="rss" text="24" xmlUrl="https://24.example/rss"/>
  <outline TEXT="sub" xmlurl=" https://25.example/rss " language="ru"><outline text="within" xmlUrl="https://26.example/rss"/></outline>
</outline></outline>
<outline text="top" title="Top" xmlUrl="https://top.example/rss"/>
</body></opml>`

func TestOPMLIsASource(t *testing.T) {
	feeds := load(t, map[string]string{File: "defaults: {tags: [all], country: KG, language: en}", "feeds/reader.opml": reader})
	type short struct {
		url, title, language string
		tags                 string
	}
	var got []short
	for _, f := range feeds {
		got = append(got, short{f.URL, f.Title, f.Language, strings.Join(f.Tags, "/")})
		if f.Country != "KG" {
			t.Errorf("%s: country %q", f.URL, f.Country)
		}
	}
	want := []short{
		{"https://24.example/rss", "24", "en", "all/Asia/Kyrgyz & Co"}, {"https://25.example/rss", "sub", "ru", "all/Asia/Kyrgyz & Co"},
		{"https://26.example/rss", "within", "en", "all/Asia/Kyrgyz & Co"}, {"https://top.example/rss", "Top", "en", "all"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestOPMLRoundTrip(t *testing.T) {
	imported, err := ImportOPML("reader.opml", []byte(reader), "")
	if err != nil || len(imported.Warnings) > 0 {
		t.Fatal(err)
	}
	first := load(t, map[string]string{File: string(imported.Text)})
	if len(first) != 4 || first[1].Tags[1] != "Kyrgyz & Co" {
		t.Fatalf("got %+v from\n%s", first, imported.Text)
	}
	out, err := ExportOPML(listed(first...))
	if err != nil {
		t.Fatal(err)
	}
	second := load(t, map[string]string{"feeds/out.opml": string(out)})
	if !reflect.DeepEqual(first, second) {
		t.Errorf("got\n%+v\nwant\n%+v\nby\n%s", second, first, out)
	}
	untitled, err := ExportOPML(listed(Feed{ID: "a", URL: "http://a.example/"}))
	if err != nil || !strings.Contains(string(untitled), `<outline text="a" type="rss" xmlUrl="http://a.example/" faultline:id="a">`) {
		t.Errorf("got %v\n%s", err, untitled)
	}
}

func TestImportOPMLRefuses(t *testing.T) {
	deep := strings.Repeat(`<outline text="x">`, 10_000)
	for name, c := range map[string]struct{ text, want string }{
		"nothing":     {"", "no OPML document"},
		"HTML":        {"<html><body>", "no OPML document"},
		"damaged":     {"<opml><body><outline", "damaged"},
		"deep":        {"<opml><body>" + deep, "nested deeper than 32"},
		"file scheme": {`<opml><body><outline xmlUrl="file:///etc/passwd"/></body></opml>`, `x.opml:1:13: the feed is left out: scheme "file"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ImportOPML("x.opml", []byte(c.text), "")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %.300v, want %s", err, c.want)
			}
		})
	}
}
