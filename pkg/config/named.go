package config

import (
	"os"
	"sync"
	"time"
)

// named are the files that the configuration names, such as those of secrets, wherever they
// lie. A password that is changed where Kubernetes or a vault writes it would be taken over with
// the next edit of the configuration otherwise, and until then refused.
type named struct {
	mu    sync.Mutex
	files map[string]look
	count int // of changes
}

// look is what was seen of a file; nothing of one that is not there.
type look struct {
	size    int64
	written time.Time
}

func newNamed() *named { return &named{files: map[string]look{}} }

func lookAt(path string) (l look) {
	if info, err := os.Stat(path); err == nil { // links followed
		l = look{info.Size(), info.ModTime()}
	}
	return l
}

// add notes a file that is about to be read. One of no Dir is noted nowhere.
func (n *named) add(path string) {
	if n == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, known := n.files[path]; !known {
		n.files[path] = lookAt(path)
	}
}

// changes is how many changes of the files were seen so far. To be named is none.
func (n *named) changes() int {
	if n == nil {
		return 0
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for path, before := range n.files {
		if now := lookAt(path); now.size != before.size || !now.written.Equal(before.written) {
			n.files[path] = now
			n.count++
		}
	}
	return n.count
}
