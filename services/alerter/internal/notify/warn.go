package notify

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"faultline/pkg/config"

	"github.com/prometheus/alertmanager/pkg/labels"
)

// Warnings are what the file says that Alertmanager takes, and that is hardly
// meant: routes that reach nobody, matchers that no alert can fit, secrets that
// are not there. The shipped file has none.
func (c *Config) Warnings() config.Errors { return c.warnings }

// warner reads the tree as it is written, for that alone knows the places.
type warner struct {
	file   config.File
	config *Config
	values *vocabulary
	faults config.Errors
}

// warn finds the warnings of a file that was loaded.
func warn(dir *config.Dir, file config.File, shape map[string]any, c *Config) config.Errors {
	if file.Shipped {
		return nil
	}
	w := &warner{file: file, config: c, values: newVocabulary(dir)}
	w.silence()
	w.route("$.route", "the root route", shape["route"])
	rules, _ := shape["inhibit_rules"].([]any)
	for i, rule := range rules {
		path := config.Index("$.inhibit_rules", i)
		for _, key := range []string{"source_matchers", "target_matchers", "source_match", "target_match"} {
			w.matchers(path, key, rule)
		}
		w.names(path, "equal", rule)
	}
	w.secrets()
	w.faults.Err() //nolint:errcheck // puts them in order
	return w.faults
}

func member(node any, key string) any {
	keys, _ := node.(map[string]any)
	return keys[key]
}

func (w *warner) add(path, remedy, format string, args ...any) {
	w.faults = append(w.faults, w.file.Errorf(path, remedy, format, args...))
}

// silence says when there is no channel at all.
func (w *warner) silence() {
	if !w.config.reaches() {
		w.add("$.receivers", "give the receiver of the root route one, such as webhook_configs", "nobody is told of anything: no receiver has a channel")
	}
}

func (c *Config) reaches() bool {
	return slices.ContainsFunc(c.receivers, func(r Receiver) bool { return len(r.Integrations) > 0 })
}

// deaf are names that people give to a receiver that is to reach nobody.
func deaf(name string) bool {
	return slices.Contains([]string{"nobody", "null", "none", "nil", "noop", "devnull", "dev-null", "/dev/null", "blackhole", "black-hole", "discard", "drop"}, strings.ToLower(name))
}

// route looks at a route that is written at path, and at those below it.
func (w *warner) route(path, name string, route any) {
	if receiver, ok := member(route, "receiver").(string); ok && w.config.reaches() && !deaf(receiver) {
		if r, _ := w.config.Receiver(receiver); len(r.Integrations) == 0 {
			w.add(path+".receiver", "give it one, or name it nobody if that is meant", "alerts of %s reach nobody: receiver %s has no channel", name, receiver)
		}
	}
	w.names(path, "group_by", route)
	for _, key := range []string{"matchers", "match", "match_re"} {
		w.matchers(path, key, route)
	}
	below, _ := member(route, "routes").([]any)
	for i, child := range below {
		w.route(config.Index(path+".routes", i), "this route", child)
	}
}

// names looks at a list of labels.
func (w *warner) names(path, key string, node any) {
	all, _ := member(node, key).([]any)
	for i, one := range all {
		if name, ok := one.(string); ok && name != "..." {
			w.name(config.Index(path+"."+key, i), key, name)
		}
	}
}

func (w *warner) name(path, key, name string) (known bool) {
	p, strange := strangeName(name)
	if strange {
		w.add(path, p.Remedy, "%s: %s", key, p.Message)
	}
	return !strange
}

// matchers looks at a list of matchers, or at a map from labels to values.
func (w *warner) matchers(path, key string, node any) {
	path += "." + key
	switch all := member(node, key).(type) {
	case []any:
		for i, one := range all {
			if text, ok := one.(string); ok {
				w.parsed(config.Index(path, i), key, text)
			}
		}
	case map[string]any:
		kind := labels.MatchEqual
		if key == "match_re" {
			kind = labels.MatchRegexp
		}
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if m, err := labels.NewMatcher(kind, name, fmt.Sprint(all[name])); err == nil {
				w.matcher(path+"."+name, key, m)
			}
		}
	}
}

func (w *warner) parsed(path, key, text string) {
	all, err := ParseMatchers(text)
	if err != nil {
		return // refused before
	}
	for _, m := range all {
		w.matcher(path, key, m)
	}
}

func (w *warner) matcher(path, key string, m *labels.Matcher) {
	if !w.name(path, key, m.Name) {
		return
	}
	for _, p := range w.values.strange(m) {
		w.add(path, p.Remedy, "%s: %s", key, p.Message)
	}
}

// secrets names the files that channels read when they send, and that cannot be
// read now.
func (w *warner) secrets() {
	said := map[string]bool{}
	for _, r := range w.config.receivers {
		for _, i := range r.Integrations {
			for _, name := range i.secrets.files {
				if said[name] {
					continue
				}
				said[name] = true
				w.secret(r.Name, name)
			}
		}
	}
}

func (w *warner) secret(receiver, name string) {
	path, remedy := name, "create the file and let the user that runs Faultline read it"
	if abs, err := filepath.Abs(name); err == nil && !filepath.IsAbs(name) { // so does Alertmanager
		path, remedy = abs, remedy+"; a path without a leading / counts from where Faultline is started"
	}
	f, err := os.Open(path)
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		return
	}
	at := strings.Index(w.file.Data, name)
	if at < 0 { // made absolute
		at = strings.Index(w.file.Data, filepath.Base(name))
	}
	w.faults = append(w.faults, fault(w.file, at, fmt.Sprintf("receiver %q cannot send: %v", receiver, err), remedy))
}
