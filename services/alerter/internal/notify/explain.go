package notify

import (
	"cmp"
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"faultline/pkg/config"

	am "github.com/prometheus/alertmanager/config"
	amcommoncfg "github.com/prometheus/alertmanager/config/common"
	"github.com/prometheus/common/model"
)

// explainer finds in a file that Alertmanager's reader refuses what is wrong and
// where: that reader knows lines at best, and stops at the first fault.
type explainer struct {
	file   config.File
	faults config.Errors
}

// explain turns what Alertmanager's reader says into errors with a place and a
// remedy. What no check here finds is said in the reader's words, at the place
// of the name or the value that they quote.
func explain(file config.File, shape map[string]any, err error) error {
	e := &explainer{file: file}
	e.value("$", "", shape, reflect.TypeFor[am.Config]())
	e.references(shape)
	if len(e.faults) > 0 {
		return e.faults.Err()
	}
	message := withoutAddress(strings.TrimPrefix(err.Error(), "yaml: "))
	offset := -1
	if at := regexp.MustCompile(`line (\d+): (.*)`).FindStringSubmatch(message); at != nil {
		message, offset = at[2], startOf(file, at[1])
	}
	if quoted := regexp.MustCompile(`"([^"]+)"`).FindStringSubmatch(message); quoted != nil {
		if at := regexp.MustCompile(`(?m)^[^#\n]*?\b(` + regexp.QuoteMeta(quoted[1]) + `)`).FindStringSubmatchIndex(file.Data); at != nil {
			offset = at[2]
		}
	}
	remedy := ""
	for _, known := range remedies() {
		if strings.Contains(message, known.message) {
			remedy = known.remedy
			if offset < 0 {
				offset = wordOf(file, find(file, `(?m)\b`+known.key+`\b`), message)
			}
			break
		}
	}
	return config.Errors{fault(file, max(offset, 0), message, cmp.Or(remedy, manual))}.Err()
}

// wordOf is where the first word of a message stands that the file has behind an offset, else
// the offset.
func wordOf(file config.File, offset int, message string) int {
	for word := range strings.FieldsSeq(message) {
		if word = strings.Trim(word, ".,"); len(word) > 2 {
			if at := strings.Index(file.Data[max(offset, 0):], word); at >= 0 {
				return max(offset, 0) + at
			}
		}
	}
	return offset
}

// startOf is where a line's text begins, -1 if there is no such line.
func startOf(file config.File, number string) int {
	n, err := strconv.Atoi(number)
	lines := strings.SplitAfter(file.Data, "\n")
	if err != nil || n < 1 || n > len(lines) {
		return -1
	}
	line := lines[n-1]
	return len(strings.Join(lines[:n-1], "")) + len(line) - len(strings.TrimLeft(line, " \t-"))
}

// manual is where the keys are explained.
const manual = "see https://prometheus.io/docs/alerting/latest/configuration/"

// known is a fault in the words of Alertmanager's reader, the key that it is
// about, and what to write.
type known struct{ message, key, remedy string }

