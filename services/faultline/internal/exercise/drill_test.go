package exercise

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"faultline/pkg/config"
)

// drill is a server with stories of its own that listens on no port.
func drill(stories ...Story) *Server {
	return &Server{scenario: Scenario{Outlets: []Outlet{{ID: "a"}, {ID: "b"}}, Stories: stories}, start: sync.OnceValue(time.Now)}
}

func TestReadOffsets(t *testing.T) {
	text := "outlets: [{id: a}]\nstories:\n- {outlet: a, at: 1m30s}\n- {outlet: a, at: -2h}\n- {outlet: a, at: 0s}\n"
	s, err := read(config.File{Path: "s.yaml", Data: text})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []time.Duration{90 * time.Second, -2 * time.Hour, 0} {
		if got := s.Stories[i].offset; got != want {
			t.Errorf("story %d is %v after the start, want %v", i, got, want)
		}
	}
}

func TestReadTellsAllFaultsAndRefusesUnknownKeys(t *testing.T) {
	for text, want := range map[string]string{
		"outlets: [{id: a}]\nstories:\n- {outlet: a, at: --1s}\n":                    `s.yaml:3:19: "-1s" is no duration; write one such as 30s, 15m, 72h or 30d`,
		"stories:\n- {outlet: a, at: 1s}\n- {outlet: b, at: 1s}\n":                   "s.yaml:2:12: unknown outlet \"a\"; name one of the outlets\ns.yaml:3:12: unknown outlet \"b\"; name one of the outlets",
		"outlets: [{id: a, url: x}]\n":                                               `s.yaml:1:19: unknown field "url"; the keys are country, id, language, owner, reliability, title`,
		"outlets: [{id: a}]\nstories:\n- {outlet: a, offset: 1s}\n":                  `s.yaml:3:15: unknown field "offset"`,
		"outlets: [{id: a}]\nstories:\n- outlet: a\n  title: no time is said for it": `s.yaml:3:3: "" is no duration`,
	} {
		if _, err := read(config.File{Path: "s.yaml", Data: text}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// Every outlet of the shipped scenario is named as one of a drill and tells
// something, and no two of them share a story.
func TestShippedStoriesAreWhole(t *testing.T) {
	s, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	outlets, told := map[string]bool{}, map[string]int{}
	for _, o := range s.Outlets {
		if outlets[o.ID] || !strings.HasPrefix(o.ID, "exercise-") || len(o.Country) != 2 || !strings.Contains("ABCDEF", o.Reliability) {
			t.Errorf("outlet %+v", o)
		}
		outlets[o.ID] = true
	}
	first := map[string]string{}
	for _, story := range s.Stories {
		told[story.Outlet]++
		if story.Title == "" || story.Text == "" || story.GUID == "" {
			t.Errorf("story %q of %s: %q", story.GUID, story.Outlet, story.Title)
		}
		if outlet := first[story.GUID]; outlet != "" && outlet != story.Outlet {
			t.Errorf("the guid %q is used by %s and %s", story.GUID, outlet, story.Outlet)
		}
		first[story.GUID] = story.Outlet
	}
	if len(told) != len(s.Outlets) {
		t.Errorf("only %d of %d outlets tell anything", len(told), len(s.Outlets))
	}
}

func TestToldNewestFirst(t *testing.T) {
	var stories []Story
	for _, n := range []int{3, 1, 2, 0} {
		stories = append(stories, Story{Outlet: "a", GUID: fmt.Sprint(n), offset: time.Duration(n) * time.Second})
	}
	s, start := drill(stories...), time.Unix(1000, 0)
	for seconds := -1; seconds <= 4; seconds++ {
		told := s.told("a", start, start.Add(time.Duration(seconds)*time.Second))
		if want := min(seconds+1, 4); len(told) != want {
			t.Fatalf("after %d s: %d stories, want %d", seconds, len(told), want)
		}
		for i, story := range told {
			if want := fmt.Sprint(len(told) - 1 - i); story.GUID != want {
				t.Errorf("after %d s: story %d is %s, want %s", seconds, i, story.GUID, want)
			}
		}
	}
	if told := s.told("b", start, start.Add(time.Hour)); len(told) != 0 {
		t.Errorf("another outlet tells %v", told)
	}
}

func TestStartIsTheFirstFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := drill()
		time.Sleep(time.Hour)
		first := s.start()
		if !first.Equal(time.Now()) {
			t.Errorf("began at %v, not with the first fetch", first)
		}
		time.Sleep(time.Hour)
		if again := s.start(); !again.Equal(first) {
			t.Errorf("began again at %v", again)
		}
	})
}

func TestStartIsOneForAll(t *testing.T) {
	s := drill()
	starts := make([]time.Time, 50)
	var group sync.WaitGroup
	for i := range starts {
		group.Go(func() { starts[i] = s.start() })
	}
	group.Wait()
	for _, at := range starts {
		if at.IsZero() || !at.Equal(starts[0]) {
			t.Fatalf("the drill began at %v and at %v", starts[0], at)
		}
	}
}

func TestFault106ArticleEscapesItsText(t *testing.T) {
	s := drill(Story{Outlet: "a", GUID: "x", Title: "<script>alert(1)</script>", Text: `"&<b>`})
	listening, err := Listen(t.Context(), s.scenario)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if err := listening.Run(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	status, header, body := get(t, listening.URL()+"/articles/x")
	if status != http.StatusOK || strings.Contains(body, "<script>") || strings.Contains(body, "<b>") || !strings.Contains(body, "&lt;script&gt;") {
		t.Errorf("status %d: %s", status, body)
	}
	if got := header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("content type %s", got)
	}
	status, header, body = get(t, listening.URL()+"/feeds/a")
	var doc rss
	if err := xml.Unmarshal([]byte(body), &doc); err != nil || status != http.StatusOK || len(doc.Channel.Items) != 1 {
		t.Fatalf("status %d, %v: %s", status, err, body)
	}
	if item := doc.Channel.Items[0]; item.Title != "<script>alert(1)</script>" || item.Link != listening.URL()+"/articles/x" || !strings.HasPrefix(header.Get("Content-Type"), "application/rss+xml") {
		t.Errorf("got %+v as %s", item, header.Get("Content-Type"))
	}
}

func TestServerIsReachableFromThisMachineOnly(t *testing.T) {
	if s := serve(t); !strings.HasPrefix(s.URL(), "http://127.0.0.1:") {
		t.Errorf("listening on %s", s.URL())
	}
}

func TestLayerThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := serve(t).Layer(file); err == nil || !strings.HasPrefix(err.Error(), "writing the exercise's feeds: ") {
		t.Errorf("got %v", err)
	}
}
