package bus

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// dictionary1 is what values are packed against: records of invented incidents, groups
// and feeds. Values that were packed with it can be read with it alone, so that it may
// never change: another one gets the next number.
//
//go:embed dictionary1.txt
var dictionary1 []byte

const (
	// packFrom is the size in bytes from which packing is worth its while.
	packFrom = 512
	// packWindow is how far back in a value repetitions are looked for, in bytes.
	packWindow = 128 << 10
	// maxUnpacked bounds what a value may become, in bytes. Put writes none that is larger
	// than a message may be, 1 MB by default.
	maxUnpacked = 8 << 20
)

// packMark is how a packed value begins, and no JSON does: the number of a Zstandard
// frame (RFC 8878, section 3.1.1).
var packMark = []byte{0x28, 0xb5, 0x2f, 0xfd}

// packer makes the values of buckets small. The server keeps whole blocks of them in
// memory, of which a bucket of a third of the size has a third.
type packer struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

func newPacker() (*packer, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderDictRaw(1, dictionary1),
		zstd.WithWindowSize(packWindow), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("preparing to pack values: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(1, dictionary1),
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, fmt.Errorf("preparing to unpack values: %w", err)
	}
	return &packer{encoder: encoder, decoder: decoder}, nil
}

// pack is the value as it is stored: packed if that makes it smaller, or if it would be
// taken for packed otherwise.
func (p *packer) pack(value []byte) []byte {
	marked := bytes.HasPrefix(value, packMark)
	if len(value) < packFrom && !marked {
		return value
	}
	packed := p.encoder.EncodeAll(value, make([]byte, 0, len(value)/2))
	if len(packed) >= len(value) && !marked {
		return value
	}
	return packed
}

// unpack is the value of what is stored. What has no mark was stored as it was, as older
// builds do with all. ErrDamaged says that nobody can read it, another error that a newer
// build may.
func (p *packer) unpack(stored []byte) ([]byte, error) {
	if !bytes.HasPrefix(stored, packMark) {
		return stored, nil
	}
	value, err := p.decoder.DecodeAll(stored, nil)
	switch {
	case errors.Is(err, zstd.ErrUnknownDictionary):
		return nil, fmt.Errorf("a newer Faultline packed the value, or it is damaged: %w", err)
	case err != nil:
		return nil, fmt.Errorf("%w: %d packed bytes: %w", ErrDamaged, len(stored), err)
	}
	return value, nil
}
