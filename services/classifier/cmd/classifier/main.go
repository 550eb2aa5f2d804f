// Command classifier reads items and says what they say.
package main

import (
	"context"
	"os"

	"faultline/deploy"
	"faultline/pkg/service"
	"faultline/services/classifier"
)

func main() {
	build := func(ctx context.Context, e service.Env) (service.Service, error) {
		return classifier.New(ctx, classifier.Options{Config: e.Config, Settings: e.Settings.Classifier, Bus: e.Bus, Logger: e.Logger, Registerer: e.Registerer})
	}
	os.Exit(service.Main(service.Program{Name: "classifier", Help: "Reads items and says what they say.", File: "rules", Shipped: deploy.Config(), Check: classifier.CheckConfig, Build: build}))
}
