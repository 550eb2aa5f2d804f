//go:build unix

package faultline

import (
	"bytes"
	"os"
	"testing"
)

// waiting is an input of which nothing comes; whoever reads from it is interrupted.
type waiting struct{ end chan struct{} }

func (w waiting) Read([]byte) (int, error) {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Signal(os.Interrupt)
	}
	<-w.end
	return 0, err
}

// The first Ctrl-C ends a command that waits for its input.
func TestInterruptedWhileReading(t *testing.T) {
	for _, args := range [][]string{{"feeds", "parse"}, {"feeds", "parse", "-"}, {"feeds", "import"}, {"rules", "explain"}, {"places"}, {"classify"}, {"stories"}} {
		in, out, errs := waiting{make(chan struct{})}, new(bytes.Buffer), new(bytes.Buffer)
		code := Main(args, IO{In: in, Out: out, Err: errs, Width: 80})
		close(in.end)
		if code != exitFailed || out.Len() > 0 || errs.String() != "faultline: stopped before the end\n" {
			t.Errorf("%q: exit %d, %q, %q", args, code, out, errs)
		}
	}
}
