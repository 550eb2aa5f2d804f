package charset

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"faultline/services/fetcher/internal/costtest"
)

const (
	russian      = "Митинг в Оше: сторонники бывшего президента заняли здание администрации"
	french       = "Émeutes à Bichkek : l'armée déployée près du marché"
	chinese      = "吉尔吉斯斯坦南部发生骚乱，多人受伤，政府宣布紧急状态，军队已进入城市"
	koreanText   = "키르기스스탄 남부에서 소요 사태가 발생해 많은 사람이 다쳤다"
	japaneseText = "キルギス南部で暴動が起き、多くの人が負傷した。"
	arabic       = "احتجاجات في المدينة"
)

func encode(t *testing.T, e encoding.Encoding, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatalf("encoding the test's text: %v", err)
	}
	return out
}

// doc is a document that declares an encoding, or none.
func doc(declared, text string) string {
	if declared != "" {
		declared = ` encoding="` + declared + `"`
	}
	return `<?xml version="1.0"` + declared + `?><rss><title>` + text + `</title></rss>`
}

func TestDecode(t *testing.T) {
	cp1251, koi := charmap.Windows1251, charmap.KOI8R
	for _, c := range []struct {
		name, body, header string
		charset, text      string
		warning            string // part of one, or none at all
	}{
		{"ascii", doc("", "plain"), "", "utf-8", "plain", ""},
		{"utf-8", doc("utf-8", russian), "", "utf-8", russian, ""},
		{"utf-8 with mark", "\xEF\xBB\xBF" + doc("", russian), "", "utf-8", russian, ""},
		{"the mark outranks header and declaration", "\xEF\xBB\xBF" + doc("koi8-r", russian), "text/xml; charset=windows-1251", "utf-8", russian, ""},
		{"utf-16 with mark, little", encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), doc("utf-16", russian)), "", "utf-16le", russian, ""},
		{"utf-16 with mark, big", encode(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), doc("utf-16", russian)), "", "utf-16be", russian, ""},
		{"utf-16 without mark, little", encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), doc("", russian)), "", "utf-16le", russian, ""},
		{"utf-16 without mark, big", encode(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), doc("", russian)), "", "utf-16be", russian, ""},
		{"utf-32 with mark", encode(t, utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), doc("", russian)), "", "utf-32le", russian, ""},
		{"utf-32 without mark", encode(t, utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), doc("", russian)), "", "utf-32be", russian, ""},
		{"declared utf-16, is utf-8", doc("utf-16", russian), "", "utf-8", russian, ""},
		{"declared cp1251", doc("windows-1251", encode(t, cp1251, russian)), "", "windows-1251", russian, ""},
		{"declared by another name", doc("CP1251", encode(t, cp1251, russian)), "", "cp1251", russian, ""},
		{"declared koi8-r", doc("koi8-r", encode(t, koi, russian)), "", "koi8-r", russian, ""},
		{"declared cp866", doc("cp866", encode(t, charmap.CodePage866, russian)), "", "cp866", russian, ""},
		{"declared windows-1256", doc("windows-1256", encode(t, charmap.Windows1256, arabic)), "", "windows-1256", arabic, ""},
		{"declared euc-kr", doc("euc-kr", encode(t, korean.EUCKR, koreanText)), "", "euc-kr", koreanText, ""},
		{"declared gb2312", doc("gb2312", encode(t, simplifiedchinese.GBK, chinese)), "", "gb2312", chinese, ""},
		{"declared without quotes", `<?xml version=1.0 encoding=koi8-r?><a>` + encode(t, koi, russian), "", "koi8-r", russian, ""},
		{"declared in a stateful charset", doc("iso-2022-jp", encode(t, japanese.ISO2022JP, japaneseText)), "", "iso-2022-jp", japaneseText, ""},
		{"only the header says", doc("", encode(t, cp1251, russian)), `text/xml; charset="Windows-1251"`, "windows-1251", russian, ""},
		{"the header outranks the declaration", doc("koi8-r", encode(t, cp1251, russian)), "text/xml; charset=windows-1251; q=1", "windows-1251", russian, "the header counts"},
		{"two names of one charset are no conflict", doc("cp1251", encode(t, cp1251, russian)), "text/xml; charset=windows-1251", "windows-1251", russian, ""},
		{"utf-8 beyond doubt beats a single-byte header", doc("utf-8", russian), "text/xml; charset=iso-8859-1", "utf-8", russian, "but the bytes are utf-8"},
		{"unknown in the header", doc("koi8-r", encode(t, koi, russian)), "text/xml; charset=bogus", "koi8-r", russian, `unknown encoding "bogus"`},
		{"unknown, guessed", doc("x-nonsense", encode(t, cp1251, russian)), "", "windows-1251", russian, `unknown encoding "x-nonsense"`},
		{"unknown, but ascii", doc("x-nonsense", "plain"), "", "utf-8", "plain", "unknown encoding"},
		{"undeclared cp1251", doc("", encode(t, cp1251, russian)), "", "windows-1251", russian, "read as windows-1251"},
		{"undeclared koi8-r", doc("", encode(t, koi, russian)), "", "koi8-r", russian, "read as koi8-r"},
		{"undeclared cp866", doc("", encode(t, charmap.CodePage866, russian)), "", "ibm866", russian, "read as ibm866"},
		{"undeclared latin-1", doc("", encode(t, charmap.ISO8859_1, french)), "", "windows-1252", french, "read as windows-1252"},
		{"undeclared chinese", doc("", encode(t, simplifiedchinese.GBK, chinese)), "", "gb18030", chinese, "read as gb18030"},
		{"undeclared korean", doc("", encode(t, korean.EUCKR, koreanText)), "", "euc-kr", koreanText, "read as euc-kr"},
		{"undeclared japanese", doc("", encode(t, japanese.EUCJP, japaneseText)), "", "euc-jp", japaneseText, "read as euc-jp"},
		{"declared utf-8, is cp1251", doc("utf-8", encode(t, cp1251, russian)), "", "windows-1251", russian, "read as windows-1251"},
		{"declared utf-8, is latin-1", doc("utf-8", encode(t, charmap.Windows1252, french)), "", "windows-1252", french, "read as windows-1252"},
		{"one stray byte does not lose the rest", doc("utf-8", russian+" \x96 "+french), "", "utf-8", russian + " – " + french, "some bytes are not utf-8"},
		{"a stray byte behind the mark", "\xEF\xBB\xBF" + doc("", russian+" \x96 "+french), "", "utf-8", russian + " – " + french, "not all of it"},
		{"a surrogate in utf-8", doc("utf-8", russian+"\xED\xA0\x80."+french), "", "utf-8", "\uFFFD." + french, "some bytes are not utf-8"},
		{"a cut sequence", doc("utf-8", russian+"\xD0."+french), "", "utf-8", french, "some bytes are not utf-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Decode([]byte(c.body), c.header)
			if got.Name != c.charset {
				t.Errorf("charset %q, want %q", got.Name, c.charset)
			}
			if !strings.Contains(string(got.Body), c.text) {
				t.Errorf("text %q is not in\n%q", c.text, got.Body)
			}
			warnings := strings.Join(got.Warnings, "; ")
			if c.warning == "" && warnings != "" || !strings.Contains(warnings, c.warning) {
				t.Errorf("warnings %q, want %q", warnings, c.warning)
			}
		})
	}
}

