package service

import (
	"fmt"
	"slices"
	"strings"

	"faultline/pkg/config"
)

// written are the settings of faultline.yaml that are read at the start alone, by
// their dotted keys; none when the file cannot be read, which the services say.
func written(dir *config.Dir) map[string]string {
	all := map[string]string{}
	file, err := dir.Read(File)
	if err != nil {
		return all
	}
	var content map[string]any
	if err := file.Decode(&content); err != nil {
		return all
	}
	delete(content, "classifier") // read again by the services themselves
	delete(content, "alerter")
	flatten(all, "", content)
	return all
}

func flatten(all map[string]string, prefix string, content map[string]any) {
	for key, value := range content {
		if below, ok := value.(map[string]any); ok {
			flatten(all, prefix+key+".", below)
			continue
		}
		all[prefix+key] = fmt.Sprint(value)
	}
}

// changed are the keys in which two readings differ, sorted.
func changed(was, now map[string]string) []string {
	var keys []string
	for key, value := range now {
		if old, ok := was[key]; !ok || old != value {
			keys = append(keys, key)
		}
	}
	for key := range was {
		if _, ok := now[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	above := slices.Clone(keys) // of a section that was empty, what is in it says enough
	return slices.DeleteFunc(keys, func(key string) bool {
		return slices.ContainsFunc(above, func(other string) bool { return strings.HasPrefix(other, key+".") })
	})
}

// sayRestart warns of what was edited and waits for the next start.
func (r *reloader) sayRestart() {
	if keys := changed(r.settings, written(r.process.Config)); len(keys) > 0 {
		r.process.Logger.Warn("these settings take effect after a restart", "file", File, "keys", strings.Join(keys, ", "))
	}
}
