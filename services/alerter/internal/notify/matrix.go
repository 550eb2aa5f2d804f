package notify

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	amalert "github.com/prometheus/alertmanager/alert"
)

// maxMatrix is what each of the two texts of a message may take: an event has at
// most 65,536 bytes (https://spec.matrix.org/v1.13/client-server-api/#size-limits).
const maxMatrix = 28_000 // bytes of JSON

func matrixBounds() []bound {
	return []bound{
		{text: `{{ template "matrix.default.text" . }}`, limit: maxMatrix, size: jsonSize},
		{text: `{{ template "matrix.default.html" . }}`, html: true, limit: maxMatrix, size: jsonSize},
	}
}

// room sends to a Matrix room by the client-server API.
type room struct {
	conf MatrixConfig
	renderer
	client *http.Client
}

// matrixMessage is the content of an event m.room.message. Its empty mentions say
// that it mentions nobody, whatever its text looks like.
type matrixMessage struct {
	Type     string   `json:"msgtype"`
	Body     string   `json:"body"`
	Format   string   `json:"format"`
	HTML     string   `json:"formatted_body"`
	Mentions struct{} `json:"m.mentions"`
}

// Notify implements Alertmanager's Notifier. The notification's id is the id of the
// transaction, so that the homeserver takes a repeat for one.
func (r *room) Notify(ctx context.Context, alerts ...*amalert.Alert) (retry bool, err error) {
	data, texts, err := r.render(ctx, alerts, matrixBounds())
	if err != nil {
		return false, err
	}
	address := strings.TrimSuffix(r.conf.Homeserver, "/") + "/_matrix/client/v3/rooms/" + url.PathEscape(r.conf.Room) +
		"/send/m.room.message/" + url.PathEscape(data.CommonAnnotations["notification"])
	message := matrixMessage{Type: "m.text", Body: texts[0], Format: "org.matrix.custom.html", HTML: strings.ReplaceAll(texts[1], "\n", "<br>")}
	request, err := jsonRequest(ctx, http.MethodPut, address, message, r.conf.AccessToken)
	if err != nil {
		return false, err
	}
	answer, retry, err := exchange(r.client, request)
	if err != nil {
		return retry, err
	}
	var took struct {
		Event string `json:"event_id"`
	}
	if json.Unmarshal(answer, &took) != nil || took.Event == "" {
		return unreadable("the homeserver")
	}
	return false, nil
}
