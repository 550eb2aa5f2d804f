package source

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/pkg/config"
)

// Every rejection says where it is and what to write instead.
func TestFault81EveryRejectionInFull(t *testing.T) {
	const head = "feeds:\n- url: http://a.example/\n"
	for text, want := range map[string]string{
		head + "  country: EU\n":         `etc/feeds.yaml:3:12: "EU" is no country code of ISO 3166-1; write two capital letters, such as KG`,
		head + "  country: KGZ\n":        `etc/feeds.yaml:3:12: "KGZ" is no country code of ISO 3166-1; write two capital letters, such as KG`,
		head + "  language: kyr\n":       `etc/feeds.yaml:3:13: "kyr" is a language that nobody is known to write; did you mean "ky"?`,
		head + "  language: \"??\"\n":    `etc/feeds.yaml:3:13: "??" is no language of BCP 47; write a language tag, such as ru or ky`,
		head + "  reliability: a\n":      `etc/feeds.yaml:3:16: "a" is no reliability; write A (reliable) to F (cannot be judged)`,
		head + "  poll:\n    min: 999ms": `etc/feeds.yaml:4:10: a feed cannot be asked every 999ms; write 1s or more`,
		head + "  poll:\n    max: 29s":   `etc/feeds.yaml:4:10: poll.max 29s is below poll.min 30s; make poll.max at least poll.min`,
		head + "  poll:\n    max: 7d1ms": `etc/feeds.yaml:4:10: poll.max 7d1ms is more than a week; write 7d or less, or disable the feed`,
		head + "  poll:\n    max: soon":  `etc/feeds.yaml:4:10: "soon" is no duration; write one such as 30s, 15m, 72h or 30d`,
		head + "  id: \"a b\"\n":         `etc/feeds.yaml:3:7: id "a b" has a character that is not a letter, a digit, - or _; use letters, digits, - and _`,
		head + "  headers:\n    Te: x\n": "etc/feeds.yaml:4:5: header Te is set by the fetcher itself; leave it out",
		"feeds:\n- id: a\n":              "etc/feeds.yaml:2:3: the feed has no address; add url: https://...",
		"feeds:\n- url: gopher://a/\n":   `etc/feeds.yaml:2:8: scheme "gopher" is not http or https; write an address that begins with http:// or https://; user names belong into basic_auth`,
		"feeds:\n- url: http://\n":       "etc/feeds.yaml:2:8: the address has no host; write an address that begins with http:// or https://; user names belong into basic_auth",
		"defaults:\n  country: kg\n":     `etc/feeds.yaml:2:12: "kg" is no country code of ISO 3166-1; write two capital letters, such as KG`,
	} {
		_, err := Load(dir(map[string]string{File: text}))
		if err == nil || err.Error() != want {
			t.Errorf("%s\ngot  %v\nwant %s", text, err, want)
		}
	}
}

func TestBoundsAreInclusive(t *testing.T) {
	feeds := load(t, map[string]string{File: `feeds:
- {url: "http://a.example/", poll: {min: 1s, max: 7d}, id: ` + strings.Repeat("a", maxID) + `}
- {url: "http://b.example/", poll: {min: 15m}}
- {url: "http://c.example/", country: "", language: "", reliability: ""}
`})
	if p := feeds[0].Poll; p.Min != time.Second || p.Max != 7*24*time.Hour {
		t.Errorf("got %+v", p)
	}
	if p := feeds[1].Poll; p.Min != p.Max {
		t.Errorf("got %+v", p)
	}
}

// One bad feed must not hide what is wrong with the next, nor a bad default
// let its feeds in.
func TestFaultsOfOneFeedAreAllTold(t *testing.T) {
	_, err := Load(dir(map[string]string{File: "feeds:\n- {url: ftp://a/, id: a.b, country: kg, headers: {Host: x, \"A B\": y}}\n"}))
	var faults config.Errors
	if !errors.As(err, &faults) || len(faults) != 5 {
		t.Errorf("got %v, want five faults", err)
	}
	feeds, err := Load(dir(map[string]string{File: "defaults: {country: kg}\nfeeds:\n- {url: http://a.example/}\n"}))
	if err == nil || len(feeds) != 0 {
		t.Errorf("got %v, %v", feeds, err)
	}
}

