//go:build e2e

package faultline

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// buildAlertmanager makes Alertmanager, of the pinned version, from its module, which lacks nothing but its page.
func buildAlertmanager(t *testing.T) (program string) {
	t.Helper()
	source, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/prometheus/alertmanager").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	page := filepath.Join(dir, "ui", "app", "dist")
	if err := os.CopyFS(dir, os.DirFS(strings.TrimSpace(string(source)))); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(page, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(page, "index.html"), []byte("<!doctype html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", "alertmanager.bin", "./cmd/alertmanager")
	build.Dir, build.Env = dir, append(os.Environ(), "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building Alertmanager: %v\n%s", err, out)
	}
	return filepath.Join(dir, "alertmanager.bin")
}

// shipped is a file of deploy/prometheus with other words in some places.
func shipped(t *testing.T, name string, oldnew ...string) string {
	t.Helper()
	text := page(t, "deploy/prometheus/"+name)
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(text, oldnew[i]) {
			t.Fatalf("%s has no %s", name, oldnew[i])
		}
	}
	return strings.NewReplacer(oldnew...).Replace(text)
}

// What the shipped rules find goes by the shipped configurations of Prometheus and Alertmanager to the operators: here
// that Faultline is down.
func TestRulesReachOperators(t *testing.T) {
	var told atomic.Bool
	hook := listen(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && strings.Contains(string(body), `"status":"firing"`) && strings.Contains(string(body), "FaultlineDown") {
			told.Store(true)
		}
	}))
	dir, address := t.TempDir(), freeAddress(t)
	for name, text := range map[string]string{"operators": hook, "alertmanager.yml": shipped(t, "alertmanager.yml", "/run/secrets/operators", filepath.Join(dir, "operators"))} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	manager := &process{t: t, url: "http://" + address}
	manager.cmd = exec.Command(buildAlertmanager(t), "--config.file="+filepath.Join(dir, "alertmanager.yml"), "--storage.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address, "--cluster.listen-address=")
	manager.cmd.Stdout, manager.cmd.Stderr = &manager.out, &manager.log
	if err := manager.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := manager.cmd.Process.Kill()
		if ended := manager.cmd.Wait(); err != nil || t.Failed() {
			t.Logf("Alertmanager: %v, %v\n%s", err, ended, manager.log.String())
		}
	})
	runPrometheus(t, shipped(t, "prometheus.yml", "localhost:9093", address, "localhost:9470", freeAddress(t), "15s", "1s"))
	manager.until("the operators are told", 4*time.Minute, told.Load)
}
