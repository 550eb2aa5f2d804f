package deploy_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// all are the first groups of a pattern's matches, sorted, each once.
func all(text, pattern string) (found []string) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// Prometheus asks the services of the compose file where they listen.
func TestPrometheusAsksWhereServicesListen(t *testing.T) {
	listening := all(read(t, "compose.yaml"), `"--listen", "0\.0\.0\.0:(\d+)"`)
	asked := all(read(t, "prometheus/services.yml"), `(?:fetcher|classifier|alerter):(\d+)`)
	if len(listening) != 3 || !slices.Equal(listening, asked) {
		t.Errorf("the services listen on %v, Prometheus asks %v", listening, asked)
	}
}

// Each service of the compose file has its user in the NATS configuration, and
// only the one that makes the streams is the admin.
func TestEveryServiceHasItsUser(t *testing.T) {
	compose, nats := read(t, "compose.yaml"), read(t, "nats/nats-server.conf")
	used, known := all(compose, `FAULTLINE_NATS_USERNAME: (\w+)`), all(nats, `\{user: (\w+)`)
	if want := []string{"admin", "alerter", "classifier", "fetcher"}; !slices.Equal(used, want) || !slices.Equal(known, want) {
		t.Errorf("compose uses %v, the server knows %v", used, known)
	}
	if n := strings.Count(compose, "FAULTLINE_NATS_USERNAME: admin"); n != 1 {
		t.Errorf("%d services are the admin", n)
	}
	for _, secret := range all(nats, `password: (\S+?)[,}]`) {
		if !strings.HasPrefix(secret, "$") {
			t.Errorf("a password stands in the file: %s", secret)
		}
	}
}

// What is downloaded is pinned to a version, and nothing but the desk's own
// machine reaches the pages.
func TestComposeIsPinnedAndClosed(t *testing.T) {
	compose := read(t, "compose.yaml")
	for _, image := range all(compose, `image: (\S+)`) {
		if image != "faultline" && (!strings.Contains(image, ":") || strings.HasSuffix(image, ":latest")) {
			t.Errorf("the image %s has no version", image)
		}
	}
	ports := all(compose, `ports: \["([^"]+)"`)
	for _, port := range ports {
		if !strings.HasPrefix(port, "127.0.0.1:") {
			t.Errorf("the port %s is open to everybody", port)
		}
	}
	if len(ports) < 2 {
		t.Errorf("ports %v", ports)
	}
}

// What the rules find reaches an Alertmanager that is there, and by that somebody: the address is asked for before
// anything starts.
func TestPrometheusTellsSomebody(t *testing.T) {
	compose, manager := read(t, "compose.yaml"), read(t, "prometheus/alertmanager.yml")
	for file, want := range map[string]string{"prometheus/services.yml": "alertmanager:9093", "prometheus/prometheus.yml": "localhost:9093"} {
		_, alerting, _ := strings.Cut(read(t, file), "\nalerting:\n")
		alerting, _, _ = strings.Cut(alerting, "\n\n")
		if !strings.Contains(alerting, `targets: ["`+want+`"]`) {
			t.Errorf("%s tells nobody: %q", file, alerting)
		}
	}
	_, service, _ := strings.Cut(compose, "\n  alertmanager:\n")
	service, _, _ = strings.Cut(service, "\n\n")
	for _, want := range []string{"./prometheus/alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro", "--config.file=/etc/alertmanager/alertmanager.yml", "secrets: [operators]"} {
		if !strings.Contains(service, want) {
			t.Errorf("the Alertmanager of compose.yaml lacks %s: %s", want, service)
		}
	}
	if !strings.Contains(compose, "\n  operators:\n    environment: \"OPERATORS_URL\"\n") || !strings.Contains(manager, "\n  - name: operators\n    webhook_configs:\n") ||
		!slices.Equal(all(manager, `(?m)^      - url_file: (\S+)$`), []string{"/run/secrets/operators"}) {
		t.Error("the receiver of operators has no address that compose.yaml gives it")
	}
}

// Every alert rule says how bad it is, what it is and what to do.
func TestAlertRulesSayWhatToDo(t *testing.T) {
	rules := strings.Split(read(t, "prometheus/rules/faultline.yaml"), "- alert: ")[1:]
	tests, manual := read(t, "prometheus/tests/faultline.yaml"), read(t, "../docs/operation.md")
	for _, rule := range rules {
		name, _, _ := strings.Cut(rule, "\n")
		if !strings.Contains(rule, "severity: ") || !strings.Contains(rule, "summary: ") {
			t.Errorf("%s lacks its severity or summary", name)
		}
		if name != "FaultlineWatchdog" && !strings.Contains(rule, "description: ") {
			t.Errorf("%s does not say what to do", name)
		}
		if !strings.Contains(tests, name) {
			t.Errorf("%s is in no test of prometheus/tests", name)
		}
		if !strings.Contains(rule, "runbook_url: docs/operation.md#"+strings.ToLower(name)+"\n") || !strings.Contains(manual, "\n### "+name+"\n\n") {
			t.Errorf("%s has no runbook in docs/operation.md, or does not lead there", name)
		}
	}
	for _, name := range all(manual, `(?m)^### (Faultline\w+)$`) {
		if !slices.ContainsFunc(rules, func(rule string) bool { return strings.HasPrefix(rule, name+"\n") }) {
			t.Errorf("there is a runbook for %s, and no rule", name)
		}
	}
	if len(rules) < 10 {
		t.Errorf("only %d rules", len(rules))
	}
}

// The unit gives a drain the time it takes, and keeps the desk's data to the
// service.
func TestUnitLetsTheServiceDrain(t *testing.T) {
	unit := read(t, "systemd/faultline.service")
	for _, want := range []string{"TimeoutStopSec=20", "StateDirectoryMode=0700", "NoNewPrivileges=yes", "ProtectSystem=strict", "kill -HUP $MAINPID"} {
		if !strings.Contains(unit, want) {
			t.Errorf("the unit lacks %s", want)
		}
	}
}
