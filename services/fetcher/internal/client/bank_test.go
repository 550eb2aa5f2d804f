package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Readers that hold some and want more all come to their end, and the bank never lends more than
// it has: none waits for its turn longer than the work of all others takes.
func TestReadersOfLargeDocumentsNeverWaitForEachOther(t *testing.T) {
	const total, most = 32 << 20, 16 << 20
	for seed := range uint64(50) {
		synctest.Test(t, func(t *testing.T) {
			b, r := newBank(total), rand.New(rand.NewPCG(seed, 1))
			var group sync.WaitGroup
			for i := range 60 {
				size, pause := int64(r.IntN(most))+1, time.Duration(r.IntN(100))*time.Millisecond
				group.Go(func() {
					l := &loan{bank: b, most: most, suspect: i%3 == 0, patience: time.Hour}
					defer l.repay()
					for l.held < size {
						if err := l.grow(t.Context(), min(max(small, 2*l.held), l.held+step, most)); err != nil {
							t.Errorf("a reader of %d bytes, with %d: %v", size, l.held, err)
							return
						}
						time.Sleep(pause)
					}
				})
			}
			group.Go(func() {
				for range 600 {
					time.Sleep(50 * time.Millisecond)
					b.mu.Lock()
					if !b.free.covers(amount{}) {
						t.Errorf("more is lent than there is: %d", b.free)
					}
					b.mu.Unlock()
				}
			})
			group.Wait()
			if b.free != newBank(total).free || len(b.lent)+len(b.waiting) > 0 {
				t.Errorf("at the end %d is left, %d hold something and %d wait", b.free, len(b.lent), len(b.waiting))
			}
		})
	}
}

func TestSuspectsLeaveMemoryForTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBank(32 << 20)
		lend := func(suspect bool, size int64) (*loan, error) {
			l := &loan{bank: b, most: 16 << 20, suspect: suspect, patience: time.Second}
			return l, l.grow(t.Context(), size)
		}
		first, err := lend(true, 14<<20)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := lend(true, 2<<20); !errors.As(err, new(*Busy)) {
			t.Errorf("a second large document of suspects: got %v", err)
		}
		for i := range 14 {
			if _, err := lend(true, 512<<10); err != nil {
				t.Fatalf("small document %d of a suspect: %v", i, err)
			}
		}
		healthy, err := lend(false, 8<<20)
		if err != nil {
			t.Fatalf("beside all that suspects can have: %v", err)
		}
		healthy.repay()
		first.repay()
		if _, err := lend(true, 2<<20); err != nil {
			t.Errorf("after the first large document of suspects: %v", err)
		}
	})
}

// Who stops waiting, for whatever reason, holds what it held, and is in nobody's way.
func TestEndsOfWaitingForMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBank(4 << 20)
		holder := &loan{bank: b, most: 4 << 20, patience: time.Second}
		if err := holder.grow(t.Context(), 4<<20); err != nil {
			t.Fatal(err)
		}
		late, cancelLate := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancelLate()
		stopped, stop := context.WithCancel(t.Context())
		stop()
		l := &loan{bank: b, most: 4 << 20, patience: time.Second}
		for _, ctx := range []context.Context{t.Context(), late} {
			start := time.Now()
			if err := l.grow(ctx, 1<<20); !errors.As(err, new(*Busy)) || time.Since(start) > time.Second {
				t.Errorf("got %v after %s", err, time.Since(start))
			}
		}
		wantClass(t, l.grow(stopped, 1<<20), ClassCanceled)
		time.AfterFunc(500*time.Millisecond, holder.repay)
		err := l.grow(t.Context(), 1<<20)
		synctest.Wait()
		if err != nil || l.held != 1<<20 || len(b.waiting) > 0 {
			t.Errorf("got %v, holds %d, %d wait", err, l.held, len(b.waiting))
		}
	})
}

// drip gives the first bytes at once and then one kilobyte a second.
func drip(w http.ResponseWriter, r *http.Request, first int) {
	_, _ = io.WriteString(w, "<rss><channel><!--"+strings.Repeat("x", first))
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for r.Context().Err() == nil {
		_, _ = io.WriteString(w, strings.Repeat("x", 1<<10))
		_ = http.NewResponseController(w).Flush()
		<-tick.C
	}
}

