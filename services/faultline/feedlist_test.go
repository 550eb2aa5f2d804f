package faultline

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/services/fetcher"
)

// watched is a configuration of feeds of the outlet at site, with a fetcher that
// watches them until the test ends.
func watched(t *testing.T, server *bustest.Server, site string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	text := strings.ReplaceAll(`defaults: {allow_private: true, poll: {min: 1m, max: 2h}}
feeds:
  - {id: good, url: "SITE/rss.xml", country: KG, tags: [north]}
  - {id: moved, url: "SITE/moved.xml", country: KZ, tags: [south]}
  - {id: gone, url: "SITE/gone.xml"}
  - {id: off, url: "SITE/off.xml", disabled: true}
`, "SITE", site)
	if err := os.WriteFile(filepath.Join(dir, "feeds.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	fetch(t, dir, server.Bus())
	return dir
}

// fetch watches the feeds of a configuration until the test ends.
func fetch(t *testing.T, dir string, b *bus.Bus) {
	t.Helper()
	s, err := fetcher.New(t.Context(), fetcher.Options{
		Config: config.NewDir(config.Layer{Name: dir, FS: os.DirFS(dir)}), Bus: b, Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry(),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestFeedsListTellsHealth(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	dir := watched(t, server, outlet(t))
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	lines := []*regexp.Regexp{
		regexp.MustCompile(`(?m)^good +KG .* ok +\d{4}-\d\d-\d\d \d\d:\d\d UTC +\d{4}-\d\d-\d\d \d\d:\d\d UTC$`),
		regexp.MustCompile(`(?m)^moved +KZ .* ok, moved to http://.*/new.xml +\d{4}-\d\d-\d\d \d\d:\d\d UTC +\d{4}-`),
		regexp.MustCompile(`(?m)^gone +- .* gone: http_410, 1 in a row +- +\d{4}-`),
		regexp.MustCompile(`(?m)^off +- .* disabled +.*/feeds.yaml:6 +never asked +- +-$`),
	}
	var code int
	var out, errs string
	defer func() {
		if t.Failed() {
			t.Logf("at last exit %d: %s%s", code, out, errs)
		}
	}()
	// A feed has a state before its next poll is scheduled, and no next poll while it is asked.
	poll(t, "the health of three feeds and their next polls", func() bool {
		code, out, errs = call("", "feeds", "list", "--config", dir)
		return code == exitOK && errs == "" && !slices.ContainsFunc(lines, func(line *regexp.Regexp) bool { return !line.MatchString(out) })
	})
	_, out, _ = call("", "feeds", "list", "--config", dir, "--json", "--country", "kz")
	if !strings.Contains(out, `"health":{"state":"ok","last_success":"`) || !strings.Contains(out, `"moved_to":"http`) || strings.Count(out, "\n") != 1 {
		t.Errorf("got %s", out)
	}
	if _, out, _ = call("", "feeds", "list", "--config", dir, "--json", "--tag", "north", "--tag", "east"); strings.Count(out, "\n") != 1 || !strings.Contains(out, `"id":"good"`) {
		t.Errorf("got %s", out)
	}
}

// A feed that failed is not called ok, nor failing before it is.
func TestHealthOfAFailedPoll(t *testing.T) {
	for want, h := range map[string]fetcher.Health{
		"last poll failed: not_a_feed, 1 in a row": {State: "ok", Class: "not_a_feed", Failures: 1},
		"failing: not_a_feed, 9 in a row":          {State: "failing", Class: "not_a_feed", Failures: 9},
		"quiet":                                    {State: "quiet"},
	} {
		f := listedFeed{Health: &h}
		if got := f.health()[0]; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// The list is there without a NATS server, too.
func TestFeedsListDoesWithoutNATS(t *testing.T) {
	t.Setenv("FAULTLINE_NATS_URL", "nats://127.0.0.1:1")
	code, out, errs := call("", "feeds", "list")
	if code != exitOK || !strings.Contains(out, "\n24kg ") || strings.Contains(out, "HEALTH") || !strings.HasPrefix(errs, "faultline: the health of the feeds is left out: ") {
		t.Errorf("exit %d: %s\n%s", code, errs, out)
	}
}

// The list shows all that holds for a feed, also by defaults, and no secret.
func TestFeedsListShowsAllSettings(t *testing.T) {
	dir := t.TempDir()
	text := `defaults: {full_text: true, allow_private: true, exercise: true, country: KG, poll: {min: 1m, max: 2h}}
feeds:
  - {id: a, url: "https://a.example/", title: A, language: ky, reliability: B, owner: o, tags: [x], disabled: true, allow_downgrade: true, full_text: false, verified: 2026-05-31,
     headers: {X-Key: s3cret}, basic_auth: {username: desk, password: s3cret}}
`
	if err := os.WriteFile(filepath.Join(dir, "feeds.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := openFeeds(dir)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	var out strings.Builder
	if err := jsonLines(&out, []listedFeed{newListedFeed(&all[0])}); err != nil {
		t.Fatal(err)
	}
	want := `{"id":"a","url":"https://a.example/","title":"A","country":"KG","language":"ky","reliability":"B","owner":"o","tags":["x"],` +
		`"poll":{"min":"1m","max":"2h"},"full_text":false,"allow_private":true,"allow_downgrade":true,"headers":["X-Key"],"username":"desk","disabled":true,"exercise":true,` +
		`"verified":"2026-05-31","at":"` + filepath.Join(dir, "feeds.yaml") + `:3"}` + "\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	if fields, shown := reflect.TypeFor[fetcher.Feed]().NumField(), 17; fields != shown {
		t.Errorf("a feed has %d settings, and %d are known to this test: show the new one", fields, shown)
	}
}
