package classifier

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	reflected "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"faultline/deploy"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/region"
	"faultline/services/classifier/internal/rule"
)

var update = flag.Bool("update", false, "write the schemas")

// schemas are the files that an analyst writes, by the name of their schema.
var schemas = map[string]any{
	"rules":    rule.File{},
	"language": rule.LanguageFile{},
	"entities": rule.EntityFile{},
	"regions": struct {
		Regions []region.Region `yaml:"regions"`
	}{},
}

// schemaOf is the schema of a file with what the loader's own code says of its
// fields.
func schemaOf(t *testing.T, file any) []byte {
	t.Helper()
	r := reflected.Reflector{FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, ExpandedStruct: true, Anonymous: true, Mapper: mapped}
	for _, dir := range []string{"internal/rule", "internal/region"} {
		if err := r.AddGoComments("faultline/services/classifier", "./"+dir); err != nil {
			t.Fatal(err)
		}
	}
	s := r.Reflect(file)
	for _, d := range s.Definitions {
		constrain(d)
	}
	constrain(s)
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(data, '\n')
}

// mapped are the types that are written otherwise than their Go form says.
func mapped(t reflect.Type) *reflected.Schema {
	switch t {
	case reflect.TypeFor[rule.Date]():
		return &reflected.Schema{Type: "string", Pattern: `^\d{4}(-\d{2}(-\d{2})?)?$`, Description: "A day, month or year: 2010-04-07, 2010-04 or 2010."}
	case reflect.TypeFor[event.Severity]():
		return enum(event.SeverityLow, event.SeverityModerate, event.SeverityHigh, event.SeverityCritical)
	case reflect.TypeFor[event.Assertion]():
		return enum(event.Asserted, event.Denied, event.Hypothetical, event.Planned, event.Historical)
	case reflect.TypeFor[rule.Status]():
		return enum(rule.Stable, rule.Testing, rule.Deprecated)
	case reflect.TypeFor[rule.Scope]():
		return enum(rule.ScopeNear, rule.ScopeItem)
	case reflect.TypeFor[rule.Kind]():
		return enum(rule.Killed, rule.Injured, rule.Missing, rule.Detained, rule.Displaced)
	}
	return nil
}

func enum[T ~string](values ...T) *reflected.Schema {
	s := &reflected.Schema{Type: "string"}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}

// constrain says what field types do not: the known categories, and what may be
// a text as well as a mapping.
func constrain(s *reflected.Schema) {
	if s.Properties == nil {
		return
	}
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		switch {
		case p.Key == "category":
			p.Value.Enum = known()
		case p.Key == "categories" || p.Key == "not":
			p.Value.Items.Enum = known()
		case p.Key == "classes" || p.Key == "fires" || p.Key == "quiet":
			p.Value.Items = &reflected.Schema{OneOf: []*reflected.Schema{{Type: "string"}, p.Value.Items}}
		case p.Key == "published" || p.Key == "from" || p.Key == "to": // 2010 is a number in YAML
			p.Value.Pattern, p.Value.Type, p.Value.OneOf = "", "", []*reflected.Schema{mapped(reflect.TypeFor[rule.Date]()), {Type: "integer"}}
		}
	}
}

func known() (list []any) {
	for _, c := range event.Categories() {
		list = append(list, c)
	}
	return list
}

// The shipped schemas are those of the loader.
func TestSchemas(t *testing.T) {
	for name, file := range schemas {
		want := schemaOf(t, file)
		if *update {
			if err := os.WriteFile(filepath.Join("../../deploy/config/schema", name+".json"), want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := fs.ReadFile(deploy.Config(), "schema/"+name+".json")
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("schema/%s.json is not that of the loader; go test -run TestSchemas -update writes it: %v", name, err)
		}
	}
}

// schemaFor compiles a shipped schema.
func schemaFor(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	data, err := fs.ReadFile(deploy.Config(), name)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func valid(t *testing.T, schema *jsonschema.Schema, file []byte) error {
	t.Helper()
	data, err := yaml.YAMLToJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(doc)
}

// Every shipped file names its schema for editors, and keeps to it.
func TestShippedFilesKeepToTheirSchema(t *testing.T) {
	compiled, files := map[string]*jsonschema.Schema{}, 0
	err := fs.WalkDir(deploy.Config(), ".", func(name string, d fs.DirEntry, err error) error {
		folder, _, _ := strings.Cut(name, "/")
		if err != nil || d.IsDir() || folder != "rules" && folder != "entities" && folder != "languages" && name != "regions.yaml" {
			return err
		}
		files++
		data, err := fs.ReadFile(deploy.Config(), name)
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(string(data), "\n")
		header, ok := strings.CutPrefix(first, "# yaml-language-server: $schema=")
		if !ok {
			t.Errorf("%s begins with %q, not with its schema", name, first)
			return nil
		}
		at := path.Join(path.Dir(name), header)
		if compiled[at] == nil {
			compiled[at] = schemaFor(t, at)
		}
		if err := valid(t, compiled[at], data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return nil
	})
	if err != nil || files < 40 || len(compiled) != len(schemas) {
		t.Errorf("%d files, %d schemas: %v", files, len(compiled), err)
	}
}

func TestSchemasRefuse(t *testing.T) {
	for file, name := range map[string]string{
		"indicators: [{id: x, severity: huge}]":                       "rules",
		"indicators: [{id: x, point: 3}]":                             "rules",
		"indicators: [{id: x, category: theft}]":                      "rules",
		"indicators: [{id: x, match: {en: word}}]":                    "rules",
		"indicators: [{id: x, examples: {en: {fires: [3]}}}]":         "rules",
		"tests: [{name: x, want: {categories: [theft]}}]":             "rules",
		"language: ky\nindicators: {clash: {match: {ky: [x]}}}":       "language",
		"entities: [{id: person:x, classes: [{class: y, since: 1}]}]": "entities",
		"entities: [{id: person:x, valid: {from: yesterday}}]":        "entities",
		"regions: [{id: x, country: [KG]}]":                           "regions",
	} {
		if valid(t, schemaFor(t, "schema/"+name+".json"), []byte(file)) == nil {
			t.Errorf("%s takes %s", name, file)
		}
	}
	for file, name := range map[string]string{
		"indicators: [{id: x, severity: high, examples: {en: {fires: [a, {text: b}]}}}]":   "rules",
		"entities: [{id: person:x, classes: [y, {class: z, from: 2010, to: 2011-03-01}]}]": "entities",
	} {
		if err := valid(t, schemaFor(t, "schema/"+name+".json"), []byte(file)); err != nil {
			t.Errorf("%s refuses %s: %v", name, file, err)
		}
	}
}
