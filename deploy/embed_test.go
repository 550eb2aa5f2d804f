package deploy_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
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

// dashboard is the part of Grafana's dashboard model that matters here.
type dashboard struct {
	UID    string `json:"uid"`
	Panels []struct {
		ID          int    `json:"id"`
		Type        string `json:"type"`
		Title       string `json:"title"`
		Description string `json:"description"`
		Datasource  struct {
			UID string `json:"uid"`
		} `json:"datasource"`
		FieldConfig struct {
			Defaults struct {
				Unit string `json:"unit"`
			} `json:"defaults"`
		} `json:"fieldConfig"`
		Targets []struct {
			Expr string `json:"expr"`
		} `json:"targets"`
	} `json:"panels"`
}

func TestDashboardIsComplete(t *testing.T) {
	data, err := os.ReadFile("grafana/dashboards/overview.json")
	if err != nil {
		t.Fatal(err)
	}
	var d dashboard
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	if d.UID == "" {
		t.Error("no uid: links to the dashboard would break at each import")
	}
	seen := map[int]bool{}
	for _, p := range d.Panels {
		if seen[p.ID] {
			t.Errorf("%s: id %d is used twice", p.Title, p.ID)
		}
		seen[p.ID] = true
		if p.Type == "row" {
			continue
		}
		if p.Description == "" || p.FieldConfig.Defaults.Unit == "" || p.Datasource.UID != "${datasource}" || len(p.Targets) == 0 {
			t.Errorf("%s: description %q, unit %q, data source %q, %d queries", p.Title, p.Description, p.FieldConfig.Defaults.Unit, p.Datasource.UID, len(p.Targets))
		}
		for _, target := range p.Targets {
			if !strings.Contains(target.Expr, "faultline_") {
				t.Errorf("%s: the query %q is not about Faultline", p.Title, target.Expr)
			}
		}
	}
}
