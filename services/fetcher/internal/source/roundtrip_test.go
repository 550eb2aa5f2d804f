package source

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/config"
)

// anyFeed is a feed with any of the fields that OPML carries.
func anyFeed(r *rand.Rand, n int) Listed {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	f := Listed{Feed: Feed{
		URL:          fmt.Sprintf("%s://%s.example/%d?a=%s", pick("http", "https"), pick("a", "b", "news-1"), n, pick("1", "%3Cx%3E", "ы&b=2", "'\"")),
		Title:        pick("", "Новости", `"A" & <B>`, "x  y", "- dash", "id: [no]", "24", "null", "#1"),
		Country:      pick("", "KG", "NO"),
		Language:     pick("", "ru", "uz-Cyrl"),
		Reliability:  pick("", "A", "F"),
		Owner:        pick("", "state: Kazakhstan", "B&C", "yes"),
		Poll:         Poll{Min: time.Duration(1+r.IntN(90)) * time.Second, Max: 90*time.Second + time.Duration(r.IntN(1e6))*time.Millisecond},
		AllowPrivate: r.IntN(3) == 0, AllowDowngrade: r.IntN(3) == 0, FullText: r.IntN(3) == 0, Exercise: r.IntN(3) == 0, Disabled: r.IntN(3) == 0,
	}}
	if f.ID = fmt.Sprintf("id_%d", n); r.IntN(2) == 0 {
		f.ID = DeriveID(f.URL)
	}
	for _, tag := range []string{"Азия", "a/b", "<x>", "on", "1"} {
		if r.IntN(3) == 0 {
			f.Tags = append(f.Tags, tag)
		}
	}
	if r.IntN(2) == 0 {
		f.Verified = time.Date(2026, 1, 1+r.IntN(300), 0, 0, 0, 0, time.UTC)
	}
	return f
}

// Everything that is said of a feed but its secrets comes back from OPML,
// whether the file is read as it is or turned into YAML.
func TestOPMLRoundTripsAllFields(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 7))
		var feeds []Listed
		for n := range 1 + r.IntN(20) {
			feeds = append(feeds, anyFeed(r, n))
		}
		text, err := ExportOPML(feeds)
		if err != nil {
			t.Fatal(err)
		}
		imported, err := ImportOPML("x.opml", text, "")
		if err != nil || len(imported.Warnings) > 0 {
			t.Fatalf("seed %d: %v %v\n%s", seed, imported.Warnings, err, text)
		}
		for name, data := range map[string][]byte{"feeds/x.opml": text, "feeds/x.yaml": imported.Text} {
			got, err := List(dir(map[string]string{name: string(data)}))
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, data)
			}
			if a, b := bare(feeds), bare(got); !reflect.DeepEqual(a, b) {
				t.Fatalf("seed %d, %s: wrote\n%+v\nread\n%+v", seed, name, a, b)
			}
		}
	}
}

// An export that is put into a configuration gives the same feeds whatever that has for defaults: a feed that
// may not reach private addresses may not there. A list of another program has them.
func TestOPMLOfOursTakesNoDefaults(t *testing.T) {
	const defaults = `defaults: {country: KG, language: ky, reliability: B, owner: O, allow_private: true, full_text: true, exercise: true, tags: [base], poll: {min: 1m, max: 2m}}`
	feeds := []Listed{{Feed: Feed{ID: "a", URL: "https://a.example/rss", Poll: builtInPoll()}}}
	text, err := ExportOPML(feeds)
	if err != nil {
		t.Fatal(err)
	}
	got, err := List(dir(map[string]string{"feeds.yaml": defaults + "\nfeeds: []\n", "feeds/x.opml": string(text)}))
	if a, b := bare(feeds), bare(got); err != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("%v: wrote\n%+v\nread\n%+v", err, a, b)
	}
	other := strings.Replace(string(text), ` faultline:complete="true"`, "", 1)
	got, err = List(dir(map[string]string{"feeds.yaml": defaults + "\nfeeds: []\n", "feeds/x.opml": other}))
	if err != nil || len(got) != 1 || !got[0].AllowPrivate || got[0].Country != "KG" || !slices.Equal(got[0].Tags, []string{"base"}) {
		t.Errorf("%v: read %+v", err, got)
	}
}

