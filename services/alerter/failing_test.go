package alerter_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/services/alerter"
	"faultline/services/alerter/internal/sinktest"
)

// FAULTS 89 and 95: that a channel fails is told by the routes of notices through the others, by two alerters once,
// and that it works again as well; it is not told of itself.
func TestFault95FailingChannelIsToldThroughOthers(t *testing.T) {
	sink := sinktest.HTTP(t)
	sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
		if m.Path == "/hook" {
			return sinktest.Answer{Status: 401}
		}
		return sinktest.Answer{}
	})
	dir := files(map[string]string{"alerting.yaml": fmt.Sprintf(`
route:
  receiver: desk
  group_by: [incident]
  group_wait: 0s
  group_interval: 1s
  routes: [{matchers: ['category="sources"'], receiver: desk, group_by: [alertname], group_interval: 1s}]
receivers:
- name: desk
  webhook_configs: [{url: '%[1]s/hook'}]
  telegram_configs: [{api_url: '%[1]s', bot_token: '1:x', chat_id: -100}]
`, sink.URL)})
	s := bustest.StartServer(t)
	for range 2 {
		run(t, alerter.Options{Config: dir, Settings: settings(t, dir), Bus: s.Bus()})
	}
	assess(t, s.Bus(), "item1", "alpha", "Governor kidnapped in Osh")
	of := func(path, text string) (n int) {
		for _, m := range sink.Messages() {
			if strings.HasPrefix(m.Path, path) && strings.Contains(m.Body, text) {
				n++
			}
		}
		return n
	}
	sinktest.Wait(t, "the chat is told", func() bool { return of("/bot", "The channel webhook-0 of desk refuses messages") == 1 })
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	assess(t, s.Bus(), "item2", "beta", unrelated)
	sinktest.Wait(t, "the chat is told that it is over", func() bool { return of("/bot", "The channel webhook-0 of desk takes messages again") > 0 }) // by edits of the message
	sinktest.Never(t, "more was told", time.Second, func() bool { return of("/bot1:x/sendMessage", "The channel") > 1 || of("/hook", "The channel") > 0 })
}
