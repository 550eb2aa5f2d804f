package notify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"faultline/pkg/event"

	amnotify "github.com/prometheus/alertmanager/notify"
)

func because(r amnotify.Reason, text string) error {
	return amnotify.NewErrorWithReason(r, errors.New(text))
}

// FAULTS 89 to 94: what each answer means, whether or not the request had left, and
// what the sender thinks of a retry.
func TestFault89To94Classes(t *testing.T) {
	dial := &net.OpError{Op: "dial", Err: errors.New("refused")}
	for name, c := range map[string]struct {
		err            error
		retry, written bool
		want           Outcome
		wait           time.Duration
	}{
		"server error":                 {because(amnotify.ServerErrorReason, "500"), true, true, Failed, 0},
		"too many":                     {because(amnotify.RateLimitedReason, "429"), true, true, Failed, defaultRetryAfter},
		"too many, by Discord's body":  {because(amnotify.RateLimitedReason, `{"retry_after": 0.25}`), true, true, Failed, 250 * time.Millisecond},
		"too many, by a broken body":   {because(amnotify.RateLimitedReason, `{"retry_after": 1.2.3}`), true, true, Failed, defaultRetryAfter},
		"revoked token":                {because(amnotify.AuthErrorReason, "401"), false, true, Rejected, 0},
		"bad request":                  {because(amnotify.ClientErrorReason, "status code 400"), false, true, Rejected, 0},
		"request timeout":              {because(amnotify.ClientErrorReason, "unexpected status code 408"), false, true, Failed, defaultRetryAfter},
		"Slack is busy, in words":      {because(amnotify.ClientErrorReason, "ratelimited"), false, true, Failed, defaultRetryAfter},
		"an answer that says nothing":  {because(amnotify.ClientErrorReason, "unexpected end of JSON"), true, true, Uncertain, 0},
		"mailbox is gone":              {&textproto.Error{Code: 550, Msg: "no"}, true, true, Rejected, 0},
		"mail server is busy":          {&textproto.Error{Code: 421, Msg: "later"}, false, true, Failed, 0},
		"Telegram: flood":              {fmt.Errorf("x: %w", &telegramError{code: 429, wait: 11 * time.Second}), true, true, Failed, 11 * time.Second},
		"Telegram: flood, no time":     {&telegramError{code: 429}, true, true, Failed, defaultRetryAfter},
		"Telegram: moved group":        {&telegramError{code: 400, movedTo: 5}, true, true, Rejected, 0},
		"Telegram: bad request":        {&telegramError{code: 400, description: "Bad Request: chat not found"}, true, true, Rejected, 0},
		"Telegram: bad gateway":        {&telegramError{code: 502}, true, true, Failed, 0},
		"no such name":                 {&net.DNSError{Err: "no such host"}, true, true, Failed, 0},
		"refused":                      {dial, true, false, Failed, 0},
		"refused, the sender gives up": {dial, false, false, Failed, 0},
		"reset before it left":         {&net.OpError{Op: "write", Err: errors.New("reset")}, true, false, Failed, 0},
		"reset after it left":          {&net.OpError{Op: "read", Err: errors.New("reset")}, true, true, Uncertain, 0},
		"no answer":                    {context.DeadlineExceeded, true, true, Uncertain, 0},
		"not even begun":               {context.DeadlineExceeded, true, false, Failed, 0},
		"secret file is gone":          {fmt.Errorf("reading url_file: %w", fs.ErrNotExist), false, false, Failed, 0},
		"secret file cannot be read":   {fs.ErrPermission, false, false, Failed, 0},
		"a template that fails":        {errors.New("template: x"), false, false, Rejected, 0},
		"a sender that crashed":        {&panicError{"x"}, false, false, Uncertain, 0},
		"earlier tries hang":           {errBusy, false, true, Failed, 0},
	} {
		if got, wait := classify(c.retry, c.err, c.written); got != c.want || wait != c.wait {
			t.Errorf("%s: %s, wait %v, want %s, %v", name, got, wait, c.want, c.wait)
		}
		if again := (&secrets{}).conclude(c.retry, c.err, c.written, 0); again.Outcome != c.want || again.Err == nil || strings.ContainsAny(again.Err.Error(), "\r\n") {
			t.Errorf("%s: concluded as %+v", name, again)
		}
	}
	if got := (&secrets{}).conclude(true, nil, true, 0); got != (Result{Outcome: Sent}) {
		t.Errorf("no error: %+v", got)
	}
}

