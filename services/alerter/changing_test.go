package alerter_test

import (
	"io/fs"
	"testing/fstest"
)

// Open implements fs.FS with the text as it is now.
func (c *changing) Open(name string) (fs.File, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fstest.MapFS{"alerting.yaml": {Data: []byte(c.text)}}.Open(name)
}
