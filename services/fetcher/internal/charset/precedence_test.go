package charset

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// FAULTS 14: what a feed declares, in any spelling, gives the text again.
func TestFault14RoundTripOfDeclaredCharsets(t *testing.T) {
	for _, c := range []struct {
		enc   encoding.Encoding
		text  string
		names []string
	}{
		{charmap.Windows1251, russian, []string{"windows-1251", "WINDOWS-1251", "cp1251", "CP1251", "win-1251", "x-cp1251"}},
		{charmap.KOI8R, russian, []string{"koi8-r", "KOI8-R", "koi8"}},
		{charmap.CodePage866, russian, []string{"cp866", "ibm866", "IBM866"}},
		{charmap.ISO8859_5, russian, []string{"iso-8859-5", "ISO8859-5", "cyrillic"}},
		{charmap.Windows1256, arabic, []string{"windows-1256", "cp1256"}},
		{charmap.Windows1252, french, []string{"windows-1252", "latin1", "iso-8859-1", "cp1252"}},
		{simplifiedchinese.GBK, chinese, []string{"gbk", "GB2312", "gb18030"}},
	} {
		for _, name := range c.names {
			body := []byte(doc(name, encode(t, c.enc, c.text)))
			header := []byte(doc("", encode(t, c.enc, c.text)))
			for label, got := range map[string]Text{"document": Decode(body, ""), "header": Decode(header, "application/rss+xml; charset="+name)} {
				if !strings.Contains(string(got.Body), c.text) || got.Name != strings.ToLower(name) || len(got.Warnings) > 0 {
					t.Errorf("%s in the %s: read as %s, %q: %q", name, label, got.Name, got.Warnings, got.Body)
				}
			}
		}
	}
}

// FAULTS 16: UTF-16 and UTF-32 of both orders, with and without mark, give the same
// text; no mark is left in it.
func TestFault16WideCharsets(t *testing.T) {
	text := doc("", russian+" 👩 "+chinese)
	for name, enc := range map[string]encoding.Encoding{
		"utf-16le": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16be": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
		"utf-32le": utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), "utf-32be": utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM),
	} {
		for _, mark := range []string{"", "\uFEFF"} {
			for _, header := range []string{"", "text/xml; charset=utf-8", "text/xml; charset=koi8-r", "text/xml; charset=nonsense"} {
				got := Decode([]byte(encode(t, enc, mark+text)), header)
				if got.Name != name || string(got.Body) != text || len(got.Warnings) > 0 {
					t.Errorf("%s, mark %q, %s: %s, %q, %.40q", name, mark, header, got.Name, got.Warnings, got.Body)
				}
			}
		}
	}
}

// FAULTS 17: mark before header before document, for every pair that conflicts;
// the sentence about it is exact.
func TestFault17Precedence(t *testing.T) {
	body := []byte(doc("koi8-r", encode(t, charmap.Windows1251, russian)))
	got := Decode(body, "text/xml; charset=windows-1251")
	if want := []string{`the header says "windows-1251", the document "koi8-r": the header counts`}; !slices.Equal(got.Warnings, want) {
		t.Errorf("warnings %q, want %q", got.Warnings, want)
	}
	got = Decode(body, "text/xml; charset=bogus")
	if want := []string{`unknown encoding "bogus" in the header`}; !slices.Equal(got.Warnings, want) || got.Name != "koi8-r" {
		t.Errorf("%s, warnings %q, want %q", got.Name, got.Warnings, want)
	}
	marked := append([]byte("\xEF\xBB\xBF"), doc("koi8-r", russian)...)
	if got := Decode(marked, "text/xml; charset=windows-1251"); got.Name != "utf-8" || len(got.Warnings) > 0 || got.Body[0] != '<' {
		t.Errorf("with a mark: %s, warnings %q, %.10q", got.Name, got.Warnings, got.Body)
	}
	if got := Decode([]byte(doc("windows-1251", russian)), ""); got.Name != "utf-8" || !slices.Equal(got.Warnings, []string{`declared as "windows-1251", but the bytes are utf-8`}) {
		t.Errorf("what is utf-8: %s, warnings %q", got.Name, got.Warnings)
	}
}

// FAULTS 18: a name that nobody knows costs a warning, never the text.
func TestFault18UnknownNames(t *testing.T) {
	for _, name := range []string{"bogus", "utf-9", "x-user-defined", "replacement", "windows-1259", "cp125", "none", "юникод", "<script>", "a\x00b"} {
		got := Decode([]byte(doc("", encode(t, charmap.Windows1251, russian))), "text/xml; charset="+name)
		if !strings.Contains(string(got.Body), russian) || len(got.Warnings) != 2 {
			t.Errorf("%q: %q, warnings %q", name, got.Body, got.Warnings)
			continue
		}
		want := []string{fmt.Sprintf("unknown encoding %q, guessed instead", name), "not utf-8, read as windows-1251"}
		if !slices.Equal(got.Warnings, want) {
			t.Errorf("warnings %q, want %q", got.Warnings, want)
		}
	}
}

// The parameter of the header is found however it is written.
func TestParameter(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "text/xml": "", "charset=koi8-r": "koi8-r", "text/xml;charset=KOI8-R": "koi8-r", "text/xml; Charset = x": "", "text/xml; CHARSET=\"UTF-8\"": "utf-8",
		"text/xml; charset='utf-8'": "utf-8", "text/xml; charset=utf-8; q=1": "utf-8", "text/xml; charset=": "", "text/xml; charset=;": "", "text/xml; charset=\"": "",
		"text/xml; charset=utf-8, text/html; charset=koi8-r": "utf-8", "; ; charset= gbk ;": "gbk",
	} {
		if got := parameter(in); got != want {
			t.Errorf("parameter(%q) = %q, want %q", in, got, want)
		}
	}
}

