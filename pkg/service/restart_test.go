package service

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"

	"faultline/pkg/config"
)

// An edit of what is read at the start alone is said, with its keys and without
// their values; what services read again is not.
func TestEditsThatWaitForARestart(t *testing.T) {
	files := fstest.MapFS{}
	write := func(text string) { files[File] = &fstest.MapFile{Data: []byte(text)} }
	write("nats: {durability: always}\nfetcher: {budget: 10}\nalerter: {send_timeout: 5s}\n")
	var log bytes.Buffer
	p := newProcess("test", Default(), config.NewDir(config.Layer{Name: "conf", FS: files}), slog.New(slog.NewTextHandler(&log, nil)))
	r := newReloader(p)
	defer r.stop()
	r.begin([]Part{{Name: "idle"}})
	for _, step := range []struct{ text, want string }{
		{"nats: {durability: always}\nfetcher: {budget: 10}\nalerter: {send_timeout: 6s}\n", ""},
		{"nats: {durability: interval, password: hush}\nfetcher: {budget: 20}\n", `keys="fetcher.budget, nats.durability, nats.password"`},
		{"web: {listen: '127.0.0.1:1'}\nfetcher: {budget: 10}\n", `keys="nats.durability, web.listen"`},
		{"nats: {durability: always}\nfetcher: {budget: 10}\n", ""},
		{"nats: {durability: always}\nfetcher: {budget: 10}\nheartbeat:\n", `keys=heartbeat`},
		{"nats:\nfetcher: {budget: 10}\nheartbeat: {url: 'https://x.example/', every: 1m}\n", `keys="heartbeat.every, heartbeat.url, nats.durability"`},
	} {
		log.Reset()
		write(step.text)
		if err := r.reload(t.Context(), "test"); err != nil {
			t.Fatal(err)
		}
		said := strings.Contains(log.String(), "take effect after a restart")
		if said != (step.want != "") || !strings.Contains(log.String(), step.want) || strings.Contains(log.String(), "hush") {
			t.Errorf("%s: said %q, want %q", step.text, log.String(), step.want)
		}
	}
}
