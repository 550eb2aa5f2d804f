package alerter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/notice"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/instability"
	"faultline/services/alerter/internal/notify"
)

// surges tells the desk, by a notice, that far more than usual is going on in a region, and when
// that is over. Each alerter has the indices of all regions; what was told is on the stream alone.
type surges struct {
	bus      *bus.Bus
	regions  func(time.Time) ([]instability.Region, bool)
	channels func() *notify.Config
	logger   *slog.Logger
	every    time.Duration // between looks
	known    map[string]*surge
	untold   bool // the log knows that the desk cannot be told
}

// surge is how a region stands.
type surge struct {
	above bool
	since time.Time // that it is so
	told  bool      // that the stream says so was seen to
}

func newSurges(b *bus.Bus, x *indices, channels func() *notify.Config, logger *slog.Logger) *surges {
	return &surges{bus: b, regions: x.regions, channels: channels, logger: logger, every: time.Minute, known: map[string]*surge{}}
}

// Run looks at the regions until ctx ends.
func (s *surges) Run(ctx context.Context) error {
	ticker := time.NewTicker(s.every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
		err := s.look(ctx, time.Now())
		if err != nil && ctx.Err() == nil && !s.untold {
			s.logger.Warn("The desk is not told of surges of regions; it is tried again", "err", err)
		}
		s.untold = err != nil
	}
}

// tellWithin bounds how long the stream of notices is waited for.
const tellWithin = 10 * time.Second

// look tells of each region that has been in a surge, or out of it, for long enough.
func (s *surges) look(ctx context.Context, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	regions, read := s.regions(now)
	if !read {
		return nil
	}
	var errs []error
	for _, r := range regions {
		k := s.known[r.ID]
		if k == nil || k.above != r.Surges() {
			k = &surge{above: r.Surges(), since: now}
			s.known[r.ID] = k
		}
		lasts := instability.SurgeEnds
		if k.above {
			lasts = instability.SurgeLasts
		}
		if k.told || now.Sub(k.since) < lasts {
			continue
		}
		err := s.tell(ctx, r, k, now)
		k.told = err == nil
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// tell makes the notices say what the region's index does.
func (s *surges) tell(ctx context.Context, r instability.Region, k *surge, now time.Time) error {
	return notice.Settle(ctx, s.bus, event.NoticeRegionSurge, r.ID, func(last event.Notice) (event.Notice, bool) {
		open := last.ID != "" && last.Over.IsZero()
		if k.above {
			return s.notice(r, k.since), !open
		}
		last.Over, last.Remedy = now.UTC(), ""
		last.Summary = "No more than usual is going on in " + s.name(r.ID) + " any more"
		last.Detail = fmt.Sprintf("Its index is %.1f, %s.", r.Value, against(r))
		return last, open
	})
}

// notice says that a surge began, what it is measured by, and what makes it.
func (s *surges) notice(r instability.Region, since time.Time) event.Notice {
	return event.Notice{
		ID: event.NewID(string(event.NoticeRegionSurge), r.ID, since.UTC().Format(time.RFC3339Nano)), Kind: event.NoticeRegionSurge,
		Region: r.ID, Severity: event.SeverityModerate, Since: since.UTC(),
		Summary: "Far more than usual is going on in " + s.name(r.ID),
		Detail:  fmt.Sprintf("Its index is %.1f, %s; %+.1f in 24 hours. It is made of: %s.", r.Value, against(r), r.Change, parts(r)),
		Remedy:  "faultline incidents list --region " + r.ID + " shows what makes it",
	}
}

// name is the region as a reader knows it.
func (s *surges) name(id string) string {
	if id == alert.Unplaced {
		return "places that no region holds"
	}
	return cmp.Or(s.channels().Region(id), id)
}

// against says what an index is compared with.
func against(r instability.Region) string {
	side := "above"
	if r.Surge < 0 {
		side = "below"
	}
	return fmt.Sprintf("%.1f deviations %s its mean of %.1f (every full hour of the last weeks, weighted with a half-life of 14 days)", math.Abs(r.Surge), side, r.Usual)
}

// mostParts is how many categories are named.
const mostParts = 5

// parts are the categories that make an index, the heaviest first.
func parts(r instability.Region) string {
	names := slices.SortedFunc(maps.Keys(r.ByCategory), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.ByCategory[b], r.ByCategory[a]), cmp.Compare(a, b))
	})
	var said []string
	rest := r.Value
	for i, name := range names {
		if i == mostParts {
			said = append(said, fmt.Sprintf("others %.1f", rest))
			break
		}
		rest -= r.ByCategory[name]
		said = append(said, fmt.Sprintf("%s %.1f", name, r.ByCategory[name]))
	}
	return strings.Join(said, ", ")
}
