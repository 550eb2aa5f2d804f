package robots

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/costtest"
)

func allowed(t *testing.T, r Rules, address string) bool {
	t.Helper()
	u, err := url.Parse("https://outlet.example" + address)
	if err != nil {
		t.Fatal(err)
	}
	return r.Allow(u)
}

func TestRules(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		allowed []string
		refused []string
	}{
		"nothing":            {"", []string{"/", "/a"}, nil},
		"a page instead":     {"<!doctype html><p>User-agents: all\nDisallow here: /", []string{"/a"}, nil},
		"everything":         {"User-agent: *\nDisallow: /", nil, []string{"/", "/a?b=c", ""}},
		"an empty disallow":  {"User-agent: *\nDisallow:", []string{"/a"}, nil},
		"the longest counts": {"User-agent: *\nDisallow: /news\nAllow: /news/open", []string{"/news/open/1", "/other"}, []string{"/news", "/newsletter", "/news/1"}},
		"a tie allows":       {"User-agent: *\nDisallow: /a\nAllow: /a", []string{"/a"}, nil},
		"wildcards": {
			"User-agent: *\nDisallow: /*/print\nDisallow: /*.pdf$\nDisallow: /*?s=*&p=", []string{"/print", "/a.pdf?x", "/x?s=1"}, []string{"/1/print", "/a/b/print/2", "/a.pdf", "/x?s=1&p=2"},
		},
		"an exact end":       {"User-agent: *\nDisallow: /a$", []string{"/ab", "/"}, []string{"/a"}},
		"only what is named": {"User-agent: otherbot\nDisallow: /", []string{"/a"}, nil},
		"its own group":      {"User-agent: *\nDisallow: /\n\nUser-agent: FAULTLINE/1.0 (x)\nDisallow: /b", []string{"/a"}, []string{"/b"}},
		"groups add up":      {"User-agent: faultline\nDisallow: /a\nUser-agent: x\nDisallow: /c\nUser-agent: faultline\nDisallow: /b", []string{"/c"}, []string{"/a", "/b"}},
		"a shared group":     {"User-agent: x\nUser-agent: faultline\nDisallow: /a", nil, []string{"/a"}},
		"a group of nothing": {"User-agent: *\nDisallow: /\nUser-agent: faultline\nAllow: /", []string{"/a"}, nil},
		"rules of nobody":    {"Disallow: /\nUser-agent: *\nDisallow: /b", []string{"/a"}, []string{"/b"}},
		"signs and comments": {"\uFEFFUSER-AGENT : * # all\r\ndisallow :/a # here\rSitemap: https://x/\rDisallow: /b", []string{"/c"}, []string{"/a", "/b"}},
		"escapes":            {"User-agent: *\nDisallow: /новости\nDisallow: /%7euser\nDisallow: /a%2fb", []string{"/a/b"}, []string{"/%d0%BDовости/1", "/~user", "/a%2Fb"}},
		"too much":           {"User-agent: *\n" + strings.Repeat("Disallow: /"+strings.Repeat("x", 1000)+"\n", 40), nil, []string{"/a"}},
		"names of others":    {"User-agent: faultline-news\nDisallow: /\nUser-agent: fault\nDisallow: /", []string{"/a"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := parse([]byte(c.text), "Faultline")
			for _, path := range c.allowed {
				if !allowed(t, r, path) {
					t.Errorf("%s is refused", path)
				}
			}
			for _, path := range c.refused {
				if allowed(t, r, path) {
					t.Errorf("%s is allowed", path)
				}
			}
		})
	}
}

func TestCrawlDelay(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"10": 10 * time.Second, "0.5": 500 * time.Millisecond, "1e30": maxDelay, "-1": 0, "NaN": 0, "soon": 0, "": 0, "0": 0, "Inf": maxDelay,
	} {
		if got := parse([]byte("User-agent: *\nCrawl-delay: "+value+"\n"), "Faultline").Delay; got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
	mixed := parse([]byte("User-agent: *\nCrawl-delay: 2\n\nUser-agent: bad\nDisallow: /"), "Faultline")
	if mixed.Delay != 2*time.Second || !allowed(t, mixed, "/a") {
		t.Errorf("a group with a delay alone takes the next one's rules: %+v", mixed)
	}
}

