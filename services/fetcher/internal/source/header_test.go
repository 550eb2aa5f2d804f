package source

import "testing"

func TestHeaders(t *testing.T) {
	for name, value := range map[string]string{"X-Api-Key": "k", "Cookie": "a=b", "Accept-Language": "ru\t"} {
		if err := checkHeader(name, value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, value := range map[string]string{"host": "x", "If-None-Match": "x", "": "x", "X Y": "x", "X-Y": "a\r\nB: c", "é": "x"} {
		if err := checkHeader(name, value); err == nil {
			t.Errorf("%q: %q is allowed", name, value)
		}
	}
}
