package sinktest

import (
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"net"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"
)

// SMTP starts a mail server (RFC 5321, without TLS or authentication).
func SMTP(t testing.TB) *Sink {
	t.Helper()
	return serve(t, newSink(t))
}

// STARTTLS starts a mail server that offers it (RFC 3207), and returns the PEM of
// the certificate, which holds for 127.0.0.1.
func STARTTLS(t testing.TB) (s *Sink, certificate []byte) {
	t.Helper()
	lender := httptest.NewTLSServer(nil)
	lender.Close()
	s = newSink(t)
	s.tls = &tls.Config{Certificates: lender.TLS.Certificates, MinVersion: tls.VersionTLS12}
	return serve(t, s), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: lender.Certificate().Raw})
}

// The stages of a mail at which a server may refuse it.
const (
	Greeting  = "CONNECT"
	Recipient = "RCPT"
)

// Refuse answers a stage with a code from now on; 0 gives no answer until the test
// ends.
func (s *Sink) Refuse(stage string, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stage, s.code = stage, code
}

// refused says at a stage what Refuse wants said there.
func (s *Sink) refused(stage string, say func(int, string) bool) bool {
	s.mu.Lock()
	refuses, code := s.stage == stage, s.code
	s.mu.Unlock()
	switch {
	case !refuses:
		return false
	case code == 0:
		<-s.closing
	default:
		say(code, "sink refuses")
	}
	return true
}

func serve(t testing.TB, s *Sink) *Sink {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.URL = listener.Addr().String()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.session(conn)
		}
	}()
	t.Cleanup(func() {
		s.release()
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// session serves one connection. An error ends it, as a client that goes away
// is part of the tests.
func (s *Sink) session(conn net.Conn) {
	c := textproto.NewConn(conn)
	defer func() { _ = c.Close() }()
	say := func(code int, text string) bool { return c.PrintfLine("%d %s", code, text) == nil }
	if s.refused(Greeting, say) || !say(220, "sink") {
		return
	}
	var m Message
	for {
		line, err := c.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		ok := true
		switch strings.ToUpper(verb) {
		case "EHLO":
			_, encrypted := conn.(*tls.Conn)
			ok = s.extensions(c, s.tls != nil && !encrypted)
		case "STARTTLS":
			if ok = say(220, "go on"); ok {
				conn = tls.Server(conn, s.tls)
				c = textproto.NewConn(conn)
			}
		case "MAIL":
			m = Message{Path: "smtp"}
			ok = say(250, "ok")
		case "RCPT":
			if s.refused(Recipient, say) {
				continue
			}
			m.To = append(m.To, strings.Trim(rest[len("TO:"):], "<>"))
			ok = say(250, "ok")
		case "DATA":
			ok = say(354, "go on") && s.data(c, m, say)
		case "QUIT":
			say(221, "bye")
			return
		default:
			ok = say(250, "ok")
		}
		if !ok {
			return
		}
	}
}

// extensions answers EHLO.
func (s *Sink) extensions(c *textproto.Conn, encrypts bool) bool {
	if encrypts {
		return c.PrintfLine("250-sink\r\n250 STARTTLS") == nil
	}
	return c.PrintfLine("250 sink") == nil
}

func (s *Sink) data(c *textproto.Conn, m Message, say func(int, string) bool) bool {
	lines, err := c.ReadDotLines()
	if err != nil {
		return false
	}
	m.Body = strings.Join(lines, "\r\n")
	a := s.take(m)
	switch {
	case a.Hang:
		<-s.closing
		return false
	case a.LostAck:
		return false
	case a.Status != 0:
		return say(a.Status, fmt.Sprintf("sink says %d", a.Status))
	}
	return say(250, "accepted")
}
