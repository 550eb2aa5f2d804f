// Package client fetches feeds over HTTP from servers that may be slow, broken
// or hostile: it bounds time, bytes, redirects and addresses, is polite to
// hosts, and says in one word what went wrong.
package client

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"faultline/pkg/config"
	"faultline/services/fetcher/internal/address"
)

// Options wires a Client. All limits must be positive, Budget at least MaxBody.
type Options struct {
	Timeout       time.Duration // for the whole fetch, redirects and body included, but not what it waits for our own sake
	HeaderTimeout time.Duration // until an answer's headers are complete
	MaxBody       int64         // bytes of a document, decompressed
	Budget        int64         // bytes of all documents in memory at once, but for the first 64 KiB of each
	PerHost       int           // requests to one host at once
	Spacing       time.Duration // between the starts of two requests to one host; may be 0
	UserAgent     string
	// Proxy is used for all requests when set. The environment's proxy is not:
	// it would hide the addresses that are connected to. A proxy must itself
	// refuse addresses that are not public.
	Proxy *url.URL
	// Resolver and RootCAs replace the system's when set.
	Resolver *net.Resolver
	RootCAs  *x509.CertPool
	// Dialing is told the address of each connection that is about to be made,
	// when set.
	Dialing func(address string)
}

// Client fetches documents. It is safe for concurrent use; Close ends its idle
// connections.
type Client struct {
	opts Options
	gate *gate
	body body
	// public reaches public addresses only. private also reaches this machine
	// and its networks and is used only for requests to a feed's own server
	// when the feed allows it: connections are never shared between the two.
	public, private *http.Transport
}

// New returns a Client.
func New(o Options) *Client {
	known := newNames(o.Resolver)
	return &Client{
		opts:    o,
		gate:    newGate(o.PerHost, o.Spacing),
		body:    body{bank: newBank(o.Budget)},
		public:  transport(o, newGuard(false), known),
		private: transport(o, newGuard(true), known),
	}
}

// maxHeader bounds the headers of an answer in bytes.
const maxHeader = 256 << 10

// alive is how often a silent connection is asked at least whether there is still somebody at
// its other end: by HTTP/2 itself, and by TCP where HTTP/2 did not ask first.
const alive = 30 * time.Second

func transport(o Options, g *guard, known *names) *http.Transport {
	d := &dialer{names: known, Dialer: &net.Dialer{Timeout: o.HeaderTimeout, KeepAlive: alive, Resolver: o.Resolver, Control: g.control}}
	if o.Dialing != nil {
		d.Control = func(network, address string, c syscall.RawConn) error {
			err := g.control(network, address, c)
			if err == nil {
				o.Dialing(address)
			}
			return err
		}
	}
	t := &http.Transport{
		DialContext:            d.DialContext,
		ForceAttemptHTTP2:      true,
		TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(maxNames)},
		TLSHandshakeTimeout:    o.HeaderTimeout,
		ResponseHeaderTimeout:  o.HeaderTimeout,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns:           512,
		MaxIdleConnsPerHost:    o.PerHost,
		IdleConnTimeout:        5 * time.Minute, // most servers close sooner
		DisableCompression:     true,            // decoded here, with a limit
		// The requests to a host share a connection of HTTP/2, and one that runs out of time
		// leaves it in use: a dead one would take every feed of the host with it. TCP finds
		// it out after a quarter of an hour, or never where a box between answers for it.
		HTTP2: &http.HTTP2Config{SendPingTimeout: min(o.Timeout, alive), PingTimeout: o.HeaderTimeout, MaxReceiveBufferPerStream: received},
	}
	if o.Proxy != nil {
		t.Proxy = proxyFor(o.Proxy, g)
		t.OnProxyConnectResponse = noTunnel
		t.DialContext = (&net.Dialer{Timeout: o.HeaderTimeout, KeepAlive: alive}).DialContext
	}
	t.DialContext = metered(o.PerHost, t.DialContext)
	return t
}

// Close ends idle connections.
func (c *Client) Close() {
	c.public.CloseIdleConnections()
	c.private.CloseIdleConnections()
}

