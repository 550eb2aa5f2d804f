package bus_test

import (
	"context"
	"errors"
	"testing"

	"faultline/pkg/bus"
)

func TestStopped(t *testing.T) {
	broken := errors.New("broken")
	ctx, cancel := context.WithCancel(t.Context())
	if err := bus.Stopped(ctx, broken); !errors.Is(err, broken) {
		t.Errorf("while it runs: %v", err)
	}
	if err := bus.Stopped(ctx, nil); err != nil {
		t.Errorf("without an error: %v", err)
	}
	cancel()
	if err := bus.Stopped(ctx, broken); err != nil {
		t.Errorf("told to stop: %v", err)
	}
}
