package embedded

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Socket is the Unix socket by which other processes of the same user reach the
// server, as if they were inside. It implements nats.InProcessConnProvider.
type Socket string

// SocketIn is the socket of the server that runs in dir.
func SocketIn(dir string) Socket { return Socket(filepath.Join(dir, "socket")) }

// InProcessConn connects to the server; an error matches fs.ErrNotExist where none
// ever ran.
func (s Socket) InProcessConn() (net.Conn, error) {
	return net.DialTimeout("unix", string(s), dialTimeout)
}

const dialTimeout = 5 * time.Second

// openSocket begins to let other processes in. The lock is held, so that a socket
// which is there is one that a killed process left.
func (s *Server) openSocket() error {
	path := string(SocketIn(s.options.Dir))
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing an old socket: %w", err)
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("opening a socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return errors.Join(fmt.Errorf("keeping others from the socket: %w", err), listener.Close())
	}
	s.socket, s.closing = listener, make(chan struct{})
	s.guests.Go(func() { s.admit(listener) })
	return nil
}

// closeSocket lets nobody in any more, throws out who is still inside, and returns when all
// have gone. The server would wait for a command that was stopped and reads nothing.
func (s *Server) closeSocket() error {
	if s.socket == nil {
		return nil
	}
	err := s.socket.Close()
	s.closed.Do(func() { close(s.closing) })
	s.guests.Wait()
	return err
}

// admit connects who comes with the server, until the listener is closed.
func (s *Server) admit(listener net.Listener) {
	for {
		guest, err := listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // too many open files, say
			s.options.Logger.Warn("A command could not be let in", "err", err)
			time.Sleep(time.Second)
			continue
		}
		s.guests.Go(func() { s.relay(guest) })
	}
}

// relay passes on what one says to the other until either leaves, or the socket is closed.
func (s *Server) relay(guest net.Conn) {
	inside, err := s.InProcessConn()
	if err != nil { // it is being started again; the guest tries anew
		s.options.Logger.Debug("A command was not let in", "err", errors.Join(err, guest.Close()))
		return
	}
	ended := make(chan error, 2)
	pass := func(to, from net.Conn) {
		_, err := io.Copy(to, from)
		ended <- err
	}
	go pass(inside, guest)
	go pass(guest, inside)
	left := 2
	select {
	case err = <-ended:
		left--
	case <-s.closing:
	}
	err = errors.Join(err, inside.Close(), guest.Close())
	for range left {
		err = errors.Join(err, <-ended)
	}
	s.options.Logger.Debug("A command has left", "err", err)
}
