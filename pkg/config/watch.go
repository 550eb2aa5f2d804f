package config

import (
	"context"
	"time"
)

// Watch calls changed after a file of the directory was added, removed or
// written and the directory has then been still for one interval, until ctx
// ends. live is the Fingerprint from before the files were last read: what is
// written between that reading and the first look is a change too. It looks at sizes and times rather than asking the system for events:
// that sees replaced links (Kubernetes ConfigMaps), network file systems and
// editors that rename, all alike. A look that fails counts as no change.
func (d *Dir) Watch(ctx context.Context, interval time.Duration, live uint64, changed func()) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
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
