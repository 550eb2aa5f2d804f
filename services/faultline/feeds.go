package faultline

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/services/fetcher"
)

// feedsParse reads a feed document as the fetcher would.
type feedsParse struct{ file, contentType *string }

func addFeedsParse(app *kingpin.Application) (string, command) {
	feeds := app.Command("feeds", "Look at feeds.")
	c := feeds.Command("parse", "Read a feed document as the fetcher would and print its items as JSON, or why it is no feed.")
	return c.FullCommand(), feedsParse{
		file:        c.Arg("file", `File with the document, standard input when none is given.`).String(),
		contentType: c.Flag("content-type", "The Content-Type header it came with.").String(),
	}
}

// maxDocument is above the fetcher's own default limit of a document.
const maxDocument = 64 << 20

func (c feedsParse) run(_ context.Context, stdio IO) error {
	in, err := stdio.open(*c.file)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(io.LimitReader(in, maxDocument))
	if err != nil {
		return fmt.Errorf("reading the document: %w", err)
	}
	if err := in.Close(); err != nil {
		return fmt.Errorf("reading the document: %w", err)
	}
	report := fetcher.Summarize(body, *c.contentType, time.Now())
	encoder := json.NewEncoder(stdio.Out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(report); err != nil {
		return fmt.Errorf("writing the items: %w", err)
	}
	if report.Error != nil {
		return errSaid
	}
	return nil
}
