package faultline

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/alecthomas/kingpin/v2"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/services/alerter"
	"faultline/services/classifier"
	"faultline/services/fetcher"
)

// page reads a page of the manual.
func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks are the pieces of YAML on a page of the manual.
func blocks(t *testing.T, name string) (found []string) {
	t.Helper()
	for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(page(t, name), -1) {
		found = append(found, m[1])
	}
	if len(found) == 0 {
		t.Fatalf("%s has no YAML", name)
	}
	return found
}

// What the manual says about rules is a rule set, and its own examples pass.
func TestManualRulesLoad(t *testing.T) {
	files := fstest.MapFS{}
	for i, block := range blocks(t, "docs/rules.md") {
		name := "rules/block" + string(rune('a'+i)) + ".yaml"
		switch {
		case strings.HasPrefix(block, "entities:"):
			name = "entities/block.yaml"
		case strings.HasPrefix(block, "language:"):
			name = "languages/block.yaml"
		case strings.HasPrefix(block, "regions:"):
			name = "regions.yaml"
		}
		files[name] = &fstest.MapFile{Data: []byte(block)}
	}
	dir := config.NewDir(config.Layer{Name: "docs", FS: files})
	results, err := classifier.TestRules(t.Context(), dir, config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Problem != "" {
			t.Errorf("%s: %s (%s): %s\n%s", r.At(), r.Rule, r.Kind, r.Text, r.Problem)
		}
	}
	if len(results) < 8 {
		t.Errorf("only %d examples", len(results))
	}
	if _, err := classifier.Load(t.Context(), dir, config.Section{}); err != nil {
		t.Error(err)
	}
}

func TestManualFeedsLoad(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "example")
	if err := os.WriteFile(secret, []byte("word\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, block := range blocks(t, "docs/feeds.md") {
		block = strings.ReplaceAll(block, "/etc/faultline/secrets/example", secret)
		files := fstest.MapFS{"feeds.yaml": {Data: []byte(block)}}
		if err := fetcher.CheckConfig(config.NewDir(config.Layer{Name: "docs", FS: files})); err != nil {
			t.Errorf("%v\n%s", err, block)
		}
	}
}

func TestManualDigestsLoad(t *testing.T) {
	const desk = "route: {receiver: desk}\nreceivers: [{name: desk, webhook_configs: [{url: 'http://127.0.0.1:1/'}]}]\n"
	for _, block := range blocks(t, "docs/delivery.md") {
		if !strings.Contains(block, "digests:") {
			continue // channels, whose secrets are files of a machine
		}
		files := fstest.MapFS{"faultline.yaml": {Data: []byte(block)}, "alerting.yaml": {Data: []byte(desk)}}
		if err := alerter.CheckConfig(config.NewDir(config.Layer{Name: "docs", FS: files})); err != nil {
			t.Errorf("%v\n%s", err, block)
		}
	}
}

// Every command of the manual is one that the binary knows, with its flags.
func TestManualCommandsExist(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	commands, line, word := 0, regexp.MustCompile(`(?m)^    (?:bin/)?faultline ([^#|<>\n]+)`), regexp.MustCompile(`"[^"]*"|\S+`)
	for _, name := range append(pages, "../../README.md") {
		for _, m := range line.FindAllStringSubmatch(page(t, strings.TrimPrefix(filepath.ToSlash(name), "../../")), -1) {
			commands++
			app := kingpin.New("faultline", "")
			app.Terminate(func(int) {})
			register(app)
			if _, err := app.Parse(word.FindAllString(m[1], -1)); err != nil {
				t.Errorf("%s: faultline %s: %v", name, m[1], err)
			}
		}
	}
	if commands < 10 {
		t.Errorf("only %d commands", commands)
	}
}

// Every variable that the manual names is a setting.
func TestManualVariablesExist(t *testing.T) {
	dir := config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config()})
	names := map[string]bool{}
	for _, name := range []string{"docs/operation.md", "docs/feeds.md", "README.md", "deploy/config/faultline.yaml", "deploy/compose.yaml"} {
		for _, variable := range regexp.MustCompile(`FAULTLINE_[A-Z_]+[A-Z]`).FindAllString(page(t, name), -1) {
			names[variable] = true
		}
	}
	if len(names) < 5 {
		t.Errorf("only %d variables", len(names))
	}
	for variable := range names {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, "1")
			for _, part := range parts(t.Context()) {
				if part.name == "rules, entities and regions" && !strings.HasPrefix(variable, "FAULTLINE_CLASSIFIER") {
					continue // takes half a second, and reads no other section
				}
				if err := part.check(dir); err != nil && strings.Contains(err.Error(), "names no setting") {
					t.Error(err)
				}
			}
		})
	}
}

// Links within the repository lead to a file.
func TestManualLinksLead(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("../../*.md")
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, name := range append(pages, more...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`).FindAllStringSubmatch(string(text), -1) {
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), filepath.FromSlash(m[1]))); err != nil {
				t.Errorf("%s: the link %s leads nowhere", name, m[1])
			}
		}
	}
	if links < 10 {
		t.Errorf("only %d links", links)
	}
}
