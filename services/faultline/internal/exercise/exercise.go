// Package exercise serves a drill as real feeds over HTTP, so that the whole
// pipeline can be seen at work without the internet. Everything of it says
// EXERCISE.
package exercise

import (
	"context"
	_ "embed" // the scenario
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"html"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"faultline/pkg/config"
)

//go:embed scenario.yaml
var scenarioYAML []byte

// Mark is what every outlet and every article page of a drill says.
const Mark = "EXERCISE"

// Scenario is who tells what, and when.
type Scenario struct {
	Outlets []Outlet `yaml:"outlets"`
	Stories []Story  `yaml:"stories"`
}

// Outlet is one feed of the drill.
type Outlet struct {
	ID          string `yaml:"id"`
	Title       string `yaml:"title"`
	Owner       string `yaml:"owner"`
	Country     string `yaml:"country"`
	Language    string `yaml:"language"`
	Reliability string `yaml:"reliability"`
}

// Story is one article. A later one with the same guid replaces it.
type Story struct {
	Outlet string `yaml:"outlet"`
	GUID   string `yaml:"guid"`
	At     string `yaml:"at"` // after the start; a leading "-" means before it
	Title  string `yaml:"title"`
	Text   string `yaml:"text"`

	offset time.Duration
}

// Shipped is the scenario that comes with the binary.
func Shipped() (Scenario, error) {
	file := config.File{Name: "scenario.yaml", Path: "(shipped)/scenario.yaml", Data: string(scenarioYAML)}
	return read(file)
}

func read(file config.File) (Scenario, error) {
	var s Scenario
	if err := file.Decode(&s); err != nil {
		return s, err
	}
	var faults config.Errors
	for i := range s.Stories {
		story := &s.Stories[i]
		path := config.Index("$.stories", i)
		if !slices.ContainsFunc(s.Outlets, func(o Outlet) bool { return o.ID == story.Outlet }) {
			faults = append(faults, file.Errorf(path+".outlet", "name one of the outlets", "unknown outlet %q", story.Outlet))
		}
		offset, err := config.ParseDuration(strings.TrimPrefix(story.At, "-"))
		if err != nil {
			faults = append(faults, file.Errorf(path+".at", "", "%v", err))
		}
		story.offset = offset.Std()
		if strings.HasPrefix(story.At, "-") {
			story.offset = -story.offset
		}
	}
	return s, faults.Err()
}

// Server serves a scenario. Its clock starts with the first fetch of any feed,
// so that nothing has happened before somebody looks.
type Server struct {
	scenario Scenario
	listener net.Listener
	http     *http.Server
	start    func() time.Time // when the drill began: the first call begins it
}

// Listen binds a port of the loopback interface.
func Listen(ctx context.Context, scenario Scenario) (*Server, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a port for the exercise: %w", err)
	}
	s := &Server{scenario: scenario, listener: listener, start: sync.OnceValue(time.Now)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /feeds/{outlet}", s.feed)
	mux.HandleFunc("GET /articles/{guid}", s.article)
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	return s, nil
}

// URL is the server's address.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Run serves until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(s.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving the exercise: %w", err)
	case <-ctx.Done():
	}
	err := s.http.Close()
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// told are the outlet's stories that are out by now, the newest first.
func (s *Server) told(outlet string, start, now time.Time) []Story {
	var out []Story
	for _, story := range s.scenario.Stories {
		if story.Outlet != outlet || start.Add(story.offset).After(now) {
			continue
		}
		out = slices.DeleteFunc(out, func(o Story) bool { return o.GUID == story.GUID })
		out = append(out, story)
	}
	slices.SortStableFunc(out, func(a, b Story) int { return int(b.offset - a.offset) })
	return out
}

type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Channel channel  `xml:"channel"`
}

type channel struct {
	Title       string `xml:"title"`
	Link        string `xml:"link"`
	Description string `xml:"description"`
	Language    string `xml:"language"`
	Items       []item `xml:"item"`
}

type item struct {
	GUID        string `xml:"guid"`
	Link        string `xml:"link"`
	Title       string `xml:"title"`
	Description string `xml:"description"`
	PubDate     string `xml:"pubDate"`
}

func (s *Server) feed(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimSuffix(r.PathValue("outlet"), ".xml")
	at := slices.IndexFunc(s.scenario.Outlets, func(o Outlet) bool { return o.ID == id })
	if at < 0 {
		http.NotFound(w, r)
		return
	}
	outlet, start := s.scenario.Outlets[at], s.start()
	doc := rss{Version: "2.0", Channel: channel{Title: outlet.Title, Link: s.URL(), Language: outlet.Language,
		Description: "A drill. Nothing of this happened."}}
	for _, story := range s.told(id, start, time.Now()) {
		doc.Channel.Items = append(doc.Channel.Items, item{
			GUID: fmt.Sprintf("%s-%d", story.GUID, start.Unix()), Link: s.URL() + "/articles/" + story.GUID,
			Title: story.Title, Description: story.Text, PubDate: start.Add(story.offset).Format(time.RFC1123Z),
		})
	}
	body, err := xml.Marshal(doc)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, crc32.ChecksumIEEE(body)))
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(xml.Header+string(body)))
}

func (s *Server) article(w http.ResponseWriter, r *http.Request) {
	at := slices.IndexFunc(s.scenario.Stories, func(o Story) bool { return o.GUID == r.PathValue("guid") })
	if at < 0 {
		http.NotFound(w, r)
		return
	}
	story := s.scenario.Stories[at]
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	page := fmt.Sprintf("<!doctype html><title>%s</title><p><strong>%s. Nothing of this happened.</strong><h1>%s</h1><p>%s\n",
		Mark, Mark, html.EscapeString(story.Title), html.EscapeString(story.Text))
	if _, err := w.Write([]byte(page)); err != nil {
		return // the reader has gone
	}
}

// Layer is the configuration that adds the drill's feeds. It writes the file
// into dir.
func (s *Server) Layer(dir string) (config.Layer, error) {
	var b strings.Builder
	b.WriteString("feeds:\n")
	for _, o := range s.scenario.Outlets {
		fmt.Fprintf(&b, "  - id: %s\n    url: %s/feeds/%s.xml\n    title: %q\n    owner: %s\n    country: %s\n    language: %s\n    reliability: %s\n",
			o.ID, s.URL(), o.ID, o.Title, o.Owner, o.Country, o.Language, o.Reliability)
		b.WriteString("    poll: {min: 1s, max: 2s}\n    allow_private: true\n    exercise: true\n")
	}
	feeds := filepath.Join(dir, "feeds")
	err := errors.Join(os.MkdirAll(feeds, 0o750), os.WriteFile(filepath.Join(feeds, "exercise.yaml"), []byte(b.String()), 0o600))
	if err != nil {
		return config.Layer{}, fmt.Errorf("writing the exercise's feeds: %w", err)
	}
	return config.Layer{Name: "(exercise)", FS: os.DirFS(dir)}, nil
}
