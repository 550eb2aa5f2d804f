package faultline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/alecthomas/kingpin/v2"

	"faultline/deploy"
)

// initCommand writes the shipped configuration out.
type initCommand struct {
	dir   *string
	force *bool
}

func addInit(app *kingpin.Application) (string, command) {
	c := app.Command("init", `Write the shipped configuration into a directory, to edit. Each file may be removed again: what is missing is taken from the shipped one.
	faultline init conf`)
	cmd := initCommand{
		dir:   c.Arg("dir", "Directory to write; it is made if need be.").Required().String(),
		force: c.Flag("force", "Overwrite files that are there.").Bool(),
	}
	return c.FullCommand(), cmd
}

func (c initCommand) run(_ context.Context, stdio IO) error {
	shipped := deploy.Config()
	var names []string
	err := fs.WalkDir(shipped, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		names = append(names, name)
		return nil
	})
	if err != nil {
		return fmt.Errorf("listing the shipped configuration: %w", err)
	}
	if err := c.refuse(names); err != nil {
		return err
	}
	for _, name := range names {
		if err := write(shipped, name, filepath.Join(*c.dir, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(stdio.Out, "wrote %d files into %s\nnext: edit feeds.yaml and alerting.yaml there, then\n  faultline check --config %s\n  faultline run --config %s --data data\n", len(names), *c.dir, *c.dir, *c.dir)
	return err
}

// refuse keeps what a desk has written.
func (c initCommand) refuse(names []string) error {
	if *c.force {
		return nil
	}
	for _, name := range names {
		path := filepath.Join(*c.dir, filepath.FromSlash(name))
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: %w; nothing was written, --force overwrites", path, fs.ErrExist)
		}
	}
	return nil
}

func write(from fs.FS, name, path string) error {
	data, err := fs.ReadFile(from, name)
	if err != nil {
		return fmt.Errorf("reading the shipped %s: %w", name, err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, data, 0o640)); err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	return nil
}
