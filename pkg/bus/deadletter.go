package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const deadLetterSchema = "deadletter/1"

// replayHeader marks a message that was a dead letter, with its number.
const replayHeader = "Faultline-Replay"

// Replayed reports whether somebody put the message back that was a dead letter.
func (d *Delivery) Replayed() bool { return d.Header[replayHeader] != "" }

// DeadLetter points to a message that was given up on.
type DeadLetter struct {
	Schema string `json:"schema"`
	// Number is the dead letter's sequence on DLQ: what replay takes.
	Number     uint64    `json:"-"`
	Stream     string    `json:"stream"`
	Sequence   uint64    `json:"sequence"` // of the message in its stream
	Consumer   string    `json:"consumer"`
	Subject    string    `json:"subject,omitempty"`
	Deliveries int       `json:"deliveries"`
	Reason     string    `json:"reason"`
	Time       time.Time `json:"time"`
	// Data and Header are the message itself if its stream is a work queue,
	// which does not keep it; otherwise it is read from the stream.
	Data   []byte            `json:"data,omitempty"`
	Header map[string]string `json:"header,omitempty"`
}

func (d DeadLetter) subject() string {
	return "dlq." + Token(d.Stream) + "." + Token(d.Consumer)
}

// id is the same for every attempt to bury one message.
func (d DeadLetter) id() string {
	return d.Stream + "." + strconv.FormatUint(d.Sequence, 10) + "." + d.Consumer
}

// maxReason bounds the reason in the dead letter, in bytes.
const maxReason = 1000

// bury makes a dead letter of a message and only then ends it. Until the dead
// letter is stored the message stays, and comes again.
func (r *runner) bury(ctx context.Context, to receipt, d *Delivery, cause error) {
	reason := strings.ToValidUTF8(cause.Error(), "\uFFFD")
	if len(reason) > maxReason {
		reason = strings.ToValidUTF8(reason[:maxReason], "")
	}
	letter := DeadLetter{Schema: deadLetterSchema, Stream: r.Stream, Sequence: d.Sequence, Consumer: r.Durable,
		Subject: d.Subject, Deliveries: d.Attempt, Reason: reason, Time: time.Now().UTC()}
	if r.queue {
		letter.Data, letter.Header = d.Data, d.Header
	}
	ack, err := r.bus.publishLetter(ctx, letter)
	if err != nil {
		r.retryLater(to, d, fmt.Errorf("writing the dead letter: %w", err))
		return
	}
	if !ack.Duplicate {
		r.bus.metrics.dead.WithLabelValues(r.Stream).Inc()
	}
	r.count("dead")
	say := r.bus.logger.Error
	if permanent, ok := errors.AsType[*permanentError](cause); ok && permanent.quiet {
		say = r.bus.logger.Debug
	}
	say("A message was given up on", "consumer", r.Durable, "stream", r.Stream, "subject", d.Subject,
		"sequence", d.Sequence, "attempt", d.Attempt, "letter", ack.Sequence, "err", cause)
	// To end it as terminated would leave the server's advisory beside the letter.
	r.settle(d, to.done())
}

