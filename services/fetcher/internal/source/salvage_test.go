package source

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"faultline/pkg/config"
	"faultline/services/fetcher/internal/costtest"
)

// What a damaged list still says is taken, and each repair has its line and says what
// is lost.
func TestDamagedOPMLIsSaved(t *testing.T) {
	const own = ` xmlns:faultline="` + namespace + `"`
	for name, c := range map[string]struct{ text, feeds, warning string }{
		"a lone ampersand": {`<opml><body>
<outline text="Bread & Salt" xmlUrl="http://a.example/?x=1&copy=2&amp;y=3"/></body></opml>`,
			"http://a.example/?x=1&copy=2&y=3 Bread & Salt", "x.opml:2:1: a tag is damaged: invalid character entity & (no semicolon); read as http://a.example/?x=1&copy=2&y=3; nothing is lost"},
		"quotes in a title": {`<opml><body>
  <outline text="The "Evening" and "Morning"" description='It's "new"' xmlUrl="http://a.example/" type="rss" /></body></opml>`,
			`http://a.example/ The "Evening" and "Morning"`, "x.opml:2:3: a tag is damaged: attribute name without = in element; read as http://a.example/; nothing is lost"},
		"a quote that does not close": {`<opml><body><outline text="Evening xmlUrl="http://a.example/" type="rss"/></body></opml>`,
			"http://a.example/ Evening", "x.opml:1:13: a tag is damaged: "},
		"an address that does not close": {"<opml><body><outline text=\"A\" xmlUrl=\"http://a.example/ />\n<outline text=\"B\" xmlUrl=\"http://b.example/\"/></body></opml>",
			"http://a.example/ A\nhttp://b.example/ B", "x.opml:1:13: a tag is damaged: "},
		"one value without quotes":  {`<opml><body><outline text="B" xmlUrl=http://b.example/ type="rss"/></body></opml>`, "http://b.example/ B", "nothing is lost"},
		"secrets in what is lost":   {"<opml><body><outline text=\"A\" xmlUrl=\"http://a.example/\"/>\n<outline xmlUrl=\"http://user:hunter2@b.example/?token=KEY", "http://a.example/ A", `http://xxxxx@b.example/?token=xxxxx`},
		"values without quotes":     {`<opml><body><outline text=A hidden xmlUrl=http://a.example/ /></body></opml>`, "http://a.example/ A", `lost is "hidden"`},
		"a cut in a feed":           {"<opml><body><outline text=\"A\" xmlUrl=\"http://a.example/\"/>\n<outline text=\"B\" xmlUrl=\"http://b.exa", "http://a.example/ A", `x.opml:2:1: the file ends within a tag; lost is "<outline text=\"B\" xmlUrl=\"http://b.exa"`},
		"a cut after an address":    {`<opml><body><outline text="A" xmlUrl="http://a.example/" type="r`, "http://a.example/ A", `read as http://a.example/; lost is "type=\"r"`},
		"no end of the list":        {`<opml><body><outline text="F"><outline xmlUrl="http://a.example/"/>`, "http://a.example/  F", "x.opml:1:68: the file ends before 1 of its folders"},
		"only the root is open":     {`<opml><body><outline xmlUrl="http://a.example/"/>`, "http://a.example/ ", "x.opml:1:50: the file ends without </body></opml>; export it again if feeds are missing"},
		"no end, and an ampersand":  {"<opml><body>\n<outline text=\"A & B\" xmlUrl=\"http://a.example/\"/>\n", "http://a.example/ A & B", "x.opml:2:1: a tag is damaged: invalid character entity & (no semicolon); read as http://a.example/; nothing is lost\nx.opml:3:1: the file ends without </body></opml>; "},
		"an ampersand in the head":  {"<opml><head>\n<title>A & B</title></head><body><outline text=\"C & D\" xmlUrl=\"http://a.example/\"/></body></opml>", "http://a.example/ C & D", "x.opml:2:8: a text is damaged: invalid character entity & (no semicolon); nothing of the feeds is lost\nx.opml:2:"},
		"an end too many":           {`<opml><body><outline xmlUrl="http://a.example/"/></outline></body></opml>`, "http://a.example/ ", "x.opml:1:50: an outline ends that did not begin; nothing is lost"},
		"feeds without an end":      {`<opml><body><outline text="F">` + strings.Repeat("<outline title=\"A\" xmlUrl=\"http://a.example/N\">\n", 1) + strings.Repeat("<outline text=\"x\"></outline>", 40) + `<outline xmlUrl="http://b.example/"></outline></outline></body></opml>`, "http://a.example/N A F\nhttp://b.example/  F", "x.opml: the OPML document is damaged: "},
		"an entity that is unknown": {`<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="http://a.example/"/></body></opml>`, "http://a.example/ &x;", "invalid character entity &x;"},
		"bytes of no encoding":      {"<opml><body><outline text=\"A\xff\" xmlUrl=\"http://a.example/\"/></body></opml>", "http://a.example/ A\u00ff", "x.opml: "},
		"attributes of ours":        {`<opml` + own + `><body><outline text="A & B" xmlUrl="http://a.example/" faultline:country="KG"/></body></opml>`, "http://a.example/ A & B KG", "nothing is lost"},
		"an attribute of ours is wrong": {`<opml` + own + `><body><outline text="A" xmlUrl="http://a.example/" faultline:country="Kyrgyzstan"/></body></opml>`,
			"http://a.example/ A", "the feed is taken without what is said of it here: http://a.example/"},
		"a language that is none": {`<opml><body><outline text="A" xmlUrl="http://a.example/" language="unknown!"/></body></opml>`, "http://a.example/ A", "without what is said of it"},
		"two of one id": {`<opml` + own + `><body><outline xmlUrl="http://a.example/" faultline:id="a"/><outline xmlUrl="http://b.example/" faultline:id="a"/></body></opml>`,
			"http://a.example/ \nhttp://b.example/ ", "the same id as the feed at x.opml:1"},
		"a feed twice": {"<opml><body><outline xmlUrl=\"http://a.example/\"/>\n<outline xmlUrl=\"http://a.example/\"/></body></opml>",
			"http://a.example/ ", "x.opml:2:1: the feed is left out: the same url as the feed at x.opml:1"},
		"an address with a password": {`<opml><body><outline xmlUrl="http://a.example/"/><outline text="a & b" xmlUrl="http://u:s3cret@b.example/"/></body></opml>`,
			"http://a.example/ \nhttp://b.example/ a & b", "x.opml:1:50: the feed is taken without the user name and password of its address: http://b.example/; have the password written into a file with --secrets DIR, or write basic_auth by hand"},
		"folders without an end": {"<opml><body>\n" + strings.Repeat(`<outline text="x">`+"\n", 40) + `<outline xmlUrl="http://a.example/"/></body></opml>`,
			"http://a.example/  x", "x.opml:34:1: the folders are nested deeper than 32; of a feed further in, the inner folders become no tags\nx.opml:42:52: the file ends before 40 of its folders"},
		"folders too deep": {"<opml><body>" + strings.Repeat(`<outline text="x">`, 40) + `<outline text="A" xmlUrl="http://a.example/"/>` + strings.Repeat("</outline>", 40) + `<outline text="B" xmlUrl="http://b.example/"/></body></opml>`,
			"http://a.example/ A x\nhttp://b.example/ B", "x.opml:1:589: the folders are nested deeper than 32; "},
	} {
		t.Run(name, func(t *testing.T) {
			imported, err := ImportOPML("x.opml", []byte(c.text), "")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range load(t, map[string]string{File: string(imported.Text)}) {
				got = append(got, strings.TrimSuffix(strings.Join(append([]string{f.URL, f.Title}, append(f.Tags, f.Country)...), " "), " "))
			}
			if strings.TrimRight(strings.Join(got, "\n"), " ") != strings.TrimRight(c.feeds, " ") || !strings.Contains(imported.Warnings.Error(), c.warning) || strings.Contains(imported.Warnings.Error()+string(imported.Text), "s3cret") {
				t.Errorf("got\n%s\nwith\n%s", strings.Join(got, "\n"), imported.Warnings)
			}
		})
	}
}

