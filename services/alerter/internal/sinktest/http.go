// Package sinktest has channels for tests: real HTTP and SMTP servers on the
// loopback that keep what they are sent and fail as they are told.
package sinktest

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Message is one request or mail that reached a sink.
type Message struct {
	Method string // of the request
	Path   string // of the request; "smtp" for mail
	Header map[string][]string
	Body   string
	To     []string // of a mail
}

// Answer is how a sink answers one message.
type Answer struct {
	// Status is the HTTP status; 0 is success. For mail it is the reply code
	// after the message, or 0 for success.
	Status int
	// RetryAfter is the header's value, if not empty.
	RetryAfter string
	// Body replaces the channel's own words.
	Body string
	// Hang gives no answer until the test ends.
	Hang bool
	// Slow answers so much later.
	Slow time.Duration
	// LostAck takes the message and closes the connection without an answer.
	LostAck bool

	number int // of the attempt, by which a chat names the message
}

// Sink is a channel that keeps what it is sent.
type Sink struct {
	URL string // base address, or host:port for mail

	mu      sync.Mutex
	all     []Message
	answer  func(n int, m Message) Answer // by the number of the attempt, from 1
	tries   int
	closing chan struct{}

	// Of mail.
	tls   *tls.Config // nil: STARTTLS is not offered
	stage string      // that is refused
	code  int
}

// HTTP starts a sink that answers as the channel at the path would: /slack, Slack's
// Web API at /slack/api/, Telegram at /bot<token>/, a Matrix homeserver, ntfy at
// /ntfy/, an Alertmanager's API; anything else is a webhook. The message of attempt n is "n.000100" to Slack's API and n to Telegram.
func HTTP(t testing.TB) *Sink {
	t.Helper()
	s := newSink(t)
	server := httptest.NewServer(s)
	s.URL = server.URL
	t.Cleanup(func() {
		s.release()
		server.Close()
	})
	return s
}

func newSink(testing.TB) *Sink {
	return &Sink{answer: func(int, Message) Answer { return Answer{} }, closing: make(chan struct{})}
}

func (s *Sink) release() {
	select {
	case <-s.closing:
	default:
		close(s.closing)
	}
}

// Answer sets how the sink answers from now on. The attempts are counted anew.
func (s *Sink) Answer(answer func(n int) Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer, s.tries = func(n int, _ Message) Answer { return answer(n) }, 0
}

// AnswerEach sets how the sink answers a message by what it is.
func (s *Sink) AnswerEach(answer func(m Message) Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer, s.tries = func(_ int, m Message) Answer { return answer(m) }, 0
}

// Always answers every attempt alike.
func Always(a Answer) func(int) Answer { return func(int) Answer { return a } }

// Messages are those that were accepted, in order; a question (GET) is none.
func (s *Sink) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.all...)
}

// Tries is the number of attempts since Answer was called.
func (s *Sink) Tries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tries
}

// take notes an attempt and says how to answer it.
func (s *Sink) take(m Message) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries++
	a := s.answer(s.tries, m)
	a.number = s.tries
	if m.Method != http.MethodGet && !a.Hang && (a.Status == 0 || a.Status/100 == 2) {
		s.all = append(s.all, m)
	}
	return a
}

func (s *Sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a := s.take(Message{Method: r.Method, Path: r.URL.Path, Header: r.Header, Body: string(body)})
	switch {
	case a.Hang:
		<-s.closing
		return
	case a.LostAck:
		panic(http.ErrAbortHandler)
	case a.Slow > 0:
		s.delay(a.Slow)
	}
	if a.RetryAfter != "" {
		w.Header().Set("Retry-After", a.RetryAfter)
	}
	text, kind := reply(r.URL.Path, a)
	w.Header().Set("Content-Type", kind)
	if a.Status != 0 {
		w.WriteHeader(a.Status)
	}
	if _, err := io.WriteString(w, text); err != nil {
		return // the client has gone
	}
}

// delay waits, but not beyond the test.
func (s *Sink) delay(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.closing:
	}
}

// reply is what the real channel would say.
func reply(path string, a Answer) (text, kind string) {
	switch {
	case a.Body != "":
		return a.Body, "application/json"
	case strings.HasPrefix(path, "/bot") && a.Status/100 > 2:
		return fmt.Sprintf(`{"ok":false,"error_code":%d,"description":"Sink says %d"}`, a.Status, a.Status), "application/json"
	case strings.HasPrefix(path, "/bot"):
		return fmt.Sprintf(`{"ok":true,"result":{"message_id":%d,"date":1,"chat":{"id":-100,"type":"group"}}}`, a.number), "application/json"
	case strings.HasPrefix(path, "/slack/api/") && a.Status/100 > 2:
		return fmt.Sprintf(`{"ok":false,"error":"sink_says_%d"}`, a.Status), "application/json"
	case strings.HasPrefix(path, "/slack/api/"):
		return fmt.Sprintf(`{"ok":true,"channel":"C024BE91L","ts":"%d.000100"}`, a.number), "application/json"
	case strings.HasPrefix(path, "/_matrix/") && a.Status/100 > 2:
		return fmt.Sprintf(`{"errcode":"M_SINK","error":"sink says %d"}`, a.Status), "application/json"
	case strings.HasPrefix(path, "/_matrix/"):
		return fmt.Sprintf(`{"event_id":"$%d:sink.example"}`, a.number), "application/json"
	case strings.HasPrefix(path, "/ntfy/"):
		return fmt.Sprintf(`{"id":"n%d","event":"message"}`, a.number), "application/json"
	case strings.HasSuffix(path, "/api/v2/alerts"):
		return "[]", "application/json"
	default:
		return "ok", "text/plain"
	}
}
