package story

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

// tale is a text of the newsroom below and the story it tells.
type tale struct {
	story string
	report
}

func en(story, title, text string) tale {
	return tale{story, report{title: title, text: text, lang: "en"}}
}
func ru(story, title, text string) tale {
	return tale{story, report{title: title, text: text, lang: "ru"}}
}

// newsroom is a day of news on which no rule fires: rewordings, follow-ups and
// look-alikes, told apart by their words, names and numbers alone.
func newsroom() []tale {
	return []tale{
		en("dam", "Crack found in Orlitsa dam wall", "Engineers found a crack eleven metres long in the wall of the Orlitsa dam and began to lower the reservoir. Chief engineer Pavel Horvat said 240 families downstream were told to pack."),
		en("dam", "Families told to pack as Orlitsa reservoir is lowered", "Some 240 families below the Orlitsa dam must be ready to leave after a crack was seen in its wall. The reservoir is being lowered, chief engineer Pavel Horvat told a briefing."),
		en("dam", "Orlitsa dam: reservoir down by four metres, crack sealed", "The crack in the wall of the Orlitsa dam was sealed with resin once the reservoir had fallen by four metres, chief engineer Pavel Horvat said. The 240 families may unpack."),
		en("other dam", "Sluice of Brezno dam jammed by timber", "Drifting timber jammed the main sluice of the Brezno dam overnight. Divers led by Ivana Kralova will cut it free; the mill at Brezno stands still."),
		en("chess", "Teenager Lin Okoro wins Tavros chess open", "Lin Okoro, 16, beat the veteran Andres Vidal in the last round of the Tavros open and took the title with 8 points of 9. She sacrificed a rook on move 23."),
		en("chess", "Okoro, 16, takes Tavros title after rook sacrifice", "A rook sacrifice on move 23 against Andres Vidal gave Lin Okoro the Tavros chess open. The sixteen-year-old finished with 8 points of 9."),
		en("other chess", "Marrakesh chess academy opens its doors", "A chess academy for 40 pupils opens in Marrakesh in autumn. Its head Samir Belkadi was third at the Agadir open; lessons are free for girls."),
		ru("мост", "Баржа задела опору Каменского моста", "Гружёная щебнем баржа задела опору Каменского моста, движение по нему закрыто. Капитан Семён Лукашин объяснил удар отказом руля. Водолазы осматривают опору."),
		ru("мост", "Каменский мост закрыт после удара баржи", "Движение по Каменскому мосту остановлено: баржа со щебнем из-за отказа руля ударила в опору. Капитана Семёна Лукашина опросили, опору осматривают водолазы."),
		ru("мост", "Каменский мост открыт для легковых машин", "Водолазы не нашли трещин в опоре Каменского моста, задетой баржей со щебнем. По мосту пустили легковые машины, капитан Семён Лукашин оштрафован."),
		ru("ярмарка", "Ярмарка мёда в Полевом собрала сорок пасек", "На ярмарку мёда в Полевое привезли продукцию сорока пасек. Первый приз получил пасечник Егор Дунаев за липовый мёд, зрителям показали старинную медогонку."),
		ru("ярмарка", "Липовый мёд Егора Дунаева признан лучшим на ярмарке в Полевом", "Пасечник Егор Дунаев получил первый приз ярмарки мёда в Полевом. Сорок пасек представили свою продукцию, работала старинная медогонка."),
		ru("погода 3", "Прогноз погоды по Полевому на 3 марта", "Днём 3 марта в Полевом ожидается переменная облачность, мокрый снег, ветер западный, на дорогах гололедица."),
		ru("погода 9", "Прогноз погоды по Полевому на 9 марта", "Днём 9 марта в Полевом ожидается ясная погода, без осадков, ветер западный, на дорогах гололедица."),
	}
}

