package config

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/token"
)

// plan is how values of a type are read.
type plan struct {
	kind   reflect.Kind   // Invalid: not at all
	fields map[string]int // of a struct, by key
	own    bool           // it has an UnmarshalYAML that asks for values
	text   bool           // and it is written as a text: see ReadText
}

// plan makes the plan of a type when it is first met.
func (q *quick) plan(t reflect.Type) *plan {
	p, ok := q.plans[t]
	if !ok {
		p = newPlan(t)
		q.plans[t] = p
	}
	return p
}

func newPlan(t reflect.Type) *plan {
	p := &plan{kind: t.Kind()}
	pointer := reflect.PointerTo(t)
	p.own = pointer.Implements(reflect.TypeFor[yaml.InterfaceUnmarshaler]())
	p.text = pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
	if _, method := pointer.MethodByName("UnmarshalYAML"); p.own != method || p.text && !p.own || t == reflect.TypeFor[time.Duration]() {
		return &plan{}
	}
	if p.kind == reflect.Struct {
		p.fields = fields(t)
	}
	if p.kind == reflect.Struct && p.fields == nil && !p.own || p.kind == reflect.Map && t.Key().Kind() != reflect.String {
		return &plan{}
	}
	return p
}

// fields are the fields of a struct by their keys, nil if one has none or is of a kind
// that is not read quickly.
func fields(t reflect.Type) map[string]int {
	all := map[string]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case key == "-":
			continue
		case key == "" || options != "" || f.Anonymous || !f.IsExported() || i >= 64:
			return nil
		}
		all[key] = i
	}
	return all
}

// place is where a value stands, beside pos.
type place struct {
	shape
	indent    int
	in, inMap bool // brackets of any kind are open, or braces
}

// read reads what stands at pos into v. What is written in a block has the indent of its
// line, and what is in brackets goes on in lines that have more. It reports false when v is
// of another kind, or the file is for the YAML reader.
func (q *quick) read(v reflect.Value, at place) bool {
	if q.nodes++; q.nodes > maxNodes/2 || q.depth > quickDepth {
		return q.refuse()
	}
	q.depth++
	defer func() { q.depth-- }()
	p := q.plan(v.Type())
	switch {
	case p.own && p.text && at.scalar():
		return q.readText(v, at)
	case p.own:
		return q.readOwn(v, at)
	}
	switch p.kind {
	case reflect.Struct:
		return q.readStruct(v, p, at)
	case reflect.Map:
		return q.readMap(v, at)
	case reflect.Slice:
		return q.readList(v, at)
	case reflect.Pointer:
		value := reflect.New(v.Type().Elem())
		if !v.IsNil() {
			value.Elem().Set(v.Elem())
		}
		v.Set(value)
		return q.read(value.Elem(), at)
	case reflect.String, reflect.Bool, reflect.Int, reflect.Float64:
		return q.readScalar(v, at)
	}
	return q.refuse()
}

// readText reads a text for a type whose UnmarshalYAML is ReadText.
func (q *quick) readText(v reflect.Value, at place) bool {
	text, ok := q.scalar(at.shape, at.in, at.inMap)
	if !ok || at.shape == plain && reserved(text) {
		return q.refuse()
	}
	return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)) == nil || q.refuse()
}

// readOwn lets the type ask for what it can be, which may be more than once.
func (q *quick) readOwn(v reflect.Value, at place) bool {
	start, indent, end, endIndent := q.pos, q.indent, -1, 0
	err := v.Addr().Interface().(yaml.InterfaceUnmarshaler).UnmarshalYAML(func(into any) error {
		to := reflect.ValueOf(into)
		q.pos, q.indent = start, indent
		if to.Kind() != reflect.Pointer || to.IsNil() || !q.read(to.Elem(), at) {
			return &yaml.TypeError{}
		}
		end, endIndent = q.pos, q.indent
		return nil
	})
	if err != nil || end < 0 || q.over {
		return q.refuse()
	}
	q.pos, q.indent = end, endIndent
	return true
}

func (q *quick) readScalar(v reflect.Value, at place) bool {
	if !at.scalar() {
		return false
	}
	text, ok := q.scalar(at.shape, at.in, at.inMap)
	if !ok {
		return false
	}
	if v.Kind() == reflect.String {
		if at.shape == plain && (reserved(text) || '0' <= text[0] && text[0] <= '9' && token.ToNumber(text) != nil) {
			return q.refuse()
		}
		v.SetString(text)
		return true
	}
	return at.shape == plain && setPlain(v, text) || q.refuse()
}

// setPlain sets what is no text from how it is nearly always written.
func setPlain(v reflect.Value, text string) bool {
	if v.Kind() == reflect.Bool {
		v.SetBool(text == "true")
		return text == "true" || text == "false"
	}
	whole, fraction, dot := strings.Cut(text, ".")
	if !digits(whole) || len(whole) > 1 && whole[0] == '0' || dot && (!digits(fraction) || v.Kind() != reflect.Float64) {
		return false
	}
	number, err := strconv.ParseFloat(text, 64)
	if v.Kind() == reflect.Float64 {
		v.SetFloat(number)
	} else {
		v.SetInt(int64(number))
	}
	return err == nil
}

