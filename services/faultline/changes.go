package faultline

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"faultline/pkg/event"
	"faultline/services/classifier"
	"faultline/services/faultline/internal/card"
)

// changes runs items through two rule sets and tells what becomes of their
// alerts.
type changes struct {
	comparison *classifier.Comparison
	stdio      IO
	asJSON     bool
	limit      int // of changes told; 0 is none
	progress   *progress

	batch []event.Item
	began time.Time
	items int
	// unread is how many items were passed over, since another version of
	// Faultline wrote them.
	unread int
	told   int
	kinds  map[string]int
	by     map[string]map[string]int // "indicator", "category" or "language", then its value
}

func newChanges(c *classifier.Comparison, stdio IO, asJSON bool, limit int) *changes {
	return &changes{
		comparison: c, stdio: stdio, asJSON: asJSON, limit: limit, progress: newProgress(stdio), began: time.Now(),
		kinds: map[string]int{}, by: map[string]map[string]int{"indicator": {}, "category": {}, "language": {}},
	}
}

const changesBatch = 256 // items compared at once

// add takes one item more.
func (c *changes) add(item event.Item) error {
	c.batch = append(c.batch, item)
	if len(c.batch) < changesBatch {
		return nil
	}
	return c.flush()
}

// flush compares the items that wait, and tells their changes in order.
func (c *changes) flush() error {
	found, changed := make([]classifier.Change, len(c.batch)), make([]bool, len(c.batch))
	group := errgroup.Group{}
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range c.batch {
		group.Go(func() error {
			found[i], changed[i] = c.comparison.Compare(c.batch[i])
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	c.items += len(c.batch)
	c.batch = c.batch[:0]
	for i := range found {
		if changed[i] {
			if err := c.tell(&found[i]); err != nil {
				return err
			}
		}
	}
	c.progress.show(c.items, fmt.Sprintf("%d new, %d gone, %d changed", c.kinds["new"], c.kinds["gone"], c.kinds["changed"]))
	return nil
}

// tell counts a change and prints it, unless the limit is reached.
func (c *changes) tell(x *classifier.Change) error {
	c.kinds[string(x.Kind)]++
	c.by["language"][x.Language]++
	for _, id := range x.Indicators {
		c.by["indicator"][id]++
	}
	for _, category := range differing(x.Old.Categories, x.New.Categories) {
		c.by["category"][category]++
	}
	if c.told++; c.told > c.limit {
		return nil
	}
	c.progress.clear()
	if c.asJSON {
		return json.NewEncoder(c.stdio.Out).Encode(x)
	}
	const indent = "         "
	var b strings.Builder
	fmt.Fprintf(&b, "%-7s  %s  %s\n", x.Kind, strings.Trim(x.Item, `"`), card.Plain(x.Title))
	for _, line := range append([]string{verdict(&x.Old) + " -> " + verdict(&x.New)}, plain(x.Reasons)...) {
		fmt.Fprintf(&b, "%s%s\n", indent, c.stdio.indented(line, indent))
	}
	_, err := fmt.Fprint(c.stdio.Out, b.String())
	return err
}

// plain makes each of the lines plain by itself: a break in the text of a feed
// begins no line.
func plain(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = card.Plain(line)
	}
	return out
}

// differing are the values that only one of the lists has.
func differing(a, b []string) (out []string) {
	for _, v := range slices.Concat(a, b) {
		if slices.Contains(a, v) != slices.Contains(b, v) {
			out = append(out, v)
		}
	}
	return out
}

func verdict(s *classifier.Side) string {
	if !s.Relevant {
		return fmt.Sprintf("no alert (score %d)", s.Score)
	}
	said := []string{fmt.Sprintf("%s, score %d: %s", s.Severity, s.Score, strings.Join(s.Categories, ", "))}
	if s.Place != "" {
		said = append(said, s.Place, s.Country)
	}
	for _, kind := range slices.Sorted(maps.Keys(s.Toll)) {
		said = append(said, fmt.Sprintf("%s %d", kind, s.Toll[kind]))
	}
	return strings.Join(said, ", ")
}

// end sums up what was compared, also when ctx ended before all was.
func (c *changes) end(ctx context.Context, err error) error {
	stopped := ctx.Err() != nil
	if err != nil && !stopped {
		return err
	}
	if err := c.summary(); err != nil || !stopped {
		return err
	}
	return errors.New("stopped before the end; the counts are of what was compared so far")
}

// summary compares what is left and ends with the counts.
func (c *changes) summary() error {
	if err := c.flush(); err != nil {
		return err
	}
	c.progress.clear()
	took := time.Since(c.began)
	if c.asJSON {
		return json.NewEncoder(c.stdio.Out).Encode(map[string]any{"summary": map[string]any{"items": c.items, "unread": c.unread, "same_rules": c.comparison.Same(), "kinds": c.kinds, "by": c.by, "seconds": took.Seconds()}})
	}
	var b strings.Builder
	if c.unread > 0 {
		fmt.Fprintf(&b, "%s passed over: another version wrote that, and this one cannot read it\n", counted(c.unread, "item"))
	}
	if c.comparison.Same() {
		b.WriteString("both sides have the same rules\n")
	}
	if c.told > c.limit {
		fmt.Fprintf(&b, "... and %d more; --limit shows them\n", c.told-c.limit)
	}
	fmt.Fprintf(&b, "%s: %s new, %d gone, %d changed", counted(c.items, "item"), counted(c.kinds["new"], "alert"), c.kinds["gone"], c.kinds["changed"])
	fmt.Fprintf(&b, " (%.0f items a second)\n", float64(c.items)/max(took.Seconds(), 0.001))
	for _, what := range []string{"indicator", "category", "language"} {
		if len(c.by[what]) > 0 {
			fmt.Fprintf(&b, "by %s: %s\n", what, mostFirst(c.by[what]))
		}
	}
	_, err := io.WriteString(c.stdio.Out, b.String())
	return err
}

// mostFirst lists counts, the largest first.
func mostFirst(counts map[string]int) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %d", name, counts[name])
	}
	return strings.Join(names, ", ")
}
