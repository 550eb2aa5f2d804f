package address

import (
	"net/netip"
	"testing"
)

func TestWhatAnAddressLeadsTo(t *testing.T) {
	type verdict struct{ metadata, linkLocal, nearby bool }
	cloud, link, near, far := verdict{metadata: true}, verdict{linkLocal: true}, verdict{nearby: true}, verdict{}
	both := verdict{metadata: true, linkLocal: true}
	for text, want := range map[string]verdict{
		"8.8.8.8": far, "2606:4700::1111": far, "64:ff9b::808:808": far, "::ffff:8.8.8.8": far, "0.0.0.0": far, "::": far, "2002:808:808::1": far,
		"127.0.0.1": near, "::1": near, "10.1.2.3": near, "172.16.0.1": near, "192.168.0.1": near, "100.64.0.1": near, "fd12::1": near,
		"::ffff:10.0.0.1": near, "64:ff9b::7f00:1": near,
		"169.254.169.254": both, "::ffff:169.254.169.254": both, "64:ff9b::a9fe:a9fe": both, "2002:a9fe:a9fe::1": both, "64:ff9b:1::a9fe:a9fe": both,
		"::169.254.169.254": both, "169.254.170.2": both, "169.254.170.23": both, "169.254.0.23": both, "fe80::a9fe:a9fe": both, "fe80::a9fe:a9fe%eth0": both,
		"100.100.100.200": cloud, "168.63.129.16": cloud, "192.0.0.192": cloud, "fd00:ec2::254": cloud, "fd00:ec2::23": cloud, "fd20:ce::254": cloud, "fd00:42::42": cloud,
		"169.254.1.2": link, "fe80::1": link, "fe80::1%lo": link, "224.0.0.1": link, "ff02::1": link, "255.255.255.255": link,
	} {
		addr := netip.MustParseAddr(text)
		if got := (verdict{Metadata(addr), LinkLocal(addr), Nearby(addr)}); got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
}

func TestConnected(t *testing.T) {
	for hostport, want := range map[string]string{"10.0.0.1:80": "10.0.0.1", "[fe80::1%eth0]:443": "fe80::1"} {
		if addr, err := Connected("tcp6", hostport); err != nil || addr.String() != want {
			t.Errorf("%s: got %s, %v", hostport, addr, err)
		}
	}
	for _, c := range [][2]string{{"udp", "8.8.8.8:53"}, {"tcp4", "news.example:80"}} {
		if addr, err := Connected(c[0], c[1]); err == nil {
			t.Errorf("%v is taken for %s", c, addr)
		}
	}
}

func TestSpelled(t *testing.T) {
	for host, want := range map[string]string{
		"127.0.0.1": "127.0.0.1", "127.1": "127.0.0.1", "0x7f.1": "127.0.0.1", "2130706433": "127.0.0.1", "0177.0.0.1": "127.0.0.1", "１２７.0.0.1": "127.0.0.1",
		"10.1.258": "10.1.1.2", "LOCALHOST.": "::1", "a.localhost": "::1", "::ffff:a00:1": "::ffff:10.0.0.1",
		"news.example": "", "256.1.1.1": "", "1.2.3.4.5": "", "4294967296": "", "": "", "7.example": "", "localhost.example": "",
	} {
		addr, ok := Spelled(host)
		if ok != (want != "") || ok && addr.String() != want {
			t.Errorf("%s: got %v, %t", host, addr, ok)
		}
	}
}