func (b *Bus) publishLetter(ctx context.Context, letter DeadLetter) (Ack, error) {
	data, err := json.Marshal(letter)
	if err != nil {
		return Ack{}, fmt.Errorf("encoding a dead letter: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*tryTimeout)
	defer cancel()
	return b.Publish(ctx, Message{Subject: letter.subject(), ID: letter.id(), Data: data})
}

// DeadLetters hands out all dead letters, oldest first. Those that only the
// server knows of, through its advisories, are among them; each message is
// handed out once for each consumer that gave it up.
func (b *Bus) DeadLetters(ctx context.Context, fn func(DeadLetter) error) error {
	seen := make(map[string]bool)
	return b.Replay(ctx, DeadLetters, nil, Start{}, func(_ context.Context, d *Delivery) error {
		letter, err := readLetter(d)
		if err != nil {
			b.logger.Warn("A dead letter could not be read", "letter", d.Sequence, "subject", d.Subject, "err", err)
			return nil
		}
		if seen[letter.id()] {
			return nil
		}
		seen[letter.id()] = true
		return fn(letter)
	})
}

// readLetter reads a dead letter of ours or an advisory of the server.
func readLetter(d *Delivery) (DeadLetter, error) {
	letter := DeadLetter{Number: d.Sequence}
	if strings.HasPrefix(d.Subject, "dlq.") {
		if err := json.Unmarshal(d.Data, &letter); err != nil {
			return letter, fmt.Errorf("decoding a dead letter: %w", err)
		}
		if letter.Schema != deadLetterSchema {
			return letter, fmt.Errorf("unknown schema %q", letter.Schema)
		}
		return letter, nil
	}
	var advisory struct {
		Stream     string    `json:"stream"`
		Consumer   string    `json:"consumer"`
		Sequence   uint64    `json:"stream_seq"`
		Deliveries int       `json:"deliveries"`
		Reason     string    `json:"reason"`
		Time       time.Time `json:"timestamp"`
	}
	if err := json.Unmarshal(d.Data, &advisory); err != nil {
		return letter, fmt.Errorf("decoding an advisory: %w", err)
	}
	letter.Schema, letter.Stream, letter.Consumer, letter.Sequence = deadLetterSchema, advisory.Stream, advisory.Consumer, advisory.Sequence
	letter.Deliveries, letter.Reason, letter.Time = advisory.Deliveries, advisory.Reason, advisory.Time
	if letter.Reason == "" {
		letter.Reason = "the server gave up after the consumer's own limit of deliveries"
	}
	return letter, nil
}

// DeadLetter reads one dead letter by its number, with the message itself as
// far as it is still there.
func (b *Bus) DeadLetter(ctx context.Context, number uint64) (DeadLetter, error) {
	raw, err := b.message(ctx, DeadLetters, number)
	if err != nil {
		return DeadLetter{}, fmt.Errorf("dead letter %d: %w", number, err)
	}
	letter, err := readLetter(&Delivery{Subject: raw.Subject, Data: raw.Data, Sequence: raw.Sequence})
	if err != nil || letter.Data != nil {
		return letter, err
	}
	original, err := b.message(ctx, letter.Stream, letter.Sequence)
	if errors.Is(err, ErrNotFound) {
		return letter, nil
	}
	if err != nil {
		return letter, fmt.Errorf("dead letter %d: %w", number, err)
	}
	letter.Subject, letter.Data, letter.Header = original.Subject, original.Data, flatten(original.Header)
	return letter, nil
}

// ReplayDeadLetter publishes the message behind a dead letter again and then
// removes the dead letter. The message is a new one to all consumers of its
// subject; that those who had handled it see it twice is something they bear.
func (b *Bus) ReplayDeadLetter(ctx context.Context, number uint64) error {
	letter, err := b.DeadLetter(ctx, number)
	if err != nil {
		return err
	}
	if letter.Subject == "" || letter.Data == nil {
		return fmt.Errorf("dead letter %d: message %d of %s is no longer stored: %w", number, letter.Sequence, letter.Stream, ErrNotFound)
	}
	header := map[string]string{replayHeader: strconv.FormatUint(number, 10)}
	for k, v := range letter.Header {
		// The server's own headers belong to the first publish: its id would
		// make this one a duplicate.
		if !strings.HasPrefix(k, "Nats-") {
			header[k] = v
		}
	}
	id := fmt.Sprintf("replay.%d.%s", number, letter.id())
	if _, err := b.Publish(ctx, Message{Subject: letter.Subject, ID: id, Data: letter.Data, Header: header}); err != nil {
		return fmt.Errorf("replaying dead letter %d: %w", number, err)
	}
	_, err = b.retry(ctx, "dead letter", "", func(ctx context.Context) error {
		stream, err := b.js.Stream(ctx, DeadLetters)
		if err != nil {
			return err
		}
		return stream.DeleteMsg(ctx, number)
	})
	if err != nil {
		return fmt.Errorf("removing dead letter %d after its replay: %w", number, err)
	}
	return nil
}

// message reads one stored message by its sequence.
func (b *Bus) message(ctx context.Context, stream string, sequence uint64) (*jetstream.RawStreamMsg, error) {
	return b.read(ctx, stream, func(ctx context.Context, s jetstream.Stream) (*jetstream.RawStreamMsg, error) {
		return s.GetMsg(ctx, sequence)
	})
}

// Last reads the last message of a subject; ErrNotFound when there is none.
func (b *Bus) Last(ctx context.Context, stream, subject string) (Delivery, error) {
	msg, err := b.read(ctx, stream, func(ctx context.Context, s jetstream.Stream) (*jetstream.RawStreamMsg, error) {
		return s.GetLastMsgForSubject(ctx, subject)
	})
	if err != nil {
		return Delivery{}, err
	}
	return Delivery{Subject: msg.Subject, Data: msg.Data, Header: flatten(msg.Header), Sequence: msg.Sequence, Published: msg.Time}, nil
}

// subjects are those of a stream's messages that a filter matches.
func (b *Bus) subjects(ctx context.Context, stream, filter string) (subjects map[string]uint64, err error) {
	_, err = b.retry(ctx, "subjects", "", func(ctx context.Context) error {
		s, err := b.js.Stream(ctx, stream)
		if err != nil {
			return err
		}
		info, err := s.Info(ctx, jetstream.WithSubjectFilter(filter))
		if err == nil {
			subjects = info.State.Subjects
		}
		return err
	})
	return subjects, err
}

// read gets one message of a stream.
func (b *Bus) read(ctx context.Context, stream string, get func(context.Context, jetstream.Stream) (*jetstream.RawStreamMsg, error)) (msg *jetstream.RawStreamMsg, err error) {
	_, err = b.retry(ctx, "message", "", func(ctx context.Context) error {
		s, err := b.js.Stream(ctx, stream)
		if err != nil {
			return err
		}
		msg, err = get(ctx, s)
		return err
	})
	if errors.Is(err, jetstream.ErrMsgNotFound) || errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil, ErrNotFound
	}
	return msg, err
}
