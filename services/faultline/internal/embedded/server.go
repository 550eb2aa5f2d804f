// Package embedded runs the NATS server inside the process: the store of the
// all-in-one.
package embedded

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/config"

	"github.com/nats-io/nats-server/v2/server"
	"golang.org/x/crypto/bcrypt"
)

// The durabilities.
const (
	// Always flushes every message to the disk before it is acknowledged: what
	// was published survives a power cut.
	Always = "always"
	// Interval flushes every ten seconds: some ten times as fast, what the last
	// seconds brought is lost in a power cut (not when the process is killed).
	Interval = "interval"
)

const (
	syncInterval = 10 * time.Second
	readyTimeout = 5 * time.Minute // a large store after a crash is read in full
	stopTimeout  = 20 * time.Second
	maxMemory    = 64 << 20 // no stream is kept in memory; without a bound the server plans with 75 % of it
	user         = "faultline"
)

// Options says where and how to run. Dir must be set.
type Options struct {
	Dir        string // everything is below it; made if it is missing
	Durability string // Always by default
	// MaxStore bounds what is stored, in bytes. By default it is what is there
	// already and nine tenths of what the disk has free at the start.
	MaxStore int64
	// Listen is an address such as "127.0.0.1:4222" on which other processes
	// may connect; empty opens no port. They log in as "faultline" with
	// Password.
	Listen string
	// Password for Listen. By default a new one at each start, in the file
	// "password" in Dir that only its owner can read.
	Password config.Secret
	Logger   *slog.Logger // nil: no log
}

// Server is a running server.
type Server struct {
	options  Options
	password config.Secret // empty if nobody needs to log in
	lock     *lock
	log      *logger

	mu     sync.Mutex
	server *server.Server // replaced by restart

	socket  net.Listener // nil if it could not be opened
	closed  sync.Once
	closing chan struct{} // closed once the socket is
	guests  sync.WaitGroup

	damage []bus.Damage // what the store had lost at the start
	watch  watch
	health health
}

// Start runs the server and returns when it can be connected to.
func Start(o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := writable(o.Dir); err != nil {
		return nil, err
	}
	held, err := acquire(filepath.Join(o.Dir, "lock"))
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, lock: held, log: newLogger(o.Logger), watch: defaultWatch()}
	if err := s.setPassword(); err != nil {
		return nil, errors.Join(err, held.release())
	}
	if err := s.run(); err != nil {
		return nil, errors.Join(err, held.release())
	}
	if err := s.inspect(); err != nil {
		return nil, errors.Join(err, s.Shutdown())
	}
	if err := s.openSocket(); err != nil {
		o.Logger.Warn("Commands such as incidents and why cannot ask this process", "err", err,
			"remedy", "choose a data directory with a shorter path, or set nats.listen")
	}
	return s, nil
}

func (o Options) withDefaults() (Options, error) {
	if o.Dir == "" {
		return o, errors.New("embedded NATS server: no data directory given")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	switch o.Durability {
	case "":
		o.Durability = Always
	case Always, Interval:
	default:
		return o, fmt.Errorf("embedded NATS server: durability %q is neither %q nor %q", o.Durability, Always, Interval)
	}
	if o.Listen != "" {
		if _, _, err := splitListen(o.Listen); err != nil {
			return o, err
		}
	}
	return o, nil
}

func splitListen(listen string) (host string, port int, err error) {
	host, digits, err := net.SplitHostPort(listen)
	if err == nil {
		port, err = strconv.Atoi(digits)
	}
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("embedded NATS server: cannot listen on %q; write host:port, such as 127.0.0.1:4222", listen)
	}
	return host, port, nil
}

// writable makes the directory and tells, in terms of the data directory, why
// nothing can be stored in it.
func writable(dir string) error {
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		probe := filepath.Join(dir, ".probe")
		err = errors.Join(os.WriteFile(probe, nil, 0o600), os.Remove(probe))
	}
	if err != nil {
		return fmt.Errorf("the data directory %s cannot be written: %w; give the user that runs Faultline the right to write there, or choose another directory", dir, err)
	}
	return nil
}

// setPassword makes the password that other processes log in with. Inside the
// process it is needed as well then: a server with users lets nobody in
// without.
func (s *Server) setPassword() error {
	if s.options.Listen == "" {
		return nil
	}
	if s.password = s.options.Password; s.password != "" {
		return nil
	}
	s.password = config.Secret(rand.Text())
	file := filepath.Join(s.options.Dir, "password")
	if err := os.WriteFile(file, []byte(s.password.Reveal()+"\n"), 0o600); err != nil {
		return fmt.Errorf("writing the password of this start: %w", err)
	}
	return nil
}

