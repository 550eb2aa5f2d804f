package source

import (
	"encoding/xml"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"faultline/pkg/config"
	"faultline/services/fetcher/internal/costtest"
)

func TestFault110HostileOPML(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"an unknown encoding":  {`<?xml version="1.0" encoding="klingon"?><opml><body/></opml>`, "damaged"},
		"file addresses":       {`<opml><body><outline xmlUrl="file:///etc/passwd"/></body></opml>`, `scheme "file" is not http or https`},
		"scripts":              {`<opml><body><outline xmlUrl="javascript:alert(1)"/></body></opml>`, `scheme "javascript" is not http or https`},
		"a feed, not a list":   {`<rss><channel/></rss>`, "no OPML document"},
		"text before the root": {`hello <opml/>`, ""},
		"a cut in the middle":  {`<opml><body><outline text="a"/><outl`, "the OPML document is damaged: "},
	} {
		imported, err := ImportOPML("x.opml", []byte(c.text), "")
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), "x.opml") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: got %q, %v", name, imported.Text, err)
		}
	}
}

// A hundred thousand feeds, and folders ten thousand deep, end early.
func TestFault110OPMLBombsEndEarly(t *testing.T) {
	var many strings.Builder
	many.WriteString("<opml><body>")
	for i := range 100_000 {
		fmt.Fprintf(&many, `<outline xmlUrl="http://a.example/%d"/>`, i)
	}
	start := time.Now()
	found, err := readOPML([]byte(many.String() + "</body></opml>"))
	if err == nil || err.Error() != "there are more than 20000 feeds" || len(found) != maxOutlines+1 {
		t.Errorf("%d feeds, %v", len(found), err)
	}
	deep := "<opml><body>" + strings.Repeat(`<outline text="x">`, maxFolders)
	closing := strings.Repeat("</outline>", maxFolders) + "</body></opml>"
	if _, err := readOPML([]byte(deep + closing)); err != nil {
		t.Errorf("%d folders: %v", maxFolders, err)
	}
	if _, err := readOPML([]byte(deep + `<outline xmlUrl="http://a.example/"/>` + closing)); err == nil || err.Error() != "the folders are nested deeper than 32" {
		t.Errorf("one folder more: %v", err)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestOPMLPositions(t *testing.T) {
	text := "<opml><body>\n<outline text=\"a\">\n  <outline xmlUrl=\"http://a.example/\"/>\n\t<outline\n xmlUrl=\"http://b.example/\"></outline></outline>\n</body></opml>"
	found, err := readOPML([]byte(text))
	if err != nil || len(found) != 2 {
		t.Fatalf("got %v, %v", found, err)
	}
	for i, want := range [][2]int{{3, 3}, {4, 2}} {
		if found[i].line != want[0] || found[i].column != want[1] {
			t.Errorf("feed %d is at %d:%d, want %v", i, found[i].line, found[i].column, want)
		}
	}
}

// What an export writes an import reads, whatever the titles and tags hold.
func TestOPMLKeepsOddTexts(t *testing.T) {
	feeds := []Feed{
		{ID: "a", URL: "http://a.example/?x=1&y=<2>", Title: `"A" & <B> 'C'`, Tags: []string{"Азия", "a/b", "<x>"}},
		{ID: "b", URL: "http://b.example/", Title: "\u202eevil\u00a0", Tags: []string{"Азия", "other"}, Language: "ky"},
		{ID: "c", URL: "http://c.example/", Title: "plain"},
	}
	text, err := ExportOPML(listed(feeds...))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), `text="Азия"`) != 1 {
		t.Errorf("the folder of two feeds is written twice:\n%s", text)
	}
	found, err := readOPML(text)
	if err != nil || len(found) != len(feeds) {
		t.Fatalf("got %v, %v", found, err)
	}
	byURL := map[string]outline{}
	for _, o := range found {
		byURL[o.url] = o
	}
	for _, f := range feeds {
		o := byURL[f.URL]
		if o.title != strings.TrimSpace(f.Title) || o.language != f.Language || len(f.Tags) > 0 && !reflect.DeepEqual(o.folders, f.Tags) {
			t.Errorf("wrote %+v, read %+v", f, o)
		}
	}
}

