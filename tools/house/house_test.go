package house

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func packages(t *testing.T) []Package {
	t.Helper()
	root, err := Root(".")
	if err != nil {
		t.Fatal(err)
	}
	all, err := Packages(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("go list found only %d packages", len(all))
	}
	return all
}

// effects are the packages below internal/ that may touch the world.
func effects() []string {
	return []string{
		"faultline/services/fetcher/internal/client",
		"faultline/services/fetcher/internal/robots",
		"faultline/services/fetcher/internal/series",
		"faultline/services/alerter/internal/aggregate",
		"faultline/services/alerter/internal/api",
		"faultline/services/alerter/internal/deliver",
		"faultline/services/alerter/internal/inhibit",
		"faultline/services/alerter/internal/notify",
		"faultline/services/alerter/internal/route",
		"faultline/services/alerter/internal/silence",
		"faultline/services/alerter/internal/sinktest",
	}
}

func TestLayers(t *testing.T) {
	all := packages(t)
	for _, fault := range slices.Concat(Layers(all), Impure(all, effects())) {
		t.Error(fault)
	}
	if depth, chain := Depth(all); depth > maxDepth {
		t.Errorf("imports are %d packages deep, more than %d: %s", depth, maxDepth, strings.Join(chain, " -> "))
	}
}

func TestBounds(t *testing.T) {
	root, err := Root(".")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Bounds(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range r.Faults {
		t.Error(fault)
	}
	median, p90 := r.Spread()
	if median > medianFunction || p90 > p90FunctionLines {
		t.Errorf("functions: median %d lines (at most %d), 90th percentile %d (at most %d)", median, medianFunction, p90, p90FunctionLines)
	}
	if r.Tests < r.Product {
		t.Errorf("there are %d characters of test code for %d of product code; tests should be at least as much", r.Tests, r.Product)
	}
	t.Logf("%d functions, median %d lines, 90th percentile %d; %d characters of product code, %d of tests", len(r.Functions), median, p90, r.Product, r.Tests)
}

// Texts speak of decisions by their numbers, and two that are made at once would have one.
func TestDecisionsAreNumberedInTurn(t *testing.T) {
	root, err := Root(".")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "docs/decisions/*.md"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(filepath.Base(file), fmt.Sprintf("%04d-", i+1)) || !strings.HasPrefix(string(text), fmt.Sprintf("# %d. ", i+1)) {
			t.Errorf("%s is not number %d in its name and its heading", file, i+1)
		}
	}
}

func TestLayersFindsWhatIsForbidden(t *testing.T) {
	for name, c := range map[string]struct {
		from, to string
		want     string
	}{
		"upwards":            {"faultline/pkg/event", "faultline/pkg/bus", "floor 0"},
		"wing to wing":       {"faultline/services/alerter", "faultline/services/fetcher", "the wings meet"},
		"nats outside":       {"faultline/services/fetcher", "github.com/nats-io/nats.go/jetstream", "only in faultline/pkg/bus"},
		"alertmanager":       {"faultline/services/alerter/internal/group", "github.com/prometheus/alertmanager/config", "only in"},
		"sideways":           {"faultline/pkg/service", "faultline/pkg/service2", ""},
		"within a wing":      {"faultline/services/alerter/internal/incident", "faultline/services/alerter/internal/story", ""},
		"roof to wing":       {"faultline/services/faultline/internal/desk", "faultline/services/fetcher", ""},
		"service to service": {"faultline/services/alerter", "faultline/services/faultline/internal/desk", "the wings meet"},
		"downwards":          {"faultline/services/fetcher", "faultline/pkg/bus", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := forbidden(c.from, c.to)
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	impure := Impure([]Package{{ImportPath: "faultline/services/fetcher/internal/feed", Imports: []string{"net/http", "net/url"}}}, nil)
	if len(impure) != 1 || !strings.Contains(impure[0], "net/http") {
		t.Errorf("got %v", impure)
	}
	depth, chain := Depth([]Package{{ImportPath: "a", Imports: []string{"b", "c"}}, {ImportPath: "b", Imports: []string{"c"}}, {ImportPath: "c"}})
	if depth != 3 || strings.Join(chain, "") != "abc" {
		t.Errorf("got %d %v", depth, chain)
	}
}

func TestBoundsFindsWhatIsForbidden(t *testing.T) {
	long := "package a\nfunc f() {\n" + strings.Repeat("\t_ = 1\n", 90) + "}\n"
	for name, c := range map[string]struct{ file, source, want string }{
		"long function":   {"a.go", long, "a.go:2: f has 92 lines"},
		"long file":       {"a.go", "package a\n" + strings.Repeat("\n", 500), "more than 500"},
		"parameters":      {"a.go", "package a\nfunc f(a, b, c, d, e, g int) {}\n", "6 parameters"},
		"init":            {"a.go", "package a\nfunc init() {}\n", "init()"},
		"panic":           {"a.go", "package a\nfunc f() { panic(1) }\n", "panic"},
		"sleep in a test": {"a_test.go", "package a\nfunc f() { time.Sleep(1) }\n", "time.Sleep"},
		"background":      {"a.go", "package a\nfunc f() { context.Background() }\n", "take the context"},
		"exit":            {"a.go", "package a\nfunc f() { os.Exit(1) }\n", "only main"},
		"default logger":  {"a.go", "package a\nfunc f() { slog.Info(\"\") }\n", "injected"},
		"skip":            {"a_test.go", "package a\nfunc f() { t.Skip() }\n", "proves nothing"},
		"state":           {"a.go", "package a\nvar n int\nfunc f() { n++ }\n", "package state"},
		"map state":       {"a.go", "package a\nvar m = map[int]int{}\nfunc f() { m[1] = 2 }\n", "package state"},
		"exported state":  {"a.go", "package a\nvar N int\n", "can be changed by anybody"},
		"mark":            {"a.go", "package a\n// TO" + "DO: x\n", "unfinished"},
	} {
		t.Run(name, func(t *testing.T) {
			var r Report
			if err := r.Add(c.file, []byte(c.source)); err != nil {
				t.Fatal(err)
			}
			if len(r.Faults) != 1 || !strings.Contains(r.Faults[0], c.want) {
				t.Errorf("got %q, want %q", r.Faults, c.want)
			}
		})
	}
	for name, source := range map[string]string{
		"sentinel": "package a\nvar ErrX = errors.New(\"x\")\n",
		"must":     "package a\nfunc MustX() { panic(1) }\n",
		"bubble":   "package a\nfunc f() { synctest.Test(t, func(t *testing.T) { time.Sleep(1) }) }\n",
		"local":    "package a\nvar n int\nfunc f() { n := 1; n++ }\n",
	} {
		var r Report
		if err := r.Add("a_test.go", []byte(source)); err != nil {
			t.Fatal(err)
		}
		if len(r.Faults) != 0 {
			t.Errorf("%s: got %q", name, r.Faults)
		}
	}
}
