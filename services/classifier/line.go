package classifier

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// maxLine is the longest line of a file of texts, in bytes.
const maxLine = 64 << 20

// EachLine hands over the lines of a file that are not empty, without the space
// around them, each with its number from 1. A line is valid until do returns. It
// stops at the first error.
func EachLine(r io.Reader, do func(number int, line []byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for number := 1; lines.Scan(); number++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		if err := do(number, line); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading lines: %w", err)
	}
	return nil
}
