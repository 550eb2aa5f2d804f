package faultline

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	for _, file := range []string{"config/alerting.yaml", "prometheus/alertmanager.yml"} {
		if out := a.run("check-config", filepath.Join("..", "..", "deploy", filepath.FromSlash(file))); !strings.Contains(out, "SUCCESS") {
			t.Errorf("check-config of %s: %s", file, out)
		}
	}
	if out, err := a.try("alert", "add", "alertname=x"); err == nil {
		t.Errorf("an alert was posted: %s", out)
	}
	askedByKarma(t, p)
	askedByGrafana(t, p)
}

// askedByKarma makes the requests that karma makes, as its source has them: it reads the version
// from the metrics, silences and groups; a silence of its readers is passed on with the headers of their
// browser, which tell another site unless karma is told to say otherwise.
func askedByKarma(t *testing.T, p *process) {
	t.Helper()
	if !regexp.MustCompile(`(?m)^alertmanager_build_info\{version="\d+\.\d+\.\d+"\} 1$`).MatchString(p.get("/metrics")) {
		t.Error("the metrics do not tell which Alertmanager this is")
	}
	if groups := p.get("/api/v2/alerts/groups"); !strings.Contains(groups, `"receiver":{"name":"desk"}`) || !strings.Contains(groups, `"fingerprint":`) {
		t.Errorf("the groups are %.500s", groups)
	}
	target, err := url.Parse(p.address())
	if err != nil {
		t.Fatal(err)
	}
	headers := http.Header{}
	karma := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target) // and the host
		maps.Copy(r.Out.Header, headers)
	}})
	defer karma.Close()
	silence := func(more http.Header) (status int) {
		end := time.Now().Add(time.Hour).Format(time.RFC3339)
		body := `{"matchers":[{"name":"category","value":"riot","isRegex":false,"isEqual":true}],"startsAt":"2026-01-01T00:00:00Z","endsAt":"` + end + `","createdBy":"desk","comment":"by karma"}`
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, karma.URL+"/api/v2/silences", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header = more
		request.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode
	}
	if got := silence(http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {karma.URL}}); got != http.StatusOK {
		t.Errorf("a silence by a browser that says that karma is its site: %d", got)
	}
	if got := silence(http.Header{"Origin": {karma.URL}}); got != http.StatusForbidden {
		t.Errorf("a silence of another site: %d", got)
	}
	headers.Set("Origin", p.address())
	if got := silence(http.Header{"Origin": {karma.URL}}); got != http.StatusOK {
		t.Errorf("a silence as docs/delivery.md has karma send it: %d", got)
	}
	if all := p.get("/api/v2/silences"); strings.Count(all, "by karma") != 2 {
		t.Errorf("the silences are %s", all)
	}
}

// askedByGrafana makes the requests by which its data source tells an Alertmanager of Prometheus
// from others.
func askedByGrafana(t *testing.T, p *process) {
	t.Helper()
	for path, want := range map[string]int{"/alertmanager/api/v2/status": http.StatusNotFound, "/api/v1/status/buildinfo": http.StatusNotFound, "/api/v2/status": http.StatusOK} {
		answer, err := http.Get(p.address() + path)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil || answer.StatusCode != want {
			t.Errorf("%s: %d %v, want %d", path, answer.StatusCode, err, want)
		}
	}
}
