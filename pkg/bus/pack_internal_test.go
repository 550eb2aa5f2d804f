package bus

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func testPacker(t testing.TB) *packer {
	t.Helper()
	p, err := newPacker()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// record is JSON of some size, as buckets hold it.
func record(times int) []byte {
	return []byte(`{"schema":"incident/1","id":"x","headline":"` + strings.Repeat("Толпа у здания областной администрации. ", times) + `"}`)
}

func noise(n int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	value := make([]byte, n)
	for i := range value {
		value[i] = byte(random.Uint32())
	}
	return value
}

func TestPackedValuesComeBack(t *testing.T) {
	p := testPacker(t)
	for name, c := range map[string]struct {
		value  []byte
		packed bool
	}{
		"nothing":                   {nil, false},
		"a short one":               {[]byte("20"), false},
		"one that is as large as":   {record(8)[:packFrom-1], false},
		"a record":                  {record(20), true},
		"a large record":            {record(20_000), true},
		"what cannot be packed":     {noise(2000), false},
		"a packed one, packed once": {p.pack(record(20)), true},
		"the mark alone":            {packMark, true},
		"noise behind the mark":     {append(bytes.Clone(packMark), noise(600_000)...), true},
	} {
		stored := p.pack(c.value)
		if bytes.HasPrefix(stored, packMark) != c.packed || !c.packed && !bytes.Equal(stored, c.value) {
			t.Errorf("%s: %d bytes are stored as %d", name, len(c.value), len(stored))
		}
		if got, err := p.unpack(stored); err != nil || !bytes.Equal(got, c.value) {
			t.Errorf("%s: %d bytes came back as %d, %v", name, len(c.value), len(got), err)
		}
	}
	if value := record(20); len(p.pack(value)) > len(value)/3 {
		t.Errorf("a record of %d bytes takes %d", len(value), len(p.pack(value)))
	}
}

// What a build has stored can be read by all later ones: testdata/packed1 was packed with
// the first dictionary, which may never change.
func TestPackedByAnOlderBuild(t *testing.T) {
	stored, err := os.ReadFile("testdata/packed1")
	if err != nil {
		t.Fatal(err)
	}
	value, err := testPacker(t).unpack(stored)
	if err != nil || !bytes.Equal(value, append(dictionary1[:2000:2000], record(9)...)) {
		t.Errorf("read %.60q... of %d bytes, %v", value, len(value), err)
	}
}

// A value with one wrong byte, wherever that is, is an error or what it was, and never
// another value.
func TestDamagedPackedValues(t *testing.T) {
	p := testPacker(t)
	value := record(20)
	stored := p.pack(value)
	for at := range stored {
		damaged := bytes.Clone(stored)
		damaged[at] ^= 0x10
		got, err := p.unpack(damaged)
		switch {
		case at < len(packMark):
			if err != nil || !bytes.Equal(got, damaged) {
				t.Errorf("byte %d: no longer marked, and became %d bytes, %v", at, len(got), err)
			}
		case err == nil && !bytes.Equal(got, value):
			t.Errorf("byte %d: became %q", at, got)
		case err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, zstd.ErrUnknownDictionary):
			t.Errorf("byte %d: %v", at, err)
		}
		if _, err := p.unpack(stored[:at]); at > len(packMark) && err == nil {
			t.Errorf("cut after %d bytes, and read", at)
		}
	}
}

func TestFault115PackedByANewerBuild(t *testing.T) {
	stored := testPacker(t).pack(record(20))
	at := bytes.IndexByte(stored[len(packMark):], 1) + len(packMark) // the number of the dictionary
	stored[at] = 2
	if _, err := testPacker(t).unpack(stored); err == nil || errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "newer Faultline") {
		t.Errorf("a value packed with dictionary 2: %v", err)
	}
}

// A value that would be huge is refused, whether its frame says how large it is or not.
func TestPackedBombs(t *testing.T) {
	p := testPacker(t)
	zeros := make([]byte, maxUnpacked+1)
	var unsized bytes.Buffer
	w, err := zstd.NewWriter(&unsized, zstd.WithEncoderDictRaw(1, dictionary1))
	if err == nil {
		_, err = w.Write(zeros)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, frame := range map[string][]byte{"said": p.pack(zeros), "not said": unsized.Bytes()} {
		if _, err := p.unpack(frame); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %d bytes that become more than the bound: %v", name, len(frame), err)
		}
	}
	if value, err := p.unpack(p.pack(zeros[1:])); err != nil || len(value) != maxUnpacked {
		t.Errorf("as much as the bound: %d bytes, %v", len(value), err)
	}
}

func BenchmarkPack(b *testing.B) {
	p := testPacker(b)
	value, err := os.ReadFile("../event/testdata/incident.json")
	if err != nil {
		b.Fatal(err)
	}
	stored := p.pack(value)
	b.Run("pack", func(b *testing.B) {
		for b.Loop() {
			p.pack(value)
		}
	})
	b.Run("unpack", func(b *testing.B) {
		for b.Loop() {
			if _, err := p.unpack(stored); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func FuzzUnpack(f *testing.F) {
	p := testPacker(f)
	f.Add(p.pack(record(20)))
	f.Add([]byte(`{"schema":"incident/1"}`))
	f.Fuzz(func(t *testing.T, stored []byte) {
		value, err := p.unpack(stored)
		if err != nil {
			return
		}
		if again, err := p.unpack(p.pack(value)); err != nil || !bytes.Equal(again, value) {
			t.Errorf("%q came back as %q, %v", value, again, err)
		}
	})
}