func TestExportHoldsNoSecrets(t *testing.T) {
	text, err := ExportOPML(listed(Feed{ID: "a", URL: "http://a.example/", Password: "s3cret", Username: "desk", Headers: map[string]config.Secret{"X-Key": "s3cret"}}))
	if err != nil || strings.Contains(string(text), "s3cret") || strings.Contains(string(text), "desk") {
		t.Errorf("%v\n%s", err, text)
	}
	var doc struct {
		XMLName xml.Name `xml:"opml"`
		Version string   `xml:"version,attr"`
	}
	if err := xml.Unmarshal(text, &doc); err != nil || doc.Version != "2.0" {
		t.Errorf("version %q, %v", doc.Version, err)
	}
	none, err := ExportOPML(nil)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := readOPML(none); err != nil || len(found) != 0 {
		t.Errorf("no feeds: %v, %v", found, err)
	}
	if imported, err := ImportOPML("x", none, ""); err != nil || string(imported.Text) != "feeds: []\n" {
		t.Errorf("no feeds: %q, %v", imported.Text, err)
	}
}

func TestHeadersThatAreRefused(t *testing.T) {
	for _, name := range []string{"Host", "CONNECTION", "content-length", "Transfer-Encoding", "te", "Trailer", "Upgrade", "Keep-Alive",
		"proxy-authorization", "Proxy-Connection", "accept-encoding", "if-none-match", "If-Modified-Since", "range"} {
		if err := checkHeader(name, "x"); err == nil || !strings.HasSuffix(err.Error(), "is set by the fetcher itself") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"A:B", "A(B", "A\tB", "A\x00", "A\x7f", "A/B", "A@B", `A"B`, "A{B"} {
		if err := checkHeader(name, "x"); err == nil || err.Error() != fmt.Sprintf("%q is no header name", name) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, value := range []string{"\n", "a\rb", "\x00", "a\x1b", "\x7f"} {
		if err := checkHeader("x-key", value); err == nil || err.Error() != "the value of header X-Key has control characters" {
			t.Errorf("%q: %v", value, err)
		}
	}
	for _, name := range []string{"User-Agent", "Authorization", "X_1", "!#$%&'*+-.^_`|~"} {
		if err := checkHeader(name, "any\ttext é"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadOPML(f *testing.F) {
	f.Add(reader)
	f.Add(`<opml><outline><outline xmlUrl="x"/></opml>`)
	f.Add(`<opml><outline text="a & "b" c" xmlUrl="x"><outline title= 'x y xmlUrl="z" /></outline`)
	f.Fuzz(func(t *testing.T, text string) {
		var found, saved []outline
		var err error
		var warnings config.Errors
		costtest.Bound(t, func() {
			found, err = readOPML([]byte(text))
			saved, warnings, _ = salvage(config.File{Data: text}, errors.New("damaged"))
		})
		for _, o := range append(found, saved...) {
			if o.url == "" || o.line < 1 || o.column < 1 || len(o.folders) > maxFolders {
				t.Errorf("found %+v, %v", o, err)
			}
		}
		if len(saved) > 0 && len(warnings) == 0 {
			t.Error("nothing says that the document is damaged")
		}
	})
}

// What is exported can be read again, so what cannot is not written.
func TestExportOfTooMany(t *testing.T) {
	feeds := make([]Listed, maxOutlines+1)
	for i := range feeds {
		feeds[i] = listed(Feed{ID: fmt.Sprint(i), URL: fmt.Sprint("http://a.example/", i)})[0]
	}
	if text, err := ExportOPML(feeds); err == nil || text != nil || !strings.Contains(err.Error(), "20001 feeds") {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	text, err := ExportOPML(feeds[1:])
	if err != nil {
		t.Fatal(err)
	}
	if found, err := readOPML(text); err != nil || len(found) != maxOutlines {
		t.Errorf("%d of %d feeds: %v", len(found), maxOutlines, err)
	}
}
