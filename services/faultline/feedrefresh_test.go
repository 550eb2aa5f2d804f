package faultline

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
)

// asked is an outlet that counts how often each path was asked for.
type asked struct {
	*httptest.Server
	quiet, sore, broken atomic.Int64
}

func newAsked(t *testing.T) *asked {
	t.Helper()
	a := &asked{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /quiet", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<rss version="2.0"><channel><item><guid>%d</guid><title>News</title></item></channel></rss>`, a.quiet.Add(1))
	})
	mux.HandleFunc("GET /sore", func(w http.ResponseWriter, _ *http.Request) {
		a.sore.Add(1)
		w.Header().Set("Retry-After", "1800")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) {
		a.broken.Add(1)
		w.WriteHeader(http.StatusBadGateway)
	})
	a.Server = httptest.NewServer(mux)
	t.Cleanup(a.Close)
	return a
}

const refreshed = `catalogue: []
defaults: {allow_private: true, poll: {min: 1s, max: 2h}}
feeds:
  - {id: quiet, url: "SITE/quiet"}
  - {id: sore, url: "SITE/sore"}
  - {id: often, url: "SITE/quiet?often", poll: {min: 1h, max: 2h}}
  - {id: broken, url: "SITE/broken", poll: {min: 1h, max: 2h}}
  - {id: off, url: "SITE/off", disabled: true}
`

// TestFeedsRefresh, by the shipped file of a NATS server with users: as the one of the fetcher, who
// may do it, on a system on which a fetcher runs.
func TestFeedsRefresh(t *testing.T) {
	for _, user := range []string{"ADMIN", "FETCHER", "CLASSIFIER", "ALERTER"} {
		t.Setenv(user+"_PASSWORD", "secret-of-"+user)
	}
	server := bustest.StartServer(t, bustest.ConfigFile(t, "../../deploy/nats/nats-server.conf"))
	login := func(user string) *bus.Bus {
		return server.Bus(func(o *bus.Options) {
			o.Username, o.Password = user, config.Secret("secret-of-"+strings.ToUpper(user))
		})
	}
	if err := login("admin").Apply(t.Context(), bus.DefaultTuning()); err != nil {
		t.Fatal(err)
	}
	site := newAsked(t)
	conf := natsAt(t, fmt.Sprintf("url: %q, username: fetcher, password: secret-of-FETCHER", server.URL()))
	if err := os.WriteFile(filepath.Join(conf, "feeds.yaml"), []byte(strings.ReplaceAll(refreshed, "SITE", site.URL)), 0o600); err != nil {
		t.Fatal(err)
	}
	refresh := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := call("", append(strings.Fields("feeds refresh --config "+conf), args...)...)
		if code != want {
			t.Errorf("%q: exit %d: %s%s", args, code, out, errs)
		}
		return out + errs
	}
	if said := refresh(exitFailed, "--all"); strings.Count(said, ": no fetcher watches it (yet)") != 4 {
		t.Errorf("before any fetcher runs: %s", said)
	}
	fetch(t, conf, login("admin"))
	list := ""
	poll(t, "all were asked", func() bool {
		_, list, _ = call("", "feeds", "list", "--config", conf)
		return regexp.MustCompile(`(?m)^sore .* http_429.* UTC$`).MatchString(list) && regexp.MustCompile(`(?m)^broken .* http_5xx.* UTC$`).MatchString(list) && strings.Count(list, "never asked") == 1
	})
	before := int64(0)
	poll(t, "the next poll is long from now, and is brought forward", func() bool {
		before = site.quiet.Load()
		return regexp.MustCompile(`^quiet: is asked (now|in 1s, at .* UTC), and not at \d\d:\d\d:\d\d`).MatchString(refresh(exitOK, "quiet", "quiet"))
	})
	poll(t, "it is asked", func() bool { return site.quiet.Load() > before })
	said := refresh(exitOK, "--all")
	for _, want := range []string{
		`(?m)^sore: is asked in (29m\d+s|30m0s), at .* UTC(, and not at [\d:]+)?: its server asked for a pause$`,
		`(?m)^often: is asked in .* UTC(, and not at .*)?: it was read at \d\d:\d\d:\d\d, and its poll.min is 1h$`,
		`(?m)^broken: is asked in .* UTC(, and not at .*)?: it was asked in vain at \d\d:\d\d:\d\d, and its poll.min is 1h$`,
		`(?m)^quiet: is`,
	} {
		if !regexp.MustCompile(want).MatchString(said) {
			t.Errorf("there is no %s in\n%s", want, said)
		}
	}
	if n := site.sore.Load(); n != 1 {
		t.Errorf("a server that asked for a pause was asked %d times", n)
	}
	if n := site.broken.Load(); n != 1 {
		t.Errorf("a feed that fails was asked %d times", n)
	}
	if said := refresh(exitOK, "sore", "--json"); !strings.Contains(said, `{"feed":"sore","at":"`) || !strings.Contains(said, `"why":"its server asked for a pause"`) {
		t.Errorf("as JSON: %s", said)
	}
	for args, want := range map[string]string{
		"":            "which ones? Give ids of feeds, or --all",
		"quiet --all": "which ones? Give ids of feeds, or --all",
		"none":        `no feed "none" is configured`,
		"off":         "is disabled, and no fetcher asks it",
	} {
		if said := refresh(exitUsage, strings.Fields(args)...); !strings.Contains(said, want) {
			t.Errorf("%q says %s", args, said)
		}
	}
}
