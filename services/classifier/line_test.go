package classifier

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestEachLine(t *testing.T) {
	var got []string
	note := func(number int, line []byte) error {
		got = append(got, fmt.Sprintf("%d:%s", number, line))
		return nil
	}
	if err := EachLine(strings.NewReader("a\n\n  \n b c \r\nd"), note); err != nil || strings.Join(got, " ") != "1:a 4:b c 5:d" {
		t.Errorf("read %q, %v", got, err)
	}
	stop := errors.New("stop")
	if err := EachLine(strings.NewReader("a\nb\n"), func(number int, _ []byte) error {
		if number > 1 {
			t.Error("it goes on after an error")
		}
		return stop
	}); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	if err := EachLine(strings.NewReader(strings.Repeat("x", maxLine+1)), note); !errors.Is(err, bufio.ErrTooLong) {
		t.Errorf("an endless line: %v", err)
	}
}