// Request is one fetch of a feed.
type Request struct {
	URL string
	// ETag and LastModified are what an earlier answer of ValidatorURL came
	// with; they are sent to that address only.
	ETag, LastModified, ValidatorURL string
	// Header, Username and Password go to the feed's own address only, never
	// along a redirect to another.
	Header       map[string]config.Secret
	Username     string
	Password     config.Secret
	AllowPrivate bool
	// AllowDowngrade follows a redirect from https to http.
	AllowDowngrade bool
	// Suspect marks a feed that failed lately, and what is less urgent than
	// feeds: it cannot take a host's last slot.
	Suspect bool
	// Slow marks a feed that was slow lately. Such feeds, and suspects that do not Wait, have but a
	// part of the memory.
	Slow bool
	// Wait stays in line for the host's turn until ctx ends instead of giving
	// up soon.
	Wait bool
	// Part takes what came of a document whose connection broke or whose time ran
	// out, as a Response with Cut, instead of the error.
	Part bool
	// Accept replaces the media types of feeds, MaxBody the client's limit by a
	// smaller one, when set.
	Accept  string
	MaxBody int64
	// Permit is asked before each address that a redirect leads to, when set;
	// its error ends the fetch and is returned within an Error.
	Permit func(context.Context, *url.URL) error
}

// Response is a document, or the word that it did not change.
type Response struct {
	NotModified bool
	Body        []byte
	ContentType string
	// URL is where the document came from after redirects.
	URL string
	// MovedTo is the new address when the feed's own answered with permanent
	// redirects.
	MovedTo            string
	ETag, LastModified string
	// Robots is the X-Robots-Tag header, its lines joined by commas.
	Robots string
	// Links are the Link headers (RFC 8288), as sent.
	Links []string
	// Fresh is how long the server calls the answer fresh from now on.
	Fresh time.Duration
	// WireBytes is the size of the document as transferred.
	WireBytes int64
	// Waited is how long the fetch waited for memory, and for the turn of hosts that it was
	// redirected to, which is no time of the outlet's.
	Waited time.Duration
	// Cut says why Body ends early, if it does.
	Cut  error
	free func()
}

// Release gives the memory of Body back, which another document then takes. It must be
// called once the body is no longer needed, and may be called on any response.
func (r *Response) Release() {
	if r != nil && r.free != nil {
		r.free()
		r.free, r.Body = nil, nil
	}
}

// patience is how long a fetch waits for its host's turn before it gives its
// worker to another feed.
const patience = 500 * time.Millisecond

// maxRedirects is how many redirects are followed.
const maxRedirects = 5

// Fetch asks for a document. It returns Busy when the host's turn is far away, or there is no
// memory for the document, and otherwise an Error for everything that is not a document or a 304 to a
// conditional request.
func (c *Client) Fetch(ctx context.Context, req Request) (*Response, error) {
	origin, err := address.Parse(req.URL)
	if err != nil {
		return nil, &Error{Class: ClassAddress, Cause: err}
	}
	wait := patience
	if req.Wait {
		wait = c.opts.Timeout
	}
	release, err := c.gate.acquire(ctx, origin.Hostname(), req.Suspect, wait)
	if err != nil {
		return nil, err
	}
	ctx, clock, cancel := c.bounded(ctx)
	defer cancel()
	visit := &visit{client: c, req: req, origin: origin, at: origin, permanent: true, clock: clock}
	for range maxRedirects + 1 {
		resp, err := visit.hop(ctx, release)
		if resp != nil || err != nil {
			return resp, err
		}
		if release, err = visit.turn(ctx); err != nil {
			return nil, wrap(err)
		}
	}
	release()
	return nil, &Error{Class: ClassRedirects, Cause: errors.New("more than 5 redirects")}
}

// visit is one fetch on its way through redirects.
type visit struct {
	client    *Client
	req       Request
	origin    *url.URL // the feed's own address
	at        *url.URL // the next one to ask
	permanent bool     // only permanent redirects so far, none of them to what is less safe
	movedTo   string
	clock     *clock
	meter     *meter // of the connection of HTTP/2 by which the last request went, if it was one
}

// turn waits until the address that a redirect led to may be asked.
func (v *visit) turn(ctx context.Context) (release func(), err error) {
	if v.req.Permit != nil {
		if err := v.req.Permit(ctx, v.at); err != nil {
			return nil, err
		}
	}
	v.clock.halt()
	defer v.clock.resume()
	return v.client.gate.acquire(ctx, v.at.Hostname(), v.req.Suspect, v.client.opts.Timeout)
}

// hop asks the current address and ends its turn. It returns neither response nor error when it
// was redirected.
func (v *visit) hop(ctx context.Context, release func()) (*Response, error) {
	defer release()
	request, conditional, err := v.request(ctx)
	if err != nil {
		return nil, err
	}
	resp, err := v.transport().RoundTrip(request)
	if err != nil {
		return nil, wrap(overdue(ctx, err))
	}
	defer discard(resp.Body)
	switch {
	case resp.StatusCode == http.StatusOK, resp.StatusCode == http.StatusNonAuthoritativeInfo: // a 200 that a proxy has changed
		return v.document(ctx, resp)
	case resp.StatusCode == http.StatusNotModified && conditional:
		return v.describe(&Response{NotModified: true}, resp), nil
	case resp.StatusCode == http.StatusNotModified:
		return nil, &Error{Class: ClassBad304, Status: resp.StatusCode, Cause: errors.New("304 although nothing was known before")}
	case isRedirect(resp):
		return nil, v.follow(resp)
	}
	return nil, v.statusError(resp)
}

