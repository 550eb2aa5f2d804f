package service

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
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
		"alerting.yml: this file is not read; call it alerting.yaml",
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
