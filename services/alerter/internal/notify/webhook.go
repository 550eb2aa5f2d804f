package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"faultline/pkg/config"

	amalert "github.com/prometheus/alertmanager/alert"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/notify/webhook"
	"github.com/prometheus/alertmanager/template"
)

// hook sends Alertmanager's webhook message. It is Alertmanager's sender but
// for the request: ours carries an Idempotency-Key, by which a receiver knows
// a repeat, and can be signed. Alertmanager's has no place for these.
type hook struct {
	conf   *webhook.WebhookConfig
	tmpl   *template.Template
	logger *slog.Logger
	client *http.Client
	secret config.Secret // signs; empty for no signature
}

func newWebhook(c *webhook.WebhookConfig, t *template.Template, o Options) (*hook, error) {
	client, err := newClient(*c.HTTPConfig, "webhook", o.reach)
	if err != nil {
		return nil, err
	}
	return &hook{conf: c, tmpl: t, logger: o.Logger, client: client, secret: o.WebhookSecret}, nil
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
	if text != "" && !strings.Contains(text, "{{") {
		return text, nil // to execute a template copies all that there are
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

// The headers of a signed request.
const (
	timestampHeader = "X-Faultline-Timestamp" // Unix seconds
	signatureHeader = "X-Faultline-Signature"
)

// sign lets the receiver know who sent the body, and when: a receiver refuses a
// time more than five minutes from its own, and so an old request sent again. The
// signature is "v1=" and, in hexadecimal digits, the HMAC-SHA256 (RFC 2104) of the
// timestamp, a full stop and the body.
func (h *hook) sign(header http.Header, body []byte, now time.Time) {
	if h.secret == "" {
		return
	}
	timestamp := strconv.FormatInt(now.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(h.secret.Reveal()))
	mac.Write([]byte(timestamp + ".")) //nolint:errcheck // a hash never fails
	mac.Write(body)                    //nolint:errcheck // a hash never fails
	header.Set(timestampHeader, timestamp)
	header.Set(signatureHeader, "v1="+hex.EncodeToString(mac.Sum(nil)))
}

func (h *hook) post(ctx context.Context, address string, body []byte, key string) (retry bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return false, errors.New("webhook url is not valid")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", key)
	h.sign(request.Header, body, time.Now())
	_, retry, err = exchange(h.client, request)
	return retry, err
}
