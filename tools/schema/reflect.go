package main

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"strings"

	"faultline/pkg/config"
)

// schema is the part of JSON Schema (draft 7, which editors know best) that the
// files need.
type schema struct {
	Draft         string             `json:"$schema,omitempty"`
	Title         string             `json:"title,omitempty"`
	Description   string             `json:"description,omitempty"`
	Type          any                `json:"type,omitempty"` // string or []string
	Default       any                `json:"default,omitempty"`
	Enum          []string           `json:"enum,omitempty"`
	Pattern       string             `json:"pattern,omitempty"`
	Minimum       *float64           `json:"minimum,omitempty"`
	Maximum       *float64           `json:"maximum,omitempty"`
	Items         *schema            `json:"items,omitempty"`
	Properties    map[string]*schema `json:"properties,omitempty"`
	Required      []string           `json:"required,omitempty"`
	PropertyNames *schema            `json:"propertyNames,omitempty"`
	Additional    any                `json:"additionalProperties,omitempty"` // false or *schema
	AnyOf         []*schema          `json:"anyOf,omitempty"`
}

// orNothing lets a key stand without a value, its lines being comments.
func (s *schema) orNothing() {
	if kind, ok := s.Type.(string); ok && (kind == "object" || kind == "array") {
		s.Type = []string{kind, "null"}
	}
}

// reflector makes schemas of Go values.
type reflector struct{ docs docs }

// shortForm is a type that a file may write as one text.
type shortForm interface {
	UnmarshalYAML(unmarshal func(any) error) error
}

// schema describes what a value of the type of v may be written as; what is set
// in v is a default.
func (r *reflector) schema(v reflect.Value) *schema {
	t := v.Type()
	s := &schema{Enum: words()[t.String()], Pattern: patterns()[t.String()]}
	_, short := reflect.New(t).Interface().(shortForm)
	_, isText := reflect.New(t).Interface().(encoding.TextUnmarshaler)
	switch {
	case t == reflect.TypeFor[config.Duration](), isText && s.Pattern != "":
		s.Type = []string{"string", "integer"} // 0, 2010 and 65536 are numbers for the YAML reader
		s.Default = given(v)
	case t.Kind() == reflect.Pointer:
		return r.schema(reflect.New(t.Elem()).Elem())
	case t.Kind() == reflect.Struct:
		r.object(s, v)
		if short {
			return &schema{AnyOf: []*schema{{Type: "string"}, s}}
		}
	case t.Kind() == reflect.Slice:
		s.Type, s.Items = "array", r.schema(reflect.New(t.Elem()).Elem())
	case t.Kind() == reflect.Map:
		s.Type, s.Additional = "object", r.schema(reflect.New(t.Elem()).Elem())
		if keys := patterns()[t.String()+"[]"]; keys != "" {
			s.PropertyNames = &schema{Pattern: keys}
		}
	default:
		s.Type, s.Default = scalar(t.Kind()), given(v)
	}
	return s
}

func scalar(k reflect.Kind) string {
	switch k {
	case reflect.Bool:
		return "boolean"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.String:
		return "string"
	}
	return "integer"
}

// given is the value as a default, nil when it is zero.
func given(v reflect.Value) any {
	if v.IsZero() {
		return nil
	}
	if text, ok := v.Interface().(fmt.Stringer); ok {
		return text.String()
	}
	return v.Interface()
}

// object adds the fields of a struct.
func (r *reflector) object(s *schema, v reflect.Value) {
	s.Type, s.Additional, s.Required = "object", false, required()[v.Type().Name()]
	s.Properties = map[string]*schema{}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		key, option, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if option == "inline" {
			inner := &schema{}
			r.object(inner, v.Field(i))
			maps.Copy(s.Properties, inner.Properties)
			continue
		}
		s.Properties[key] = r.field(v, i, key)
	}
}

func (r *reflector) field(v reflect.Value, i int, key string) *schema {
	field, value := v.Type().Field(i), v.Field(i)
	if value.Type() == reflect.TypeFor[config.Section]() {
		value = reflect.ValueOf(sections()[key])
	}
	s := r.schema(value)
	name := v.Type().Name() + "." + field.Name
	s.narrow(words()[name], patterns()[name])
	if bounds, ok := ranges()[name]; ok {
		s.Minimum, s.Maximum = &bounds[0], &bounds[1]
	}
	s.Description = r.docs.of(v.Type(), field.Name)
	if rest, ok := strings.CutPrefix(s.Description, field.Name+" "); ok { // what a key is called, not what Go calls it
		s.Description = key + " " + rest
	}
	if inner := elem(value.Type()); s.Description == "" && inner.Kind() == reflect.Struct {
		s.Description = r.docs.of(inner, "")
	}
	return s
}

// narrow limits the texts of s, or those that it holds.
func (s *schema) narrow(words []string, pattern string) {
	to := s
	if s.Items != nil {
		to = s.Items
	}
	if values, ok := s.Additional.(*schema); ok {
		to = values
	}
	if len(words) > 0 {
		to.Enum = words
	}
	if pattern != "" {
		to.Pattern = pattern
	}
}

// elem is what a list or a map holds.
func elem(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Map || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
