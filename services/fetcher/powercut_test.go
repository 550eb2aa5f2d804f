package fetcher

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"faultline/pkg/bus"
)

// store is where the server keeps the tokens.
func (d *desk) store() string {
	d.t.Helper()
	found, err := filepath.Glob(filepath.Join(d.server.StoreDir(), "*", "streams", bus.Poll))
	if err != nil || len(found) != 1 {
		d.t.Fatalf("the stores %v, %v", found, err)
	}
	return found[0]
}

// TestPollsAfterAPowerCut: tokens are written behind, so that after a power cut they
// may be of another moment, or gone. Whatever is found, each feed is asked again.
func TestPollsAfterAPowerCut(t *testing.T) {
	for name, kept := range map[string]bool{"messages of a moment ago": true, "no messages": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const n = 12
			o := newOutlet(t)
			var feeds strings.Builder
			feeds.WriteString("defaults: {" + often + "}\nfeeds:\n")
			for i := range n {
				o.publish(fmt.Sprintf("/%d", i), article("1", "Something", "x", 0))
				fmt.Fprintf(&feeds, "- {id: f%d, url: %s/%d}\n", i, o.URL, i)
			}
			all := func(times int) (said string, ok func() bool) {
				var more []func() bool
				for i := range n {
					more = append(more, o.more(fmt.Sprintf("/%d", i), times))
				}
				return fmt.Sprintf("each feed is asked %d times more", times), func() bool {
					for _, ok := range more {
						if !ok() {
							return false
						}
					}
					return true
				}
			}
			d := newDesk(t, feeds.String())
			r := d.start()
			said, ok := all(3)
			eventually(t, said, ok)
			msgs, before := filepath.Join(d.store(), "msgs"), filepath.Join(t.TempDir(), "msgs")
			if kept {
				eventually(t, "files stay until they are copied", func() bool {
					return os.RemoveAll(before) == nil && os.CopyFS(before, os.DirFS(msgs)) == nil
				})
			} else if err := os.Mkdir(before, 0o700); err != nil {
				t.Fatal(err)
			}
			said, ok = all(2)
			eventually(t, said, ok)
			r.stop()
			d.server.Stop()
			if err := errors.Join(os.RemoveAll(msgs), os.CopyFS(msgs, os.DirFS(before))); err != nil {
				t.Fatal(err)
			}
			d.server.Restart()
			d.start()
			said, ok = all(3)
			eventually(t, said, ok)
		})
	}
}
