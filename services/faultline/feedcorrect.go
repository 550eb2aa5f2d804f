package faultline

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"faultline/services/fetcher"
)

// corrections are what a check found, to be written into the files of the configuration.
type corrections struct {
	configured []fetcher.Listed // all feeds; those that move have their new address
	chosen     []fetcher.Listed // those that were asked
	results    []fetcher.Probe  // of each of these
}

// write puts what was found into the files. A feed that cannot be given its new address is told
// of, keeps none of the others from theirs, and makes it a failure.
func (w corrections) write(stdio IO, sheets *sheets, mark, fixMoved bool) error {
	today := time.Now().UTC().Format(time.DateOnly)
	w.configured = slices.Clone(w.configured)
	refused := map[string]error{} // by file: one word for all its feeds
	stayed := false
	for i := range w.results {
		f, r := &w.chosen[i], &w.results[i]
		if !r.OK || f.File.Name == "" || refused[f.File.Name] != nil {
			continue
		}
		var err error
		if fixMoved && r.MovedTo != "" {
			if why := unmovable(f, r.MovedTo, w.configured); why != "" {
				stayed = true
				if _, err := fmt.Fprintf(stdio.Err, "%s stays where it is: %s\n", f.ID, why); err != nil {
					return err
				}
			} else if err = sheets.move(f, r.MovedTo); err == nil {
				w.moved(f.ID, r.MovedTo)
			}
		}
		if mark {
			err = errors.Join(err, sheets.set(f, "verified", today))
		}
		refused[f.File.Name] = err
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(refused)) {
		errs = append(errs, refused[name])
	}
	err := errors.Join(sheets.end(stdio), errors.Join(errs...))
	if err == nil && stayed {
		return errSaid
	}
	return err
}

// moved notes the new address of a feed: no other may have it then.
func (w corrections) moved(id, to string) {
	for i := range w.configured {
		if w.configured[i].ID == id {
			w.configured[i].URL = to
		}
	}
}

// unmovable says why a feed is not given its new address: what is meant for its
// server would go to another, or the address is watched already.
func unmovable(f *fetcher.Listed, to string, configured []fetcher.Listed) string {
	from, errFrom := url.Parse(f.URL)
	target, errTo := url.Parse(to)
	if errFrom != nil || errTo != nil {
		return "its address cannot be read"
	}
	if f.AllowPrivate || f.Username != "" || f.Password != "" || len(f.Headers) > 0 {
		if !strings.EqualFold(from.Hostname(), target.Hostname()) {
			return "its headers, its password or allow_private are for " + from.Hostname() + " and not for " + target.Hostname() + "; change the address by hand"
		}
	}
	for i := range configured {
		if configured[i].ID != f.ID && fetcher.SameAddress(configured[i].URL, to) {
			return "its new address is that of " + configured[i].ID + "; remove one of them"
		}
	}
	return ""
}
