package deploy_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dashboard is the part of Grafana's dashboard model that matters here.
type dashboard struct {
	UID         string   `json:"uid"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Tags        []string `json:"tags"`
	Links       []struct {
		Tags []string `json:"tags"`
	} `json:"links"`
	Templating struct {
		List []variable `json:"list"`
	} `json:"templating"`
	Panels []panel `json:"panels"`
}

type variable struct {
	Name       string `json:"name"`
	Type       string `json:"type"`
	Datasource source `json:"datasource"`
	Current    struct {
		Value string `json:"value"`
	} `json:"current"`
}

type source struct {
	UID string `json:"uid"`
}

type panel struct {
	ID          int    `json:"id"`
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Datasource  source `json:"datasource"`
	GridPos     area   `json:"gridPos"`
	FieldConfig struct {
		Defaults struct {
			Unit       string `json:"unit"`
			Thresholds struct {
				Steps []struct {
					Value *float64 `json:"value"`
				} `json:"steps"`
			} `json:"thresholds"`
			Links []struct {
				URL string `json:"url"`
			} `json:"links"`
		} `json:"defaults"`
	} `json:"fieldConfig"`
	Targets []struct {
		RefID      string `json:"refId"`
		Expr       string `json:"expr"`
		Datasource source `json:"datasource"`
	} `json:"targets"`
}

// area is where a panel stands, on a grid of 24 columns.
type area struct{ X, Y, W, H int }

func (a area) overlaps(b area) bool {
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

// dashboards are the shipped ones by the name of their file.
func dashboards(t *testing.T) map[string]dashboard {
	t.Helper()
	files, err := filepath.Glob("grafana/dashboards/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("%v, %v", files, err)
	}
	found := map[string]dashboard{}
	for _, file := range files {
		var d dashboard
		if err := json.Unmarshal([]byte(read(t, file)), &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		found[strings.TrimSuffix(filepath.Base(file), ".json")] = d
	}
	return found
}

// picked is the data source that the reader picks above the panels.
const picked = "${datasource}"

// A dashboard keeps its address, leads to the others and is tied to no data source.
func TestDashboardsHoldTogether(t *testing.T) {
	all := dashboards(t)
	for name, d := range all {
		if d.UID != "faultline-"+name || !strings.HasPrefix(d.Title, "Faultline / ") || d.Description == "" || !slices.Contains(d.Tags, "faultline") {
			t.Errorf("%s: uid %q, title %q, description %q, tags %v", name, d.UID, d.Title, d.Description, d.Tags)
		}
		if len(d.Links) == 0 || !slices.Contains(d.Links[0].Tags, "faultline") {
			t.Errorf("%s does not lead to the others: %v", name, d.Links)
		}
		variables := d.Templating.List
		if len(variables) == 0 || variables[0].Type != "datasource" || variables[0].Current.Value != "" {
			t.Errorf("%s: the data source cannot be picked, or is given: %v", name, variables)
		}
		for _, v := range variables {
			if v.Type == "query" && v.Datasource.UID != picked {
				t.Errorf("%s: the variable %s asks %q", name, v.Name, v.Datasource.UID)
			}
			if v.Name == "exercise" && v.Current.Value != "false" {
				t.Errorf("%s shows drills to those who did not ask for them", name)
			}
		}
		for _, p := range d.Panels {
			for _, link := range p.FieldConfig.Defaults.Links {
				to, _, _ := strings.Cut(strings.TrimPrefix(link.URL, "/d/faultline-"), "?")
				if _, ok := all[to]; !ok {
					t.Errorf("%s: %s leads to %s, which is no dashboard", name, p.Title, link.URL)
				}
			}
		}
	}
}

// Each panel says in words what it shows, in which unit, and where it begins to matter.
func TestPanelsAreComplete(t *testing.T) {
	for name, d := range dashboards(t) {
		ids := map[int]bool{}
		for i, p := range d.Panels {
			if ids[p.ID] || p.Title == "" {
				t.Errorf("%s: the id %d of %q is used twice, or it has no title", name, p.ID, p.Title)
			}
			ids[p.ID] = true
			if p.GridPos.W < 1 || p.GridPos.H < 1 || p.GridPos.X < 0 || p.GridPos.X+p.GridPos.W > 24 {
				t.Errorf("%s: %s stands at %+v", name, p.Title, p.GridPos)
			}
			for _, q := range d.Panels[:i] {
				if q.GridPos.overlaps(p.GridPos) {
					t.Errorf("%s: %s and %s overlap", name, q.Title, p.Title)
				}
			}
			if p.Type == "row" {
				continue
			}
			defaults := p.FieldConfig.Defaults
			if !strings.HasSuffix(p.Description, ".") || defaults.Unit == "" || p.Datasource.UID != picked || len(p.Targets) == 0 {
				t.Errorf("%s: %s: description %q, unit %q, data source %q, %d queries", name, p.Title, p.Description, defaults.Unit, p.Datasource.UID, len(p.Targets))
			}
			if steps := defaults.Thresholds.Steps; len(steps) == 0 || steps[0].Value != nil {
				t.Errorf("%s: %s: Grafana's own thresholds, at 80, mean nothing here; got %v", name, p.Title, steps)
			}
		}
	}
}

// Each query asks for what is ours, with variables that are there, and stands in the
// manual.
func TestQueriesAreExplained(t *testing.T) {
	manual := strings.ReplaceAll(read(t, "../docs/dashboards.md"), `\|`, "|")
	asked := 0
	for name, d := range dashboards(t) {
		known := []string{"__rate_interval", "__range"}
		for _, v := range d.Templating.List {
			known = append(known, v.Name)
		}
		if !strings.Contains(manual, "\n## "+strings.TrimPrefix(d.Title, "Faultline / ")+"\n") {
			t.Errorf("docs/dashboards.md does not name %s", d.Title)
		}
		for _, p := range d.Panels {
			refs := map[string]bool{}
			for _, target := range p.Targets {
				asked++
				if !strings.Contains(target.Expr, "faultline") || target.Datasource.UID != picked || refs[target.RefID] {
					t.Errorf("%s: %s: the query %s (%s) of %q", name, p.Title, target.Expr, target.RefID, target.Datasource.UID)
				}
				refs[target.RefID] = true
				for _, v := range all(target.Expr, `\$(\w+)`) {
					if !slices.Contains(known, v) {
						t.Errorf("%s: %s: there is no variable %s", name, p.Title, v)
					}
				}
				if !regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(p.Title) + ` \| ` + "`" + regexp.QuoteMeta(target.Expr) + "`").MatchString(manual) {
					t.Errorf("docs/dashboards.md does not say what %s, %s asks: %s", d.Title, p.Title, target.Expr)
				}
			}
		}
	}
	if n := strings.Count(manual, " | `"); n != asked {
		t.Errorf("docs/dashboards.md has %d queries, the dashboards %d", n, asked)
	}
}

func TestAreasOverlap(t *testing.T) {
	a := area{X: 0, Y: 0, W: 12, H: 7}
	for b, want := range map[area]bool{{X: 11, Y: 6, W: 12, H: 7}: true, {X: 12, Y: 0, W: 12, H: 7}: false, {X: 0, Y: 7, W: 24, H: 1}: false} {
		if a.overlaps(b) != want || b.overlaps(a) != want {
			t.Errorf("%v: want %v", b, want)
		}
	}
}