// FAULTS 90: Retry-After in every form, never negative, never longer than an hour.
func TestFault90RetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for header, want := range map[string]time.Duration{
			"": 0, "0": 0, "1": time.Second, "3600": time.Hour, "3601": time.Hour, "315360000": time.Hour, "-5": 0, "1.5": 0, "soon": 0,
			"9223372036854775807": time.Hour, "99999999999999999999": time.Hour, "-10000000000": 0, "-99999999999999999999": 0,
			time.Now().UTC().Add(90 * time.Second).Format("Mon, 02 Jan 2006 15:04:05 GMT"): 90 * time.Second,
			time.Now().UTC().Add(-time.Hour).Format("Mon, 02 Jan 2006 15:04:05 GMT"):       0,
		} {
			if got := retryAfter(header); got != want {
				t.Errorf("%q: %v, want %v", header, got, want)
			}
		}
		year := time.Now().UTC().AddDate(10, 0, 0).Format("Mon, 02 Jan 2006 15:04:05 GMT")
		for reason, want := range map[amnotify.Reason]time.Duration{
			amnotify.RateLimitedReason: MaxRetryAfter, amnotify.ServerErrorReason: MaxRetryAfter, amnotify.AuthErrorReason: 0,
		} {
			if got := (&secrets{}).conclude(true, because(reason, "x"), true, retryAfter(year)); got.RetryAfter != want {
				t.Errorf("%v, ten years: %v, want %v", reason, got.RetryAfter, want)
			}
		}
	})
}

