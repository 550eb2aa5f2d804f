package faultline

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/classifier"
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

// withoutRiots is a configuration with the rule for riots switched off.
func withoutRiots(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "rules"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "rules", "own.yaml"), []byte("filters:\n  - {indicator: riot, disable: true}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestBacktest(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	archive(t, server.Bus(),
		event.Item{ID: "one", Title: "A riot in the north", Language: "en", Source: event.Source{Feed: "wire", Country: "KG"}},
		event.Item{ID: "two", Title: "A riot in the north of the country", Language: "en", Source: event.Source{Feed: "daily", Country: "KZ"}},
		event.Item{ID: "three", Title: "The bakery sells bread", Language: "en", Source: event.Source{Feed: "wire", Country: "KG"}},
	)
	dir := withoutRiots(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "3 items: 0 alerts new, 2 gone, 0 changed"},
		{[]string{"--feed", "wire"}, "2 items: 0 alerts new, 1 gone, 0 changed"},
		{[]string{"--country", "kz"}, "1 item: 0 alerts new, 1 gone, 0 changed"},
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

func TestBacktestBadInput(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	if _, err := server.Bus().Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("wire"), ID: "x", Data: []byte(`{"schema":"faultline.item/v99"}`)}); err != nil {
		t.Fatal(err)
	}
	dir, bare := withoutRiots(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(bare, "feeds.yaml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args      []string
		code      int
		out, errs string
	}{
		{[]string{"--rules", dir}, exitOK, "1 item passed over: another version", "the archive has no such item; see --since"},
		{[]string{"--rules", dir, "--config", dir}, exitOK, "both sides have the same rules", "old: the shipped rules with what " + dir + " lays over them: 1 file of its own in rules/, none in entities/ and languages/; 0 in place of a shipped one"},
		{[]string{"--rules", bare}, exitOK, "both sides have the same rules", "old: the shipped rules\nnew: " + bare + ", whose rules are the shipped ones\n"},
		{[]string{"--rules", dir, "--since", "1h", "--until", "2h"}, exitUsage, "", "nothing lies between --since 1h and --until 2h"},
		{[]string{"--rules", filepath.Join(dir, "rules")}, exitUsage, "", "rules holds nothing of a configuration, neither rules/ nor faultline.yaml; give the directory that has rules/ in it"},
		{[]string{"--rules", filepath.Join(dir, "nowhere")}, exitUsage, "", "nowhere"},
	} {
		code, out, errs := call("", append([]string{"backtest"}, c.args...)...)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) {
			t.Errorf("%v: exit %d, want %d\n%s%s\nwant %s %s", c.args, code, c.code, out, errs, c.out, c.errs)
		}
	}
}

// stopping ends a context at the first write.
type stopping struct {
	bytes.Buffer
	stop context.CancelFunc
}

func (s *stopping) Write(p []byte) (int, error) {
	s.stop()
	return s.Buffer.Write(p)
}

// What was compared before Ctrl-C is summed up.
func TestBacktestStopped(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	items := make([]event.Item, 2*changesBatch)
	for i := range items {
		items[i] = event.Item{ID: strconv.Itoa(i), Title: "A riot in the north", Language: "en", Source: event.Source{Feed: "wire"}}
	}
	archive(t, server.Bus(), items...)
	app := kingpin.New("faultline", "")
	_, command := addBacktest(app)
	if _, err := app.Parse([]string{"backtest", "--rules", withoutRiots(t), "--limit", "1"}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	out, errs := &stopping{stop: stop}, &bytes.Buffer{}
	err := command.run(ctx, IO{Out: out, Err: errs, Watched: true})
	if err == nil || !strings.Contains(err.Error(), "stopped before the end; the counts are of what was compared so far") {
		t.Errorf("the error is %v", err)
	}
	if got := out.String(); !strings.Contains(got, "alerts new, ") || strings.Contains(got, "512 items") || !strings.Contains(got, "more; --limit shows them") {
		t.Errorf("no summary of a part in\n%s", got)
	}
}

// A terminal sees how far a comparison is, a file of errors does not.
func TestProgress(t *testing.T) {
	dir, in := withoutRiots(t), strings.Repeat(`{"id":1,"title":"A riot in the north"}`+"\n", 2*changesBatch)
	for _, watched := range []bool{true, false} {
		var out, errs bytes.Buffer
		code := Main([]string{"rules", "diff", "shipped", dir, "--items", "-", "--limit", "0"}, IO{In: strings.NewReader(in), Out: &out, Err: &errs, Watched: watched})
		if code != exitOK || !strings.Contains(out.String(), "512 items: 0 alerts new, 512 gone, 0 changed") || strings.Contains(errs.String(), "256: 0 new, 256 gone") != watched {
			t.Errorf("watched %t: exit %d\n%s%s", watched, code, &out, &errs)
		}
	}
}

// Each reason stands on its own line, and no text of a feed makes another.
func TestChangesTellLineByLine(t *testing.T) {
	var b strings.Builder
	c := newChanges(nil, IO{Out: &b}, false, 1)
	change := classifier.Change{Kind: "new", Item: "1", Title: "A\nB", Reasons: []string{"first “x\ny”", "second"}}
	if err := c.tell(&change); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.Count(got, "\n") != 4 || !strings.HasSuffix(got, "\n         first “x y”\n         second\n") {
		t.Errorf("got\n%s", got)
	}
}