// grouped puts the tales into stories in the given order.
func grouped(g *Grouper, tales []tale, order []int) map[string][]string {
	for _, i := range order {
		g.Add(tales[i].assessment(fmt.Sprint(i)))
	}
	out := map[string][]string{}
	for i, t := range tales {
		id := g.Story(fmt.Sprint(i))
		out[id] = append(out[id], t.story)
	}
	return out
}

// In whatever order a day's news comes, every story is one and no two are mixed.
func TestNewsroomInAnyOrder(t *testing.T) {
	tales := newsroom()
	stories := map[string]bool{}
	for _, x := range tales {
		stories[x.story] = true
	}
	for seed := range uint64(40) {
		order := rand.New(rand.NewPCG(seed, 3)).Perm(len(tales))
		got := grouped(NewGrouper(Default()), tales, order)
		for _, told := range got {
			if len(slices.Compact(told)) > 1 {
				t.Errorf("order %v: one story of %q", order, told)
			}
		}
		if len(got) != len(stories) {
			t.Errorf("order %v: %d stories, want %d: %v", order, len(got), len(stories), got)
		}
	}
}

// The id of a story is that of its first report, whatever comes later, and
// telling everything again changes nothing.
func TestStoryIDsAreStable(t *testing.T) {
	tales, g := newsroom(), NewGrouper(Default())
	first := map[string]string{}
	var order []int
	for i, x := range tales {
		order = append(order, i)
		id := g.Add(x.assessment(fmt.Sprint(i)))
		if want := first[x.story]; want == "" {
			first[x.story] = id
		} else if id != want {
			t.Errorf("%q is in %s, its story began as %s", x.title, id, want)
		}
	}
	for i, x := range tales {
		if got := g.Story(fmt.Sprint(i)); got != first[x.story] {
			t.Errorf("%q was moved to %s", x.title, got)
		}
	}
	n := g.index.Len()
	grouped(g, tales, order)
	if g.index.Len() != n {
		t.Errorf("%d stories became %d when told again", n, g.index.Len())
	}
}

// Two stories that a later report shows to be one are merged: the earlier one
// stays, and the items of both are in it.
func TestMerge(t *testing.T) {
	tales, g := newsroom(), NewGrouper(Default())
	x := g.index
	p := NewProfiler()
	for i := range 3 {
		x.Add(fmt.Sprint("s", i/2), fmt.Sprint(i), p.Profile(tales[i].assessment(fmt.Sprint(i))))
	}
	x.Add("other", "3", p.Profile(tales[3].assessment("3")))
	f := p.Profile(tales[2].assessment("2"))
	other, ok := x.Twin("s0", f)
	if !ok || other != "s1" {
		t.Fatalf("the twin of s0 is %q, %v", other, ok)
	}
	if none, ok := x.Twin("other", f); ok {
		t.Errorf("another dam has the twin %s", none)
	}
	if none, ok := x.Twin("unknown", f); ok {
		t.Errorf("an unknown story has the twin %s", none)
	}
	x.Merge("s0", "s1")
	x.Merge("s0", "s1")
	x.Merge("s0", "s0")
	if x.Len() != 2 || len(x.stories["s0"].profiles) != 3 {
		t.Errorf("after the merge: %d stories, %d reports in the first", x.Len(), len(x.stories["s0"].profiles))
	}
	if m, ok := x.Find(p.Profile(tales[2].assessment("again"))); !ok || m.ID != "s0" || m.Item != "2" {
		t.Errorf("a copy of the merged report is found in %+v", m)
	}
}

// Of merged stories the earliest stays, whichever the report in between joined.
func TestEarliestStoryStays(t *testing.T) {
	tales, g := newsroom(), NewGrouper(Default())
	p := NewProfiler()
	for i := range 2 {
		id := ID(fmt.Sprint(i))
		g.item[fmt.Sprint(i)], g.born[id] = id, i
		g.index.Add(id, fmt.Sprint(i), p.Profile(tales[i].assessment(fmt.Sprint(i))))
	}
	g.Add(tales[2].assessment("2"))
	for _, item := range []string{"0", "1", "2"} {
		if got := g.Story(item); got != ID("0") {
			t.Errorf("item %s is in %s, want that of the first", item, got)
		}
	}
}

