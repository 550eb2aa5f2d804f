package faultline

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
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

// What asks a process that is down says so once, and ends.
func TestCommandsGiveUpOnAServerThatIsAway(t *testing.T) {
	password := filepath.Join(t.TempDir(), "data")
	for settings, want := range map[string]string{
		`url: "nats://127.0.0.1:1"`: "faultline: no NATS server answered within 5s; is faultline run up, with the same nats.listen or nats.url? ",
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
