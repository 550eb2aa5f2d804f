package alert_test

import (
	"testing"

	"faultline/services/alerter/internal/alert"
)

func TestIPv6AddressesCanBeFollowed(t *testing.T) {
	for raw, want := range map[string]string{
		"http://[2001:db8::1]/a(b)":         "http://[2001:db8::1]/a%28b%29",
		"https://[2001:db8::1]:8443/?q=[x]": "https://[2001:db8::1]:8443/?q=%5Bx%5D",
		"http://user:pw@[2001:db8::1]/":     "http://[2001:db8::1]/",
	} {
		got, host := alert.SafeURL(raw)
		if got != want || host != "2001:db8::1" {
			t.Errorf("%s: %s (%s), want %s", raw, got, host, want)
		}
		if again, _ := alert.SafeURL(got); again != got {
			t.Errorf("%s changes again to %s", got, again)
		}
	}
	if got, _ := alert.SafeURL("http://[2001:db8::1<x>]/"); got != "" {
		t.Errorf("a made-up host came through: %s", got)
	}
}
