package exercise

import (
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"faultline/pkg/config"
)

func TestShippedScenario(t *testing.T) {
	s, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Outlets) < 3 || len(s.Stories) < 10 {
		t.Errorf("%d outlets, %d stories", len(s.Outlets), len(s.Stories))
	}
	languages := map[string]bool{}
	for _, o := range s.Outlets {
		languages[o.Language] = true
		if !strings.Contains(o.Title, Mark) {
			t.Errorf("the outlet %q does not say %s", o.Title, Mark)
		}
	}
	if !languages["en"] || !languages["ru"] {
		t.Errorf("languages %v", languages)
	}
}

func TestReadRefuses(t *testing.T) {
	text := "outlets: [{id: a}]\nstories:\n  - {outlet: b, at: soon}\n"
	_, err := read(config.File{Path: "s.yaml", Data: text})
	for _, want := range []string{`s.yaml:3:14: unknown outlet "b"; name one of the outlets`, `s.yaml:3:21: "soon" is no duration`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestToldReplacesAndWaits(t *testing.T) {
	s := &Server{scenario: Scenario{Stories: []Story{
		{Outlet: "a", GUID: "1", Title: "first", offset: 0}, {Outlet: "a", GUID: "2", offset: time.Second},
		{Outlet: "b", GUID: "3"}, {Outlet: "a", GUID: "1", Title: "second", offset: 2 * time.Second}, {Outlet: "a", GUID: "4", offset: time.Hour},
	}}}
	start := time.Unix(1000, 0)
	told := s.told("a", start, start.Add(3*time.Second))
	if len(told) != 2 || told[0].Title != "second" || told[1].GUID != "2" {
		t.Errorf("got %+v", told)
	}
}

// serve runs the shipped drill until the test ends.
func serve(t *testing.T) *Server {
	t.Helper()
	scenario, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	s, err := Listen(t.Context(), scenario)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

func get(t *testing.T, url string, header ...string) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(body)
}

func TestServer(t *testing.T) {
	s := serve(t)
	status, header, body := get(t, s.URL()+"/feeds/exercise-wire.xml")
	var doc rss
	if err := xml.Unmarshal([]byte(body), &doc); err != nil || status != http.StatusOK {
		t.Fatalf("status %d, %v: %s", status, err, body)
	}
	if len(doc.Channel.Items) != 1 || !strings.Contains(doc.Channel.Items[0].GUID, "archive-1-") {
		t.Errorf("at the start there is only the archive, got %+v", doc.Channel.Items)
	}
	if status, _, _ = get(t, s.URL()+"/feeds/exercise-wire.xml", "If-None-Match", header.Get("ETag")); status != http.StatusNotModified {
		t.Errorf("an unchanged feed: status %d", status)
	}
	if status, _, body = get(t, s.URL()+"/articles/naryn-1"); status != http.StatusOK || !strings.Contains(body, "Nothing of this happened") {
		t.Errorf("article: status %d, %s", status, body)
	}
	for _, path := range []string{"/feeds/none.xml", "/articles/none"} {
		if status, _, _ := get(t, s.URL()+path); status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, status)
		}
	}
	if began := s.start(); s.start() != began {
		t.Error("the start moves")
	}
}

func TestLayerNamesEveryFeed(t *testing.T) {
	s := serve(t)
	layer, err := s.Layer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	file, err := config.NewDir(layer).Read("feeds/exercise.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range s.scenario.Outlets {
		if !strings.Contains(file.Data, s.URL()+"/feeds/"+o.ID+".xml") {
			t.Errorf("no feed of %s in\n%s", o.ID, file.Data)
		}
	}
	if got := strings.Count(file.Data, "exercise: true"); got != len(s.scenario.Outlets) {
		t.Errorf("%d feeds are marked", got)
	}
}
