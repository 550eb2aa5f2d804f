package classifier

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"weak"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"faultline/deploy"
	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/assess"
)

const smallRules = `
indicators:
  - id: clash
    title: Clashes
    category: armed-clash
    severity: high
    points: 60
    match: {en: [clash*]}
    examples: {en: {fires: [Clashes in Osh], quiet: [All is quiet]}}
`

const smallRegions = `
regions:
  - {id: south, title: The south, countries: [KG]}
`

// folder is a configuration on disk that a test can change.
type folder string

func newFolder(t *testing.T) folder {
	f := folder(t.TempDir())
	f.write(t, "rules/a.yaml", smallRules)
	f.write(t, "regions.yaml", smallRegions)
	return f
}

func (f folder) write(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(string(f), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (f folder) dir() *config.Dir {
	return config.NewDir(config.Layer{Name: "/etc", FS: os.DirFS(string(f))})
}

// running is a service at work.
type running struct {
	*Service
	bus      *bus.Bus
	registry *prometheus.Registry
	stop     func() error
}

func start(t *testing.T, f folder) *running {
	t.Helper()
	r := &running{bus: bustest.Start(t), registry: prometheus.NewRegistry()}
	s, err := New(t.Context(), Options{Config: f.dir(), Bus: r.bus, Registerer: r.registry})
	if err != nil {
		t.Fatal(err)
	}
	r.Service = s
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	r.stop = func() error {
		cancel()
		return <-done
	}
	return r
}

func (r *running) publish(t *testing.T, item event.Item) {
	t.Helper()
	data, err := event.Encode(&item)
	if err != nil {
		t.Fatal(err)
	}
	r.send(t, item.ID+fmt.Sprint(item.Revision), data)
}

func (r *running) send(t *testing.T, id string, data []byte) {
	t.Helper()
	if _, err := r.bus.Publish(t.Context(), bus.Message{Subject: bus.ItemSubject("feed"), ID: id, Data: data}); err != nil {
		t.Fatal(err)
	}
}

// assessments waits for n of them.
func (r *running) assessments(t *testing.T, n int) (all []event.Assessment, subjects []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := r.bus.Tail(ctx, bus.Assessments, nil, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var a event.Assessment
		if err := event.Decode(d.Data, &a); err != nil {
			return err
		}
		all, subjects = append(all, a), append(subjects, d.Subject)
		if len(all) == n {
			cancel()
		}
		return nil
	})
	if len(all) != n || err != nil && ctx.Err() == nil {
		t.Fatalf("%d assessments, want %d: %v", len(all), n, err)
	}
	return all, subjects
}

// eventually waits until the condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick, end := time.NewTicker(10*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("%s: not within a minute", what)
		}
	}
}

func TestService(t *testing.T) {
	r := start(t, newFolder(t))
	if err := r.Ready(); err != nil {
		t.Errorf("the service is not ready: %v", err)
	}
	r.publish(t, event.Item{ID: "a", Language: "en", Title: "Clashes in Osh, Kyrgyzstan", Text: "Clashes in Osh."})
	r.publish(t, event.Item{ID: "b", Language: "en", Title: "All is quiet"})
	r.publish(t, event.Item{ID: "c", Revision: 1, Language: "en", Title: "All is quiet again"})
	r.publish(t, event.Item{ID: "d", Language: "en", Title: "RETRACTED: All is quiet"})
	r.publish(t, event.Item{ID: "e", Language: "en", Title: "To our readers", Text: "We withdraw our earlier report."})
	all, subjects := r.assessments(t, 4)
	byItem := map[string]event.Assessment{}
	for i, a := range all {
		byItem[a.Item.ID] = a
		want := map[string]string{"a": bus.AssessmentSubject("KG", "armed-clash"), "c": bus.AssessmentSubject("xx", "none"), "d": bus.AssessmentSubject("xx", "none"), "e": bus.AssessmentSubject("xx", "none")}[a.Item.ID]
		if subjects[i] != want {
			t.Errorf("item %s is filed under %s, want %s", a.Item.ID, subjects[i], want)
		}
	}
	a := byItem["a"]
	if !a.Relevant || a.Main == nil || a.Main.Name != "Osh" || fmt.Sprint(a.Regions) != "[south]" || a.Assessed.IsZero() || a.Ruleset != r.live.Load().Hash {
		t.Errorf("assessment %+v", a)
	}
	if _, ok := byItem["c"]; !ok {
		t.Error("a revision that shows nothing any more is not told")
	}
	for _, id := range []string{"d", "e"} {
		if _, ok := byItem[id]; !ok {
			t.Errorf("%s: that an outlet takes a report back is not told where the rules find nothing in it", id)
		}
	}
	eventually(t, "five items counted", func() bool { return testutil.ToFloat64(r.metrics.items.WithLabelValues("false")) == 4 })
	err := testutil.GatherAndCompare(r.registry, strings.NewReader(`
# HELP faultline_findings_total Findings, by indicator and by how the text puts it.
# TYPE faultline_findings_total counter
faultline_findings_total{assertion="asserted",indicator="clash"} 1
# HELP faultline_items_assessed_total Items assessed, by whether they are relevant.
# TYPE faultline_items_assessed_total counter
faultline_items_assessed_total{relevant="false"} 4
faultline_items_assessed_total{relevant="true"} 1
# HELP faultline_rules Indicators of the live rule set.
# TYPE faultline_rules gauge
faultline_rules 1
`), "faultline_findings_total", "faultline_items_assessed_total", "faultline_rules")
	if err != nil {
		t.Error(err)
	}
	if n, err := testutil.GatherAndCount(r.registry, "faultline_assess_duration_seconds"); n != 1 || err != nil {
		t.Errorf("%d histograms of the duration: %v", n, err)
	}
	if err := r.stop(); err != nil {
		t.Errorf("Run returned %v", err)
	}
}

