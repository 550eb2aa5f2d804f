package story

import (
	"fmt"
	"math"
	"testing"
	"time"

	"faultline/pkg/event"
)

func TestIndexForgets(t *testing.T) {
	all := crowd(400, 3)
	p, x := NewProfiler(), NewIndex(Default())
	for _, a := range all {
		x.Add(a.Item.ID, a.Item.ID, p.Profile(a))
	}
	if x.Len() != len(all) {
		t.Fatalf("%d stories", x.Len())
	}
	find := func(a *event.Assessment) (Match, bool) {
		b := *a
		b.Item.ID = "again"
		return x.Find(p.Profile(&b))
	}
	for _, a := range all {
		if m, ok := find(a); !ok || m.ID != a.Item.ID || !m.Copy {
			t.Fatalf("%s: %+v, %v", a.Item.ID, m, ok)
		}
	}
	for _, a := range all[:390] {
		x.Remove(a.Item.ID)
		x.Remove(a.Item.ID)
	}
	if _, ok := find(all[0]); ok {
		t.Error("a removed story was found")
	}
	if m, ok := find(all[395]); !ok || m.ID != all[395].Item.ID {
		t.Errorf("a story that stays: %+v, %v", m, ok)
	}
	var one [1]int32
	for h := range x.postings.features {
		for _, number := range x.postings.under(h, &one) {
			if told := x.postings.told[number]; told == nil || x.stories[told.entry.id] == nil {
				t.Fatalf("feature %x leads to a removed story: %v", h, told)
			}
		}
	}
}

func TestIndexKeepsFirstAndLatest(t *testing.T) {
	p, x := NewProfiler(), NewIndex(Default())
	all := crowd(20, 1)
	for n, a := range all {
		x.Add("story", fmt.Sprint(n), p.Profile(a))
	}
	e := x.stories["story"]
	if len(e.profiles) != MaxProfiles || e.profiles[0].item != "0" || e.profiles[MaxProfiles-1].item != "19" {
		t.Errorf("%d profiles, from %s to %s", len(e.profiles), e.profiles[0].item, e.profiles[len(e.profiles)-1].item)
	}
	for _, n := range []int{0, 16, 17, 18, 19} { // as another process stored it, with one report more
		x.Add("story", fmt.Sprint(n), p.Profile(all[n]))
	}
	x.Add("story", "20", p.Profile(all[2]))
	if e.profiles[0].item != "0" || e.profiles[MaxProfiles-1].item != "20" {
		t.Errorf("adopted with one more, it is from %s to %s", e.profiles[0].item, e.profiles[MaxProfiles-1].item)
	}
	x.Add("story", "19", p.Profile(all[3]))
	if len(e.profiles) != MaxProfiles {
		t.Errorf("%d profiles after a revision", len(e.profiles))
	}
}

func TestSetConfig(t *testing.T) {
	p, x := NewProfiler(), NewIndex(Default())
	x.Add("story", "one", p.Profile(clash().assessment("one")))
	late := p.Profile(clash().but(func(r *report) { r.after = 3 * time.Hour }).assessment("two"))
	if _, ok := x.Find(late); !ok {
		t.Fatal("not found")
	}
	c := Default()
	c.Window = time.Hour
	x.SetConfig(c)
	if _, ok := x.Find(late); ok {
		t.Error("found outside the window")
	}
}