func (s *Server) serverOptions() (*server.Options, error) {
	o := &server.Options{
		ServerName: "faultline", NoSigs: true, DontListen: true,
		JetStream: true, StoreDir: s.options.Dir, JetStreamMaxMemory: maxMemory,
		SyncAlways: s.options.Durability == Always, SyncInterval: syncInterval,
		JetStreamMaxStore: s.options.MaxStore,
	}
	if o.JetStreamMaxStore == 0 {
		room, err := room(s.options.Dir)
		if err != nil {
			return nil, err
		}
		o.JetStreamMaxStore = room
	}
	if s.options.Listen != "" {
		host, port, err := splitListen(s.options.Listen)
		if err != nil {
			return nil, err
		}
		// The lowest cost: the text is random, or beside us in the memory anyway.
		hash, err := bcrypt.GenerateFromPassword([]byte(s.password.Reveal()), bcrypt.MinCost)
		if err != nil {
			return nil, fmt.Errorf("embedded NATS server: its password: %w", err)
		}
		o.DontListen, o.Host, o.Port = false, host, port
		if port == 0 {
			o.Port = server.RANDOM_PORT
		}
		o.Users = []*server.User{{Username: user, Password: string(hash)}}
	}
	return o, nil
}

// run starts a server on the store and waits until it takes connections.
func (s *Server) run() error {
	o, err := s.serverOptions()
	if err != nil {
		return err
	}
	srv, err := server.NewServer(o)
	if err != nil {
		return fmt.Errorf("starting the embedded NATS server in %s: %w", s.options.Dir, err)
	}
	srv.SetLoggerV2(s.log, false, false, false)
	started := make(chan bool, 1)
	go func() {
		srv.Start()
		started <- srv.ReadyForConnections(readyTimeout)
	}()
	select {
	case ready := <-started:
		if ready {
			break
		}
		err = fmt.Errorf("not ready within %v", readyTimeout)
	case err = <-s.log.fatal:
	}
	if err == nil {
		select { // a server that cannot store says so and is ready all the same
		case err = <-s.log.fatal:
		default:
		}
	}
	if err != nil {
		srv.Shutdown()
		return fmt.Errorf("starting the embedded NATS server in %s: %w", s.options.Dir, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.server = srv
	return nil
}

func (s *Server) current() *server.Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.server
}

// InProcessConn is how a Bus in the same process connects. It stays valid
// when the server is restarted underneath.
func (s *Server) InProcessConn() (net.Conn, error) { return s.current().InProcessConn() }

// BusOptions connect to the server from inside the process.
func (s *Server) BusOptions(name string) bus.Options {
	o := s.busOptions(name)
	o.Damage, o.Room = s.damage, s.room
	return o
}

func (s *Server) busOptions(name string) bus.Options {
	o := bus.Options{Server: s, Name: name, Logger: s.options.Logger}
	if s.password != "" {
		o.Username, o.Password = user, s.password
	}
	return o
}

// URL is where other processes connect, or empty. They log in with Credentials.
func (s *Server) URL() string {
	if s.options.Listen == "" {
		return ""
	}
	return s.current().ClientURL()
}

// Credentials are what other processes log in with; empty without Listen.
func (s *Server) Credentials() (username string, password config.Secret) {
	if s.password == "" {
		return "", ""
	}
	return user, s.password
}

// Shutdown ends the server after everything it acknowledged is on the disk,
// and gives the directory free. Run must have ended, and connections should be
// closed.
func (s *Server) Shutdown() error {
	return errors.Join(s.writeMarks(true), s.closeSocket(), s.stop(), s.lock.release())
}

func (s *Server) stop() error {
	srv := s.current()
	srv.Shutdown()
	stopped := make(chan struct{})
	go func() {
		srv.WaitForShutdown()
		close(stopped)
	}()
	select {
	case <-stopped:
		return nil
	case <-time.After(stopTimeout):
		return fmt.Errorf("the embedded NATS server did not end within %v", stopTimeout)
	}
}

// restart runs a new server on the same store. Connections find it by
// themselves.
func (s *Server) restart() error {
	if err := s.stop(); err != nil {
		return err
	}
	return s.run()
}
