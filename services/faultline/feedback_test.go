package faultline

import (
	"context"
	"strings"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

func TestFeedback(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	b := server.Bus()
	archive(t, b,
		event.Item{ID: "0123456789abcdef", URL: "https://example.org/1", Title: "A riot in the north", Language: "en", Source: event.Source{Feed: "wire"}},
		event.Item{ID: "1123456789abcdef", URL: "https://example.org/2", Title: "A riot in the garden", Language: "en", Source: event.Source{Feed: "wire"}},
		event.Item{ID: "4444440000000000", URL: "https://example.org/same", Title: "One", Source: event.Source{Feed: "wire"}},
		event.Item{ID: "4444441111111111", URL: "https://example.org/same", Title: "Other", Source: event.Source{Feed: "daily"}},
		event.Item{ID: "2123456789abcdef", URL: "https://example.org/3", Title: "A riot of colours", Language: "en", Source: event.Source{Feed: "wire"}},
	)
	for _, c := range []struct {
		in   string
		args []string
		code int
		want string
	}{
		{"", []string{"https://example.org/1", "--true", "--note", "seen", "--by", "night desk"}, exitOK, "true alarm: 0123456789abcdef  A riot in the north"},
		{"", []string{"https://example.org/2", "--true"}, exitOK, "true alarm: 1123456789abcdef"},
		{"example.org/2\n\n2123456789abcdef\n", []string{"-", "--false"}, exitOK, "false alarm: 2123456789abcdef"}, // the later word holds
		{"", []string{"https://example.org/1", "https://example.org/404", "--false"}, exitFailed, "not in the archive: https://example.org/404; nothing was stored"},
		{"", []string{"https://example.org/3", "--false", "--indicator", "riot"}, exitOK, "false alarm: 2123456789abcdef"},
		{"", []string{"https://example.org/3", "--false", "--indicator", "roit"}, exitUsage, `the rules have no indicator "roit"; faultline rules explain shows`},
		{"", []string{"https://example.org/1"}, exitUsage, "write --true or --false"},
		{"", []string{"https://example.org/1", "--true", "--false"}, exitUsage, "write --true or --false"},
		{"", []string{"123456", "--false"}, exitFailed, "not in the archive"},
		{"", []string{"https://example.org/2?fbclid=x#top", "444444", "--false"}, exitUsage, "nothing was stored: the ids of 2 items begin with 444444; give more"},
		{"", []string{"example.org/same", "--false"}, exitUsage, "2 items have the link example.org/same; give the id of the one"},
		{"\n", []string{"-", "--true"}, exitUsage, "no item is named"},
		{"", []string{"x", "--true", "--since", "often"}, exitUsage, "often"},
	} {
		code, out, errs := call(c.in, append([]string{"feedback"}, c.args...)...)
		if code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("%v: exit %d\n%s%s\nwant %s", c.args, code, out, errs, c.want)
		}
	}
	var kept []event.Feedback
	err := b.Replay(t.Context(), bus.Feedback, nil, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var f event.Feedback
		err := event.Decode(d.Data, &f)
		kept = append(kept, f)
		return err
	})
	if err != nil || len(kept) != 5 {
		t.Fatalf("%d kept: %v", len(kept), err)
	}
	if f := kept[0]; f.Item.Title != "A riot in the north" || !f.True || f.Note != "seen" || f.By != "night desk" || f.Given.IsZero() {
		t.Errorf("feedback %+v", f)
	}
	code, out, errs := call("", "rules", "feedback")
	if code != exitOK || !strings.Contains(out, "4 judgements: 1 true alarm, 0 missed, 1 false alarm, 2 rightly quiet") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}
