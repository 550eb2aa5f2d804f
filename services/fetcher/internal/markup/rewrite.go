package markup

import (
	"errors"
	"strings"
)

// The reasons for which a document is not written anew.
var (
	// ErrNesting is a document whose tags do not match.
	ErrNesting = errors.New("start and end tags do not match")
	// ErrBounds is a document beyond its Bounds.
	ErrBounds = errors.New("the document is beyond its bounds")
)

// Bounds are what a parser that builds trees can be trusted with.
type Bounds struct {
	Depth    int // of nested elements
	Elements int // in all
	Children int // of one element, CDATA sections included
	Bindings int // namespace declarations in force at one place
}

// Rewrite writes the first element of src, and all within, as plain XML for another
// parser, so that both see the same tags whatever the document does to tell them
// apart. Comments, instructions and declarations are gone, and what they declare;
// references are resolved as Unescape does, attributes quoted, and every element has
// an end tag, because to a parser of HTML <iframe/> has no end. xml:base is left
// out: who wants links resolved does it once, and by RFC 3986. A tag may have at
// most attributes attributes.
func Rewrite(src string, attributes int, b Bounds) (string, error) {
	w := rewriter{bounds: b}
	w.out.Grow(len(src) + len(src)/8)
	z := New(src, attributes)
	for {
		switch t := z.Next(); t.Kind {
		case End:
			return "", errors.Join(ErrNesting, z.Err())
		case Open:
			if err := w.open(t); err != nil {
				return "", err
			}
		case Close:
			if err := w.close(t.Name); err != nil {
				return "", err
			}
		case Text:
			if err := w.text(t); err != nil {
				return "", err
			}
		}
		if w.elements > 0 && len(w.stack) == 0 {
			return w.out.String(), nil
		}
	}
}

// rewriter is a document being written.
type rewriter struct {
	bounds   Bounds
	out      strings.Builder
	stack    []opened
	elements int
}

// opened is an element that is open.
type opened struct {
	name     string
	children int
	bindings int // in force within
}

// child counts what stands in the element that is open.
func (w *rewriter) child() error {
	if n := len(w.stack); n > 0 {
		w.stack[n-1].children++
		if w.stack[n-1].children > w.bounds.Children {
			return ErrBounds
		}
	}
	return nil
}

func (w *rewriter) open(t Token) error {
	if err := w.child(); err != nil {
		return err
	}
	in := opened{name: t.Name}
	if n := len(w.stack); n > 0 {
		in.bindings = w.stack[n-1].bindings
	}
	w.out.WriteByte('<')
	w.out.WriteString(t.Name)
	for _, a := range t.Attrs {
		if strings.HasPrefix(a.Name, "xmlns") {
			in.bindings++
		}
		if !strings.EqualFold(a.Name, "xml:base") {
			w.attribute(a)
		}
	}
	w.elements++
	if w.elements > w.bounds.Elements || len(w.stack) >= w.bounds.Depth || in.bindings > w.bounds.Bindings {
		return ErrBounds
	}
	w.out.WriteByte('>')
	w.stack = append(w.stack, in)
	if t.Empty {
		return w.close(t.Name)
	}
	return nil
}

func (w *rewriter) attribute(a Attr) {
	w.out.WriteByte(' ')
	w.out.WriteString(a.Name)
	w.out.WriteString(`="`)
	w.escape(a.Value)
	w.out.WriteByte('"')
}

// close writes an end tag as its start tag was written.
func (w *rewriter) close(name string) error {
	n := len(w.stack) - 1
	if n < 0 || !strings.EqualFold(w.stack[n].name, name) {
		return ErrNesting
	}
	w.out.WriteString("</")
	w.out.WriteString(w.stack[n].name)
	w.out.WriteByte('>')
	w.stack = w.stack[:n]
	return nil
}

func (w *rewriter) text(t Token) error {
	switch {
	case len(w.stack) == 0:
	case t.CDATA: // a section cannot hold its own end
		w.out.WriteString("<![CDATA[")
		w.out.WriteString(t.Text)
		w.out.WriteString("]]>")
		return w.child()
	default:
		w.escape(t.Text)
	}
	return nil
}

// escape resolves the references of s and writes it with the least that XML needs.
func (w *rewriter) escape(s string) {
	s = Unescape(s)
	for {
		i := strings.IndexAny(s, `<>&"`)
		if i < 0 {
			w.out.WriteString(s)
			return
		}
		w.out.WriteString(s[:i])
		switch s[i] {
		case '<':
			w.out.WriteString("&lt;")
		case '>':
			w.out.WriteString("&gt;")
		case '&':
			w.out.WriteString("&amp;")
		default:
			w.out.WriteString("&#34;")
		}
		s = s[i+1:]
	}
}