func TestFault114SecretFilesOfFeeds(t *testing.T) {
	folder := t.TempDir()
	open := filepath.Join(folder, "open")
	if err := errors.Join(os.WriteFile(open, []byte("s3cret"), 0o600), os.Chmod(open, 0o644)); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(folder, "broken")
	if err := os.WriteFile(broken, []byte("s3cret\nX-Evil: 1"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ key, want string }{
		"missing":        {"basic_auth: {username: u, password_file: " + folder + "/none}", "create the file and let the user that runs Faultline read it"},
		"world-readable": {"basic_auth: {username: u, password_file: " + open + "}", "run: chmod o= " + open},
		"header missing": {"headers_file: {X-Key: " + folder + "/none}", "etc/feeds.yaml:3:25: reading a secret: "},
		"header open":    {"headers_file: {X-Key: " + open + "}", "run: chmod o= " + open},
		"header twice":   {"headers: {X-Key: s3cret}\n  headers_file: {X-Key: " + open + "}", "the secret is given twice, inline and in " + open},
		"line break":     {"headers_file: {X-Key: " + broken + "}", "the value of header X-Key has control characters"},
	} {
		_, err := Load(dir(map[string]string{File: "feeds:\n- url: http://a.example/\n  " + c.key + "\n"}))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestFault104FeedsDoNotShowSecrets(t *testing.T) {
	feeds := load(t, map[string]string{File: "feeds:\n- {url: http://a.example/, headers: {Cookie: s3cret}, basic_auth: {username: u, password: s3cret}}\n"})
	shown := fmt.Sprintf("%v %+v %#v %s", feeds, feeds, feeds, feeds[0].Fingerprint())
	if strings.Contains(shown, "s3cret") {
		t.Errorf("a secret shows in %s", shown)
	}
	if feeds[0].Headers["Cookie"].Reveal() != "s3cret" || feeds[0].Password.Reveal() != "s3cret" {
		t.Error("the secrets are lost")
	}
}

// A change of each key that is felt at once changes the fingerprint, and of no
// other key.
func TestFingerprintOfEachKey(t *testing.T) {
	const base = "feeds:\n- {id: a, url: http://a.example/, "
	print := func(keys string) string {
		t.Helper()
		return load(t, map[string]string{File: base + keys + "}\n"})[0].Fingerprint()
	}
	plain := print("title: x")
	for keys, same := range map[string]bool{
		"title: y": true, "country: KG": true, "tags: [a]": true, "exercise: true": true, "headers: {A: b}": true,
		"basic_auth: {password: x}": true, "basic_auth: {username: x}": false, "disabled: true": false, "allow_private: true": false,
		"allow_downgrade: true": false, "allow_downgrade: false": true,
		"poll: {min: 31s}": false, "poll: {max: 16m}": false, "poll: {min: 30s, max: 15m}": true,
	} {
		if got := print(keys); (got == plain) != same {
			t.Errorf("%s: the fingerprint is the same: %v, want %v", keys, got == plain, same)
		}
	}
	if len(plain) != 16 {
		t.Errorf("%q has not 16 digits", plain)
	}
}

// A layer above replaces the shipped file as a whole, and files of feeds/ are
// read from every layer.
func TestLayersOfFeeds(t *testing.T) {
	shipped := config.Layer{Name: "(shipped)", FS: fstest.MapFS{
		File: {Data: []byte("feeds: [{url: http://shipped.example/}]")}, "feeds/b.yaml": {Data: []byte("feeds: [{url: http://b.example/}]")}}}
	own := config.Layer{Name: "/etc/x", FS: fstest.MapFS{
		File: {Data: []byte("feeds: [{url: http://own.example/}]")}, "feeds/a.yaml": {Data: []byte("feeds: [{url: http://a.example/}]")}, "feeds/.b.yaml": {Data: []byte("broken: [")}}}
	feeds, err := Load(config.NewDir(own, shipped))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range feeds {
		got = append(got, f.URL)
	}
	if want := "http://own.example/ http://a.example/ http://b.example/"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestLoadOfABrokenDisk(t *testing.T) {
	blocked := t.TempDir()
	if err := os.Mkdir(filepath.Join(blocked, File), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(config.NewDir(config.Layer{Name: blocked, FS: os.DirFS(blocked)})); err == nil || !strings.HasPrefix(err.Error(), "reading feeds: ") {
		t.Errorf("got %v", err)
	}
	large := t.TempDir()
	path := filepath.Join(large, "feeds", "x.yaml")
	if err := errors.Join(os.Mkdir(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600), os.Truncate(path, 50<<20)); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(config.NewDir(config.Layer{Name: large, FS: os.DirFS(large)})); err == nil || !strings.Contains(err.Error(), "feeds/x.yaml:1:1: the file has 52428800 bytes, more than the limit of 16777216") {
		t.Errorf("got %v", err)
	}
}
