package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"faultline/pkg/config"
)

// settings is a configuration with every kind of value.
type settings struct {
	Name    string          `yaml:"name"`
	Count   int             `yaml:"count"`
	Share   float64         `yaml:"share"`
	On      bool            `yaml:"on"`
	Wait    config.Duration `yaml:"wait"`
	Token   config.Secret   `yaml:"token"`
	Tags    []string        `yaml:"tags"`
	Poll    poll            `yaml:"poll"`
	Feeds   []feed          `yaml:"feeds"`
	Section config.Section  `yaml:"section"`
	hidden  int
}

type poll struct {
	Min config.Duration `yaml:"min"`
}

type feed struct {
	URL string `yaml:"url"`
}

func file(text string) config.File {
	return config.File{Name: "faultline.yaml", Path: "conf/faultline.yaml", Data: text}
}

func TestDecodeKeepsDefaults(t *testing.T) {
	got := settings{Name: "default", Count: 3, hidden: 1}
	if err := file("count: 5\nwait: 1h30m\npoll: {min: 15s}\nfeeds:\n  - url: a\n").Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Name != "default" || got.Count != 5 || got.Wait.Std() != 90*time.Minute || got.Poll.Min.Std() != 15*time.Second || got.Feeds[0].URL != "a" {
		t.Errorf("got %+v", got)
	}
	if err := file("# nothing\n").Decode(&got); err != nil || got.Count != 5 {
		t.Errorf("an empty file: %v, %+v", err, got)
	}
}

