package client

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"syscall"

	"github.com/andybalholm/brotli"
)

// small is what is read of each document without asking the bank: the number of those is
// bounded by the number of fetches at once.
const small = 64 << 10

// maxEncodings is how many content encodings may be stacked. Feeds use one.
const maxEncodings = 2

// body reads documents in memory of which large ones borrow.
type body struct {
	bank  *bank
	rooms [4]sync.Pool // *room, in which small ones were read: of small bytes, twice that, and so on
}

// room is memory for a document, and what is there of it.
type room struct{ data []byte }

// read returns the decoded document of at most as many bytes as the loan can become, and a
// function that gives its memory back; the function must be called when the document is
// no longer needed, and once. Of one whose connection broke, or whose time ran
// out, it returns what came beside the error.
func (b *body) read(ctx context.Context, resp *http.Response, wire *counter, l *loan) ([]byte, func(), error) {
	limit, free := l.most, func() {}
	if resp.ContentLength > limit {
		return nil, free, tooLarge(limit)
	}
	wire.r = io.LimitReader(resp.Body, limit+1)
	decoded, err := decode(wire, resp.Header.Values("Content-Encoding"))
	if errors.Is(err, io.EOF) { // an empty answer, whatever it says it is
		return nil, free, nil
	}
	if err != nil {
		return nil, free, encodingError(overdue(ctx, err))
	}
	if decoded == io.Reader(wire) && resp.ContentLength > 0 {
		l.most = resp.ContentLength
	}
	into := b.room(small)
	free = func() {
		b.keep(into)
		l.repay()
	}
	err = overdue(ctx, b.guarded(ctx, decoded, into, l))
	switch {
	case errors.As(err, new(*Busy)):
		return nil, free, err
	case wire.n > limit:
		return nil, free, tooLarge(limit)
	case err == nil:
		return into.data, free, nil
	case !brokeOff(err) && !isTimeout(err):
		return nil, free, encodingError(err)
	case ended(into.data):
		return into.data, free, nil
	}
	return into.data, free, wrap(err)
}

// step is by how much a document grows that has become large: to double what holds it would
// borrow more than it may need.
const step = 4 << 20

// fill reads a document to its end, which is an error when it is larger than the loan can become.
func (b *body) fill(ctx context.Context, r io.Reader, into *room, l *loan) error {
	for {
		have := int64(len(into.data))
		if have >= l.most {
			return nothing(r, l.most)
		}
		if have == int64(cap(into.data)) {
			size := min(2*have, have+step, l.most)
			if err := l.grow(ctx, size); err != nil {
				return err
			}
			b.move(into, size)
		}
		n, err := r.Read(into.data[have:min(int64(cap(into.data)), l.most)])
		into.data = into.data[:have+int64(n)]
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// guarded is fill by a decoder that may panic: documents are written by anybody, and the decoders are not
// ours.
func (b *body) guarded(ctx context.Context, r io.Reader, into *room, l *loan) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: the decoder panicked: %v", errEncoding, p)
		}
	}()
	return b.fill(ctx, r, into, l)
}

