package faultline

import (
	"os"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/config"
	"faultline/services/classifier"
	"faultline/services/fetcher"
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

// hint offers what a configuration has; nothing where there is none.
func hint(of func(*config.Dir) []string) kingpin.HintAction {
	return func() []string {
		dir, err := openConfig(flagOf("config", "FAULTLINE_CONFIG", ""))
		if err != nil {
			return nil
		}
		return of(dir)
	}
}

func feedIDs(dir *config.Dir) (ids []string) {
	all, err := fetcher.LoadFeeds(dir)
	if err != nil {
		return nil
	}
	for i := range all {
		ids = append(ids, all[i].ID)
	}
	return ids
}

func ruleIDs(dir *config.Dir) []string {
	ids, err := classifier.RuleIDs(dir)
	if err != nil {
		return nil
	}
	return ids
}