// Of a list that is too long what comes first is taken.
func TestTooLongOPMLIsSaved(t *testing.T) {
	var many strings.Builder
	for i := range maxOutlines + 9 {
		fmt.Fprintf(&many, "<outline xmlUrl=\"http://a.example/%d\"/>\n", i)
	}
	imported, err := ImportOPML("x.opml", []byte("<opml><body>\n"+many.String()+"</body></opml>"), "")
	if err != nil || strings.Count(string(imported.Text), "url: ") != maxOutlines+1 || imported.Warnings.Error() != "x.opml:20002:1: there are more than 20000 feeds; the rest of the file is lost" {
		t.Errorf("%v, %v", imported.Warnings, err)
	}
}

// Passwords go into files of their own, and nowhere else.
func TestPasswordsOfAddressesAreTakenOver(t *testing.T) {
	const list = `<opml xmlns:f="` + namespace + `"><body><outline text="http://desk:s3cret%40@a.example/rss" xmlUrl="http://desk:s3cret%40@a.example/rss" f:id="a"/>
<outline xmlUrl="http://desk@b.example/"/><outline xmlUrl="http://c.example/"/></body></opml>`
	folder := t.TempDir()
	imported, err := ImportOPML("x.opml", []byte(list), folder)
	if err != nil || len(imported.Warnings) > 0 || strings.Contains(string(imported.Text), "s3cret") {
		t.Fatalf("%v, %v:\n%s", err, imported.Warnings, imported.Text)
	}
	if want := map[string]config.Secret{filepath.Join(folder, "a"): "s3cret@"}; !maps.Equal(imported.Passwords, want) {
		t.Fatalf("got %d passwords", len(imported.Passwords))
	}
	if err := os.WriteFile(filepath.Join(folder, "a"), []byte("s3cret@"), 0o600); err != nil {
		t.Fatal(err)
	}
	feeds := load(t, map[string]string{File: string(imported.Text)})
	if len(feeds) != 3 || feeds[0].URL != "http://a.example/rss" || feeds[0].Title != "http://a.example/rss" || feeds[0].Username != "desk" || feeds[0].Password != "s3cret@" || feeds[1].Username != "desk" || feeds[2].Username != "" {
		t.Errorf("got %+v", feeds)
	}
}