// nothing makes sure that no more comes of a document that has reached its limit.
func nothing(r io.Reader, limit int64) error {
	var more [1]byte
	n, err := io.ReadFull(r, more[:])
	if n > 0 {
		return tooLarge(limit)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// move gives a document a larger room.
func (b *body) move(into *room, size int64) {
	larger := b.room(size)
	larger.data = append(larger.data, into.data...)
	*into, *larger = *larger, *into
	b.keep(larger)
}

// brokeOff reports whether a server closed before the end that it had announced, or ended
// the stream of HTTP/2.
func brokeOff(err error) bool {
	_, ended := errors.AsType[streamError](err)
	return ended || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

// streamError is how an HTTP/2 stream is ended before its time (RFC 9113, section 5.4.2). The
// error of net/http has no name outside, but turns into any struct with its fields.
type streamError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (e streamError) Error() string {
	return fmt.Sprintf("stream %d was ended with code %d", e.StreamID, e.Code)
}

var lastTag = regexp.MustCompile(`(?i)</(?:[\w.-]+:)?(?:rss|feed|rdf|opml|html)\s*>\s*$`)

// ended reports whether a document is there to its last tag or brace: then what it lacks
// is an announced length, or the end of its compression, that was wrong, or the server's word
// that this is all.
func ended(document []byte) bool {
	tail := document[max(0, len(document)-100):]
	return lastTag.Match(tail) || bytes.HasSuffix(bytes.TrimSpace(tail), []byte("}")) && json.Valid(document)
}

// room is an empty one of this size.
func (b *body) room(size int64) *room {
	if p := b.pool(size); p != nil {
		if r, ok := p.Get().(*room); ok {
			r.data = r.data[:0]
			return r
		}
	}
	return &room{make([]byte, 0, size)}
}

// keep takes a room back for another document.
func (b *body) keep(r *room) {
	if p := b.pool(int64(cap(r.data))); p != nil {
		p.Put(r)
	}
}

// pool is where rooms of a size are kept; nil for sizes that are none of the usual, or so large
// that to keep them is to waste them.
func (b *body) pool(size int64) *sync.Pool {
	for i := range b.rooms {
		if size == small<<i {
			return &b.rooms[i]
		}
	}
	return nil
}

func tooLarge(limit int64) *Error {
	return &Error{Class: ClassTooLarge, Cause: fmt.Errorf("the document is larger than %d bytes", limit)}
}

// decode undoes the content encodings, the last one first (RFC 9110, section
// 8.4). A bare gzip file that is not declared as an encoding is left alone.
func decode(r io.Reader, headers []string) (io.Reader, error) {
	var names []string
	for name := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" && name != "identity" {
			names = append(names, name)
		}
	}
	if len(names) > maxEncodings {
		return nil, fmt.Errorf("%w: %d of them", errEncoding, len(names))
	}
	for i := len(names) - 1; i >= 0; i-- {
		var err error
		if r, err = decoder(r, names[i]); err != nil {
			return nil, err
		}
	}
	return r, nil
}

var errEncoding = errors.New("content encoding that was not asked for")

func decoder(r io.Reader, name string) (io.Reader, error) {
	switch name {
	case "gzip", "x-gzip":
		return gzip.NewReader(r)
	case "br":
		return &brotliReader{brotli.NewReader(r)}, nil
	case "deflate":
		return inflate(r)
	}
	return nil, fmt.Errorf("%w: %.20q", errEncoding, name)
}

// inflate reads "deflate", which is zlib by the standard (RFC 9110, section
// 8.4.1.2) and raw deflate on some servers.
func inflate(r io.Reader) (io.Reader, error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	whole := io.MultiReader(bytes.NewReader(head[:]), r)
	if head[0]&0x0F == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 { // RFC 1950: CM and FCHECK
		return zlib.NewReader(whole)
	}
	return flate.NewReader(whole), nil
}

// errBrotli marks data that is not brotli: the package's own errors have no
// type in common.
var errBrotli = errors.New("brotli data is damaged")

type brotliReader struct{ r io.Reader }

func (b *brotliReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err != nil && strings.HasPrefix(err.Error(), "brotli: ") {
		err = fmt.Errorf("%w: %w", errBrotli, err)
	}
	return n, err
}

// encodingError tells damaged compression from a broken connection.
func encodingError(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, zlib.ErrHeader),
		errors.Is(err, zlib.ErrChecksum), errors.Is(err, zlib.ErrDictionary), errors.Is(err, errEncoding),
		errors.Is(err, errBrotli), errors.As(err, &corrupt):
		return &Error{Class: ClassEncoding, Cause: err}
	}
	return wrap(err)
}

// counter counts the bytes that came over the wire.
type counter struct {
	r     io.Reader
	n     int64
	meter *meter
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.meter.body(n)
	return n, err
}
