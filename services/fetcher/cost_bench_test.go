//go:build unix

package fetcher

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
)

// What a poll costs is measured at the pace of a thousand feeds on 50 hosts that are
// asked every 15 seconds: what is paid by the second is shared by as many polls. On
// one host each would wait for the one before and wake the process by itself, which
// costs more than the poll.
const (
	costFeeds = 130
	costHosts = 50 // 127.0.0.1 and on
	costEvery = 2 * time.Second
	costItems = 30
	costBody  = 1000 // bytes of an item
)

// costOutlet, in the environment, makes this program the outlet of a benchmark,
// so that its processor time is not the fetcher's: "still" or "news".
const costOutlet = "FAULTLINE_TEST_OUTLET"

func TestMain(m *testing.M) {
	if kind := os.Getenv(costOutlet); kind != "" {
		if err := serveOutlet(kind == "news"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveOutlet serves feeds until its standard input ends, and says at which port. With
// news each answer has one new item, otherwise none ever changes.
func serveOutlet(news bool) error {
	listener, err := net.Listen("tcp4", ":0")
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return err
	}
	fmt.Println(port)
	go func() {
		_, _ = bufio.NewReader(os.Stdin).ReadByte() //nolint:errcheck // its end is all that counts
		_ = listener.Close()                        //nolint:errcheck // this process ends
	}()
	var mu sync.Mutex
	asked := map[string]int{}
	start := time.Now().Truncate(time.Second).Add(time.Second / 2) // an item's date stays as it is
	text := strings.Repeat("The council met and spoke of roads, schools and the harvest. ", 1+costBody/60)[:costBody]
	err = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // loopback
		mu.Lock()
		n := asked[r.URL.Path]
		if news {
			asked[r.URL.Path]++
		}
		mu.Unlock()
		etag := fmt.Sprintf(`"%d"`, n)
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		var items strings.Builder
		for i := range costItems {
			guid := fmt.Sprintf("%s-%d", r.URL.Path, n+costItems-i)
			items.WriteString(article(guid, "Report "+guid, text, time.Since(start)-time.Duration(n-i)*costEvery))
		}
		fmt.Fprintf(w, "<rss version=\"2.0\"><channel><title>The Outlet</title><language>en</language>%s</channel></rss>", items.String())
	}))
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func startOutlet(b *testing.B, kind string) (port string) {
	b.Helper()
	outlet := exec.CommandContext(context.WithoutCancel(b.Context()), os.Args[0])
	outlet.Env, outlet.Stderr = append(os.Environ(), costOutlet+"="+kind), os.Stderr
	stdin, err := outlet.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := outlet.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := outlet.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := errors.Join(stdin.Close(), outlet.Wait()); err != nil {
			b.Logf("ending the outlet: %v", err)
		}
	})
	port, err = bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(port)
}

// startCounted runs a fetcher of costFeeds feeds on a server that flushes
// always, and returns a count of its fetches with an outcome.
func startCounted(b *testing.B, port string) (fetches func(outcome string) float64) {
	b.Helper()
	var feeds strings.Builder
	fmt.Fprintf(&feeds, "defaults: {poll: {min: %s, max: %[1]s}, allow_private: true}\nfeeds:\n", costEvery)
	for i := range costFeeds {
		fmt.Fprintf(&feeds, "- {id: f%d, url: \"http://127.0.0.%d:%s/%[1]d\"}\n", i, 1+i%costHosts, port)
	}
	s, err := New(b.Context(), Options{
		Config:   config.NewDir(config.Layer{Name: "etc", FS: fstest.MapFS{"feeds.yaml": {Data: []byte(feeds.String())}}}),
		Settings: settings(), Bus: bustest.Start(b, bustest.SyncAlways()),
		Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry(),
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Errorf("running: %v", err)
		}
	})
	fetched := prometheus.NewRegistry() // all series at once would cost, too
	fetched.MustRegister(s.metrics.fetches)
	return func(outcome string) float64 { return counted(b, fetched, outcome) }
}

// counted sums the series of a counter with this outcome.
func counted(b *testing.B, from prometheus.Gatherer, outcome string) (sum float64) {
	b.Helper()
	families, err := from.Gather()
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "outcome" && l.GetValue() == outcome {
					sum += m.GetCounter().GetValue()
				}
			}
		}
	}
	return sum
}

// used is the processor time of this process.
func used(b *testing.B) time.Duration {
	b.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// allocated is what this process allocated so far, in bytes.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// BenchmarkPoll says what processor time and what memory a poll costs with all that belongs to
// it: the token, the request, the state, the items on the disk of the server, and
// garbage collection. An iteration is ten polls of each feed.
func BenchmarkPoll(b *testing.B) {
	for kind, outcome := range map[string]string{"still": outcomeNotModified, "news": outcomeNew} {
		b.Run(kind, func(b *testing.B) {
			fetches := startCounted(b, startOutlet(b, kind))
			wait := func(n float64) (reached float64) {
				tick := time.NewTicker(time.Second) // the count costs, too
				defer tick.Stop()
				for ; reached < n; reached = fetches(outcome) {
					<-tick.C
				}
				return reached
			}
			before := wait(2 * costFeeds) // the first polls are over
			debug.FreeOSMemory()          // what they took is given back now, and not bit by bit
			polls, start, taken := 0.0, used(b), allocated()
			for b.Loop() {
				reached := wait(before + 10*costFeeds)
				polls, before = polls+reached-before, reached
			}
			b.ReportMetric(float64((used(b)-start).Microseconds())/1000/polls, "cpu-ms/poll")
			b.ReportMetric(float64(allocated()-taken)/1000/polls, "kB/poll")
			b.ReportMetric(0, "ns/op")
		})
	}
}
