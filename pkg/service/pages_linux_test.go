package service

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// smaps has, in this order, the text and the constants of a program, constants that
// a linker wrote to, its variables, another file and memory without one.
const smaps = `00400000-0196f000 r-xp 00000000 fe:00 1180 /usr/bin/fault line
Size:              21948 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me sd
0196f000-031aa000 r--p 0156f000 fe:00 1180 /usr/bin/fault line
Anonymous:             0 kB
031aa000-031ab000 r--p 02daa000 fe:00 1180 /usr/bin/fault line
Anonymous:             4 kB
031ab000-035a4000 rw-p 02dab000 fe:00 1180 /usr/bin/fault line
Anonymous:             0 kB
7f5c54693000-7f5c547e9000 r-xp 00028000 fe:00 4242 /usr/lib/libc.so.6
Anonymous:             0 kB
7f5c547e9000-7f5c547ea000 r--p 00000000 00:00 0
Anonymous:             0 kB
`

func TestOnlyWhatWasNeverWrittenIsGivenBack(t *testing.T) {
	want := []mapping{{0x400000, 0x196f000}, {0x196f000, 0x31aa000}}
	if got := unwritten(strings.NewReader(smaps), "/usr/bin/fault line"); !slices.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
	for _, strange := range []string{"", "\n\n", "x-y r--p 0 0 0 /p\nAnonymous: 0 kB\n", "Anonymous: 0 kB\n", strings.Repeat("a", 1<<17)} {
		if got := unwritten(strings.NewReader(strange), "/p"); len(got) > 0 {
			t.Errorf("%.40q: %x", strange, got)
		}
	}
}

func TestTheProgramRunsOnWithoutItsPages(t *testing.T) {
	eventually(t, func() bool { // others may need pages at the same moment
		before := residentFiles(t)
		if err := unmapProgram(); err != nil {
			t.Fatal(err)
		}
		return residentFiles(t) < before
	})
}

// A kernel that maps pieces of 2 MB would have all of the program resident again at once.
func TestTheProgramIsNotMappedInLargePieces(t *testing.T) {
	if err := unmapProgram(); err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	all, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	_, err = os.Stat("/sys/kernel/mm/transparent_hugepage")
	wanted := err == nil // else the kernel has no such pieces
	given := unwritten(strings.NewReader(string(all)), program)
	for i, m := range given {
		_, rest, _ := strings.Cut(string(all), fmt.Sprintf("%08x-", m.from))
		_, flags, _ := strings.Cut(rest, "VmFlags:")
		flags, _, _ = strings.Cut(flags, "\n")
		if slices.Contains(strings.Fields(flags), "nh") != wanted {
			t.Errorf("mapping %d of the program has the flags %q", i, flags)
		}
	}
	if len(given) == 0 {
		t.Error("the program has no mappings")
	}
}

func TestGiveBack(t *testing.T) {
	eventually(t, func() bool {
		before := residentFiles(t)
		GiveBack()
		return residentFiles(t) < before
	})
}

// residentFiles is how much of files this process has in memory, in kB.
func residentFiles(t *testing.T) (kB int) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "RssFile:")
	if _, err := fmt.Sscan(rest, &kB); err != nil {
		t.Fatal(err)
	}
	return kB
}
