package notify_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// hostile is what a feed may try to make a channel do.
func hostile(t *testing.T) (all []string) {
	t.Helper()
	data, err := os.ReadFile("testdata/injections.txt")
	if err != nil {
		t.Fatal(err)
	}
	for number, line := range strings.Split(string(data), "\n") {
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		count, quoted, many := strings.Cut(line, " \"")
		times := 1
		if many && !strings.HasPrefix(line, "\"") {
			if times, err = strconv.Atoi(count); err != nil {
				t.Fatalf("line %d: %v", number+1, err)
			}
			line = "\"" + quoted
		}
		one, err := strconv.Unquote(line)
		if err != nil {
			t.Fatalf("line %d: %v", number+1, err)
		}
		all = append(all, strings.Repeat(one, times))
	}
	if len(all) < 150 {
		t.Fatalf("only %d hostile texts", len(all))
	}
	return all
}

// poisoned is the incident with the same hostile text in every place that a feed
// can write to.
func poisoned(text string) event.Incident { return spoil(sinktest.Incident(), text) }

// spoil writes texts into the places of an incident that a feed can write to, in turn.
func spoil(in event.Incident, texts ...string) event.Incident {
	text := inTurn(texts)
	in.Headline = "Governor" + text() + " kidnapped"
	if in.Place != nil {
		place := *in.Place
		place.Name = "Osh" + text()
		in.Place = &place
	}
	in.Reports = slices.Clone(in.Reports)
	for i := range in.Reports {
		r := &in.Reports[i]
		r.Title, r.Lead = in.Headline, text()
		r.URL = fmt.Sprintf("https://user:pass@news.example.kg/a%d?x=%s", i, text())
		r.Source.Title = "Outlet" + text()
		r.Source.Feed = "feed" + text()
		r.Findings = slices.Clone(r.Findings)
		for k := range r.Findings {
			f := &r.Findings[k]
			f.Title += text()
			f.Guard = text()
			f.Evidence = slices.Clone(f.Evidence)
			f.Evidence[0].Text = text()
		}
	}
	in.Change.Reasons = []string{"because" + text()}
	linked := in.Reports[0]
	linked.Item, linked.URL = "9e8d7c6b5a493827160594837261504f", strings.TrimSpace(text())
	in.Reports = append(in.Reports, linked)
	return in
}

// TestHostileTextIsInert: every text of the corpus, in the places that a feed can
// write to, is delivered by every channel in each of its layouts, and does nothing there.
func TestHostileTextIsInert(t *testing.T) {
	texts := hostile(t)
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	for channel := range loadAll(t, http.URL, smtp.URL).Receivers()[0].Integrations {
		http, smtp := sinktest.HTTP(t), sinktest.SMTP(t) // of its own: what is kept is copied with each message
		i := loadAll(t, http.URL, smtp.URL).Receivers()[0].Integrations[channel]
		for _, l := range slices.DeleteFunc(layouts(), layout.alike) {
			t.Run(i.Name+"/"+l.name, func(t *testing.T) { l.attack(t, i, sinkOf(i, http, smtp), texts) })
		}
	}
}

// attack sends the layout with texts in it, until each was in one message.
func (l layout) attack(t *testing.T, i *notify.Integration, sink *sinktest.Sink, texts []string) {
	t.Helper()
	takes := l.number * l.texts
	harmless, _ := l.send(t, i, sink, slices.Repeat([]string{"https://other.example/nothing"}, takes)...)
	if harmless == nil { // see TestEveryLayoutIsDelivered
		return
	}
	known := keysOf(t, i.Kind, *harmless)
	for from := 0; from < len(texts); from += takes {
		some := texts[min(from, len(texts)-takes):][:takes]
		m, own := l.send(t, i, sink, some...)
		f := finder{own: own}
		f.read(t, i.Kind, *m)
		for _, key := range keysOf(t, i.Kind, *m) {
			if !slices.Contains(known, key) {
				f.add("the key %s", key)
			}
		}
		if len(f.found) > 0 {
			t.Errorf("with %.40q it has %s", some, strings.Join(f.found, ", "))
		}
	}
}

// deliver sends an incident and returns what the channel took.
func deliver(t *testing.T, sink *sinktest.Sink, i *notify.Integration, incidents ...event.Incident) sinktest.Message {
	t.Helper()
	before := len(sink.Messages())
	got := i.Send(t.Context(), notification(i.Name, incidents...), notify.Remarks{}, sinktest.Now())
	if got.Outcome != notify.Sent {
		t.Fatalf("%s with %.40q: %s %v", i, incidents[0].Headline, got.Outcome, got.Err)
	}
	return sink.Messages()[before]
}

