package config

import (
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quick reads the YAML that nearly all files are written in, straight into values: maps
// and lists in blocks or brackets, texts on one line with or without quotes, numbers, true
// and false. It takes an eighth of the time of the YAML reader, and makes none of its nodes.
//
// It never says what is wrong: whatever it does not know for certain (anchors, tags, texts
// of several lines, empty values, a key that is unknown or there twice, a number where a
// list is wanted) it leaves, with the whole file, to the YAML reader, which reads it or
// says where the fault is. What it does read it must read as that one does.
type quick struct {
	text   string
	pos    int
	indent int  // of the line that begins at pos; -1 at the end of the text
	depth  int  // of the value that is read
	nodes  int  // values read
	over   bool // the file is for the YAML reader
	plans  map[reflect.Type]*plan
}

// shape is how a value is written.
type shape uint8

const (
	blockMap shape = iota
	blockList
	flowMap
	flowList
	quoted
	plain
)

func (s shape) scalar() bool { return s >= quoted }

// quickDepth is how deep what is read quickly may nest.
const quickDepth = 30

// decodeQuickly reads the text into v, or reports false and leaves v as it is.
func decodeQuickly(text string, v any) bool {
	to := reflect.ValueOf(v)
	if to.Kind() != reflect.Pointer || to.IsNil() || !readable(text) {
		return false
	}
	q := &quick{text: text, plans: map[reflect.Type]*plan{}}
	if q.line(); q.indent != 0 || q.over {
		return false
	}
	value := reflect.New(to.Type().Elem()).Elem()
	value.Set(to.Elem()) // a map or a list in it is replaced and not changed
	at, ok := q.nested(0)
	if !ok || !q.read(value, place{shape: at}) || q.over || q.indent >= 0 {
		return false
	}
	to.Elem().Set(value)
	return true
}

// readable reports whether the text has nothing but what is seen, spaces and ends of
// lines.
func readable(text string) bool {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if c < ' ' && c != '\n' || c == 0x7F {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError || r < 0xA0 || r == '\ufeff' || unicode.IsSpace(r) {
			return false
		}
		i += size
	}
	return true
}

// refuse leaves the file to the YAML reader.
func (q *quick) refuse() bool {
	q.over = true
	return false
}

// line goes to the next line that says something, from the beginning of one.
func (q *quick) line() {
	for q.pos < len(q.text) {
		begin := q.pos
		q.spaces()
		switch {
		case q.pos == len(q.text):
		case q.text[q.pos] == '\n':
			q.pos++
			continue
		case q.text[q.pos] == '#':
			q.comment()
			continue
		default:
			if q.indent = q.pos - begin; q.indent == 0 && strings.ContainsRune("-.%", rune(q.text[q.pos])) && !q.dash() {
				q.refuse() // it may begin or end a document
			}
			return
		}
	}
	q.indent = -1
}

func (q *quick) spaces() {
	for q.pos < len(q.text) && q.text[q.pos] == ' ' {
		q.pos++
	}
}

// comment passes one with its line. The YAML reader goes on in the next line after a
// backslash.
func (q *quick) comment() {
	end := strings.IndexByte(q.text[q.pos:], '\n')
	if end < 0 {
		end = len(q.text) - q.pos - 1
	}
	if strings.IndexByte(q.text[q.pos:q.pos+end+1], '\\') >= 0 {
		q.refuse()
	}
	q.pos += end + 1
}

// next is the byte at pos, a line's end at the end.
func (q *quick) next() byte { return q.at(0) }

func (q *quick) at(ahead int) byte {
	if q.pos+ahead < len(q.text) {
		return q.text[q.pos+ahead]
	}
	return '\n'
}

// dash reports whether an element of a list begins here.
func (q *quick) dash() bool { return q.next() == '-' && q.at(1) == ' ' }

// rest passes what may stand behind a value in its line, and goes to the next line.
func (q *quick) rest() bool {
	q.spaces()
	switch {
	case q.next() == '\n':
		q.pos = min(q.pos+1, len(q.text))
	case q.next() == '#' && q.text[q.pos-1] == ' ':
		q.comment()
	default:
		return q.refuse()
	}
	q.line()
	return !q.over
}

// nested is the shape of what begins with the line at pos, whose indent must be at
// least least.
func (q *quick) nested(least int) (shape, bool) {
	switch {
	case q.indent < least || q.over:
		return 0, q.refuse()
	case q.dash():
		return blockList, true
	}
	return blockMap, true
}

// inLine is the shape of what begins at pos behind a key or a dash.
func (q *quick) inLine() (shape, bool) {
	switch c := q.next(); {
	case c == '[':
		return flowList, true
	case c == '{':
		return flowMap, true
	case c == '"' || c == '\'':
		return quoted, true
	case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '(' || c == '=' || c >= utf8.RuneSelf:
		return plain, true
	}
	return 0, q.refuse()
}

// key reads a key, in double quotes or none, its colon and the spaces behind it. In braces
// a colon ends it whatever follows.
func (q *quick) key(inMap bool) (string, bool) {
	quote := q.next() == '"'
	if quote {
		q.pos++
	}
	from := q.pos
	for keyByte(q.next()) || q.next() == ':' && (quote || !inMap && keyByte(q.at(1))) {
		q.pos++
	}
	key := q.text[from:q.pos]
	if quote {
		if q.next() != '"' {
			return "", q.refuse()
		}
		q.pos++
	}
	if key == "" || !letter(key[0]) || q.next() != ':' || q.at(1) != ' ' && q.at(1) != '\n' || reserved(key) {
		return "", q.refuse()
	}
	q.pos++
	q.spaces()
	return key, true
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func keyByte(c byte) bool {
	return letter(c) || '0' <= c && c <= '9' || c == '_' || c == '-'
}

// reserved reports whether a text without quotes is no text. Numbers do not begin with
// a letter.
func reserved(text string) bool {
	switch strings.ToLower(text) {
	case "null", "true", "false":
		return true
	}
	return false
}

// scalar reads a text in a shape of one line; inMap is whether braces are open, and in
// whether any bracket is.
func (q *quick) scalar(s shape, in, inMap bool) (string, bool) {
	switch {
	case s == plain:
		return q.plain(in, inMap)
	case q.next() == '"':
		return q.double()
	}
	return q.single()
}

// single reads a text in single quotes.
func (q *quick) single() (string, bool) {
	for from, end := q.pos+1, q.pos+1; end < len(q.text); end++ {
		switch q.text[end] {
		case '\n':
			return "", q.refuse()
		case '\'':
			if end+1 < len(q.text) && q.text[end+1] == '\'' {
				return "", q.refuse() // a quote in it
			}
			q.pos = end + 1
			return q.text[from:end], true
		}
	}
	return "", q.refuse()
}

// double reads a text in double quotes.
func (q *quick) double() (string, bool) {
	from := q.pos + 1
	end := from + strings.IndexAny(q.text[from:], "\"\\\n")
	if end < from || q.text[end] == '\n' {
		return "", q.refuse()
	}
	if q.text[end] == '"' {
		q.pos = end + 1
		return q.text[from:end], true
	}
	return q.escaped(from)
}

// escaped reads the rest of a text in double quotes that has a backslash.
func (q *quick) escaped(from int) (string, bool) {
	var text strings.Builder
	for i := from; i < len(q.text); i++ {
		switch c := q.text[i]; c {
		case '\n':
			return "", q.refuse()
		case '"':
			q.pos = i + 1
			return text.String(), true
		case '\\':
			i++
			switch {
			case i < len(q.text) && (q.text[i] == '"' || q.text[i] == '\\'):
				text.WriteByte(q.text[i])
			case i < len(q.text) && q.text[i] == 'n':
				text.WriteByte('\n')
			default:
				return "", q.refuse()
			}
		default:
			text.WriteByte(c)
		}
	}
	return "", q.refuse()
}

// plain reads a text without quotes up to the end of the line, a comment, or what ends
// it in brackets.
func (q *quick) plain(in, inMap bool) (string, bool) {
	from := q.pos
	for ; q.next() != '\n'; q.pos++ {
		switch c := q.next(); c {
		case '#':
			if q.text[q.pos-1] == ' ' {
				return q.trimmed(from)
			}
		case ':':
			if after := q.at(1); inMap || after == ' ' || after == '\n' || in && after == ',' {
				return "", q.refuse()
			}
		case ',', ']', '}':
			if in {
				return q.trimmed(from)
			}
		case '[', '{', '"', '?':
			if in {
				return "", q.refuse()
			}
		}
	}
	return q.trimmed(from)
}

func (q *quick) trimmed(from int) (string, bool) {
	return strings.TrimRight(q.text[from:q.pos], " "), true
}

// gap passes spaces and ends of lines in brackets that belong to a line with an
// indent.
func (q *quick) gap(indent int) bool {
	for q.spaces(); q.next() == '\n'; q.spaces() {
		if q.pos == len(q.text) {
			return q.refuse()
		}
		q.pos++
		begin := q.pos
		if q.spaces(); q.next() != '\n' && q.pos-begin <= indent {
			return q.refuse()
		}
	}
	return true
}
