package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"faultline/services/fetcher/internal/address"
)

// Form is a form that is sent to a server which a feed names.
type Form struct {
	URL    string
	Values url.Values
	// Feed is the address of the feed. Its own server may be private where
	// AllowPrivate says so; no other may.
	Feed         string
	AllowPrivate bool
}

// maxAnswer is how much of an answer to a form is read, in bytes.
const maxAnswer = 16 << 10

// Post sends a form and returns the beginning of the answer's body. It is bound
// like Fetch: in time, addresses, redirects (those that keep the method, 307 and
// 308) and requests to one host. Neither headers nor passwords of the feed are
// sent. Any status but 2xx is an Error.
func (c *Client) Post(ctx context.Context, f Form) ([]byte, error) {
	at, err := address.Parse(f.URL)
	if err != nil {
		return nil, &Error{Class: ClassAddress, Cause: err}
	}
	origin, err := address.Parse(f.Feed)
	if err != nil {
		return nil, &Error{Class: ClassAddress, Cause: err}
	}
	ctx, _, cancel := c.bounded(ctx)
	defer cancel()
	v := &visit{client: c, req: Request{AllowPrivate: f.AllowPrivate}, origin: origin, at: at}
	for range maxRedirects + 1 {
		release, err := c.gate.acquire(ctx, v.at.Hostname(), false, patience)
		if err != nil {
			return nil, err
		}
		answer, again, err := v.post(ctx, f.Values.Encode())
		release()
		if !again {
			return answer, err
		}
	}
	return nil, &Error{Class: ClassRedirects, Cause: errors.New("more than 5 redirects")}
}

// post sends the form to the current address. again says that it was redirected.
func (v *visit) post(ctx context.Context, form string) (answer []byte, again bool, err error) {
	request, err := http.NewRequestWithContext(v.traced(ctx), http.MethodPost, v.at.String(), strings.NewReader(form))
	if err != nil {
		return nil, false, &Error{Class: ClassAddress, Cause: errors.New("the address cannot be asked")}
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("User-Agent", v.client.opts.UserAgent)
	resp, err := v.transport().RoundTrip(request)
	if err != nil {
		return nil, false, wrap(overdue(ctx, err))
	}
	defer discard(resp.Body)
	switch kept := resp.StatusCode == http.StatusTemporaryRedirect || resp.StatusCode == http.StatusPermanentRedirect; {
	case resp.StatusCode/100 == 2:
		answer, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
		if err != nil {
			return nil, false, wrap(overdue(ctx, err))
		}
		return answer, false, nil
	case kept && resp.Header.Get("Location") != "":
		err := v.follow(resp)
		return nil, err == nil, err
	}
	return nil, false, v.statusError(resp)
}

// statusError is the error of a status that is no answer.
func (v *visit) statusError(resp *http.Response) *Error {
	e := &Error{
		Class: statusClass(resp.StatusCode), Status: resp.StatusCode,
		RetryAfter: retryAfter(resp.Header, time.Now()),
		Cause:      errors.New("status " + short(resp.Status)),
	}
	if v.maybeProxy(resp) {
		e.Class, e.Status = ClassProxy, 0
		e.Cause = errors.New("status " + short(resp.Status) + ", of the proxy or of the server behind it")
	}
	return e
}

func short(status string) string { return status[:min(len(status), 60)] }

// Receive reads a document of so many bytes, -1 for unknown, that was sent to
// us, within the limits of one that is fetched; it returns Busy where there is no memory
// for it. free gives its memory back and must be called.
func (c *Client) Receive(ctx context.Context, r io.Reader, length int64) (document []byte, free func(), err error) {
	loan := &loan{bank: c.body.bank, most: c.opts.MaxBody, patience: c.opts.Timeout}
	return c.body.read(ctx, &http.Response{Body: io.NopCloser(r), ContentLength: length}, &counter{}, loan)
}
