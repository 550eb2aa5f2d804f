package faultline

import (
	"context"
	"fmt"
	"runtime"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/service"
)

type versionCommand struct{}

func addVersion(app *kingpin.Application) (string, command) {
	return app.Command("version", "Say which release this is.\n\tfaultline version").FullCommand(), versionCommand{}
}

func (versionCommand) run(_ context.Context, stdio IO) error {
	_, err := fmt.Fprintf(stdio.Out, "faultline %s (%s, %s/%s)\n", service.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
