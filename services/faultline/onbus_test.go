package faultline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/services/faultline/internal/embedded"
)

// natsAt is a configuration that leads to a NATS server.
func natsAt(t *testing.T, settings string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "faultline.yaml"), []byte("nats: {"+settings+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// shortDir is a data directory whose path leaves room for a socket's name.
func shortDir(t *testing.T) string {
	t.Helper()
	data, err := os.MkdirTemp("", "data")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(data) })
	return data
}

// running is the server of a process on a data directory, with its streams.
func running(t *testing.T, data, listen string) *embedded.Server {
	t.Helper()
	server, err := embedded.Start(embedded.Options{Dir: filepath.Join(data, "nats"), Listen: listen})
	if err != nil {
		t.Fatal(err)
	}
	b, err := bus.Connect(t.Context(), server.BusOptions("topology"))
	if err == nil {
		err = errors.Join(b.Apply(t.Context(), bus.DefaultTuning()), b.Close(t.Context()))
	}
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// A process that listens, of which the configuration at hand does not know, is asked too,
// and so is one that does not any more.
func TestCommandsAskAProcessThatListens(t *testing.T) {
	data := shortDir(t)
	for _, listen := range []string{"127.0.0.1:0", ""} {
		server := running(t, data, listen)
		if code, out, errs := call("", "dlq", "list", "--data", data); code != exitOK || out != "no dead letters\n" {
			t.Errorf("listening on %q, exit %d: %s%s", listen, code, out, errs)
		}
		if err := server.Shutdown(); err != nil {
			t.Fatal(err)
		}
	}
}

// A running process is found by its data directory, without a port.
func TestCommandsAskTheProcessOfTheirDataDirectory(t *testing.T) {
	data := shortDir(t)
	server := running(t, data, "")
	if code, out, errs := call("", "dlq", "list", "--data", data); code != exitOK || out != "no dead letters\n" {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if code, out, errs := call("", "feeds", "list", "--country", "KG", "--data", data); code != exitOK || !strings.Contains(out, "NEXT POLL") || errs != "" {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if err := server.Shutdown(); err != nil {
		t.Fatal(err)
	}
	const want = "no faultline run answers on this data directory"
	if code, out, errs := call("", "dlq", "list", "--data", data); code != exitFailed || out != "" || !strings.Contains(errs, want) {
		t.Errorf("after its end, exit %d: %s%s", code, out, errs)
	}
	if code, out, errs := call("", "feeds", "list", "--country", "KG", "--data", data); code != exitOK || strings.Contains(out, "NEXT POLL") || errs != "" {
		t.Errorf("after its end, exit %d: %s%s", code, out, errs)
	}
}

// What asks a process that is down says so once, and ends.
func TestCommandsGiveUpOnAServerThatIsAway(t *testing.T) {
	password := filepath.Join(t.TempDir(), "data")
	for settings, want := range map[string]string{
		`url: "nats://127.0.0.1:1"`: "faultline: no NATS server answered within 5s; is faultline run up, with the same --data, nats.listen or nats.url? ",
		`listen: "127.0.0.1:1"`:     "Is faultline run up, with the data directory that --data names?",
	} {
		conf := natsAt(t, settings)
		for _, args := range []string{"why https://example.org/1", "incidents list", "ack aaaaaa -a aida", "dlq list"} {
			t.Run(args+" with "+settings, func(t *testing.T) {
				t.Parallel()
				code, out, errs := call("", append(strings.Fields(args), "--config", conf, "--data", password)...)
				if code != exitFailed || out != "" || !strings.Contains(errs, want) || strings.Count(errs, "\n") != 1 {
					t.Errorf("exit %d: %s%s", code, out, errs)
				}
			})
		}
	}
}

// A server that goes away ends the command that asks it.
func TestCommandsEndWithTheirServer(t *testing.T) {
	t.Parallel()
	server := bustest.StartServer(t, bustest.Listen())
	conf, data := natsAt(t, "url: "+server.URL()), ""
	err := onBus{&conf, &data}.do(t.Context(), IO{Err: t.Output()}, func(ctx context.Context, b *bus.Bus) error {
		server.Stop()
		return b.DeadLetters(ctx, func(bus.DeadLetter) error { return nil })
	})
	if err == nil || !strings.Contains(err.Error(), "the NATS server went away; is faultline run still up?") {
		t.Errorf("got %v", err)
	}
}
