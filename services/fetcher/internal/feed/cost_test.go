package feed

import (
	"strings"
	"testing"
	"time"

	"faultline/services/fetcher/internal/costtest"
)

// Ten megabytes of anything take seconds at most on a slow machine, and no more
// than 64 MB beside the document.
func TestFault22TenMegabytes(t *testing.T) {
	const size = 10 << 20
	for name, unit := range map[string]string{
		"items":      numbered(1, "<description>"+strings.Repeat("word ", 200)+"</description>"),
		"open items": "<item>",
		"titles":     "<item><title>x",
		"references": "<item><title>&amp;&#1;&lt;b&gt;</title></item>",
		"CDATA":      "<item><title><![CDATA[x",
		"namespaces": `<item><p:y xmlns:p="u" xmlns="v"/></item>`,
		"names":      "<item><a/><b/><c/></item>",
		"comments":   "<!-- x --><item/>",
		"a text":     "word &amp; <b>word</b> ",
		"no markup":  "\xF0\xF1 ",
	} {
		t.Run(name, func(t *testing.T) {
			body := []byte("<rss version='2.0'><channel><title>T</title>" + strings.Repeat(unit, size/len(unit)))
			var took time.Duration
			peak := costtest.Peak(func() {
				start := time.Now()
				if d, err := Parse(body, Hints{URL: "https://news.example/feed", Fetched: fetched()}); err == nil && len(d.Items) > 1000 {
					t.Errorf("%d items", len(d.Items))
				}
				took = time.Since(start)
			})
			t.Logf("%s, %d MB", took, peak>>20)
			if took > 20*time.Second || peak > costtest.Memory {
				t.Errorf("took %s and %d bytes", took, peak)
			}
		})
	}
}
