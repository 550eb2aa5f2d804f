package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"

	"faultline/pkg/config"

	amalert "github.com/prometheus/alertmanager/alert"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/template"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 1 << 20

// reply is what a server answered. What could not be read is missing from its body,
// which whoever reads that notices.
type reply struct {
	status int
	body   []byte
}

// ask makes a request and reads the answer.
func ask(client *http.Client, request *http.Request) (reply, error) {
	response, err := client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer amnotify.Drain(response)
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer)) //nolint:errcheck // see reply
	return reply{response.StatusCode, body}, nil
}

// check returns a status that is no success as an error.
func (r reply) check() (retry bool, err error) {
	retry, err = (&amnotify.Retrier{}).Check(r.status, bytes.NewReader(r.body))
	if err == nil {
		return false, nil
	}
	return retry, amnotify.NewErrorWithReason(amnotify.GetFailureReasonFromStatusCode(r.status), err)
}

// exchange makes a request that must succeed and reads the answer.
func exchange(client *http.Client, request *http.Request) (answer []byte, retry bool, err error) {
	r, err := ask(client, request)
	if err != nil {
		return nil, true, err
	}
	retry, err = r.check()
	return r.body, retry, err
}

// jsonRequest is a request with a JSON body, or none where there is no content,
// and a bearer token, unless that is empty.
func jsonRequest(ctx context.Context, method, address string, content any, token config.Secret) (*http.Request, error) {
	var body bytes.Buffer
	if content != nil {
		if err := json.NewEncoder(&body).Encode(content); err != nil {
			return nil, fmt.Errorf("encoding a message: %w", err)
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, address, &body)
	if err != nil {
		return nil, errors.New("the address is not valid")
	}
	if content != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token.Reveal())
	}
	return request, nil
}

// ended reports whether all that a message tells of is over.
func ended(alerts []*amalert.Alert) bool {
	return !slices.ContainsFunc(alerts, func(a *amalert.Alert) bool { return a.EndsAt.IsZero() })
}

// unreadable is what a server says that should name what it took and does not: it
// may have taken it.
func unreadable(server string) (retry bool, err error) {
	return true, amnotify.NewErrorWithReason(amnotify.ClientErrorReason, fmt.Errorf("%s answered 200 but does not say that it took the message", server))
}

// renderer fills in templates.
type renderer struct {
	tmpl   *template.Template
	logger *slog.Logger
}

// data is what the templates see of a message.
func (r renderer) data(ctx context.Context, alerts []*amalert.Alert) *template.Data {
	return amnotify.GetTemplateData(ctx, r.tmpl, alerts, r.logger)
}

// render executes the templates of the bounds, in their order.
func (r renderer) render(ctx context.Context, alerts []*amalert.Alert, bounds []bound) (*template.Data, []string, error) {
	data := r.data(ctx, alerts)
	texts := make([]string, len(bounds))
	for i, b := range bounds {
		var err error
		if texts[i], err = b.render(r.tmpl, data); err != nil {
			return nil, nil, fmt.Errorf("executing a template: %w", err)
		}
	}
	return data, texts, nil
}
