package notify_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// FAULTS 103: no channel connects to where a cloud keeps its credentials, nor to a link-local address
// that nobody allowed. It is tried again, as the name may be mended.
func TestFault103NoChannelReachesMetadata(t *testing.T) {
	for _, host := range []string{"169.254.169.254", "[::ffff:169.254.169.254]", "169.254.10.1", "100.100.100.200", "[fd00:ec2::254]", "[fe80::1%25lo]", "2852039166"} {
		base := "http://" + host
		smtp := strings.ReplaceAll(host, "%25", "%") + ":25"
		c, err := notify.Load(dir(sinktest.Channels(base, smtp)), notify.Options{Deadline: 20 * time.Second, Channels: ours(base)})
		if err != nil {
			t.Fatal(err)
		}
		all := append(c.Receivers()[0].Integrations, load(t, fmt.Sprintf(otherChannels, base)).Receivers()[0].Integrations...)
		if len(all) < 15 {
			t.Errorf("%d channels", len(all))
		}
		for _, i := range all {
			if i.Kind == "email" && host == "2852039166" {
				continue // a name to Go's resolver
			}
			start := time.Now()
			if got := send(t, i); got.Outcome != notify.Failed || got.Trouble.Class != notify.ClassForbidden {
				t.Errorf("%s, %s: %s, %s: %v", host, i.Name, got.Outcome, got.Trouble.Class, got.Err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("%s, %s: asked for %s", host, i.Name, took)
			}
		}
	}
}

// A proxy is not asked for such an address either, and no token is fetched there, while a template may
// name a host and a proxy on the own network may be used.
func TestFault103NoWayAroundTheBoundary(t *testing.T) {
	var asked atomic.Pointer[string]
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		host := r.URL.Host
		asked.Store(&host)
	}))
	t.Cleanup(proxy.Close)
	for name, c := range map[string]struct{ hook, asks string }{
		"proxy":          {"{url: 'http://169.254.169.254/latest', http_config: {proxy_url: '" + proxy.URL + "'}}", ""},
		"proxy, spelled": {"{url: 'http://0xa9fea9fe/latest', http_config: {proxy_url: '" + proxy.URL + "'}}", ""},
		"proxy, private": {"{url: 'http://10.1.2.3/hook', http_config: {proxy_url: '" + proxy.URL + "'}}", "10.1.2.3"},
		"template":       {"{url: 'http://{{ if .Receiver }}169.254.169.254{{ end }}/latest'}", ""},
		"token":          {"{url: '" + proxy.URL + "/hook', http_config: {oauth2: {client_id: a, client_secret: b, token_url: 'http://169.254.169.254/token'}}}", ""},
	} {
		asked.Store(nil)
		got := send(t, load(t, "route: {receiver: desk}\nreceivers: [{name: desk, webhook_configs: ["+c.hook+"]}]\n").Receivers()[0].Integrations[0])
		host := ""
		if at := asked.Load(); at != nil {
			host = *at
		}
		if host != c.asks || (got.Outcome == notify.Sent) != (c.asks != "") || c.asks == "" && got.Trouble.Class != notify.ClassForbidden {
			t.Errorf("%s: %q was asked, %s, %s: %v", name, host, got.Outcome, got.Trouble.Class, got.Err)
		}
	}
}

// A receiver that is allowed to may have a channel at a link-local address, and no other receiver; what
// clouds keep there is out of reach all the same. Amazon's library may ask its cloud.
func TestLinkLocalIsAllowedByReceiver(t *testing.T) {
	c, err := notify.Load(dir(`
route: {receiver: desk}
receivers:
- {name: desk, webhook_configs: [{url: 'http://169.254.10.1:9/hook'}, {url: 'http://169.254.169.254/latest'}]}
- {name: other, webhook_configs: [{url: 'http://169.254.10.1:9/hook'}]}
- {name: amazon, sns_configs: [{api_url: 'http://169.254.169.254:1', topic_arn: 'arn:aws:sns:us-east-1:1:x', sigv4: {region: us-east-1, access_key: a, secret_key: b}}]}
`), notify.Options{Deadline: time.Second, LinkLocal: []string{"desk"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"desk webhook-0": false, "desk webhook-1": true, "other webhook-0": true, "amazon sns-0": false} {
		receiver, channel, _ := strings.Cut(name, " ")
		r, _ := c.Receiver(receiver)
		for _, i := range r.Integrations {
			if i.Name != channel {
				continue
			}
			if got := send(t, i); (got.Trouble.Class == notify.ClassForbidden) != want {
				t.Errorf("%s: %s, %s: %v", name, got.Outcome, got.Trouble.Class, got.Err)
			}
		}
	}
}
