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

// Warnf implements server.Logger.
func (l *logger) Warnf(format string, v ...any) { l.slog.Warn(text(format, v)) }

// Errorf implements server.Logger.
func (l *logger) Errorf(format string, v ...any) {
	line := text(format, v)
	// There is no other sign of it: the stream just gives no answer, and the
	// others work.
	if strings.Contains(line, "critical write error") || strings.Contains(line, "failed to store a msg") {
		l.broken.Store(true)
	}
	l.slog.Error(line)
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
