package faultline

import (
	"os"
	"strings"

	"faultline/services/alerter"
)

// What a shell offers for an argument is asked of the configuration that the line names so far.

// flagOf is what the command line being completed gives a flag, else the variable, else what is usual.
func flagOf(flag, variable, usual string) string {
	value := os.Getenv(variable)
	if value == "" {
		value = usual
	}
	for i, arg := range os.Args {
		if after, ok := strings.CutPrefix(arg, "--"+flag+"="); ok {
			value = after
		}
		if arg == "--"+flag && i+1 < len(os.Args) && !strings.HasPrefix(os.Args[i+1], "-") {
			value = os.Args[i+1]
		}
	}
	return value
}

func receiverNames() []string {
	dir, err := openConfig(flagOf("config", "FAULTLINE_CONFIG", ""))
	if err != nil {
		return nil
	}
	return alerter.ReceiverNames(dir)
}