func remedies() []known {
	return []known{
		{"missing port in address", "(?:smtp_)?smarthost", "smtp_smarthost wants a port, such as mail.example.org:587"},
		{"too many colons in address", "(?:smtp_)?smarthost", "smtp_smarthost wants brackets around an IPv6 address, such as [2001:db8::1]:587"},
		{"no global SMTP smarthost", "email_configs", "write smarthost here, or smtp_smarthost under global, such as mail.example.org:587"},
		{"no global SMTP from", "email_configs", "write from here, or smtp_from under global"},
		{"no Slack API URL nor App token", "slack_configs", "write api_url here, or slack_api_url under global"},
		{"bot_token", "telegram_configs", "write bot_token or bot_token_file here, or telegram_bot_token under global"},
		{"chat_id", "telegram_configs", "write chat_id, the number of the chat"},
		{"one of url or url_file", "webhook_configs", "write url, such as https://example.org/hook"},
		{"no discord webhook URL", "discord_configs", "write webhook_url or webhook_url_file"},
		{"no routes provided", "receivers", "write route: {receiver: NAME} with a receiver of the file"},
		{"no route provided", "receivers", "write route: {receiver: NAME} with a receiver of the file"},
		{"must specify a default receiver", "route", "write receiver: with a receiver of the file"},
		{"root route must not have any", "route", "put it into a route under routes"},
		{"cannot have continue in root route", "continue", "remove it; it is for routes under routes"},
		{"cannot be zero", "route", "write 5m"},
		{"missing name", "receivers", "write name"},
		{"not a valid weekday", "weekdays", "write a day in full, or a span such as monday:friday"},
		{"not a valid month", "months", "write a month in full or its number, or a span such as may:august"},
		{"parse timestamp", "times", "write hours and minutes, such as 08:00; 24:00 is the end of a day"},
		{"start time cannot be equal or greater", "times", "a span over midnight is two: 22:00 to 24:00 and 00:00 to 06:00"},
		{"unknown time zone", "location", "write a name such as Asia/Bishkek"},
		{"unsupported scheme", "receivers", "write an address that begins with http:// or https://"},
		{"wildcard group_by", "group_by", "write ['...'] alone, or the labels alone"},
	}
}

// value looks at what is written at a path, where the type is to be read.
func (e *explainer) value(path, key string, node any, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if node == nil {
		return
	}
	switch {
	case t == reflect.TypeFor[model.Duration]():
		e.duration(path, key, node)
	case t == reflect.TypeFor[amcommoncfg.Matchers]():
		e.list(path, key, node, func(path string, one any) {
			if _, err := ParseMatchers(fmt.Sprint(one)); err != nil {
				e.add(path, `write a label, an operator (=, !=, =~, !~) and a value, such as severity=~"high|critical"`, "%s: %v", key, err)
			}
		})
	case t.Kind() >= reflect.Bool && t.Kind() <= reflect.Uint64 && ownReading(t):
	case t.Kind() == reflect.Bool:
		if _, ok := node.(bool); !ok && !slices.Contains(switches(), fmt.Sprint(node)) {
			e.add(path, "write true or false", "%s: %v is neither true nor false", key, node)
		}
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64:
		if v := reflect.ValueOf(node); !v.CanInt() && !v.CanUint() && !v.CanFloat() {
			e.add(path, "write a whole number, without quotes", "%s: %v is no number", key, node)
		}
	case t.Kind() == reflect.Slice:
		e.list(path, key, node, func(path string, one any) { e.value(path, key, one, t.Elem()) })
	case t.Kind() == reflect.Struct:
		if keys, ok := node.(map[string]any); ok {
			e.keys(path, keys, t)
		}
	}
}

// ownReading reports whether values of a type are written in a way of their own, though it is a
// number or a switch: "10s", "TLS12".
func ownReading(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t == reflect.TypeFor[time.Duration]() || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) ||
		p.Implements(reflect.TypeFor[interface{ UnmarshalYAML(func(any) error) error }]())
}

// switches are the words for true and false that the reader of Alertmanager's file knows besides (YAML 1.1).
func switches() []string {
	return strings.Fields("y Y yes Yes YES on On ON n N no No NO off Off OFF")
}

func (e *explainer) duration(path, key string, node any) {
	if _, err := model.ParseDuration(fmt.Sprint(node)); err != nil {
		e.add(path, "write a number and its unit: 30s, 5m, 4h or 1d", "%s: %v is no duration", key, node)
	}
}

func (e *explainer) list(path, key string, node any, each func(path string, one any)) {
	all, ok := node.([]any)
	if !ok {
		e.add(path, "write a list: a line that begins with - for each, or [a, b]", "%s: this is no list", key)
	}
	for i, one := range all {
		each(config.Index(path, i), one)
	}
}

