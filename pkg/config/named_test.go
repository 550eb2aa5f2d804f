package config

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A file that the configuration names is a part of it wherever it lies: to be named changes
// nothing, to be written, replaced or removed does.
func TestFilesThatAreNamedAreWatched(t *testing.T) {
	home, elsewhere := t.TempDir(), t.TempDir()
	secret := filepath.Join(elsewhere, "secret")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(home, "feeds.yaml"), "feeds: []")
	write(secret, "one")
	below := NewDir(Layer{Name: home, FS: os.DirFS(home)})
	d := below.Over(Layer{Name: "(top)", FS: os.DirFS(t.TempDir())})
	mark := func() uint64 {
		t.Helper()
		p, err := d.Fingerprint()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	last := mark()
	f, err := d.Read("feeds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{secret, "none", ""} {
		f.Resolve(path)
	}
	if mark() != last {
		t.Error("a file that is named is a change")
	}
	for _, step := range []struct {
		what   string
		change func() error
	}{
		{"written", func() error { return os.WriteFile(secret, []byte("three"), 0o600) }},
		{"written anew", func() error { return os.Chtimes(secret, time.Time{}, time.Now().Add(time.Hour)) }},
		{"removed", func() error { return os.Remove(secret) }},
		{"put there again", func() error {
			write(filepath.Join(elsewhere, "next"), "x")
			return os.Rename(filepath.Join(elsewhere, "next"), secret)
		}},
		{"there at last", func() error { return os.WriteFile(filepath.Join(home, "none"), nil, 0o600) }},
	} {
		if err := step.change(); err != nil {
			t.Fatal(err)
		}
		now := mark()
		if now == last {
			t.Errorf("%s: no change", step.what)
		}
		if last = mark(); last != now {
			t.Errorf("%s: a change without end", step.what)
		}
	}
	if (File{Path: "x"}).Resolve("/none") != "/none" {
		t.Error("a file of no directory resolves otherwise")
	}
}
