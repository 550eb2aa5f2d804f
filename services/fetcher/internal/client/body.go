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
	"golang.org/x/sync/semaphore"
)

// small bodies are read without asking the budget: their number is bounded by
// the number of fetches at once.
const small = 512 << 10

// maxEncodings is how many content encodings may be stacked. Feeds use one.
const maxEncodings = 2

// body reads documents within a budget for the bytes of all large ones in
// memory at one time. Who needs more than a small body reserves the largest one
// it could become, once, so that no two readers wait for each other.
type body struct {
	bytes *semaphore.Weighted
	each  int64
	rooms sync.Pool // *bytes.Buffer, in which small ones were read
}

// read returns the decoded document of at most limit bytes, and a function that
// gives its memory back; the function must be called when the document is
// no longer needed, and once. Of one whose connection broke, or whose time ran
// out, it returns what came beside the error.
func (b *body) read(ctx context.Context, resp *http.Response, wire *counter, limit int64) ([]byte, func(), error) {
	free := func() {}
	if resp.ContentLength > limit {
		return nil, free, tooLarge(limit)
	}
	wire.r = io.LimitReader(resp.Body, limit+1)
	decoded, err := decode(wire, resp.Header.Values("Content-Encoding"))
	if errors.Is(err, io.EOF) { // an empty answer, whatever it says it is
		return nil, free, nil
	}
	if err != nil {
		return nil, free, encodingError(err)
	}
	buf := b.room(min(max(resp.ContentLength, 0), small) + bytes.MinRead)
	free = func() { b.rooms.Put(buf) }
	n, err := io.CopyN(buf, decoded, small)
	if err == nil && n == small {
		if err := b.bytes.Acquire(ctx, b.each); err != nil {
			return nil, free, &Error{Class: ClassBudget, Cause: errors.New("waited for its share of the byte budget until the deadline")}
		}
		free = func() { b.bytes.Release(b.each) }
		if decoded == io.Reader(wire) && resp.ContentLength > small { // else it doubles, and doubles again
			buf.Grow(int(resp.ContentLength-small) + bytes.MinRead)
		}
		_, err = io.CopyN(buf, decoded, max(limit-small, 0)+1)
	}
	if int64(buf.Len()) > limit || wire.n > limit {
		return nil, free, tooLarge(limit)
	}
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return buf.Bytes(), free, nil
	case !brokeOff(err) && !isTimeout(err):
		return nil, free, encodingError(err)
	case ended(buf.Bytes()):
		return buf.Bytes(), free, nil
	}
	return buf.Bytes(), free, wrap(err)
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

// room is an empty buffer for so many bytes.
func (b *body) room(size int64) *bytes.Buffer {
	buf, ok := b.rooms.Get().(*bytes.Buffer)
	if !ok {
		buf = &bytes.Buffer{}
	}
	buf.Reset()
	buf.Grow(int(size))
	return buf
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
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
