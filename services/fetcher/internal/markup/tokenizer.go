// Package markup reads XML as feeds have it: tags that never close, attributes
// without quotes, lone ampersands, text cut off in the middle. It never fails on
// what it reads, expands no entity that a document declares, and loads nothing.
package markup

import (
	"errors"
	"strings"
)

// ErrAttributes is the one fault the tokenizer does not put up with: a tag with
// more attributes than allowed.
var ErrAttributes = errors.New("too many attributes in one element")

// Kind is what a token is.
type Kind uint8

// The kinds of token. Comments, processing instructions and declarations are
// passed over.
const (
	End Kind = iota // the end of the document
	Open
	Close
	Text
)

// Token is one piece of the document. Its strings share the document's memory.
type Token struct {
	Kind Kind
	// Name is that of a tag as written, with its prefix.
	Name string
	// Attrs are those of an Open token, valid until the next call of Next.
	Attrs []Attr
	// Empty is set on an Open token that closes itself.
	Empty bool
	// Text is the raw text of a Text token: still escaped, unless CDATA is set.
	Text  string
	CDATA bool
	// Start and Stop are the token's place in the document, in bytes.
	Start, Stop int
}

// Attr is an attribute as written; Unescape its value before use.
type Attr struct{ Name, Value string }

// Attr is the unescaped value of the attribute with that name, ignoring case, or
// empty.
func (t *Token) Attr(name string) string {
	for i := range t.Attrs {
		if strings.EqualFold(t.Attrs[i].Name, name) {
			return Unescape(t.Attrs[i].Value)
		}
	}
	return ""
}

// Tokenizer reads a document once, from start to end, in linear time.
type Tokenizer struct {
	src     string
	pos     int
	attrs   []Attr
	maximum int
	last    string // the element opened last, to tell where an open CDATA section should have ended
	// Where the next end of a CDATA section and of a comment is (len(src) for none),
	// valid while it is ahead: without this a hostile document costs a search to
	// its end for each of its tags.
	nextCDEnd, nextCommentEnd int
	noSubset                  bool // an internal subset had no end
	cut                       bool
	err                       error
}

// New reads src, which must be UTF-8. A tag may have at most attributes
// attributes.
func New(src string, attributes int) *Tokenizer {
	return &Tokenizer{src: src, maximum: attributes, nextCDEnd: -1, nextCommentEnd: -1}
}

// Cut reports that the document ended within a tag, a comment or a CDATA section.
func (z *Tokenizer) Cut() bool { return z.cut }

// Err is ErrAttributes, or nil. After an error only End tokens come.
func (z *Tokenizer) Err() error { return z.err }

// Seek makes the tokenizer go on at a place in the document: a token's Start to
// read it again, Start+1 to take its "<" for text.
func (z *Tokenizer) Seek(pos int) { z.pos = pos }

// Next is the next token, or End for ever.
func (z *Tokenizer) Next() Token {
	for z.pos < len(z.src) && z.err == nil {
		start := z.pos
		if z.src[start] != '<' || !z.tagStart(start+1) {
			return z.text(start)
		}
		switch z.src[start+1] {
		case '!':
			if t, ok := z.declaration(start); ok {
				return t
			}
		case '?':
			z.instruction()
		case '/':
			return z.closeTag(start)
		default:
			if t := z.openTag(start); z.err == nil {
				return t
			}
		}
	}
	return Token{Kind: End, Start: len(z.src), Stop: len(z.src)}
}

// tagStart reports whether markup may begin with a '<' before i: "a < b" and "<3"
// are text.
func (z *Tokenizer) tagStart(i int) bool {
	if i >= len(z.src) {
		z.cut = true
		return false
	}
	c := z.src[i]
	if c == '/' {
		return i+1 < len(z.src) && nameStart(z.src[i+1])
	}
	return c == '!' || c == '?' || nameStart(c)
}

func nameStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

func (z *Tokenizer) text(start int) Token {
	i := start + 1
	for {
		j := strings.IndexByte(z.src[min(i, len(z.src)):], '<')
		if j < 0 {
			z.pos = len(z.src)
			break
		}
		if z.tagStart(i + j + 1) {
			z.pos = i + j
			break
		}
		i += j + 1
	}
	return Token{Kind: Text, Text: z.src[start:z.pos], Start: start, Stop: z.pos}
}

// declaration passes over comments, DOCTYPE and the like; a CDATA section is text.
func (z *Tokenizer) declaration(start int) (Token, bool) {
	rest := z.src[start:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		z.comment(start)
	case len(rest) >= 9 && strings.EqualFold(rest[:9], "<![CDATA["):
		return z.cdata(start), true
	default:
		z.doctype(start)
	}
	return Token{}, false
}

func (z *Tokenizer) comment(start int) {
	body := start + len("<!--")
	end := z.ahead(&z.nextCommentEnd, body, "-->")
	if end < len(z.src) {
		z.pos = end + len("-->")
		return
	}
	// A comment without end would hide the rest of the document: take the mark
	// alone for the fault.
	z.pos = body
}

// ahead is where mark comes next at or after from, remembered in next.
func (z *Tokenizer) ahead(next *int, from int, mark string) int {
	if *next >= from {
		return *next
	}
	*next = len(z.src)
	if n := strings.Index(z.src[from:], mark); n >= 0 {
		*next = from + n
	}
	return *next
}

func (z *Tokenizer) cdata(start int) Token {
	body := start + len("<![CDATA[")
	t := Token{Kind: Text, CDATA: true, Start: start}
	end := z.ahead(&z.nextCDEnd, body, "]]>")
	if end < len(z.src) && !strays(z.src[body:end]) {
		t.Text, z.pos = z.src[body:end], end+len("]]>")
	} else {
		t.Text, z.pos = z.unclosed(body, end)
	}
	t.Stop = z.pos
	return t
}

