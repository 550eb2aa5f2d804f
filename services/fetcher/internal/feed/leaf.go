package feed

import (
	"encoding/base64"
	"strings"

	"faultline/services/fetcher/internal/markup"
)

// leaf reads an element whole and puts it where it belongs.
func (r *reader) leaf(t markup.Token, f field, in scope) {
	into := &r.head
	if r.current != nil {
		into = r.current
	}
	if f == cloud && r.doc.Cloud != nil {
		r.head.odd = true
	} else if f == cloud {
		r.doc.Cloud = cloudOf(t.Attr("domain"), t.Attr("port"), t.Attr("path"), t.Attr("registerprocedure"), t.Attr("protocol"))
	}
	// The attributes are gone once the content is read.
	e := element{field: f, form: formOf(t, r.root == atom, f), base: in.base}
	switch f {
	case address:
		e.form = form{}
		e.href, e.rel, e.kind = t.Attr("href"), t.Attr("rel"), t.Attr("type")
		// gofeed does not tell what relation such a link has.
		into.odd = into.odd || e.href != "" && r.root != atom && !strings.Contains(t.Name, ":")
	case guid:
		e.notALink = strings.EqualFold(t.Attr("ispermalink"), "false")
	case content:
		e.href = t.Attr("src")
	}
	into.odd = into.odd || r.root == atom && f.text() && !decodes(strings.ToLower(t.Attr("type")), t.Attr("mode"))
	e.body, e.escaped = r.capture(t, f, e.form.verbatim)
	r.put(into, e)
}

// form is how an element's text is written.
type form struct {
	verbatim bool // XHTML: markup as it stands
	plain    bool // text that is no HTML
	base64   bool
	binary   bool // no text at all
}

// formOf reads the type and mode attributes of Atom 1.0 (RFC 4287, 3.1) and 0.3. In RSS
// all text is escaped HTML.
func formOf(t markup.Token, inAtom bool, f field) form {
	if f == content && !inAtom && !strings.HasSuffix(strings.ToLower(t.Name), "encoded") && t.Attr("type") == "" {
		return form{verbatim: isXHTML(t.Name)}
	}
	return formOfType(strings.ToLower(t.Attr("type")), strings.ToLower(t.Attr("mode")), inAtom, f)
}

func formOfType(kind, mode string, inAtom bool, f field) form {
	switch {
	case mode == "base64":
		return form{base64: true, binary: kind != "" && !strings.HasPrefix(kind, "text/")}
	case mode == "escaped":
		return form{plain: kind == "text/plain"}
	case kind == "xhtml", kind == "application/xhtml+xml", mode == "xml":
		return form{verbatim: true}
	case kind == "html", kind == "text/html", strings.HasSuffix(kind, "xml"):
		return form{}
	case kind == "text", kind == "text/plain", kind == "" && inAtom:
		return form{plain: true}
	case kind == "" || strings.HasPrefix(kind, "text/"):
		return form{}
	case f == content:
		return form{base64: true, binary: true}
	}
	return form{base64: kind == "application/octet-stream"}
}

// decodes reports the types of Atom text that gofeed unescapes.
func decodes(kind, mode string) bool {
	return kind == "" && mode == "" || kind == "text" || kind == "html" || strings.HasPrefix(kind, "text/") || strings.Contains(kind, "xhtml")
}

// isXHTML reports the elements of XHTML that stand for an item's content.
func isXHTML(name string) bool {
	local := strings.ToLower(name[strings.IndexByte(name, ':')+1:])
	return local == "div" || local == "body"
}

func (f form) decode(body string) rawText {
	if f.binary {
		return rawText{}
	}
	if f.base64 {
		text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(body), ""))
		if err != nil {
			return rawText{}
		}
		body = strings.ToValidUTF8(string(text), "\uFFFD")
	}
	return rawText{text: body, plain: f.plain}
}

// nameOf is a person's name: the name element of Atom, else the text.
func nameOf(body string) string {
	if _, after, ok := strings.Cut(body, "<name>"); ok {
		body, _, _ = strings.Cut(after, "</name>")
	}
	return strings.TrimSpace(body)
}
