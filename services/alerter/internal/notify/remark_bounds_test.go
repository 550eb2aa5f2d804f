package notify

import (
	"strings"
	"testing"
)

// Lists lose their last lines, prose its last words, and ids nothing.
func TestCutting(t *testing.T) {
	a := map[string]string{"what": "a\nb\nc", "links": "https://a.example/ a\nhttps://b.example/ b", "summary": strings.Repeat("x", 50), "thread": strings.Repeat("t", 64)}
	cutLines(a, 2, "what", "links", "none")
	if a["what"] != "a\nb" || strings.Count(a["links"], "\n") != 1 {
		t.Errorf("two lines: %q", a)
	}
	if _, ok := a["none"]; ok {
		t.Error("cutting made an annotation")
	}
	cutText(a, 10)
	if a["summary"] != "xxxxxxxxx…" || len(a["thread"]) != 64 || a["what"] != "a\nb" {
		t.Errorf("ten characters: %q", a)
	}
}

// Escaping an address keeps its host, and refuses what is none, in every markup.
func TestAddressesOfEveryMarkup(t *testing.T) {
	for _, m := range []markup{raw, slackText, markdown, telegramV2, telegramV1, html} {
		if got := m.address("https://user:pw@news.example/a?b=1&c=2"); !strings.Contains(strings.ReplaceAll(got, `\`, ""), "://news.example/a") || strings.Contains(got, "pw") {
			t.Errorf("markup %d: %q", m, got)
		}
		for _, bad := range []string{"", "javascript:alert(1)", "data:text/html,x", "//a.example/", "https://", "https://a.example/\n"} {
			if got := m.address(bad); got != "" && !strings.HasPrefix(bad, "https://a") {
				t.Errorf("markup %d: %q becomes %q", m, bad, got)
			}
		}
	}
}

// A secret too short to hide would take words with it; at the limit it is hidden.
func TestLeastSecret(t *testing.T) {
	s := &secrets{}
	s.add("abc")
	s.add("  wxyz \n")
	s.addURL(nil)
	if got := s.hide("abc wxyz"); got != "abc <redacted>" {
		t.Errorf("got %q", got)
	}
	if got := secretsByKind(nil).of("slack", 3).hide("nothing is known"); got != "nothing is known" {
		t.Errorf("got %q", got)
	}
}

// A line that is only an address, or nothing, is read without losing it.
func TestLinesOfLinks(t *testing.T) {
	for in, want := range map[string]string{"https://a.example/ The A, a.example": "https://a.example/|The A, a.example", "": "|"} {
		if l := parseLink(in); l.URL+"|"+l.Text != want {
			t.Errorf("parseLink(%q) = %q", in, l)
		}
	}
}
