package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"faultline/pkg/config"
)

// disk is a file system that changes while it is watched, and whose every
// answer is an error while it is down.
type disk struct {
	mu    sync.Mutex
	files fstest.MapFS
	down  bool
}

var errIO = errors.New("input/output error")

func (d *disk) change(edit func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	edit()
}

func (d *disk) Open(name string) (fs.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errIO}
	}
	return d.files.Open(name)
}

func TestGlobPatterns(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"a.yaml", "rules/a.yaml", "rules/b.yml", "rules/own/a.yaml", "rules/own/deep/a.yaml", "rules/.draft.yaml", "other/a.yaml", "ru[1].yaml"} {
		files[name] = &fstest.MapFile{}
	}
	d := config.NewDir(config.Layer{Name: "x", FS: files})
	for pattern, want := range map[string]string{
		"*.yaml":             "a.yaml ru[1].yaml",
		"**/*.yaml":          "a.yaml other/a.yaml ru[1].yaml rules/a.yaml rules/own/a.yaml rules/own/deep/a.yaml",
		"rules/*.yaml":       "rules/a.yaml",
		"rules/*/*.yaml":     "rules/own/a.yaml",
		"rules/**/a.yaml":    "rules/a.yaml rules/own/a.yaml rules/own/deep/a.yaml",
		"rules/**/deep/**":   "rules/own/deep/a.yaml",
		"**/own/**/a.yaml":   "rules/own/a.yaml rules/own/deep/a.yaml",
		"rules/?.y*ml":       "rules/a.yaml rules/b.yml",
		"rules/[b-z].yml":    "rules/b.yml",
		"rules/own":          "",
		"rules/[.yaml":       "",
		"none/**":            "",
		"rules/**/**/a.yaml": "rules/a.yaml rules/own/a.yaml rules/own/deep/a.yaml",
	} {
		names, err := d.Glob(pattern)
		if got := strings.Join(names, " "); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", pattern, got, err, want)
		}
	}
}

