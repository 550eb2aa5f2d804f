package faultline

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// amtool is Alertmanager's own command, of the pinned version, pointed at a
// running alerter.
type amtool struct {
	t       *testing.T
	program string
	url     string
}

func buildAmtool(t *testing.T, url string) *amtool {
	t.Helper()
	program := filepath.Join(t.TempDir(), "amtool")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "github.com/prometheus/alertmanager/cmd/amtool")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building amtool: %v\n%s", err, out)
	}
	return &amtool{t: t, program: program, url: url}
}

// run returns what the command prints.
func (a *amtool) run(args ...string) string {
	a.t.Helper()
	out, err := a.try(args...)
	if err != nil {
		a.t.Errorf("amtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (a *amtool) try(args ...string) (string, error) {
	a.t.Helper()
	command := exec.CommandContext(a.t.Context(), a.program, append([]string{"--alertmanager.url", a.url}, args...)...)
	command.Env = append(os.Environ(), "HOME="+a.t.TempDir()) // where it would look for a configuration of its own
	out, err := command.CombinedOutput()
	return string(out), err
}

func TestAmtoolWorksWithTheAlerter(t *testing.T) {
	p := start(t, "--exercise", "--config", noFeeds(t))
	p.until("a card", time.Minute, func() bool { return strings.Contains(p.out.String(), "Gunmen seize regional administration in Naryn") })
	a := buildAmtool(t, p.address())
	if out := a.run("alert", "query", "category=kidnapping"); !strings.Contains(out, "official-abducted") || !strings.Contains(out, "active") {
		t.Errorf("alert query: %s", out)
	}
	id := strings.TrimSpace(a.run("silence", "add", "category=kidnapping", "--author", "desk", "--comment", "we know", "--duration", "2h"))
	if out := a.run("silence", "query"); !strings.Contains(out, id) || !strings.Contains(out, "we know") {
		t.Errorf("silence query: %s", out)
	}
	if out := a.run("alert", "query", "--silenced"); !strings.Contains(out, "suppressed") {
		t.Errorf("alert query --silenced: %s", out)
	}
	a.run("silence", "update", "--duration", "3h", id)
	a.run("silence", "expire", id)
	if out := a.run("silence", "query", "--expired"); !strings.Contains(out, id) {
		t.Errorf("silence query --expired: %s", out)
	}
	if out := a.run("config", "routes", "test", "change=report"); strings.TrimSpace(out) != "nobody" {
		t.Errorf("config routes test: %s", out)
	}
	if out := a.run("config", "routes", "show"); !strings.Contains(out, "receiver: desk") {
		t.Errorf("config routes show: %s", out)
	}
	if out := a.run("check-config", filepath.Join("..", "..", "deploy", "config", "alerting.yaml")); !strings.Contains(out, "SUCCESS") {
		t.Errorf("check-config: %s", out)
	}
	if out, err := a.try("alert", "add", "alertname=x"); err == nil {
		t.Errorf("an alert was posted: %s", out)
	}
}