func (v *visit) transport() *http.Transport {
	own := address.SameServer(v.origin, v.at) ||
		v.req.AllowDowngrade && address.SameServer(v.at, v.origin) // the http server of an https feed; it gets no secrets
	if v.req.AllowPrivate && own {
		return v.client.private
	}
	return v.client.public
}

const feedTypes = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"

func (v *visit) request(ctx context.Context) (request *http.Request, conditional bool, err error) {
	request, err = http.NewRequestWithContext(v.traced(ctx), http.MethodGet, v.at.String(), nil)
	if err != nil {
		return nil, false, &Error{Class: ClassAddress, Cause: errors.New("the address cannot be asked")}
	}
	h := request.Header
	h.Set("User-Agent", v.client.opts.UserAgent)
	h.Set("Accept", cmp.Or(v.req.Accept, feedTypes))
	h.Set("Accept-Encoding", "gzip, br, deflate")
	if address.SameServer(v.origin, v.at) {
		for name, value := range v.req.Header {
			h.Set(name, value.Reveal())
		}
		if v.req.Username != "" || v.req.Password != "" {
			request.SetBasicAuth(v.req.Username, v.req.Password.Reveal())
		}
	}
	if v.at.String() == v.req.ValidatorURL {
		conditional = v.req.ETag != "" || v.req.LastModified != ""
		setIf(h, "If-None-Match", v.req.ETag)
		setIf(h, "If-Modified-Since", v.req.LastModified)
	}
	return request, conditional, nil
}

func setIf(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

func (v *visit) document(ctx context.Context, resp *http.Response) (*Response, error) {
	wire := &counter{meter: v.meter}
	limit := v.client.opts.MaxBody
	if v.req.MaxBody > 0 {
		limit = min(limit, v.req.MaxBody)
	}
	loan := &loan{bank: v.client.body.bank, most: limit, suspect: v.req.Slow || v.req.Suspect && !v.req.Wait, patience: v.client.opts.Timeout, clock: v.clock}
	data, free, err := v.client.body.read(ctx, resp, wire, loan)
	if err != nil && !(v.req.Part && len(data) > 0) {
		free()
		return nil, err
	}
	return v.describe(&Response{Body: data, WireBytes: wire.n, Cut: err, free: free}, resp), nil
}

func (v *visit) describe(r *Response, resp *http.Response) *Response {
	r.URL = v.at.String()
	r.MovedTo = v.movedTo
	r.Waited = v.clock.stood
	r.ContentType = resp.Header.Get("Content-Type")
	r.ETag = cleanETag(resp.Header.Get("ETag"))
	r.LastModified = cleanDate(resp.Header.Get("Last-Modified"))
	r.Robots = strings.Join(resp.Header.Values("X-Robots-Tag"), ",")
	r.Fresh = freshness(resp.Header)
	r.Links = resp.Header.Values("Link")
	return r
}

func isRedirect(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return resp.Header.Get("Location") != ""
	}
	return false
}

// longest is how many bytes an address may have that a redirect leads to: no server has to take
// longer ones (RFC 9110, section 4.1), and it is kept with the feed.
const longest = 8000

// follow takes the redirect, or refuses it.
func (v *visit) follow(resp *http.Response) error {
	target, err := v.at.Parse(resp.Header.Get("Location"))
	if err != nil { // the error would show the address
		return &Error{Class: ClassRedirectScheme, Cause: errors.New("a redirect to something that is no address")}
	}
	if err := address.Check(target); err != nil {
		return &Error{Class: ClassRedirectScheme, Cause: err}
	}
	if n := len(target.String()); n > longest {
		return &Error{Class: ClassRedirectScheme, Cause: fmt.Errorf("a redirect to an address of %d bytes", n)}
	}
	downgrade := v.at.Scheme == "https" && target.Scheme == "http"
	if downgrade && !v.req.AllowDowngrade {
		return &Error{Class: ClassDowngrade, Cause: errors.New("a redirect from https to http on host " + target.Host)}
	}
	target.User = nil
	target.Fragment = ""
	v.at = target
	v.permanent = v.permanent && !downgrade && (resp.StatusCode == http.StatusMovedPermanently || resp.StatusCode == http.StatusPermanentRedirect)
	if v.permanent {
		v.movedTo = target.String()
	}
	return nil
}

// discard reads the little that may be left, so that the connection can be
// used again, and closes.
func discard(r io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, r, 4<<10) //nolint:errcheck // the answer is already judged
	_ = r.Close()
}