func TestFault81DecodeRefuses(t *testing.T) {
	bomb := "a0: &a0 [1,2,3,4,5,6,7,8,9,10]\n"
	for i := 1; i < 9; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), i-1)
	}
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":      {"name: a\ncuont: 3\n", `conf/faultline.yaml:2:1: unknown field "cuont"; did you mean "count"?`},
		"unknown deep key": {"poll:\n  mni: 3s\n", `conf/faultline.yaml:2:3: unknown field "mni"; did you mean "min"?`},
		"duplicate key":    {"name: a\nname: b\n", `conf/faultline.yaml:2:1: mapping key "name" already defined at [1:1]; keep one of the two`},
		"wrong type":       {"count: many\n", `conf/faultline.yaml:1:8: count: a text stands here; write a whole number`},
		"list for a map":   {"poll: [1]\n", "conf/faultline.yaml:1:7"},
		"bad duration":     {"wait: soon\n", `"soon" is no duration; write one such as 30s, 15m, 72h or 30d`},
		"tab":              {"poll:\n\tmin: 3s\n", "conf/faultline.yaml:2:1: found character '\t' that cannot start any token; indent with spaces; YAML takes no tabs there"},
		"an open quote":    {"name: a\ntags:\n- \"one\n- \"two\"\nfeeds:\n- url: \"x\"\n", "; look at 3:3: the quote there has no partner in its line"},
		"two documents":    {"name: a\n---\nname: b\n", "conf/faultline.yaml:3:5: a second document begins here; put it into a file of its own"},
		"alias bomb":       {bomb, "the aliases expand to more than 2000000 values; write the values out"},
		"nested lists":     {"tags: " + strings.Repeat("[", 5000), "nested"},
		"large":            {"name: " + strings.Repeat("x", 17<<20), "more than the limit"},
		"unclosed":         {"name: \"a\n", "conf/faultline.yaml:1:7"},
	} {
		t.Run(name, func(t *testing.T) {
			var v settings
			start := time.Now()
			err := file(c.text).Decode(&v)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestErrorfPointsAtTheValue(t *testing.T) {
	f := file("name: a\nfeeds:\n  - url: one\n  - url: two\n    # a comment\n")
	for path, want := range map[string]string{
		"$.feeds[1].url":                   "conf/faultline.yaml:4:10: bad 7; mend it",
		"$.feeds[1].title":                 "conf/faultline.yaml:4:5: bad 7; mend it",
		config.Index("$.feeds", 0) + ".id": "conf/faultline.yaml:3:5: bad 7; mend it",
		"$.nothing":                        "conf/faultline.yaml:1:1: bad 7; mend it",
	} {
		if got := f.Errorf(path, "mend it", "bad %d", 7).Error(); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestErrorsInOrder(t *testing.T) {
	all := config.Errors{{Path: "b", Line: 1, Column: 2, Message: "3"}, {Path: "a", Line: 2, Column: 1, Message: "2"}, {Path: "a", Message: "1"}}
	if got := all.Err().Error(); got != "a: 1\na:2:1: 2\nb:1:2: 3" {
		t.Errorf("got %q", got)
	}
	if err := (config.Errors{}).Err(); err != nil {
		t.Errorf("no faults: %v", err)
	}
}

func TestDirLayers(t *testing.T) {
	top := fstest.MapFS{"feeds.yaml": {Data: []byte("top")}, "rules/own/x.yaml": {}, ".hidden/rules/y.yaml": {}, "rules/..data": {}}
	bottom := fstest.MapFS{"feeds.yaml": {Data: []byte("bottom")}, "rules/a.yaml": {}, "rules/b.txt": {}, "alerting.yaml": {Data: []byte("x")}}
	d := config.NewDir(config.Layer{Name: "(shipped)", FS: bottom}).Over(config.Layer{Name: "/etc/faultline", FS: top})
	f, err := d.Read("feeds.yaml")
	if err != nil || f.Data != "top" || f.Path != "/etc/faultline/feeds.yaml" {
		t.Errorf("got %+v, %v", f, err)
	}
	if f, err = d.Read("alerting.yaml"); err != nil || f.Path != "(shipped)/alerting.yaml" {
		t.Errorf("got %+v, %v", f, err)
	}
	if _, err = d.Read("none.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	names, err := d.Glob("rules/**/*.yaml")
	if want := []string{"rules/a.yaml", "rules/own/x.yaml"}; err != nil || !reflect.DeepEqual(names, want) {
		t.Errorf("got %v, %v, want %v", names, err, want)
	}
	if names, err = d.Glob("*.yaml"); err != nil || len(names) != 2 {
		t.Errorf("got %v, %v", names, err)
	}
}

func TestFault81DirRefusesLargeFiles(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "feeds.yaml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "feeds.yaml"), 50<<20); err != nil {
		t.Fatal(err)
	}
	_, err := config.NewDir(config.Layer{Name: dir, FS: os.DirFS(dir)}).Read("feeds.yaml")
	var faults config.Errors
	if !errors.As(err, &faults) || !strings.Contains(err.Error(), "limit") {
		t.Errorf("got %v", err)
	}
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "30s": 30 * time.Second, "1h30m": 90 * time.Minute, "72h": 72 * time.Hour, "30d": 720 * time.Hour,
		"1y": 8760 * time.Hour, "2w": 336 * time.Hour, "1m500ms": time.Minute + 500*time.Millisecond, "15ms": 15 * time.Millisecond,
	} {
		d, err := config.ParseDuration(text)
		if err != nil || d.Std() != want {
			t.Errorf("%s: got %v, %v", text, d.Std(), err)
		}
		again, err := config.ParseDuration(d.String())
		if err != nil || again != d {
			t.Errorf("%s printed as %s reads as %v, %v", text, d, again, err)
		}
	}
	for _, text := range []string{"", "5", "1.5h", "30m1h", "-3s", "1h1h", "s", "99999999999y", " 3s", "3 s"} {
		if d, err := config.ParseDuration(text); err == nil {
			t.Errorf("%q read as %v", text, d)
		}
	}
}

func TestFault104SecretNeverShows(t *testing.T) {
	s := config.Secret("hunter2")
	asJSON, err := json.Marshal(map[string]any{"s": s})
	if err != nil {
		t.Fatal(err)
	}
	shown := fmt.Sprintf("%s %v %+v %#v %q", s, s, struct{ S config.Secret }{s}, s, s) + s.LogValue().String() + string(asJSON)
	if strings.Contains(shown, "hunter2") || s.Reveal() != "hunter2" {
		t.Errorf("shown: %s", shown)
	}
	if config.Secret("").String() != "" {
		t.Error("no secret should print as nothing")
	}
}

func TestReadSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte(" hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := config.ReadSecret("", path); err != nil || s.Reveal() != "hunter2" {
		t.Errorf("from a file: %q, %v", s.Reveal(), err)
	}
	if s, err := config.ReadSecret("x", ""); err != nil || s.Reveal() != "x" {
		t.Errorf("inline: %q, %v", s.Reveal(), err)
	}
	if _, err := config.ReadSecret("x", path); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("both: %v", err)
	}
	if _, err := config.ReadSecret("", path+"x"); err == nil || !strings.Contains(err.Error(), "create the file") {
		t.Errorf("missing: %v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := config.ReadSecret("", path); err == nil || !strings.Contains(err.Error(), "chmod o= ") {
		t.Errorf("world-readable: %v", err)
	}
}

// A section that somebody prints, by itself or with all settings, tells no password.
func TestSectionPrintsNoSecrets(t *testing.T) {
	var v settings
	f := file("section: {key: hidden-word}\n")
	if err := f.Decode(&v); err != nil {
		t.Fatal(err)
	}
	v.Section = v.Section.Bind(f, "FAULTLINE_", []string{"FAULTLINE_KEY=hidden-word"})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		for _, printed := range []any{v, &v, v.Section, &v.Section, config.Section{}} {
			if said := fmt.Sprintf(verb, printed); strings.Contains(said, "hidden-word") {
				t.Errorf("%s prints %s", verb, said)
			}
		}
	}
	if said := fmt.Sprint(v.Section); said != "section section of conf/faultline.yaml" {
		t.Errorf("a section prints %q", said)
	}
}

func TestSection(t *testing.T) {
	f := file("name: a\nsection:\n  min: 10s\n")
	var v settings
	if err := f.Decode(&v); err != nil {
		t.Fatal(err)
	}
	section := v.Section.Bind(f, "FAULTLINE_POLL_", []string{"FAULTLINE_POLL_MIN=20s", "HOME=/x"})
	var p poll
	if err := section.Decode(&p); err != nil || p.Min.Std() != 20*time.Second {
		t.Errorf("got %v, %v", p.Min, err)
	}
	if got := section.Errorf("min", "raise it", "too short").Error(); got != "conf/faultline.yaml:3:8: too short; raise it" {
		t.Errorf("got %s", got)
	}
	var other feed
	if err := section.Decode(&other); err == nil || !strings.Contains(err.Error(), `conf/faultline.yaml:3:3: unknown field "min"`) {
		t.Errorf("got %v", err)
	}
	empty := config.Section{}.Bind(f, "", nil)
	if err := empty.Decode(&p); err != nil {
		t.Error(err)
	}
	if got := empty.Errorf("min", "", "too short").Error(); got != "conf/faultline.yaml: min: too short" {
		t.Errorf("got %s", got)
	}
}

func TestOverlay(t *testing.T) {
	v := settings{Name: "file"}
	err := config.Overlay(&v, "FAULTLINE_", []string{"FAULTLINE_COUNT=7", "FAULTLINE_ON=true", "FAULTLINE_POLL_MIN=5s", "FAULTLINE_TAGS=a, b",
		"FAULTLINE_SHARE=0.5", "FAULTLINE_TOKEN=x", "FAULTLINE_NAME=env", "PATH=/bin", "FAULTLINE_SECTION_ANY=1"}, "SECTION_")
	if err != nil {
		t.Fatal(err)
	}
	if v.Name != "env" || v.Count != 7 || !v.On || v.Poll.Min.Std() != 5*time.Second || v.Share != .5 || v.Token.Reveal() != "x" || !reflect.DeepEqual(v.Tags, []string{"a", "b"}) {
		t.Errorf("got %+v", v)
	}
	for variable, want := range map[string]string{
		"FAULTLINE_CUONT=1": `environment variable FAULTLINE_CUONT names no setting; did you mean "FAULTLINE_COUNT"?`,
		"FAULTLINE_COUNT=x": `environment variable FAULTLINE_COUNT: "x" is no whole number`,
		"FAULTLINE_ON=x":    `"x" is not true or false`,
		"FAULTLINE_SHARE=x": `"x" is no number`,
		"FAULTLINE_WAIT=x":  `"x" is no duration`,
	} {
		if err := config.Overlay(&v, "FAULTLINE_", []string{variable}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", variable, err, want)
		}
	}
}

func TestWatchWaitsUntilStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := &disk{files: fstest.MapFS{"a.yaml": {Data: []byte("1")}}}
		d := config.NewDir(config.Layer{Name: "x", FS: files})
		var calls []time.Duration
		start := time.Now()
		done := make(chan struct{})
		go func() {
			d.Watch(t.Context(), time.Second, fingerprint(t, d), func() { calls = append(calls, time.Since(start)) })
			close(done)
		}()
		time.Sleep(2500 * time.Millisecond)
		synctest.Wait()
		files.change(func() { files.files["a.yaml"] = &fstest.MapFile{Data: []byte("22")} })
		time.Sleep(time.Second)
		synctest.Wait()
		files.change(func() { files.files["b.yaml"] = &fstest.MapFile{Data: []byte("new")} })
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if want := []time.Duration{5 * time.Second}; !reflect.DeepEqual(calls, want) {
			t.Errorf("called at %v, want %v", calls, want)
		}
	})
}

