package faultline

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/event"
	"faultline/services/classifier"
)

// maxTextLine is the longest line of a file of texts.
const maxTextLine = 64 << 20

// eachText reads what classify reads, JSON lines, and hands over each text with
// the number of its line. It stops at the first error.
func eachText(r io.Reader, do func(line int, t classifier.Text) error) error {
	return eachLine(r, func(n int, line []byte) error {
		var text classifier.Text
		if err := json.Unmarshal(line, &text); err != nil {
			return fmt.Errorf(`line %d is no text, write {"id":1,"title":"...","text":"..."}: %w`, n, err)
		}
		return do(n, text)
	})
}

// eachLine hands over the lines that are not empty.
func eachLine(r io.Reader, do func(n int, line []byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxTextLine)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if err := do(n, lines.Bytes()); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading texts: %w", err)
	}
	return nil
}

// openTexts opens a file of texts, which may be compressed (.gz), or standard
// input for "-".
func (s IO) openTexts(path string) (io.ReadCloser, error) {
	in, err := s.open(path)
	if err != nil || !strings.HasSuffix(path, ".gz") {
		return in, err
	}
	plain, err := gzip.NewReader(in)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), in.Close())
	}
	return unzipped{plain, in}, nil
}

// unzipped closes the file below what is read from it.
type unzipped struct {
	*gzip.Reader
	file io.Closer
}

// Close implements io.Closer.
func (u unzipped) Close() error { return errors.Join(u.Reader.Close(), u.file.Close()) }

// textInput is the arguments of a command that looks at one text.
type textInput struct{ file, title, language, country *string }

func newTextInput(c *kingpin.CmdClause) textInput {
	return textInput{
		file:     c.Arg("file", `File with the text, standard input when none is given.`).String(),
		title:    c.Flag("title", "Title; then all of the file is the text.").String(),
		language: c.Flag("lang", "Language of the text; guessed when not given.").String(),
		country:  c.Flag("country", "Country of the outlet, ISO 3166-1 alpha-2.").String(),
	}
}

// maxText is the longest text that is read, in bytes.
const maxText = 4 << 20

// read reads the text as an item.
func (t textInput) read(stdio IO) (event.Item, error) {
	in, err := stdio.open(*t.file)
	if err != nil {
		return event.Item{}, err
	}
	data, err := io.ReadAll(io.LimitReader(in, maxText))
	if err = errors.Join(err, in.Close()); err != nil {
		return event.Item{}, fmt.Errorf("reading the text: %w", err)
	}
	item := event.Item{Title: *t.title, Text: string(data), Language: *t.language, Source: event.Source{Country: *t.country}}
	if *t.title == "" {
		item.Title, item.Text = splitTitle(string(data))
	}
	return item, nil
}