// digits reports whether a text is nothing else, and few.
func digits(text string) bool {
	return text != "" && len(text) < 10 && strings.Trim(text, "0123456789") == ""
}

func (q *quick) readStruct(v reflect.Value, p *plan, at place) bool {
	var seen uint64
	return q.entries(at, func(key string, value place) bool {
		i, ok := p.fields[key]
		if !ok || seen>>i&1 == 1 {
			return q.refuse()
		}
		seen |= 1 << i
		return q.read(v.Field(i), value)
	})
}

func (q *quick) readMap(v reflect.Value, at place) bool {
	t := v.Type()
	all := reflect.MakeMap(t)
	ok := q.entries(at, func(key string, value place) bool {
		name := reflect.ValueOf(key).Convert(t.Key())
		entry := reflect.New(t.Elem()).Elem()
		if all.MapIndex(name).IsValid() || !q.read(entry, value) {
			return q.refuse()
		}
		all.SetMapIndex(name, entry)
		return true
	})
	v.Set(all)
	return ok
}

func (q *quick) readList(v reflect.Value, at place) bool {
	all := reflect.New(v.Type()).Elem()
	n := 0
	ok := q.elements(at, func(value place) bool {
		if n == all.Cap() {
			all.Grow(n + 4)
		}
		n++
		all.SetLen(n)
		return q.read(all.Index(n-1), value)
	})
	exact := reflect.MakeSlice(v.Type(), n, n)
	reflect.Copy(exact, all)
	v.Set(exact)
	return ok
}

// entries reads a map: do reads the value of each key.
func (q *quick) entries(at place, do func(key string, value place) bool) bool {
	switch at.shape {
	case blockMap:
		return q.blockEntries(at.indent, do)
	case flowMap:
		inside := at
		inside.in, inside.inMap = true, true
		return q.flow('}', at.indent, func() bool {
			key, ok := q.key(true)
			return ok && q.value(inside, func(value place) bool { return do(key, value) })
		})
	}
	return false
}

func (q *quick) blockEntries(indent int, do func(key string, value place) bool) bool {
	for {
		key, ok := q.key(false)
		if !ok || !q.inBlock(indent, false, func(value place) bool { return do(key, value) }) {
			return false
		}
		if q.indent < indent {
			return true
		}
		if q.indent > indent || q.dash() {
			return q.refuse()
		}
	}
}

// inBlock reads a value of a block behind its key or its dash, and goes to the next line.
func (q *quick) inBlock(indent int, element bool, do func(place) bool) bool {
	if c := q.next(); c == '\n' || c == '#' {
		if element || !q.rest() {
			return q.refuse()
		}
		least := indent + 1
		if q.dash() {
			least = indent // a list may stand where its key does
		}
		s, ok := q.nested(least)
		return ok && do(place{shape: s, indent: q.indent})
	}
	return q.value(place{indent: indent}, do) && q.rest()
}

// value reads a value that begins at pos, in the line that it is in.
func (q *quick) value(at place, do func(place) bool) bool {
	var ok bool
	at.shape, ok = q.inLine()
	return ok && do(at)
}

// elements reads a list: do reads each element.
func (q *quick) elements(at place, do func(place) bool) bool {
	switch at.shape {
	case blockList:
		return q.blockElements(at.indent, do)
	case flowList:
		inside := at
		inside.in = true
		return q.flow(']', at.indent, func() bool { return q.value(inside, do) })
	}
	return false
}

func (q *quick) blockElements(indent int, do func(place) bool) bool {
	for q.indent == indent && q.dash() {
		q.pos++
		from := q.pos
		q.spaces()
		if q.mapHere() { // whose keys stand where the first one does
			q.indent = indent + 1 + q.pos - from
			if !do(place{shape: blockMap, indent: q.indent}) {
				return false
			}
		} else if !q.inBlock(indent, true, do) {
			return false
		}
	}
	return q.indent <= indent || q.refuse()
}

// mapHere reports whether a key without quotes begins at pos.
func (q *quick) mapHere() bool {
	if q.next() == '"' {
		return false
	}
	pos, over := q.pos, q.over
	_, ok := q.key(false)
	q.pos, q.over = pos, over
	return ok
}

// flow reads what stands in brackets up to the closing one: each reads a part.
func (q *quick) flow(closing byte, indent int, each func() bool) bool {
	q.pos++
	if !q.gap(indent) {
		return false
	}
	if q.next() == closing {
		q.pos++
		return true
	}
	for {
		if !each() || !q.gap(indent) {
			return false
		}
		switch q.next() {
		case closing:
			q.pos++
			return true
		case ',':
			q.pos++
		default:
			return q.refuse()
		}
		if !q.gap(indent) {
			return false
		}
	}
}
