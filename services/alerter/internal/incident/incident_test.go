package incident

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

var noon = time.Date(2010, 5, 14, 12, 0, 0, 0, time.UTC)

// build makes an assessment of the item; every option changes it.
func build(item string, change ...func(*event.Assessment)) *event.Assessment {
	a := &event.Assessment{
		ID: event.NewID(item, "0"),
		Item: event.Item{
			ID: item, Source: event.Source{Feed: item, Title: "Outlet " + item, Reliability: "C"},
			Title: "Title of " + item, Text: "Text of " + item, URL: "https://example.org/" + item,
			Published: noon, PublishedSource: event.PublishedFeed, FirstSeen: noon, Seen: noon,
		},
		Language: "en", Relevant: true, Score: 50, Severity: event.SeverityModerate, Categories: []string{"protest"},
		Findings: []event.Finding{{Indicator: "rally", Category: "protest", Assertion: event.Asserted, Points: 50}},
		Main:     town(1, "Osh", 40.53, 72.80), Regions: []string{"south"}, Entities: []string{"person:x"}, Assessed: noon,
	}
	for _, c := range change {
		c(a)
	}
	return a
}

func town(id int, name string, lat, lon float64) *event.Place {
	return &event.Place{GeonameID: id, Name: name, Country: "KG", Admin1: "08", Lat: lat, Lon: lon}
}

func owned(owner string) func(*event.Assessment) {
	return func(a *event.Assessment) { a.Item.Source.Owner = owner }
}

func rated(grade string) func(*event.Assessment) {
	return func(a *event.Assessment) { a.Item.Source.Reliability = grade }
}

func killed(n int) func(*event.Assessment) {
	return func(a *event.Assessment) { a.Casualties.Killed = &event.Count{Min: n, Max: n} }
}

func revision(n int) func(*event.Assessment) {
	return func(a *event.Assessment) {
		a.Item.Revision, a.ID = n, event.NewID(a.Item.ID, fmt.Sprint(n))
		a.Assessed = noon.Add(time.Duration(n) * time.Minute)
	}
}

func open(a *event.Assessment) *event.Incident { return Open(Default(), a, nil, noon) }

