package house

import (
	"slices"
	"strings"
	"testing"
)

// judge is what the bounds say of one file.
func judge(t *testing.T, name, source string) Report {
	t.Helper()
	var r Report
	if err := r.Add(name, []byte(source)); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBoundsAtTheirLimits(t *testing.T) {
	function := func(lines int) string {
		return "package a\nfunc f() {\n" + strings.Repeat("\t_ = 1\n", lines-2) + "}\n"
	}
	for name, c := range map[string]struct {
		source string
		faults int
	}{
		"80 lines":       {function(80), 0},
		"81 lines":       {function(81), 1},
		"a file of 500":  {"package a\n" + strings.Repeat("\n", 499), 0},
		"a file of 501":  {"package a\n" + strings.Repeat("\n", 500), 1},
		"5 parameters":   {"package a\nfunc f(a, b int, c string, d ...int) {}\nfunc g(a, b, c, d, e int) {}\n", 0},
		"6 in a method":  {"package a\ntype t int\nfunc (t) f(a, b, c, d, e, g int) {}\n", 1},
		"only a body":    {"package a\nfunc f()\n", 0},
		"init as method": {"package a\ntype t int\nfunc (t) init() {}\n", 0},
	} {
		if r := judge(t, "a.go", c.source); len(r.Faults) != c.faults {
			t.Errorf("%s: got %q, want %d faults", name, r.Faults, c.faults)
		}
	}
}

// Some calls are allowed where the program begins, and others in tests.
func TestWhereACallIsAllowed(t *testing.T) {
	for _, c := range []struct {
		name, pack, function, call string
		allowed                    bool
	}{
		{"a.go", "main", "main", "os.Exit(1)", true}, {"a.go", "a", "f", "os.Exit(1)", false},
		{"a.go", "main", "f", "context.Background()", true}, {"a.go", "a", "Main", "context.Background()", true},
		{"a.go", "a", "f", "context.TODO()", false}, {"a_test.go", "a", "f", "context.Background()", true},
		{"a.go", "a", "f", "time.Sleep(1)", true}, {"a_test.go", "a", "f", "time.Sleep(1)", false},
		{"bustest/a.go", "bustest", "f", "time.Sleep(1)", false}, {"bustest/a.go", "bustest", "f", "panic(1)", true},
		{"a.go", "a", "MustF", "panic(1)", true}, {"a.go", "a", "f", "panic(1)", false}, {"a_test.go", "a", "f", "panic(1)", true},
		{"a.go", "a", "f", "prometheus.MustRegister(x)", false}, {"a.go", "a", "f", "promauto.NewCounter(x)", false},
		{"a.go", "a", "f", "registerer.MustRegister(x)", true}, {"a.go", "a", "f", "slog.Default()", false}, {"a.go", "a", "f", "slog.New(x)", true},
		{"a.go", "a", "f", "logger.Info(x)", true}, {"a_test.go", "a", "f", "t.Skipf(x)", false}, {"a_test.go", "a", "f", "b.Skip()", false},
	} {
		r := judge(t, c.name, "package "+c.pack+"\nfunc "+c.function+"() { "+c.call+" }\n")
		if (len(r.Faults) == 0) != c.allowed {
			t.Errorf("%s in %s of package %s, %s: got %q", c.call, c.function, c.pack, c.name, r.Faults)
		}
	}
}

func TestCallsAreFoundWhereverTheyHide(t *testing.T) {
	for name, body := range map[string]string{
		"in a closure":        "func() { panic(1) }()",
		"as an argument":      "g(func() int { panic(1) })",
		"in a goroutine":      "go func() { panic(1) }()",
		"deferred":            "defer panic(1)",
		"in a case":           "switch { case true: panic(1) }",
		"behind another call": "g(); h(); panic(1)",
	} {
		r := judge(t, "a.go", "package a\nfunc f() {\n\t"+body+"\n}\n")
		if len(r.Faults) != 1 || !strings.HasPrefix(r.Faults[0], "a.go:3: panic: ") {
			t.Errorf("%s: got %q", name, r.Faults)
		}
	}
	inside := "package a\nfunc f() {\n\tsynctest.Test(t, func(t *testing.T) { time.Sleep(1) })\n\ttime.Sleep(1)\n}\n"
	if r := judge(t, "a_test.go", inside); len(r.Faults) != 1 || !strings.HasPrefix(r.Faults[0], "a_test.go:4: ") {
		t.Errorf("a bubble hides what is beside it: %q", r.Faults)
	}
}

func TestPackageState(t *testing.T) {
	for source, want := range map[string]string{
		"var ErrGone = errors.New(\"gone\")\n":                     "",
		"var table = map[int]int{1: 2}\nfunc f() { _ = table[1] }": "",
		"var n int\nfunc f() { n = 1 }":                            "a.go:3: n is package state that changes; move it into a value",
		"var n int\nfunc f() { n += 1 }":                           "a.go:3: n is package state that changes; move it into a value",
		"var n int\nfunc f() { n-- }":                              "a.go:3: n is package state that changes; move it into a value",
		"var a, b int\nfunc f() { _, b = 1, 2 }":                   "a.go:3: b is package state that changes; move it into a value",
		"var s []int\nfunc f() { s[0] = 1 }":                       "a.go:3: s is package state that changes; move it into a value",
		"var s []int\nfunc f(s []int) { s[0] = 1 }":                "",
		"var (\n\tx int\n\tY int\n)":                               "a.go:4: the exported variable Y can be changed by anybody; make it a function",
		"const N = 1\ntype T struct{ N int }":                      "",
	} {
		got := strings.Join(judge(t, "a.go", "package a\n"+source+"\n").Faults, "\n")
		if got != want {
			t.Errorf("%s\ngot  %q\nwant %q", source, got, want)
		}
	}
	if r := judge(t, "a_test.go", "package a\nvar N int\nfunc f() { N = 1 }\n"); len(r.Faults) != 0 {
		t.Errorf("a test's own variable: %q", r.Faults)
	}
}

func TestBoundsCountTestsApart(t *testing.T) {
	root := lay(t, map[string]string{
		"a.go": "package a\n\nfunc f() {}\n", "a_test.go": "package a\n", "bustest/b.go": "package bustest\n\n",
		"bin/c.go": "broken", ".git/d.go": "broken", "x/testdata/e.go": "broken", "x/f.txt": "broken", "x/bin/g.go": "package bin\n",
	})
	r, err := Bounds(root)
	if err != nil || len(r.Faults) != 0 || r.Product != 31 || r.Tests != 24 || !slices.Equal(r.Functions, []int{1}) {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestSizeIsOfCodeThatShips(t *testing.T) {
	for source, want := range map[string]int{
		"package a\n": 9, "package a\n\n\n": 9, "package a\n\n// f does.\nfunc f() {\n\t_ = \"да\"\n}\n": 9 + 10 + 8 + 1, "package a // said\n": 17,
	} {
		for name, sizes := range map[string][2]int{"a.go": {want, 0}, "a_test.go": {0, want}, "tools/a.go": {0, 0}, "tools/a_test.go": {0, want}, "toolshed/a.go": {want, 0}} {
			if r := judge(t, name, source); r.Product != sizes[0] || r.Tests != sizes[1] {
				t.Errorf("%s, %q: %d and %d, want %v", name, source, r.Product, r.Tests, sizes)
			}
		}
	}
}

func TestBoundsOfFilesThatCannotBeRead(t *testing.T) {
	root := lay(t, map[string]string{"sub/a.go": "package a\nfunc {\n"})
	if _, err := Bounds(root); err == nil || !strings.HasPrefix(err.Error(), "reading sub/a.go: sub/a.go:2:6: ") {
		t.Errorf("got %v", err)
	}
	if _, err := Bounds(root + "/none"); err == nil {
		t.Error("no error for a folder that is not there")
	}
}

func TestSpread(t *testing.T) {
	var hundred []int
	for i := range 100 {
		hundred = append(hundred, 100-i)
	}
	for _, c := range []struct {
		lines       []int
		median, p90 int
	}{{nil, 0, 0}, {[]int{7}, 7, 7}, {[]int{9, 1, 5}, 5, 9}, {hundred, 51, 91}} {
		if median, p90 := (Report{Functions: c.lines}).Spread(); median != c.median || p90 != c.p90 {
			t.Errorf("%v: got %d and %d, want %d and %d", c.lines, median, p90, c.median, c.p90)
		}
	}
	if hundred[0] != 100 {
		t.Error("Spread sorts its caller's figures")
	}
}
