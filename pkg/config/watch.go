package config

import (
	"context"
	"time"
)

// Watch calls changed after a file of the directory was added, removed or
// written and the directory has then been still for one interval, until ctx
// ends. It looks at sizes and times rather than asking the system for events:
// that sees replaced links (Kubernetes ConfigMaps), network file systems and
// editors that rename, all alike. A look that fails counts as no change.
func (d *Dir) Watch(ctx context.Context, interval time.Duration, changed func()) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	live, err := d.Fingerprint()
	if err != nil {
		live = 0
	}
	last := live
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, err := d.Fingerprint()
		if err != nil {
			continue
		}
		if now == last && now != live {
			live = now
			changed()
		}
		last = now
	}
}
