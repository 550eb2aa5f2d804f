// Command schema writes the JSON Schemas of the files that an analyst edits
// into deploy/config/schema, from the Go types that read these files. Run it
// after a change of those types: go run ./tools/schema
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"faultline/tools/house"
)

func main() {
	if err := write("."); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

// folder is where the schemas are, below the root of the repository.
const folder = "deploy/config/schema"

// write brings the schemas of the repository that holds the folder below up to
// date.
func write(below string) error {
	root, err := house.Root(below)
	if err != nil {
		return err
	}
	files, err := generate(root)
	if err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(root, folder, name), data, 0o644); err != nil { //nolint:gosec // they are shipped
			return fmt.Errorf("writing a schema: %w", err)
		}
	}
	return nil
}
