package story

import (
	"fmt"
	"math"
	"testing"
)

func TestPooled(t *testing.T) {
	if got := pooled(0.4, 1); math.Abs(got-0.4) > 1e-9 {
		t.Errorf("a single likeness becomes %v", got)
	}
	for _, mean := range []float64{-3, prior, -0.3, 0, 2} {
		for n := 1; n < 36; n++ {
			now, next := pooled(mean, n), pooled(mean, n+1)
			if (mean > prior) != (next > now) && mean != prior {
				t.Errorf("mean %v of %d: %v, of one more: %v", mean, n, now, next)
			}
			if more := (next - prior) / (mean - prior); mean != prior && more > 1/fellows {
				t.Errorf("mean %v of %d counts %v times", mean, n+1, more)
			}
		}
	}
	if got := pooled(prior, 20); got != prior {
		t.Errorf("nothing for or against, twenty times: %v", got)
	}
}

// What one report of a story says not quite, several say together; what speaks clearly for
// two stories does so however many there are.
func TestManyReportsSayMore(t *testing.T) {
	told := report{title: "Farmers block the Torkent road", text: "Farmers of three villages blocked the road with tractors on Tuesday because the canal has been dry since spring. Akmatov promised an answer within a week.", lang: "en"}
	tests := []struct {
		name string
		report
		alone, together bool
	}{
		{"hardly less than needed", report{title: "Farmers block a valley road", text: "Villagers parked tractors on Tuesday and asked for water, as the canal stays dry since spring. Akmatov promised them an answer within days.", lang: "en"}, false, true},
		{"another event", report{title: "Clinic opens in the valley", text: "A clinic with forty beds was opened in the valley after two years of work, and nurses from the capital will stay for the winter.", lang: "en"}, false, false},
	}
	for _, test := range tests {
		for reports, want := range map[int]bool{1: test.alone, 5: test.together} {
			x := NewIndex(Default())
			for n := range reports {
				x.Add("story", fmt.Sprint(n), profile(told))
			}
			if m, ok := x.Find(profile(test.report)); ok != want {
				t.Errorf("%s, beside %d: score %.3f", test.name, reports, m.Score)
			}
		}
	}
}

// Two stories that turn out to be one have taught their words once, also where the first report of
// the second was edited in between.
func TestMergedStoriesTeachOnce(t *testing.T) {
	told := report{title: "Farmers block the Torkent road", text: "Farmers of three villages blocked the road with tractors because the canal is dry.", lang: "en"}
	k := func(merge, edit bool) *knowledge {
		x := NewIndex(Default())
		x.Add("one", "1", profile(told))
		if merge {
			x.Add("two", "2", profile(told))
			if edit {
				x.Add("two", "2", profile(told.but(func(r *report) { r.text = "Herders of other places have reopened a bridge." })))
			}
			x.Merge("one", "two")
		}
		return x.knowledge
	}
	word := profile(told).terms[0].hash
	once, merged, edited := k(false, false), k(true, false), k(true, true)
	if merged.stories != once.stories || merged.weight(word) != once.weight(word) {
		t.Errorf("%v stories and weight %.3f, want %v and %.3f", merged.stories, merged.weight(word), once.stories, once.weight(word))
	}
	if edited.weight(word) >= once.weight(word) {
		t.Errorf("what was edited since is taken back as it never was learned: weight %.3f, want less than %.3f", edited.weight(word), once.weight(word))
	}
}
