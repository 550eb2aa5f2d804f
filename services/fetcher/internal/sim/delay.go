package sim

import (
	"math"
	"time"
)

// Delays is a distribution of delays, each to within 3 %.
type Delays struct {
	buckets [600]int
	count   int
	sum     time.Duration
}

// growth is how much longer each bucket is than the one before, from 1 ms up.
const growth = 1.03

func (d *Delays) add(delay time.Duration) {
	at := int(math.Log(max(float64(delay)/float64(time.Millisecond), 1)) / math.Log(growth))
	d.buckets[min(at, len(d.buckets)-1)]++
	d.count++
	d.sum += delay
}

// all adds the delays until now of what was published at the times.
func (d *Delays) all(now time.Time, published []time.Time) {
	for _, at := range published {
		d.add(now.Sub(at))
	}
}

func (d *Delays) merge(o *Delays) {
	for i, n := range o.buckets {
		d.buckets[i] += n
	}
	d.count += o.count
	d.sum += o.sum
}

// Count is how many there are.
func (d *Delays) Count() int { return d.count }

// Mean is their mean, 0 when there are none.
func (d *Delays) Mean() time.Duration { return d.sum / time.Duration(max(d.count, 1)) }

// Quantile is what the part q of them does not exceed, 0 when there are none.
func (d *Delays) Quantile(q float64) time.Duration {
	left := int(math.Ceil(q * float64(d.count)))
	for i, n := range d.buckets {
		if left -= n; n > 0 && left <= 0 {
			return time.Duration(math.Pow(growth, float64(i)+0.5) * float64(time.Millisecond))
		}
	}
	return 0
}
