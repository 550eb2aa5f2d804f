package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/tools/house"
)

func root(t *testing.T) string {
	t.Helper()
	root, err := house.Root(".")
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestShippedSchemasAreUpToDate(t *testing.T) {
	files, err := generate(root(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := fs.ReadFile(deploy.Config(), "schema/"+name)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the types say (%v): run go run ./tools/schema", name, err)
		}
	}
	shipped, err := fs.ReadDir(deploy.Config(), "schema")
	if err != nil || len(shipped) != len(files) {
		t.Errorf("%d schemas are shipped, %d made: %v", len(shipped), len(files), err)
	}
}

// validator is the shipped schema of a kind.
func validator(t *testing.T, kind string) *jsonschema.Schema {
	t.Helper()
	data, err := fs.ReadFile(deploy.Config(), "schema/"+kind+".json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("schema.json")
}

// validate checks a YAML text as an editor does.
func validate(t *testing.T, schema *jsonschema.Schema, name string, data []byte) error {
	t.Helper()
	var value any
	if err := (config.File{Name: name, Path: name, Data: string(data)}).Decode(&value); err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(doc)
}

// Every shipped file names its schema for editors, and keeps to it.
func TestShippedFilesKeepToTheirSchemas(t *testing.T) {
	const header = "# yaml-language-server: $schema="
	err := fs.WalkDir(deploy.Config(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".yaml" || name == "alerting.yaml" { // that one is Alertmanager's
			return err
		}
		data, err := fs.ReadFile(deploy.Config(), name)
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(string(data), "\n")
		named, ok := strings.CutPrefix(first, header)
		at := path.Join(path.Dir(name), named)
		if !ok || path.Dir(at) != "schema" {
			t.Errorf("%s begins with %q, not with its schema", name, first)
			return nil
		}
		if err := validate(t, validator(t, strings.TrimSuffix(path.Base(at), ".json")), name, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An editor marks what would not load.
func TestSchemasRefuse(t *testing.T) {
	const indicator = "indicators:\n- {id: a, title: A, category: riot, severity: high, points: 5, "
	for kind, bad := range map[string][]string{
		"rules": {
			"indicator: []", indicator + "match: {english: [x]}}", indicator + "match: {en: x}}", indicator + "status: new}", indicator + "cues: [asserted]}",
			"indicators: [{id: a, title: A, category: war, severity: high, points: 5}]", "indicators: [{id: A b, title: A, category: riot, severity: high, points: 5}]",
			"indicators: [{title: A, category: riot, severity: high, points: 5}]", "guards: {film: {scope: far, match: {en: [x]}}}", "filters: [{exclude: {match: {en: [x]}}}]",
			"tests: [{text: x, want: {relevent: true}}]", "tests: [{text: x, published: 14 May, want: {}}]", "slots: {official: victim}", "cues: [{assertion: certain}]",
			"casualties: [{id: k, kind: hurt, severity: low, match: {en: [x]}}]",
			"indicators: [{id: a, title: A, category: riot, severity: high, points: 500}]", "cues: [{assertion: denied, reach: 61}]",
		},
		"language":  {"lists: {official: [x]}", "language: kyrgyz", "language: ky\nlists: {official: {ky: [x]}}", "language: ky\nindicators: {a: {points: 5}}"},
		"entities":  {"entities: [{names: {en: [x]}}]", "entities: [{id: 'person:x', names: {en: [x]}, classes: [{from: 2010-01-01}]}]", "entities: [{id: 'person:x', names: {en: [x]}, valid: {from: yesterday}}]"},
		"regions":   {"regions: [{id: a}]", "regions: [{id: a, title: A, countries: [Kyrgyzstan]}]"},
		"feeds":     {"feeds: [{title: x}]", "feeds: [{url: 'https://a', poll: {min: often}}]", "feeds: [{url: 'https://a', reliability: good}]", "defaults: {url: x}"},
		"tests":     {"tests: [{text: x}]", "indicators: []", "tests: [{want: {main: Kyrgyzstan}}]"},
		"faultline": {"log: {level: loud}", "fetcher: {timeout: soon}", "classifier: {position: {titel: 1}}", "web: 9470", "fetcher: {max_body: big}", "nats: {create_streams: perhaps}"},
	} {
		schema := validator(t, kind)
		for _, text := range bad {
			if validate(t, schema, kind, []byte(text)) == nil {
				t.Errorf("%s: an editor would not mark\n%s", kind, text)
			}
		}
	}
}

// What may be written in two ways may be so for editors too, and empty sections
// are none.
func TestSchemasAccept(t *testing.T) {
	for kind, good := range map[string][]string{
		"rules": {
			"indicators:", "lists: {x: {any: [a]}}", "indicators: [{id: a, title: A, category: riot, severity: high, points: 5, match: {en: [x]}, examples: {en: {fires: [A text., {title: B, text: C, published: 2010}]}}}]",
			"tests: [{text: x, published: 2010-05-14, want: {relevant: false, severity: none, killed: 0, findings: {a: denied}}}]",
		},
		"entities":  {"entities: [{id: 'person:x', names: {en: [x]}, classes: [leader, {class: ousted, from: 2010-04}]}]"},
		"faultline": {"", "web:", "fetcher: {max_body: 65536, timeout: 1m30s}", "reload: {interval: 0}", "nats: {streams: {items: {max_age: 30d}}}"},
		"feeds":     {"feeds: [{url: 'https://a', headers: {X-Key: secret}, poll: {min: 1m}}]"},
	} {
		schema := validator(t, kind)
		for _, text := range good {
			if text == "" {
				text = "{}"
			}
			if err := validate(t, schema, kind, []byte(text)); err != nil {
				t.Errorf("%s: %s: %v", kind, text, err)
			}
		}
	}
}

// The comments of the types become the descriptions, under the keys' names; the
// settings tell their defaults.
func TestDescriptionsAndDefaults(t *testing.T) {
	r := reflector{docs: docs{root: root(t), packages: map[string]map[string]string{}}}
	s := r.schema(reflect.ValueOf(documents()["faultline"]))
	timeout := s.Properties["fetcher"].Properties["timeout"]
	if want := "timeout is for a whole fetch, HeaderTimeout until its headers are there."; timeout.Description != want {
		t.Errorf("got %q, want %q", timeout.Description, want)
	}
	if timeout.Default != "20s" || s.Properties["log"].Properties["level"].Default != "info" || s.Properties["nats"].Properties["url"].Default != nil {
		t.Errorf("defaults are %v, %v, %v", timeout.Default, s.Properties["log"].Properties["level"].Default, s.Properties["nats"].Properties["url"].Default)
	}
	if got := r.docs.of(reflect.TypeFor[strings.Builder](), ""); got != "" {
		t.Errorf("the comment of a foreign type: %q", got)
	}
}

func TestFaults(t *testing.T) {
	if _, err := generate(t.TempDir()); err == nil || !strings.Contains(err.Error(), "there are no Go files in") {
		t.Errorf("types without their files: %v", err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte("package"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := read(dir); err == nil || !strings.HasPrefix(err.Error(), "reading comments: ") {
		t.Errorf("a broken file: %v", err)
	}
	if err := write(dir); err == nil || !strings.Contains(err.Error(), "go.work") {
		t.Errorf("outside the repository: %v", err)
	}
}
