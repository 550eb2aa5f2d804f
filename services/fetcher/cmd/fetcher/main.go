// Command fetcher asks feeds for news and publishes what is new as items.
package main

import (
	"context"
	"os"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/pkg/service"
	"faultline/services/fetcher"
)

func main() {
	build := func(ctx context.Context, e service.Env) (service.Service, error) {
		return fetcher.New(ctx, fetcher.Options{Config: e.Config, Settings: e.Settings.Fetcher, Bus: e.Bus, Logger: e.Logger, Registerer: e.Registerer,
			Mux: e.Mux, ExternalURL: e.Settings.Web.ExternalURL})
	}
	check := func(_ context.Context, dir *config.Dir) error { return fetcher.CheckConfig(dir) }
	os.Exit(service.Main(service.Program{Name: "fetcher", Help: "Asks feeds for news and publishes what is new as items.", File: "feeds.yaml", Shipped: deploy.Config(), Check: check, Build: build}))
}