func TestToken(t *testing.T) {
	for agent, want := range map[string]string{"Faultline/1.0 (news)": "Faultline", "My-Bot_x": "My-Bot_x", "": "", "7bot": "", "Бот": ""} {
		if got := Token(agent); got != want {
			t.Errorf("%q: got %q", agent, got)
		}
	}
}

// site serves a robots.txt that changes and counts who asks for it.
type server struct {
	*httptest.Server
	asked  atomic.Int32
	mu     sync.Mutex
	status int
	body   string
}

func serve(t *testing.T, status int, body string) *server {
	s := &server{status: status, body: body}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		s.mu.Lock()
		defer s.mu.Unlock()
		if r.URL.Path != "/robots.txt" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		w.Header().Set("Location", "/robots.txt") // in circles, with a status that redirects
		w.WriteHeader(s.status)
		fmt.Fprint(w, s.body)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) answer(status int, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.body = status, body
}

func (s *server) address(t *testing.T, path string) *url.URL {
	t.Helper()
	u, err := url.Parse(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func newCache(t *testing.T) *Cache {
	c := client.New(client.Options{
		Timeout: 10 * time.Second, HeaderTimeout: 10 * time.Second, MaxBody: 1 << 20, Budget: 2 << 20, PerHost: 2, UserAgent: "Faultline/test",
	})
	t.Cleanup(c.Close)
	return New(c, "Faultline")
}

func TestCacheAsksOnce(t *testing.T) {
	s := serve(t, http.StatusOK, "User-agent: *\nDisallow: /private")
	c := newCache(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := c.Permit(t.Context(), s.address(t, "/a"), true); err != nil {
				t.Error(err)
			}
			if err := c.Permit(t.Context(), s.address(t, "/private/a"), true); !errors.Is(err, ErrDisallowed) {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	if n := s.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	c.expire(s.address(t, ""))
	s.answer(http.StatusOK, "")
	if err := c.Permit(t.Context(), s.address(t, "/private/a"), true); err != nil || s.asked.Load() != 2 {
		t.Errorf("a day later: got %v, asked %d times", err, s.asked.Load())
	}
}

// expire makes what is known of a site old.
func (c *Cache) expire(u *url.URL) {
	c.sites[site{scheme: u.Scheme, host: u.Host, private: true}].until = time.Now().Add(-time.Second)
}

func TestFault54RobotsThatCannotBeHad(t *testing.T) {
	for status, want := range map[int]error{
		http.StatusNotFound: nil, http.StatusForbidden: nil, http.StatusGone: nil, http.StatusFound: nil,
		http.StatusInternalServerError: ErrDisallowed, http.StatusServiceUnavailable: ErrDisallowed, http.StatusTooManyRequests: ErrDisallowed,
	} {
		s := serve(t, status, "")
		c := newCache(t)
		for range 2 { // the second time from memory
			if err := c.Permit(t.Context(), s.address(t, "/a"), true); !errors.Is(err, want) {
				t.Errorf("%d: got %v, want %v", status, err, want)
			}
		}
	}
	huge := serve(t, http.StatusOK, strings.Repeat("# nothing\n", 100_000))
	if err := newCache(t).Permit(t.Context(), huge.address(t, "/a"), true); !errors.Is(err, ErrDisallowed) {
		t.Errorf("a robots.txt without end: got %v", err)
	}
	gone := serve(t, http.StatusOK, "")
	gone.Close()
	if err := newCache(t).Permit(t.Context(), gone.address(t, "/a"), true); !errors.Is(err, ErrDisallowed) {
		t.Errorf("a site that does not answer: got %v", err)
	}
}

func TestCacheKeepsTheLastAnswerThroughAnOutage(t *testing.T) {
	s := serve(t, http.StatusOK, "User-agent: *\nDisallow: /private")
	c := newCache(t)
	if err := c.Permit(t.Context(), s.address(t, "/a"), true); err != nil {
		t.Fatal(err)
	}
	c.expire(s.address(t, ""))
	s.answer(http.StatusInternalServerError, "")
	if err := c.Permit(t.Context(), s.address(t, "/a"), true); err != nil || s.asked.Load() != 2 {
		t.Errorf("got %v, asked %d times", err, s.asked.Load())
	}
	if err := c.Permit(t.Context(), s.address(t, "/private"), true); !errors.Is(err, ErrDisallowed) {
		t.Errorf("got %v", err)
	}
}

// Whose own time is over learns nothing of the site; a site that does not answer in the
// time that it has is left alone.
func TestASiteHasItsOwnTime(t *testing.T) {
	s := serve(t, http.StatusOK, "")
	c := newCache(t)
	s.mu.Lock() // it does not answer
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := c.Permit(ctx, s.address(t, "/a"), true); err == nil || errors.Is(err, ErrDisallowed) {
		t.Errorf("without time: got %v", err)
	}
	s.mu.Unlock()
	if err := c.Permit(t.Context(), s.address(t, "/a"), true); err != nil {
		t.Errorf("with time: got %v", err)
	}
	c = newCache(t)
	c.patience = 50 * time.Millisecond
	s.mu.Lock()
	start := time.Now()
	if err := c.Permit(t.Context(), s.address(t, "/a"), true); !errors.Is(err, ErrDisallowed) || time.Since(start) > 9*time.Second {
		t.Errorf("a site that does not answer: got %v after %s", err, time.Since(start)) // the client waits for ten seconds
	}
	s.mu.Unlock()
}

func TestCacheKeepsPrivateSitesApart(t *testing.T) {
	s := serve(t, http.StatusOK, "")
	c := newCache(t)
	if err := c.Permit(t.Context(), s.address(t, "/a"), true); err != nil {
		t.Fatal(err)
	}
	if err := c.Permit(t.Context(), s.address(t, "/a"), false); !errors.Is(err, ErrDisallowed) {
		t.Errorf("an address that is not public: got %v", err)
	}
	if n := s.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestPermitWaitsOutThePause(t *testing.T) {
	s := serve(t, http.StatusOK, "User-agent: *\nCrawl-delay: 60")
	c := newCache(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := c.Permit(ctx, s.address(t, "/a"), true); err != nil {
		t.Fatal(err)
	}
	if err := c.Permit(ctx, s.address(t, "/b"), true); !errors.Is(err, ErrDelayed) {
		t.Errorf("a pause beyond the deadline: got %v", err)
	}
	e := c.sites[site{scheme: "http", host: s.address(t, "").Host, private: true}]
	e.next = time.Now().Add(20 * time.Millisecond)
	if err := c.Permit(ctx, s.address(t, "/b"), true); err != nil || time.Until(e.next) < 30*time.Second {
		t.Errorf("a short pause: got %v, the next is in %s", err, time.Until(e.next))
	}
	ended, end := context.WithCancel(t.Context())
	e.next = time.Now().Add(time.Hour)
	time.AfterFunc(10*time.Millisecond, end)
	if err := c.Permit(ended, s.address(t, "/b"), true); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped while it waits: got %v", err)
	}
	if err := c.Permit(ended, s.address(t, "/b"), true); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped before: got %v", err)
	}
}

func TestCacheForgets(t *testing.T) {
	c := newCache(t)
	for i := range maxSites + 10 {
		c.entry(site{scheme: "https", host: fmt.Sprintf("h%d.example", i)})
	}
	c.entry(site{scheme: "https", host: "h10.example"})
	if len(c.sites) != maxSites || c.sites[site{scheme: "https", host: "h9.example"}] != nil || c.sites[site{scheme: "https", host: "h10.example"}] == nil {
		t.Errorf("%d sites", len(c.sites))
	}
}

func FuzzRules(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a*b$\nCrawl-delay: 1", "/aab?x=%41")
	f.Add("user-agent:faultline\rallow:%zz", "//")
	f.Fuzz(func(t *testing.T, text, path string) {
		var r Rules
		costtest.Bound(t, func() { r = parse([]byte(text), "Faultline") })
		u := &url.URL{Path: "/" + path}
		if r.size > maxRules || r.Delay < 0 || r.Delay > maxDelay {
			t.Errorf("%d bytes, %s", r.size, r.Delay)
		}
		if !r.Allow(u) && len(r.lines) == 0 || nothing().Allow(u) {
			t.Errorf("%q: another verdict than the rules'", path)
		}
	})
}
