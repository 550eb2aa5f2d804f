// Command faultline is every service in one process with NATS inside, and the
// desk's tools.
package main

import (
	"os"
	_ "time/tzdata" // time zones for machines and images that have none

	"faultline/services/faultline"
)

func main() {
	os.Exit(faultline.Main(os.Args[1:], faultline.Stdio()))
}