func TestUpperLayerHidesTheWholeFile(t *testing.T) {
	bottom := config.Layer{Name: "(shipped)", FS: fstest.MapFS{"a.yaml": {Data: []byte("bottom")}, "rules/a.yaml": {Data: []byte("bottom")}}}
	middle := config.Layer{Name: "/usr/share/faultline/", FS: fstest.MapFS{"a.yaml": {Data: []byte("middle")}}}
	top := config.Layer{Name: "/etc/faultline", FS: fstest.MapFS{"a.yaml": {}}}
	for want, d := range map[string]*config.Dir{
		"/etc/faultline/a.yaml=":             config.NewDir(top, middle, bottom),
		"/usr/share/faultline/a.yaml=middle": config.NewDir(bottom).Over(middle),
		"(shipped)/a.yaml=bottom":            config.NewDir(bottom).Over(config.Layer{Name: "empty", FS: fstest.MapFS{}}),
	} {
		f, err := d.Read("a.yaml")
		if got := f.Path + "=" + f.Data; err != nil || got != want || f.Name != "a.yaml" {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
	base := config.NewDir(bottom)
	if base.Over(top); len(mustGlob(t, base, "**/*")) != 2 {
		t.Error("Over changed the directory below")
	}
	if names := mustGlob(t, config.NewDir(top, middle, bottom), "**/*"); !reflect.DeepEqual(names, []string{"a.yaml", "rules/a.yaml"}) {
		t.Errorf("a file of three layers is listed as %v", names)
	}
}

func mustGlob(t *testing.T, d *config.Dir, pattern string) []string {
	t.Helper()
	names, err := d.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// A file that is there but cannot be read must not be taken for one that is not
// there: the desk would run with the shipped file and not know.
func TestUnreadableFileIsNoMissingFile(t *testing.T) {
	shipped := config.Layer{Name: "(shipped)", FS: fstest.MapFS{"a.yaml": {Data: []byte("bottom")}}}
	d := config.NewDir(config.Layer{Name: "/etc/x", FS: &disk{down: true}}, shipped)
	if f, err := d.Read("a.yaml"); !errors.Is(err, errIO) || errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "reading /etc/x/a.yaml: ") {
		t.Errorf("got %+v, %v", f, err)
	}
	if _, err := d.Glob("*.yaml"); !errors.Is(err, errIO) || !strings.HasPrefix(err.Error(), "listing *.yaml: ") {
		t.Errorf("listing: %v", err)
	}
	if _, err := d.Fingerprint(); !errors.Is(err, errIO) || !strings.HasPrefix(err.Error(), "looking for changes of the configuration: ") {
		t.Errorf("looking: %v", err)
	}
	if _, err := config.NewDir(config.Layer{Name: "x", FS: fstest.MapFS{"d/a.yaml": {}}}).Read("d"); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder read as a file: %v", err)
	}
}

func TestFault111NamesStayInside(t *testing.T) {
	outer := t.TempDir()
	inner := filepath.Join(outer, "conf")
	if err := errors.Join(os.Mkdir(inner, 0o700), os.WriteFile(filepath.Join(outer, "passwd"), []byte("x"), 0o600)); err != nil {
		t.Fatal(err)
	}
	d := config.NewDir(config.Layer{Name: inner, FS: os.DirFS(inner)})
	for _, name := range []string{"../passwd", "/etc/passwd", "a/../../passwd", "./../passwd", ""} {
		if f, err := d.Read(name); err == nil {
			t.Errorf("%q was read: %q", name, f.Data)
		}
	}
}

func TestFingerprintOfEachChange(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	plain := func() fstest.MapFS {
		return fstest.MapFS{"a.yaml": {Data: []byte("1"), ModTime: at}, "rules/b.yaml": {Data: []byte("2"), ModTime: at}}
	}
	print := func(files fstest.MapFS, name string) uint64 {
		t.Helper()
		sum, err := config.NewDir(config.Layer{Name: name, FS: files}).Fingerprint()
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	base := print(plain(), "x")
	if again := print(plain(), "x"); again != base {
		t.Errorf("the same files give %d and %d", base, again)
	}
	for name, change := range map[string]func(fstest.MapFS){
		"written":        func(m fstest.MapFS) { m["a.yaml"] = &fstest.MapFile{Data: []byte("22"), ModTime: at} },
		"touched":        func(m fstest.MapFS) { m["a.yaml"] = &fstest.MapFile{Data: []byte("1"), ModTime: at.Add(1)} },
		"added":          func(m fstest.MapFS) { m["c.yaml"] = &fstest.MapFile{} },
		"removed":        func(m fstest.MapFS) { delete(m, "rules/b.yaml") },
		"renamed":        func(m fstest.MapFS) { m["rules/c.yaml"] = m["rules/b.yaml"]; delete(m, "rules/b.yaml") },
		"of other kinds": func(m fstest.MapFS) { m["gazetteer.bin"] = &fstest.MapFile{Data: []byte("x"), ModTime: at} },
	} {
		files := plain()
		change(files)
		if print(files, "x") == base {
			t.Errorf("%s: the fingerprint did not change", name)
		}
	}
	hidden := plain()
	hidden[".a.yaml.swp"], hidden["..2026/a.yaml"], hidden["rules/.git/x"] = &fstest.MapFile{}, &fstest.MapFile{}, &fstest.MapFile{}
	if print(hidden, "x") != base {
		t.Error("an editor's own file changed the fingerprint")
	}
}

func TestDanglingLinkIsNoFile(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(os.Symlink("gone", filepath.Join(dir, "a.yaml")), os.WriteFile(filepath.Join(dir, "b.yaml"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	d := config.NewDir(config.Layer{Name: dir, FS: os.DirFS(dir)})
	if names := mustGlob(t, d, "*.yaml"); !reflect.DeepEqual(names, []string{"b.yaml"}) {
		t.Errorf("got %v", names)
	}
	if _, err := d.Fingerprint(); err != nil {
		t.Error(err)
	}
	if _, err := d.Read("a.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// A ConfigMap with paths is mounted as folders that are links into the hidden folder of
// its present state, and a desk may keep a folder elsewhere.
func TestFoldersThatAreLinksAreRead(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	write := func(names ...string) {
		t.Helper()
		for _, name := range names {
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, nil, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
	}
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(dir, "..1/feeds/a.yaml"), filepath.Join(dir, "..1/feeds.yaml"), filepath.Join(dir, "..2/feeds/b.yaml"), filepath.Join(dir, "..2/feeds.yaml"))
	write(filepath.Join(elsewhere, "deep/c.yaml"), filepath.Join(elsewhere, ".draft/d.yaml"), filepath.Join(dir, "rules/e.yaml"))
	link("..1", "..data")
	link("..data/feeds", "feeds")
	link("..data/feeds.yaml", "feeds.yaml")
	link(elsewhere, "rules/elsewhere")
	link("..", "rules/round")
	link(".", "rules/here")
	link("nowhere", "rules/gone")
	d := config.NewDir(config.Layer{Name: dir, FS: os.DirFS(dir)})
	if names := strings.Join(mustGlob(t, d, "**/*.yaml"), " "); names != "feeds.yaml feeds/a.yaml rules/e.yaml rules/elsewhere/deep/c.yaml" {
		t.Errorf("got %s", names)
	}
	before, err := d.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "..data")); err != nil {
		t.Fatal(err)
	}
	link("..2", "..data")
	after, err := d.Fingerprint()
	if names := strings.Join(mustGlob(t, d, "feeds/*"), " "); err != nil || after == before || names != "feeds/b.yaml" {
		t.Errorf("after a change: %s, %v", names, err)
	}
}

func TestWatchSurvivesAFailingDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := &disk{files: fstest.MapFS{"a.yaml": {Data: []byte("1")}}}
		calls := 0
		d := config.NewDir(config.Layer{Name: "x", FS: files})
		go d.Watch(t.Context(), time.Second, fingerprint(t, d), func() { calls++ })
		step := func(want int, what string) {
			t.Helper()
			time.Sleep(10*time.Second + 500*time.Millisecond)
			synctest.Wait()
			if calls != want {
				t.Errorf("%s: %d calls, want %d", what, calls, want)
			}
		}
		step(0, "nothing changed")
		files.change(func() { files.down = true })
		step(0, "the disk is gone")
		files.change(func() { files.down = false })
		step(0, "the disk is back with the same files")
		files.change(func() { files.files["a.yaml"] = &fstest.MapFile{Data: []byte("22")} })
		step(1, "a file was written")
		step(1, "and left alone")
		files.change(func() { delete(files.files, "a.yaml") })
		step(2, "the file was removed")
	})
}

// A change that is taken back before the directory was still is no change.
func TestWatchForgetsWhatIsTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := &disk{files: fstest.MapFS{"a.yaml": {Data: []byte("1")}}}
		calls := 0
		d := config.NewDir(config.Layer{Name: "x", FS: files})
		go d.Watch(t.Context(), time.Second, fingerprint(t, d), func() { calls++ })
		time.Sleep(1500 * time.Millisecond)
		synctest.Wait()
		files.change(func() { files.files["b.yaml"] = &fstest.MapFile{} })
		time.Sleep(time.Second)
		synctest.Wait()
		files.change(func() { delete(files.files, "b.yaml") })
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if calls != 0 {
			t.Errorf("%d calls", calls)
		}
	})
}

