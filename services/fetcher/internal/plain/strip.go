package plain

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"faultline/services/fetcher/internal/markup"
)

// scope says which tags are taken out.
type scope bool

const (
	allTags   scope = false // whatever looks like a tag
	knownTags scope = true  // the elements of HTML only
)

// unescape resolves entities: in HTML also those that lack their semicolon.
func (s scope) unescape(text string) string {
	if s == allTags {
		return html.UnescapeString(text)
	}
	return markup.Unescape(text)
}

// noLimit is more attributes than a tag of a bounded text can have: what is only
// taken out needs no bound of its own.
const noLimit = 1 << 30

// strip writes the text of an HTML fragment.
func strip(w *writer, fragment string, tags scope) {
	if !strings.Contains(fragment, "<") {
		w.write(tags.unescape(fragment))
		return
	}
	s := stripper{w: w, src: fragment, z: markup.New(fragment, noLimit), tags: tags}
	for !w.full {
		switch t := s.z.Next(); t.Kind {
		case markup.End:
			return
		case markup.Text:
			if t.CDATA { // as XHTML has it
				w.write(t.Text)
				continue
			}
			w.write(tags.unescape(t.Text))
		case markup.Open, markup.Close:
			s.tag(t)
		}
	}
}

type stripper struct {
	w    *writer
	src  string
	z    *markup.Tokenizer
	tags scope
	// open are dropped elements of which no end follows: they are not searched
	// for again.
	open []atom.Atom
}

func (s *stripper) tag(t markup.Token) {
	a := lookup(t.Name)
	switch {
	case a == 0 && s.tags == knownTags && t.Kind == markup.Open:
		s.w.write("<")
		s.z.Seek(t.Start + 1)
	case dropped(a):
		s.w.space(' ')
		if t.Kind == markup.Open && !t.Empty {
			s.drop(t, a)
		}
	case a == atom.Td || a == atom.Th || a == atom.Img:
		s.w.space(' ')
	case !inline(a):
		s.w.space('\n')
	}
}

// drop passes over an element with all its content. One that never closes would
// take the rest of the text with it: then only the tag goes.
func (s *stripper) drop(t markup.Token, a atom.Atom) {
	for _, o := range s.open {
		if o == a {
			return
		}
	}
	for i := t.Stop; ; i += 2 {
		n := strings.Index(s.src[i:], "</")
		if n < 0 {
			break
		}
		i += n
		end := i + 2 + len(t.Name)
		if end <= len(s.src) && strings.EqualFold(s.src[i+2:end], t.Name) {
			s.z.Seek(i)
			return
		}
	}
	s.open = append(s.open, a)
}

// lookup is the atom of a tag's name, in any case, or 0.
func lookup(name string) atom.Atom {
	var buf [16]byte
	if len(name) > len(buf) {
		return 0
	}
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	a := atom.Lookup(buf[:len(name)])
	if !element(a) {
		return 0
	}
	return a
}

// known reports the name of an HTML element, in any case.
func known(name string) bool { return lookup(name) != 0 }

// element tells the elements among the atoms, which are attributes and events,
// too.
func element(a atom.Atom) bool {
	if inline(a) || dropped(a) {
		return a != 0
	}
	switch a {
	case atom.Address, atom.Area, atom.Article, atom.Aside, atom.Base, atom.Blockquote, atom.Body, atom.Br, atom.Button,
		atom.Caption, atom.Center, atom.Col, atom.Colgroup, atom.Dd, atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl,
		atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.Frame, atom.Frameset,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Img,
		atom.Input, atom.Legend, atom.Li, atom.Link, atom.Listing, atom.Main, atom.Marquee, atom.Menu, atom.Meta, atom.Nav,
		atom.Ol, atom.Optgroup, atom.Option, atom.Output, atom.P, atom.Param, atom.Picture, atom.Plaintext, atom.Pre,
		atom.Progress, atom.Section, atom.Source, atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead,
		atom.Tr, atom.Track, atom.Ul, atom.Xmp:
		return true
	}
	return false
}

// inline reports elements that stand within a word or a sentence.
func inline(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Abbr, atom.Acronym, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Blink, atom.Cite, atom.Code, atom.Data,
		atom.Del, atom.Dfn, atom.Em, atom.Font, atom.I, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Nobr, atom.Q, atom.Rb,
		atom.Ruby, atom.S, atom.Samp, atom.Small, atom.Span, atom.Strike, atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.Tt,
		atom.U, atom.Var, atom.Wbr:
		return true
	}
	return false
}

// dropped reports elements whose content is no text of the article.
func dropped(a atom.Atom) bool {
	switch a {
	case atom.Applet, atom.Audio, atom.Canvas, atom.Datalist, atom.Embed, atom.Head, atom.Iframe, atom.Math, atom.Noembed, atom.Noframes,
		atom.Noscript, atom.Object, atom.Rp, atom.Rt, atom.Script, atom.Select, atom.Style, atom.Svg, atom.Template,
		atom.Textarea, atom.Title, atom.Video:
		return true
	}
	return false
}
