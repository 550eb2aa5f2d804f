package alert_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/sinktest"

	"github.com/rivo/uniseg"
)

// hostile is an incident in which every text that comes from a feed is made to
// break out of its line, its size or its place.
func hostile(text string) event.Incident {
	in := sinktest.Incident()
	in.Headline, in.Language, in.Country = text, text, text
	in.Change.Reasons = []string{text, text}
	in.Place = &event.Place{Name: text, Country: text, Lat: 1, Lon: 1}
	for k := range in.Reports {
		r := &in.Reports[k]
		r.Title, r.Lead, r.Attribution = text, text, text
		r.Source.Title, r.Source.Feed, r.Source.Reliability = text, text, text
		r.URL = "https://" + url.PathEscape(text) + ".example/" + text
		for n := range 20 {
			r.Findings = append(r.Findings, event.Finding{Indicator: text, Title: fmt.Sprint(n, text), Guard: text, Assertion: event.Asserted,
				Evidence: []event.Evidence{{Text: text}, {Text: text}, {Text: text}}})
		}
	}
	return in
}

// FAULTS 98: nothing that a feed says starts a line, hides or reorders text.
func TestFault98NothingBreaksOutOfItsLine(t *testing.T) {
	for _, text := range []string{
		"a\r\nBcc: x@y.example", "a\nlinks: https://evil.example", "\u202Eevil\u202C", "a\x00b\x1b[31m", "a\u2028b\u2029c", "\u200b\u2060\ufeff",
		"e" + strings.Repeat("\u0301", 500), "\U000E0041\U000E0042x", "a\u0085b", "\xff\xfe\xed\xa0\x80", "line\vtab\ffeed",
	} {
		a, _ := alert.New(hostile(text)).Tell(func(string) bool { return false })
		for name, value := range a.Labels {
			if strings.ContainsFunc(value, bad) || !utf8.ValidString(value) {
				t.Errorf("label %s is %q", name, value)
			}
		}
		for name, value := range a.Annotations {
			if strings.ContainsFunc(strings.ReplaceAll(value, "\n", ""), bad) || !utf8.ValidString(value) {
				t.Errorf("annotation %s is %q", name, value)
			}
		}
		for _, name := range []string{"summary", "headline", "place", "change", "casualties", "support", "times"} {
			if strings.Contains(a.Annotations[name], "\n") {
				t.Errorf("annotation %s has two lines: %q", name, a.Annotations[name])
			}
		}
	}
}

func bad(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp, unicode.Cf)
}

// FAULTS 99: whatever the feed sends, an alert has room in a message of Telegram, and
// no character is cut in two.
func TestFault99SizesAreBounded(t *testing.T) {
	for _, unit := range []string{"x", "слово ", "👩\u200D👩\u200D👧\u200D👦", "e\u0301", "政"} {
		in := hostile(strings.Repeat(unit, 5000))
		a := alert.New(in).Alert
		for name, limit := range map[string]int{"headline": 240, "summary": 240, "place": 60 + 2 + 60 + 30, "change": 2 + 2*120, "what": 6*160 + 5, "evidence": 6 * (4 + 60 + 3 + 2*122 + 80)} {
			if got := uniseg.GraphemeClusterCount(a.Annotations[name]); got > limit {
				t.Errorf("%q: %s has %d characters, more than %d", unit, name, got, limit)
			}
			if !strings.Contains(a.Annotations[name], "…") {
				t.Errorf("%q: %s does not say that it was cut", unit, name)
			}
		}
		for name, value := range a.Labels {
			if got := uniseg.GraphemeClusterCount(value); got > 120 {
				t.Errorf("%q: label %s has %d characters", unit, name, got)
			}
		}
	}
}

// FAULTS 98: masked links. What is shown beside an address is the host that it leads
// to, and the address holds nothing that markup reads.
func TestFault98LinksShowTheirHost(t *testing.T) {
	for raw, host := range map[string]string{
		"https://bank.example@evil.example/":      "evil.example",
		"https://bank.example:pw@evil.example/x":  "evil.example",
		"https://www.evil.example/bank.example":   "evil.example",
		"HTTPS://WWW.Evil.Example/":               "evil.example",
		"https://evil.example:8443/a":             "evil.example",
		"https://evil.example/a|b>c<d)e(f]g[h*~`": "evil.example",
		"https://evil.example/?q=<!channel>":      "evil.example",
		"https://evil.example/#@everyone":         "evil.example",
		"http://[2001:db8::1]/x":                  "2001:db8::1",
	} {
		address, got := alert.SafeURL(raw)
		if got != host {
			t.Errorf("SafeURL(%q) shows %q, want %q", raw, got, host)
		}
		if address == "" || strings.ContainsAny(address, " \"'<>\\^`{|}@()*~") {
			t.Errorf("SafeURL(%q) = %q", raw, address)
		}
		if again, _ := alert.SafeURL(address); again != address && !strings.Contains(raw, "[2001") {
			t.Errorf("SafeURL(%q) = %q, and of that %q", raw, address, again)
		}
	}
	for _, raw := range []string{
		"", " ", "javascript:alert(1)", "data:text/html,x", "//evil.example/", "/a", "https:///a", "https:evil.example", "https://", "ftp://a.example/",
		"https://a.example/\x00", "https://a.example/" + strings.Repeat("a", 2000), "http://[::1", "https://:80/",
	} {
		if address, host := alert.SafeURL(raw); address != "" || host != "" {
			t.Errorf("SafeURL(%.60q) = %q, %q", raw, address, host)
		}
	}
}

