package faultline

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/kingpin/v2"
	"golang.org/x/text/language"

	"faultline/pkg/event"
	"faultline/services/classifier"
)

// eachText reads what classify reads, JSON lines, and hands over each text with
// the number of its line, and the lines that are none. It stops at the first error of
// these; the error is a badLines where all was read and some lines are no texts. Keys
// that nobody reads are told.
func (s IO) eachText(r io.Reader, do func(line int, t classifier.Text) error, bad func(line int, why error) error) error {
	keys, lines := s.strangeKeys(), badLines{}
	err := classifier.EachLine(r, func(n int, line []byte) error {
		lines.all++
		text, unknown, err := classifier.ReadText(line)
		if err := errors.Join(err, keys.Note(n, unknown)); err != nil {
			lines.bad++
			return bad(n, err)
		}
		return do(n, text)
	})
	if err == nil && lines.bad > 0 {
		return lines
	}
	return err
}

// badLines is how many lines of a file could not be read, when all others were.
type badLines struct{ bad, all int }

// Error implements error.
func (l badLines) Error() string {
	return fmt.Sprintf("%d of %s cannot be read", l.bad, counted(l.all, "line"))
}

// tellBad tells on standard error of each of the first lines that cannot be read.
func (s IO) tellBad(path, write string) func(line int, why error) error {
	const most = 20
	told := 0
	if path == "-" || path == "" {
		path = "standard input"
	}
	return func(line int, why error) error {
		said := fmt.Sprintf("%s:%d: %v; write %s\n", path, line, why, write)
		if told++; told > most {
			said = ""
		} else if told == most {
			said += "further lines are not told\n"
		}
		_, err := io.WriteString(s.Err, said)
		return err
	}
}

// textLine is how a line of texts is written.
const textLine = `{"id":1,"title":"...","text":"..."}`

// strangeKeys tells on standard error of keys that nobody reads.
func (s IO) strangeKeys() *classifier.StrangeKeys {
	return &classifier.StrangeKeys{Tell: func(warning string) {
		fmt.Fprintln(s.Err, "warning: "+warning) //nolint:errcheck // there is nowhere else to say it
	}}
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
type textInput struct{ file, title, language, country, published *string }

func newTextInput(c *kingpin.CmdClause) textInput {
	return textInput{
		file:      c.Arg("file", `File with the text, standard input when none is given.`).String(),
		title:     c.Flag("title", "Title; then all of the file is the text.").String(),
		language:  c.Flag("lang", "Language of the text; guessed when not given.").String(),
		country:   c.Flag("country", "Country of the outlet, ISO 3166-1 alpha-2.").PlaceHolder("KG").String(),
		published: c.Flag("published", "When it was published, a date or RFC 3339: years in the text before it are past.").PlaceHolder("2026-05-14").String(),
	}
}

// maxText is the longest text that is read, in bytes.
const maxText = 4 << 20

// read reads the text as an item. A text that is longer is refused: half of it
// could be explained as something that it does not say.
func (t textInput) read(stdio IO) (event.Item, error) {
	if err := t.check(); err != nil {
		return event.Item{}, asUsage(err)
	}
	in, err := stdio.open(*t.file)
	if err != nil {
		return event.Item{}, err
	}
	data, err := io.ReadAll(io.LimitReader(in, maxText+1))
	if err = errors.Join(err, in.Close()); err != nil {
		return event.Item{}, fmt.Errorf("reading the text: %w", err)
	}
	if len(data) > maxText {
		return event.Item{}, fmt.Errorf("the text has more than %d MiB; give a part of it", maxText>>20)
	}
	if !utf8.Valid(data) {
		if _, err := io.WriteString(stdio.Err, "warning: the text is not in UTF-8, and what is not cannot be read; iconv -f WINDOWS-1251 -t UTF-8 and its like convert it\n"); err != nil {
			return event.Item{}, err
		}
	}
	item := classifier.Text{Title: *t.title, Text: string(data), Language: *t.language, Country: strings.ToUpper(*t.country), Published: *t.published}.Item()
	if *t.title == "" {
		item.Title, item.Text = splitTitle(string(data))
	}
	return item, nil
}

// check refuses flags that would have no effect.
func (t textInput) check() error {
	if err := checkCountry(*t.country); err != nil {
		return err
	}
	if *t.language != "" && !classifier.PossibleLanguage(*t.language) {
		return fmt.Errorf("--lang: no text is taken for one in %q; write one of %s, or leave it out to have it told", *t.language, strings.Join(classifier.Languages(), ", "))
	}
	if *t.published != "" && (classifier.Text{Published: *t.published}).Item().Published.IsZero() {
		return fmt.Errorf("--published: %q is no date; write 2026-05-14 or 2026-05-14T12:00:00Z", *t.published)
	}
	return nil
}

// checkCountry refuses what is not the code of a country.
func checkCountry(code string) error {
	if code == "" {
		return nil
	}
	if region, err := language.ParseRegion(code); len(code) != 2 || err != nil || !region.IsCountry() {
		return fmt.Errorf("--country: %q is no country; write two letters as ISO 3166-1 has them, KG for Kyrgyzstan", code)
	}
	return nil
}
