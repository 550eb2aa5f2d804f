package config_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"faultline/pkg/config"
)

func TestDurationLimits(t *testing.T) {
	const largest = "106751d23h47m16s854ms" // of what 63 bits of nanoseconds hold
	d, err := config.ParseDuration(largest)
	if err != nil || d.String() != largest {
		t.Errorf("got %v, %v", d, err)
	}
	for _, text := range []string{"106751d23h47m16s855ms", "106751d23h47m17s", "293y", "9223372036854775808s", "9223372036854775807ms"} {
		want := `the duration "` + text + `" is too large`
		if d, err := config.ParseDuration(text); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, %v", text, d, err)
		}
	}
}

func TestDurationRefusesInWords(t *testing.T) {
	for _, text := range []string{"5", "00", "1M", "30S", "1h 30m", "1m1h", "10s5s", "٣s", "1µs", "+3s", "0x1s", "1e3s", "s30", "30d!"} {
		want := "\"" + text + "\" is no duration; write one such as 30s, 15m, 72h or 30d"
		if d, err := config.ParseDuration(text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, %v", text, d, err)
		}
	}
}

func TestDurationRoundTrip(t *testing.T) {
	source := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		want := config.Duration(time.Duration(source.Int64N(int64(400*24*time.Hour/time.Millisecond))) * time.Millisecond)
		text, err := want.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var got config.Duration
		if err := got.UnmarshalText(text); err != nil || got != want {
			t.Fatalf("%d is written %s and read as %d, %v", want, text, got, err)
		}
		if strings.ContainsAny(string(text), "yw .") {
			t.Fatalf("%s has a unit larger than a day", text)
		}
	}
}

func TestDurationPrints(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Second: "1s", 90 * time.Second: "1m30s", 24 * time.Hour: "1d", 72*time.Hour + time.Millisecond: "3d1ms",
		365 * 24 * time.Hour: "365d", 1500 * time.Millisecond: "1s500ms", 60 * time.Minute: "1h",
	} {
		if got := config.Duration(d).String(); got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}

// A failed read must not leave half a value behind.
func TestDurationOfAFaultIsZero(t *testing.T) {
	d := config.Duration(time.Hour)
	if err := d.UnmarshalText([]byte("3h7")); err == nil || d != 0 {
		t.Errorf("got %v, %v", d, err)
	}
}

func FuzzDuration(f *testing.F) {
	for _, text := range []string{"30s", "1y2w3d4h5m6s7ms", "0", "1m1ms", "99999999999d", "-1s"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := config.ParseDuration(text)
		if err != nil {
			return
		}
		if again, err := config.ParseDuration(d.String()); err != nil || again != d || d < 0 {
			t.Errorf("%q is %d, printed %s, read again as %d, %v", text, d, d, again, err)
		}
	})
}
