package alerter_test

import (
	"io/fs"
	"sync"
	"testing/fstest"

	"faultline/deploy"
	"faultline/pkg/config"
)

// changing is a configuration whose files can be replaced.
type changing struct {
	mu    sync.Mutex
	files fstest.MapFS
}

// Open implements fs.FS with the files as they are now.
func (c *changing) Open(name string) (fs.File, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.files.Open(name)
}

func (c *changing) dir() *config.Dir {
	return config.NewDir(config.Layer{Name: "mine", FS: c}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
}

func (c *changing) set(alerting string) { c.write("alerting.yaml", alerting) }

func (c *changing) setSettings(text string) { c.write("faultline.yaml", text) }

func (c *changing) write(name, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	files := fstest.MapFS{name: {Data: []byte(text)}}
	for other, file := range c.files {
		if other != name {
			files[other] = file
		}
	}
	c.files = files
}
