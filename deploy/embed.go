// Package deploy carries the configuration that ships with Faultline, so that
// every binary can run without a file of its own.
package deploy

import (
	"embed"
	"io/fs"
)

//go:embed all:config
var files embed.FS

// Config returns the shipped configuration directory: faultline.yaml,
// feeds.yaml, regions.yaml, alerting.yaml, rules/, entities/ and templates/.
func Config() fs.FS {
	sub, err := fs.Sub(files, "config")
	if err != nil {
		panic(err) // the path is a constant of this file
	}
	return sub
}
