package bustest

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"time"

	"faultline/pkg/bus"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Bus is a new connection, inside the process unless the server has users. It
// is closed with the test.
func (s *Server) Bus(change ...func(*bus.Options)) *bus.Bus {
	s.t.Helper()
	o := s.Options()
	for _, c := range change {
		c(&o)
	}
	b, err := bus.Connect(s.t.Context(), o)
	if err != nil {
		s.t.Fatalf("connecting: %v", err)
	}
	s.t.Cleanup(func() {
		// The test's own context has ended by now.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.t.Context()), 5*time.Second)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			s.t.Logf("closing a connection: %v", err)
		}
	})
	return b
}

// Options are those that Bus connects with.
func (s *Server) Options() bus.Options {
	o := bus.Options{Name: s.t.Name(), Logger: s.settings.logger, Registerer: s.settings.registry}
	if s.settings.listen {
		o.URL = s.URL()
	} else {
		o.Server = s
	}
	return o
}

// InProcessConn makes Server what the embedded server is to a Bus. A
// connection outlives Restart.
func (s *Server) InProcessConn() (net.Conn, error) { return s.current().InProcessConn() }

// Conn is a plain NATS connection, for tests that look behind the Bus.
func (s *Server) Conn(opts ...nats.Option) *nats.Conn {
	s.t.Helper()
	url, opts := "", append([]nats.Option{nats.Timeout(patience)}, opts...)
	if s.settings.listen {
		url = s.URL()
	} else {
		opts = append(opts, nats.InProcessServer(s))
	}
	conn, err := nats.Connect(url, opts...)
	if err != nil {
		s.t.Fatalf("connecting: %v", err)
	}
	s.t.Cleanup(conn.Close)
	return conn
}

// URL is the server's address; it needs Listen.
func (s *Server) URL() string { return s.current().ClientURL() }

// StoreDir is where the streams are on the disk.
func (s *Server) StoreDir() string { return filepath.Join(s.settings.server.StoreDir, "jetstream") }

// Stop ends the server; clients see a lost connection.
func (s *Server) Stop() {
	srv := s.current()
	srv.Shutdown()
	srv.WaitForShutdown()
}

// Restart ends the server if it runs, and starts one on the same store and
// port.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	s.run()
}

// Corrupt flips a bit of a stored message's data on the disk of a stopped
// server. The data must occur in no other message.
func (s *Server) Corrupt(stream, data string) {
	s.t.Helper()
	s.damage(stream, data, func(block []byte, at int) []byte {
		block[at] ^= 1
		return block
	})
}

// Truncate cuts the file that holds a stopped server's message in the middle
// of that message, and takes away the index that knows what was behind it.
func (s *Server) Truncate(stream, data string) {
	s.t.Helper()
	s.damage(stream, data, func(block []byte, at int) []byte { return block[:at] })
	indexes, err := filepath.Glob(filepath.Join(s.StoreDir(), "*", "streams", stream, "msgs", "index.db"))
	if err != nil || len(indexes) != 1 {
		s.t.Fatalf("the indexes of %s are %v, %v", stream, indexes, err)
	}
	if err := os.Remove(indexes[0]); err != nil {
		s.t.Fatal(err)
	}
}

func (s *Server) damage(stream, data string, do func(block []byte, at int) []byte) {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.StoreDir(), "*", "streams", stream, "msgs", "*.blk"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, file := range files {
		block, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		at := bytes.Index(block, []byte(data))
		if at < 0 {
			continue
		}
		if err := os.WriteFile(file, do(block, at), 0o600); err != nil {
			s.t.Fatal(err)
		}
		return
	}
	s.t.Fatalf("no block of %s holds %q", stream, data)
}

// JetStream is the server's API, for tests that look behind the Bus.
func (s *Server) JetStream() jetstream.JetStream {
	s.t.Helper()
	js, err := jetstream.New(s.Conn(), jetstream.WithDefaultTimeout(patience))
	if err != nil {
		s.t.Fatal(err)
	}
	return js
}
