// Command alerter turns assessments into incidents and tells people of them.
package main

import (
	"context"
	"os"
	_ "time/tzdata" // time zones for machines and images that have none

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/pkg/service"
	"faultline/services/alerter"
)

func main() {
	os.Exit(service.Main(service.Program{
		Name: "alerter", Help: "Turns assessments into incidents and tells people of them.", File: "alerting.yaml", Shipped: deploy.Config(),
		Check: func(_ context.Context, dir *config.Dir) error { return alerter.CheckConfig(dir) },
		Build: func(ctx context.Context, e service.Env) (service.Service, error) {
			return alerter.New(ctx, alerter.Options{Config: e.Config, Settings: e.Settings.Alerter, Bus: e.Bus, Logger: e.Logger,
				Registerer: e.Registerer, ExternalURL: e.Settings.Web.ExternalURL, Mux: e.Mux})
		},
	}))
}