// strays reports a CDATA section that runs over the end of its item, or into the
// next section: its own end is missing.
func strays(section string) bool {
	return strings.Contains(section, "<![CDATA[") || strings.Contains(section, "</item>") || strings.Contains(section, "</entry>")
}

// unclosed ends a CDATA section where its element ends, else at limit, where the
// next "]]>" or the end of the document is.
func (z *Tokenizer) unclosed(body, limit int) (text string, pos int) {
	if end := strings.Index(z.src[body:limit], "</"+z.last); z.last != "" && end >= 0 {
		return z.src[body : body+end], body + end
	}
	if limit < len(z.src) {
		return z.src[body:limit], limit + len("]]>")
	}
	z.cut = true
	return z.src[body:], len(z.src)
}

// doctype passes over <!...>, with an internal subset in brackets if it has one.
// What it declares is never used.
func (z *Tokenizer) doctype(start int) {
	if end := z.declarationEnd(start + 2); end > 0 {
		z.pos = end
		return
	}
	// Not well-formed: go on after the first '>', or give up.
	z.noSubset = true
	z.instruction()
}

// declarationEnd is the index after the '>' that ends a declaration, or 0. In the
// internal subset that is not one in a literal, in a comment or in a declaration
// of its own.
func (z *Tokenizer) declarationEnd(i int) int {
	depth, quote := 0, byte(0)
	for ; i < len(z.src); i++ {
		c := z.src[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case depth > 0 && (c == '"' || c == '\''):
			quote = c
		case depth > 0 && strings.HasPrefix(z.src[i:], "<!--"):
			i = min(z.ahead(&z.nextCommentEnd, i+4, "-->")+2, len(z.src))
		case c == '[' && !z.noSubset:
			depth++
		case c == ']':
			depth--
		case c == '>' && depth <= 0:
			return i + 1
		}
	}
	return 0
}

func (z *Tokenizer) instruction() {
	n := strings.IndexByte(z.src[z.pos:], '>')
	if n < 0 {
		z.cut, z.pos = true, len(z.src)
		return
	}
	z.pos += n + 1
}

func (z *Tokenizer) closeTag(start int) Token {
	i := z.name(start + 2)
	t := Token{Kind: Close, Name: z.src[start+2 : i], Start: start}
	// Anything but '>' after the name is passed over, up to the next tag.
	for i < len(z.src) && z.src[i] != '>' && z.src[i] != '<' {
		i++
	}
	switch {
	case i == len(z.src):
		z.cut = true
	case z.src[i] == '>':
		i++
	}
	z.pos, t.Stop = i, i
	return t
}

// name is the index after the name that begins at i.
func (z *Tokenizer) name(i int) int {
	for i < len(z.src) {
		c := z.src[i]
		if space(c) || c == '>' || c == '/' || c == '<' || c == '=' || c == '"' || c == '\'' {
			break
		}
		i++
	}
	return i
}

func (z *Tokenizer) openTag(start int) Token {
	i := z.name(start + 1)
	t := Token{Kind: Open, Name: z.src[start+1 : i], Start: start}
	z.attrs = z.attrs[:0]
	for i < len(z.src) {
		c := z.src[i]
		switch {
		case c == '>':
			z.pos = i + 1
			return z.opened(t)
		case c == '<': // the '>' is missing
			z.pos = i
			return z.opened(t)
		case c == '/':
			t.Empty = i+1 < len(z.src) && z.src[i+1] == '>'
			i++
		case space(c) || c == '=' || c == '"' || c == '\'':
			i++
		default:
			i = z.attribute(i)
		}
		if len(z.attrs) > z.maximum {
			z.err = ErrAttributes
			return t
		}
	}
	z.cut, z.pos = true, len(z.src)
	return z.opened(t)
}

func (z *Tokenizer) opened(t Token) Token {
	t.Attrs, t.Stop = z.attrs, z.pos
	z.last = t.Name
	return t
}

// attribute reads one attribute at i and returns the index after it.
func (z *Tokenizer) attribute(i int) int {
	end := z.name(i)
	if end == i {
		return i + 1
	}
	a := Attr{Name: z.src[i:end]}
	i = end
	for i < len(z.src) && space(z.src[i]) {
		i++
	}
	if i < len(z.src) && z.src[i] == '=' {
		i++
		for i < len(z.src) && space(z.src[i]) {
			i++
		}
		a.Value, i = z.value(i)
	}
	z.attrs = append(z.attrs, a)
	return i
}

// value reads an attribute's value at i. A quote that never closes ends at the
// tag's end, so that it does not swallow what follows.
func (z *Tokenizer) value(i int) (string, int) {
	if i >= len(z.src) {
		return "", i
	}
	quote := z.src[i]
	if quote != '"' && quote != '\'' {
		end := i
		for end < len(z.src) && !space(z.src[end]) && z.src[end] != '>' && z.src[end] != '<' {
			end++
		}
		// In <a href=x/> the slash closes the tag.
		if end < len(z.src) && z.src[end] == '>' && end > i && z.src[end-1] == '/' {
			end--
		}
		return z.src[i:end], end
	}
	i++
	angle := -1
	for end := i; end < len(z.src); end++ {
		switch c := z.src[end]; {
		case c == quote:
			return z.src[i:end], end + 1
		case c == '>' && angle < 0:
			angle = end
		case c == '<' && angle >= 0: // ...>...<: the tag has ended already
			return z.src[i:angle], angle
		}
	}
	if angle >= 0 {
		return z.src[i:angle], angle
	}
	return z.src[i:], len(z.src)
}
