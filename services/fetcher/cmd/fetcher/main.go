// Command fetcher asks feeds for news and publishes what is new as items.
package main

import (
	"context"
	"os"

	"faultline/deploy"
	"faultline/pkg/service"
	"faultline/services/fetcher"
)

func main() {
	build := func(ctx context.Context, e service.Env) (service.Service, error) {
		return fetcher.New(ctx, fetcher.Options{Config: e.Config, Settings: e.Settings.Fetcher, Bus: e.Bus, Logger: e.Logger, Registerer: e.Registerer})
	}
	os.Exit(service.Main(service.Program{Name: "fetcher", Help: "Asks feeds for news and publishes what is new as items.", File: "feeds.yaml", Shipped: deploy.Config(), Build: build}))
}
