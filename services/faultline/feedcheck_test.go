package faultline

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"faultline/services/classifier"
	"faultline/services/fetcher"
)

// What a first fetch would publish is listed in part, and the part is called one.
func TestPublishTextCountsWhatItLeavesOut(t *testing.T) {
	for n, want := range map[int]string{5: "", 7: "    and 2 more; --json shows all\n"} {
		r := &fetcher.Probe{}
		for i := range n {
			r.Publish = append(r.Publish, fetcher.ProbeItem{Title: fmt.Sprint("item ", i)})
		}
		got := publishText(r)
		if at := strings.Index(got, "    and "); at < 0 && want != "" || at >= 0 && got[at:] != want || !strings.Contains(got, "item 4\n") || strings.Contains(got, "item 5") {
			t.Errorf("of %d items:\n%s", n, got)
		}
	}
}

// Two of three is nearer to 67 than to 66 %.
func TestPrecisionIsRounded(t *testing.T) {
	report := &classifier.FeedbackReport{}
	report.Rules = slices.Grow(report.Rules, 1)[:1]
	report.Rules[0].Rule, report.Rules[0].True, report.Rules[0].False = "riot", 2, 1
	var out bytes.Buffer
	if err := printFeedback(&out, report); err != nil || !strings.Contains(out.String(), " 67 % ") {
		t.Errorf("%v:\n%s", err, &out)
	}
}

// A copy of a shipped file is none of a configuration's own until somebody edits it.
func TestOfRulesCountsEditedFiles(t *testing.T) {
	conf := filepath.Join(t.TempDir(), "conf")
	if code, out, errs := call("", "init", conf); code != exitOK {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	said := func() string {
		t.Helper()
		dir, err := openConfig(conf)
		if err != nil {
			t.Fatal(err)
		}
		what, err := ofRules(conf, dir)
		if err != nil {
			t.Fatal(err)
		}
		return what
	}
	if got := said(); got != conf+", whose rules are the shipped ones" {
		t.Errorf("copies: %s", got)
	}
	file := filepath.Join(conf, "rules", "protest.yaml")
	data, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, append(data, "# ours\n"...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := said(); !strings.HasSuffix(got, ": 1 file of its own in rules/, none in entities/ and languages/; 1 in place of a shipped one") {
		t.Errorf("an edited copy: %s", got)
	}
}

// An outage of the network is told once, and not as the fault of each feed.
func TestCheckOfAllTellsOneOutage(t *testing.T) {
	fault := func(class string) fetcher.Probe { return fetcher.Probe{Feed: "a", Error: &fetcher.Fault{Class: class}} }
	all, no := true, false
	for name, c := range map[string]struct {
		results []fetcher.Probe
		want    string
	}{
		"an outage": {[]fetcher.Probe{fault("dns"), fault("timeout"), fault("dns")}, "none of 3 feeds can be reached (dns 2, timeout 1): the network seems to be down; check this machine's connection, name servers and proxy; --json tells of each\n"},
		"a dead proxy": {[]fetcher.Probe{fault("proxy"), fault("reset"), fault("proxy")}, "none of 3 feeds can be reached (proxy 2, reset 1): the network seems to be down; " +
			"the proxy (fetcher.proxy) cannot be reached, or does not reach the server: check its address, its password and its own connection; while other feeds come through it, the outlet's server is at fault; --json tells of each\n"},
		"one answers":    {[]fetcher.Probe{fault("dns"), {Feed: "b", OK: true}, fault("dns")}, "1 of 3 can be read, 2 cannot (dns 2)\n"},
		"one is refused": {[]fetcher.Probe{fault("dns"), fault("http_404"), fault("dns")}, "0 of 3 can be read, 3 cannot (dns 2, http_404 1)\n"},
		"too few":        {[]fetcher.Probe{fault("dns"), fault("dns")}, "0 of 2 can be read, 2 cannot (dns 2)\n"},
	} {
		var out bytes.Buffer
		if err := (feedsCheck{all: &all, asJSON: &no}).tell(IO{Out: &out}, c.results); err != nil || !strings.HasSuffix(out.String(), c.want) || strings.HasPrefix(c.want, "none") != (out.String() == c.want) {
			t.Errorf("%s: %v\n%s", name, err, &out)
		}
	}
}

// A feed without dates or validators is told so in words.
func TestProbeWithout(t *testing.T) {
	got := probeText(&fetcher.Probe{Feed: "wire", URL: "https://wire.example/rss", OK: true, Format: "rss"})
	for _, want := range []string{"unchanged by none: it is read in full each time\n", "dates        none\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
