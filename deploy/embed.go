// Package deploy carries the configuration that ships with Faultline, so that
// every binary can run without a file of its own.
package deploy

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
)

//go:embed all:config
var files embed.FS

// Config is the shipped configuration directory: faultline.yaml, feeds.yaml, feeds/,
// regions.yaml, alerting.yaml, rules/, languages/, entities/, schema/ and templates/.
func Config() fs.FS { return shipped{} }

// shipped is the folder config of the embedded files as a root of its own.
type shipped struct{}

// Open implements fs.FS.
func (shipped) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	file, err := files.Open(path.Join("config", name))
	if err != nil {
		return nil, fmt.Errorf("opening the shipped %s: %w", name, fs.ErrNotExist)
	}
	return file, nil
}
