package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goccy/go-yaml"

	"faultline/pkg/config"
)

func TestFault81EveryRefusalHasItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"name: [a]\n":                     "conf/faultline.yaml:1:7: ",
		"on: yes\n":                       "conf/faultline.yaml:1:5: ",
		"name: b\nwait: 3\n":              `conf/faultline.yaml:2:7: "3" is no duration; write one such as 30s, 15m, 72h or 30d`,
		"poll:\n  min: [1s]\n":            "conf/faultline.yaml:2:8: ",
		"token: {a: hunter2}\n":           "conf/faultline.yaml:1:8: ",
		"tags: [a, {b: c}]\n":             "conf/faultline.yaml:1:11: ",
		"feeds:\n- url: a\n- ulr: b\n":    `conf/faultline.yaml:3:3: unknown field "ulr"; did you mean "url"?`,
		"feeds: [{url: a, url: b}]\n":     `conf/faultline.yaml:1:18: mapping key "url" already defined at [1:10]; keep one of the two`,
		"a: b: c\n":                       "conf/faultline.yaml:1:4: mapping value is not allowed in this context",
		"  name: a\n count: 1\n":          "conf/faultline.yaml:2:2: ",
		"name: 'a\n":                      "conf/faultline.yaml:1:7: ",
		"name: \"\\q\"\n":                 "conf/faultline.yaml:1:9: ",
		"tags: *none\n":                   `conf/faultline.yaml:1:8: could not find alias "none"`,
		"- name: a\n":                     "conf/faultline.yaml:1:1: a list stands here; write a map of keys to values",
		"just words\n":                    "conf/faultline.yaml:1:1: ",
		"name: &n 3\npoll: {min: *n}\n":   `conf/faultline.yaml:1:10: "3" is no duration`,
		"\ufeffname: a\ncuont: 1\n":       `conf/faultline.yaml:2:1: unknown field "cuont"`,
		"name: a\r\ncount: x\r\n":         "conf/faultline.yaml:2:8: ",
		"---\nname: a\n---\nname: b\n...": "conf/faultline.yaml:4:5: a second document begins here",
	} {
		var v settings
		err := file(text).Decode(&v)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q\ngot  %v\nwant %s", text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: the error shows the secret: %v", text, err)
		}
	}
}

