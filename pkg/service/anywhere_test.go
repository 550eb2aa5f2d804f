package service

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"
)

// anywhere makes a process listen on a port that is free then; the returned function waits
// until it says on which.
func anywhere(t *testing.T, p *Process) (url func() string) {
	t.Helper()
	said := make(chan string, 1)
	p.Settings.Web.Listen, p.Logger = "127.0.0.1:0", slog.New(announced{slog.NewTextHandler(io.Discard, nil), said})
	return func() string {
		t.Helper()
		select {
		case url := <-said:
			return url
		case <-time.After(time.Minute):
			t.Fatal("it did not listen within a minute")
			return ""
		}
	}
}

// announced is a log that hands on where a process listens.
type announced struct {
	slog.Handler
	url chan<- string
}

func (a announced) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "listening" {
		r.Attrs(func(attr slog.Attr) bool {
			if attr.Key == "url" {
				a.url <- attr.Value.String()
			}
			return true
		})
	}
	return a.Handler.Handle(ctx, r)
}
