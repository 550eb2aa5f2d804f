package service

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"faultline/pkg/config"
)

// A file that nobody reads is named, with what it is to be called.
func TestUnread(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"alerting.yml": "", "alertng.yaml": "", "rule.yaml": "", "feeds/own.yml": "", "rules/deep/x.yml": "", "rule/y.yaml": "", "stray.yaml": "",
		File: "web: {config_file: web.yml}\n", "web.yml": "", "feeds.yaml": "", "feeds/own.yaml": "", "rules/deep/x.yaml": "", "languages/en/x.yaml": "",
		"secrets/slack": "", "templates/own.tmpl": "", "README.md": "", ".git/x.yaml": "", "feeds/list.opml": "", "schema/feeds.json": "",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	if _, err := Open("test", Flags{Config: folder}, fstest.MapFS{"odd.yaml": {}}, &log); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"alerting.yml: this file is not read; call it alerting.yaml; until then nobody is told: the shipped alerting.yaml has no channel",
		`alertng.yaml: this file is not read; did you mean \"alerting\"?`,
		"feeds/own.yml: this file is not read; call it own.yaml",
		`rule/y.yaml: this file is not read; did you mean \"rules\"?`,
		"rule.yaml: this file is not read; put it into rules/",
		"rules/deep/x.yml: this file is not read; call it x.yaml",
		"stray.yaml: this file is not read; put it into one of feeds, rules, entities, languages",
	}
	for _, line := range want {
		if !strings.Contains(log.String(), filepath.Join(folder, line[:strings.Index(line, ":")])+line[strings.Index(line, ":"):]) {
			t.Errorf("no word of %s", line)
		}
	}
	if n := strings.Count(log.String(), "not read"); n != len(want) {
		t.Errorf("%d warnings, want %d:\n%s", n, len(want), log.String())
	}
}

// A file that is written under a wrong name while the process runs is named by the
// reload that it causes, also when a service refuses its own files, and once for as
// long as it lies there.
func TestUnreadOnReload(t *testing.T) {
	files := fstest.MapFS{}
	var log bytes.Buffer
	p := newProcess("test", Default(), config.NewDir(config.Layer{Name: "conf", FS: files}), slog.New(slog.NewTextHandler(&log, nil)))
	r := newReloader(p)
	defer r.stop()
	one := newRecorder()
	r.begin([]Part{{Name: "one", File: "rules", Service: one}})
	refused := errors.New("rules/a.yaml:1:1: bad")
	for _, c := range []struct {
		refuse *error
		there  bool
		said   int // of the file
	}{{&refused, true, 1}, {nil, true, 0}, {nil, false, 0}, {nil, true, 1}} {
		log.Reset()
		one.refuse.Store(c.refuse)
		if delete(files, "rules/own.yml"); c.there {
			files["rules/own.yml"] = &fstest.MapFile{}
		}
		if err := r.reload(t.Context(), "test"); (err != nil) != (c.refuse != nil) {
			t.Fatal(err)
		}
		if n := strings.Count(log.String(), "conf/rules/own.yml: this file is not read; call it own.yaml"); n != c.said {
			t.Errorf("said %d times, want %d:\n%s", n, c.said, log.String())
		}
	}
}
