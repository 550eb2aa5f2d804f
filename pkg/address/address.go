// Package address judges the network addresses that are connected to, in whatever form they are
// written. It is pure.
package address

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// Connected is the address that a net.Dialer is about to connect to, as its Control is told: after
// resolution, so that odd spellings, redirects and names that resolve differently the second time
// make no difference.
func Connected(network, hostport string) (netip.Addr, error) {
	if network != "tcp4" && network != "tcp6" {
		return netip.Addr{}, fmt.Errorf("network %s is not TCP", network)
	}
	at, err := netip.ParseAddrPort(hostport)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("%q is no address", hostport)
	}
	return at.Addr().WithZone(""), nil
}

// Embedded returns the IPv4 address within an IPv4-mapped (RFC 4291) or NAT64
// (RFC 6052) one, and other addresses as they are. A network with IPv6 only
// reaches all of IPv4 through NAT64, so these are judged by what they lead to.
func Embedded(addr netip.Addr) netip.Addr {
	addr = addr.Unmap()
	if netip.MustParsePrefix("64:ff9b::/96").Contains(addr) {
		return last32(addr)
	}
	return addr
}

func last32(addr netip.Addr) netip.Addr {
	b := addr.As16()
	return netip.AddrFrom4([4]byte(b[12:]))
}

// inner is what an address leads to, in the forms that hardly any network passes on as well:
// IPv4-compatible (RFC 4291), 6to4 (RFC 3056), NAT64 within a network (RFC 8215).
func inner(addr netip.Addr) netip.Addr {
	addr = Embedded(addr)
	switch b := addr.As16(); {
	case addr.Is4():
	case netip.MustParsePrefix("2002::/16").Contains(addr):
		return netip.AddrFrom4([4]byte(b[2:6]))
	case netip.MustParsePrefix("64:ff9b:1::/48").Contains(addr), netip.MustParsePrefix("::/96").Contains(addr) && !addr.IsLoopback():
		return last32(addr)
	}
	return addr
}

// metadata are where clouds tell a machine, and whoever makes it ask, its credentials.
func metadata() []string {
	return []string{
		"169.254.169.254/32", "fd00:ec2::/32", // nearly all; AWS over IPv6, with what it gives to pods
		"169.254.170.0/24", "169.254.0.23/32", // AWS for containers and pods; Tencent
		"100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", // Alibaba, Azure, Oracle
		"fd20:ce::254/128", "fd00:42::42/128", "fe80::a9fe:a9fe/128", // Google, Scaleway, OpenStack
	}
}

// Metadata reports whether an address leads to where a cloud keeps credentials.
func Metadata(addr netip.Addr) bool {
	addr = inner(addr.WithZone(""))
	for _, text := range metadata() {
		if netip.MustParsePrefix(text).Contains(addr) {
			return true
		}
	}
	return false
}

// LinkLocal reports whether an address leads to the cable that the machine hangs on, or to a group
// of machines: no server has such an address by which others know it.
func LinkLocal(addr netip.Addr) bool {
	addr = inner(addr.WithZone(""))
	return addr.IsLinkLocalUnicast() || addr.IsMulticast() || addr == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// Nearby reports whether an address is on this machine or its own networks. Link-local
// addresses are none of them: that is where clouds keep their credentials.
func Nearby(addr netip.Addr) bool {
	addr = Embedded(addr)
	shared := netip.MustParsePrefix("100.64.0.0/10") // RFC 6598: carriers, overlay networks
	return (addr.IsLoopback() || addr.IsPrivate() || shared.Contains(addr)) && !Metadata(addr)
}

// Spelled is the address that a resolver may see in a host: one written as inet_aton
// takes it (with fewer parts than four, octal or hexadecimal), in other digits
// (UTS #46), or a name of this machine itself (RFC 6761, section 6.3).
func Spelled(host string) (netip.Addr, bool) {
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr, true
	}
	if strings.HasSuffix("."+host, ".localhost") || host == "ip6-localhost" || host == "ip6-loopback" {
		return netip.IPv6Loopback(), true
	}
	parts := strings.Split(host, ".")
	var n uint64
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts)) // the last part fills what is left
		}
		value, err := strconv.ParseUint(part, 0, 32)
		if err != nil || len(parts) > 4 || value >= 1<<bits {
			return netip.Addr{}, false
		}
		n = n<<bits | value
	}
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), true
}
