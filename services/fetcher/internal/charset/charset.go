// Package charset turns the bytes of a feed into UTF-8, whatever they claim to be.
package charset

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Text is a body as UTF-8.
type Text struct {
	// Body is valid UTF-8 without byte-order mark. It shares memory with the
	// input when nothing had to change.
	Body []byte
	// Name is the charset that the bytes were read as, in lower case.
	Name string
	// Warnings are sentences about what did not match or had to be guessed.
	Warnings []string
}

// Decode finds out the charset and converts. In order of precedence: byte-order
// mark, zero bytes that only UTF-16 and UTF-32 have, HTTP header, declaration in the
// document (RFC 7303), guess. A declaration that the bytes refute is overruled:
// what is valid UTF-8 beyond ASCII is no single-byte charset, nor, if it is more than a
// few characters, one of several bytes; and what is not valid UTF-8 as a whole is
// guessed when most of its bytes are not.
func Decode(body []byte, contentType string) Text {
	if t, ok := decodeMarked(body); ok {
		return t
	}
	valid, ascii := inspect(body)
	name, warnings := declared(body, contentType)
	enc, known := lookup(name)
	if name != "" && !known {
		warnings = append(warnings, fmt.Sprintf("unknown encoding %q, guessed instead", cut(name)))
	}
	switch {
	case ascii && !stateful(name):
		return Text{Body: body, Name: "utf-8", Warnings: warnings}
	case valid && (enc == nil || singleByte(enc) || count(body).sequences >= convincing):
		if enc != nil {
			warnings = append(warnings, fmt.Sprintf("declared as %q, but the bytes are utf-8", cut(name)))
		}
		return Text{Body: body, Name: "utf-8", Warnings: warnings}
	case enc != nil:
		return Text{Body: decode(enc, body), Name: name, Warnings: warnings}
	}
	return guess(body, warnings)
}

// convincing is how many characters beyond ASCII no text in an East Asian charset has
// that is valid UTF-8 by chance: in GB 2312 a character is in less than one case of five.
const convincing = 16

