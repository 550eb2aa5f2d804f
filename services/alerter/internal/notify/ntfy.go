package notify

import (
	"context"
	"encoding/json"
	"net/http"

	"faultline/pkg/event"

	amalert "github.com/prometheus/alertmanager/alert"
)

// What ntfy shows of a message; a longer one becomes a file
// (https://docs.ntfy.sh/publish/#limitations).
const (
	maxNtfy      = 4096 // bytes
	maxNtfyTitle = 1024 // bytes
)

func ntfyBounds() []bound {
	return []bound{
		{text: `{{ template "ntfy.default.title" . }}`, limit: maxNtfyTitle, size: byteSize},
		{text: `{{ template "ntfy.default.message" . }}`, limit: maxNtfy, size: byteSize},
	}
}

// topic sends to a topic of an ntfy server. The message is a JSON document: as
// headers, which ntfy also reads, a text could become an action.
type topic struct {
	conf NtfyConfig
	renderer
	client *http.Client
}

type ntfyMessage struct {
	Topic    string `json:"topic"`
	Title    string `json:"title"`
	Message  string `json:"message"`
	Priority int    `json:"priority"`
	Click    string `json:"click,omitempty"`
}

// Notify implements Alertmanager's Notifier.
func (n *topic) Notify(ctx context.Context, alerts ...*amalert.Alert) (retry bool, err error) {
	_, texts, err := n.render(ctx, alerts, ntfyBounds())
	if err != nil {
		return false, err
	}
	server, name := n.conf.split()
	message := ntfyMessage{Topic: name, Title: texts[0], Message: texts[1], Priority: priority(alerts)}
	if len(alerts) == 1 {
		message.Click = alerts[0].GeneratorURL
	}
	request, err := jsonRequest(ctx, http.MethodPost, server, message, n.conf.Token)
	if err != nil {
		return false, err
	}
	answer, retry, err := exchange(n.client, request)
	if err != nil {
		return retry, err
	}
	var took struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(answer, &took) != nil || took.ID == "" {
		return unreadable("ntfy")
	}
	return false, nil
}

// priority is that of ntfy, 1 to 5, for the worst of the alerts.
func priority(alerts []*amalert.Alert) int {
	worst := event.SeverityNone.Rank()
	for _, a := range alerts {
		worst = max(worst, event.Severity(a.Labels["severity"]).Rank())
	}
	switch {
	case worst >= event.SeverityCritical.Rank():
		return 5
	case worst >= event.SeverityHigh.Rank():
		return 4
	case worst >= event.SeverityModerate.Rank():
		return 3
	default:
		return 2
	}
}
