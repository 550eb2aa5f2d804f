package faultline

import (
	"fmt"
	"io"
	"time"
)

// progress tells on a terminal how far a long command is. Elsewhere it is
// silent.
type progress struct {
	out   io.Writer // nil when nobody watches
	total int       // 0 when it is not known
	began time.Time
	shown time.Time
}

func newProgress(stdio IO) *progress {
	p := &progress{began: time.Now()}
	if stdio.Watched {
		p.out = stdio.Err
	}
	return p
}

// begin starts to count anew.
func (p *progress) begin() { p.began, p.total = time.Now(), 0 }

const progressEvery = 200 * time.Millisecond

// show says how many are done, and more in words.
func (p *progress) show(done int, more string) {
	now := time.Now()
	if p.out == nil || now.Sub(p.shown) < progressEvery {
		return
	}
	p.shown = now
	left := ""
	if p.total > 0 && done > 0 {
		rest := time.Duration(float64(now.Sub(p.began)) * float64(p.total-done) / float64(done))
		left = fmt.Sprintf(" of %d, %v left", p.total, rest.Round(time.Second))
	}
	fmt.Fprintf(p.out, "\r\x1b[K%d%s: %s", done, left, more)
}

// counted is a number of things in words: "1 item", "2 items".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// clear makes room for a line of output.
func (p *progress) clear() {
	if p.out != nil && !p.shown.IsZero() {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
