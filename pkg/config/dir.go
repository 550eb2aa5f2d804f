// Package config reads what a desk writes: strict YAML from layered
// directories, with errors that name file, line and column and say what to
// write instead.
package config

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Layer is one directory of configuration files.
type Layer struct {
	Name string // how errors name it: "/etc/faultline", "(shipped)"
	FS   fs.FS
	// Shipped marks the layer that came with the program and that nobody edits.
	Shipped bool
}

// Dir is the configuration as layers of files: a file of an upper layer
// replaces the file of the same name below it, so that a desk can replace one
// shipped file and keep the others.
type Dir struct {
	layers []Layer
	named  *named
}

// NewDir returns the layers as one directory, the first on top.
func NewDir(layers ...Layer) *Dir { return &Dir{layers: layers, named: newNamed()} }

// Over returns the directory with one more layer on top.
func (d *Dir) Over(top Layer) *Dir {
	return &Dir{layers: append([]Layer{top}, d.layers...), named: d.named}
}

// Read returns the uppermost file of that name. The error wraps
// fs.ErrNotExist when no layer has it, and is an Errors when the file is too
// large.
func (d *Dir) Read(name string) (File, error) {
	for _, l := range d.layers {
		f, err := l.read(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		f.named = d.named
		return f, err
	}
	return File{}, fmt.Errorf("reading %s from the configuration: %w", name, fs.ErrNotExist)
}

func (l Layer) read(name string) (File, error) {
	f := File{Name: name, Path: l.path(name), Shipped: l.Shipped, places: &places{}}
	info, err := fs.Stat(l.FS, name)
	if err != nil {
		return File{}, fmt.Errorf("reading %s: %w", f.Path, err)
	}
	if info.Size() > maxFileSize {
		return File{}, Errors{{Path: f.Path, Line: 1, Column: 1,
			Message: fmt.Sprintf("the file has %d bytes, more than the limit of %d", info.Size(), maxFileSize),
			Remedy:  "split it into several files"}}
	}
	data, err := fs.ReadFile(l.FS, name)
	if err != nil {
		return File{}, fmt.Errorf("reading %s: %w", f.Path, err)
	}
	f.Data = string(data)
	return f, nil
}

// path is how people find the file.
func (l Layer) path(name string) string {
	if strings.HasPrefix(l.Name, "(") {
		return l.Name + "/" + name
	}
	return path.Join(l.Name, name)
}

// Glob returns the names that match a pattern of path.Match, over all layers
// and sorted; the element ** stands for any number of folders. Names that begin
// with a dot are left out, as Kubernetes keeps its own links under such names.
func (d *Dir) Glob(pattern string) ([]string, error) {
	want := strings.Split(pattern, "/")
	var names []string
	err := d.walk(func(_ Layer, name string, _ fs.FileInfo) error {
		if match(want, strings.Split(name, "/")) {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", pattern, err)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// match reports whether the path elements fit the pattern elements.
func match(want, have []string) bool {
	if len(want) == 0 {
		return len(have) == 0
	}
	if want[0] == "**" {
		return match(want[1:], have) || len(have) > 0 && match(want, have[1:])
	}
	if len(have) == 0 {
		return false
	}
	ok, err := path.Match(want[0], have[0])
	return err == nil && ok && match(want[1:], have[1:])
}

// Ships reports whether a file of this name came with the program, also where
// another lies over it.
func (d *Dir) Ships(name string) bool {
	for _, l := range d.layers {
		if !l.Shipped {
			continue
		}
		if info, err := fs.Stat(l.FS, name); err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	return false
}

// AsShipped reports whether the file came with the program or says byte for
// byte what the one of its name that did says: a copy that nobody edited.
func (d *Dir) AsShipped(f File) bool {
	if f.Shipped {
		return true
	}
	for _, l := range d.layers {
		if !l.Shipped {
			continue
		}
		if shipped, err := l.read(f.Name); err == nil && shipped.Data == f.Data {
			return true
		}
	}
	return false
}

// Written are the names and paths of all files that did not come with the
// program, sorted by layer and name; their data is not read.
func (d *Dir) Written() (files []File, err error) {
	err = d.walk(func(l Layer, name string, _ fs.FileInfo) error {
		if !l.Shipped {
			files = append(files, File{Name: name, Path: l.path(name)})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("listing the configuration: %w", err)
	}
	return files, nil
}

// Fingerprint changes when any file of the configuration is added, removed or
// written, and when one is that those which were read name.
func (d *Dir) Fingerprint() (uint64, error) {
	h := fnv.New64a()
	err := d.walk(func(l Layer, name string, info fs.FileInfo) error {
		_, err := fmt.Fprintln(h, l.Name, name, info.Size(), info.ModTime().UnixNano())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("looking for changes of the configuration: %w", err)
	}
	if n := d.named.changes(); n > 0 {
		_, _ = fmt.Fprintln(h, n) //nolint:errcheck // a hash takes everything
	}
	return h.Sum64(), nil
}

// visitor is shown a file of a layer by its name.
type visitor func(Layer, string, fs.FileInfo) error

// walk visits every regular file, links to files and folders followed.
func (d *Dir) walk(visit visitor) error {
	for _, l := range d.layers {
		if err := l.walk(".", nil, visit); err != nil {
			return err
		}
	}
	return nil
}

// walk visits what has the name, and what is in it if it is a folder. What is removed
// while we look is passed over, as the next look sees it, and so is a link to one of the
// folders that it lies in, which are above.
func (l Layer) walk(name string, above []fs.FileInfo, visit visitor) error {
	info, err := fs.Stat(l.FS, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().IsRegular():
		return visit(l, name, info)
	case !info.IsDir() || slices.ContainsFunc(above, func(f fs.FileInfo) bool { return os.SameFile(f, info) }):
		return nil
	}
	entries, err := fs.ReadDir(l.FS, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if err := l.walk(path.Join(name, e.Name()), append(above, info), visit); err != nil {
			return err
		}
	}
	return nil
}
