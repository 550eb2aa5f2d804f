package faultline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/classifier"
)

// call runs a command as main would.
func call(in string, args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = Main(args, IO{In: strings.NewReader(in), Out: &stdout, Err: &stderr, Width: 80})
	return code, stdout.String(), stderr.String()
}

// Every excerpt is what stands at its offsets, in bytes, whatever the script.
func TestClassifyOffsets(t *testing.T) {
	texts := []classifier.Text{
		{Title: "Ünrest — “gunmen” clash with police in Osh", Text: "Ĳ ﬀ 🚨 Two officers were killed in Jalalabad… said the ministry."},
		{Title: "В Нарыне вооружённые люди захватили здание администрации", Text: "Ёлки. Губернатор взят в заложники, погибли двое милиционеров.\u00a0Ош спокоен."},
		{Title: "İstanbul'da", Text: "Protesters stormed the Parliament in Bishkek\r\n\tafter “price rises”; 12\u00a0people were wounded."},
	}
	var in strings.Builder
	for i, text := range texts {
		text.ID = json.RawMessage(fmt.Sprint(i))
		line, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	code, out, errs := call(in.String(), "classify")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for i, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var v classifier.Verdict
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if string(v.ID) != fmt.Sprint(i) || !v.Relevant || len(v.Findings) == 0 {
			t.Errorf("line %d: id %s, relevant %v, %d findings", i, v.ID, v.Relevant, len(v.Findings))
		}
		fields := map[string]string{event.FieldTitle: texts[i].Title, event.FieldText: texts[i].Text}
		for _, f := range v.Findings {
			for _, e := range f.Evidence {
				if got := fields[e.Field][e.Start:e.End]; got != e.Text {
					t.Errorf("line %d, %s: %q stands at %d to %d, not %q", i, f.Indicator, got, e.Start, e.End, e.Text)
				}
			}
		}
		for _, p := range v.Places {
			if got := fields[p.Field][p.Start:p.End]; got != p.Text {
				t.Errorf("line %d, %s: %q, not %q", i, p.Name, got, p.Text)
			}
		}
	}
}

// twoTexts tell one story.
const twoTexts = `{"id":1,"title":"Gunmen seize administration in Naryn, governor taken hostage","text":"Armed men stormed the regional administration in Naryn and took the governor hostage.","published":"2026-03-02T10:00:00Z"}
{"id":2,"title":"Gunmen storm administration in Naryn and take governor hostage","text":"Armed men stormed the regional administration in Naryn on Monday and took the governor hostage.","published":"2026-03-02T10:10:00Z"}
`

// What a rewording, a copy and a translation tell is one story; what happens
// elsewhere is another.
func TestStories(t *testing.T) {
	code, out, errs := call(twoTexts+`

{"id":3,"title":"Thousands protest in Osh against power cuts","text":"Several thousand people rallied in Osh against power cuts.","published":"2026-03-02T11:00:00Z"}
`, "stories")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var stories []string
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var answer struct {
			ID    int    `json:"id"`
			Story string `json:"story"`
		}
		if err := json.Unmarshal([]byte(line), &answer); err != nil {
			t.Fatal(err)
		}
		stories = append(stories, answer.Story)
	}
	if len(stories) != 3 || stories[0] == "" || stories[0] != stories[1] || stories[0] == stories[2] {
		t.Errorf("stories %q", stories)
	}
	for setting, same := range map[string]bool{"{same: 0.4, copy: 1}": true, "{same: 1, copy: 1}": false, "{window: 5m}": false} { // what the alerter goes by
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "faultline.yaml"), []byte("alerter: {incidents: "+setting+"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, out, errs := call(twoTexts, "stories", "--config", dir)
		lines := strings.Split(out, "\n")
		if len(lines) != 3 || (lines[0][len(`{"id":1`):] == lines[1][len(`{"id":1`):]) != same {
			t.Errorf("incidents: %s: %s%s", setting, out, errs)
		}
	}
	if code, _, errs := call("{\"id\":1,\"text\":\"\"}\nnonsense\n", "stories"); code != exitFailed || !strings.Contains(errs, "1 of 2 lines cannot be read") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestFault114ExitCodes(t *testing.T) {
	for name, test := range map[string]struct {
		env  [2]string
		args []string
		code int
		want string
	}{
		"no such directory":    {args: []string{"run", "--config", "nowhere"}, code: exitUsage, want: "faultline init nowhere writes one"},
		"unknown variable":     {env: [2]string{"FAULTLINE_NATS_ULR", "x"}, args: []string{"run"}, code: exitUsage, want: `did you mean "FAULTLINE_NATS_URL"?`},
		"unknown, for a tool":  {env: [2]string{"FAULTLINE_NATS_ULR", "x"}, args: []string{"classify"}, code: exitUsage, want: `did you mean "FAULTLINE_NATS_URL"?`},
		"unknown, of a part":   {env: [2]string{"FAULTLINE_FETCHER_TIMOUT", "3s"}, args: []string{"check"}, code: exitUsage, want: `did you mean "FAULTLINE_FETCHER_TIMEOUT"?`},
		"wrong type":           {env: [2]string{"FAULTLINE_RELOAD_INTERVAL", "often"}, args: []string{"dlq", "list"}, code: exitUsage, want: `FAULTLINE_RELOAD_INTERVAL: "often" is no duration`},
		"wrong level":          {args: []string{"run", "--log.level", "loud"}, code: exitUsage, want: "write debug, info, warn or error"},
		"settings that fight":  {env: [2]string{"FAULTLINE_NATS_TLS_CERT_FILE", "x.pem"}, args: []string{"topology"}, code: exitUsage, want: "give both cert_file and key_file"},
		"unreadable secret":    {env: [2]string{"FAULTLINE_NATS_PASSWORD_FILE", "none"}, args: []string{"run", "--exercise", "--listen", "127.0.0.1:0"}, code: exitFailed, want: "nats.password: "},
		"address that is none": {args: []string{"run", "--exercise", "--listen", "here"}, code: exitFailed, want: "choose another one with --listen"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.env[0] != "" {
				t.Setenv(test.env[0], test.env[1])
			}
			code, _, errs := call("", test.args...)
			if code != test.code || strings.Count(errs, test.want) != 1 {
				t.Errorf("exit %d, want %d and once %q:\n%s", code, test.code, test.want, errs)
			}
		})
	}
}

