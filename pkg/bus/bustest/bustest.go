// Package bustest runs real NATS servers with JetStream for tests.
package bustest

import (
	"log/slog"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/prometheus/client_golang/prometheus"
)

// Option changes what Start and StartServer do.
type Option func(*settings)

type settings struct {
	server   server.Options
	listen   bool
	tuning   *bus.Tuning
	registry prometheus.Registerer
	logger   *slog.Logger
}

// SyncAlways makes the server flush every message to the disk, as the shipped
// one does. Without it tests are faster.
func SyncAlways() Option { return func(s *settings) { s.server.SyncAlways = true } }

// Listen opens a TCP port on 127.0.0.1, for clients outside the process and
// for users with permissions, who cannot be told apart inside it.
func Listen() Option { return func(s *settings) { s.listen = true } }

// ConfigFile makes the server read a nats-server.conf; address, port and store
// directory in it are replaced. It implies Listen and Bare: who may create
// streams is the file's affair.
func ConfigFile(t testing.TB, path string) Option {
	t.Helper()
	config, err := server.ProcessConfigFile(path)
	if err != nil {
		t.Fatalf("reading %s: %v", path, err)
	}
	return func(s *settings) { s.server, s.listen, s.tuning = *config, true, nil }
}

// Configure changes the server's own options, for what has no option here.
func Configure(change func(*server.Options)) Option { return func(s *settings) { change(&s.server) } }

// MaxStore bounds what the server stores, in bytes.
func MaxStore(bytes int64) Option { return func(s *settings) { s.server.JetStreamMaxStore = bytes } }

// Tuning applies the topology with other bounds than the default's.
func Tuning(t bus.Tuning) Option { return func(s *settings) { s.tuning = &t } }

// Bare leaves the server without streams.
func Bare() Option { return func(s *settings) { s.tuning = nil } }

// Registerer collects the metrics of the connections.
func Registerer(r prometheus.Registerer) Option { return func(s *settings) { s.registry = r } }

// Logger takes the log of the connections.
func Logger(l *slog.Logger) Option { return func(s *settings) { s.logger = l } }

// Start runs a server in the process with a store of its own, applies the
// topology and returns a connection. All of it ends with the test.
func Start(t testing.TB, opts ...Option) *bus.Bus {
	t.Helper()
	return StartServer(t, opts...).Bus()
}

// Server is a NATS server of a test. Stop and Restart keep its store.
type Server struct {
	t        testing.TB
	settings settings
	port     int // of the first run
	mu       sync.Mutex
	server   *server.Server // replaced by Restart
}

func (s *Server) current() *server.Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.server
}

// StartServer runs a server with the topology applied; it ends with the test.
func StartServer(t testing.TB, opts ...Option) *Server {
	t.Helper()
	tuning := bus.DefaultTuning()
	s := &Server{t: t, settings: settings{tuning: &tuning}}
	for _, o := range opts {
		o(&s.settings)
	}
	s.settings.server.StoreDir = storeDir(t)
	s.run()
	t.Cleanup(s.Stop)
	if s.settings.tuning != nil {
		if err := s.Bus().Apply(t.Context(), *s.settings.tuning); err != nil {
			t.Fatalf("applying the topology: %v", err)
		}
	}
	return s
}

// storeDir is like t.TempDir, but tolerates files that the server still writes
// while it ends.
func storeDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "bustest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Logf("removing %s: %v", dir, err)
		}
	})
	return dir
}

// patience is what a busy machine may take for what is done at once.
const patience = time.Minute

// run starts the server; a port it had before is taken again.
func (s *Server) run() {
	s.t.Helper()
	o := s.settings.server
	o.ServerName, o.JetStream, o.NoSigs, o.NoLog = "bustest", true, true, true
	o.DontListen = !s.settings.listen
	o.Host, o.HTTPPort = "127.0.0.1", 0
	o.Port = server.RANDOM_PORT
	if o.AuthTimeout == 0 {
		o.AuthTimeout = patience.Seconds()
	}
	if s.port != 0 {
		o.Port = s.port
	}
	srv, err := server.NewServer(&o)
	if err != nil {
		s.t.Fatalf("starting a NATS server: %v", err)
	}
	srv.Start()
	if !srv.ReadyForConnections(patience) {
		s.t.Fatal("the NATS server did not become ready")
	}
	if addr, ok := srv.Addr().(*net.TCPAddr); ok {
		s.port = addr.Port
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.server = srv
}
