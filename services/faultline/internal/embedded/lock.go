package embedded

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// lock keeps a second process away from the store: two servers on one store
// destroy it. The operating system gives it free when the process ends,
// however it ends; the file stays.
type lock struct{ file *os.File }

func acquire(path string) (*lock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the data directory: %w", err)
	}
	if err := lockFile(file); err != nil {
		holder := "another process"
		if data, readErr := io.ReadAll(io.LimitReader(file, 100)); readErr == nil && len(data) > 0 {
			holder = "process " + strings.TrimSpace(string(data))
		}
		err = fmt.Errorf("the data directory %s is in use by %s (%w); stop it first, or choose another directory", filepath.Dir(path), holder, err)
		return nil, errors.Join(err, file.Close())
	}
	err = file.Truncate(0)
	if err == nil {
		_, err = file.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking the data directory: %w", err), file.Close())
	}
	return &lock{file: file}, nil
}

func (l *lock) release() error { return l.file.Close() }
