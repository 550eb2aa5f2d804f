package notify

import (
	"encoding/json"
	"fmt"
	"maps"

	"faultline/pkg/config"

	am "github.com/prometheus/alertmanager/config"
)

// unsupported finds the sections of Alertmanager that Faultline does not honour.
// It refuses them, because an operator who writes one relies on it.
func unsupported(file config.File, shape map[string]any) config.Errors {
	e := &explainer{file: file}
	e.refuse(shape, "$", "tracing", "tracing is not supported", "remove it")
	e.refuse(shape, "$", "event_recorder", "event_recorder is not supported", "remove it; the streams INCIDENTS and NOTIFICATIONS record everything")
	e.refuse(shape["global"], "$.global", "resolve_timeout", "resolve_timeout has no meaning: incidents end when they are closed, never by a time-out", "remove it")
	e.labelled(shape["route"], "$.route")
	receivers, _ := shape["receivers"].([]any)
	for i, r := range receivers {
		path := config.Index("$.receivers", i)
		labels, _ := member(r, "labels").(map[string]any)
		for name := range labels {
			if name != "name" { // which is its name, and may be said twice
				e.refuse(r, path, "labels", fmt.Sprintf("labels of receiver %q are not supported", member(r, "name")), "remove them")
				break
			}
		}
		chats, _ := member(r, "telegram_configs").([]any)
		for j, c := range chats {
			if message := member(c, "message"); member(c, "parse_mode") != "HTML" && (message == nil || message == `{{ template "telegram.default.message" . }}`) {
				e.refuse(c, config.Index(path+".telegram_configs", j), "parse_mode",
					fmt.Sprintf("parse_mode %q cannot show the default message, which is HTML", member(c, "parse_mode")), "remove parse_mode, or write a message of your own")
			}
		}
	}
	return e.faults
}

// honoured is the text of the file without sections that are refused anyway: the reader's own
// words about them would be one fault too many.
func honoured(file config.File, shape map[string]any) string {
	rest := maps.Clone(shape)
	for _, key := range []string{"tracing", "event_recorder"} {
		delete(rest, key)
	}
	if len(rest) < len(shape) {
		if text, err := json.Marshal(rest); err == nil { // which is YAML, too
			return string(text)
		}
	}
	return file.Data
}

// labelled refuses labels of a route and of those below it.
func (e *explainer) labelled(route any, path string) {
	if labels, _ := member(route, "labels").(map[string]any); len(labels) > 0 {
		e.refuse(route, path, "labels", "labels of a route are not supported yet", "remove them")
	}
	below, _ := member(route, "routes").([]any)
	for i, child := range below {
		e.labelled(child, config.Index(path+".routes", i))
	}
}

// refuse names a key of a section, if it is there.
func (e *explainer) refuse(section any, path, key, message, remedy string) {
	keys, _ := section.(map[string]any)
	if _, found := keys[key]; !found {
		return
	}
	fault := e.file.Errorf(path+"."+key, remedy, "%s", message)
	e.toKey(fault, key)
	e.faults = append(e.faults, fault)
}

// inhibiting is of a file that Alertmanager's reader refuses what can be said of its
// inhibit_rules nevertheless: nothing where that reader refuses these as well.
func inhibiting(shape map[string]any) *am.Config {
	text, err := json.Marshal(map[string]any{
		"route": map[string]any{"receiver": "any"}, "receivers": []any{map[string]any{"name": "any"}}, "inhibit_rules": shape["inhibit_rules"],
	})
	if err != nil {
		return &am.Config{}
	}
	cfg, err := am.Load(string(text))
	if err != nil {
		return &am.Config{}
	}
	return cfg
}