// Some malformed tags make the YAML reader panic.
func TestFault81TagsThatCrashTheReader(t *testing.T) {
	for _, text := range []string{"tags: !!str a\n", "tags: !!set {a}\n", "section: 1\ntags: !!int 3\n"} {
		var v settings
		err := file(text).Decode(&v)
		var faults config.Errors
		if !errors.As(err, &faults) || !strings.HasPrefix(err.Error(), "conf/faultline.yaml: the YAML reader cannot make sense of the file") {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestFault81AliasesThatNeverEnd(t *testing.T) {
	for _, text := range []string{"tags: &a [*a]\n", "tags: &a [x, [*a, *a]]\n", "name: &a *a\n", "poll: &p\n  <<: *p\n"} {
		var v settings
		err := file(text).Decode(&v)
		if err == nil || !strings.HasPrefix(err.Error(), "conf/faultline.yaml") {
			t.Errorf("%q: got %v and %+v", text, err, v)
		}
	}
}

func TestByteOrderMarkIsNoPartOfTheFirstKey(t *testing.T) {
	f := file("\ufeffname: a\ncount: 4\n")
	var v settings
	if err := f.Decode(&v); err != nil || v.Name != "a" || v.Count != 4 {
		t.Errorf("got %+v, %v", v, err)
	}
	if got := f.At("$.name"); got != (config.Position{Line: 1, Column: 7}) {
		t.Errorf("the name is at %v", got)
	}
}

// kubelet shows a ConfigMap as links through ..data, and replaces that one link.
func TestFault82ReplacedLinks(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	release := func(name, text string) {
		t.Helper()
		must(os.MkdirAll(filepath.Join(dir, name), 0o700))
		must(os.WriteFile(filepath.Join(dir, name, "feeds.yaml"), []byte(text), 0o600))
		must(os.Symlink(name, filepath.Join(dir, "..new")))
		must(os.Rename(filepath.Join(dir, "..new"), filepath.Join(dir, "..data")))
	}
	release("..1", "name: one\n")
	must(os.Symlink(filepath.Join("..data", "feeds.yaml"), filepath.Join(dir, "feeds.yaml")))
	d := config.NewDir(config.Layer{Name: dir, FS: os.DirFS(dir)})
	names, err := d.Glob("**/*.yaml")
	if err != nil || len(names) != 1 || names[0] != "feeds.yaml" {
		t.Errorf("kubelet's own folders show: %v, %v", names, err)
	}
	synctest.Test(t, func(t *testing.T) {
		var seen []string
		go d.Watch(t.Context(), time.Second, fingerprint(t, d), func() {
			f, err := d.Read("feeds.yaml")
			seen = append(seen, fmt.Sprint(f.Data, err))
		})
		time.Sleep(3500 * time.Millisecond)
		synctest.Wait()
		release("..2", "name: the second\n")
		must(os.RemoveAll(filepath.Join(dir, "..1")))
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if want := "name: the second\n<nil>"; len(seen) != 1 || seen[0] != want {
			t.Errorf("got %q, want %q once", seen, want)
		}
	})
}

func TestFault104SecretInEveryFormat(t *testing.T) {
	type holder struct {
		Token config.Secret            `yaml:"token" json:"token"`
		More  map[string]config.Secret `yaml:"more" json:"more"`
	}
	h := holder{Token: "hunter2", More: map[string]config.Secret{"k": "hunter3"}}
	inYAML, errYAML := yaml.Marshal(h)
	inJSON, errJSON := json.Marshal(&h)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "h", h, "token", h.Token)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "h", h, "token", h.Token)
	fmt.Fprintf(&log, "%v %+v %#v %s %q %x %X %-20s", h, h, h, h.More, h.Token, h.Token, h.Token, h.Token)
	wrapped := fmt.Errorf("calling %s: %w", h.Token, fs.ErrNotExist)
	shown := string(inYAML) + string(inJSON) + log.String() + wrapped.Error()
	for _, leak := range []string{"hunter", fmt.Sprintf("%x", "hunter"), fmt.Sprintf("%X", "hunter")} {
		if strings.Contains(shown, leak) {
			t.Errorf("%s is in %s", leak, shown)
		}
	}
	if errYAML != nil || errJSON != nil || strings.Count(shown, "<secret>") < 10 || !strings.Contains(string(inYAML), "<secret>") {
		t.Errorf("errors %v, %v; shown %s", errYAML, errJSON, shown)
	}
}

func TestFault114SecretFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode fs.FileMode) string {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for mode, allowed := range map[fs.FileMode]bool{0o600: true, 0o400: true, 0o440: true, 0o660: true, 0o604: false, 0o602: false, 0o601: false, 0o777: false} {
		path := write(fmt.Sprintf("%o", mode), "hunter2", mode)
		_, err := config.ReadSecret("", path)
		if (err == nil) != allowed {
			t.Errorf("%o: %v", mode, err)
		}
		if err != nil && (strings.Contains(err.Error(), "hunter2") || !strings.HasSuffix(err.Error(), "run: chmod o= "+path)) {
			t.Errorf("%o: got %v", mode, err)
		}
	}
	for text, want := range map[string]string{"": "", "\r\n": "", "\ttwo words \r\n": "two words", "a\nb\n": "a\nb"} {
		if s, err := config.ReadSecret("", write("secret", text, 0o600)); err != nil || s.Reveal() != want {
			t.Errorf("%q: got %q, %v", text, s.Reveal(), err)
		}
	}
	if _, err := config.ReadSecret("", filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := config.ReadSecret("", filepath.Join(dir, "folder")); err == nil || !strings.HasPrefix(err.Error(), "reading a secret: ") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := config.ReadSecret("hunter2", filepath.Join(dir, "none")); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("given twice: %v", err)
	}
}

// A secret that looks like a number must arrive as it was written.
func TestSecretsKeepTheirSpelling(t *testing.T) {
	for text, want := range map[string]string{
		"007": "007", "0x1F": "0x1F", "1_000": "1_000", "1.50": "1.50", "1e5": "1e5", "true": "true", "2024-01-01": "2024-01-01",
		"~": "", "null": "", "'007'": "007", "\"a\\tb\"": "a\tb", "|\n  a\n  b": "a\nb\n", "a#b": "a#b", "-5": "-5",
	} {
		var v settings
		if err := file("token: " + text + "\n").Decode(&v); err != nil || v.Token.Reveal() != want {
			t.Errorf("%s: got %q, %v", text, v.Token.Reveal(), err)
		}
	}
}
