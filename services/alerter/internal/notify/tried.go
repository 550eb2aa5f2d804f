package notify

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"faultline/pkg/config"

	am "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/template"
)

// asWritten are the settings that Alertmanager takes as they are written, and not as templates: a password may have
// any characters.
var asWritten = []string{
	"email.auth_username", "email.auth_password", "email.auth_secret", "email.auth_identity", "telegram.bot_token", "slack.app_token", "wechat.api_secret",
	"incidentio.alert_source_token", "victorops.api_key", "rocketchat.token", "rocketchat.token_id", "sns.sigv4",
}

// tryTemplates renders every template of a receiver with a sample, so that a
// mistake shows when the file is loaded, not when the first news comes.
func tryTemplates(file config.File, rc am.Receiver, t *template.Template) error {
	samples := sampleData(rc.Name, t)
	var faults config.Errors
	each(rc, func(kind string, index int, c reflect.Value) {
		written(c, "", func(field, text string) {
			if setting, _, _ := strings.Cut(field, "."); slices.Contains(asWritten, kind+"."+setting) {
				return
			}
			run := t.ExecuteTextString
			if kind == "email" && field == "html" || kind == "telegram" && field == "message" && c.FieldByName("ParseMode").String() == "HTML" {
				run = t.ExecuteHTMLString
			}
			for _, data := range samples {
				if _, err := run(text, data); err != nil {
					faults = append(faults, fault(file, strings.Index(file.Data, firstLine(text)),
						fmt.Sprintf("receiver %q, %s_configs[%d], %s: %v", rc.Name, kind, index, field, err), "correct the template"))
					return
				}
			}
		})
	})
	return faults.Err()
}

// written visits the templates of a setting at any depth (the fields and buttons of a message, the details
// of a page, a payload), with the keys that lead to each.
func written(v reflect.Value, path string, visit func(path, text string)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			written(v.Elem(), path, visit)
		}
	case reflect.String:
		if strings.Contains(v.String(), "{{") {
			visit(path, v.String())
		}
	case reflect.Slice:
		for i := range v.Len() {
			written(v.Index(i), config.Index(path, i), visit)
		}
	case reflect.Map:
		byName := map[string]reflect.Value{}
		for _, key := range v.MapKeys() {
			byName[fmt.Sprint(key)] = v.MapIndex(key)
		}
		for _, name := range slices.Sorted(maps.Keys(byName)) {
			written(byName[name], below(path, name), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			switch {
			case !f.IsExported(), name == "http_config", name == "tls_config", name == "-": // no text of a message
			case options == "inline":
				written(v.Field(i), path, visit)
			default:
				written(v.Field(i), below(path, name), visit)
			}
		}
	}
}

// below is the path of a key.
func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
