package fetcher

import "testing"

// What somebody types is brought into the form that items have.
func TestLink(t *testing.T) {
	for text, want := range map[string]string{
		"HTTPS://Example.ORG:443/News?id=1&utm_source=chat#comments": "https://example.org/News?id=1",
		"example.org/news": "", "1f0c2a": "", "javascript:alert(1)": "",
	} {
		if got := Link(text); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}
