package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"faultline/pkg/event"
	"faultline/pkg/service"
	"faultline/services/alerter"
	"faultline/services/classifier"
	"faultline/services/fetcher"
)

// documents are the files by kind, each as the value that it is read over: what
// is set in it is a default.
func documents() map[string]any {
	all := classifier.Documents()
	all["feeds"] = fetcher.Document()
	all["faultline"] = service.Default()
	return all
}

// sections are the parts of faultline.yaml that the services read themselves.
func sections() map[string]any {
	return map[string]any{"fetcher": fetcher.Default(), "classifier": classifier.Default(), "alerter": alerter.DefaultConfig()}
}

// generate returns the schemas by the name of their file.
func generate(root string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for kind, value := range documents() {
		r := reflector{docs: docs{root: root, packages: map[string]map[string]string{}}}
		s := r.schema(reflect.ValueOf(value))
		if r.docs.err != nil {
			return nil, r.docs.err
		}
		for _, part := range s.Properties {
			part.orNothing()
		}
		s.Draft, s.Title = "http://json-schema.org/draft-07/schema#", "Faultline: "+kind
		data, err := encode(s)
		if err != nil {
			return nil, fmt.Errorf("encoding the schema of %s: %w", kind, err)
		}
		files[kind+".json"] = data
	}
	return files, nil
}

func encode(s *schema) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(s)
	return b.Bytes(), err
}

// words are the values that a type, or a field of a type, is limited to.
func words() map[string][]string {
	severities := texts(event.Severities()[1:])
	cues := texts([]event.Assertion{event.Denied, event.Historical, event.Planned, event.Hypothetical})
	return map[string][]string{
		"event.Severity": severities, "Want.Severity": texts(event.Severities()),
		"event.Assertion": append([]string{string(event.Asserted)}, cues...), "Cues.Assertion": cues, "LanguageCues.Assertion": cues,
		"Indicator.Category": event.Categories(), "Composite.Category": event.Categories(), "Guard.Categories": event.Categories(),
		"Want.Categories": event.Categories(), "Want.Not": event.Categories(),
		"Indicator.Cues": cues, "File.Slots": {"actor", "target"},
		"rule.Status": {"stable", "test"}, "rule.Scope": {"near", "item", "within"},
		"rule.Kind": {"killed", "injured", "missing", "detained", "displaced"},
		"Log.Level": {"debug", "info", "warn", "error"}, "Log.Format": {"text", "json"}, "NATS.Durability": {"always", "interval"},
		"Config.WhenUncertain": {"resend", "hold"},
		"Defaults.Reliability": {"A", "B", "C", "D", "E", "F"},
	}
}

func texts[T ~string](list []T) (out []string) {
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

// required are the keys that an entry cannot do without, by type.
func required() map[string][]string {
	return map[string][]string{
		"Indicator": {"id", "title", "category", "severity", "points"}, "Casualty": {"id", "kind", "severity", "match"},
		"Composite": {"id", "title", "category", "severity", "when"}, "Guard": {"match"}, "Cues": {"assertion"}, "LanguageCues": {"assertion"},
		"Filter": {"indicator"}, "Test": {"want"}, "Entity": {"id", "names"}, "Membership": {"class"},
		"LanguageFile": {"language"}, "Region": {"id", "title"}, "entry": {"url"},
	}
}

// ranges are the least and the largest number that a field may be.
func ranges() map[string][2]float64 {
	reach := [2]float64{0, 60} // 0 is the default
	return map[string][2]float64{
		"Indicator.Points": {1, 100}, "Casualty.Points": {0, 100}, "Composite.Points": {0, 100}, "Override.Points": {0, 100},
		"Guard.Reach": reach, "Cues.Reach": reach, "LanguageCues.Reach": reach,
	}
}

// patterns are what texts and keys look like, by type, field, or field with
// "[]" for its keys.
func patterns() map[string]string {
	const language, id = "^([a-z]{2,3}|any)$", "^[a-z0-9-]{1,64}$"
	return map[string]string{
		"config.Duration": `^([0-9]+(y|w|d|h|ms|m|s))+$|^0$`, "rule.Date": `^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$`, "fetcher.Bytes": `^[0-9]+( ?(KiB|MiB|GiB))?$`,
		"rule.Phrases[]": language, "map[string]rule.Examples[]": language, "LanguageFile.Language": "^[a-z]{2,3}$",
		"Indicator.ID": id, "Casualty.ID": id, "Composite.ID": id, "Region.ID": id, "Region.Countries": "^[A-Z]{2}$", "Want.Main": "^[A-Z]{2}$",
	}
}
