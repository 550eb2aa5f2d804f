package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"

	amalert "github.com/prometheus/alertmanager/alert"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/notify/webhook"
	"github.com/prometheus/alertmanager/template"
	commoncfg "github.com/prometheus/common/config"
)

// hook sends Alertmanager's webhook message. It is Alertmanager's sender but
// for the request: ours carries an Idempotency-Key, by which a receiver knows
// a repeat, and obeys Retry-After. Alertmanager's has no place for either.
type hook struct {
	conf   *webhook.WebhookConfig
	tmpl   *template.Template
	logger *slog.Logger
	client *http.Client
}

func newWebhook(c *webhook.WebhookConfig, t *template.Template, l *slog.Logger) (*hook, error) {
	client, err := amnotify.NewClientWithTracing(*c.HTTPConfig, "webhook", commoncfg.WithUserAgent(userAgent))
	if err != nil {
		return nil, fmt.Errorf("building webhook client: %w", err)
	}
	return &hook{conf: c, tmpl: t, logger: l, client: client}, nil
}

// Notify implements Alertmanager's Notifier.
func (h *hook) Notify(ctx context.Context, alerts ...*amalert.Alert) (retry bool, err error) {
	cut := 0
	if limit := int(h.conf.MaxAlerts); limit > 0 && len(alerts) > limit {
		alerts, cut = alerts[:limit], len(alerts)-limit
	}
	data := amnotify.GetTemplateData(ctx, h.tmpl, alerts, h.logger)
	key, err := amnotify.ExtractGroupKey(ctx)
	if err != nil {
		return false, fmt.Errorf("webhook: %w", err)
	}
	body, err := h.body(&webhook.Message{Version: "4", Data: data, GroupKey: key.String(), TruncatedAlerts: uint64(cut)})
	if err != nil {
		return false, err
	}
	address, err := h.address(data)
	if err != nil {
		return false, err
	}
	if h.conf.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, h.conf.Timeout)
		defer cancel()
	}
	return h.post(ctx, address, body, data.CommonAnnotations["notification"])
}

func (h *hook) body(message *webhook.Message) ([]byte, error) {
	var content any = message
	if h.conf.Payload != nil {
		rendered, err := template.DeepCopyWithTemplate(h.conf.Payload, func(text string) (string, error) {
			return h.tmpl.ExecuteTextString(text, message.Data)
		})
		if err != nil {
			return nil, fmt.Errorf("rendering payload: %w", err)
		}
		content = rendered
	}
	body, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("encoding webhook message: %w", err)
	}
	return body, nil
}

func (h *hook) address(data *template.Data) (string, error) {
	text := string(h.conf.URL)
	if text == "" {
		content, err := os.ReadFile(h.conf.URLFile)
		if err != nil {
			return "", fmt.Errorf("reading url_file: %w", err)
		}
		text = strings.TrimSpace(string(content))
	}
	address, err := h.tmpl.ExecuteTextString(text, data)
	if err != nil {
		return "", fmt.Errorf("rendering webhook url: %w", err)
	}
	if address == "" {
		return "", errors.New("webhook url is empty after templating")
	}
	return address, nil
}

func (h *hook) post(ctx context.Context, address string, body []byte, key string) (retry bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return false, errors.New("webhook url is not valid")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", key)
	response, err := h.client.Do(request)
	if err != nil {
		return true, err
	}
	defer amnotify.Drain(response)
	retry, err = (&amnotify.Retrier{}).Check(response.StatusCode, http.MaxBytesReader(nil, response.Body, 4096))
	if err == nil {
		return false, nil
	}
	reason := amnotify.GetFailureReasonFromStatusCode(response.StatusCode)
	return retry, &waitError{error: amnotify.NewErrorWithReason(reason, err), wait: retryAfter(response.Header.Get("Retry-After"))}
}
