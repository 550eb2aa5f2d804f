package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is a time.Duration in Prometheus's notation: "30s", "1h30m", "30d".
type Duration time.Duration

// units are in the order in which a duration may name them.
func units() []struct {
	name string
	size time.Duration
} {
	return []struct {
		name string
		size time.Duration
	}{
		{"y", 365 * 24 * time.Hour}, {"w", 7 * 24 * time.Hour}, {"d", 24 * time.Hour},
		{"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond},
	}
}

// ParseDuration reads Prometheus's notation: whole numbers with the units y w
// d h m s ms, each at most once and from large to small; "0" needs no unit.
func ParseDuration(text string) (Duration, error) {
	if text == "0" {
		return 0, nil
	}
	rest, total := text, time.Duration(0)
	for _, u := range units() {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		unit := rest[digits:]
		if digits == 0 || !strings.HasPrefix(unit, u.name) || u.name == "m" && strings.HasPrefix(unit, "ms") {
			continue
		}
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		if err != nil || n > int64(math.MaxInt64-total)/int64(u.size) {
			return 0, fmt.Errorf("the duration %q is too large", text)
		}
		total += time.Duration(n) * u.size
		rest = unit[len(u.name):]
	}
	if text == "" || rest != "" {
		return 0, fmt.Errorf("%q is no duration; write one such as 30s, 15m, 72h or 30d", text)
	}
	return Duration(total), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDuration(string(text))
	return err
}

// UnmarshalYAML is UnmarshalText with the position of a fault.
func (d *Duration) UnmarshalYAML(unmarshal func(any) error) error { return ReadText(unmarshal, d) }

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// String is the shortest exact notation down to milliseconds.
func (d Duration) String() string {
	if d == 0 {
		return "0s"
	}
	var b strings.Builder
	rest := time.Duration(d)
	for _, u := range units() {
		if u.name == "y" || u.name == "w" { // 72h reads better than 3d, but days are as far as it goes
			continue
		}
		if n := rest / u.size; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, u.name)
			rest -= n * u.size
		}
	}
	return b.String()
}

// Std is the duration as the standard library knows it.
func (d Duration) Std() time.Duration { return time.Duration(d) }