// A damaged list costs no more than its length.
func TestSalvageTakesLinearTime(t *testing.T) {
	const n = 1 << 19
	for name, tag := range map[string]string{
		"spaces":        `<outline text="` + strings.Repeat(" ", n) + `x=`,
		"quotes":        `<outline text="` + strings.Repeat(`"`, n) + ` &>`,
		"spaced quotes": `<outline text="` + strings.Repeat(` " a`, n/4) + `>`,
		"letters":       `<outline & ` + strings.Repeat("a", n) + `>`,
		"words":         `<outline & ` + strings.Repeat("a ", n/2) + `>`,
		"outlines":      strings.Repeat("<outline&>", maxFolders) + strings.Repeat("</outline>\n", n/10),
	} {
		text := `<opml><body><outline xmlUrl="http://a.example/"/>` + tag
		costtest.Bound(t, func() {
			if found, _, err := salvage(config.File{Data: text}, errors.New("damaged")); err != nil || len(found) != 1 {
				t.Errorf("%s: found %d feeds, %v", name, len(found), err)
			}
		})
	}
}

// Where strict reading works, the lenient one reads the same.
func TestSalvageAgreesWithTheStrictReader(t *testing.T) {
	imported, err := ImportOPML("reader.opml", []byte(reader), "")
	if err != nil {
		t.Fatal(err)
	}
	damaged, err := ImportOPML("reader.opml", []byte(strings.Replace(reader, "x &nbsp; y", "x & y", 1)), "")
	if err != nil || string(damaged.Text) != string(imported.Text) || len(damaged.Warnings) != 1 {
		t.Errorf("got %v, %v\n%s\nwant\n%s", damaged.Warnings, err, damaged.Text, imported.Text)
	}
}
