package house

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// lay writes files below a new folder.
func lay(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestRootIsTheNearestAbove(t *testing.T) {
	root := lay(t, map[string]string{"go.work": "", "a/b/x.go": "", "inner/go.work": "", "inner/c/x.go": ""})
	for below, want := range map[string]string{"": "", "a": "", "a/b": "", "inner": "inner", "inner/c": "inner"} {
		got, err := Root(filepath.Join(root, below))
		if err != nil || got != filepath.Join(root, want) {
			t.Errorf("%q: got %s, %v", below, got, err)
		}
	}
	if got, err := Root("/"); err == nil || err.Error() != "there is no go.work here or above; run the test inside the repository" {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestPackagesOfABrokenWorkspace(t *testing.T) {
	root := lay(t, map[string]string{"go.work": "nonsense\n"})
	if _, err := Packages(root); err == nil || !strings.HasPrefix(err.Error(), "listing packages: ") || !strings.Contains(err.Error(), "go.work") {
		t.Errorf("got %v", err)
	}
}

func TestPackagesAreThoseOfTheRepository(t *testing.T) {
	for _, p := range packages(t) {
		if !strings.HasPrefix(p.ImportPath, "faultline/") || !filepath.IsAbs(p.Dir) {
			t.Errorf("got %+v", p)
		}
		if _, err := os.Stat(p.Dir); err != nil {
			t.Error(err)
		}
	}
}

func TestFloors(t *testing.T) {
	for path, want := range map[string]int{
		"faultline/pkg/event": 0, "faultline/pkg/config": 0, "faultline/pkg/correction": 0, "faultline/pkg/address": 0, "faultline/pkg/bus": 1, "faultline/pkg/bus/bustest": 1, "faultline/pkg/service": 2,
		"faultline/services/fetcher/internal/feed": 3, "faultline/services/fetcher": 4, "faultline/services/fetcher/cmd/fetcher": 5,
		"faultline/services/faultline/internal/desk": 6, "faultline/services/faultline": 7, "faultline/services/faultline/cmd/faultline": 7,
		"faultline/deploy": 0, "faultline/tools/house": 9,
	} {
		if got, ok := floor(path); !ok || got != want {
			t.Errorf("%s is on floor %d, %v; want %d", path, got, ok, want)
		}
	}
	for _, path := range []string{"faultline/pkg/new", "faultline/pkg/eventful", "faultline/services/new", "faultline", "fmt"} {
		if got, ok := floor(path); ok {
			t.Errorf("%s has floor %d", path, got)
		}
	}
	faults := Layers([]Package{{ImportPath: "faultline/pkg/new"}})
	if want := []string{"faultline/pkg/new: the package has no floor; name it in tools/house"}; !slices.Equal(faults, want) {
		t.Errorf("got %q", faults)
	}
}

// Whatever a package of a lower floor imports of a higher one is a fault, and
// what a higher one imports of a lower one outside the other wings is none.
func TestNoFloorUsesTheOnesAbove(t *testing.T) {
	one := func(prefix string) string { return prefix + "/x" }
	for _, from := range floors() {
		for _, to := range floors() {
			why := forbidden(one(from.prefix), one(to.prefix))
			if to.floor > from.floor && why == "" {
				t.Errorf("%s (floor %d) may use %s (floor %d)", from.prefix, from.floor, to.prefix, to.floor)
			}
			foreign := wing(one(from.prefix)) != wing(one(to.prefix)) && wing(one(to.prefix)) != "" && wing(one(from.prefix)) != "" && wing(one(from.prefix)) != "faultline"
			if to.floor < from.floor && !foreign && why != "" {
				t.Errorf("%s may not use %s: %s", from.prefix, to.prefix, why)
			}
			if foreign && why == "" {
				t.Errorf("%s may use the other wing's %s", from.prefix, to.prefix)
			}
		}
	}
}

func TestLibrariesStayInTheirRooms(t *testing.T) {
	for library, rooms := range confined() {
		for _, room := range rooms {
			if why := forbidden(room, library+"/sub"); why != "" {
				t.Errorf("%s may not use %s: %s", room, library, why)
			}
			if why := forbidden(room+"/sub", library); why != "" {
				t.Errorf("%s/sub may not use %s: %s", room, library, why)
			}
			if why := forbidden(room+"x", library); !strings.Contains(why, room) {
				t.Errorf("%sx may use %s: %q", room, library, why)
			}
		}
	}
	if why := forbidden("faultline/services/fetcher", "github.com/nats-io/nats.golang"); why != "" {
		t.Errorf("a library of another name: %s", why)
	}
}

func TestImpure(t *testing.T) {
	const pack = "faultline/services/fetcher/internal/feed"
	for imported, want := range map[string]bool{
		"net": true, "net/http": true, "net/http/httptest": true, "faultline/pkg/bus": true, "faultline/pkg/service": true,
		"github.com/prometheus/client_golang/prometheus": true, "net/url": false, "net/netip": false, "network": false, "faultline/pkg/event": false, "os": false,
	} {
		faults := Impure([]Package{{ImportPath: pack, Imports: []string{imported}}}, nil)
		if (len(faults) == 1) != want {
			t.Errorf("%s: got %q", imported, faults)
		}
	}
	reach := []string{"net/http"}
	for path, may := range map[string][]string{
		"faultline/services/fetcher":                 nil, // a service is where effects are
		"faultline/services/faultline/internal/desk": nil, // so is the roof
		pack: {pack}, // and what the test names
	} {
		if faults := Impure([]Package{{ImportPath: path, Imports: reach}}, may); len(faults) != 0 {
			t.Errorf("%s: got %q", path, faults)
		}
	}
}

func TestDepth(t *testing.T) {
	var chain []Package
	for i := range 20 {
		chain = append(chain, Package{ImportPath: fmt.Sprint("p", i), Imports: []string{fmt.Sprint("p", i+1), "fmt"}})
	}
	depth, names := Depth(chain)
	if depth != 20 || names[0] != "p0" || names[19] != "p19" {
		t.Errorf("a chain: %d, %v", depth, names)
	}
	var ladder []Package // many ways through: 2^25 without remembering
	for i := range 25 {
		next := []string{fmt.Sprint("a", i+1), fmt.Sprint("b", i+1)}
		ladder = append(ladder, Package{ImportPath: fmt.Sprint("a", i), Imports: next}, Package{ImportPath: fmt.Sprint("b", i), Imports: next})
	}
	if depth, _ := Depth(ladder); depth != 25 {
		t.Errorf("a ladder: %d", depth)
	}
	if depth, names := Depth(nil); depth != 0 || names != nil {
		t.Errorf("nothing: %d, %v", depth, names)
	}
}