// ownLinks are the links of the reports of incidents, the longest first.
func ownLinks(incidents ...event.Incident) (all []string) {
	for _, in := range incidents {
		for _, r := range in.Reports {
			if address, _ := alert.SafeURL(r.URL); address != "" {
				all = append(all, address)
			}
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return all
}

// keysOf are the keys of a JSON message; none of a mail.
func keysOf(t *testing.T, kind string, m sinktest.Message) (keys []string) {
	t.Helper()
	if kind == "email" {
		return nil
	}
	var doc any
	if err := json.Unmarshal([]byte(m.Body), &doc); err != nil {
		t.Fatal(err)
	}
	walk(doc, "", func(path, _ string) { keys = append(keys, path) })
	return keys
}

// TestTheFinderFinds: what the corpus is searched for is found where it is.
func TestTheFinderFinds(t *testing.T) {
	for kind, bodies := range map[string][]string{
		"slack":      {`{"text":"<!channel>"}`, `{"text":"<https://evil.example|x>"}`, `{"text":"see evil.example"}`, `{"text":"a < b"}`, `{"text":"@here"}`, `{"text":"a & b"}`, `{"title_link":"https://evil.example"}`},
		"telegram":   {`{"text":"<script>x</script>"}`, `{"text":"<b>x"}`, `{"text":"<a href='https://evil.example'>x</a>"}`, `{"text":"/start"}`, `{"text":"@desk"}`, `{"text":"<b onclick=x>y</b>"}`},
		"matrix":     {`{"formatted_body":"<font>x</font>"}`, `{"body":"@room"}`, `{"body":"#room:x"}`, `{"body":"a\u202eb"}`},
		"discord":    {`{"x":"[a](https://evil.example)"}`, `{"x":"@everyone"}`, `{"x":"<@&1>"}`, `{"x":"||spoiler||"}`, `{"x":"# heading"}`, "{\"x\":\"`code`\"}", `{"x":"https://evil.example"}`},
		"mattermost": {`{"x":"![a](https://evil.example/p.png)"}`, `{"x":"<b>x</b>"}`},
		"ntfy":       {`{"message":"https://evil.example"}`, `{"click":"https://evil.example"}`, `{"message":"\ufffd"}`, `{`},
	} {
		for _, body := range bodies {
			f := finder{own: []string{"https://own.example/a"}}
			f.read(t, kind, sinktest.Message{Body: body})
			if len(f.found) == 0 {
				t.Errorf("%s: nothing found in %s", kind, body)
			}
		}
	}
	for kind, body := range map[string]string{"slack": `{"text":"<https://own.example/a|x> a &amp; b"}`, "telegram": `{"text":"<a href='https://own.example/a'>x</a>"}`, "discord": `{"x":"x: https://own.example/a\n**b**"}`} {
		f := finder{own: []string{"https://own.example/a"}}
		if f.read(t, kind, sinktest.Message{Body: body}); len(f.found) > 0 {
			t.Errorf("%s: found %q in %s", kind, f.found, body)
		}
	}
}

// limits are what the services take of a message: of which string of its JSON, how
// much, in which measure. A mail, a webhook and an alert have none.
func limits() map[string]struct {
	key   string
	most  int
	count func(string) int
} {
	type limit = struct {
		key   string
		most  int
		count func(string) int
	}
	bytes := func(s string) int { return len(s) }
	units := func(s string) int { return len(utf16.Encode([]rune(s))) }
	tag := regexp.MustCompile(`<[^<>]*>`) // Telegram counts what its readers see
	return map[string]limit{
		"slack":      {".attachments.text", 8_000, units},
		"telegram":   {".text", 4096, func(s string) int { return units(html.UnescapeString(tag.ReplaceAllString(s, ""))) }},
		"discord":    {".embeds.description", 4096, units},
		"mattermost": {".attachments.text", 16_383, utf8.RuneCountInString},
		"msteamsv2":  {"", 28 << 10, bytes},
		"matrix":     {"", 60_000, bytes},
		"ntfy":       {".message", 4096, bytes},
		"pagerduty":  {".payload.summary", 1024, utf8.RuneCountInString},
	}
}

// TestLongMessagesAreCutByUs: what a service would cut, or refuse, has room for the
// worst incidents, with their links whole, and says what it leaves out.
func TestLongMessagesAreCutByUs(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	var many []event.Incident
	for i := range 30 {
		in := poisoned(strings.Repeat("длинно & <очень> 👩‍👩‍👧 *x* ", 40))
		in.ID = fmt.Sprintf("%032d", i)
		in.Reports[0].URL = fmt.Sprintf("https://news.example.kg/%d?%s", i, strings.Repeat("a=b&", 100))
		many = append(many, in)
	}
	for _, i := range loadAll(t, http.URL, smtp.URL).Receivers()[0].Integrations {
		sink := http
		if i.Kind == "email" {
			sink = smtp
		}
		for _, n := range []int{1, 3, 30} {
			m := deliver(t, sink, i, many[:n]...)
			f := finder{own: ownLinks(many[:n]...)}
			f.read(t, i.Kind, m)
			if limit, ok := limits()[i.Kind]; ok {
				text := m.Body
				if limit.key != "" {
					text = stringAt(t, m.Body, limit.key)
				}
				if got := limit.count(text); got > limit.most || got == 0 {
					f.add("%d of %d", got, limit.most)
				}
			}
			if len(f.found) > 0 {
				t.Errorf("%s, %d incidents: %s", i.Name, n, strings.Join(f.found, ", "))
			}
			if i.Kind != "email" { // whose body is encoded
				mustContain(t, m.Body, "Governor", "https://news.example.kg/0?")
			}
			if n == 30 && (i.Kind == "telegram" || i.Kind == "ntfy" || i.Kind == "discord") {
				mustContain(t, m.Body, "more incidents did not fit into this message")
			}
		}
	}
}

// stringAt is a string of a JSON document by its keys.
func stringAt(t *testing.T, body, key string) (value string) {
	t.Helper()
	var doc any
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	walk(doc, "", func(path, s string) {
		if path == key {
			value = s
		}
	})
	return value
}
