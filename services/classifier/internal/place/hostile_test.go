package place

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/token"
)

// Whatever the file is cut to, it is refused: no part of it is optional.
func TestFaultGazetteerCut(t *testing.T) {
	whole := twoLands().file()
	if _, err := decode(packed(t, whole)); err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		if _, err := decode(packed(t, whole[:n])); !errors.Is(err, errDamaged) {
			t.Fatalf("the first %d of %d bytes were read: %v", n, len(whole), err)
		}
	}
}

// A file with a changed byte may be read, but must not crash the reader or Find.
func TestFaultGazetteerFlippedBits(t *testing.T) {
	whole := twoLands().file()
	source := rand.New(rand.NewPCG(5, 6))
	refused := 0
	for i := range whole {
		for range 2 {
			raw := slices.Clone(whole)
			raw[i] ^= 1 << source.IntN(8)
			g, err := decode(packed(t, raw))
			if err != nil {
				if !errors.Is(err, errDamaged) {
					t.Fatalf("byte %d: %v", i, err)
				}
				refused++
				continue
			}
			var doc token.Document
			token.NewLexicon(g.Vocabulary(), nil).Read(&doc, "Fire in Kessim", "Almaran police left Kessim, Almara, for Teveris and the Vesk region.")
			g.Find(&doc, Context{Country: "AA"})
		}
	}
	if refused < len(whole)/2 {
		t.Errorf("only %d changes were noticed", refused)
	}
}