// keys looks at a map that is to be read into a struct.
func (e *explainer) keys(path string, node map[string]any, t reflect.Type) {
	known := fields(t)
	if len(known) == 0 {
		return // it is read in a way of its own
	}
	for _, key := range slices.Sorted(maps.Keys(node)) {
		if field, ok := known[key]; ok {
			e.value(path+"."+key, key, node[key], field)
			continue
		}
		names := slices.Sorted(maps.Keys(known))
		remedy := config.DidYouMean(key, names)
		if remedy == "" && len(names) <= 20 {
			remedy = "the keys here are " + strings.Join(names, ", ")
		}
		fault := e.file.Errorf(path+"."+key, cmp.Or(remedy, manual), "unknown key %q", key)
		e.toKey(fault, key)
		e.faults = append(e.faults, fault)
	}
}

// toKey moves a fault from a value to its key, which stands before it.
func (e *explainer) toKey(fault *config.Error, key string) {
	lines := strings.Split(e.file.Data, "\n")
	pattern := regexp.MustCompile(`(?:^|[\s{,-])["']?(` + regexp.QuoteMeta(key) + `)["']?\s*:`)
	for line := min(fault.Line, len(lines)); line > 0; line-- {
		if at := pattern.FindStringSubmatchIndex(lines[line-1]); at != nil {
			fault.Line, fault.Column = line, at[2]+1
			return
		}
	}
}

// fields are the types of a struct's fields by their YAML keys.
func fields(t reflect.Type) map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			for f.Type.Kind() == reflect.Pointer {
				f.Type = f.Type.Elem()
			}
			maps.Copy(all, fields(f.Type))
		case name != "" && name != "-":
			all[name] = f.Type
		}
	}
	return all
}

// references looks at the names of receivers and time intervals.
func (e *explainer) references(shape map[string]any) {
	for _, section := range []string{"receivers", "time_intervals", "mute_time_intervals"} {
		e.unique("$."+section, namesIn(shape[section]))
	}
	receivers, intervals := namesIn(shape["receivers"]), append(namesIn(shape["mute_time_intervals"]), namesIn(shape["time_intervals"])...)
	var walk func(path string, route any)
	walk = func(path string, route any) {
		if name, ok := member(route, "receiver").(string); ok {
			e.named(path+".receiver", "receiver", name, receivers)
		}
		for _, key := range []string{"mute_time_intervals", "active_time_intervals"} {
			all, _ := member(route, key).([]any)
			for i, one := range all {
				e.named(config.Index(path+"."+key, i), "time interval", fmt.Sprint(one), intervals)
			}
		}
		below, _ := member(route, "routes").([]any)
		for i, child := range below {
			walk(config.Index(path+".routes", i), child)
		}
	}
	walk("$.route", shape["route"])
}

// named wants a name to be one of those that there are.
func (e *explainer) named(path, what, name string, all []string) {
	switch {
	case slices.Contains(all, name):
	case len(all) == 0:
		e.add(path, "define it", "there is no %s %q", what, name)
	default:
		e.add(path, cmp.Or(config.DidYouMean(name, all), "there are "+strings.Join(all, ", ")), "there is no %s %q", what, name)
	}
}

// unique wants the names of a list to differ.
func (e *explainer) unique(path string, names []string) {
	for i, name := range names {
		if name != "" && slices.Contains(names[:i], name) {
			e.add(config.Index(path, i)+".name", "give each a name of its own", "there is a %q above", name)
		}
	}
}

// namesIn are the names of a list of things, "" of one that has none.
func namesIn(list any) (names []string) {
	all, _ := list.([]any)
	for _, one := range all {
		name, _ := member(one, "name").(string)
		names = append(names, name)
	}
	return names
}

func (e *explainer) add(path, remedy, format string, args ...any) {
	e.faults = append(e.faults, e.file.Errorf(path, remedy, format, args...))
}
