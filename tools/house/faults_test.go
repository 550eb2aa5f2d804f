package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// lastFault is the last number of docs/faults.md.
const lastFault = 117

var (
	faultTest   = regexp.MustCompile(`(?m)^func (Test\w*Fault\d\w*)\(t \*testing\.T\)`)
	faultNumber = regexp.MustCompile(`(Fault|And|To)(\d+)`)
)

// faultsOf are the numbers that a test's name holds: TestFault01To03And43 holds four.
func faultsOf(name string) (all []int) {
	for _, m := range faultNumber.FindAllStringSubmatch(name, -1) {
		n, err := strconv.Atoi(m[2])
		if err != nil {
			continue
		}
		if m[1] == "To" && len(all) > 0 {
			for between := all[len(all)-1] + 1; between < n; between++ {
				all = append(all, between)
			}
		}
		all = append(all, n)
	}
	return all
}

func TestFaultsOf(t *testing.T) {
	for name, want := range map[string][]int{
		"TestFault72DeadLetters": {72}, "TestFault01To03And43And49Classes": {1, 2, 3, 43, 49}, "TestFault89To94Classes": {89, 90, 91, 92, 93, 94}, "TestFaults": nil,
	} {
		if got := faultsOf(name); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// TestEachFaultHasATest: make faults runs what is called so, and leaves no number of the list out.
func TestEachFaultHasATest(t *testing.T) {
	held := map[int]bool{}
	for _, folder := range []string{"pkg", "services", "tools", "deploy"} {
		err := filepath.WalkDir(filepath.Join("../..", folder), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			if strings.HasPrefix(string(text), "//go:build e2e") {
				return err // make faults does not run it
			}
			for _, m := range faultTest.FindAllSubmatch(text, -1) {
				for _, n := range faultsOf(string(m[1])) {
					held[n] = true
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for n := 1; n <= lastFault; n++ {
		if !held[n] {
			t.Errorf("no test is named after fault %d", n)
		}
	}
}

// The list has each number once, in turn.
func TestFaultsAreListed(t *testing.T) {
	text, err := os.ReadFile("../../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	next := 1
	for _, row := range regexp.MustCompile(`(?m)^\| ([0-9 ]+) \|`).FindAllSubmatch(text, -1) {
		for number := range strings.FieldsSeq(string(row[1])) {
			if number != strconv.Itoa(next) {
				t.Fatalf("%s stands where %d should", number, next)
			}
			next++
		}
	}
	if next != lastFault+1 {
		t.Errorf("the list ends with %d, want %d", next-1, lastFault)
	}
}

// FAULTS 117: who reads time zones of the configuration carries them along, for images that have none.
func TestFault117TimeZonesAreBuiltIn(t *testing.T) {
	for _, main := range []string{"services/alerter/cmd/alerter/main.go", "services/faultline/cmd/faultline/main.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", main), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		carried := false
		for _, i := range file.Imports {
			carried = carried || i.Path.Value == `"time/tzdata"`
		}
		if !carried {
			t.Errorf("%s carries no time zones: import time/tzdata", main)
		}
	}
}
