package bus_test

import (
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// foreignConsumer gives up by the server's own means.
func foreignConsumer() jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{Durable: "foreign", AckPolicy: jetstream.AckExplicitPolicy, MaxDeliver: 2, AckWait: time.Second}
}
