package classifier

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
)

// marks remembers which rule sets passed their examples, so that a classifier that
// starts again with the rules that it had does not run them again. A mark is of the
// bytes of all files that were read, of the weights and of the program: another
// letter in one of them, or another build, is another set. Whoever may write marks
// can make a set go live whose examples fail, and so can whoever may write rules, by
// removing the examples.
type marks struct {
	bucket  *bus.Bucket // nil when nothing can be remembered
	program string
	logger  *slog.Logger
}

// mark is what is stored of a set that passed.
type mark struct {
	Set   string  `json:"set"`   // the key again: a value that says otherwise is of another set
	Broad []Broad `json:"broad"` // what the examples tell beside that
}

// markWait bounds how long a mark is asked for or written: without NATS the examples
// are run.
const markWait = 2 * time.Second

// newMarks opens the marks. Without them every set runs its examples.
func newMarks(ctx context.Context, b *bus.Bus, logger *slog.Logger) *marks {
	m := &marks{logger: logger}
	ctx, cancel := context.WithTimeout(ctx, markWait)
	defer cancel()
	bucket, err := b.Bucket(ctx, bus.RuleMarks)
	if err == nil {
		m.program, err = program()
	}
	if err != nil {
		m.warn("the examples of the rules run at each start", err)
		return m
	}
	m.bucket = bucket
	return m
}

func (m *marks) warn(message string, err error) {
	m.logger.Warn(message+"; does the NATS user have the permissions of deploy/nats/nats-server.conf?", "err", err)
}

func (m *marks) key(r *Ruleset) string { return event.NewID(m.program, r.set) }

// find reports whether the set passed its examples before, and which indicators they
// showed to be over-broad. A mark that cannot be read is none.
func (m *marks) find(ctx context.Context, r *Ruleset) (broad []Broad, passed bool) {
	if m.bucket == nil {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, markWait)
	defer cancel()
	key := m.key(r)
	entry, err := m.bucket.Get(ctx, key)
	var found mark
	if err == nil {
		err = json.Unmarshal(entry.Value, &found)
	}
	switch {
	case errors.Is(err, bus.ErrNotFound):
		return nil, false
	case err == nil && found.Set != key:
		err = errors.New("it is of another set")
		fallthrough
	case err != nil:
		m.logger.Warn("it cannot be read whether the rules passed their examples; they are run", "err", err)
		return nil, false
	}
	return found.Broad, true
}

// set remembers that the set passed its examples. What fails only costs time at the
// next start.
func (m *marks) set(ctx context.Context, r *Ruleset, broad []Broad) {
	if m.bucket == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, markWait)
	defer cancel()
	if err := m.write(ctx, m.key(r), broad); err != nil && !errors.Is(err, bus.ErrConflict) { // another classifier was faster
		m.warn("that the rules passed their examples cannot be remembered", err)
	}
}

func (m *marks) write(ctx context.Context, key string, broad []Broad) error {
	value, err := json.Marshal(mark{Set: key, Broad: broad})
	if err != nil {
		return fmt.Errorf("encoding a mark: %w", err)
	}
	entry, err := m.bucket.Get(ctx, key) // one that is there is damaged, and comes with its revision
	if err != nil && !errors.Is(err, bus.ErrNotFound) && !errors.Is(err, bus.ErrDamaged) {
		return err
	}
	_, err = m.bucket.Put(ctx, key, value, entry.Revision)
	return err
}

// program names the program that runs by the bytes of its file: two builds of one
// version can differ. Linux has the file also when another lies in its place.
func program() (string, error) {
	file, err := os.Open("/proc/self/exe")
	if errors.Is(err, fs.ErrNotExist) {
		var path string
		if path, err = os.Executable(); err == nil {
			file, err = os.Open(path)
		}
	}
	if err != nil {
		return "", fmt.Errorf("opening the program's own file: %w", err)
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", fmt.Errorf("reading the program's own file: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
