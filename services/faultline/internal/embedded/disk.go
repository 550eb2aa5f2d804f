package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"faultline/pkg/bus"
)

// room is how much the server may store in dir: what is there, and nine tenths
// of what is free, so that it refuses before the disk is full. The server's
// own default forgets what is there.
func room(dir string) (int64, error) {
	used, err := size(dir)
	if err != nil {
		return 0, err
	}
	available, err := free(dir)
	if err != nil {
		return 0, fmt.Errorf("asking for the free space of %s: %w", dir, err)
	}
	return used + available/10*9, nil
}

// room is what the server may store, and what its disk has free.
func (s *Server) room() (r bus.Room, err error) {
	c := s.current().JetStreamConfig()
	if c == nil {
		return r, errors.New("the NATS server is being restarted")
	}
	r.Limit = c.MaxStore
	if r.DiskFree, err = free(s.options.Dir); err != nil {
		return r, fmt.Errorf("asking for the free space of %s: %w", s.options.Dir, err)
	}
	return r, nil
}

// size is the sum of the files below dir.
func size(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return ignoreGone(err)
		}
		info, err := entry.Info()
		if err == nil {
			total += info.Size()
		}
		return ignoreGone(err)
	})
	if err != nil {
		return 0, fmt.Errorf("measuring %s: %w", dir, err)
	}
	return total, nil
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
