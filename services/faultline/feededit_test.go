package faultline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"faultline/services/fetcher"
)

// A file is replaced whole, keeps its mode, and a link to it stays a link.
func TestReplaceFile(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real.yaml"), filepath.Join(dir, "link.yaml")
	if err := os.WriteFile(real, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(link, "old", "new"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info, err)
	}
	text, err := os.ReadFile(real)
	if err != nil || string(text) != "new" {
		t.Errorf("got %q, %v", text, err)
	}
	if info, err := os.Stat(real); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	if err := replaceFile(filepath.Join(dir, "sub", "x.yaml"), "", "new"); err != nil {
		t.Errorf("in a folder that is not there: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".feeds-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

// What somebody else wrote meanwhile is not overwritten.
func TestReplaceFileSpares(t *testing.T) {
	path := filepath.Join(t.TempDir(), "feeds.yaml")
	if err := os.WriteFile(path, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, before := range []string{"ours", ""} {
		err := replaceFile(path, before, "new")
		if err == nil || !strings.HasSuffix(err.Error(), "feeds.yaml was changed meanwhile and is left alone; try again") {
			t.Errorf("got %v", err)
		}
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "theirs" {
		t.Errorf("got %q, %v", text, err)
	}
	if err := replaceFile(filepath.Join(path, "below.yaml"), "", "new"); err == nil || !strings.HasPrefix(err.Error(), "writing feeds: ") {
		t.Errorf("below a file: %v", err)
	}
}

// Secrets stay with the server they are for, and no feed gets the address of another.
func TestUnmovable(t *testing.T) {
	feed := func(id, url string, change func(*fetcher.Feed)) *fetcher.Listed {
		l := &fetcher.Listed{Feed: fetcher.Feed{ID: id, URL: url}}
		if change != nil {
			change(&l.Feed)
		}
		return l
	}
	watched := []fetcher.Listed{*feed("b", "https://b.example/rss", nil)}
	for name, c := range map[string]struct {
		feed *fetcher.Listed
		to   string
		want string
	}{
		"plain":            {feed("a", "http://a.example/rss", nil), "https://new.example/rss", ""},
		"password":         {feed("a", "http://a.example/rss", func(f *fetcher.Feed) { f.Password = "x" }), "https://new.example/rss", "are for a.example"},
		"private":          {feed("a", "http://a.example/rss", func(f *fetcher.Feed) { f.AllowPrivate = true }), "https://new.example/rss", "are for a.example"},
		"the same server":  {feed("a", "http://a.example/rss", func(f *fetcher.Feed) { f.Password = "x" }), "https://a.example/new", ""},
		"in capitals":      {feed("a", "http://A.example/rss", func(f *fetcher.Feed) { f.Password = "x" }), "https://a.example/new", ""},
		"watched already":  {feed("a", "http://a.example/rss", nil), "https://b.example/rss", "that of b"},
		"spelt otherwise":  {feed("a", "http://a.example/rss", nil), "http://www.b.example/rss/", "that of b"},
		"itself, by https": {feed("b", "http://b.example/rss", nil), "https://b.example/rss", ""},
	} {
		if got := unmovable(c.feed, c.to, watched); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}
