package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Overlay sets the fields of the struct that v points to from environment
// variables ("KEY=value"): prefix, then the YAML keys in upper case joined by
// "_", so FAULTLINE_NATS_URL is nats.url. Lists of texts are separated by
// commas. A variable with the prefix that names no field is an error, except
// those that begin with prefix+skip.
func Overlay(v any, prefix string, environ []string, skip ...string) error {
	fields := map[string]reflect.Value{}
	collect(reflect.ValueOf(v).Elem(), prefix, fields)
	var faults []string
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, prefix) || slices.ContainsFunc(skip, func(s string) bool { return strings.HasPrefix(name, prefix+s) }) {
			continue
		}
		field, ok := fields[name]
		if !ok {
			faults = append(faults, fmt.Sprintf("environment variable %s names no setting; %s", name, suggestVariable(name, fields)))
			continue
		}
		if err := set(field, value); err != nil {
			faults = append(faults, fmt.Sprintf("environment variable %s: %v", name, err))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	slices.Sort(faults)
	return fmt.Errorf("%s", strings.Join(faults, "\n"))
}

func suggestVariable(name string, fields map[string]reflect.Value) string {
	known := make([]string, 0, len(fields))
	for k := range fields {
		known = append(known, k)
	}
	slices.Sort(known)
	return suggest(name, known)
}

// collect lists the fields that a variable can set.
func collect(v reflect.Value, prefix string, into map[string]reflect.Value) {
	for i := range v.NumField() {
		key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if key == "" || key == "-" {
			continue
		}
		name, field := prefix+strings.ToUpper(key), v.Field(i)
		_, isText := field.Addr().Interface().(encoding.TextUnmarshaler)
		_, isSection := field.Addr().Interface().(*Section)
		switch {
		case isSection:
		case field.Kind() == reflect.Struct && !isText:
			collect(field, name+"_", into)
		case settable(field, isText):
			into[name] = field
		}
	}
}

func settable(f reflect.Value, isText bool) bool {
	switch f.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64:
		return true
	case reflect.Slice:
		return f.Type().Elem().Kind() == reflect.String
	}
	return isText
}

func set(f reflect.Value, value string) error {
	if t, ok := f.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return t.UnmarshalText([]byte(value))
	}
	switch f.Kind() {
	case reflect.Bool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("%q is not true or false", value)
		}
		f.SetBool(b)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is no whole number", value)
		}
		f.SetInt(n)
	case reflect.Float64:
		x, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return fmt.Errorf("%q is no number", value)
		}
		f.SetFloat(x)
	case reflect.Slice:
		list := reflect.MakeSlice(f.Type(), 0, strings.Count(value, ",")+1)
		for part := range strings.SplitSeq(value, ",") {
			list = reflect.Append(list, reflect.ValueOf(strings.TrimSpace(part)).Convert(f.Type().Elem()))
		}
		f.Set(list)
	default:
		f.SetString(value)
	}
	return nil
}
