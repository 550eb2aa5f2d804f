// Package house knows the rules of the repository's own structure: which
// package may use which, and how large things may grow. Its tests hold the code
// to them.
package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Package is a package of the repository and what it imports itself.
type Package struct {
	ImportPath string
	Dir        string
	Imports    []string
}

// Root finds the folder of go.work at or above dir.
func Root(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("looking for go.work: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return dir, nil
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		return "", errors.New("there is no go.work here or above; run the test inside the repository")
	}
}

// Packages lists the packages of all modules of the workspace at root.
func Packages(root string) ([]Package, error) {
	list := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,Imports", "work")
	list.Dir = root
	list.Env = append(os.Environ(), "GOWORK="+filepath.Join(root, "go.work"))
	var stderr bytes.Buffer
	list.Stderr = &stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("listing packages: %w: %s", err, stderr.String())
	}
	var all []Package
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p Package
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading go list: %w", err)
		}
		if strings.HasPrefix(p.ImportPath, "faultline/") {
			all = append(all, p)
		}
	}
}

// floors are the storeys of the house by import path, the first prefix that
// fits counts. A package may use the floors below its own.
func floors() []struct {
	prefix string
	floor  int
} {
	return []struct {
		prefix string
		floor  int
	}{
		{"faultline/deploy", 0}, {"faultline/tools", 9},
		{"faultline/pkg/event", 0}, {"faultline/pkg/config", 0}, {"faultline/pkg/correction", 0}, {"faultline/pkg/address", 0},
		{"faultline/pkg/bus", 1}, {"faultline/pkg/service", 2},
		{"faultline/services/fetcher/internal", 3}, {"faultline/services/classifier/internal", 3}, {"faultline/services/alerter/internal", 3},
		{"faultline/services/fetcher/cmd", 5}, {"faultline/services/classifier/cmd", 5}, {"faultline/services/alerter/cmd", 5},
		{"faultline/services/fetcher", 4}, {"faultline/services/classifier", 4}, {"faultline/services/alerter", 4},
		{"faultline/services/faultline/internal", 6}, {"faultline/services/faultline", 7},
	}
}

func floor(path string) (int, bool) {
	for _, f := range floors() {
		if path == f.prefix || strings.HasPrefix(path, f.prefix+"/") {
			return f.floor, true
		}
	}
	return 0, false
}

// wing is the folder below services/ that a package belongs to, or "".
func wing(path string) string {
	rest, ok := strings.CutPrefix(path, "faultline/services/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// confined lists the libraries that may be used in few places only.
func confined() map[string][]string {
	return map[string][]string{
		"github.com/nats-io/nats.go":         {"faultline/pkg/bus"},
		"github.com/synadia-io/orbit.go":     {"faultline/pkg/bus"},
		"github.com/nats-io/nats-server":     {"faultline/pkg/bus/bustest", "faultline/services/faultline/internal/embedded"},
		"github.com/mmcdole/gofeed":          {"faultline/services/fetcher/internal/feed"},
		"github.com/prometheus/alertmanager": {"faultline/services/alerter/internal/notify", "faultline/services/alerter/internal/silence", "faultline/services/alerter/internal/api"},
	}
}

// Layers returns a sentence for each import that breaks a rule.
func Layers(packages []Package) []string {
	var faults []string
	for _, p := range packages {
		for _, imported := range p.Imports {
			if why := forbidden(p.ImportPath, imported); why != "" {
				faults = append(faults, fmt.Sprintf("%s imports %s: %s", p.ImportPath, imported, why))
			}
		}
		if _, ok := floor(p.ImportPath); !ok {
			faults = append(faults, fmt.Sprintf("%s: the package has no floor; name it in tools/house", p.ImportPath))
		}
	}
	return faults
}

// forbidden says why a package may not import another, or "".
func forbidden(from, to string) string {
	for library, rooms := range confined() {
		if !within(to, library) {
			continue
		}
		if !slices.ContainsFunc(rooms, func(room string) bool { return within(from, room) }) {
			return "that library is used only in " + strings.Join(rooms, " and ")
		}
	}
	if !strings.HasPrefix(to, "faultline/") {
		return ""
	}
	below, _ := floor(to)
	own, _ := floor(from)
	sameRoom := wing(from) == wing(to) && (own == 3 || own >= 6) || within(to, from) || within(from, to)
	switch {
	case wing(from) != "" && wing(to) != "" && wing(from) != wing(to) && wing(from) != "faultline":
		return "the wings meet only in pkg/event"
	case below > own || below == own && !sameRoom && own != 0:
		return fmt.Sprintf("floor %d may only use the floors below it, not floor %d", own, below)
	}
	return ""
}

// within reports whether the import path is the prefix or lies below it.
func within(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

// Impure returns a sentence for each package of a wing that touches the bus,
// the network or metrics although it is not among those that may.
func Impure(packages []Package, mayTouch []string) []string {
	world := []string{"faultline/pkg/bus", "faultline/pkg/service", "net", "github.com/prometheus/client_golang"}
	pure := []string{"net/url", "net/netip", "net/mail", "net/textproto"}
	var faults []string
	for _, p := range packages {
		if !strings.Contains(p.ImportPath, "/internal/") || wing(p.ImportPath) == "faultline" || slices.Contains(mayTouch, p.ImportPath) {
			continue
		}
		for _, imported := range p.Imports {
			if slices.ContainsFunc(world, func(w string) bool { return within(imported, w) }) && !slices.Contains(pure, imported) {
				faults = append(faults, fmt.Sprintf("%s imports %s: what decides is pure; move the effect to the service, or name the package in the test", p.ImportPath, imported))
			}
		}
	}
	return faults
}

// Depth is the longest chain of imports within the repository, in packages.
func Depth(packages []Package) (int, []string) {
	byPath := map[string]Package{}
	for _, p := range packages {
		byPath[p.ImportPath] = p
	}
	chains := map[string][]string{}
	var longest func(path string) []string
	longest = func(path string) []string {
		if chain, ok := chains[path]; ok {
			return chain
		}
		var best []string
		for _, imported := range byPath[path].Imports {
			if _, ok := byPath[imported]; !ok {
				continue
			}
			if chain := longest(imported); len(chain) > len(best) {
				best = chain
			}
		}
		chains[path] = append([]string{path}, best...)
		return chains[path]
	}
	var deepest []string
	for path := range byPath {
		if chain := longest(path); len(chain) > len(deepest) {
			deepest = chain
		}
	}
	return len(deepest), deepest
}
