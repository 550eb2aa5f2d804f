package offer

import (
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	offered, likely := Page([]byte(`<html><head><base href="/x/">
<link rel="stylesheet" type="text/xml" href="a.css"><link rel="stylesheet alternate" type="text/xml" href="b.css">
<link rel=alternate type="application/rss+xml" href="one.xml"><link rel=alternate type="application/rss+xml" href="http://www.s.example/x/one.xml/">
<LINK REL="ALTERNATE" TYPE="application/atom+xml; charset=utf-8" HREF="/two?a=1&amp;b=2"/>
<link rel=alternate hreflang=ru href=/ru><link rel="feed" href="/three"><link rel=alternate type=application/json href=/wp-json>
<a href="javascript:rss()">rss</a><a>rss</a><a href='../rss/all'>RSS</a><a href="/about">RSS</a>
<!-- <link rel=alternate type=application/rss+xml href=/hidden> --><script>"<a href=/feed>"</script>`), "https://s.example/page")
	if got := strings.Join(offered, " "); got != "https://s.example/x/one.xml https://s.example/two?a=1&b=2 https://s.example/three https://s.example/wp-json" {
		t.Errorf("offered %s", got)
	}
	if got := strings.Join(likely, " "); got != "https://s.example/rss/all" {
		t.Errorf("likely %s", got)
	}
}
