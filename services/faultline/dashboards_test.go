//go:build e2e

package faultline

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// question is one query of one panel.
type question struct{ panel, expr string }

// questions are those of the shipped dashboards, with the variables as a reader of a
// drill picks them.
func questions(t *testing.T) (all []question) {
	t.Helper()
	files, err := filepath.Glob("../../deploy/grafana/dashboards/*.json")
	if err != nil {
		t.Fatal(err)
	}
	picked := strings.NewReplacer("$__rate_interval", "1m", "$__range", "1h", "$exercise", ".*", "$region", ".*", "$feed", ".*", "$receiver", ".*")
	for _, file := range files {
		var d struct {
			Title  string
			Panels []struct {
				Title   string
				Targets []struct{ Expr string }
			}
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, p := range d.Panels {
			for _, target := range p.Targets {
				// A zero for want of anything is an answer without the metric, which is to be there.
				asked := strings.ReplaceAll(target.Expr, " or vector(0)", "")
				all = append(all, question{d.Title + ", " + p.Title, picked.Replace(asked)})
			}
		}
	}
	return all
}

// freeAddress is one of 127.0.0.1 on whose port nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return listener.Addr().String()
}

// scraper is a Prometheus that asks a process each second.
func scraper(t *testing.T, target string) *process {
	t.Helper()
	return runPrometheus(t, "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules/*.yaml]\n"+
		"scrape_configs: [{job_name: faultline, static_configs: [{targets: ['"+target+"']}]}]\n")
}

// runPrometheus is a Prometheus with a configuration that has the shipped rules beside it.
func runPrometheus(t *testing.T, config string) *process {
	t.Helper()
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Fatal("the dashboards are asked with a real Prometheus, and there is none: install one (Debian's package prometheus) and run make dashboards again")
	}
	rules, err := filepath.Abs("../../deploy/prometheus/rules")
	if err != nil {
		t.Fatal(err)
	}
	dir, address := t.TempDir(), freeAddress(t)
	config = strings.Replace(config, "rules/*.yaml", rules+"/*.yaml", 1)
	if err := os.WriteFile(filepath.Join(dir, "prometheus.yml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, url: "http://" + address}
	p.cmd = exec.Command(program, "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address, "--enable-feature=exemplar-storage", "--log.level=warn")
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := p.cmd.Process.Kill()
		if ended := p.cmd.Wait(); err != nil || t.Failed() {
			t.Logf("Prometheus: %v, %v\n%s", err, ended, p.log.String())
		}
	})
	return p
}

// ask puts a query to Prometheus. The answer is the number of series and the first
// value; a Prometheus that does not answer yet has none.
func ask(prometheus *process, expr string) (series int, value string) {
	prometheus.t.Helper()
	var answer struct {
		Status, Error string
		Data          struct {
			Result []struct{ Value [2]any }
		}
	}
	if json.Unmarshal([]byte(prometheus.get("/api/v1/query?query="+url.QueryEscape(expr))), &answer) != nil {
		return 0, "" // it starts
	}
	if answer.Status != "success" {
		prometheus.t.Fatalf("%s: %s", expr, answer.Error)
	}
	for _, r := range answer.Data.Result {
		if v := fmt.Sprint(r.Value[1]); v != "NaN" {
			series++
			value = cmp.Or(value, v)
		}
	}
	return series, value
}

// besideDrill is feeds beside the drill that show the desk what else there is: one
// that was not found, one that has ended, and one with a hub, whose old items are all
// of one kind.
func besideDrill(t *testing.T) (feeds string) {
	t.Helper()
	mux := http.NewServeMux()
	site := listen(t, mux)
	var items strings.Builder
	for n := range 600 {
		fmt.Fprintf(&items, "<item><guid>day-%d</guid><title>Protesters march through the capital for day %d</title></item>", n, n)
	}
	mux.HandleFunc("GET /gone.xml", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	mux.HandleFunc("POST /hub", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })
	mux.HandleFunc("GET /pushed.xml", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Marches</title><link>%[1]s</link>`+
			`<atom:link rel="self" href="%[1]s/pushed.xml"/><atom:link rel="hub" href="%[1]s/hub"/>%[2]s</channel></rss>`, site, &items)
	})
	for _, name := range []string{"broken", "gone", "pushed"} {
		feeds += fmt.Sprintf("  - {id: %s, url: '%s/%s.xml', language: en, allow_private: true, poll: {min: 1s, max: 1s}}\n", name, site, name)
	}
	return feeds
}

// Every panel of the dashboards has something to show of a drill that runs beside an
// outlet, feeds that fail and one with a hub, while the desk says what it thinks.
func TestDashboardsAnswer(t *testing.T) {
	outlet, desk := &feed{}, &hook{told: map[string]int{}}
	conf := feedToHook(t, listen(t, outlet), listen(t, desk))
	feeds, err := os.OpenFile(filepath.Join(conf, "feeds.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = feeds.WriteString(besideDrill(t))
	if closing := feeds.Close(); err != nil || closing != nil {
		t.Fatal(err, closing)
	}
	began, data := time.Now(), t.TempDir()
	p := start(t, "--exercise", "--config", conf, "--data", data, "--web.external-url", "http://desk.example")
	prometheus := scraper(t, strings.TrimPrefix(p.address(), "http://"))
	towns, told := strings.Fields("Osh Naryn Talas Batken Karakol Tashkent Almaty Dushanbe Khujand Kabul"), 0
	judged := false
	open := questions(t)
	total := len(open)
	t.Cleanup(func() {
		for _, q := range open {
			t.Logf("%s: nothing", q.panel)
		}
	})
	p.until("the panels have something to show", 2*time.Minute, func() bool {
		if n, _ := desk.count(); n == told && told < len(towns) { // one after the other, so that Prometheus sees each
			outlet.add(told, fmt.Sprintf("Gunmen clash with police in %s, %d wounded", towns[told], 11+7*told))
			told++
		}
		if n, _ := desk.count(); n > 0 && !judged {
			judged = exec.Command("faultline", "feedback", "http://news.example/item-0", "--true", "--by", "desk", "--config", conf, "--data", data).Run() == nil
		}
		open = slices.DeleteFunc(open, func(q question) bool {
			n, value := ask(prometheus, q.expr)
			if n > 0 {
				t.Logf("%s: %d series, the first %s", q.panel, n, value)
			}
			return n > 0
		})
		return len(open) == 0
	})
	if total < 60 {
		t.Errorf("only %d queries", total)
	}
	if rules := prometheus.get("/api/v1/rules"); !strings.Contains(rules, `"health":"ok"`) || strings.Contains(rules, `"health":"err"`) {
		t.Errorf("not all rules can be computed: %s", rules)
	}
	p.until("alerts are named", time.Minute, func() bool {
		exemplars := prometheus.get(fmt.Sprintf("/api/v1/query_exemplars?query=faultline_time_to_alert_seconds_bucket&start=%d&end=%d", began.Unix(), time.Now().Unix()+1))
		return regexp.MustCompile(`"labels":\{"incident":"[0-9a-f]{32}"\}`).MatchString(exemplars)
	})
}
