package source

import (
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"faultline/pkg/config"
	"faultline/services/fetcher/internal/address"
	"faultline/services/fetcher/internal/charset"
	"faultline/services/fetcher/internal/markup"
)

// maxAttributes bounds those of one tag of a damaged OPML document, where each word
// of a text with quotes in it looks like one.
const maxAttributes = 1 << 16

// salvage reads what can be read of an OPML document that is not well-formed, and
// says for each place that it mended what was wrong there and what is lost. damage is
// what a strict reader says of the document.
func salvage(f config.File, damage error) ([]outline, config.Errors, error) {
	text := charset.Decode([]byte(f.Data), "")
	s := salvager{file: f, src: string(markup.Scrub(text.Body)), ours: map[string]bool{}, frame: map[string]string{}}
	for _, w := range text.Warnings {
		s.warnings = append(s.warnings, &config.Error{Path: f.Path, Message: w})
	}
	s.unbalanced = s.balance() > 0
	s.read()
	switch {
	case !s.reader.root || len(s.reader.found) == 0:
		return nil, nil, damage
	case len(s.warnings) == 0:
		s.warnings = config.Errors{{Path: f.Path, Message: damage.Error(), Remedy: "nothing of its feeds is lost"}}
	}
	return s.reader.found, s.warnings, nil
}

type salvager struct {
	file     config.File
	src      string
	ours     map[string]bool   // the prefixes of our namespace
	frame    map[string]string // what is open around the outlines
	reader   opmlReader
	warnings config.Errors
	// unbalanced is set when fewer outlines end than begin.
	unbalanced bool
	deep       bool // a folder that is nested too deep was told
	// line and column are those of the byte at.
	line, column, at int
}

func isOutline(t markup.Token) bool { return strings.EqualFold(t.Name, "outline") }

// balance is how many outlines begin and have no end.
func (s *salvager) balance() (open int) {
	z := markup.New(s.src, maxAttributes)
	for t := z.Next(); t.Kind != markup.End; t = z.Next() {
		switch {
		case isOutline(t) && t.Kind == markup.Open && !t.Empty:
			open++
		case isOutline(t) && t.Kind == markup.Close:
			open--
		}
	}
	return open
}

func (s *salvager) read() {
	z := markup.New(s.src, maxAttributes)
	for t := z.Next(); t.Kind != markup.End; t = z.Next() {
		name := strings.ToLower(t.Name)
		switch {
		case t.Kind == markup.Text:
			s.text(t)
		case t.Kind == markup.Close:
			delete(s.frame, name)
			if name == "outline" && len(s.reader.open) == 0 {
				s.warn(t.Start, "an outline ends that did not begin", "nothing is lost")
			}
			s.reader.end(name)
		default:
			if (name == "opml" || name == "body") && !t.Empty {
				s.frame[name] = "</" + t.Name + ">"
			}
			if err := s.element(z, t, name); err != nil {
				s.warn(t.Start, err.Error(), "the rest of the file is lost")
				return
			}
		}
	}
	if err := z.Err(); err != nil {
		s.warn(s.at, "reading ends in the tag after this one: "+err.Error(), "the rest of the file is lost")
		return
	}
	const again = "export it again if feeds are missing"
	switch n := len(s.reader.open); {
	case n > 0:
		s.warn(len(s.src), fmt.Sprintf("the file ends before %d of its folders", n), again)
	case len(s.frame) > 0 && !z.Cut(): // which was said
		s.warn(len(s.src), "the file ends without "+strings.Join(slices.Sorted(maps.Values(s.frame)), ""), again)
	}
}

// text says what is wrong with a text between tags. No feed is made of any.
func (s *salvager) text(t markup.Token) {
	d := xml.NewDecoder(strings.NewReader("<text>" + s.src[t.Start:t.Stop] + "</text>"))
	d.Entity = xml.HTMLEntity
	var err error
	for err == nil {
		_, err = d.Token()
	}
	if wrong, ok := errors.AsType[*xml.SyntaxError](err); ok {
		s.warn(t.Start, "a text is damaged: "+wrong.Msg, "nothing of the feeds is lost")
	}
}

// element reads a start tag.
func (s *salvager) element(z *markup.Tokenizer, t markup.Token, name string) error {
	tag := s.src[t.Start:t.Stop]
	cut := t.Stop == len(s.src) && z.Cut()
	attributes, wrong := strict(tag, cut)
	var rest []string
	if wrong != "" {
		attributes, rest = split(tag[1+len(t.Name):], cut)
	}
	for i, a := range attributes {
		switch {
		case a.Name.Space == "xmlns" && a.Value == namespace:
			s.ours[a.Name.Local] = true
		case s.ours[a.Name.Space]:
			attributes[i].Name.Space = namespace
		}
	}
	line, column := s.position(t.Start)
	before := len(s.reader.found)
	start := xml.StartElement{Name: xml.Name{Local: name}, Attr: attributes}
	err := s.reader.token(start, line, column)
	switch {
	case err != nil && !errors.Is(err, errDeep):
		return err
	case err != nil && !s.deep:
		s.deep = true
		s.warn(t.Start, err.Error(), "of a feed further in, the inner folders become no tags")
	}
	isFeed := len(s.reader.found) > before
	switch {
	case wrong == "" || name != "outline" && !cut:
	case isFeed:
		s.warn(t.Start, wrong+"; read as "+address.Redact(s.reader.found[before].url), lost(rest))
	case cut:
		s.warn(t.Start, wrong, lost([]string{tag}))
	default:
		s.warn(t.Start, wrong, lost(rest))
	}
	if name == "outline" && (t.Empty || isFeed && s.unbalanced && !s.endsNext(z)) {
		s.reader.end(name)
	}
	return nil
}