func merge(i *event.Incident, a *event.Assessment) *event.Incident {
	return Merge(Default(), i, a, Text{}, noon.Add(time.Minute))
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestOpen(t *testing.T) {
	i := open(build("a"))
	equal(t, "id", i.ID, story.ID("a"))
	equal(t, "revision", i.Revision, 1)
	equal(t, "kind", i.Change.Kind, event.ChangeNew)
	equal(t, "reasons", i.Change.Reasons, []string{"first report, by Outlet a"})
	equal(t, "status", i.Status, event.StatusOpen)
	equal(t, "region", i.Region, "south")
	equal(t, "country", i.Country, "KG")
	equal(t, "headline", i.Headline, "Title of a")
	equal(t, "indicator", i.Indicator, "rally")
	equal(t, "category", i.Category, "protest")
	equal(t, "categories", i.Categories, []string{"protest"})
	equal(t, "severity", i.Severity, event.SeverityModerate)
	equal(t, "count", i.ReportCount, 1)
	equal(t, "lead", i.Reports[0].Lead, "Text of a")
	equal(t, "corroboration", i.Corroboration, event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"})
	equal(t, "same again", open(build("a")), i)

	nowhere := open(build("a", func(a *event.Assessment) { a.Main, a.Regions = nil, nil }))
	equal(t, "region without a place", nowhere.Region, Unplaced)
	drill := open(build("a", func(a *event.Assessment) { a.Item.Exercise = true }))
	equal(t, "exercise", drill.Exercise, true)
}

func TestAdmissible(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*event.Assessment)
		want   bool
	}{
		"relevant":   {func(*event.Assessment) {}, true},
		"irrelevant": {func(a *event.Assessment) { a.Relevant = false }, false},
		"backlog":    {func(a *event.Assessment) { a.Item.Backlog = true }, false},
		"old":        {func(a *event.Assessment) { a.Item.FirstSeen = noon.Add(-49 * time.Hour) }, false},
		"dated late": {func(a *event.Assessment) { a.Item.Published, a.Item.FirstSeen = noon.Add(-49*time.Hour), noon }, true},
		"undated": {func(a *event.Assessment) {
			a.Item.Published, a.Item.PublishedSource = time.Time{}, event.PublishedFetched
		}, true},
	} {
		if got := Admissible(Default(), build("a", c.change), noon); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestHas(t *testing.T) {
	i := merge(open(build("a")), build("b", revision(2)))
	for name, c := range map[string]struct {
		a    *event.Assessment
		want Known
	}{
		"another item":           {build("c"), Unknown},
		"the same":               {build("a"), Same},
		"the next revision":      {build("a", revision(1)), Older},
		"an earlier revision":    {build("b", revision(1)), Same},
		"judged by newer rules":  {build("a", func(a *event.Assessment) { a.ID, a.Assessed = "x", noon.Add(time.Hour) }), Older},
		"judged by older rules":  {build("a", func(a *event.Assessment) { a.ID, a.Assessed = "x", noon.Add(-time.Hour) }), Same},
		"the same revision of b": {build("b", revision(2)), Same},
	} {
		if got := Has(i, c.a); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestChanges(t *testing.T) {
	base := open(build("a", killed(3)))
	cases := map[string]struct {
		a       *event.Assessment
		copyOf  string
		kind    event.ChangeKind
		reasons []string
	}{
		"a further report of the same owner": {
			a: build("b", func(a *event.Assessment) { a.Item.Source = base.Reports[0].Source }), kind: event.ChangeReport,
			reasons: []string{"further report by Outlet a"},
		},
		"a second source": {a: build("b"), kind: event.ChangeEscalated, reasons: []string{"second independent source: Outlet b"}},
		"a copy":          {a: build("b"), copyOf: "a", kind: event.ChangeReworded, reasons: []string{"Outlet b carries a copy of a known report"}},
		"a revision":      {a: build("a", killed(3), revision(1)), kind: event.ChangeReworded, reasons: []string{"Outlet a revised its report"}},
		"a revision with a higher toll": {
			a: build("a", killed(5), revision(1)), kind: event.ChangeEscalated, reasons: []string{"killed up from 3 to 5", "Outlet a revised its report"},
		},
		"a toll beyond a number": {
			a:    build("a", killed(3), revision(1), func(a *event.Assessment) { a.Casualties.Detained = &event.Count{Min: 60, Over: true} }),
			kind: event.ChangeEscalated, reasons: []string{"detained: more than 60", "Outlet a revised its report"},
		},
		"a lower toll": {a: build("a", killed(2), revision(1)), kind: event.ChangeCorrected, reasons: []string{"killed down from 3 to 2", "Outlet a revised its report"}},
		"a first number of injured": {
			a:    build("a", killed(3), revision(1), func(a *event.Assessment) { a.Casualties.Injured = &event.Count{Min: 60} }),
			kind: event.ChangeEscalated, reasons: []string{"injured: at least 60", "Outlet a revised its report"},
		},
		"higher severity": {
			a:    build("a", killed(3), revision(1), func(a *event.Assessment) { a.Severity = event.SeverityCritical }),
			kind: event.ChangeEscalated, reasons: []string{"severity up from moderate to critical", "Outlet a revised its report"},
		},
		"a new category": {
			a:    build("a", killed(3), revision(1), func(a *event.Assessment) { a.Categories = []string{"protest", "riot"} }),
			kind: event.ChangeEscalated, reasons: []string{"new category: riot", "Outlet a revised its report"},
		},
		"a new place": {
			a:    build("a2", owned("x"), func(a *event.Assessment) { a.Item.Source.Feed, a.Main = "a", town(2, "Uzgen", 40.77, 73.30) }),
			kind: event.ChangeEscalated, reasons: []string{"new place: Uzgen", "second independent source: Outlet a2"},
		},
		"a suburb": {
			a: build("b", func(a *event.Assessment) {
				a.Item.Source = base.Reports[0].Source
				a.Main = town(3, "Kara Suu", 40.70, 72.87)
			}), kind: event.ChangeReport, reasons: []string{"further report by Outlet a"},
		},
		"an irrelevant revision": {
			a: build("a", revision(1), func(a *event.Assessment) {
				a.Relevant, a.Severity, a.Score, a.Categories, a.Findings = false, event.SeverityNone, 0, nil, nil
			}), kind: event.ChangeReworded, reasons: []string{"Outlet a revised its report"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			before := encode(t, base)
			i := Merge(Default(), base, c.a, Text{CopyOf: c.copyOf}, noon.Add(time.Minute))
			equal(t, "kind", i.Change.Kind, c.kind)
			equal(t, "reasons", i.Change.Reasons, c.reasons)
			equal(t, "revision", i.Revision, 2)
			equal(t, "report", i.Reports[i.Change.Report].Item, c.a.Item.ID)
			equal(t, "identity", []any{i.ID, i.Region, i.Opened}, []any{base.ID, base.Region, base.Opened})
			equal(t, "what was merged into", encode(t, base), before)
			if i.Severity.Rank() < base.Severity.Rank() {
				t.Errorf("severity fell to %s", i.Severity)
			}
		})
	}
}

func encode(t *testing.T, i *event.Incident) string {
	t.Helper()
	data, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestUnplacedFindsItsRegion(t *testing.T) {
	i := open(build("a", func(a *event.Assessment) { a.Main, a.Regions = nil, nil }))
	i = merge(i, build("b", owned("x")))
	equal(t, "region", i.Region, "south")
	equal(t, "place", i.Place.Name, "Osh")
	equal(t, "reasons", i.Change.Reasons, []string{"place now known: region south", "second independent source: Outlet b"})
	i = merge(i, build("c", func(a *event.Assessment) { a.Regions = []string{"north"} }))
	equal(t, "region stays", i.Region, "south")
	equal(t, "regions", i.Regions, []string{"north", "south"})
}

func TestPlaceBecomesPrecise(t *testing.T) {
	whole := &event.Place{GeonameID: 9, Name: "Kyrgyzstan", Country: "KG"}
	i := open(build("a", func(a *event.Assessment) { a.Main = whole }))
	i = merge(i, build("b"))
	equal(t, "place", i.Place.Name, "Osh")
	if slices.ContainsFunc(i.Change.Reasons, func(s string) bool { return strings.HasPrefix(s, "new place") }) {
		t.Errorf("a first precise place is no spread: %v", i.Change.Reasons)
	}
	i = merge(i, build("c", func(a *event.Assessment) {
		a.Main = &event.Place{GeonameID: 8, Name: "Kabul", Country: "AF", Admin1: "13"}
	}))
	equal(t, "place stays", i.Place.Name, "Osh")
}

// An incident goes by the finding by which a message tells the words of the strongest, where
// that is of its category.
func TestNaming(t *testing.T) {
	words := []event.Evidence{{Field: "title", Start: 0, End: 30, Text: "Crowd blocks the road to Osh"}}
	rally := event.Finding{Indicator: "rally", Category: "protest", Severity: event.SeverityLow, Assertion: event.Asserted, Points: 50, Evidence: words}
	block := event.Finding{Indicator: "road-blockade", Category: "protest", Severity: event.SeverityModerate, Assertion: event.Asserted, Points: 50, Evidence: words}
	fire := event.Finding{Indicator: "arson", Category: "riot", Severity: event.SeverityHigh, Assertion: event.Asserted, Points: 40, Evidence: words}
	for _, c := range []struct {
		findings []event.Finding
		want     string
	}{
		{[]event.Finding{rally, block}, "road-blockade"},
		{[]event.Finding{rally}, "rally"},
		{[]event.Finding{rally, fire}, "rally"}, // of another category
	} {
		i := open(build("a", func(a *event.Assessment) { a.Findings, a.Capped = c.findings, true }))
		equal(t, "indicator", i.Indicator, c.want)
		equal(t, "capped", i.Reports[0].Capped, true)
	}
}

func TestHeadline(t *testing.T) {
	i := open(build("a", rated("D")))
	i = merge(i, build("b", rated("B")))
	equal(t, "the more reliable", i.Headline, "Title of b")
	i = merge(i, build("c", rated("B"), func(a *event.Assessment) { a.Item.Published = noon.Add(-time.Hour) }))
	equal(t, "the earlier", i.Headline, "Title of c")
	i = merge(i, build("d", rated("B"), func(a *event.Assessment) {
		a.Score = 90
		a.Findings = []event.Finding{{Indicator: "arson", Category: "riot", Assertion: event.Asserted, Points: 80}}
	}))
	equal(t, "the higher score", i.Headline, "Title of d")
	equal(t, "indicator", i.Indicator, "arson")
	equal(t, "category", i.Category, "riot")
	equal(t, "score", i.Score, 90)
	i = merge(i, build("e", rated("F")))
	equal(t, "unrated", i.Headline, "Title of d")
}

func TestMoreByUpperBound(t *testing.T) {
	if !more(&event.Count{Min: 3, Max: 9}, &event.Count{Min: 3, Max: 4}) || more(&event.Count{Min: 3}, &event.Count{Min: 4}) {
		t.Error("counts are ordered wrongly")
	}
}

func TestAge(t *testing.T) {
	c := Default()
	i := open(build("a"))
	equal(t, "young", Age(c, i, noon.Add(time.Hour)), (*event.Incident)(nil))
	quiet := Age(c, i, noon.Add(24*time.Hour))
	equal(t, "status", quiet.Status, event.StatusQuiet)
	equal(t, "kind", quiet.Change.Kind, event.ChangeQuiet)
	equal(t, "reason", quiet.Change.Reasons, []string{"no report for 1d"})
	equal(t, "still quiet", Age(c, quiet, noon.Add(25*time.Hour)), (*event.Incident)(nil))
	again := Merge(c, quiet, build("b"), Text{}, noon.Add(30*time.Hour))
	equal(t, "a report wakes it", again.Status, event.StatusOpen)
	reworded := Merge(c, quiet, build("a", revision(1)), Text{}, noon.Add(30*time.Hour))
	equal(t, "an edited text does not", reworded.Status, event.StatusQuiet)
	closed := Age(c, quiet, noon.Add(48*time.Hour))
	equal(t, "closed", closed.Status, event.StatusClosed)
	equal(t, "revision", closed.Revision, 3)
	equal(t, "closed stays", Age(c, closed, noon.Add(1000*time.Hour)), (*event.Incident)(nil))
	equal(t, "kept", Expired(c, closed, noon.Add(49*time.Hour)), false)
	equal(t, "expired", Expired(c, closed, noon.Add(48*time.Hour+7*24*time.Hour)), true)
	equal(t, "open ones never expire", Expired(c, i, noon.Add(10000*time.Hour)), false)
	equal(t, "straight to closed", Age(c, i, noon.Add(72*time.Hour)).Status, event.StatusClosed)
	edited := Merge(c, closed, build("a", revision(1)), Text{}, noon.Add(60*time.Hour))
	equal(t, "a closed one stays closed when edited", edited.Status, event.StatusClosed)
	worse := Merge(c, closed, build("a", revision(1), killed(4)), Text{}, noon.Add(60*time.Hour))
	equal(t, "and opens when people were killed", worse.Status, event.StatusOpen)
}

// TestOrder: what an incident says does not depend on the order of its reports,
// but for what is defined by the first.
func TestOrder(t *testing.T) {
	all := []*event.Assessment{
		build("a", killed(3)), build("b", owned("x"), rated("B")), build("c", owned("x"), killed(7)),
		build("d", rated("E"), func(a *event.Assessment) { a.Categories, a.Severity = []string{"riot"}, event.SeverityHigh }),
	}
	type said struct {
		Headline, Severity, Categories, Toll, Corroboration string
	}
	say := func(order []int) said {
		i := open(all[order[0]])
		for _, n := range order[1:] {
			i = merge(i, all[n])
		}
		return said{i.Headline, string(i.Severity), fmt.Sprint(i.Categories), fmt.Sprint(i.Casualties.Killed.Min), fmt.Sprint(i.Corroboration)}
	}
	want := say([]int{0, 1, 2, 3})
	for _, order := range [][]int{{3, 2, 1, 0}, {1, 0, 3, 2}, {2, 3, 0, 1}} {
		equal(t, fmt.Sprint(order), say(order), want)
	}
}

func TestBounds(t *testing.T) {
	hostile := func(n int) *event.Assessment {
		return build(fmt.Sprint("item", n), func(a *event.Assessment) {
			a.Item.Title = strings.Repeat("Ж", 5000)
			a.Item.Text = strings.Repeat("Слово ", 3000)
			a.Item.URL = "https://example.org/" + strings.Repeat("x", 5000)
			a.Categories = event.Categories()
			for k := range 40 {
				a.Entities = append(a.Entities, fmt.Sprint("person:", n, "-", k))
				a.Regions = append(a.Regions, fmt.Sprint("region", k))
				f := event.Finding{Indicator: fmt.Sprint("i", k), Category: "riot", Assertion: event.Asserted, Points: float64(k % 50), Title: "A title of some length"}
				if k%3 == 0 {
					f.Assertion = event.Denied
				}
				for range 8 {
					f.Evidence = append(f.Evidence, event.Evidence{Field: "text", Start: 1, End: 2, Text: strings.Repeat("ю", 900)})
				}
				a.Findings = append(a.Findings, f)
			}
			a.Casualties.Missing = &event.Count{Min: 3, Evidence: &event.Evidence{Text: strings.Repeat("э", 9000)}}
		})
	}
	c := Default()
	i := Open(c, hostile(0), story.Signature("a b c d e"), noon)
	for n := 1; n < 230; n++ {
		copyOf := ""
		if n%2 == 0 {
			copyOf = "item0"
		}
		i = Merge(c, i, hostile(n), Text{Signature: story.Signature("a b c d e"), CopyOf: copyOf}, noon.Add(time.Duration(n)*time.Second))
	}
	if size := len(encode(t, i)); size > 512<<10 {
		t.Errorf("the document has %d bytes", size)
	}
	if len(i.Reports) > c.MaxReports {
		t.Errorf("%d reports", len(i.Reports))
	}
	equal(t, "count", i.ReportCount, 230)
	equal(t, "first report", i.Reports[0].Item, "item0")
	equal(t, "changed report", i.Reports[i.Change.Report].Item, "item229")
	equal(t, "detail of the changed report", len(i.Reports[i.Change.Report].Findings), maxFindings)
	equal(t, "entities", len(i.Entities), maxEntities)
	equal(t, "url", i.Reports[0].URL, "")
	for _, f := range i.Reports[0].Findings {
		equal(t, "assertion", f.Assertion, event.Asserted)
	}
}

func TestCopiesGoFirst(t *testing.T) {
	c := Default()
	c.MaxReports = 10
	i := open(build("a"))
	for n := range 30 {
		a := build(fmt.Sprint("r", n))
		copyOf := ""
		if n >= 5 {
			copyOf = "a"
		}
		i = Merge(c, i, a, Text{CopyOf: copyOf}, noon.Add(time.Duration(n)*time.Second))
	}
	equal(t, "reports", len(i.Reports), 10)
	equal(t, "independent", i.Corroboration.Independent, 6)
	for n := range 5 {
		if find(i, fmt.Sprint("r", n)) < 0 {
			t.Errorf("the independent report r%d was dropped", n)
		}
	}
	all := []event.Report{{Item: "a"}, {Item: "b"}}
	equal(t, "nothing to drop", leastWanted(all, []int{0, 1}), -1)
	equal(t, "the oldest", leastWanted(all, []int{0}), 1)
}

func TestSourceName(t *testing.T) {
	equal(t, "title", sourceName(event.Source{Title: " The Post ", Feed: "post"}), "The Post")
	equal(t, "feed", sourceName(event.Source{Feed: "post"}), "post")
	equal(t, "neither", sourceName(event.Source{}), "an unnamed source")
}

func TestConfig(t *testing.T) {
	if p := Default().Check(); len(p) > 0 {
		t.Fatalf("the default is refused: %v", p[0])
	}
	for key, change := range map[string]func(*Config){
		"window":      func(c *Config) { c.Window = 0 },
		"same":        func(c *Config) { c.Same = 1.5 },
		"copy":        func(c *Config) { c.Copy = 0 },
		"quiet_after": func(c *Config) { c.QuietAfter = 0 },
		"close_after": func(c *Config) { c.CloseAfter = config.Duration(time.Hour) },
		"keep":        func(c *Config) { c.Keep = -1 },
		"max_reports": func(c *Config) { c.MaxReports = 1 },
		"max_open":    func(c *Config) { c.MaxOpen = 1 },
	} {
		c := Default()
		change(&c)
		problems := c.Check()
		if len(problems) != 1 || problems[0].Key != key || problems[0].Remedy == "" || !strings.HasPrefix(problems[0].Error(), key+": ") {
			t.Errorf("%s: %v", key, problems)
		}
	}
	c := Default()
	c.Same = 0.7
	equal(t, "story settings", c.Story().Same, 0.7)
}

func BenchmarkMerge(b *testing.B) {
	i := open(build("a"))
	for n := range 20 {
		i = merge(i, build(fmt.Sprint("r", n)))
	}
	x := build("next")
	for range b.N {
		merge(i, x)
	}
}

// An outlet that edits what it has from an agency, and drops the agency's name, is
// still no source of its own.
func TestRevisionKeepsTheAgency(t *testing.T) {
	cites := func(text string) func(*event.Assessment) {
		return func(a *event.Assessment) { a.Item.Text = text }
	}
	i := merge(open(build("a", cites("Five were hurt in Osh, Reuters reported."))), build("b", cites("A doctor in Osh counted five, according to Reuters.")))
	equal(t, "sources that cite one agency", i.Corroboration.Independent, 1)
	i = merge(i, build("b", cites("Update: a doctor in Osh counted six."), revision(1)))
	equal(t, "sources after one edited its text", i.Corroboration.Independent, 1)
	i = merge(i, build("b", cites("A doctor in Osh counted six, AFP said."), revision(2)))
	equal(t, "sources after one took it from another agency", i.Corroboration.Independent, 2)
}

// A report without a title is headed by its first sentence, or by what it is found to tell.
func TestHeadlineWithoutATitle(t *testing.T) {
	for text, want := range map[string]string{
		"Вооружённые люди захватили мэрию в Чолпон-Ате. Милиция едет.": "Вооружённые люди захватили мэрию в Чолпон-Ате",
		"One line\nand another. And more.": "One line",
		"":                                 "A crowd",
	} {
		a := build("a", titled(""))
		a.Item.Text = text
		a.Findings = []event.Finding{{Indicator: "rally", Title: "A crowd", Assertion: event.Asserted, Points: 9}}
		equal(t, "headline", open(a).Headline, want)
	}
}

// The headline stays in the language of the first report that tells the story, whoever tells it
// in another one, until nobody tells it in that.
func TestHeadlineKeepsItsLanguage(t *testing.T) {
	in := func(language, grade string) func(*event.Assessment) {
		return func(a *event.Assessment) { a.Language, a.Item.Source.Reliability = language, grade }
	}
	i := open(build("a", in("en", "C")))
	i = merge(i, build("b", in("ru", "A")))
	equal(t, "of a better outlet", []any{i.Headline, i.Language}, []any{"Title of a", "en"})
	i = merge(i, build("c", in("en", "B")))
	equal(t, "of a better one in the language", i.Headline, "Title of c")
	i = merge(i, build("c", in("en", "B"), revision(1), titled("RETRACTED: Title of c")))
	i = merge(i, build("a", in("en", "C"), revision(1), titled("RETRACTED: Title of a")))
	equal(t, "of those who stand by it", i.Headline, "Title of b")
}
