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
