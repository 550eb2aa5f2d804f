package notify_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// hostile is what a feed may try to make a channel do.
func hostile() []string {
	return []string{
		`<!channel>`, `<!here|here>`, `<!everyone>`, `<!subteam^S012|desk>`, `<@U012345>`, `<#C012345>`, `<https://evil.example|click here>`,
		`@here`, `@channel`, `@everyone`, `@all`, `@desk`, `<@&123456>`, `<@123456>`, `<a:x:1>`, `<t:1:R>`,
		`[click](https://evil.example)`, `[https://good.example](https://evil.example)`, `![x](https://evil.example/p.png)`, `<https://evil.example>`,
		"`code`", "```block```", `*bold* _it_ ~no~ ||spoiler||`, "# heading", "> quote", `\`, `\\[x](y)`,
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg/onload=alert(1)>`, `<iframe srcdoc="x">`, `<a href="javascript:alert(1)">x</a>`,
		`</b><b>`, `<tg-spoiler>`, `&lt;script&gt;`, `&amp;`, `&#60;script&#62;`, `"><b onmouseover=alert(1)>`, `' onfocus='alert(1)`,
		"x\r\nBcc: evil@evil.example", "x\nSubject: second", "x\r\n\r\nbody", "a\x00b\x08c\x1bd", "\u202Eevil\u202C", "\u2066x\u2069", "a\u200bb\u200dc\ufeff",
		`{{ .ExternalURL }}`, `{{ template "x" }}`, `${jndi:ldap://evil}`, `%0d%0aBcc: x`, `=HYPERLINK("https://evil.example")`, "e" + strings.Repeat("\u0301", 500),
		strings.Repeat("A", 10_000), strings.Repeat("👩‍👩‍👧‍👦", 2_000), "\xff\xfe\xed\xa0\x80", "\u2028line\u2029", "[[wiki]]", "|table|", "ﷺ" + strings.Repeat("\ufdfd", 300),
	}
}

// poisoned is the incident with the same hostile text in every place that a feed
// can write to.
func poisoned(text string) event.Incident {
	in := sinktest.Incident()
	in.Headline = "Governor " + text + " kidnapped"
	in.Place.Name = "Osh" + text
	r := &in.Reports[0]
	r.Title, r.Lead = in.Headline, text
	r.URL = "https://user:pass@news.example.kg/a?x=" + text
	r.Source.Title = "Outlet " + text
	r.Source.Feed = "feed " + text
	for i := range r.Findings {
		r.Findings[i].Title += " " + text
		r.Findings[i].Guard = text
		r.Findings[i].Evidence[0].Text = text
	}
	in.Change.Reasons = []string{"because " + text}
	return in
}

func TestHostileTextIsInert(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	c := loadAll(t, http.URL, smtp.URL)
	if n := len(hostile()); n < 40 {
		t.Fatalf("only %d hostile texts", n)
	}
	for _, text := range hostile() {
		for _, r := range c.Receivers() {
			for _, i := range r.Integrations {
				sink := http
				if i.Kind == "email" {
					sink = smtp
				}
				before := len(sink.Messages())
				got := i.Send(t.Context(), notification(i.Name, poisoned(text)), notify.Remarks{}, sinktest.Now())
				if got.Outcome != notify.Sent {
					t.Fatalf("%s with %.40q: %s %v", i, text, got.Outcome, got.Err)
				}
				inert(t, i.Kind, text, sink.Messages()[before])
			}
		}
	}
}

// inert checks one message by the rules of its channel.
func inert(t *testing.T, kind, text string, m sinktest.Message) {
	t.Helper()
	bad := func(what string) { t.Errorf("%s with %.40q: %s", kind, text, what) }
	var shown string
	if kind == "email" {
		shown = readMail(t, m)
	} else {
		shown = strings.Join(stringsOf(t, m.Body), "\n")
	}
	for _, r := range shown {
		if r != '\n' && r != '\t' && r != '\u200b' && unicode.In(r, unicode.Cc, unicode.Cf) || r == utf8.RuneError {
			bad(fmt.Sprintf("shows %U", r))
			break
		}
	}
	active := shown
	if kind == "email" { // nothing is active in the text part
		_, active, _ = strings.Cut(shown, "=== text/html")
	}
	for _, pattern := range dangers()[kind] {
		if found := regexp.MustCompile(pattern).FindString(active); found != "" {
			bad(fmt.Sprintf("shows %q", found))
		}
	}
	if kind == "telegram" && utf8.RuneCountInString(shown) > 4200 {
		bad(fmt.Sprintf("is %d characters long", utf8.RuneCountInString(shown)))
	}
	if kind == "email" {
		head, _, _ := strings.Cut(shown, "\n===")
		for _, line := range strings.Split(head, "\n") {
			if regexp.MustCompile(`^(Bcc|body)`).MatchString(line) || strings.Count(head, "\nSubject:") > 1 {
				bad("has a header of its own: " + line)
			}
		}
	}
}

// dangers are what must not be in a message of each kind.
func dangers() map[string][]string {
	markdown := []string{`(^|[^\\])\]\(`, `@(here|channel|everyone|all|desk)`, `(^|[^\\])<[@#!a-z/]`}
	tags := `<(?i:script|img|svg|iframe|tg-spoiler)|(?i:href="javascript)`
	return map[string][]string{
		"slack":      {`<[!@#]`, `<https?://evil`, `@(here|channel|everyone|all|desk)`, `<(script|img|svg|iframe|tg|a |/)`},
		"discord":    markdown,
		"mattermost": markdown,
		"msteamsv2":  markdown,
		"telegram":   {tags, `<b onm`, `<a href="https://evil`, `ZgotmplZ`},
		"email":      {tags, `<b onm`, `href="https://evil`, `ZgotmplZ`},
		"webhook":    {`user:pass`},
	}
}

// stringsOf are all texts of a JSON document.
func stringsOf(t *testing.T, body string) []string {
	t.Helper()
	var doc any
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, one := range v {
				walk(one)
			}
		case []any:
			for _, one := range v {
				walk(one)
			}
		case string:
			out = append(out, v)
		}
	}
	walk(doc)
	return out
}

// TestLongMessagesAreCutByUs: Telegram's sender would send an excuse instead.
func TestLongMessagesAreCutByUs(t *testing.T) {
	http := sinktest.HTTP(t)
	c := loadAll(t, http.URL, "127.0.0.1:1")
	var many []event.Incident
	for i := range 60 {
		in := poisoned(strings.Repeat("длинно & <очень> ", 40))
		in.ID = fmt.Sprintf("%032d", i)
		many = append(many, in)
	}
	for _, n := range []int{1, 2, 3, 10, 60} {
		before := len(http.Messages())
		got := integration(t, c, "telegram-0").Send(t.Context(), notification("telegram-0", many[:n]...), notify.Remarks{}, sinktest.Now())
		if got.Outcome != notify.Sent {
			t.Fatalf("%d incidents: %v", n, got.Err)
		}
		text := strings.Join(stringsOf(t, http.Messages()[before].Body), "\n")
		mustContain(t, text, "Governor")
		if n == 60 {
			mustContain(t, text, "more incidents did not fit into this message")
		}
		if strings.Contains(text, "could not be sent") || utf8.RuneCountInString(text) > 4200 {
			t.Errorf("%d incidents: %d characters", n, utf8.RuneCountInString(text))
		}
	}
}
