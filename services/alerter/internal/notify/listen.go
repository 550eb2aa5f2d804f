package notify

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"time"

	amnotify "github.com/prometheus/alertmanager/notify"
	commoncfg "github.com/prometheus/common/config"
)

// listener is a transport that notes for the try at hand how long the channel
// asks to be left alone.
type listener struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (l listener) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := l.RoundTripper.RoundTrip(request)
	if err == nil {
		threadOf(request.Context()).wait.Store(int64(retryAfter(response.Header.Get("Retry-After"))))
	}
	return response, err
}

// retryAfter reads the header: seconds or a date (RFC 9110, section 10.2.3). A number
// that is out of range reads as the nearest one that is not.
func retryAfter(header string) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(max(0, min(seconds, int(MaxRetryAfter/time.Second)))) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// newClient is the client of a sender of ours. Alertmanager's traces each request, which
// costs half as much as the request itself, for a tracing that we refuse to configure.
func newClient(c commoncfg.HTTPClientConfig, name string, reach boundary) (*http.Client, error) {
	client, err := commoncfg.NewClientFromConfig(c, name, commoncfg.WithUserAgent(userAgent), reach.option())
	if err != nil {
		return nil, fmt.Errorf("building %s client: %w", name, err)
	}
	listen(client, reach)
	return client, nil
}

// listen makes a client note what its channel asks for, and stay with it and within reach; nil is none.
func listen(client *http.Client, reach boundary) {
	if client == nil {
		return
	}
	client.Transport = listener{reach.keep(client.Transport)}
	if client.CheckRedirect == nil { // else the file says that none is followed
		client.CheckRedirect = stay
	}
}

// maxRedirects is how many a message follows within its channel's host.
const maxRedirects = 5

// stay follows a redirect within the host that the file names, if it takes the message
// along. After a 301, 302 or 303 the client would ask by GET, without the message, and
// what a page of a log-in says to that would pass for the channel's word that it has it. What
// is not followed is the channel's answer, which is a refusal.
func stay(next *http.Request, via []*http.Request) error {
	first := via[0]
	upgraded := first.URL.Scheme == "http" && next.URL.Scheme == "https" && first.URL.Hostname() == next.URL.Hostname() && next.URL.Port() == ""
	if next.Method != first.Method || len(via) > maxRedirects || next.URL.Host != first.URL.Host && !upgraded || first.URL.Scheme == "https" && next.URL.Scheme == "http" {
		return http.ErrUseLastResponse
	}
	return nil
}

// clientOf is the client of one of Alertmanager's senders; nil for one that has none.
// They make it themselves and show it to nobody, see docs/decisions/0004.
func clientOf(s amnotify.Integration) *http.Client {
	sender := reflect.ValueOf(s).FieldByName("notifier")
	for sender.Kind() == reflect.Interface || sender.Kind() == reflect.Pointer {
		sender = sender.Elem()
	}
	if sender.Kind() != reflect.Struct {
		return nil
	}
	client := sender.FieldByName("client")
	if client.Kind() == reflect.Interface {
		client = client.Elem()
	}
	if !client.IsValid() || client.Type() != reflect.TypeFor[*http.Client]() {
		return nil
	}
	return (*http.Client)(client.UnsafePointer())
}
