package incident

import (
	"fmt"
	"time"

	"faultline/pkg/config"
	"faultline/services/alerter/internal/story"
)

// Config is what a user may set about incidents.
type Config struct {
	// Window is how far apart two reports of one story may be, and how long ago an
	// item may have been first seen to open an incident.
	Window config.Duration `yaml:"window"`
	// Same is how probable, from 0 to 1, it must be that a report tells an
	// incident for it to join it.
	Same float64 `yaml:"same"`
	// Copy is the share of a text's three-word phrases from which it is a copy.
	Copy float64 `yaml:"copy"`
	// QuietAfter and CloseAfter are the times without a report after which an
	// incident is quiet, and closed.
	QuietAfter config.Duration `yaml:"quiet_after"`
	CloseAfter config.Duration `yaml:"close_after"`
	// Keep is how long a closed incident stays in the bucket, for late
	// revisions of its reports and what other outlets print again of them. Its
	// messages stay as long as the stream.
	Keep config.Duration `yaml:"keep"`
	// MaxReports is how many reports an incident keeps.
	MaxReports int `yaml:"max_reports"`
	// MaxOpen is how many incidents may be open or quiet at once; beyond it
	// those that had no report for longest are closed early.
	MaxOpen int `yaml:"max_open"`
}

// Default returns the settings that ship.
func Default() Config {
	const hour = config.Duration(time.Hour)
	s := story.Default()
	return Config{
		Window: config.Duration(s.Window), Same: s.Same, Copy: s.Copy,
		QuietAfter: 24 * hour, CloseAfter: 48 * hour, Keep: 7 * 24 * hour, MaxReports: 200, MaxOpen: 20_000,
	}
}

// Story is the part that the likeness of texts is judged by.
func (c Config) Story() story.Config {
	s := story.Default()
	s.Window, s.Same, s.Copy = time.Duration(c.Window), c.Same, c.Copy
	return s
}

// Problem is a setting that cannot be: Key is its name in the file.
type Problem struct{ Key, Message, Remedy string }

// Error implements error.
func (p *Problem) Error() string { return fmt.Sprintf("%s: %s; %s", p.Key, p.Message, p.Remedy) }

// Check returns what is wrong with the settings, in the order of the fields.
func (c Config) Check() []*Problem {
	var out []*Problem
	bad := func(wrong bool, key, message, remedy string) {
		if wrong {
			out = append(out, &Problem{Key: key, Message: message, Remedy: remedy})
		}
	}
	bad(c.Window <= 0, "window", "no report would ever join an incident", "write a duration such as 48h")
	bad(c.Same <= 0 || c.Same > 1, "same", "is not between 0 and 1", "write a share such as 0.5")
	bad(c.Copy <= 0 || c.Copy > 1, "copy", "is not between 0 and 1", "write a share such as 0.8")
	bad(c.QuietAfter <= 0, "quiet_after", "every incident would be quiet at once", "write a duration such as 24h")
	bad(c.CloseAfter < c.QuietAfter, "close_after", "is shorter than quiet_after", "write a longer duration, such as 48h")
	bad(c.Keep < 0, "keep", "is negative", "write a duration such as 7d")
	bad(c.MaxReports < 10 || c.MaxReports > 1000, "max_reports", "is not between 10 and 1000", "write a number such as 200")
	bad(c.MaxOpen < 100, "max_open", "is below 100", "write a number such as 20000")
	return out
}
