package faultline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/services/fetcher"
)

// feedsParse reads a feed document as the fetcher would.
type feedsParse struct{ file, contentType *string }

func addFeedsParse(app *kingpin.Application) (string, command) {
	c := feeds(app).Command("parse", "Read a feed document as the fetcher would and print its items as JSON, or why it is no feed.")
	return c.FullCommand(), feedsParse{
		file:        c.Arg("file", `File with the document, standard input when none is given.`).String(),
		contentType: c.Flag("content-type", "The Content-Type header it came with.").String(),
	}
}

// feeds is the command that the feed commands are below.
func feeds(app *kingpin.Application) *kingpin.CmdClause {
	if c := app.GetCommand("feeds"); c != nil {
		return c
	}
	return app.Command("feeds", "Look at feeds.")
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

// feedsImport turns a reader's list of feeds into a file for feeds/.
type feedsImport struct{ file *string }

func addFeedsImport(app *kingpin.Application) (string, command) {
	c := feeds(app).Command("import", "Turn an OPML file into YAML for feeds.yaml, to edit. OPML files under feeds/ are also read as they are.")
	return c.FullCommand(), feedsImport{c.Arg("file", `OPML file, or "-" for standard input.`).Default("-").String()}
}

func (c feedsImport) run(_ context.Context, stdio IO) error {
	in, err := stdio.open(*c.file)
	if err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(in, maxDocument))
	if err := errors.Join(err, in.Close()); err != nil {
		return fmt.Errorf("reading the feeds: %w", err)
	}
	text, err := fetcher.ImportOPML(*c.file, data)
	if err != nil {
		return err
	}
	if _, err := stdio.Out.Write(text); err != nil {
		return fmt.Errorf("writing the feeds: %w", err)
	}
	return nil
}

// feedsExport writes the configured feeds for a feed reader.
type feedsExport struct{ config *string }

func addFeedsExport(app *kingpin.Application) (string, command) {
	c := feeds(app).Command("export", "Write the configured feeds as OPML, for a feed reader. Secrets are left out.")
	return c.FullCommand(), feedsExport{configFlag(c)}
}

func (c feedsExport) run(_ context.Context, stdio IO) error {
	dir, err := openConfig(*c.config)
	if err != nil {
		return err
	}
	all, err := fetcher.ListFeeds(dir)
	if err != nil {
		return err
	}
	text, err := fetcher.ExportOPML(all)
	if err != nil {
		return err
	}
	if _, err := stdio.Out.Write(text); err != nil {
		return fmt.Errorf("writing the feeds: %w", err)
	}
	return nil
}
