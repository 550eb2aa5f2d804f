package bus

import (
	"context"
	"fmt"
	"time"
)

// Healthy reports whether the server stores what it is given, by storing
// something: when the disk is full the server still answers every question,
// but a publish gets no answer. ctx bounds the wait; without a deadline it is
// five seconds.
func (b *Bus) Healthy(ctx context.Context) error {
	if !b.conn.IsConnected() {
		return fmt.Errorf("NATS: not connected (%v)", b.conn.Status())
	}
	m := Message{Subject: "canary." + Token(b.name), Data: []byte(time.Now().UTC().Format(time.RFC3339Nano))}
	err := b.try(ctx, m.Subject, func(ctx context.Context) error {
		_, err := b.js.PublishMsg(ctx, m.wire())
		return err
	})
	if err != nil {
		return fmt.Errorf("NATS does not store: %w", err)
	}
	return nil
}
