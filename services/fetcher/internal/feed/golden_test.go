package feed

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fetched is the time of all fetches in the tests.
func fetched() time.Time { return time.Date(2010, 5, 13, 20, 0, 0, 0, time.UTC) }

// The golden files hold all that Parse tells of some feeds of ours. Set
// FAULTLINE_UPDATE_GOLDEN=1 to write them anew, and read the difference.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		tested++
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := Parse(body, Hints{Fetched: fetched()})
			if err != nil {
				t.Fatalf("parsing: %v", err)
			}
			golden(t, strings.TrimSuffix(file, filepath.Ext(file))+".golden", doc)
		})
	}
	if tested < 5 {
		t.Errorf("only %d feeds in testdata", tested)
	}
}

func golden(t *testing.T, file string, v any) {
	t.Helper()
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("FAULTLINE_UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s differs:\n%s", file, got.Bytes())
	}
}
