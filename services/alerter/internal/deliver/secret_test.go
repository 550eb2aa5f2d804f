package deliver_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/sinktest"
)

// lines is a log that is written and read at once.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// TestSecretsStayHidden: the address of a hook, which is its key, is in no log
// line, dead letter, metric or mark, and not in what the fallback is told, even
// when the server says it back.
func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	const key = "T00/B00/hookSECRETkey"
	refusing, fallback := sinktest.HTTP(t), sinktest.HTTP(t)
	refusing.Answer(sinktest.Always(sinktest.Answer{Status: 404, Body: "no hook at " + refusing.URL + "/services/" + key + " (/services/" + key + ")"}))
	var log lines
	b := bustest.Start(t)
	d := open(t, b, fmt.Sprintf(`
route: {receiver: desk}
receivers:
- {name: desk, slack_configs: [{api_url: '%s/services/%s', channel: '#desk'}]}
- {name: fallback, webhook_configs: [{url: '%s/webhook'}]}
`, refusing.URL, key, fallback.URL), func(o *deliver.Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	n := d.publish("desk", "slack-0", "a", time.Now())
	sinktest.Wait(t, "it is a dead letter and the fallback has it", func() bool { return len(d.deadLetters()) == 1 && len(fallback.Messages()) == 1 })
	marks, err := b.Bucket(t.Context(), bus.SentMarks)
	if err != nil {
		t.Fatal(err)
	}
	mark, err := marks.Get(t.Context(), n.ID)
	if err != nil {
		t.Fatal(err)
	}
	families, err := d.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{
		"the log": log.String(), "the dead letter": fmt.Sprintf("%+v", d.deadLetters()[0]), "the fallback": fallback.Messages()[0].Body,
		"the mark": string(mark.Value), "the metrics": fmt.Sprint(families),
	} {
		if strings.Contains(text, "SECRET") || strings.Contains(text, "/B00") {
			t.Errorf("%s shows the hook: %s", where, text)
		}
	}
	for where, text := range map[string]string{"the log": log.String(), "the fallback": fallback.Messages()[0].Body} {
		if !strings.Contains(text, "redacted") {
			t.Errorf("%s does not say what the server said: %s", where, text)
		}
	}
}
