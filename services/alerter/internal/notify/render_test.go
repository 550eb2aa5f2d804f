package notify_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"

	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// TestGolden holds what a desk sees of each layout in every channel: a file a layout.
func TestGolden(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	all := loadAll(t, http.URL, smtp.URL).Receivers()[0].Integrations
	for _, l := range layouts() {
		var out strings.Builder
		if l.name != "flood" {
			l.number = min(l.number, 6) // to be read
		}
		for _, i := range all {
			m, _ := l.send(t, i, sinkOf(i, http, smtp))
			if m == nil || l.name == "flood" && i.Kind != "email" { // elsewhere it is a storm
				continue
			}
			text := readable(t, *m)
			if i.Kind != "email" { // a line of its text is a line here
				text = strings.NewReplacer(`\n`, "\n", `\"`, `"`).Replace(text)
			}
			fmt.Fprintf(&out, "######## %s\n%s\n", i.Name, text)
		}
		golden(t, l.name+".golden", out.String())
	}
}

func TestRemarksAreShown(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	c := loadAll(t, http.URL, smtp.URL)
	remarks := notify.Remarks{Repeat: "Perhaps a repeat", Delayed: "Delayed by 2 h", Fallback: "In place of slack-0"}
	for _, r := range c.Receivers() {
		for _, i := range r.Integrations {
			sink := http
			if i.Kind == "email" {
				sink = smtp
			}
			before := len(sink.Messages())
			if result := i.Send(t.Context(), notification(i.Name, sinktest.Incident()), remarks, sinktest.Now()); result.Err != nil {
				t.Fatalf("%s: %v", i, result.Err)
			}
			mustContain(t, readable(t, sink.Messages()[before]), remarks.Repeat, remarks.Delayed, remarks.Fallback)
		}
	}
}

// readable is a message as people would compare it: JSON indented, mail
// decoded, without what changes from run to run.
func readable(t *testing.T, m sinktest.Message) string {
	t.Helper()
	if m.Path == "smtp" {
		return readMail(t, m)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(strings.TrimSpace(m.Body)), "", "  "); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(out.String(), `\u003c`, "<")
	text = strings.ReplaceAll(strings.ReplaceAll(text, `\u003e`, ">"), `\u0026`, "&")
	if key := m.Header["Idempotency-Key"]; key != nil {
		text = "Idempotency-Key: " + key[0] + "\n" + text
	}
	return text + "\n"
}

func readMail(t *testing.T, m sinktest.Message) string {
	t.Helper()
	letter, err := mail.ReadMessage(strings.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(letter.Header)) {
		value, err := new(mime.WordDecoder).DecodeHeader(letter.Header.Get(name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "Date" || name == "Content-Type" {
			value = "..."
		}
		fmt.Fprintf(&out, "%s: %s\n", name, value)
	}
	_, params, err := mime.ParseMediaType(letter.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(letter.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "\n=== %s ===\n%s", part.Header.Get("Content-Type"), strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
}
