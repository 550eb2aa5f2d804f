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

	"faultline/pkg/config"

	amalert "github.com/prometheus/alertmanager/alert"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/template"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 1 << 20

// exchange makes a request and reads the answer. One that is no success is an
// error that says so, with the time that Retry-After asks for.
func exchange(client *http.Client, request *http.Request) (answer []byte, retry bool, err error) {
	response, err := client.Do(request)
	if err != nil {
		return nil, true, err
	}
	defer amnotify.Drain(response)
	// What cannot be read is missing from the answer, which its reader notices.
	answer, _ = io.ReadAll(io.LimitReader(response.Body, maxAnswer)) //nolint:errcheck // see above
	retry, err = (&amnotify.Retrier{}).Check(response.StatusCode, bytes.NewReader(answer))
	if err == nil {
		return answer, false, nil
	}
	reason := amnotify.GetFailureReasonFromStatusCode(response.StatusCode)
	return nil, retry, &waitError{error: amnotify.NewErrorWithReason(reason, err), wait: retryAfter(response.Header.Get("Retry-After"))}
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

// render executes the templates of the bounds, in their order.
func (r renderer) render(ctx context.Context, alerts []*amalert.Alert, bounds []bound) (*template.Data, []string, error) {
	data := amnotify.GetTemplateData(ctx, r.tmpl, alerts, r.logger)
	texts := make([]string, len(bounds))
	for i, b := range bounds {
		var err error
		if texts[i], err = b.render(r.tmpl, data); err != nil {
			return nil, nil, fmt.Errorf("executing a template: %w", err)
		}
	}
	return data, texts, nil
}
