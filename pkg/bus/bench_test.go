package bus_test

import (
	"context"
	"fmt"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
)

// BenchmarkPublishConsumeAck is the bare transport of one item of 2 KB: stored,
// handed to a handler that does nothing, acknowledged. What the services add
// is measured beside it.
func BenchmarkPublishConsumeAck(b *testing.B) {
	for _, durable := range []bool{false, true} {
		for _, batch := range []int{1, 100} {
			b.Run(fmt.Sprintf("flush=%v/batch=%d", durable, batch), func(b *testing.B) { transport(b, durable, batch) })
		}
	}
}

func transport(b *testing.B, durable bool, batch int) {
	var opts []bustest.Option
	if durable {
		opts = append(opts, bustest.SyncAlways())
	}
	conn := bustest.Start(b, opts...)
	ctx, cancel := context.WithCancel(b.Context())
	handled, done := make(chan struct{}, b.N), make(chan error, 1)
	go func() {
		done <- conn.Consume(ctx, bus.Consumer{Stream: bus.Items, Durable: "c", Workers: 4}, func(context.Context, *bus.Delivery) error {
			handled <- struct{}{}
			return nil
		})
	}()
	data := make([]byte, 2048)
	b.SetBytes(int64(len(data)))
	b.ResetTimer()
	for i := 0; i < b.N; i += batch {
		var ms []bus.Message
		for j := i; j < min(i+batch, b.N); j++ {
			ms = append(ms, bus.Message{Subject: bus.ItemSubject("a"), ID: fmt.Sprint(j), Data: data})
		}
		if _, err := conn.PublishAll(ctx, ms); err != nil {
			b.Fatal(err)
		}
	}
	for range b.N {
		<-handled
	}
	b.StopTimer()
	cancel()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
}