// holders is how many hold more than this.
func holders(b *bank, than int64) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for l := range b.lent {
		if l.held > than {
			n++
		}
	}
	return n
}

// Feeds that have sent much of a large document, and then hardly anything, hold what they sent
// and not what they could become.
func TestFault27DrippingDocumentsHoldUpNoOther(t *testing.T) {
	const large = 5 << 20
	for _, first := range []int{600 << 10, 6 << 20} {
		t.Run(fmt.Sprint(first>>10, " KiB"), func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/slow" {
					drip(w, r, first)
					return
				}
				_, _ = io.WriteString(w, "<rss>"+strings.Repeat(" ", large)+"</rss>")
			})
			o := options()
			o.MaxBody, o.Budget, o.Timeout = 16<<20, 32<<20, 6*time.Second
			c := newClient(t, o)
			var group sync.WaitGroup
			for range 2 {
				group.Go(func() {
					resp, err := c.Fetch(t.Context(), Request{URL: url + "/slow", AllowPrivate: true})
					resp.Release()
					if failure, ok := errors.AsType[*Error](err); !ok || failure.Class != ClassTimeout {
						t.Errorf("a feed that drips: %v", err)
					}
				})
			}
			for tick := time.NewTicker(10 * time.Millisecond); holders(c.body.bank, int64(first)) < 2; <-tick.C {
			}
			start := time.Now()
			resp, err := c.Fetch(t.Context(), Request{URL: url, AllowPrivate: true})
			if err != nil || len(resp.Body) != large+len("<rss></rss>") {
				t.Errorf("the third: %v", err)
			}
			resp.Release()
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("the third took %s", took)
			}
			group.Wait()
		})
	}
}

// The time that a fetch waits for memory is not the outlet's.
func TestWaitingForMemoryIsNoTimeOfTheOutlet(t *testing.T) {
	o := options()
	o.Budget, o.Timeout = o.MaxBody, 2*time.Second
	c := newClient(t, o)
	released := make(chan struct{})
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(make([]byte, 800<<10))
		if r.URL.Path == "/slow" {
			_ = http.NewResponseController(w).Flush()
			<-released
		}
	})
	first, err := c.Fetch(t.Context(), Request{URL: url, AllowPrivate: true})
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(1500*time.Millisecond, first.Release)
	time.AfterFunc(2500*time.Millisecond, func() { close(released) })
	second, err := c.Fetch(t.Context(), Request{URL: url + "/slow", AllowPrivate: true})
	if err != nil || second.Waited < time.Second || second.Waited > 10*time.Second {
		t.Errorf("got %+v, %v", second, err)
	}
	second.Release()
}

// broken is a document at which a decoder panics.
type broken struct{ of []int }

func (b broken) Read([]byte) (int, error) { return b.of[len(b.of)], nil }

// A decoder that panics in the middle of a large document is told like any damage, and its memory is given back.
func TestFault25ADecoderThatPanicsLeavesNoLoan(t *testing.T) {
	b := &body{bank: newBank(32 << 20)}
	ctx, clock, cancel := newClient(t, options()).bounded(t.Context())
	defer cancel()
	resp := &http.Response{Header: http.Header{}, ContentLength: -1, Body: io.NopCloser(io.MultiReader(strings.NewReader(strings.Repeat("x", 1<<20)), broken{}))}
	l := &loan{bank: b.bank, most: 16 << 20, patience: time.Minute, clock: clock}
	data, free, err := b.read(ctx, resp, &counter{}, l)
	wantClass(t, err, ClassEncoding)
	if data != nil || l.held < 1<<20 {
		t.Errorf("%d bytes came, and %d are held", len(data), l.held)
	}
	free()
	if b.bank.free != newBank(32<<20).free || len(b.bank.lent) > 0 {
		t.Errorf("%v is left, and %d hold something", b.bank.free, len(b.bank.lent))
	}
}