// A bombing and its funeral are one story, two bombings in one city are two.
func TestBombingAndFuneral(t *testing.T) {
	bombing := report{title: "Bomb kills nine at Osh grain market", lang: "en", place: osh(), category: "armed-attack", indicator: "bombing", killed: 9,
		text: "A bomb hidden in a sack of barley killed nine people at the grain market of Osh on Friday, the mayor Almaz Toktorov said. Among the dead are four members of the Ismailov family, who kept a stall there."}
	funeral := report{title: "Osh buries the dead of the grain market", lang: "en", place: osh(), category: "casualties", indicator: "killed", killed: 9, after: 26 * time.Hour,
		text: "Thousands walked behind the coffins of nine people whom the bomb at the grain market killed. Four of them were of the Ismailov family. Mayor Almaz Toktorov asked the city for calm."}
	second := report{title: "Car bomb outside Osh court wounds a guard", lang: "en", place: osh(), category: "armed-attack", indicator: "bombing", injured: 1, after: 3 * time.Hour,
		text: "A parked lorry exploded in front of the regional court in Osh and wounded a guard. Judge Nurlan Beishenov was not in the building, his secretary said."}
	both(t, bombing, funeral, true)
	both(t, bombing, second, false)
	both(t, second, funeral, false)
}

// Evidence is a share of every kind, and more of what speaks for one story never
// makes it less probable.
func TestEvidence(t *testing.T) {
	p, k := NewProfiler(), newKnowledge()
	for i, a := range corpus() {
		for j, b := range corpus() {
			f, g := p.Profile(a.assessment("a")), p.Profile(b.assessment("b"))
			for kind, x := range k.gather(f, g, relate(f.place, g.place)) {
				if math.IsNaN(x) || x < 0 || x > 1.000001 && kind != days {
					t.Errorf("%d and %d: evidence %d is %v", i, j, kind, x)
				}
			}
		}
	}
	none := evidence{}.likelihood()
	if none >= 0.2 {
		t.Errorf("without any evidence %v", none)
	}
	for kind, w := range weights() {
		var e evidence
		e[kind] = 1
		if got := e.likelihood(); (got > none) != (w > 0) || w == 0 {
			t.Errorf("evidence %d of weight %v: %v, without it %v", kind, w, got, none)
		}
	}
	for _, x := range []float64{0.02, 0.3, 0.5, 0.98} {
		if got := logistic(logit(x)); math.Abs(got-x) > 1e-9 {
			t.Errorf("logistic(logit(%v)) = %v", x, got)
		}
	}
	if logit(0) != logit(0.02) || logit(1) != logit(0.98) {
		t.Error("one likeness weighs without bound")
	}
}