// The declaration is found in the head only, however it is written or cut.
func TestDeclaration(t *testing.T) {
	for in, want := range map[string]string{
		`<?xml version="1.0" encoding="KOI8-R"?>`:                       "koi8-r",
		`<?xml version='1.0' encoding = 'koi8-r' ?>`:                    "koi8-r",
		"<?xml version='1.0'\n\tencoding\n=\n'koi8-r'?>":                "koi8-r",
		`<?xml encoding=koi8-r?>`:                                       "koi8-r",
		`Warning: something <?xml encoding="gbk"?>`:                     "gbk",
		`<?xml encoding="`:                                              "",
		`<?xml encoding="gbk`:                                           "gbk",
		`<?xml encoding`:                                                "",
		`<?xml encoding "gbk"?>`:                                        "",
		`<?xml version="1.0"?><a encoding="gbk">`:                       "",
		`<a encoding="gbk">`:                                            "",
		strings.Repeat(" ", 1024) + `<?xml encoding="gbk"?>`:            "",
		strings.Repeat(" ", 900) + `<?xml encoding="gbk"?>`:             "gbk",
		`<?xml encoding=""?>`:                                           "",
		`<?xml version="1.0" encoding=" utf-8 " standalone="yes"?><a/>`: "utf-8",
	} {
		if got := declaration([]byte(in)); got != want {
			t.Errorf("declaration(%.60q) = %q, want %q", in, got, want)
		}
	}
}

// FAULTS 13: one wrong byte anywhere in a feed of UTF-8 costs at most what it stands
// in: the rest is read, and the result is valid.
func TestFault13OneWrongByteAnywhere(t *testing.T) {
	source := doc("utf-8", strings.Repeat(russian+". ", 4))
	for at := len(`<?xml version="1.0" encoding="utf-8"?>`); at < len(source); at += 3 {
		for _, wrong := range []byte{0x80, 0x96, 0xC0, 0xE4, 0xFF} {
			body := []byte(source[:at] + string([]byte{wrong}) + source[at:])
			got := Decode(body, "")
			if !utf8.Valid(got.Body) || got.Name != "utf-8" {
				t.Fatalf("%#x at %d: read as %s", wrong, at, got.Name)
			}
			if strings.Count(string(got.Body), russian) < 3 {
				t.Fatalf("%#x at %d: %s", wrong, at, got.Body)
			}
		}
	}
}

// Every single-byte charset of the index decodes every byte to valid UTF-8.
func TestEveryByteOfEveryCharset(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, name := range []string{"windows-1250", "windows-1251", "windows-1253", "windows-1256", "koi8-r", "koi8-u", "ibm866", "cp437", "iso-8859-6", "gbk", "euc-kr", "euc-jp", "shift_jis", "big5"} {
		got := Decode(append([]byte("x"), all...), "text/xml; charset="+name)
		if !utf8.Valid(got.Body) || got.Name != name || len(got.Body) < 128 {
			t.Errorf("%s: read as %s, %d bytes", name, got.Name, len(got.Body))
		}
	}
}

// Empty and tiny bodies have a charset, too.
func TestTinyBodies(t *testing.T) {
	for _, body := range []string{"", "<", "\x00", "\xFF", "\xFE\xFF", "\xFF\xFE", "\xEF\xBB\xBF", "\xEF\xBB", "\x00<", "<\x00", "\xD0", "\xED\xA0\x80"} {
		if got := Decode([]byte(body), ""); got.Name == "" || !utf8.Valid(got.Body) {
			t.Errorf("%q: %q read as %q", body, got.Body, got.Name)
		}
	}
}

// Decoding shares nothing and leaves its input alone.
func TestDecodeFromManyGoroutines(t *testing.T) {
	body := []byte(doc("", encode(t, charmap.KOI8R, russian)))
	before := string(body)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 20 {
				if got := Decode(body, ""); got.Name != "koi8-r" {
					t.Errorf("read as %s", got.Name)
				}
			}
		})
	}
	wait.Wait()
	if string(body) != before {
		t.Error("the input was changed")
	}
}

// A document that says gb2312 or the like and is UTF-8 is UTF-8. A few characters that
// are valid in both are what they are declared as.
func TestUTF8DeclaredAsAnEastAsianCharset(t *testing.T) {
	for _, name := range []string{"gb2312", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr", "iso-2022-jp"} {
		for _, text := range []string{russian, chinese + " " + chinese} {
			got := Decode([]byte(doc(name, text)), "")
			want := fmt.Sprintf("declared as %q, but the bytes are utf-8", name)
			if got.Name != "utf-8" || !strings.Contains(string(got.Body), text) || !slices.Equal(got.Warnings, []string{want}) {
				t.Errorf("%s: read as %s, %q: %q", name, got.Name, got.Warnings, got.Body)
			}
		}
	}
	const both = "联通" // valid UTF-8 in GBK, by chance
	if got := Decode([]byte(doc("gbk", encode(t, simplifiedchinese.GBK, both))), ""); got.Name != "gbk" || !strings.Contains(string(got.Body), both) {
		t.Errorf("%s: %q", got.Name, got.Body)
	}
}