func TestFault82FingerprintFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := func(target string) {
		t.Helper()
		if err := errors.Join(os.RemoveAll(filepath.Join(dir, "feeds.yaml")), os.Symlink(target, filepath.Join(dir, "feeds.yaml"))); err != nil {
			t.Fatal(err)
		}
	}
	write("..one", "a")
	write("..two", "bb")
	link("..one")
	d := config.NewDir(config.Layer{Name: dir, FS: os.DirFS(dir)})
	before, err := d.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	link("..two")
	after, err := d.Fingerprint()
	if err != nil || before == after {
		t.Errorf("the replaced link was not seen: %v %v %v", before, after, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("name: a\nfeeds: [{url: b}]\n")
	f.Add("a: &a [*a]\n")
	f.Add("? {[: 1")
	f.Fuzz(func(t *testing.T, text string) {
		var v settings
		if err := file(text).Decode(&v); err != nil && !strings.HasPrefix(err.Error(), "conf/faultline.yaml") {
			t.Errorf("an error without a file: %v", err)
		}
	})
}

// What a file names begins in its own directory, not where the process runs.
func TestResolve(t *testing.T) {
	f := config.File{Path: "/etc/faultline/conf.yaml"}
	shipped := f
	shipped.Shipped = true
	for _, tc := range []struct {
		file       config.File
		path, want string
	}{
		{f, "", ""}, {f, "/secrets/x", "/secrets/x"}, {f, "secrets/x", "/etc/faultline/secrets/x"}, {f, "../x", "/etc/x"},
		{shipped, "x", "x"}, {config.File{}, "x", "x"},
	} {
		if got := tc.file.Resolve(tc.path); got != tc.want {
			t.Errorf("%q in %q: %q, want %q", tc.path, tc.file.Path, got, tc.want)
		}
		if got := (config.Section{}).Bind(tc.file, "", nil).Resolve(tc.path); got != tc.want {
			t.Errorf("%q in a section of %q: %q, want %q", tc.path, tc.file.Path, got, tc.want)
		}
	}
}
