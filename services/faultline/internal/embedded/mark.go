package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"faultline/pkg/bus"

	"github.com/nats-io/nats-server/v2/server"
)

// marks are how far each stream had come, kept beside the store: a store that
// was cut short says nothing of it when it is opened again.
type marks struct {
	// Clean is set by an orderly end. After any other end the server is started
	// twice: one that lost the end of a stream acknowledges what it stores
	// next and cannot read it back before it is started once more.
	Clean bool              `json:"clean"`
	Last  map[string]uint64 `json:"last"` // stream to its last sequence
}

func (s *Server) marksFile() string { return filepath.Join(s.options.Dir, "marks.json") }

// readMarks is what the last run left. The first one has nothing behind it.
func (s *Server) readMarks() marks {
	data, err := os.ReadFile(s.marksFile())
	if errors.Is(err, fs.ErrNotExist) {
		return marks{Clean: true}
	}
	var m marks
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		s.options.Logger.Warn("How far the streams had come is unknown", "file", s.marksFile(), "err", err)
		return marks{}
	}
	return m
}

func (s *Server) writeMarks(clean bool) error {
	last, err := lastSequences(s.current())
	if err != nil {
		return err
	}
	data, err := json.Marshal(marks{Clean: clean, Last: last})
	if err != nil {
		return fmt.Errorf("encoding how far the streams have come: %w", err)
	}
	// Written aside and renamed, so that it is never half of itself.
	aside := s.marksFile() + ".new"
	err = os.WriteFile(aside, data, 0o600)
	if err == nil {
		err = os.Rename(aside, s.marksFile())
	}
	if err != nil {
		return fmt.Errorf("noting how far the streams have come: %w", err)
	}
	return nil
}

func lastSequences(srv *server.Server) (map[string]uint64, error) {
	info, err := srv.Jsz(&server.JSzOptions{Accounts: true, Streams: true})
	if err != nil {
		return nil, fmt.Errorf("asking how far the streams have come: %w", err)
	}
	last := make(map[string]uint64)
	for _, account := range info.AccountDetails {
		for _, stream := range account.Streams {
			last[stream.Name] = stream.State.LastSeq
		}
	}
	return last, nil
}

// inspect compares the store with the marks of the last run, and starts the
// server once more if that did not end in order or messages are missing.
func (s *Server) inspect() error {
	before := s.readMarks()
	last, err := lastSequences(s.current())
	if err != nil {
		return err
	}
	for stream, mark := range before.Last {
		now := last[stream]
		switch {
		case now >= mark:
		case stream == bus.Poll: // is written behind: the fetcher makes its tokens again
			s.options.Logger.Info("The last tokens of polls were not on the disk yet; they are made again", "last", now, "had", mark)
		default:
			s.options.Logger.Error("The store is damaged: the stream has lost its end", "dir", s.options.Dir, "stream", stream,
				"last", now, "had", mark)
			s.damage = append(s.damage, bus.Damage{Stream: stream, Messages: int(mark - now), From: now + 1})
		}
	}
	if !before.Clean || len(s.damage) > 0 {
		if len(before.Last) > 0 && len(s.damage) == 0 {
			s.options.Logger.Info("The last run did not end in order; the streams were read again and lack nothing that was known to be stored", "dir", s.options.Dir)
		}
		if err := s.restart(); err != nil {
			return err
		}
	}
	return s.writeMarks(false)
}
