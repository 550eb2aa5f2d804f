package deploy_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// chart is the text of all that the chart is rendered from.
func chart(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("helm/faultline/templates/*")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	var text strings.Builder
	for _, file := range files {
		text.WriteString(read(t, file))
	}
	return text.String()
}

// The services listen where they do under compose, so that what is written of one
// holds for the other; make chart runs the binaries with what helm makes of it.
func TestChartListensAsComposeDoes(t *testing.T) {
	compose := all(read(t, "compose.yaml"), `"--listen", "0\.0\.0\.0:(\d+)"`)
	if ports := all(chart(t), `"(?:fetcher|classifier|alerter)" (\d+)`); !slices.Equal(ports, compose) {
		t.Errorf("the chart's services listen on %v, those of compose on %v", ports, compose)
	}
}

// The chart's server and alerts are those of the repository.
func TestChartLinksToTheRepository(t *testing.T) {
	for link, file := range map[string]string{"nats-server.conf": "nats/nats-server.conf", "rules.yaml": "prometheus/rules/faultline.yaml"} {
		if read(t, "helm/faultline/files/"+link) != read(t, file) {
			t.Errorf("files/%s of the chart is not %s", link, file)
		}
	}
}

// Each password that the server's configuration asks for is in the Secret that
// values.yaml describes, and none in the chart.
func TestChartNamesThePasswords(t *testing.T) {
	values := read(t, "helm/faultline/values.yaml")
	for _, variable := range all(read(t, "nats/nats-server.conf"), `password: \$(\w+)`) {
		if !strings.Contains(values, variable) {
			t.Errorf("values.yaml does not say that the Secret has %s", variable)
		}
	}
	if text := chart(t); strings.Contains(text, "kind: Secret") || !strings.Contains(text, "key: {{ upper $.user }}_PASSWORD") {
		t.Error("a password comes from elsewhere than a Secret that is there")
	}
}

// What the image and the compose file forbid a process, the chart forbids all.
func TestChartIsClosed(t *testing.T) {
	text := chart(t)
	containers := strings.Count(text, "containers:\n")
	for _, want := range []string{`include "faultline.podSecurity"`, `include "faultline.containerSecurity"`, "automountServiceAccountToken: false"} {
		if n := strings.Count(text, want); n != containers {
			t.Errorf("%d pods of %d have %s", n, containers, want)
		}
	}
	for _, want := range []string{"runAsNonRoot: true", "readOnlyRootFilesystem: true", "allowPrivilegeEscalation: false", "drop: [ALL]", "path: /-/healthy", "path: /-/ready"} {
		if !strings.Contains(text, want) {
			t.Errorf("the chart lacks %s", want)
		}
	}
}