// FAULTS 104: whatever form a secret comes back in, it is not in the error; and what
// is no secret stays readable.
func TestFault104SecretsInEveryForm(t *testing.T) {
	const token = "123456:AAE-to/ken+x"
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("  from-a-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &secrets{files: []string{file, file + ".none", t.TempDir()}}
	s.add(token)
	s.add("abc") // too short: it would take words with it
	s.add("https://user:hook-password@hooks.example/services/T0000/verysecretkey?sig=signature")
	for _, text := range []string{
		token, url.QueryEscape(token), url.PathEscape(token), "from-a-file", "/services/T0000/verysecretkey", "verysecretkey", "signature", "hook-password",
		"https://hooks.example/services/other", "POST https://api.example/bot" + token + "/send: EOF",
	} {
		got := s.redact(errors.New("abc said: " + text + " twice: " + text))
		for _, secret := range []string{token, url.QueryEscape(token), "from-a-file", "verysecretkey", "signature", "hook-password", "hooks.example/"} {
			if strings.Contains(got, secret) {
				t.Errorf("%q shows %q: %q", text, secret, got)
			}
		}
		if !strings.HasPrefix(got, "abc said: ") || !strings.Contains(got, "<redacted>") {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := s.redact(fmt.Errorf("x: %w", context.DeadlineExceeded)); got != "no answer in time" {
		t.Errorf("got %q", got)
	}
	if got := s.redact(errors.New("a\r\nb\x00\u202e" + strings.Repeat("ж", 900))); !strings.HasPrefix(got, "a b") || utf8.RuneCountInString(got) != 300 || !strings.HasSuffix(got, "…") {
		t.Errorf("a long answer of many lines: %q", got)
	}
}

// FAULTS 98: in each markup, every character that means something is escaped, and the
// text without the escapes is the text.
func TestFault98EveryCharacterOfEveryMarkup(t *testing.T) {
	text := "<!channel> @everyone [a](b) *x* _y_ `z` ~s~ |p| {q} #h 1. \\ & \" > + - = !"
	for m, undo := range map[markup]*strings.Replacer{
		raw:        strings.NewReplacer(),
		plain:      strings.NewReplacer(),
		slackText:  strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&"),
		markdown:   strings.NewReplacer(`\\`, `\`, `\`, ""),
		telegramV2: strings.NewReplacer(`\\`, `\`, `\`, ""),
		telegramV1: strings.NewReplacer(`\_`, "_", `\*`, "*", "\\`", "`", `\[`, "["),
		html:       strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&amp;", "&"),
	} {
		escaped := m.escape(text)
		if got := strings.ReplaceAll(undo.Replace(escaped), string(breaker), ""); got != text {
			t.Errorf("markup %d: %q reads as %q", m, escaped, got)
		}
		if got := m.escape(""); got != "" {
			t.Errorf("markup %d: nothing becomes %q", m, got)
		}
		if got := m.labels(map[string]string{"place": text, "x": ""}); got["place"] != escaped || len(got) != 2 {
			t.Errorf("markup %d: labels %q", m, got)
		}
	}
	for m, bad := range map[markup][]string{slackText: {"<!", "@e"}, markdown: {"<!", "@e", "](", " *", " _", " `"}, html: {"<", ">", `"`}} {
		for _, part := range bad {
			if got := m.escape(text); strings.Contains(got, part) {
				t.Errorf("markup %d: %q is in %q", m, part, got)
			}
		}
	}
}

// FAULTS 98: a line of "links" that holds no safe address is not shown.
func TestFault98UnsafeLinksAreLeftOut(t *testing.T) {
	links := "javascript:alert(1) x\nhttps://a.example/?b=1&c=2 Outlet <b>\nnot a link\nhttps://u:p@d.example/ d.example"
	for m, want := range map[markup]string{
		raw:       "https://a.example/?b=1&c=2 Outlet <b>\nhttps://d.example/ d.example",
		slackText: "https://a.example/?b=1&amp;c=2 Outlet &lt;\u200bb&gt;\nhttps://d.example/ d.\u200bexample",
		html:      "https://a.example/?b=1&amp;c=2 Outlet &lt;\u200bb&gt;\nhttps://d.example/ d.\u200bexample",
	} {
		if got := m.annotations(map[string]string{"links": links})["links"]; got != want {
			t.Errorf("markup %d: %q, want %q", m, got, want)
		}
	}
}

// alerts are n alerts with long annotations.
func alerts(n int) []event.Alert {
	out := make([]event.Alert, n)
	for i := range out {
		out[i] = event.Alert{Incident: fmt.Sprint(i), Annotations: map[string]string{
			"summary": strings.Repeat("слово ", 40), "what": "a\nb\nc\nd\ne", "evidence": strings.Repeat("line\n", 6), "sources": "a\nb\nc\nd\ne\nf",
			"links": "https://a.example/ a\nhttps://b.example/ b\nhttps://c.example/ c", "times": "published now", "thread": "t", "notification": strings.Repeat("n", 64),
		}}
	}
	return out
}

func size(all []event.Alert) int {
	n := 0
	for _, a := range all {
		for _, v := range a.Annotations {
			n += utf8.RuneCountInString(v)
		}
	}
	return n
}

// FAULTS 99 and 96: at every limit the message fits if anything can, the more room the
// more is told, one address always stays, the ids stay whole, what is left out
// is counted, and what was given is not changed.
func TestFault99ShortenAtEveryLimit(t *testing.T) {
	given := alerts(12)
	before := make([]map[string]string, len(given))
	for i, a := range given {
		before[i] = maps.Clone(a.Annotations)
	}
	last := 0
	for limit := 300; limit < size(given)+100; limit += 150 {
		got := shorten(given, func(all []event.Alert) bool { return size(all) <= limit })
		if size(got) > limit || len(got) < last {
			t.Errorf("limit %d: %d characters in %d alerts, after %d", limit, size(got), len(got), last)
		}
		last = len(got)
		for _, a := range got {
			if a.Annotations["links"] == "" || len(a.Annotations["notification"]) != 64 || a.Annotations["summary"] == "" {
				t.Errorf("limit %d: %q", limit, a.Annotations)
			}
		}
		omitted := got[len(got)-1].Annotations["omitted"]
		if want := fmt.Sprintf("%d more incidents did not fit into this message", 12-len(got)); len(got) < 12 && omitted != want || len(got) == 12 && omitted != "" {
			t.Errorf("limit %d: %d alerts, omitted %q", limit, len(got), omitted)
		}
	}
	for i, a := range given {
		if !maps.Equal(a.Annotations, before[i]) {
			t.Errorf("alert %d was changed", i)
		}
	}
	if got := shorten(given, func([]event.Alert) bool { return false }); len(got) != 1 {
		t.Errorf("where nothing fits, %d alerts are sent", len(got))
	}
	if got := shorten(given, func([]event.Alert) bool { return true }); !slices.EqualFunc(got, given, func(a, b event.Alert) bool { return maps.Equal(a.Annotations, b.Annotations) }) {
		t.Error("what fits is sent as it is")
	}
}

// To shorten takes away no more than one step after the other would, and asks seldom whether it is
// enough: each time the whole message is rendered.
func TestShortenAsksSeldom(t *testing.T) {
	given := alerts(80)
	for limit := 300; limit < size(given)+1000; limit += 900 {
		want := given
		for _, s := range steps(len(given)) {
			if size(want) <= limit {
				break
			}
			want = apply(want, s)
		}
		asked := 0
		got := shorten(given, func(all []event.Alert) bool { asked++; return size(all) <= limit })
		if size(want) <= limit && !slices.EqualFunc(got, want, func(a, b event.Alert) bool { return maps.Equal(a.Annotations, b.Annotations) }) {
			t.Errorf("limit %d: %d characters, one after the other %d", limit, size(got), size(want))
		}
		if asked > 9 {
			t.Errorf("limit %d: asked %d times", limit, asked)
		}
	}
}

// What a message is shortened by gives it nothing that it did not have: a template that goes through all
// annotations would show it empty.
func TestShortenAddsNothing(t *testing.T) {
	for _, have := range []map[string]string{nil, {"summary": "Shots heard"}, {"casualties": "4 killed, 2 injured", "links": "https://news.example/a"}} {
		given := []event.Alert{{Labels: map[string]string{"change": "escalated"}, Annotations: have}}
		for n, s := range steps(manyAlerts + 1) {
			given = apply(given, s)
			for name := range given[0].Annotations {
				if _, ok := have[name]; !ok {
					t.Errorf("step %d adds %q to %v", n, name, have)
				}
			}
		}
	}
}

// One set of secrets is asked by every sender at once.
func TestHideFromManyGoroutines(t *testing.T) {
	s := &secrets{}
	s.add("long-secret-value")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 50 {
				if got := s.hide("x long-secret-value y"); got != "x <redacted> y" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	wait.Wait()
}