// A guess needs some text; this is about what one headline has.
func TestGuessFromOneHeadline(t *testing.T) {
	for _, c := range []struct {
		name string
		enc  encoding.Encoding
		text []string
	}{
		{"windows-1251", charmap.Windows1251, []string{
			"В Джалал-Абаде погиб один человек", "Милиция разогнала митинг", "СРОЧНО: введено чрезвычайное положение",
			"Ошто митинг башталды", "Ел астанасында жиын", "У місті запроваджено комендантську годину",
		}},
		{"koi8-r", charmap.KOI8R, []string{
			"В Джалал-Абаде погиб один человек", "Милиция разогнала митинг", "Ошто митинг башталды",
		}},
		{"ibm866", charmap.CodePage866, []string{
			"В Джалал-Абаде погиб один человек", "Милиция разогнала митинг на площади перед зданием",
		}},
		{"windows-1252", charmap.Windows1252, []string{
			"Émeutes à Och : l'état d'urgence décrété", "Ausnahmezustand verhängt, über 60 Verletzte", "Manifestación en la región: 12 heridos según médicos",
			"“Quoted” – and dashed",
		}},
		{"gb18030", simplifiedchinese.GBK, []string{"吉尔吉斯斯坦宣布紧急状态", "抗议者占领政府大楼"}},
		{"euc-kr", korean.EUCKR, []string{"키르기스스탄 비상사태 선포", "시위대가 정부 청사를 점거했다"}},
		{"euc-jp", japanese.EUCJP, []string{"キルギスで非常事態宣言", "デモ隊が庁舎を占拠した"}},
	} {
		for _, text := range c.text {
			body, err := c.enc.NewEncoder().String(text)
			if err != nil { // letters that this charset does not have
				continue
			}
			if got := Decode([]byte(doc("", body)), ""); got.Name != c.name || !strings.Contains(string(got.Body), text) {
				t.Errorf("%q in %s was read as %s: %s", text, c.name, got.Name, got.Body)
			}
		}
	}
}

