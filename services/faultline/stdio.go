package faultline

import (
	"context"
	"io"
	"os"

	"golang.org/x/term"
)

// Stdio is the process's own input and output.
func Stdio() IO {
	s := IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Width: 100}
	if fd := int(os.Stdout.Fd()); term.IsTerminal(fd) {
		if width, _, err := term.GetSize(fd); err == nil {
			s.Width = min(width, 120)
		}
		s.Terminal = true
		s.Color = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	}
	s.Watched = term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("TERM") != "dumb"
	return s
}

// interrupted is an input that ends with ctx: what waits at a terminal or a pipe for more
// would not hear of a signal otherwise.
type interrupted struct {
	ctx context.Context //nolint:containedctx // of the command that reads
	in  io.Reader
}

// Read implements io.Reader. Once ctx has ended what comes is lost, and so is the goroutine that
// waits for it, until the process is over.
func (i interrupted) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	type read struct {
		data []byte
		err  error
	}
	came := make(chan read, 1)
	go func() {
		data := make([]byte, len(p))
		n, err := i.in.Read(data)
		came <- read{data[:n], err}
	}()
	select {
	case r := <-came:
		return copy(p, r.data), r.err
	case <-i.ctx.Done():
		return 0, i.ctx.Err()
	}
}