func TestUsageIsPrintedOnce(t *testing.T) {
	for _, args := range [][]string{{}, {"--help"}, {"help"}, {"help", "run"}, {"rules", "--help"}} {
		code, out, errs := call("", args...)
		if code != exitOK || strings.Count(out, "usage: faultline") != 1 || errs != "" {
			t.Errorf("%q: exit %d, %d pages, %q", args, code, strings.Count(out, "usage: faultline"), errs)
		}
	}
	if code, out, _ := call("", "--version"); code != exitOK || strings.Count(out, "\n") != 1 {
		t.Errorf("--version: exit %d, %q", code, out)
	}
}

// What a closed pipe refuses is a failure, not a success.
func TestOutputThatCannotBeWritten(t *testing.T) {
	closed, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	const text = `{"id":1,"title":"x"}`
	for _, args := range [][]string{{"version"}, {"check"}, {"classify"}, {"stories"}, {"rules", "test"}, {"rules", "explain"}, {"feeds", "parse"}, {"feeds", "list"}, {"feeds", "list", "--json"}, {"completion", "zsh"}, {"init", t.TempDir()}} {
		code := Main(args, IO{In: strings.NewReader(text), Out: closed, Err: new(bytes.Buffer)})
		if code != exitFailed {
			t.Errorf("%q: exit %d", args, code)
		}
	}
}

func TestFault72DeadLettersAreListedAndReplayed(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	if code, out, errs := call("", "dlq", "list"); code != exitOK || out != "no dead letters\n" {
		t.Fatalf("exit %d: %q %s", code, out, errs)
	}
	b := server.Bus()
	archive(t, b, event.Item{ID: "0123456789abcdef", Title: "Clash in Osh", Source: event.Source{Feed: "outlet"}})
	seen := make(chan int, 4)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		n := 0
		ended <- b.Consume(ctx, bus.Consumer{Stream: bus.Items, Durable: "classify", Workers: 1}, func(context.Context, *bus.Delivery) error {
			n++
			seen <- n
			if n == 1 {
				return bus.Permanent(event.ErrVersion)
			}
			return nil
		})
	}()
	await(t, "the first delivery", seen)
	var list string
	poll(t, "a dead letter", func() bool {
		_, list, _ = call("", "dlq", "list")
		return strings.Contains(list, event.ErrVersion.Error())
	})
	if !strings.HasPrefix(list, "NUMBER") || !strings.Contains(list, "classifier") || !strings.Contains(list, "Clash in Osh") || !strings.Contains(list, "0123456789 ") {
		t.Errorf("the list is\n%s", list)
	}
	for want, args := range map[string][]string{
		"no dead letters":                              {"dlq", "list", "--by", "fetcher"},
		`"headline":"Clash in O`:                       {"dlq", "list", "--json", "--by", "classifier"},
		"to do      it was written by another version": {"dlq", "show", "1"},
		`"title": "Clash in Osh"`:                      {"dlq", "show", "1", "--json"},
	} {
		if code, out, errs := call("", args...); code != exitOK || !strings.Contains(out, want) {
			t.Errorf("%q: exit %d, no %q in\n%s%s", args, code, want, out, errs)
		}
	}
	for want, args := range map[string][]string{"which ones?": {"dlq", "replay"}, "give either numbers": {"dlq", "replay", "1", "--all"}} {
		if code, _, errs := call("", args...); code != exitUsage || !strings.Contains(errs, want) {
			t.Errorf("%q: exit %d: %s", args, code, errs)
		}
	}
	if code, out, errs := call("", "dlq", "retry", "--by", "classifier"); code != exitOK || out != "replayed 1: classifier tries Clash in Osh again\n" {
		t.Fatalf("exit %d: %q %s", code, out, errs)
	}
	await(t, "the delivery of the replayed one", seen)
	if code, _, errs := call("", "dlq", "replay", "77"); code != exitFailed || !strings.Contains(errs, "77") || !strings.Contains(errs, "dlq list") {
		t.Errorf("a number that is not there: exit %d: %s", code, errs)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestTopologyCreatesStreams(t *testing.T) {
	server := bustest.StartServer(t, bustest.Listen(), bustest.Bare())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	b := server.Bus()
	if b.Verify(t.Context(), bus.DefaultTuning()) == nil {
		t.Fatal("there are streams already")
	}
	for range 2 { // the second time there is nothing to do
		code, out, errs := call("", "topology")
		if code != exitOK || !strings.Contains(out, "ready: ITEMS\n") || !strings.Contains(out, "ready: DLQ\n") {
			t.Fatalf("exit %d: %s%s", code, out, errs)
		}
	}
	if err := b.Verify(t.Context(), bus.DefaultTuning()); err != nil {
		t.Error(err)
	}
}

func await[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(time.Minute):
		t.Fatalf("%s: not within a minute", what)
	}
	var none T
	return none
}

func poll(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within a minute", what)
		}
	}
}
