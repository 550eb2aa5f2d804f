package story

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// plain are the candidates as their definition has them: every story by the report that
// shares most, the sum of the squared weights of the features that both are listed under.
func plain(x *Index, f *Profile) []string {
	var all []ranked
	for _, e := range x.stories {
		best, found := 0.0, false
		for _, t := range e.profiles {
			sum, shares := 0.0, false
			keys := x.listed(t)
			for _, k := range x.keys(f) {
				if slices.Contains(keys, k.hash) {
					sum, shares = sum+k.weight*k.weight, true
				}
			}
			if shares && t.exercise == f.exercise {
				best, found = max(best, sum), true
			}
		}
		if found {
			all = append(all, ranked{e, best})
		}
	}
	slices.SortFunc(all, func(a, b ranked) int { return cmp.Or(cmp.Compare(b.shared, a.shared), cmp.Compare(a.id, b.id)) })
	var ids []string
	for _, r := range all[:min(len(all), maxStories)] {
		ids = append(ids, r.id)
	}
	return ids
}

// The candidates are those of the definition, in its order, while stories of several reports
// come and go, some of them of a drill. They are so few that no list is cut.
func TestCandidatesAreThoseThatShareMost(t *testing.T) {
	p, x := NewProfiler(), NewIndex(Default())
	all := crowd(60, 5)
	for n, a := range all[:58] {
		a.Item.Exercise = n%9 == 0
		x.Add(fmt.Sprint("story", n%25), a.Item.ID, p.Profile(a))
		if n%7 == 0 {
			x.Remove(fmt.Sprint("story", (n+12)%25))
		}
		if n%10 != 0 {
			continue
		}
		for _, b := range all[n : n+2] {
			f := p.Profile(b)
			f.settle(x.knowledge)
			var got []string
			for _, e := range x.candidates(f) {
				got = append(got, e.id)
			}
			if want := plain(x, f); !slices.Equal(got, want) {
				t.Fatalf("after %d reports: %v, want %v", n, got, want)
			}
		}
	}
	for number, sum := range x.postings.sums {
		if sum != 0 {
			t.Errorf("profile %d keeps the sum %v of an earlier report", number, sum)
		}
	}
}

// A word is what folding letter by letter makes of it, whether that is how it stands in
// the text or not.
func TestWordsAreFolded(t *testing.T) {
	for _, raw := range []string{
		"plain", "Capital", "SHOUT", "mIxed", "o'clock", "d’Ivoire", "ёлка", "Ёлка", "город", "ИСТАНБУЛ", "İzmir", "ılıca", "cafe\u0301s", "covid19",
		strings.Repeat("long", 20), strings.Repeat("x", 63) + "ё" + "y", strings.Repeat("ж", 31) + "aж" + "ж", "X" + strings.Repeat("ж", 40), "a\u0301" + strings.Repeat("b", 80),
	} {
		want := ""
		for _, r := range raw {
			if !isApostrophe(r) && !unicode.IsMark(r) && len(want) < maxWordBytes {
				want += string(fold(r))
			}
		}
		ws := words("("+raw+")", 5)
		if len(ws) != 1 || ws[0].text != want || ws[0].start != 1 || ws[0].end != 1+len(raw) {
			t.Errorf("%q is %+v, want %q", raw, ws, want)
		}
	}
}
