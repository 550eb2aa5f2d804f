package state

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
)

// Known is an item that was published.
type Known struct {
	ID       string   `json:"id"`
	Hash     string   `json:"hash"`           // of its latest published revision
	Mark     uint64   `json:"mark,omitempty"` // of the item as it was last written, see feed.Entry
	Revision int      `json:"rev,omitempty"`
	Keys     []string `json:"keys,omitempty"`
	// First is when it was first fetched, Last when it was last in a document to
	// within a day, Changed when its latest revision came; Unix seconds.
	First   int64 `json:"first"`
	Last    int64 `json:"last"`
	Changed int64 `json:"changed,omitempty"`
	// Published is the date it was given when the feed gave none to be trusted;
	// Unix seconds, 0 for the feed's own.
	Published int64 `json:"published,omitempty"`
	Backlog   bool  `json:"backlog,omitempty"`
	// Article is a hash of the article's text it was published with, if any.
	Article string `json:"article,omitempty"`
}

var errPacked = errors.New("the packed items are damaged")

// pack writes items after their number, in base64: half of what they take as
// JSON, and much quicker read. No items are nothing. An item is ID, Hash, Article
// and, after their number, the Keys as strings; Mark in eight bytes; Revision,
// First, Published, Backlog (0 or 1), and Last and Changed less First as varints.
// A string is its length, twice, and one more when its letters are hexadecimal
// digits, of which two are one byte.
func pack(items []Known) []byte {
	if len(items) == 0 {
		return nil
	}
	raw := binary.AppendUvarint(make([]byte, 0, usualKnown*len(items)), uint64(len(items)))
	for i := range items {
		raw = items[i].pack(raw)
	}
	return base64.StdEncoding.AppendEncode(nil, raw)
}

// usualKnown is what most items take packed at most, in bytes.
const usualKnown = 128

// unpack reads what pack wrote.
func unpack(text []byte) ([]Known, error) {
	raw, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return nil, errPacked
	}
	if len(raw) == 0 {
		return nil, nil
	}
	u := unpacker{rest: raw}
	many := u.count()
	if many > uint64(len(raw)) {
		return nil, errPacked
	}
	items := make([]Known, many)
	for i := range items {
		items[i] = u.item()
	}
	if u.bad || len(u.rest) > 0 {
		return nil, errPacked
	}
	return items, nil
}

func (k *Known) pack(out []byte) []byte {
	out = packString(packString(packString(out, k.ID), k.Hash), k.Article)
	out = binary.AppendUvarint(out, uint64(len(k.Keys)))
	for _, key := range k.Keys {
		out = packString(out, key)
	}
	out = binary.LittleEndian.AppendUint64(out, k.Mark)
	backlog := int64(0)
	if k.Backlog {
		backlog = 1
	}
	for _, n := range [...]int64{int64(k.Revision), k.First, k.Published, backlog, k.Last - k.First, k.Changed - k.First} {
		out = binary.AppendVarint(out, n)
	}
	return out
}

func packString(out []byte, s string) []byte {
	if len(s)%2 == 1 || strings.Trim(s, "0123456789abcdef") != "" {
		return append(binary.AppendUvarint(out, uint64(len(s))<<1), s...)
	}
	digits, _ := hex.AppendDecode(binary.AppendUvarint(out, uint64(len(s)/2)<<1|1), []byte(s))
	return digits
}

// unpacker reads from the front of rest. After a fault bad is set and all that is
// read is zero.
type unpacker struct {
	rest   []byte
	bad    bool
	digits []byte // room
}

func (u *unpacker) take(n uint64) []byte {
	if n > uint64(len(u.rest)) {
		u.rest, u.bad = nil, true
		return nil
	}
	out := u.rest[:n]
	u.rest = u.rest[n:]
	return out
}

func (u *unpacker) count() uint64 {
	n, size := binary.Uvarint(u.rest)
	u.take(uint64(max(size, 0)))
	u.bad = u.bad || size <= 0
	return n
}

func (u *unpacker) number() int64 {
	n, size := binary.Varint(u.rest)
	u.take(uint64(max(size, 0)))
	u.bad = u.bad || size <= 0
	return n
}

func (u *unpacker) string() string {
	n := u.count()
	letters := u.take(n >> 1)
	if n&1 == 1 {
		u.digits = hex.AppendEncode(u.digits[:0], letters)
		letters = u.digits
	}
	return string(letters)
}

func (u *unpacker) item() Known {
	k := Known{ID: u.string(), Hash: u.string(), Article: u.string()}
	if keys := u.count(); keys > uint64(len(u.rest)) {
		u.bad = true
	} else if keys > 0 {
		k.Keys = make([]string, keys)
	}
	for i := range k.Keys {
		k.Keys[i] = u.string()
	}
	if mark := u.take(8); mark != nil {
		k.Mark = binary.LittleEndian.Uint64(mark)
	}
	k.Revision, k.First, k.Published, k.Backlog = int(u.number()), u.number(), u.number(), u.number() != 0
	k.Last, k.Changed = k.First+u.number(), k.First+u.number()
	return k
}
