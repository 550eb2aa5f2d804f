package push

import (
	"reflect"
	"strings"
	"testing"
)

const at = "https://outlet.example/news/rss.xml"

func TestDiscover(t *testing.T) {
	own := Named{Self: "https://outlet.example/self", Hubs: []string{"https://hub.example/"}}
	for name, c := range map[string]struct {
		header, doc Named
		want        []Endpoint
	}{
		"nothing":          {Named{}, Named{Self: "https://outlet.example/self"}, nil},
		"only self":        {Named{Self: "https://outlet.example/x"}, Named{}, nil},
		"in the document":  {Named{}, own, []Endpoint{{WebSub, "https://hub.example/", "https://outlet.example/self"}}},
		"the header first": {Named{Hubs: []string{"https://other.example/"}, Self: "/s"}, own, []Endpoint{{WebSub, "https://other.example/", "https://outlet.example/s"}}},
		"two hubs":         {Named{Hubs: []string{"/hub", "https://b.example/"}, Self: "https://b.example/"}, own, []Endpoint{{WebSub, "https://outlet.example/hub", "https://b.example/"}, {WebSub, "https://b.example/", "https://b.example/"}}},
		"a hub in the header, self in the document": {Named{Hubs: []string{"/hub"}}, own, []Endpoint{{WebSub, "https://outlet.example/hub", "https://outlet.example/self"}}},
		"no self":              {Named{}, Named{Hubs: []string{"../hub"}}, []Endpoint{{WebSub, "https://outlet.example/hub", at}}},
		"encrypted hubs first": {Named{}, Named{Hubs: []string{"http://a.example/", "https://b.example/"}}, []Endpoint{{WebSub, "https://b.example/", at}, {WebSub, "http://a.example/", at}}},
		"the same twice":       {Named{}, Named{Hubs: []string{"https://a.example/", "https://a.example/"}}, []Endpoint{{WebSub, "https://a.example/", at}}},
		"other schemes":        {Named{}, Named{Self: "javascript:x", Hubs: []string{"file:///etc/passwd", "gopher://a/", "", "https://a.example/" + strings.Repeat("x", 5000)}}, nil},
		"rssCloud after hubs": {Named{}, Named{Hubs: own.Hubs, Self: own.Self, Cloud: Cloud{Domain: "rpc.example", Port: 5337, Path: "/pleaseNotify", Protocol: "http-post"}},
			[]Endpoint{{WebSub, "https://hub.example/", own.Self}, {RSSCloud, "http://rpc.example:5337/pleaseNotify", at}}},
		"rssCloud, encrypted":            {Named{}, Named{Cloud: Cloud{Domain: "rpc.example", Port: 443, Path: "x", Protocol: "http-post"}}, []Endpoint{{RSSCloud, "https://rpc.example:443/x", at}}},
		"rssCloud by its own protocol":   {Named{}, Named{Cloud: Cloud{Domain: "rpc.example", Port: 8443, Path: "/x", Protocol: "https-post"}}, []Endpoint{{RSSCloud, "https://rpc.example:8443/x", at}}},
		"rssCloud by XML-RPC":            {Named{}, Named{Cloud: Cloud{Domain: "rpc.example", Port: 80, Path: "/RPC2", Protocol: "xml-rpc"}}, nil},
		"rssCloud of an odd domain":      {Named{}, Named{Cloud: Cloud{Domain: "a b/?c", Port: 80, Protocol: "http-post"}}, nil},
		"rssCloud on an address of IPv6": {Named{}, Named{Cloud: Cloud{Domain: "2001:db8::1", Port: 80, Path: "/x", Protocol: "http-post"}}, []Endpoint{{RSSCloud, "http://[2001:db8::1]:80/x", at}}},
	} {
		if got := Discover(c.header, c.doc, at); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	many := Named{}
	for _, letter := range "abcdefgh" {
		many.Hubs = append(many.Hubs, "https://"+string(letter)+".example/")
	}
	if got := Discover(Named{}, many, at); len(got) != maxHubs {
		t.Errorf("%d hubs are tried", len(got))
	}
}
