package faultline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/config"
	"faultline/services/fetcher"
)

// feedsParse reads a feed document as the fetcher would.
type feedsParse struct{ file, contentType, feed *string }

func addFeedsParse(app *kingpin.Application) (string, command) {
	c := feeds(app).Command("parse", `Read a feed document as the fetcher would and print its items as JSON. Where there is no feed it prints {"error":{"class","message"}} and exits with 1; the class of a file that cannot be read is unreadable.
	faultline feeds parse feed.xml | jq '.items[].title'
	curl -s https://www.example.org/rss.xml | faultline feeds parse -`)
	return c.FullCommand(), feedsParse{
		file:        c.Arg("file", `File with the document; - or none for standard input.`).String(),
		contentType: c.Flag("content-type", "The Content-Type header it came with.").String(),
		feed:        c.Flag("feed", "Id of the feed that it is of. The ids of the items depend on it: only with it are they those that why knows.").PlaceHolder("ID").HintAction(hint(feedIDs)).String(),
	}
}

// feeds is the command that the feed commands are below.
func feeds(app *kingpin.Application) *kingpin.CmdClause {
	if c := app.GetCommand("feeds"); c != nil {
		return c
	}
	return app.Command("feeds", "Find, check, add, list and remove the feeds that are watched. They exit with 0 when it was done, with 1 when a feed or a document cannot be read or there is none, and with 2 when the command line or the configuration is wrong.")
}

// maxDocument is above the fetcher's own default limit of a document.
const maxDocument = 64 << 20

func (c feedsParse) run(_ context.Context, stdio IO) error {
	body, err := stdio.document(*c.file)
	if errors.Is(err, context.Canceled) {
		return err
	}
	if err != nil {
		return c.write(stdio, map[string]fetcher.Fault{"error": {Class: "unreadable", Message: err.Error()}}, errSaid)
	}
	report := fetcher.Summarize(body, *c.contentType, *c.feed, time.Now())
	if report.Error != nil {
		return c.write(stdio, report, errSaid)
	}
	return c.write(stdio, report, nil)
}

// write prints the answer and returns what the command ends with.
func (c feedsParse) write(stdio IO, answer any, end error) error {
	if err := jsonLines(stdio.Out, []any{answer}); err != nil {
		return err
	}
	return end
}

// document reads a file, or standard input, up to maxDocument.
func (s IO) document(path string) ([]byte, error) {
	in, err := s.open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(in, maxDocument))
	if err := errors.Join(err, in.Close()); err != nil {
		return nil, fmt.Errorf("reading the input: %w", err)
	}
	return data, nil
}

// feedsImport turns a reader's list of feeds into a file for feeds/.
type feedsImport struct{ file, secrets *string }

func addFeedsImport(app *kingpin.Application) (string, command) {
	c := feeds(app).Command("import", `Turn an OPML file into YAML for feeds.yaml, to edit. OPML files under feeds/ are also read as they are. What is damaged is mended where it can be, and what cannot be taken is left out, each with a warning that says the line and what is lost; exit code 2 where nothing is left.
	faultline feeds import desk.opml > conf/feeds/desk.yaml
	faultline feeds import desk.opml --secrets conf/secrets > conf/feeds/desk.yaml`)
	return c.FullCommand(), feedsImport{
		file:    c.Arg("file", `OPML file, or "-" for standard input.`).Default("-").String(),
		secrets: c.Flag("secrets", "Write passwords that addresses carry into files of this directory, for basic_auth; without it they are left out.").PlaceHolder("DIR").String(),
	}
}

func (c feedsImport) run(_ context.Context, stdio IO) error {
	data, err := stdio.document(*c.file)
	if err != nil {
		return err
	}
	name := *c.file
	if name == "-" || name == "" {
		name = "standard input"
	}
	secrets := *c.secrets
	if secrets != "" { // nobody knows where the YAML will be
		if secrets, err = filepath.Abs(secrets); err != nil {
			return err
		}
	}
	imported, err := fetcher.ImportOPML(name, data, secrets)
	if err != nil {
		return err
	}
	for _, w := range imported.Warnings {
		if _, err := fmt.Fprintf(stdio.Err, "warning: %v\n", w); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(imported.Passwords)) {
		if err := writeSecret(path, imported.Passwords[path]); err != nil {
			return err
		}
	}
	if _, err := stdio.Out.Write(imported.Text); err != nil {
		return fmt.Errorf("writing the feeds: %w", err)
	}
	return nil
}

// writeSecret writes a secret into a file that its owner alone can read. One that
// holds another secret is kept.
func writeSecret(path string, secret config.Secret) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("writing a password: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		if there, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(there)) == secret.Reveal() {
			return nil
		}
		return fmt.Errorf("writing a password: %s holds another one; remove it, or name another directory with --secrets: %w", path, err)
	}
	if err != nil {
		return fmt.Errorf("writing a password: %w", err)
	}
	_, err = f.WriteString(secret.Reveal() + "\n")
	return errors.Join(err, f.Close())
}

// openFeeds lists the feeds of a configuration.
func openFeeds(config string) ([]fetcher.Listed, error) {
	dir, err := openConfig(config)
	if err != nil {
		return nil, err
	}
	return fetcher.ListFeeds(dir)
}

// feedsExport writes the configured feeds for a feed reader.
type feedsExport struct{ config *string }

func addFeedsExport(app *kingpin.Application) (string, command) {
	c := feeds(app).Command("export", `Write the configured feeds as OPML, for a feed reader. Secrets are left out.
	faultline feeds export --config conf > desk.opml`)
	return c.FullCommand(), feedsExport{configFlag(c)}
}

func (c feedsExport) run(_ context.Context, stdio IO) error {
	stdio.tellShipped(*c.config)
	all, err := openFeeds(*c.config)
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
