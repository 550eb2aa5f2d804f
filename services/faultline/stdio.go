package faultline

import (
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