// inspect reports whether the body is valid UTF-8, and whether it is plain ASCII.
func inspect(body []byte) (valid, ascii bool) {
	ascii = true
	for _, b := range body {
		if b >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	return ascii || utf8.Valid(body), ascii
}

// stateful reports charsets in which ASCII bytes mean other things.
func stateful(name string) bool {
	return strings.HasPrefix(name, "iso-2022") || strings.HasPrefix(name, "hz") || strings.HasPrefix(name, "utf-7")
}

// decodeMarked decodes by byte-order mark, or by the zero bytes around the first
// '<' that only UTF-16 and UTF-32 have (XML 1.0, appendix F).
func decodeMarked(body []byte) (Text, bool) {
	type mark struct {
		lead string
		name string
		enc  encoding.Encoding
	}
	for _, m := range []mark{
		{"\x00\x00\xFE\xFF", "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.UseBOM)},
		{"\xFF\xFE\x00\x00", "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)},
		{"\xFE\xFF", "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
		{"\xFF\xFE", "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"\x00\x00\x00<", "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
		{"<\x00\x00\x00", "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
		{"\x00<", "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"<\x00", "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	} {
		if bytes.HasPrefix(body, []byte(m.lead)) {
			return Text{Body: decode(m.enc, body), Name: m.name}, true
		}
	}
	rest, ok := bytes.CutPrefix(body, []byte("\xEF\xBB\xBF"))
	if !ok {
		return Text{}, false
	}
	if utf8.Valid(rest) {
		return Text{Body: rest, Name: "utf-8"}, true
	}
	return guess(rest, []string{"marked as utf-8, but not all of it is"}), true
}

// declared is the charset that the header or else the document names, with a
// warning when the two differ.
func declared(body []byte, contentType string) (name string, warnings []string) {
	header := parameter(contentType)
	document := declaration(body)
	switch {
	case header == "":
		return document, nil
	case document != "" && !same(header, document):
		if enc, _ := lookup(header); enc == nil && utf8Name(header) == "" {
			return document, []string{fmt.Sprintf("unknown encoding %q in the header", cut(header))}
		}
		return header, []string{fmt.Sprintf("the header says %q, the document %q: the header counts", cut(header), cut(document))}
	}
	return header, nil
}

// parameter is the charset parameter of a Content-Type value, which need not be
// well-formed.
func parameter(contentType string) string {
	lower := strings.ToLower(contentType)
	i := strings.Index(lower, "charset=")
	if i < 0 {
		return ""
	}
	v, _, _ := strings.Cut(lower[i+len("charset="):], ";")
	v, _, _ = strings.Cut(v, ",")
	return strings.Trim(v, " \t\"'")
}

// declaration is the encoding of the XML declaration, searched in the head of the
// document because junk may stand before it.
func declaration(body []byte) string {
	head := body[:min(len(body), 1024)]
	i := bytes.Index(head, []byte("<?xml"))
	if i < 0 {
		return ""
	}
	decl, _, _ := bytes.Cut(head[i:], []byte(">"))
	_, v, ok := bytes.Cut(decl, []byte("encoding"))
	if !ok {
		return ""
	}
	v = bytes.TrimLeft(v, " \t\r\n")
	v, ok = bytes.CutPrefix(v, []byte("="))
	if !ok {
		return ""
	}
	v = bytes.TrimLeft(v, " \t\r\n")
	if len(v) > 0 && (v[0] == '"' || v[0] == '\'') {
		v, _, _ = bytes.Cut(v[1:], v[:1])
	} else if j := bytes.IndexAny(v, " \t\r\n?"); j >= 0 {
		v = v[:j]
	}
	return strings.ToLower(string(bytes.TrimSpace(v)))
}

// lookup finds the encoding of a name. A nil encoding that is known is UTF-8 in
// one of its names, or UTF-16 and UTF-32, which the bytes have refuted already.
func lookup(name string) (enc encoding.Encoding, known bool) {
	if name == "" || utf8Name(name) != "" {
		return nil, true
	}
	switch name {
	case "unicode", "ucs-2", "ucs-4", "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be",
		"iso-10646-ucs-2", "iso-10646-ucs-4", "us-ascii", "ascii":
		return nil, true
	case "cp866", "ibm866":
		return charmap.CodePage866, true
	case "cp437", "ibm437":
		return charmap.CodePage437, true
	case "cp850", "ibm850":
		return charmap.CodePage850, true
	case "cp1047", "ibm1047":
		return charmap.CodePage1047, true
	case "cp037", "ibm037":
		return charmap.CodePage037, true
	}
	if n, ok := strings.CutPrefix(name, "cp125"); ok {
		name = "windows-125" + n
	}
	if n, ok := strings.CutPrefix(name, "win-125"); ok {
		name = "windows-125" + n
	}
	enc, err := htmlindex.Get(name)
	if err != nil || enc == encoding.Replacement || enc == charmap.XUserDefined {
		return nil, false
	}
	return enc, true
}

func utf8Name(name string) string {
	switch name {
	case "utf-8", "utf8", "utf_8", "utf-8n", "utf-8-sig", "unicode-1-1-utf-8", "unicode-2-0-utf-8", "x-unicode20utf8", "utf-8mb4", "utf8mb4":
		return "utf-8"
	}
	return ""
}

// same reports two names of one charset.
func same(a, b string) bool {
	if a == b || (utf8Name(a) != "" && utf8Name(a) == utf8Name(b)) {
		return true
	}
	ea, _ := lookup(a)
	eb, _ := lookup(b)
	return ea != nil && ea == eb
}

func singleByte(enc encoding.Encoding) bool {
	_, ok := enc.(*charmap.Charmap)
	return ok
}

// decode converts; bytes that the encoding does not have become U+FFFD.
func decode(enc encoding.Encoding, body []byte) []byte {
	out, err := enc.NewDecoder().Bytes(body)
	if err != nil || !utf8.Valid(out) {
		return bytes.ToValidUTF8(out, []byte("\uFFFD"))
	}
	return out
}

// guess reads a body that is no valid UTF-8 and has no charset that is known.
func guess(body []byte, warnings []string) Text {
	s := count(body)
	if s.sequences > 0 && s.sequences >= s.invalid {
		return Text{Body: mixed(body), Name: "utf-8", Warnings: append(warnings, "some bytes are not utf-8 and were read as windows-1252")}
	}
	name, enc := s.charset()
	return Text{Body: decode(enc, body), Name: name, Warnings: append(warnings, "not utf-8, read as "+name)}
}

// mixed repairs a body most of which is UTF-8: the stray bytes are what a program
// that knows only windows-1252 has put in between. A sequence that was cut off
// becomes U+FFFD.
func mixed(body []byte) []byte {
	out := make([]byte, 0, len(body)+64)
	for len(body) > 0 {
		r, n := utf8.DecodeRune(body)
		if r != utf8.RuneError || n > 1 {
			out = append(out, body[:n]...)
			body = body[n:]
			continue
		}
		if next := body[1:]; len(next) > 0 && next[0]&0xC0 == 0x80 {
			k := 1
			for k < len(body) && k < 4 && body[k]&0xC0 == 0x80 {
				k++
			}
			out = utf8.AppendRune(out, utf8.RuneError)
			body = body[k:]
			continue
		}
		out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(body[0]))
		body = body[1:]
	}
	return out
}

// statistics are what the guess is made from.
type statistics struct {
	sequences, invalid int // valid multi-byte sequences of UTF-8, and bytes of none
	high, runs, odd    int // bytes above 0x7F, their unbroken runs, the runs of odd length
	double             int // bytes of the rows in which East Asian charsets have characters
	low                int // those below 0xC0: few in Cyrillic
	kana, hangul       int // lead bytes of the rows with kana in EUC-JP, with Hangul in EUC-KR
	leads              int
	box                int // 0x80 to 0xAF: half of the Cyrillic letters in CP 866, rare elsewhere
	c0, e0             int // 0xC0 to 0xDF, and 0xE0 to 0xFF, within a word
}

func count(body []byte) statistics {
	var s statistics
	run := 0
	for i, b := range body {
		if b < utf8.RuneSelf {
			if run%2 == 1 {
				s.odd++
			}
			run = 0
			continue
		}
		if run == 0 {
			s.runs++
		}
		run++
		s.high++
		s.classify(b, run > 1 || i == 0)
		if run%2 == 1 {
			s.lead(b)
		}
	}
	for len(body) > 0 {
		r, n := utf8.DecodeRune(body)
		switch {
		case r == utf8.RuneError && n == 1:
			s.invalid++
		case n > 1:
			s.sequences++
		}
		body = body[n:]
	}
	return s
}

func (s *statistics) classify(b byte, within bool) {
	if b >= 0xA1 && b <= 0xFE {
		s.double++
		if b < 0xC0 {
			s.low++
		}
	}
	switch {
	case b < 0xB0:
		s.box++
	case b >= 0xE0 && within:
		s.e0++
	case b >= 0xC0 && within:
		s.c0++
	}
}

func (s *statistics) lead(b byte) {
	s.leads++
	switch {
	case b == 0xA4 || b == 0xA5:
		s.kana++
	case b >= 0xB0 && b <= 0xC8:
		s.hangul++
	}
}

// charset tells the usual charsets apart by how their letters lie: western text
// has single letters beyond ASCII, Cyrillic whole words. Within a word most letters
// are small: at 0xE0 to 0xFF in windows-1251, at 0xC0 to 0xDF in KOI8-R, half of them at
// 0xA0 to 0xAF in CP 866. East Asian text has pairs of bytes, so no runs of odd length, and many below 0xC0.
func (s statistics) charset() (string, encoding.Encoding) {
	switch {
	case s.runs == 0 || s.high < 2*s.runs:
		return "windows-1252", charmap.Windows1252
	case s.odd*20 <= s.runs && s.double*20 > s.high*19 && s.low*10 > s.high:
		return s.eastAsian()
	case s.box*4 > s.high:
		return "ibm866", charmap.CodePage866
	case s.c0 > s.e0:
		return "koi8-r", charmap.KOI8R
	}
	return "windows-1251", charmap.Windows1251
}

func (s statistics) eastAsian() (string, encoding.Encoding) {
	switch {
	case s.kana*5 > s.leads:
		return "euc-jp", japanese.EUCJP
	case s.hangul*20 > s.leads*19:
		return "euc-kr", korean.EUCKR
	}
	return "gb18030", simplifiedchinese.GB18030
}

// cut bounds what is quoted of a name that a feed made up.
func cut(name string) string { return name[:min(len(name), 40)] }
