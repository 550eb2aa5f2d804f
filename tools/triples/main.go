// Command triples counts the letters of the examples in deploy/config by
// language and writes the counts into services/classifier/internal/lang/triples,
// by which the language of a short text is told. Run it after many new examples:
// go run ./tools/triples
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"faultline/tools/house"
)

func main() {
	if err := write("."); err != nil {
		fmt.Fprintln(os.Stderr, "triples:", err)
		os.Exit(1)
	}
}

// write brings the counts of the repository that holds the folder below up to
// date.
func write(below string) error {
	root, err := house.Root(below)
	if err != nil {
		return err
	}
	examples, err := read(filepath.Join(root, "deploy/config"))
	if err != nil {
		return err
	}
	for name, data := range files(examples) {
		name = filepath.Join(root, "services/classifier/internal/lang/triples", name)
		if err := os.WriteFile(name, data, 0o644); err != nil { //nolint:gosec // they are source
			return fmt.Errorf("writing counts: %w", err)
		}
	}
	return nil
}
