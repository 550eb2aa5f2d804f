package story

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// fair is a text without anything that the others have.
const fair = " Shops in the main street stayed closed until noon. The weather service expects rain at the weekend. The council of the region meets on Thursday." +
	" Buses ran to a shortened timetable. Telephone lines were slow for a part of the day. A further statement was promised for the evening." +
	" The office of the ombudsman asked for patience. Visitors from other districts called the day unusual. Local media told of it all afternoon."

// headed is a report of two texts: what happened, and what outlets write besides.
func headed(title, news, besides string) report {
	return report{title: title, text: news + besides, lang: "en", place: osh(), category: "armed-clash", indicator: "checkpoint-attacked"}
}

func TestHeadsUpdate(t *testing.T) {
	for text, want := range map[string]bool{
		"Update: two more have died. Gunmen attacked a post.":     true,
		"UPDATE 2-Gunmen attack a post":                           true,
		"Обновлено: число раненых выросло. На пост напали.":       true,
		"Жаңыланды: жарадарлардын саны өстү. Постко кол салынды.": true,
		"Update on the harvest expected today":                    false,
		"Updates were sent":                                       false,
		"Update":                                                  false,
		"":                                                        false,
	} {
		if got := headsUpdate(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if got := stripUpdate("Update: two more have died. Gunmen attacked a post."); got != "Gunmen attacked a post." {
		t.Errorf("without its first sentence: %q", got)
	}
	for _, text := range []string{"Update: two more have died", "Gunmen attacked a post. Update: two died."} {
		if got := stripUpdate(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// An outlet that changes the number in its text says so: the text is the old one.
// One that does not say so tells of another event in the same form.
func TestUpdateIsNoOtherEvent(t *testing.T) {
	now := clash().but(func(r *report) {
		r.title, r.text, r.injured = strings.ReplaceAll(r.title, "14", "19"), strings.ReplaceAll(r.text, "14", "19"), 19
	})
	both(t, clash(), now, false)
	update := now.but(func(r *report) { r.text = "Update: the number of the wounded is put at 19. " + r.text })
	both(t, clash(), update, true)
	if l := compared(clash(), update); !l.Copy {
		t.Errorf("an update is no copy: %+v", l)
	}
	corrected := update.but(func(r *report) {
		r.title, r.text, r.injured = strings.ReplaceAll(r.title, "19", "9"), strings.ReplaceAll(r.text, "19", "9"), 9
	})
	both(t, clash(), corrected, true)
	both(t, clash(), corrected.but(func(r *report) { r.after = 7 * time.Hour }), false)
	form := headed("19 hurt as post near Osh comes under fire", "Update: 19 are hurt. Shots were fired at a post near Osh on Monday by men on the hills, a doctor said.", fair)
	other := headed("12 hurt as post near Osh comes under fire", "Shots were fired at a post near Osh on Monday by men on the hills, a doctor said. 12 are hurt.", " Nothing else is known so far, and nobody could be reached.")
	both(t, form, other, false)
}

// Who repeats the first version of a text that was changed since is of its story.
func TestOldVersionIsFoundAfterARevision(t *testing.T) {
	g := NewGrouper(Default())
	first := g.Add(clash().assessment("one"))
	revised := clash().but(func(r *report) {
		r.title, r.text, r.injured = strings.ReplaceAll(r.title, "14", "19"), strings.ReplaceAll(r.text, "14", "19"), 19
	})
	g.index.Add(first, "one", g.profiler.Profile(revised.assessment("one")))
	if got := g.Add(clash().but(func(r *report) { r.text += " Highland Wire reported." }).assessment("two")); got != first {
		t.Error("a copy of the first version opened a story of its own")
	}
	third := clash().but(func(r *report) {
		r.title, r.text, r.injured = strings.ReplaceAll(r.title, "14", "25"), strings.ReplaceAll(r.text, "14", "25"), 25
	})
	if got := g.Add(third.assessment("three")); got == first {
		t.Error("a number that no version has was taken for one of them")
	}
}

// A text whose first sentences were written anew is of the other's story, soon.
func TestNewBeginning(t *testing.T) {
	one := headed("Gunmen fire on soldiers outside Osh", "Soldiers came under fire on the road to Osh at dawn. Their lorries were hit from the hills, and the column turned back to its barracks"+
		" while helicopters searched the slopes above the river for those who had lain there in wait.", fair)
	two := headed("Dawn raid leaves garrison shaken", "A convoy that carried supplies was ambushed in the early hours. Drivers left their vehicles behind, a resident told by telephone,"+
		" and wounded men were brought into the clinic of the nearest village before it became light.", fair)
	both(t, one, two, true)
	p := NewProfiler()
	for after, want := range map[time.Duration]float64{0: 1, 3 * time.Hour: 0.5, -3 * time.Hour: 0.5, soon: 0, 30 * time.Hour: 0} {
		later := two.but(func(r *report) { r.after = after })
		if got := recent(p.Profile(one.assessment("one")), p.Profile(later.assessment("two"))); got != want {
			t.Errorf("%v apart: %.2f", after, got)
		}
	}
	for share, want := range map[float64]float64{0: 0, 0.38: 0, 0.5: 1, 0.9: 1} {
		if got := rewritten(share); got != want {
			t.Errorf("of a share of %.2f: %.2f", share, got)
		}
	}
}

// Texts that begin alike with the names of two towns share a form, also where the
// towns are neighbours.
func TestOneBeginningOfTwoTowns(t *testing.T) {
	of := func(name string, r report) report {
		r.title, r.text, r.named = strings.ReplaceAll(r.title, "Osh", name), strings.ReplaceAll(r.text, "Osh", name), name
		return r
	}
	one := headed("Men block the bridge at Osh", "Men with tyres and logs blocked the bridge at Osh and let nobody pass, a driver said.", fair)
	two := headed("Men block the bridge at Osh", "Men with tyres and logs blocked the bridge at Osh and let nobody pass, a driver said.", " Nobody was hurt.").but(func(r *report) { r.place = karaSuu() })
	if l := compared(of("Osh", one), of("Kara Suu", two)); l.Conflict != "place" {
		t.Errorf("%+v", l)
	}
}

// A story that is near to another one may be the same: its words grow common more
// slowly, as those of a story that was split would.
func TestNearStoriesTeachLess(t *testing.T) {
	f := NewProfiler().Profile(clash().assessment("one"))
	weight := func(nearest float64) float64 {
		k := newKnowledge()
		f.nearest = nearest
		for range 20 {
			k.learn(f)
		}
		return k.weight(f.terms[0].hash)
	}
	if apart, close := weight(0), weight(near); close <= apart+0.1 {
		t.Errorf("a word of 20 stories weighs %.2f, and %.2f when they are near each other", apart, close)
	}
	k := newKnowledge()
	f.nearest = 0
	for range 20_000 {
		k.learn(f)
	}
	if got := k.weight(f.terms[0].hash); got > 0.1 {
		t.Error(fmt.Sprint("a word of 20,000 stories weighs ", got))
	}
}

// Bulletins have one wording, and the day in the title.
func TestBulletinsOfTwoDays(t *testing.T) {
	one := clash().but(func(r *report) { r.title = "Clashes on the road to the airport on 8 May" })
	two := one.but(func(r *report) { r.title = "Clashes on the road to the airport on 9 May" })
	if l := compared(one, two); l.Conflict != "day" {
		t.Errorf("%+v", l)
	}
}
