package sinktest

import (
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"testing"
)

// SMTP starts a mail server (RFC 5321, without TLS or authentication).
func SMTP(t testing.TB) *Sink {
	t.Helper()
	s := newSink(t)
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
	if !say(220, "sink") {
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
		case "MAIL":
			m = Message{Path: "smtp"}
			ok = say(250, "ok")
		case "RCPT":
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