// Amounts are read with their scale and compared to three digits.
func TestFigures(t *testing.T) {
	for _, c := range []struct {
		text          string
		numbers, days []uint64
	}{
		{"18 thousand people", []uint64{18_000}, nil},
		{"1 million 532 thousand 618 hryvnias for 126 people", []uint64{1_530_000, 126}, nil},
		{"1 млн 532 тыс. за 126 человек", []uint64{1_530_000, 126}, nil},
		{"1,532,618 in all", []uint64{1_530_000}, nil},
		{"12 dead, 30 wounded", []uint64{12, 30}, nil},
		{"9 hundred", []uint64{900}, nil},
		{"1,5 млн и 2.5 million", []uint64{1_500_000, 2_500_000}, nil},
		{"magnitude 6.1, not 6.12", []uint64{decimal + 610}, nil},
		{"2,2 балла", []uint64{decimal + 220}, nil},
		{"37 people within 37 days", []uint64{37, 37 | lasting}, nil},
		{"a 36-hour siege, a 36-day march", []uint64{36 | lasting, 36 | lasting}, nil},
		{"14 дней, 14-дневный срок, 14 человек", []uint64{14 | lasting, 14 | lasting, 14}, nil},
		{"в 12 часов 5 раненых", []uint64{12, 5}, nil}, // o'clock
		{"5 рӯзноманигор, 5 күнөөлүү", []uint64{5, 5}, nil},
		{"on 4 May and May 5, 2020 at 10:30", nil, []uint64{5*32 + 4, 5*32 + 5}},
		{"8 ноября погибли 3", []uint64{3}, []uint64{11*32 + 8}},
		{"", nil, nil},
	} {
		numbers, days := figures(words(c.text, 50))
		if !slices.Equal(numbers, c.numbers) || !slices.Equal(days, c.days) {
			t.Errorf("%q: numbers %v, days %v", c.text, numbers, days)
		}
	}
	for n, want := range map[uint64]uint64{0: 0, 999: 999, 1000: 1000, 1004: 1000, 1005: 1010, 99_960: 100_000} {
		if got := rounded(n); got != want {
			t.Errorf("rounded(%d) = %d", n, got)
		}
	}
}

// The common words are a start: each is there once as its stem, and weighs less
// than a word never seen, but is no stop word.
func TestCommonWords(t *testing.T) {
	k := newKnowledge()
	for _, lang := range []string{"en", "ru"} {
		list := commonWords(lang)
		if len(list) < 300 {
			t.Errorf("%d words of %s", len(list), lang)
		}
		for _, w := range list {
			if got := k.weight(hashString(stem(w, lang))); got >= rareWeight {
				t.Errorf("%s weighs %v", w, got)
			}
			if w != strings.ToLower(w) {
				t.Errorf("%s is not in lower case", w)
			}
		}
	}
	if commonWords("ky") != nil {
		t.Error("words of a language nobody listed")
	}
	if got := k.weight(hashString("orlitsa")); got != 1 {
		t.Errorf("a name nobody heard of weighs %v", got)
	}
}

// A text in which no place was found is a copy wherever the original happened.
func TestCountryDoesNotHideAStory(t *testing.T) {
	g := NewGrouper(Default())
	first := g.Add(clash().assessment("a"))
	for n, place := range []*event.Place{nil, country(), uzgen()} {
		r := clash().but(func(r *report) {
			r.place, r.named = place, "Osh"
			r.title = "Fourteen soldiers hurt in night raid on army checkpoint outside Osh"
			r.text = "At least 14 servicemen were injured when armed men in lorries raided an army checkpoint on the Osh airport road. Garrison commander Marat Asylbekov said two soldiers were fighting for their lives."
		})
		if got := g.Add(r.assessment(fmt.Sprint("b", n))); got != first {
			t.Errorf("with the place %v it is another story", place)
		}
	}
}

// Reports that each name others are of two events more likely than reports of which one
// names fewer.
func TestOwnNames(t *testing.T) {
	told := func(names string) *Profile {
		return NewProfiler().Profile(report{title: "Talks on the border", text: "The delegations met with " + names + " on the bridge.", lang: "en"}.assessment("1"))
	}
	a, b, c := told("Asanov, Kerimov, Tolebaev"), told("Asanov, Rakhimov, Sadyrov"), told("Asanov")
	k := newKnowledge()
	own := func(a, b *Profile) float64 { return k.gather(a, b, areaUnknown)[ownNames] }
	if got := own(a, b); got < 0.6 || got != own(b, a) {
		t.Errorf("two whom each names: %v, %v the other way round", got, own(b, a))
	}
	if got := own(a, c); got != 0 {
		t.Errorf("who names fewer: %v", got)
	}
}

