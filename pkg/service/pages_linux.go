package service

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// unmapProgram gives back the pages of the program's file that are mapped and no
// longer used. Starting touches nearly all of them, and the kernel maps each
// page's neighbours with it: of 47 MB all are resident then, and 34 once the
// services have run for a while. What is touched again comes from the kernel's
// cache, where the pages stay for as long as memory is not scarce. Where the cache holds
// the file in pieces of 2 MB, as it does of a file just written, the kernel would map
// each whole: 41 MB in place of 28 were resident.
func unmapProgram() error {
	path, err := os.Executable()
	if err != nil {
		return err
	}
	smaps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return err
	}
	defer smaps.Close()
	for _, m := range unwritten(smaps, path) {
		_ = m.advise(syscall.MADV_NOHUGEPAGE) // a kernel that has none refuses it
		if err := m.advise(syscall.MADV_DONTNEED); err != nil {
			return err
		}
	}
	return nil
}

// mapping is a range of addresses.
type mapping struct{ from, to uintptr }

func (m mapping) advise(advice uintptr) error {
	if _, _, errno := syscall.Syscall(syscall.SYS_MADVISE, m.from, m.to-m.from, advice); errno != 0 {
		return fmt.Errorf("madvise: %w", errno)
	}
	return nil
}

// unwritten finds the mappings of a file that can never be written and never were:
// to give back any other would lose what was written to it, such as the addresses
// that a linker puts into a program that may be loaded anywhere. smaps is as in
// proc(5); a line without a colon at the end of its first word begins a mapping.
func unwritten(smaps io.Reader, path string) (found []mapping) {
	var m mapping
	candidate := false
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		line := lines.Text()
		words := strings.Fields(line)
		switch {
		case len(words) < 3:
		case !strings.HasSuffix(words[0], ":"):
			_, err := fmt.Sscanf(words[0], "%x-%x", &m.from, &m.to)
			candidate = err == nil && strings.HasSuffix(line, " "+path) && !strings.Contains(words[1], "w")
		case candidate && words[0] == "Anonymous:" && words[1] == "0":
			found = append(found, m)
		}
	}
	return found
}
