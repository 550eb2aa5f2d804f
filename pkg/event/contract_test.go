package event_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/event"
)

// The wire's field names, the optional ones left out. A name that goes away or
// changes breaks every reader of the streams, so it needs a new major version.
func TestFieldsOfEmptyDocuments(t *testing.T) {
	names := func(data []byte, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(data, &fields); err != nil {
			t.Fatal(err)
		}
		out := make([]string, 0, len(fields))
		for name := range fields {
			out = append(out, name)
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	for _, c := range []struct{ kind, got, want string }{
		{"item", names(event.Encode(&event.Item{})), "first_seen id published published_source revision schema seen source text text_source title"},
		{"assessment", names(event.Encode(&event.Assessment{})), "assessed casualties id item language relevant ruleset schema score severity"},
		{"incident", names(event.Encode(&event.Incident{})), "casualties categories category change corroboration headline id indicator opened region reports revision schema score severity status updated"},
		{"notice", names(event.Encode(&event.Notice{})), "id kind schema severity since summary"},
		{"notification", names(event.Encode(&event.Notification{})), "alerts created group_key id integration reason receiver schema"},
	} {
		if c.got != c.want {
			t.Errorf("%s has the fields\n%s\nwant\n%s", c.kind, c.got, c.want)
		}
	}
}

// Encode stamps: what stood in Schema before cannot go out.
func TestEncodeStamps(t *testing.T) {
	i := item()
	i.Schema = "item/99"
	data, err := event.Encode(&i)
	if err != nil || !strings.HasPrefix(string(data), `{"schema":"item/1",`) || i.Schema != event.ItemSchema {
		t.Errorf("%v, %s, %.30s", err, i.Schema, data)
	}
	a := assessment()
	if _, err := event.Encode(&a); err != nil || a.Schema != event.AssessmentSchema {
		t.Errorf("%v, %s", err, a.Schema)
	}
	if a.Item.Schema != "" {
		t.Errorf("the item within is stamped %q: it is no document of its own there", a.Item.Schema)
	}
}

// What JSON cannot say is an error that names the document.
func TestEncodeError(t *testing.T) {
	place := naryn()
	zero := 0.0
	place.Lat = 1 / zero
	a := event.Assessment{Main: &place}
	data, err := event.Encode(&a)
	if err == nil || data != nil || !strings.HasPrefix(err.Error(), "encoding assessment/1: ") {
		t.Errorf("got %q, %v", data, err)
	}
	i := event.Incident{Opened: time.Date(10001, 1, 1, 0, 0, 0, 0, time.UTC)}
	if _, err := event.Encode(&i); err == nil || !strings.HasPrefix(err.Error(), "encoding incident/1: ") {
		t.Errorf("the year 10001: %v", err)
	}
}

// FAULTS 77: the sentence for the dead letters says what came and what can be read;
// a version of another program is never taken for ours.
func TestFault77VersionsFromOtherBuilds(t *testing.T) {
	var n event.Notification
	for schema, bad := range map[string]bool{
		"notification/1": false, "notification/01": false, "notification/2": true, "notification/99999999999999999999": true,
		"Notification/1": true, "notification": true, "notification/": true, "notification/1/1": true, "notification/1.0": true,
		" notification/1": true, "notification/ 1": true, "/1": true, "": true, "assessment/1": true, "notification/+1": false,
	} {
		data := fmt.Appendf(nil, `{"schema":%q,"id":"x"}`, schema)
		n = event.Notification{}
		err := event.Decode(data, &n)
		if bad != errors.Is(err, event.ErrVersion) || bad != (err != nil) {
			t.Errorf("%q: %v", schema, err)
		}
		if want := fmt.Sprintf("unknown document version: document says %q, this build reads \"notification/1\"", schema); bad && err != nil && err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
		if bad && n.ID != "" {
			t.Errorf("%q was read all the same: %+v", schema, n)
		}
	}
}

// FAULTS 77: a document of a newer minor version keeps all that this build knows,
// with unknown fields on every level.
func TestFault77NewerMinorVersionOnEveryLevel(t *testing.T) {
	in := incident()
	in.Reports[0].Findings[0].Codes = nil // a map of strings has no fields to add to
	data, err := event.Encode(&in)
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.NewReplacer(`{"`, `{"of_tomorrow":{"deep":[1,{"x":null}]},"`).Replace(string(data))
	var back event.Incident
	if err := event.Decode([]byte(newer), &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, in) {
		t.Errorf("got\n%+v\nwant\n%+v", back, in)
	}
}

// A document that breaks off anywhere is an error, never half a document without
// one, and never a question of the version once the schema was there.
func TestTruncatedDocuments(t *testing.T) {
	in := notification()
	data, err := event.Encode(&in)
	if err != nil {
		t.Fatal(err)
	}
	for end := range len(data) {
		var back event.Notification
		err := event.Decode(data[:end], &back)
		if err == nil || errors.Is(err, event.ErrVersion) || !strings.HasPrefix(err.Error(), "decoding notification/1: ") {
			t.Fatalf("cut at %d: %v", end, err)
		}
	}
}

// A wrong type is an error that names the field.
func TestWrongTypes(t *testing.T) {
	for text, field := range map[string]string{
		`{"schema":"item/1","title":3}`: "title", `{"schema":"item/1","revision":"1"}`: "revision",
		`{"schema":"item/1","revision":1.5}`: "revision", `{"schema":"item/1","source":[]}`: "source", `{"schema":"item/1","source":{"tags":"a"}}`: "tags",
	} {
		var i event.Item
		if err := event.Decode([]byte(text), &i); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{`{"schema":3}`, `[]`, `"item/1"`, `{"schema":"item/1"}{}`, "null x"} {
		var i event.Item
		if err := event.Decode([]byte(text), &i); err == nil || errors.Is(err, event.ErrVersion) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := event.Decode([]byte("null"), &event.Item{}); !errors.Is(err, event.ErrVersion) {
		t.Errorf("null has no version: %v", err)
	}
}

// Decode stamps the document it fills, so that it can be passed on.
func TestDecodeStamps(t *testing.T) {
	var i event.Item
	if err := event.Decode([]byte(`{"schema":"item/1","id":"x"}`), &i); err != nil || i.Schema != event.ItemSchema {
		t.Errorf("%v, %q", err, i.Schema)
	}
}

// Text that a feed may hold goes through unchanged; broken bytes become U+FFFD, so
// what is stored is always valid.
func TestHostileTextRoundTrip(t *testing.T) {
	for in, want := range map[string]string{
		"<script>&amp;\"'": "<script>&amp;\"'", "a\u2028b\u2029": "a\u2028b\u2029", "\x00\x1f\x7f": "\x00\x1f\x7f", "👩\u200D🚒": "👩\u200D🚒",
		"\u202Eabc": "\u202Eabc", "a\xffb": "a\uFFFDb", "\xed\xa0\x80": "\uFFFD\uFFFD\uFFFD", "\\u0000": "\\u0000", "": "",
	} {
		out := item()
		out.Title, out.Text = in, strings.Repeat(in, 3)
		data, err := event.Encode(&out)
		if err != nil {
			t.Fatal(err)
		}
		var back event.Item
		if err := event.Decode(data, &back); err != nil || back.Title != want || back.Text != strings.Repeat(want, 3) {
			t.Errorf("%q reads back as %q: %v", in, back.Title, err)
		}
		if strings.ContainsAny(string(data), "<>\u2028\u2029") {
			t.Errorf("%q is not safe within a page: %s", in, data)
		}
	}
}

// FAULTS 28: an id depends on every part, their number and their order, and stays
// the same for ever: stored items are found by it.
func TestFault28IDs(t *testing.T) {
	if got := event.NewID("wire", "guid-1"); got != item().ID || got != "f15a3c7aff3bdc6fd12aa206181ee4c9" {
		t.Errorf("NewID(wire, guid-1) = %s", got)
	}
	parts := []string{"", "a", "b", "ab", "a\x00b", "ж", strings.Repeat("x", 1<<16)}
	seen := map[string]string{}
	for _, a := range parts {
		for _, b := range parts {
			id := event.NewID(a, b)
			if strings.Trim(id, "0123456789abcdef") != "" || len(id) != 32 {
				t.Errorf("NewID(%.10q, %.10q) = %q", a, b, id)
			}
			if other, ok := seen[id]; ok {
				t.Errorf("(%.10q, %.10q) and %s have one id", a, b, other)
			}
			seen[id] = fmt.Sprintf("(%.10q, %.10q)", a, b)
		}
	}
}

// The tables cannot be changed by whoever asks for them.
func TestTablesAreCopies(t *testing.T) {
	event.Severities()[0] = "x"
	event.Categories()[0] = "x"
	if event.Severities()[0] != event.SeverityNone || event.Categories()[0] != "armed-clash" {
		t.Error("a caller changed the table")
	}
	if event.Severity("").Rank() != -1 || event.Severity("High").Rank() != -1 {
		t.Error("only the exact words have a rank")
	}
	categories := event.Categories()
	slices.Sort(categories)
	if len(slices.Compact(categories)) != len(event.Categories()) {
		t.Error("a category is there twice")
	}
}

// Documents share nothing: many can be written and read at once.
func TestConcurrentDocuments(t *testing.T) {
	var wait sync.WaitGroup
	for n := range 8 {
		wait.Go(func() {
			want := incident()
			want.Headline = fmt.Sprint("story ", n)
			for range 20 {
				data, err := event.Encode(&want)
				var back event.Incident
				if err = errors.Join(err, event.Decode(data, &back)); err != nil || !reflect.DeepEqual(back, want) {
					t.Errorf("story %d reads back as %q: %v", n, back.Headline, err)
				}
			}
		})
	}
	wait.Wait()
}