// What different people say of one thing is told one by one; of an event that the rules know they
// are who it is known from.
func TestTitlesInWhichDifferentPeopleSpeak(t *testing.T) {
	said := func(lang, title, category string) *Profile {
		r := report{title: title, lang: lang}
		if category != "" {
			r.category, r.indicator = category, "clash"
		}
		return profile(r)
	}
	tests := []struct {
		lang, a, b, category string
		want                 float64
	}{
		{"en", "Bank warns of a wheat shortage", "Farmers say wheat is plentiful", "", 1},
		{"en", "Bank warns of a wheat shortage", "Minister denies a wheat shortage", "", 1},
		{"en", "Bank warns of a wheat shortage", "Wheat shortage ahead, bank warns", "", 0},
		{"en", "Governor says two died in clash", "Army claims two died in clash", "armed-clash", 0},
		{"en", "Breaking: wheat runs out", "Minister denies a wheat shortage", "", 0},
		{"en", "Economist: wheat runs out", "Minister denies a wheat shortage", "", 1},
		{"en", "Reuters: wheat runs out", "Minister denies a wheat shortage", "", 0},
		{"en", "Wheat runs out", "Minister denies a wheat shortage", "", 0},
		{"ru", "Аграрий назвал цену зерна низкой", "Министр оценил цену зерна", "", 1},
		{"ru", "Аграрии: цена зерна упала", "Аграрий назвал цену зерна низкой", "", 0},
		{"ru", "В минсельхозе считают цену зерна низкой", "Министр оценил цену зерна", "", 1},
		{"tr", "Bakan: tahıl var", "Çiftçi: tahıl yok", "", 1},
	}
	for _, test := range tests {
		a, b := said(test.lang, test.a, test.category), said(test.lang, test.b, test.category)
		if got := newKnowledge().gather(a, b, areaUnknown)[noTitleSpeaker]; got != test.want {
			t.Errorf("%q, %q: %v, want %v", test.a, test.b, got, test.want)
		}
	}
}

// Titles of different years are of different items; a number of people is no year, and a day in
// common says more.
func TestTitlesOfDifferentYears(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"Wheat harvest of 2018 in figures", "Wheat harvest of 2019 in figures", true},
		{"Wheat harvest of 2018 in figures", "Wheat harvest in figures", false},
		{"Wheat harvest of 2018 in figures", "Wheat harvest of 14 May 2018", false},
		{"Wheat harvest of 14 May 2018", "Wheat of 2017 sold on 14 May", false},
		{"Some 2000 farmers march", "Some 1950 farmers march", false},
		{"Toll of the flood at 2,014", "Toll of the flood at 1,998", false},
	} {
		if got := otherDays(profile(report{title: test.a, lang: "en"}), profile(report{title: test.b, lang: "en"})); got != test.want {
			t.Errorf("%q, %q: %v", test.a, test.b, got)
		}
	}
}

// A number of other people is no number in common.
func TestNumbersOfOtherPeople(t *testing.T) {
	p := NewProfiler()
	counted := func(c event.Casualties) *Profile {
		return p.Profile(&event.Assessment{Language: "en", Item: event.Item{Title: "Unrest in Osh", Text: "It was 17 in the end."}, Casualties: c})
	}
	seventeen := event.Count{Min: 17, Max: 17}
	wounded, held, none := counted(event.Casualties{Injured: &seventeen}), counted(event.Casualties{Detained: &seventeen}), counted(event.Casualties{})
	both := counted(event.Casualties{Injured: &seventeen, Killed: &seventeen})
	for name, c := range map[string]struct {
		a, b *Profile
		want bool
	}{"wounded and detained": {wounded, held, false}, "wounded": {wounded, wounded, true}, "counted in one": {wounded, none, true}, "in neither": {none, none, true}, "the dead too": {both, wounded, true}} {
		sum, no := numbersShared(c.a, c.b)
		if again, _ := numbersShared(c.b, c.a); sum > 0 != c.want || no > 0 == c.want || again != sum {
			t.Errorf("%s: %v in common, %v not", name, sum, no)
		}
	}
}
