package faultline

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kingpin/v2"
	"github.com/rogpeppe/go-internal/diff"

	"faultline/pkg/config"
	"faultline/services/fetcher"
)

// editing are the flags of a command that edits files of feeds.
type editing struct {
	config *string
	dryRun *bool
	copies *bool
}

func newEditing(c *kingpin.CmdClause) editing {
	return editing{
		config: configFlag(c),
		dryRun: c.Flag("dry-run", "Print what would be changed, and change nothing.").Bool(),
		copies: c.Flag("copy", "Feeds that shipped with Faultline are edited in a copy of their file in the configuration directory, which no longer follows new versions.").Bool(),
	}
}

// sheets are the files of feeds that a command is editing. Nothing is written
// before end.
type sheets struct {
	editing
	dir      *config.Dir
	old, new map[string]config.File // by name
}

// sheets begins an edit.
func (e editing) sheets(dir *config.Dir) (*sheets, error) {
	if *e.config == "" {
		return nil, asUsage(errors.New("say which configuration to edit with --config DIR; faultline init DIR writes one"))
	}
	return &sheets{editing: e, dir: dir, old: map[string]config.File{}, new: map[string]config.File{}}, nil
}

// file is a file as edited so far; one that is not there yet is empty.
func (s *sheets) file(name string) (config.File, error) {
	if f, ok := s.new[name]; ok {
		return f, nil
	}
	if !strings.HasSuffix(name, ".yaml") {
		return config.File{}, asUsage(fmt.Errorf("%s is not edited here; turn it into YAML with faultline feeds import, or edit it by hand", filepath.Join(*s.config, name)))
	}
	f, err := s.dir.Read(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	own := filepath.Join(*s.config, filepath.FromSlash(name))
	if f.Shipped && !*s.copies {
		return f, asUsage(fmt.Errorf("%s shipped with Faultline; --copy writes %s for you to edit in its place, or leave the list out of catalogue: in feeds.yaml", f.Path, own))
	}
	if f.Shipped || err != nil {
		s.old[name] = config.File{Name: name, Path: own}
	} else {
		s.old[name] = f
	}
	f.Name, f.Path, f.Shipped = name, own, false
	return f, nil
}

// add appends a feed to a file and returns the lines that were added.
func (s *sheets) add(name string, feed *fetcher.Listed) (string, error) {
	f, err := s.file(name)
	if err != nil {
		return "", err
	}
	f, added, err := fetcher.AddFeed(f, feed)
	if err == nil {
		s.new[name] = f
	}
	return added, err
}

// remove takes out a feed.
func (s *sheets) remove(feed *fetcher.Listed) error {
	return s.change(feed, func(f config.File) (config.File, error) { return fetcher.RemoveFeed(f, feed.Index) })
}

// set gives a key of a feed a value.
func (s *sheets) set(feed *fetcher.Listed, key, value string) error {
	return s.change(feed, func(f config.File) (config.File, error) { return fetcher.SetFeed(f, feed.Index, key, value) })
}

// move gives a feed its new address. An id that was derived from the old one is
// written out, since the items of another id would all be new.
func (s *sheets) move(feed *fetcher.Listed, to string) error {
	var err error
	if feed.ID != fetcher.DeriveID(to) {
		err = s.set(feed, "id", feed.ID)
	}
	if err == nil {
		err = s.set(feed, "url", to)
	}
	return err
}

func (s *sheets) change(feed *fetcher.Listed, edit func(config.File) (config.File, error)) error {
	f, err := s.file(feed.File.Name)
	if err == nil {
		f, err = edit(f)
	}
	if err == nil {
		s.new[f.Name] = f
	}
	return err
}

// check reads the configuration as it would be.
func (s *sheets) check() ([]fetcher.Listed, error) {
	return fetcher.ListFeeds(s.dir, slices.Collect(maps.Values(s.new))...)
}

// end writes what was changed, if the configuration is still sound with it, or
// says what it would write.
func (s *sheets) end(stdio IO) error {
	if _, err := s.check(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(s.new)) {
		before, after := s.old[name], s.new[name]
		if before.Data == after.Data {
			continue
		}
		if *s.dryRun {
			if _, err := stdio.Out.Write(diff.Diff(before.Path, []byte(before.Data), after.Path, []byte(after.Data))); err != nil {
				return err
			}
			continue
		}
		if err := replaceFile(after.Path, before.Data, after.Data); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(stdio.Out, "wrote %s\n", after.Path); err != nil {
			return err
		}
	}
	return nil
}

// replaceFile puts a new text in the place of the old one, whole or not at all.
// It is refused when the file holds something else than the old text by now.
func replaceFile(path string, before, after string) (err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // the link stays one
	}
	mode := fs.FileMode(0o640)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	now, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("writing feeds: %w", err)
	}
	if string(now) != before {
		return fmt.Errorf("%s was changed meanwhile and is left alone; try again", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("writing feeds: %w", err)
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".feeds-*")
	if err != nil {
		return fmt.Errorf("writing feeds: %w", err)
	}
	_, err = temporary.WriteString(after)
	err = errors.Join(err, temporary.Chmod(mode), temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing feeds: %w", errors.Join(err, os.Remove(temporary.Name())))
	}
	return nil
}