func builtInPoll() Poll {
	p := builtIn().Poll
	return Poll{p.Min.Std(), p.Max.Std()}
}

// Addresses that some programs write for readers are those behind them.
func TestOPMLWithTheSchemeOfReaders(t *testing.T) {
	for written, want := range map[string]string{
		"feed://a.example/rss": "http://a.example/rss", "FEED:https://a.example/rss": "https://a.example/rss", "feed:http://a.example/rss": "http://a.example/rss",
		"https://a.example/feed:rss": "https://a.example/feed:rss",
	} {
		list := `<opml><body><outline xmlUrl="` + written + `"/></body></opml>`
		got, err := List(dir(map[string]string{"feeds/x.opml": list}))
		if err != nil || len(got) != 1 || got[0].URL != want {
			t.Errorf("%s: %+v, %v", written, got, err)
		}
		imported, err := ImportOPML("x.opml", []byte(list), "")
		if err != nil || len(imported.Warnings) > 0 || !strings.Contains(string(imported.Text), "url: "+want+"\n") {
			t.Errorf("%s: imported %q, %v, %v", written, imported.Text, imported.Warnings, err)
		}
	}
	for _, nothing := range []string{"feed:", "feed:x", "feed:gopher://a.example/", "feed://"} {
		if imported, err := ImportOPML("x.opml", []byte(`<opml><body><outline xmlUrl="`+nothing+`"/></body></opml>`), ""); err == nil {
			t.Errorf("%q became %q", nothing, imported.Text)
		}
	}
}

// bare are the feeds in the order of their ids and without their places.
func bare(feeds []Listed) []Listed {
	out := slices.Clone(feeds)
	for i := range out {
		out[i].File, out[i].Line, out[i].Index = config.File{}, 0, 0
		if len(out[i].Tags) == 0 {
			out[i].Tags = nil
		}
	}
	slices.SortFunc(out, func(a, b Listed) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Attributes of ours that are wrong are faults with a place, and unknown ones
// of a newer version are passed over.
func TestOPMLAttributesAreChecked(t *testing.T) {
	head := `<opml xmlns:f="` + namespace + `"><body>` + "\n"
	for attribute, want := range map[string]string{
		`f:min="soon"`:                       "x.opml:2:1: attribute min: ",
		`f:disabled="perhaps"`:               "x.opml:2:1: attribute disabled: ",
		`f:id="a b"`:                         `x.opml:2:1: id "a b" has a character`,
		`f:country="kg"`:                     `x.opml:2:1: "kg" is no country code`,
		`f:verified="last May"`:              `x.opml:2:1: "last May" is no day`,
		`f:min="1h" f:max="1m"`:              "x.opml:2:1: poll.max 1m is below poll.min 1h",
		`f:allow_private="` + "\u0660" + `"`: "x.opml:2:1: attribute allow_private: ",
		`f:allow_downgrade="now"`:            "x.opml:2:1: attribute allow_downgrade: ",
	} {
		list := head + `<outline xmlUrl="http://a.example/" ` + attribute + `/></body></opml>`
		_, err := List(dir(map[string]string{"feeds/x.opml": list}))
		if err == nil || !strings.HasPrefix(err.Error(), "etc/feeds/"+want) {
			t.Errorf("%s: %v", attribute, err)
		}
		imported, err := ImportOPML("x.opml", []byte(list), "")
		if err != nil || string(imported.Text) != "feeds:\n- url: http://a.example/\n" || len(imported.Warnings) != 1 || !strings.HasPrefix(imported.Warnings[0].Error(), want) {
			t.Errorf("%s: imported %q, %v, %v", attribute, imported.Text, imported.Warnings, err)
		}
	}
	imported, err := ImportOPML("x.opml", []byte(head+`<outline xmlUrl="http://a.example/" f:colour="red" disabled="true"/></body></opml>`), "")
	if err != nil || string(imported.Text) != "feeds:\n- url: http://a.example/\n" {
		t.Errorf("%v\n%s", err, imported.Text)
	}
}
