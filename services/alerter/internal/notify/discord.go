package notify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// pingless is a transport that has Discord notify nobody, whatever a text says: mentions
// are broken in the text as well, but only this is Discord's own word for it.
type pingless struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper. What is no JSON object is left for Discord to refuse.
func (p pingless) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body == nil {
		return p.RoundTripper.RoundTrip(request)
	}
	message, err := io.ReadAll(request.Body)
	if err := errors.Join(err, request.Body.Close()); err != nil {
		return nil, fmt.Errorf("reading the message: %w", err)
	}
	if rest, ok := bytes.CutPrefix(message, []byte(`{"`)); ok {
		message = append([]byte(`{"allowed_mentions":{"parse":[]},"`), rest...)
	}
	next := request.Clone(request.Context())
	next.ContentLength = int64(len(message))
	next.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(message)), nil }
	next.Body = io.NopCloser(bytes.NewReader(message))
	return p.RoundTripper.RoundTrip(next)
}
