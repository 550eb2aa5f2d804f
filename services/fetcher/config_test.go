package fetcher

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/pkg/config"
)

func configDir(files map[string]string) *config.Dir {
	layer := fstest.MapFS{}
	for name, text := range files {
		layer[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return config.NewDir(config.Layer{Name: "etc", FS: layer})
}

func TestDefaultIsValid(t *testing.T) {
	got, err := readConfig(settings())
	if err != nil || got != Default() {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestCheckConfig(t *testing.T) {
	for name, c := range map[string]struct{ section, want string }{
		"unknown key":    {"worker: 3", "etc/faultline.yaml:2:3:"},
		"concurrency":    {"concurrency: 0", "etc/faultline.yaml:2:16: 0 feeds at once is not possible; write 1 to 1024"},
		"per host":       {"per_host: {concurrency: 1000}", "etc/faultline.yaml:2:27: 1000 requests at once to one host is not possible; write 1 to 64"},
		"budget":         {"budget: -1", "etc/faultline.yaml:2:11: a budget of -1 requests is not possible; write 0 for no bound"},
		"spacing":        {"per_host: {spacing: 1m}", "a spacing of 1m stops feeds; write 10s or less"},
		"timeout":        {"timeout: 1h", "a timeout of 1h is not possible; write up to 5m"},
		"header timeout": {"header_timeout: 1m", "a header timeout of 1m is not possible"},
		"max_body":       {"max_body: 10", "10 bytes hold no feed; write 64KiB or more"},
		"max_body words": {"max_body: much", `"much" is no size; write bytes, or a whole number with KiB, MiB or GiB`},
		"byte_budget":    {"byte_budget: 1MiB", "a budget of 1048576 bytes does not hold one document; write at least fetcher.max_body"},
		"user agent":     {`contact: "a\r\nX-Evil: b"`, "a name has no line breaks"},
		"user agent, 2":  {`user_agent: "Desk\0"`, "a name has no line breaks or other control characters"},
		"proxy":          {"proxy: socks5://127.0.0.1:1080", `scheme "socks5" is not http or https; write http://host:port`},
		"proxy words":    {`proxy: "http://%zz"`, "the proxy has no readable address"},
	} {
		t.Run(name, func(t *testing.T) {
			err := CheckConfig(configDir(map[string]string{"faultline.yaml": "fetcher:\n  " + c.section + "\n"}))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
	err := CheckConfig(configDir(map[string]string{"faultline.yaml": "fetcher: {timeout: 1h}", "feeds.yaml": "feeds: [{id: a}]"}))
	if err == nil || !strings.Contains(err.Error(), "feeds.yaml:1:") || !strings.Contains(err.Error(), "faultline.yaml:1:") {
		t.Errorf("the faults of both files: got %v", err)
	}
	whole := `
fetcher:
  concurrency: 8
  per_host: {concurrency: 1, spacing: 1s}
  timeout: 30s
  header_timeout: 5s
  max_body: 4MiB
  byte_budget: 64 MiB
  user_agent: Desk/1
  contact: desk@example.org
  first_fetch_window: 2h
  proxy: http://proxy.example:3128
`
	if err := CheckConfig(configDir(map[string]string{"faultline.yaml": whole, "feeds.yaml": "feeds: [{url: 'https://a.example/rss'}]"})); err != nil {
		t.Error(err)
	}
}

func TestSettingsFromTheEnvironment(t *testing.T) {
	got, err := readConfig(settings("MAX_BODY=1MiB", "TIMEOUT=7s", "HEADER_TIMEOUT=3s", "PER_HOST_CONCURRENCY=3", "CONTACT=desk@example.org"))
	if err != nil || got.MaxBody != 1<<20 || got.Timeout.Std() != 7*time.Second || got.PerHost.Concurrency != 3 {
		t.Errorf("got %+v, %v", got, err)
	}
	if name := got.userAgent(); !strings.HasPrefix(name, "Faultline/") || !strings.HasSuffix(name, "(news feed monitor; +desk@example.org)") {
		t.Errorf("got %q", name)
	}
	if name := (Config{UserAgent: "Desk/1"}).userAgent(); name != "Desk/1 (news feed monitor)" {
		t.Errorf("got %q", name)
	}
}

func TestBytes(t *testing.T) {
	for text, want := range map[string]Bytes{"0": 0, "1024": 1024, "1KiB": 1 << 10, "16 MiB": 16 << 20, "2GiB": 2 << 30} {
		var got Bytes
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: got %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "MiB", "1MB", "-1", "1.5MiB", "99999999999999999999"} {
		var got Bytes
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: got %d", text, got)
		}
	}
}

func TestDeskTools(t *testing.T) {
	t.Parallel()
	imported, err := ImportOPML("a.opml", []byte(`<opml><body><outline text="A" xmlUrl="https://a.example/rss"/></body></opml>`), "")
	if err != nil {
		t.Fatal(err)
	}
	feeds, err := LoadFeeds(configDir(map[string]string{"feeds.yaml": string(imported.Text)}))
	if err != nil || len(feeds) != 1 || feeds[0].Title != "A" {
		t.Fatalf("got %+v, %v", feeds, err)
	}
	out, err := ExportOPML([]Listed{{Feed: feeds[0]}})
	if err != nil || !strings.Contains(string(out), `xmlUrl="https://a.example/rss"`) {
		t.Errorf("got %s, %v", out, err)
	}
	report := Summarize([]byte("<rss version=\"2.0\"><channel><title>T</title>"+article("a", "A", "x", 0)+"</channel></rss>"), "", "", time.Now())
	if report.Error != nil || len(report.Feed.Items) != 1 || report.Feed.Items[0].Title != "A" {
		t.Errorf("got %+v", report)
	}
	if report := Summarize([]byte("<!doctype html><title>x</title>"), "text/html", "", time.Now()); report.Error == nil {
		t.Errorf("a page is a feed: %+v", report)
	}
}

func TestNewRefusesBadFiles(t *testing.T) {
	for _, o := range []Options{
		{Config: configDir(map[string]string{"feeds.yaml": "feeds: [{id: a}]"})},
		{Config: configDir(nil), Settings: settings("CONCURRENCY=0")},
		{Config: configDir(nil), Settings: settings("WORKERS=3")},
	} {
		if _, err := New(t.Context(), o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}