// TestPlaceless: a report without a place finds its story through the countries
// it mentions, and one of a known place finds a story without.
func TestPlaceless(t *testing.T) {
	p := NewProfiler()
	nowhere := clash().but(func(r *report) { r.place = nil })
	x := NewIndex(Default())
	x.Add("story", "one", p.Profile(nowhere.assessment("one")))
	if m, ok := x.Find(p.Profile(clash().assessment("two"))); !ok || !m.Copy {
		t.Errorf("with a place: %+v, %v", m, ok)
	}
	x = NewIndex(Default())
	x.Add("story", "one", p.Profile(clash().assessment("one")))
	mentions := nowhere.assessment("two")
	mentions.Places = []event.Place{*country(), *country()}
	if m, ok := x.Find(p.Profile(mentions)); !ok || !m.Copy {
		t.Errorf("with a mention: %+v, %v", m, ok)
	}
	drill := clash().but(func(r *report) { r.exercise = true })
	if m, ok := x.Find(p.Profile(drill.assessment("three"))); ok {
		t.Errorf("a drill found a real story: %+v", m)
	}
	x.Add("drill", "three", p.Profile(drill.assessment("three")))
	if m, ok := x.Find(p.Profile(drill.assessment("four"))); !ok || m.ID != "drill" {
		t.Errorf("a drill: %+v, %v", m, ok)
	}
}

func TestManyCandidates(t *testing.T) {
	p, x := NewProfiler(), NewIndex(Default())
	base := clash()
	for n := range 300 {
		r := base.but(func(r *report) {
			r.title = fmt.Sprintf("Checkpoint %s attacked", word20000(uint64(n*31)))
			r.text = fmt.Sprintf("Gunmen attacked checkpoint %s and wounded %d soldiers.", word20000(uint64(n*31)), 200+n)
			r.injured = 200 + n
		})
		x.Add(fmt.Sprint(n), fmt.Sprint(n), p.Profile(r.assessment(fmt.Sprint(n))))
	}
	x.Add("wanted", "wanted", p.Profile(base.assessment("wanted")))
	if got := len(x.candidates(p.Profile(base.assessment("x")))); got > maxStories {
		t.Errorf("%d candidates", got)
	}
	if m, ok := x.Find(p.Profile(base.assessment("x"))); !ok || m.ID != "wanted" {
		t.Errorf("%+v, %v", m, ok)
	}
}

func TestKnowledgeFades(t *testing.T) {
	k := newKnowledge()
	f := NewProfiler().Profile(clash().assessment("one"))
	rare := k.weight(f.terms[0].hash)
	if rare != 1 {
		t.Errorf("the weight of a word never seen is %v", rare)
	}
	for range 6000 {
		k.learn(f)
	}
	common := k.weight(f.terms[0].hash)
	if common > 0.01 {
		t.Errorf("the weight of a word that all stories have is %v", common)
	}
	if got := k.weight(0xABCDEF); math.Abs(got-1) > 1e-9 && got > 1 {
		t.Errorf("another word weighs %v", got)
	}
	stories := k.stories
	k.fade()
	if k.stories != stories/2 || int(k.seen[f.terms[0].hash%wordSlots]) != 3000*newStory {
		t.Errorf("after fading: %v stories, %d", k.stories, k.seen[f.terms[0].hash%wordSlots])
	}
	k.count(fadeAt - 1)
	k.learn(f)
	if k.stories != fadeAt/2 {
		t.Errorf("did not fade by itself: %v", k.stories)
	}
}

func TestTelling(t *testing.T) {
	order := []uint64{2, 7, 40, 37}
	for i := range order[1:] {
		if telling(order[i]) >= telling(order[i+1]) {
			t.Errorf("%d tells as much as %d", order[i], order[i+1])
		}
	}
	if telling(decimal+610) < telling(37) {
		t.Error("6.1 tells less than 37")
	}
	if telling(2_000_000) >= telling(15_000) || telling(15_000) >= telling(1_530) || telling(1_530) < telling(37) {
		t.Error("numbers in the thousands do not tell by their digits")
	}
	if telling(37|lasting) != telling(37) {
		t.Error("37 days tell not as much as 37 people")
	}
	if telling(100) >= telling(137) {
		t.Error("a round number tells as much as an odd one")
	}
}