// An item that comes twice is assessed to the same id, and stored once.
func TestRedelivery(t *testing.T) {
	r := start(t, newFolder(t))
	item := event.Item{ID: "a", Language: "en", Title: "Clashes"}
	data, err := event.Encode(&item)
	if err != nil {
		t.Fatal(err)
	}
	r.send(t, "one", data)
	r.send(t, "two", data)
	r.publish(t, event.Item{ID: "z", Language: "en", Title: "Clashes again"})
	eventually(t, "three items assessed", func() bool { return testutil.ToFloat64(r.metrics.items.WithLabelValues("true")) == 3 })
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	all, _ := r.assessments(t, 2)
	if all[0].ID == all[1].ID {
		t.Error("one assessment is stored twice")
	}
}

func TestUnreadableItems(t *testing.T) {
	r := start(t, newFolder(t))
	r.send(t, "x", []byte(`{"schema":"item/2","id":"x"}`))
	r.send(t, "y", []byte(`no JSON`))
	r.publish(t, event.Item{ID: "z", Language: "en", Title: "Clashes"})
	if all, _ := r.assessments(t, 1); all[0].Item.ID != "z" {
		t.Errorf("assessed %s", all[0].Item.ID)
	}
	var reasons []string
	eventually(t, "two dead letters", func() bool {
		reasons = nil
		err := r.bus.DeadLetters(t.Context(), func(d bus.DeadLetter) error {
			reasons = append(reasons, d.Reason)
			return nil
		})
		return err == nil && len(reasons) == 2
	})
	if !strings.Contains(strings.Join(reasons, " "), `document says "item/2", this build reads "item/1"`) {
		t.Errorf("reasons %v", reasons)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
}

// A rule set with a fault, or whose examples fail, does not go live.
func TestReload(t *testing.T) {
	f := newFolder(t)
	r := start(t, f)
	first := r.live.Load().Hash
	for name, c := range map[string]struct{ file, content, want string }{
		"a fault":             {"rules/a.yaml", strings.Replace(smallRules, "points: 60", "points: 600", 1), "/etc/rules/a.yaml:7:13: 600 points are out of range"},
		"an example":          {"rules/a.yaml", strings.Replace(smallRules, "All is quiet", "A clash", 1), `/etc/rules/a.yaml:9:54: clash "A clash": should be quiet, but “clash” matched "clash*"`},
		"a region":            {"regions.yaml", strings.Replace(smallRegions, "KG", "XX", 1), `/etc/regions.yaml:3:`},
		"settings":            {"faultline.yaml", "classifier: {threshold: 200}", `/etc/faultline.yaml:1:25: threshold: 200 is not between 1 and 100; write the score from which`},
		"an unknown setting":  {"faultline.yaml", "classifier: {treshold: 20}", `/etc/faultline.yaml:1:14: `},
		"settings of another": {"faultline.yaml", "nats: {uri: x}", `/etc/faultline.yaml:1:8: `},
	} {
		f.write(t, c.file, c.content)
		err := r.Reload(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %s", name, err, c.want)
		}
		if got := r.live.Load().Hash; got != first {
			t.Errorf("%s: the rule set %s is live, want the last good one", name, got)
		}
		if err := CheckConfig(t.Context(), f.dir()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the check says %v, want %s", name, err, c.want)
		}
		f.write(t, "rules/a.yaml", smallRules)
		f.write(t, "regions.yaml", smallRegions)
		f.write(t, "faultline.yaml", "")
	}
	f.write(t, "rules/b.yaml", `indicators: [{id: riot, title: t, category: riot, severity: low, points: 30, match: {en: [riot]}}]`)
	if err := r.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r.live.Load().Hash == first || r.live.Load().Indicators() != 2 {
		t.Error("the new rules are not live")
	}
	r.publish(t, event.Item{ID: "a", Language: "en", Title: "A riot"})
	if all, _ := r.assessments(t, 1); all[0].Categories[0] != "riot" || all[0].Ruleset == first {
		t.Errorf("assessed with %s: %v", all[0].Ruleset, all[0].Categories)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
}

// A thousand reloads while items arrive lose none of them and leak nothing: the
// rule sets that came and went are collected.
func TestFault83ReloadUnderLoad(t *testing.T) {
	r := start(t, newFolder(t))
	const items, reloads = 1000, 1000
	published := make(chan error, 1)
	go func() { published <- r.publishMany(t.Context(), items) }()
	goroutines, sets, engines := 0, make([]weak.Pointer[Ruleset], 0, reloads), make([]weak.Pointer[assess.Engine], 0, reloads)
	for i := range reloads {
		if err := r.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if i == reloads/10 {
			goroutines = runtime.NumGoroutine()
		}
		sets, engines = append(sets, weak.Make(r.live.Load())), append(engines, weak.Make(r.live.Load().engine))
	}
	if err := <-published; err != nil {
		t.Fatal(err)
	}
	all, _ := r.assessments(t, items)
	seen := map[string]bool{}
	for _, a := range all {
		seen[a.Item.ID] = true
	}
	if len(seen) != items {
		t.Errorf("%d of %d items were assessed", len(seen), items)
	}
	eventually(t, "the rule sets that went are collected, but for the live one and one in hand", func() bool {
		runtime.GC()
		return alive(sets) <= 2 && alive(engines) <= 2
	})
	if n := runtime.NumGoroutine(); n > goroutines+10 {
		t.Errorf("%d goroutines were %d", n, goroutines)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
}

// publishMany publishes n items that have a clash.
func (r *running) publishMany(ctx context.Context, n int) error {
	for i := range n {
		data, err := event.Encode(&event.Item{ID: fmt.Sprint(i), Language: "en", Title: "Clashes"})
		if err != nil {
			return err
		}
		if _, err := r.bus.Publish(ctx, bus.Message{Subject: bus.ItemSubject("feed"), ID: fmt.Sprint(i), Data: data}); err != nil {
			return err
		}
	}
	return nil
}

// alive counts what is not collected.
func alive[T any](all []weak.Pointer[T]) (n int) {
	for _, p := range all {
		if p.Value() != nil {
			n++
		}
	}
	return n
}

func TestNewRefuses(t *testing.T) {
	f := newFolder(t)
	b := bustest.Start(t)
	registry := prometheus.NewRegistry()
	f.write(t, "rules/a.yaml", "indicators: [{id: 3}]")
	var faults config.Errors
	if _, err := New(t.Context(), Options{Config: f.dir(), Bus: b, Registerer: registry}); !errors.As(err, &faults) {
		t.Errorf("bad rules give %v", err)
	}
	if _, err := New(t.Context(), Options{Config: f.dir(), Bus: b, Registerer: registry}); err == nil || !strings.Contains(err.Error(), "registering metrics") {
		t.Errorf("a second service on one registry gives %v", err)
	}
}

func TestShippedRules(t *testing.T) {
	dir := config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config()})
	results, err := TestRules(t.Context(), dir, config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	perLanguage := map[string]int{}
	for _, r := range results {
		perLanguage[r.Language]++
		if r.Problem != "" {
			t.Errorf("%s: %s: %s", r.At(), r.Rule, r.Problem)
		}
	}
	if perLanguage["en"] < 100 || perLanguage["ru"] < 100 {
		t.Errorf("examples per language: %v", perLanguage)
	}
	if err := CheckConfig(t.Context(), dir); err != nil {
		t.Error(err)
	}
}

func TestNotReady(t *testing.T) {
	server := bustest.StartServer(t)
	s, err := New(t.Context(), Options{Config: newFolder(t).dir(), Bus: server.Bus(), Registerer: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	server.Stop()
	eventually(t, "not ready without NATS", func() bool { return s.Ready() != nil })
}
