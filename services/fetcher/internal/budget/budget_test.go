package budget

import (
	"math"
	"math/rand/v2"
	"testing"
)

func wants(n int, w Want) []Want {
	all := make([]Want, n)
	for i := range all {
		all[i] = w
	}
	return all
}

func near(got, want float64) bool { return math.Abs(got-want) <= 1e-6*want }

func TestEnoughIsNotShared(t *testing.T) {
	w := Want{Rate: 2, Weight: 1}
	for _, limit := range []float64{20, 1000} {
		if level := Level(wants(10, w), limit); !math.IsInf(level, 1) || w.Grant(level) != 2 {
			t.Errorf("with %v requests a minute the level is %v", limit, level)
		}
	}
	if level := Level(nil, 1); !math.IsInf(level, 1) {
		t.Errorf("no feed: %v", level)
	}
}

func TestTooLittleIsSharedByWeight(t *testing.T) {
	watched, other, slow := Want{2, 4}, Want{2, 1}, Want{0.05, 1}
	all := append(append(wants(50, watched), wants(50, other)...), wants(100, slow)...)
	for _, limit := range []float64{5, 20, 80, 150} {
		level := Level(all, limit)
		a, b, c := watched.Grant(level), other.Grant(level), slow.Grant(level)
		if sum := 50*a + 50*b + 100*c; !near(sum, limit) {
			t.Errorf("of %v requests %v are used", limit, sum)
		}
		if a < watched.Rate && !near(a, 2*b) {
			t.Errorf("%v: a feed of four times the weight is asked %.2f times as often", limit, a/b)
		}
		if c < slow.Rate && !near(b, c*math.Sqrt(40)) {
			t.Errorf("%v: a feed that wants forty times as much is asked %.2f times as often", limit, b/c)
		}
		if a > watched.Rate || b > other.Rate || c > slow.Rate || c <= 0 {
			t.Errorf("%v: granted %v, %v and %v", limit, a, b, c)
		}
	}
	// What the slow and the watched do not need goes to the others.
	if level := Level(all, 180); watched.Grant(level) != 2 || slow.Grant(level) != 0.05 || !near(other.Grant(level), 1.5) {
		t.Errorf("the rest is not shared: %v", other.Grant(level))
	}
}

// TestTheShareIsBest: no shift of requests between two kinds of feeds makes the
// weighted delay smaller.
func TestTheShareIsBest(t *testing.T) {
	a, b := Want{2, 4}, Want{0.5, 1}
	level := Level([]Want{a, b}, 0.8)
	x, y := a.Grant(level), b.Grant(level)
	delay := func(x, y float64) float64 { return a.Weight*a.Rate/x + b.Weight*b.Rate/y }
	for _, shift := range []float64{-0.05, -0.01, 0.01, 0.05} {
		if delay(x+shift, y-shift) < delay(x, y) {
			t.Errorf("shifting %v is better", shift)
		}
	}
}

func TestTheBudgetIsUsedUpAmongFeedsOfEveryKind(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var all []Want
		most := 0.0
		for range 1 + r.IntN(500) {
			w := Want{Rate: math.Exp(8 * (r.Float64() - 0.5)), Weight: Weight(r.IntN(2) == 0)}
			all, most = append(all, w), most+w.Rate
		}
		limit := most * (0.001 + r.Float64())
		level, sum := Level(all, limit), 0.0
		for _, w := range all {
			sum += w.Grant(level)
		}
		if !near(sum, min(limit, most)) {
			t.Errorf("of %v requests %v are used, %v are wanted", limit, sum, most)
		}
	}
}

func BenchmarkLevel(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	all, most := make([]Want, 100_000), 0.0
	for i := range all {
		all[i] = Want{Rate: math.Exp(4 * (r.Float64() - 0.5)), Weight: Weight(i%10 == 0)}
		most += all[i].Rate
	}
	for b.Loop() {
		if level := Level(all, most/2); math.IsInf(level, 1) {
			b.Fatal("half of what is wanted is enough")
		}
	}
}