func TestTolls(t *testing.T) {
	toll := func(killed, injured int) event.Casualties {
		return event.Casualties{Killed: count(killed), Injured: count(injured)}
	}
	for _, c := range []struct {
		a, b event.Casualties
		want bool
	}{
		{toll(3, 10), toll(4, 12), false},
		{toll(3, 10), toll(40, 10), true},
		{toll(40, 0), toll(3, 0), true},
		{toll(0, 10), toll(3, 0), false},
	} {
		if got := tollsApart(c.a, c.b); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	at := func(killed int, after time.Duration) *Profile {
		return &Profile{time: noon.Add(after), casualties: toll(killed, 5)}
	}
	for _, c := range []struct {
		a, b *Profile
		want bool
	}{
		{at(3, 0), at(5, time.Hour), true},
		{at(5, time.Hour), at(3, 0), true},
		{at(5, 0), at(3, time.Hour), false},
		{at(3, 0), at(5, time.Minute), false},
		{at(3, 0), at(300, time.Hour), false},
		{at(3, 0), at(3, time.Hour), false},
		{at(3, 0), &Profile{time: noon.Add(time.Hour)}, false},
	} {
		if got := risen(Default(), c.a, c.b); got != c.want {
			t.Errorf("from %+v to %+v: %v", c.a.casualties.Killed, c.b.casualties.Killed, got)
		}
	}
}

func TestScoreParts(t *testing.T) {
	k := newKnowledge()
	p := NewProfiler()
	a := p.Profile(clash().assessment("a"))
	score := func(change func(*report)) float64 {
		r := clash().but(func(r *report) {
			r.title, r.text = "Soldiers hurt in raid", "Raiders on lorries hurt soldiers of the garrison and mined the airport road."
			change(r)
		})
		return k.compare(Default(), p.Profile(r.assessment("b")), a, 0).Score
	}
	base := score(func(*report) {})
	for name, worse := range map[string]func(*report){
		"a day later":         func(r *report) { r.after = 30 * time.Hour },
		"only the country":    func(r *report) { r.place = country() },
		"another town":        func(r *report) { r.place = uzgen() },
		"no place":            func(r *report) { r.place = nil },
		"other numbers":       func(r *report) { r.injured = 90 },
		"another category":    func(r *report) { r.category = "casualties" },
		"a town far away":     func(r *report) { r.place = talas() },
		"half a day later":    func(r *report) { r.after = 12 * time.Hour },
		"of another language": func(r *report) { r.lang = "tr"; r.injured = 0 },
	} {
		if got := score(worse); got >= base {
			t.Errorf("%s: %v, not below %v", name, got, base)
		}
	}
	if got := score(func(r *report) { r.entities = []string{"org:army"} }); got != base {
		t.Errorf("an entity that the other does not have: %v", got)
	}
}

func TestTime(t *testing.T) {
	item := event.Item{Published: noon, FirstSeen: noon.Add(time.Hour), PublishedSource: event.PublishedFeed}
	if got := Time(&item); !got.Equal(noon) {
		t.Errorf("the outlet's date: %v", got)
	}
	item.PublishedSource = event.PublishedFetched
	if got := Time(&item); !got.Equal(noon.Add(time.Hour)) {
		t.Errorf("no date: %v", got)
	}
}

// TestWithoutDates: texts without any date are compared as if of one time.
func TestWithoutDates(t *testing.T) {
	p := NewProfiler()
	a, b := clash().assessment("a"), clash().assessment("b")
	a.Item.Published, a.Item.FirstSeen = time.Time{}, time.Time{}
	a.Categories = nil
	if l := newKnowledge().compare(Default(), p.Profile(b), p.Profile(a), 0); !l.Copy {
		t.Errorf("%+v", l)
	}
}

// The ranking has those that share most, whatever the order they come in.
func TestRank(t *testing.T) {
	for _, step := range []int{1, 7, 29} {
		var got []ranked
		for n := range 30 {
			k := n * step % 30
			got = rank(got, ranked{&entry{id: fmt.Sprintf("%02d", k)}, float64(k / 2)})
		}
		if len(got) != maxStories {
			t.Fatalf("%d are ranked", len(got))
		}
		for i, r := range got {
			if want := fmt.Sprintf("%02d", 28-i/2*2+i%2); r.id != want {
				t.Errorf("step %d: %s is number %d, want %s", step, r.id, i, want)
			}
		}
	}
}
