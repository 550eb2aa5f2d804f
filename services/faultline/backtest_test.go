package faultline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

// archive stores items as a fetcher does.
func archive(t *testing.T, b *bus.Bus, items ...event.Item) {
	t.Helper()
	for _, item := range items {
		item.Schema, item.FirstSeen = event.ItemSchema, time.Now()
		data, err := event.Encode(&item)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject(item.Source.Feed), ID: item.ID, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBacktest(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	archive(t, server.Bus(),
		event.Item{ID: "one", Title: "A riot in the north", Language: "en", Source: event.Source{Feed: "wire", Country: "KG"}},
		event.Item{ID: "two", Title: "A riot in the north of the country", Language: "en", Source: event.Source{Feed: "daily", Country: "KZ"}},
		event.Item{ID: "three", Title: "The bakery sells bread", Language: "en", Source: event.Source{Feed: "wire", Country: "KG"}},
	)
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "rules"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "rules", "own.yaml"), []byte("filters:\n  - {indicator: riot, disable: true}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "3 items: 0 alerts new, 2 gone, 0 changed"},
		{[]string{"--feed", "wire"}, "2 items: 0 alerts new, 1 gone, 0 changed"},
		{[]string{"--country", "KZ"}, "1 items: 0 alerts new, 1 gone, 0 changed"},
		{[]string{"--until", "1h"}, "0 items: 0 alerts new, 0 gone, 0 changed"},
	} {
		code, out, errs := call("", append([]string{"backtest", "--since", "24h", "--rules", dir}, c.args...)...)
		if code != exitOK || !strings.Contains(out, c.want) {
			t.Errorf("%v: exit %d\n%s%s\nwant %s", c.args, code, out, errs, c.want)
		}
	}
	if code, out, _ := call("", "backtest", "--rules", dir); code != exitOK || !strings.Contains(out, "gone     one  A riot in the north") || !strings.Contains(out, "riot is no longer found") {
		t.Errorf("exit %d: no reason in\n%s", code, out)
	}
}