// Every name that feeds use for the charsets we met must be known.
func TestNamesOfCharsets(t *testing.T) {
	for _, name := range []string{
		"utf-8", "UTF8", "utf8mb4", "us-ascii", "iso-8859-1", "latin1", "iso-8859-5", "iso-8859-9", "iso-8859-15", "windows-1250", "cp1250", "windows-1251",
		"cp1251", "win-1251", "x-cp1251", "windows-1252", "windows-1254", "windows-1256", "koi8-r", "koi8-u", "cp866", "ibm866", "cp437", "cp850", "cp037", "cp1047",
		"gb2312", "gbk", "gb18030", "big5", "euc-kr", "ks_c_5601-1987", "euc-jp", "shift_jis", "iso-2022-jp", "tis-620", "macintosh", "x-mac-cyrillic",
		"utf-16", "utf-32", "ucs-2",
	} {
		if _, known := lookup(strings.ToLower(name)); !known {
			t.Errorf("%s is unknown", name)
		}
	}
	for _, name := range []string{"bogus", "x-user-defined", "replacement", "hz-gb-2312", "utf-9"} {
		if _, known := lookup(name); known {
			t.Errorf("%s is known", name)
		}
	}
}

func TestDecodeKeepsWhatIsClean(t *testing.T) {
	body := []byte(doc("", russian))
	if got := Decode(body, ""); &got.Body[0] != &body[0] {
		t.Error("valid UTF-8 must not be copied")
	}
}

func TestLongNamesAreCut(t *testing.T) {
	got := Decode([]byte(doc(strings.Repeat("x", 900), "plain")), "")
	if len(got.Warnings) != 1 || len(got.Warnings[0]) > 120 {
		t.Errorf("warnings %q: the made-up name must be cut", got.Warnings)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(doc("koi8-r", "x")), "text/xml")
	f.Add([]byte("\xFF\xFE<\x00"), "")
	f.Add([]byte("\xD0\xC2\xED\xA0"), "charset=")
	f.Add([]byte(`<?xml encoding='`), "charset=utf-7;")
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		var got Text
		costtest.Bound(t, func() { got = Decode(body, header) })
		if !utf8.Valid(got.Body) || got.Name == "" {
			t.Fatalf("Decode gave charset %q, valid %v", got.Name, utf8.Valid(got.Body))
		}
	})
}
