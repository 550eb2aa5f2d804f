package embedded

import (
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
)

// logger takes the server's log. Its notices are routine: they are for
// debugging.
type logger struct {
	slog *slog.Logger
	// fatal gets what the server cannot start with. The server expects its
	// logger to end the process then.
	fatal chan error
	// broken is set once a stream could not be written to. It does not recover
	// from that before the server is started again.
	broken atomic.Bool
}

func newLogger(l *slog.Logger) *logger {
	return &logger{slog: l.With("component", "nats-server"), fatal: make(chan error, 8)}
}

// text drops the line breaks and the banner's indentation.
func text(format string, v []any) string { return strings.TrimSpace(fmt.Sprintf(format, v...)) }

// Noticef implements server.Logger.
func (l *logger) Noticef(format string, v ...any) { l.slog.Debug(text(format, v)) }

// serverSays is what lines of the server's own are told under, which speak of
// its inside.
const serverSays = "The NATS server in this process says something of its own"

// Warnf implements server.Logger.
func (l *logger) Warnf(format string, v ...any) {
	line := text(format, v)
	if routine(line) {
		l.slog.Debug(line)
		return
	}
	l.slog.Warn(serverSays, "says", line)
}

// routine reports whether a warning only says that an index beside a stream was
// not the latest when it was opened, and is made again from the messages: that
// is so after every end that was not orderly. Whether messages are missing is
// found by inspect. An index that is wrong when it is written is none of that.
func routine(line string) bool {
	if strings.HasSuffix(line, " on write") {
		return false
	}
	return strings.Contains(line, " state is outdated; attempting to recover") ||
		strings.Contains(line, "] Stream state ") || strings.Contains(line, " state from index errored: ")
}

// Errorf implements server.Logger.
func (l *logger) Errorf(format string, v ...any) {
	line := text(format, v)
	// There is no other sign of it: the stream just gives no answer, and the
	// others work.
	if strings.Contains(line, "critical write error") || strings.Contains(line, "failed to store a msg") {
		l.broken.Store(true)
	}
	l.slog.Error(serverSays, "says", line)
}

// Debugf implements server.Logger.
func (l *logger) Debugf(format string, v ...any) { l.slog.Debug(text(format, v)) }

// Tracef implements server.Logger.
func (l *logger) Tracef(format string, v ...any) { l.slog.Debug(text(format, v)) }

// Fatalf implements server.Logger.
func (l *logger) Fatalf(format string, v ...any) {
	l.slog.Error(text(format, v))
	select {
	case l.fatal <- fmt.Errorf("%s", text(format, v)):
	default:
	}
}
