package deploy_test

import (
	"errors"
	"io/fs"
	"testing"

	"faultline/deploy"
)

func TestConfigHoldsTheShippedFiles(t *testing.T) {
	files := deploy.Config()
	for _, name := range []string{"faultline.yaml", "feeds.yaml", "regions.yaml", "alerting.yaml"} {
		data, err := fs.ReadFile(files, name)
		if err != nil || len(data) == 0 {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
	for _, pattern := range []string{"rules/*.yaml", "entities/*.yaml", "templates/*.tmpl"} {
		names, err := fs.Glob(files, pattern)
		if err != nil || len(names) == 0 {
			t.Errorf("%s: %v, %v", pattern, names, err)
		}
	}
	for _, name := range []string{"../embed.go", "/feeds.yaml", "none.yaml"} {
		if _, err := files.Open(name); err == nil {
			t.Errorf("%s opened", name)
		}
	}
	if _, err := files.Open("none.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