// The numbers of the file that point to something else in it.
func TestFaultGazetteerPointsOutOfItself(t *testing.T) {
	good := []byte(smallest)
	for name, change := range map[string]func([]byte) []byte{
		"an area that is not there":     func(b []byte) []byte { b[bytes.Index(b, []byte("\x01\x05\x00"))+2] = 1; return b },
		"more letters shared than read": func(b []byte) []byte { b[bytes.Index(b, []byte("\x00\x03osh"))] = 1; return b },
		"a place that is not there":     func(b []byte) []byte { b[len(b)-3] = 1; return b },
		"a word that is not there":      func(b []byte) []byte { b[len(b)-5] = 1; return b },
		"more nodes than bytes":         func(b []byte) []byte { b[len(b)-9] = 0x7f; return b },
		"a number without an end": func(b []byte) []byte {
			return append(b[:len(magic)], bytes.Repeat([]byte{0xff}, 20)...)
		},
		"four thousand million areas": func(b []byte) []byte {
			return append(binary.AppendUvarint(b[:len(magic)], 1<<32), good[len(magic)+1:]...)
		},
	} {
		if _, err := decode(packed(t, change(slices.Clone(good)))); !errors.Is(err, errDamaged) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A gzip stream of some kilobytes that unpacks to more than any gazetteer has.
func TestFaultGazetteerBomb(t *testing.T) {
	var b bytes.Buffer
	zip, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := zip.Write([]byte(magic)); err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range maxFile/len(zeros) + 1 {
		if _, err := zip.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := unzip(b.String())
	if err != nil || len(text) != maxFile {
		t.Errorf("unpacked %d bytes, %v; want to stop at %d", len(text), err, maxFile)
	}
	if _, err := decode(b.String()); !errors.Is(err, errDamaged) {
		t.Errorf("got %v", err)
	}
}

func TestFault36Homoglyphs(t *testing.T) {
	mentions(t, [][2]string{
		{"Police fired in \u041esh and in Bishk\u0435k.", "Osh/KG.08, Bishkek/KG.01"}, // Cyrillic О and е in Latin words
		{"В Oше стреляли.", "Osh/KG.08"},                                              // a Latin O in a Cyrillic word
		{"Shots in O\u200bs\u200dh.", "Osh/KG.08"},
		{"In \u202eOsh\u202c the crowd waited.", "Osh/KG.08"},
		{"In \u2066Bishkek\u2069 the crowd waited.", "Bishkek/KG.01"},
	})
	text := "Police fired in \u041es\u200bh today."
	p := find("", text, "").Mentions[0]
	if want := "\u041es\u200bh"; p.Text != want || text[p.Start:p.End] != want {
		t.Errorf("the evidence is %q, want what the text says: %q", p.Text, want)
	}
}

func TestFault84ScriptsAndMarks(t *testing.T) {
	mentions(t, [][2]string{
		{"İstanbul, ISTANBUL and Istanbul.", "Istanbul/TR.34, Istanbul/TR.34, Istanbul/TR.34"},
		{"В Королёве и в Королеве было тихо.", "Korolyov/RU.47, Korolyov/RU.47"},
		{"In Diyarbak\u0131r, in Diyarbakir.", "Diyarbakır/TR.21, Diyarbakır/TR.21"},
		{"From Quere\u0301taro to Quer\u00e9taro.", "Querétaro City/MX.22, Querétaro City/MX.22"},
		{"北京在Osh发生", "Osh/KG.08"},
		{"أوش Osh", "Osh/KG.08, Osh/KG.08"},
		{"Kabul,Osh;Bishkek/Naryn", "Kabul/AF.13, Osh/KG.08, Bishkek/KG.01, Naryn/KG.04"},
		{"Farg\u02bbona va Farg\u2018ona", "Fergana/UZ.03, Fergana/UZ.03"},
	})
}

func TestFault85SportAndCulture(t *testing.T) {
	mentions(t, [][2]string{
		{"Osh United drew with Naryn.", "Naryn/KG.04"},
		{"Dallas Cowboys beat Denver Broncos.", ""},
		{"Manchester United and Leeds United met.", ""},
		{"Tickets for Paris Hilton sold out.", ""},
	})
}

// As many names as a hostile item can hold, in the order that gives the most
// evidence to weigh.
func TestFault87TenThousandNames(t *testing.T) {
	for _, phrase := range []string{"Kabul and Osh, Paris in Texas. ", "Springfield, ", "Jalalabad ", "В Ошской, Чуйской и Баткенской областях. ", "Kyrgyz and Kazakh "} {
		text := strings.Repeat(phrase, 10_000/strings.Count(phrase, " ")+1)
		find("", text, "") // grow the buffers
		best := time.Hour
		for range 3 {
			start := time.Now()
			find("", text, "")
			best = min(best, time.Since(start))
		}
		if best > 500*time.Millisecond { // 8 ms are usual; the race detector takes ten times that
			t.Errorf("%q repeated takes %v", phrase, best)
		}
	}
}

// A finder is used again for other texts; nothing of the one before may stay.
func TestNothingStaysOfTheTextBefore(t *testing.T) {
	texts := []string{
		"A bomb went off in Jalalabad.",
		"Kyrgyzstan, Kyrgyzstan, Osh, Bishkek, Naryn: Kyrgyz police left Jalalabad, Kyrgyzstan.",
		"Fire broke out in Paris.",
		"Paris, Texas, and Dallas, Texas; Texans and Americans in Houston.",
		"President Jackson. Jackson said. Jackson, Miss.",
		"He likes Jackson.",
	}
	want := make([]Result, len(texts))
	for i, text := range texts {
		g, lexicon := shipped()
		fresh := &Gazetteer{areas: g.areas, sites: g.sites, names: g.names, nodes: g.nodes, meanings: g.meanings, fame: g.fame, roots: g.roots, cues: g.cues, nations: g.nations, national: g.national}
		var doc token.Document
		lexicon.Read(&doc, "", text)
		want[i] = fresh.Find(&doc, Context{})
	}
	source := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		i := source.IntN(len(texts))
		got := find("", texts[i], "")
		if !slices.Equal(got.Mentions, want[i].Mentions) || short(got.Main) != short(want[i].Main) {
			t.Fatalf("%s: got %s, in a new gazetteer %s", texts[i], render(got.Mentions), render(want[i].Mentions))
		}
	}
}

// What says nothing of a place must not change where one is found.
func TestFillerChangesNothing(t *testing.T) {
	for _, text := range []string{"Police fired at the crowd in Osh.", "В Бишкеке прошёл митинг.", "The road from Kabul to Jalalabad is shut."} {
		want := find("", text, "").Mentions
		for _, filler := range []string{" It rained. ", " 12,000 tons were sold at 3.50 a ton.\n\n", " «…» — !!! ", "\t\r\n"} {
			got := find("", filler+text+filler, "").Mentions
			if render(got) != render(want) {
				t.Fatalf("%q around %q: %s, want %s", filler, text, render(got), render(want))
			}
			for i := range got {
				if moved := got[i].Start - want[i].Start; moved != len(filler) || got[i].Field != event.FieldText {
					t.Errorf("%q around %q: %s moved by %d, want %d", filler, text, got[i].Name, moved, len(filler))
				}
			}
		}
	}
}
