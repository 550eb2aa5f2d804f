package alerter

import (
	"testing"
	"testing/fstest"

	"faultline/pkg/config"
)

// A digest that asks for what no incident has is warned of, as a route is.
func TestWarningsOfDigests(t *testing.T) {
	warnings := func(matchers string) string {
		t.Helper()
		return Warnings(config.NewDir(config.Layer{Name: "mine", FS: fstest.MapFS{
			"alerting.yaml":  {Data: []byte("route: {receiver: desk}\nreceivers: [{name: desk, webhook_configs: [{url: 'http://127.0.0.1:1/'}]}]\n")},
			"regions.yaml":   {Data: []byte("regions: [{id: north, title: North, countries: [KG]}]\n")},
			"faultline.yaml": {Data: []byte("alerter:\n  digests:\n  - name: daily\n    schedule: '@daily'\n    receiver: desk\n    matchers: [" + matchers + "]\n")},
		}})).Error()
	}
	if got := warnings(`'severity=~"high|critical"', 'region="north"'`); got != "" {
		t.Errorf("warned of what is meant: %s", got)
	}
	want := `mine/faultline.yaml:6:16: digests[0].matchers[0]: no alert has severity "hihg"; did you mean "high"?
mine/faultline.yaml:6:35: digests[0].matchers[1]: no alert has a label "regoin"; did you mean "region"?`
	if got := warnings(`'severity="hihg"', 'regoin="north"'`); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
