// Command pollsim simulates how the fetcher polls a hundred thousand feeds.
package main

import (
	"context"
	"os"

	"faultline/services/fetcher/internal/sim"
)

func main() { os.Exit(sim.Command(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }
