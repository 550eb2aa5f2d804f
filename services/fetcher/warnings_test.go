package fetcher

import (
	"strings"
	"testing"
	"testing/fstest"

	"faultline/pkg/config"
)

// Whoever asks the feeds of others says whom to write to.
func TestWarnsOfFeedsAskedWithoutAContact(t *testing.T) {
	for name, c := range map[string]struct{ feeds, settings, want string }{
		"public":      {"catalogue: []\nfeeds: [{url: 'https://a.example/rss'}, {url: 'https://b.example/rss'}, {url: 'https://c.example/rss', disabled: true}]", "", "the outlets of 2 feeds do not know whom to write to"},
		"one":         {"catalogue: []\nfeeds: [{url: 'https://a.example/rss'}]", "", "the outlet of 1 feed does not know whom to write to"},
		"with one":    {"catalogue: []\nfeeds: [{url: 'https://a.example/rss'}]", "fetcher: {contact: 'mailto:desk@a.example'}", ""},
		"in house":    {"catalogue: []\nfeeds: [{url: 'http://127.0.0.1/rss', allow_private: true}]", "", ""},
		"with faults": {"feeds: [{url: 'gopher://a.example'}]", "", ""},
	} {
		got := Warnings(config.NewDir(config.Layer{Name: "mine", FS: fstest.MapFS{
			"feeds.yaml": {Data: []byte(c.feeds)}, "faultline.yaml": {Data: []byte(c.settings)}, "regions.yaml": {Data: []byte("regions: []\n")},
		}}))
		if text := got.Error(); c.want == "" && text != "" || !strings.Contains(text, c.want) {
			t.Errorf("%s: %q, want %q", name, text, c.want)
		}
	}
}