// strict reads the attributes of a tag that is well-formed, and says what is wrong
// with another.
func strict(tag string, cut bool) (attributes []xml.Attr, wrong string) {
	if cut {
		return nil, "the file ends within a tag"
	}
	d := xml.NewDecoder(strings.NewReader(tag))
	d.Entity = xml.HTMLEntity
	token, err := d.Token()
	start, ok := token.(xml.StartElement)
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, "a tag is damaged: " + syntax.Msg
	case !ok:
		return nil, "a tag is damaged"
	}
	return start.Attr, ""
}

func lost(pieces []string) string {
	if len(pieces) == 0 {
		return "nothing is lost"
	}
	text := strings.Join(pieces, " ")
	for _, secret := range secrets() {
		text = secret.ReplaceAllString(text, "${1}xxxxx${2}")
	}
	return fmt.Sprintf("lost is %.200q", text)
}

// secrets are what an address may hold that nobody else is to see, behind what comes before it: a user
// with a password, and the values of a query.
var secrets = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{regexp.MustCompile(`(://)[^/\s"'<>]*(@)`), regexp.MustCompile(`([?&][^=&\s"'<>]*=)[^&\s"'<>]+`)}
})

// endsNext reports whether the next tag is the end of an outline.
func (s *salvager) endsNext(z *markup.Tokenizer) bool {
	t := z.Next()
	begin := t.Start
	if t.Kind == markup.Text {
		t = z.Next()
	}
	z.Seek(begin)
	return t.Kind == markup.Close && isOutline(t)
}

func (s *salvager) warn(at int, wrong, lost string) {
	line, column := s.position(at)
	s.warnings = append(s.warnings, &config.Error{Path: s.file.Path, Line: line, Column: column, Message: wrong, Remedy: lost})
}

// position is the line and the column of a byte, never before the one asked for last.
func (s *salvager) position(at int) (line, column int) {
	passed := s.src[s.at:at]
	s.line += strings.Count(passed, "\n")
	if i := strings.LastIndexByte(passed, '\n'); i >= 0 {
		s.column = len(passed) - i - 1
	} else {
		s.column += len(passed)
	}
	s.at = at
	return s.line + 1, s.column + 1
}

// split reads the attributes of a tag, whose name is not part of it, as their writer
// meant them: a quote ends a value only where the tag ends or another attribute
// begins, and where a known attribute begins a value ends even without its quote. rest
// is what is no attribute. Of a tag that is cut off the last value is not whole, and
// left out.
func split(tag string, cut bool) (attributes []xml.Attr, rest []string) {
	if !cut {
		tag = strings.TrimSuffix(strings.TrimSuffix(tag, ">"), "/")
	}
	for {
		tag = strings.TrimLeft(tag, white)
		if tag == "" {
			return attributes, rest
		}
		name, value := nameAt(tag)
		if name == "" || value == len(tag) {
			end := strings.IndexAny(tag, white)
			if end < 0 {
				end = len(tag)
			}
			rest, tag = append(rest, tag[:end]), tag[end:]
			continue
		}
		text, length, whole := valueAt(tag[value:])
		if cut && !whole {
			return attributes, append(rest, tag)
		}
		a := xml.Attr{Name: xml.Name{Local: name}, Value: markup.Unescape(text)}
		if prefix, local, ok := strings.Cut(name, ":"); ok {
			a.Name = xml.Name{Space: prefix, Local: local}
		}
		attributes = append(attributes, a)
		tag = tag[value+length:]
	}
}

const white = " \t\r\n\f"

// nameAt is the attribute that begins text, and where its value does; an empty name
// where none begins.
func nameAt(text string) (name string, value int) {
	i := 0
	for i < len(text) && (text[i] == '_' || text[i] == ':' || text[i] == '-' || 'a' <= text[i]|0x20 && text[i]|0x20 <= 'z') {
		i++
	}
	if i == 0 {
		return "", 0
	}
	after := strings.TrimLeft(text[i:], white)
	if !strings.HasPrefix(after, "=") {
		return "", 0
	}
	return text[:i], len(text) - len(strings.TrimLeft(after[1:], white))
}

// valueAt is the value that begins text and the length it takes; whole is unset when
// nothing ended it.
func valueAt(text string) (value string, length int, whole bool) {
	quote := text[0]
	if quote != '"' && quote != '\'' {
		end := strings.IndexAny(text, white)
		if end < 0 {
			return text, len(text), false
		}
		return text[:end], end, true
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == quote && ends(text[i+1:]):
			return text[1:i], i + 1, true
		case strings.IndexByte(white, text[i]) >= 0 && known(text[i+1:]):
			return text[1:i], i, true
		}
	}
	return strings.TrimRight(text[1:], white), len(text), false
}

// ends reports whether a quote before text ends a value.
func ends(text string) bool {
	after := strings.TrimLeft(text, white)
	if after == "" || known(after) {
		return true
	}
	name, value := nameAt(after)
	return ours(name) || name != "" && len(after) < len(text) && value < len(after) && (after[value] == '"' || after[value] == '\'')
}

// known reports whether text begins with a quoted attribute that OPML or this
// program has.
func known(text string) bool {
	name, value := nameAt(text)
	if name == "" || value == len(text) || text[value] != '"' && text[value] != '\'' {
		return false
	}
	return ours(name)
}

// ours reports whether a name is that of an attribute that OPML or this program has.
func ours(name string) bool {
	switch strings.ToLower(name) {
	case "text", "title", "type", "description", "xmlurl", "htmlurl", "language", "version":
		return true
	}
	return strings.HasPrefix(name, "faultline:")
}
