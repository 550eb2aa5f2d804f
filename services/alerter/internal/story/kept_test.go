package story

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"faultline/pkg/event"
)

// eachKept calls fn with a profile of many kinds of report, before and after it was kept.
func eachKept(t *testing.T, fn func(name string, before, after *Profile)) {
	t.Helper()
	p, x, room := NewProfiler(), NewIndex(Default()), &opened{}
	reports := crowd(20, 3)
	bomb := report{title: `Mayor of Osh "freed" after 3 days, minister Bekov says`, text: "Osh, 4 May. Gunmen took the mayor of Osh, officials said. Aibek Bekov, a minister, told that 12 were hurt.", lang: "en", place: osh(), category: "kidnapping", indicator: "hostage-taking", killed: 2, injured: 12}
	reports = append(reports, bomb.assessment("bomb"), clash().assessment("clash"))
	reports = append(reports, clash().but(func(r *report) {
		r.lang, r.title = "ru", "Мэр Оша: «Новый путь» закрыт, погибли 3 человека"
	}).assessment("ru"))
	reports = append(reports, clash().but(func(r *report) {
		r.lang, r.title, r.text = "ar", "مقتل شخصين في أوش", "قال مسؤولون إن شخصين قتلا في مدينة أوش"
	}).assessment("ar"))
	reports = append(reports, clash().but(func(r *report) { r.place, r.text = nil, "" }).assessment("nowhere"), &event.Assessment{})
	over := clash().assessment("over")
	over.Casualties = event.Casualties{Killed: &event.Count{Min: 60, Over: true}, Displaced: &event.Count{Min: 1_000_000, Max: 2_000_000}}
	reports = append(reports, over)
	for n, a := range reports {
		f := p.Profile(a)
		f.settle(x.knowledge)
		f.settled()
		f.nearest, f.presumed = float64(n)/7, n%2 == 0
		k := f.keep(nil)
		fn(fmt.Sprintf("report %d: %.20s", n, a.Item.Title), f, k.open(room))
		x.Add(fmt.Sprint(n), fmt.Sprint(n), p.Profile(a))
	}
}

// What is kept of a profile is all that is compared.
func TestAKeptProfileIsTheSame(t *testing.T) {
	eachKept(t, func(name string, before, after *Profile) {
		if !slices.Equal(before.Signature, after.Signature) || !slices.Equal(before.terms, after.terms) || !slices.Equal(before.opening, after.opening) ||
			!slices.Equal(before.titleNames, after.titleNames) || !slices.Equal(before.signs, after.signs) {
			t.Errorf("%s: not what it was", name)
		}
		for i, set := range before.sets() {
			if got := *after.sets()[i]; !slices.Equal(*set, got) {
				t.Errorf("%s: set %d is %v, want %v", name, i, got, *set)
			}
		}
		for kind, c := range counts(before.casualties) {
			got := counts(after.casualties)[kind]
			if (c == nil) != (got == nil) || c != nil && (got.Min != c.Min || got.Max != c.Max || got.Over != c.Over) {
				t.Errorf("%s: count %d is %+v, want %+v", name, kind, got, c)
			}
		}
		if (before.place == nil) != (after.place == nil) || before.place != nil && (relate(before.place, after.place) != areaSame || before.place.Name != after.place.Name) {
			t.Errorf("%s: it is placed at %+v, not at %+v", name, after.place, before.place)
		}
		one, other := plainly(before), plainly(after)
		if !reflect.DeepEqual(one, other) {
			t.Errorf("%s: it is\n%+v\nwant\n%+v", name, other, one)
		}
	})
}

// plainly is a profile without what is looked at by itself.
func plainly(f *Profile) Profile {
	out := *f
	for _, set := range out.sets() {
		*set = nil
	}
	out.Signature, out.terms, out.opening, out.titleNames, out.signs, out.place, out.casualties = nil, nil, nil, nil, nil, nil, event.Casualties{}
	return out
}

// A field that is added to a profile must be kept too, or be told of here.
func TestNoFieldOfAProfileIsForgotten(t *testing.T) {
	dropped := []string{"phrases", "stems"}
	eachKept(t, func(name string, before, after *Profile) {
		was, is := reflect.ValueOf(before).Elem(), reflect.ValueOf(after).Elem()
		for i := range was.NumField() {
			field := was.Type().Field(i).Name
			if !slices.Contains(dropped, field) && empty(was.Field(i)) != empty(is.Field(i)) {
				t.Errorf("%s: %s is lost", name, field)
			}
		}
	})
}

// empty reports whether a field says nothing: a set without elements does as none does.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice:
		return v.Len() == 0
	case reflect.Array:
		for i := range v.Len() {
			if !empty(v.Index(i)) {
				return false
			}
		}
		return true
	}
	return v.IsZero()
}

// The features by which a profile is listed are known again when it is dropped.
func TestAProfileKnowsWhereItIsListed(t *testing.T) {
	p, x := NewProfiler(), NewIndex(Default())
	for n, a := range crowd(30, 2) {
		f := p.Profile(a)
		f.settle(x.knowledge)
		want := hashes(x.keys(f))
		x.Add(fmt.Sprint(n), a.Item.ID, f)
		got := x.listed(x.stories[fmt.Sprint(n)].profiles[0])
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("report %d is listed under %d features, want %d", n, len(got), len(want))
		}
	}
}