// The limit of an address is exact.
func TestURLLimit(t *testing.T) {
	const head = "https://a.example/"
	fits := head + strings.Repeat("a", 2000-len(head))
	if got, _ := alert.SafeURL(fits); got != fits {
		t.Errorf("an address of %d bytes comes out with %d", len(fits), len(got))
	}
	if got, _ := alert.SafeURL(fits + "a"); got != "" {
		t.Errorf("an address of %d bytes comes out", len(got))
	}
}

// Links are told once: what a group was told goes, what is new comes, and the
// draft stays as it was for the next group.
func TestTellIsRepeatable(t *testing.T) {
	d := alert.New(sinktest.Escalated())
	before, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	first, reports := d.Tell(func(r string) bool { return told[r] })
	for _, r := range reports {
		told[r] = true
	}
	second, more := d.Tell(func(r string) bool { return told[r] })
	if len(reports) == 0 || len(more) != 0 {
		t.Errorf("told %v, then %v", reports, more)
	}
	if first.Annotations["links"] == "" || second.Annotations["links"] != "" || second.Annotations["more_links"] != "" {
		t.Errorf("links %q, then %q", first.Annotations["links"], second.Annotations["links"])
	}
	first.Annotations["summary"] = "changed"
	if after, err := json.Marshal(d); err != nil || string(after) != string(before) {
		t.Errorf("telling changed the draft: %v\n%s\n%s", err, before, after)
	}
	delete(first.Annotations, "links")
	first.Annotations["summary"] = second.Annotations["summary"]
	if !maps.Equal(first.Annotations, second.Annotations) {
		t.Errorf("apart from the links, the groups read differently:\n%v\n%v", first.Annotations, second.Annotations)
	}
}

// A group that knows some reports is shown the others, the changed one first.
func TestTellShowsWhatIsNew(t *testing.T) {
	d := alert.New(sinktest.Escalated())
	if len(d.Links) < 2 {
		t.Fatalf("links %v", d.Links)
	}
	for _, known := range d.Links {
		a, reports := d.Tell(func(r string) bool { return r == known.Report })
		if slices.Contains(reports, known.Report) || len(reports) != len(d.Links)-1 || strings.Contains(a.Annotations["links"], known.URL) {
			t.Errorf("knowing %s, a group is told %v: %s", known.Report, reports, a.Annotations["links"])
		}
		if a.GeneratorURL != d.Links[0].URL {
			t.Errorf("generator %s", a.GeneratorURL)
		}
	}
}

// The same incident always gives the same alert, and is not changed by it; one
// more time from what JSON has made of it, and from many goroutines at once.
func TestNewIsAFunction(t *testing.T) {
	in := sinktest.Escalated()
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	want := alert.New(in)
	var back event.Incident
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if got := alert.New(back); !reflect.DeepEqual(got, want) {
		t.Errorf("after JSON: %+v\nwant %+v", got, want)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if got := alert.New(in); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v", got)
			}
		})
	}
	wait.Wait()
	if after, err := json.Marshal(in); err != nil || string(after) != string(data) {
		t.Errorf("the incident was changed: %v", err)
	}
}

// When it starts and when it ends, by the kind of the change.
func TestStartAndEnd(t *testing.T) {
	for _, kind := range []event.ChangeKind{event.ChangeNew, event.ChangeEscalated, event.ChangeReport, event.ChangeReworded, event.ChangeQuiet, event.ChangeClosed} {
		in := sinktest.Incident()
		in.Change.Kind, in.Change.Reasons = kind, nil
		a := alert.New(in).Alert
		if ended := !a.EndsAt.IsZero(); ended != (kind == event.ChangeClosed) || ended && !a.EndsAt.Equal(in.Updated) {
			t.Errorf("%s: ends at %s", kind, a.EndsAt)
		}
		if a.Labels["change"] != string(kind) || a.Annotations["change"] != string(kind) || !a.StartsAt.Equal(in.Opened) {
			t.Errorf("%s: label %q, annotation %q, starts at %s", kind, a.Labels["change"], a.Annotations["change"], a.StartsAt)
		}
	}
	in := sinktest.Incident()
	in.Status, in.Change.Kind = event.StatusClosed, event.ChangeReworded // printed again after its end
	if a := alert.New(in).Alert; a.EndsAt.IsZero() {
		t.Error("an incident that is over goes on when its report is printed again")
	}
	in = sinktest.Incident()
	in.Opened = time.Time{}
	if a := alert.New(in).Alert; !a.StartsAt.Equal(in.Updated) || a.Annotations["opened"] != "" {
		t.Errorf("without a beginning: %s, %q", a.StartsAt, a.Annotations["opened"])
	}
}

// The support is worded as everywhere.
func TestSupport(t *testing.T) {
	in := sinktest.Incident()
	in.Corroboration = event.Corroboration{Independent: 2, Denied: 1, Credibility: 3, Certainty: "Possible"}
	if got := alert.New(in).Alert.Annotations["support"]; got != in.Corroboration.String() || got == "" {
		t.Errorf("%q is not %q", got, in.Corroboration)
	}
}

// A state's outlet is said to be one, beside its rating.
func TestStateOutletIsLabelled(t *testing.T) {
	in := sinktest.Incident()
	plain := alert.New(in).Alert.Annotations["sources"]
	in.Reports[0].Source.Owner = "State: Kazakhstan"
	labelled := alert.New(in).Alert.Annotations["sources"]
	if strings.Contains(plain, "state-controlled") || !strings.Contains(labelled, "state-controlled") {
		t.Errorf("without an owner %q, of a state %q", plain, labelled)
	}
}
