package inhibit

import (
	"fmt"
	"testing"
	"testing/fstest"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/services/alerter/internal/notify"
)

// BenchmarkFind asks for an alert among 10,000 open incidents, each of them a
// source.
func BenchmarkFind(b *testing.B) {
	file := "route: {receiver: a}\nreceivers: [{name: a}]\ninhibit_rules:\n" + greater
	dir := config.NewDir(config.Layer{Name: "test", FS: fstest.MapFS{"alerting.yaml": {Data: []byte(file)}}}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
	c, err := notify.Load(dir, notify.Options{})
	if err != nil {
		b.Fatal(err)
	}
	x := newIndex(c.Inhibitions())
	for i := range 10_000 {
		id := fmt.Sprint(i)
		x.set(id, source{1, labels(id, "critical", fmt.Sprintf("region-%d", i%100)), false})
	}
	alert := labels("x", "low", "region-7")
	for b.Loop() {
		if x.find(alert) == nil {
			b.Fatal("not found")
		}
	}
}
