package place

import (
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"

	"faultline/services/classifier/internal/token"
)

// unpacked is the embedded file without compression.
func unpacked(t testing.TB) []byte {
	t.Helper()
	zip, err := gzip.NewReader(strings.NewReader(embedded))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func packed(t testing.TB, raw []byte) string {
	t.Helper()
	var b strings.Builder
	zip, err := gzip.NewWriterLevel(&b, gzip.NoCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := zip.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLoad(t *testing.T) {
	g, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if g.Len() < 50_000 {
		t.Errorf("%d places, want 50,000 at least", g.Len())
	}
	if size := len(embedded); size > 4<<20 {
		t.Errorf("the file has %d bytes, want less than 4 MiB", size)
	}
}

// TestTrie looks for what would make names unfindable: siblings out of order,
// or two words of the file that are one word to the tokenizer.
func TestTrie(t *testing.T) {
	g, _ := shipped()
	seen := make(map[uint32]bool)
	lost := 0
	for _, n := range g.roots {
		if n != 0 {
			seen[n] = true
		}
	}
	for n := uint32(1); n < g.nodes[1].firstChild; n++ {
		if !seen[n] {
			lost++
		}
	}
	for n := 1; n < len(g.nodes)-1; n++ {
		children := g.nodes[g.nodes[n].firstChild:g.nodes[n+1].firstChild]
		if !slices.IsSortedFunc(children, func(a, b node) int { return int(a.word) - int(b.word) }) {
			t.Fatalf("the children of node %d are out of order", n)
		}
		for i := 1; i < len(children); i++ {
			if children[i].word == children[i-1].word {
				lost++
			}
		}
	}
	if lost > 0 {
		t.Errorf("%d nodes cannot be reached, because the generator folds words otherwise than the tokenizer", lost)
	}
}

// TestOtherWordsBehindTheNames adds words that the names do not have, as rules do.
func TestOtherWordsBehindTheNames(t *testing.T) {
	g, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	before := g.Vocabulary().Len()
	for _, w := range strings.Fields("fromage andouille zithers york osh") {
		g.Vocabulary().Add(w)
	}
	if added := g.Vocabulary().Len() - before; added == 0 {
		t.Error("no word was new")
	}
	var doc token.Document
	token.NewLexicon(g.Vocabulary(), nil).Read(&doc, "", "Fromage and zithers went from New York to Jalal-Abad, Osh and the Fergana Valley.")
	const want = "New York/US.NY, Jalal-Abad/KG.03, Osh/KG.08, Fergana Valley/KG"
	if got := render(g.Find(&doc, Context{}).Mentions); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestKnows(t *testing.T) {
	g, _ := shipped()
	for _, c := range []struct {
		country, admin1 string
		want            bool
	}{{"KG", "", true}, {"KG", "08", true}, {"KG", "99", false}, {"XX", "", false}, {"", "", false}, {"", "08", false}, {"US", "TX", true}} {
		if got := g.Knows(c.country, c.admin1); got != c.want {
			t.Errorf("Knows(%q, %q) = %v", c.country, c.admin1, got)
		}
	}
}

func TestDamaged(t *testing.T) {
	raw := unpacked(t)
	for name, data := range map[string]string{
		"empty":         "",
		"not gzip":      "FLGAZ",
		"cut gzip":      embedded[:len(embedded)/2],
		"other version": packed(t, append([]byte("FLGAZ\x02"), raw[len(magic):]...)),
		"cut":           packed(t, raw[:len(raw)-3]),
		"cut early":     packed(t, raw[:2000]),
		"more":          packed(t, append(slices.Clone(raw), 0)),
		"only magic":    packed(t, []byte(magic)),
	} {
		if _, err := decode(data); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// smallest is a file with one place: Osh, in KG.
const smallest = magic + "\x01\x02KG\x00\x01\x05\x00\x06\x93\x00\x00\x03Osh\x01\x00\x03osh\x00\x02\x01\x00\x01\x00\x01\x00\x01\x00"

func TestSmallest(t *testing.T) {
	g, err := decode(packed(t, []byte(smallest)))
	if err != nil {
		t.Fatal(err)
	}
	var doc token.Document
	token.NewLexicon(g.Vocabulary(), nil).Read(&doc, "", "They met near Osh.")
	if got := render(g.Find(&doc, Context{}).Mentions); got != "Osh/KG" {
		t.Errorf("found %q, want Osh/KG", got)
	}
}

// FuzzDecode changes the small tables at the beginning of the file.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(smallest))
	f.Add([]byte(magic + "\x01\x02KG\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		g, err := decode(packed(t, raw))
		if err != nil {
			return
		}
		var doc token.Document
		token.NewLexicon(g.Vocabulary(), nil).Read(&doc, "Osh", "In Osh.")
		g.Find(&doc, Context{})
	})
}

// The words of the file are added as they are, so the generator must fold them
// as the tokenizer does, and loading must not allocate for each.
func TestWordsAreFolded(t *testing.T) {
	var v *token.Vocabulary
	allocations := testing.AllocsPerRun(1, func() {
		g, err := Load()
		if err != nil {
			t.Fatal(err)
		}
		v = g.Vocabulary()
	})
	if words := v.Len(); words < 250_000 || allocations > float64(words)/10 {
		t.Errorf("%v allocations for %d words", allocations, words)
	}
	for id := range v.Len() {
		if w := v.Word(uint32(id)); token.Fold(w) != w {
			t.Errorf("%q is folded to %q", w, token.Fold(w))
		}
	}
}

func TestDamagedWords(t *testing.T) {
	for name, words := range map[string]string{
		"more shared than there is": "\x01\x03osh",
		"longer than the file":      "\x01\x00\x7fosh",
		"fewer than said":           "\x09\x00\x03osh",
		"one twice":                 "\x02\x00\x03osh\x03\x00",
		"one without letters":       "\x01\x00\x00",
		"one longer than any word":  "\x01\x00\x61" + strings.Repeat("o", 0x61),
	} {
		d := &decoder{text: words}
		v := token.NewVocabulary()
		if d.words(v); !d.bad {
			t.Errorf("%s: no fault, %d words", name, v.Len())
		}
	}
}