func fingerprint(t *testing.T, d *config.Dir) uint64 {
	t.Helper()
	sum, err := d.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// A process builds its services for seconds, or waits for NATS for minutes.
func TestWatchSeesWhatWasWrittenBeforeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := &disk{files: fstest.MapFS{"a.yaml": {Data: []byte("1")}}}
		d := config.NewDir(config.Layer{Name: "x", FS: files})
		before := fingerprint(t, d)
		files.change(func() { files.files["a.yaml"] = &fstest.MapFile{Data: []byte("22")} })
		calls := 0
		go d.Watch(t.Context(), time.Second, before, func() { calls++ })
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if calls != 1 {
			t.Errorf("%d calls, want 1", calls)
		}
	})
}

// A file ships with the program also where another lies over it.
func TestShips(t *testing.T) {
	files := fstest.MapFS{"feeds/a.yaml": {Data: []byte("a")}}
	d := config.NewDir(config.Layer{Name: "mine", FS: fstest.MapFS{"feeds/a.yaml": {}, "feeds/b.yaml": {}}}, config.Layer{Name: "(shipped)", FS: files, Shipped: true})
	if !d.Ships("feeds/a.yaml") || d.Ships("feeds/b.yaml") || d.Ships("feeds") {
		t.Error("what ships is not what comes with the program")
	}
}

// A copy is as it shipped until somebody edits it.
func TestAsShipped(t *testing.T) {
	shipped := fstest.MapFS{"a": {Data: []byte("1")}, "b": {Data: []byte("1")}, "c": {Data: []byte("1")}}
	own := fstest.MapFS{"a": {Data: []byte("1")}, "b": {Data: []byte("2")}, "d": {Data: []byte("1")}}
	d := config.NewDir(config.Layer{Name: "mine", FS: own}, config.Layer{Name: "(shipped)", FS: shipped, Shipped: true})
	for name, want := range map[string]bool{"a": true, "b": false, "c": true, "d": false} {
		f, err := d.Read(name)
		if err != nil || d.AsShipped(f) != want {
			t.Errorf("%s: want %v, %v", name, want, err)
		}
	}
}
