package route_test

import (
	"encoding/json"
	"time"

	"faultline/pkg/bus"
	"faultline/services/alerter/internal/group"
)

// group is a group of the root route about one incident.
func (d *desk) group(incident string, at time.Time) group.State {
	d.t.Helper()
	r, ok := d.config.Load().Route("{}", "desk")
	if !ok {
		d.t.Fatal("no root route")
	}
	return group.New(group.Route(r), map[string]string{"incident": incident}, at)
}

// leave stores a group as a process that is gone left it.
func (d *desk) leave(s group.State) {
	d.t.Helper()
	bucket, err := d.bus.Bucket(d.t.Context(), bus.GroupState)
	if err != nil {
		d.t.Fatal(err)
	}
	data, err := json.Marshal(s)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := bucket.Put(d.t.Context(), s.ID, data, 0); err != nil {
		d.t.Fatal(err)
	}
}
