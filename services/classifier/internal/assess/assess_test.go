package assess

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/reason"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

// rules are small, but have one of everything.
const rules = `
lists:
  official: {en: [governor, minister, "@president"], ru: [губернатор*, министр*]}
indicators:
  - id: abducted
    title: An official is abducted
    category: kidnapping
    severity: high
    points: 60
    codes: {acled: Abduction}
    match:
      en: ["<target:@official> ..6 (kidnap*|abduct*)", "(kidnap*|abduct*) ..6 <target:@official>"]
      ru: ["<target:@official> ..6 похи*", "похи* ..6 <target:@official>"]
    unless: {en: ["kidnap thriller"]}
    guards: [film]
  - id: clash
    title: t
    category: armed-clash
    severity: moderate
    points: 40
    match: {en: [clash*, fight*], ru: [столкновени*]}
  - id: call
    title: t
    category: secession
    severity: moderate
    points: 30
    cues: [denied, historical]
    match: {en: ["call* for ..3 independence"]}
    lead: {en: [breakaway]}
  - id: march-plan
    title: t
    category: protest
    severity: low
    points: 30
    assertion: planned
    cues: []
    match: {en: ["march on ..2 next"]}
  - id: trial
    title: t
    category: coup
    severity: low
    points: 50
    status: test
    match: {en: [putsch]}
guards:
  film: {factor: 0.2, match: {en: [film, novel, governor]}}
  sport: {default: true, factor: 0, scope: item, min: 2, match: {en: [goal, coach, striker]}}
  war-game: {default: true, factor: 0.6, categories: [armed-clash], reach: 2, match: {en: [exercise]}}
  league: {default: true, factor: 0.1, match: {en: [league]}, unless: {en: [gunmen]}}
cues:
  - {assertion: denied, reach: 6, before: {en: [not, "no reports of", denied], ru: [не, опроверг*]}, after: {en: ["did not happen"], ru: ["не было"]},
     pseudo: {en: ["not only"]}, terminators: {en: [but], ru: [но]}}
  - {assertion: hypothetical, before: {en: [may, feared], ru: [может]}, pseudo: {en: [=who, =why], ru: [=кто]}}
  - {assertion: planned, before: {en: ["plan* to"], ru: [планир*]}}
  - {assertion: historical, before: {en: [anniversary], ru: [годовщин*]}, after: {en: ["years ago"]}}
slots: {official: target}
turns: {en: [=but, "at the same time"]}
attributions:
  official: {en: ["(=police|=governor|=ministry) ..2 (=said|=denied)"], ru: ["сообщил* ..2 полици*"]}
  witness: {en: ["=residents ..2 =said"]}
casualties:
  - {id: killed, kind: killed, severity: high, points: 30, match: {en: ["<n> ..5 (=killed|=dead)", "(=killed|=killing) <n>"], ru: ["<n> ..5 (погиб*|убит*)", "(погиб*|убит*) <n>"]}, unless: {en: [sheep]}}
  - {id: killed-one, kind: killed, severity: high, points: 20, count: 1, match: {en: ["a soldier ..2 =killed"]}}
  - {id: shot, kind: killed, severity: high, points: 35, violent: true, match: {en: ["<n> ..3 shot dead"]}}
  - {id: injured, kind: injured, severity: moderate, points: 20, match: {en: ["<n> ..5 (=injured|=wounded)"], ru: ["<n> ..5 ранен*", "ранен* <n>"]}}
  - {id: missing, kind: missing, severity: low, points: 10, match: {en: ["<n> ..3 =missing"]}}
  - {id: held, kind: detained, severity: low, points: 10, match: {en: ["<n> ..3 =detained"]}}
  - {id: fled, kind: displaced, severity: low, points: 10, match: {en: ["<n> ..3 =fled"]}}
composites:
  - {id: grave, category: casualties, severity: critical, points: 40, when: 'killed >= 10 && category("armed-clash")'}
  - {id: comeback, category: coup, severity: high, points: 20, when: 'entity("person:bakiyev") && class("president") && near("abducted", "armed-clash")'}
  - {id: headline, category: riot, severity: low, points: 5, when: 'in_title("clash") && found("abducted", "denied") && total > 0 && "armed-clash" in categories && country == "KG" && countries == ["KG"] && regions == ["south"] && language == "en"'}
  - {id: broken, category: riot, severity: low, points: 5, when: 'has("clash") && countries[5] == "KG"'}
`

const people = `
entities:
  - id: person:bakiyev
    title: Kurmanbek Bakiyev
    classes: [{class: president, from: 2005-03-24, to: 2010-04-15}]
    names: {any: [Bakiyev, "Бакиев*"]}
  - id: person:late
    valid: {to: 2000}
    names: {en: [Late]}
`

func engine(t testing.TB, more ...string) *Engine {
	t.Helper()
	fsys := fstest.MapFS{
		"rules/a.yaml": {Data: []byte(rules)}, "entities/p.yaml": {Data: []byte(people)},
		"rules/b.yaml": {Data: []byte(strings.Join(more, "\n"))},
	}
	set, err := rule.Load(config.NewDir(config.Layer{Name: "/etc", FS: fsys}), token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	resolve := func(doc *token.Document, country string) ([]event.Place, *event.Place, []string) {
		if !strings.Contains(doc.Text.Source, "Osh") {
			return nil, nil, nil
		}
		at := strings.Index(doc.Text.Source, "Osh")
		p := event.Place{Name: "Osh", Country: "KG", Evidence: event.Evidence{Field: event.FieldText, Start: at, End: at + 3, Text: "Osh"}}
		return []event.Place{p}, &p, []string{"south"}
	}
	return New(set, Default(), resolve, "ruleset")
}

// stances says which indicators the text shows and how: "abducted=denied".
func stances(a event.Assessment) string {
	var out []string
	for _, f := range a.Findings {
		out = append(out, f.Indicator+"="+string(f.Assertion))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestAssertion(t *testing.T) {
	e := engine(t)
	for _, c := range []struct{ lang, text, want string }{
		{"en", "Gunmen kidnapped the governor.", "abducted=asserted"},
		{"en", "Gunmen did not kidnap the governor.", "abducted=denied"},
		{"en", "There were no reports of clashes.", "clash=denied"},
		{"en", "The governor was not kidnapped.", "abducted=denied"},
		{"en", "He denied it, but the governor was kidnapped.", "abducted=asserted"},
		{"en", "He denied it; the governor was kidnapped.", "abducted=asserted"},
		{"en", "He denied it. The governor was kidnapped.", "abducted=asserted"},
		{"en", "He denied what all the people in that large southern town say, that clashes went on.", "clash=asserted"},
		{"en", "Not only the governor was kidnapped.", "abducted=asserted"},
		{"en", "The clashes of Friday did not happen.", "clash=denied"},
		{"en", "Clashes may resume. It may be that clashes resume.", "clash=asserted"},
		{"en", "New clashes are feared, and it is feared that clashes spread.", "clash=asserted"},
		{"en", "It is feared that clashes spread.", "clash=hypothetical"},
		{"en", "Rebels plan to kidnap the governor.", "abducted=planned"},
		{"en", "Rebels plan to kidnap the governor, which may be denied.", "abducted=planned"},
		{"en", "Rebels may plan to kidnap the governor.", "abducted=planned"},
		{"en", "On the anniversary of the clashes people met.", "clash=historical"},
		{"en", "The governor was kidnapped years ago.", "abducted=historical"},
		{"en", "Will clashes spread?", "clash=hypothetical"},
		{"en", "\"Clashes again?\" he asked.", "clash=hypothetical"},
		{"en", "Who kidnapped the governor?", "abducted=asserted"},
		{"en", "Did gunmen kidnap the governor, and who says so?", "abducted=hypothetical"},
		{"en", "Why did clashes spread, and may they go on?", "clash=asserted"},
		{"ru", "Кто похитил губернатора?", "abducted=asserted"},
		{"ru", "Губернатора похитили?", "abducted=hypothetical"},
		{"ru", "Губернатора кто похитил؟", "abducted=asserted"},
		{"ru", "Губернатора похитили؟", "abducted=hypothetical"},
		{"en", "They call for full independence?", "call=asserted"},
		{"en", "They do not call for independence.", "call=denied"},
		{"en", "They may call for independence.", "call=asserted"},
		{"en", "They may not march on Bishkek next week.", "march-plan=planned"},
		{"en", "A putsch happened.", ""},
		{"ru", "Боевики похитили губернатора.", "abducted=asserted"},
		{"ru", "Министерство опровергло сообщения о похищении губернатора.", "abducted=denied"},
		{"ru", "Губернатора не похищали.", "abducted=denied"},
		{"ru", "Он опроверг слухи, но губернатора похитили.", "abducted=asserted"},
		{"ru", "Столкновений не было.", "clash=denied"},
		{"ru", "Губернатора могут похитить, может начаться столкновение.", "abducted=asserted clash=hypothetical"},
		{"ru", "Боевики планировали похитить министра.", "abducted=planned"},
		{"ru", "В годовщину столкновений прошел митинг.", "clash=historical"},
		{"ky", "Кыргызстанда губернаторду уурдашты, похитили губернатора үчүн жана өлкө.", ""},
	} {
		a := e.Assess(event.Item{Text: c.text, Language: c.lang})
		if got := stances(a); got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

func TestPastYears(t *testing.T) {
	e := engine(t)
	may2010 := time.Date(2010, 5, 14, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		text      string
		published time.Time
		want      string
	}{
		{"In 1990 clashes left the town in ruins.", may2010, "clash=historical"},
		{"Clashes in Osh in 1990 left the town in ruins.", may2010, "clash=historical"},
		{"The base, opened in 2001, saw clashes.", may2010, "clash=asserted"},
		{"Clashes began in 2010 in Osh.", may2010, "clash=asserted"},
		{"Since 2005 clashes go on.", may2010, "clash=asserted"},
		{"In December 2009 clashes went on.", may2010, "clash=historical"},
		{"In December 2009 clashes went on.", may2010.AddDate(0, -4, 0), "clash=asserted"},
		{"Clashes of 1990 are remembered in 2010.", time.Time{}, "clash=historical"},
		{"Clashes began in 2010.", time.Time{}, "clash=asserted"},
		{"Clashes began in 1942.", time.Time{}, "clash=historical"},
		{"1990 — In the old town near the river, early in the morning, clashes began.", time.Time{}, "clash=historical"},
		{"1990: clashes began in Osh.", may2010, "clash=historical"},
		{"2010: clashes began in Osh.", may2010, "clash=asserted"},
		{"In 1990 as we and many others in all these southern towns know clashes went on.", may2010, "clash=asserted"},
	} {
		a := e.Assess(event.Item{Text: c.text, Language: "en", Published: c.published})
		if got := stances(a); got != c.want {
			t.Errorf("%q of %v: got %q, want %q", c.text, c.published, got, c.want)
		}
	}
}

// What the title denies or plans, passing words of the text do not assert.
func TestTitleRules(t *testing.T) {
	e := engine(t)
	a := e.Assess(event.Item{Title: "Governor was not kidnapped", Text: "People said gunmen kidnapped the governor.", Language: "en"})
	if got := stances(a); got != "abducted=denied" || a.Relevant {
		t.Errorf("got %q, relevant %t", got, a.Relevant)
	}
	a = e.Assess(event.Item{Title: "Governor kidnapped", Text: "It was not gunmen who kidnapped the governor.", Language: "en"})
	if got := stances(a); got != "abducted=asserted" {
		t.Errorf("got %q, want what the title asserts", got)
	}
}

// A text that denies time and again does not assert by the way; one denial or two
// leave what else it says, and a title that asserts stands.
func TestManyDenials(t *testing.T) {
	e := engine(t)
	denial := "The governor was not kidnapped. "
	for _, c := range []struct{ title, text, want string }{
		{"", strings.Repeat(denial, 3) + "The paper says gunmen kidnapped the governor.", "abducted=denied"},
		{"", strings.Repeat(denial, 2) + "Gunmen kidnapped the governor.", "abducted=asserted"},
		{"", strings.Repeat(denial, 3) + strings.Repeat("Gunmen kidnapped the governor. ", 2), "abducted=asserted"},
		{"Gunmen kidnapped the governor", strings.Repeat(denial, 3), "abducted=asserted"},
		{"Rebels plan to kidnap governor", strings.Repeat(denial, 3) + "Gunmen kidnapped the governor.", "abducted=planned"},
	} {
		a := e.Assess(event.Item{Title: c.title, Text: c.text, Language: "en"})
		if got := stances(a); got != c.want {
			t.Errorf("%q %q: got %q, want %q", c.title, c.text, got, c.want)
		}
	}
}

func TestLead(t *testing.T) {
	e := engine(t)
	far := strings.Repeat("word ", 60)
	for _, c := range []struct {
		title, text string
		findings    int
	}{
		{"The breakaway north", far, 1},
		{"", "The breakaway north. " + far, 1},
		{"", far + "The breakaway north.", 0},
		{"", far + "They call for independence of the breakaway north.", 1},
	} {
		x := e.Explain(event.Item{Title: c.title, Text: c.text, Language: "en"})
		if len(x.Findings) != c.findings {
			t.Errorf("%.60q %.60q: %d findings, want %d", c.title, c.text, len(x.Findings), c.findings)
		}
		if m := x.Matches[0]; (m.Dropped == reason.InBody) != (c.findings == 0) {
			t.Errorf("%.60q %.60q: dropped is %q", c.title, c.text, m.Dropped)
		}
	}
}

// A list is what the slots say where the phrase does not name one itself.
func TestSlotsOfLists(t *testing.T) {
	e := engine(t, `{indicators: [{id: beaten, title: t, category: armed-attack, severity: low, points: 10, match: {en: ["beat* ..3 @official"]}}]}`)
	a := e.Assess(event.Item{Title: "Gunmen beat the governor", Language: "en"})
	if got := a.Findings[0].Slots; got.Len() != 1 || got.Target == nil || got.Target.Text != "governor" {
		t.Errorf("slots %+v", got)
	}
}

func TestGuards(t *testing.T) {
	e := engine(t)
	far := strings.Repeat("word ", 40)
	for _, c := range []struct {
		title, text, guard string
		points             float64
	}{
		{"", "Gunmen kidnapped the governor.", "", 48},
		{"", "In the film gunmen kidnapped the governor.", "film", 9.6},
		{"", "A new film. Gunmen kidnapped the governor.", "film", 9.6},
		{"", "A new film. " + far + ". Gunmen kidnapped the governor.", "", 48},
		{"A new film", far + ". Gunmen kidnapped the governor.", "film", 9.6},
		{"", "Troops clash in an exercise.", "war-game", 19.2},
		{"", "Clashes went on and on. The exercise came later.", "", 32},
		{"", "The exercise of the week, clashes.", "war-game", 19.2},
		{"", "The exercise of the week: clashes.", "", 32},
		{"", "Clashes (the exercise is over).", "war-game", 19.2},
		{"", "In the league troops clash.", "league", 3.2},
		{"", "In the league gunmen clash.", "", 32},
		{"", "The league is over. Gunmen clash.", "league", 3.2},
		{"", "In the film of the league gunmen kidnapped the governor.", "film", 9.6},
		{"League", "Gunmen clash.", "league", 3.2},
		{"Gunmen in the league", "Troops clash.", "", 32},
	} {
		a := e.Assess(event.Item{Title: c.title, Text: c.text, Language: "en"})
		if len(a.Findings) != 1 || a.Findings[0].Guard != c.guard || fmt.Sprintf("%.1f", a.Findings[0].Points) != fmt.Sprintf("%.1f", c.points) {
			t.Errorf("%q %q: findings %+v, want guard %q and %.1f points", c.title, c.text, a.Findings, c.guard, c.points)
		}
	}
	for _, text := range []string{
		"The coach said the striker may not fight again.",
		"A kidnap thriller: gunmen kidnapped the governor.",
	} {
		if a := e.Assess(event.Item{Text: text, Language: "en"}); len(a.Findings) != 0 {
			t.Errorf("%q has findings: %+v", text, a.Findings)
		}
	}
	if a := e.Assess(event.Item{Text: "The coach saw the clash.", Language: "en"}); len(a.Findings) != 1 {
		t.Error("one word of a guard that needs two drops the finding")
	}
	// A finding that a guard demotes below half is shown, but asserts nothing.
	if a := e.Assess(event.Item{Title: "Film: gunmen kidnap governor", Language: "en"}); a.Relevant || len(a.Categories) != 0 || len(a.Findings) != 1 {
		t.Errorf("a film is relevant: %t, categories %v", a.Relevant, a.Categories)
	}
}

func count(c *event.Count) string {
	if c == nil {
		return "-"
	}
	return fmt.Sprintf("%d..%d", c.Min, c.Max)
}

func TestCasualties(t *testing.T) {
	e := engine(t)
	for _, c := range []struct{ lang, title, text, killed, injured string }{
		{"en", "", "Clashes left one dead and about 60 wounded.", "1..1", "60..60"},
		{"en", "", "Clashes: at least 12 were killed, dozens injured.", "12..0", "24..0"},
		{"en", "", "Clashes killed 12, 13-15 were wounded.", "12..12", "13..15"},
		{"en", "", "Attacks on two farms killed 22 in the clashes.", "22..22", "-"},
		{"en", "", "A bus crash killed 12.", "-", "-"},
		{"en", "", "Five men were shot dead.", "5..5", "-"},
		{"en", "", "A soldier was killed in clashes.", "1..1", "-"},
		{"en", "", "Clashes went on. 80 people were killed years ago. 3 people were killed.", "3..3", "-"},
		{"en", "", "Clashes. It was denied that 5 people were killed.", "-", "-"},
		{"en", "", "Clashes. 40 sheep were killed, 3 men injured.", "-", "3..3"},
		{"en", "Clashes kill: 7 killed", "5 were killed in clashes.", "7..7", "-"},
		{"en", "Clashes", "5 were killed. Later 6 were killed.", "5..5", "-"},
		{"en", "", "Clashes went on. 30000000 people were killed.", "-", "-"},
		{"en", "", strings.Repeat("Word word word word word word. ", 12) + "12 people were killed. A. Word. Bee. Word. Clashes went on.", "-", "-"},
		{"en", "", strings.Repeat("Word word word word word word. ", 12) + "12 people were killed. Clashes went on.", "12..12", "-"},
		{"en", "", "Clashes went on, no one was killed.", "-", "-"},
		{"ru", "", "В столкновениях погибли 12 человек, около 60 ранены.", "12..12", "60..60"},
		{"ru", "", "В столкновениях не менее двух человек убиты, ранены десятки.", "2..0", "20..0"},
		{"ru", "", "В аварии погибли 12 человек.", "-", "-"},
		{"ru", "", "Столкновения прошли. Никто не убит.", "-", "-"},
	} {
		a := e.Assess(event.Item{Title: c.title, Text: c.text, Language: c.lang})
		if k, i := count(a.Casualties.Killed), count(a.Casualties.Injured); k != c.killed || i != c.injured {
			t.Errorf("%q %q: killed %s, injured %s, want %s and %s", c.title, c.text, k, i, c.killed, c.injured)
		}
		hurt := c.killed != "-" || c.injured != "-"
		if got := slices.Contains(a.Categories, "casualties"); got != hurt {
			t.Errorf("%q: categories %v", c.text, a.Categories)
		}
		if a.Casualties.Killed != nil && c.title == "" {
			ev := a.Casualties.Killed.Evidence
			if c.text[ev.Start:ev.End] != ev.Text {
				t.Errorf("%q: evidence %+v", c.text, ev)
			}
		}
	}
}

func TestOtherNumbers(t *testing.T) {
	a := engine(t).Assess(event.Item{Language: "en", Text: "Clashes. 5 people are missing, 6 people were detained, 7 people fled."})
	if m, d, f := count(a.Casualties.Missing), count(a.Casualties.Detained), count(a.Casualties.Displaced); m != "5..5" || d != "6..6" || f != "7..7" {
		t.Errorf("missing %s, detained %s, displaced %s", m, d, f)
	}
	if got := stances(a); got != "clash=asserted missing=asserted" {
		t.Errorf("findings %q: those detained or fled were not hurt", got)
	}
}

func TestScore(t *testing.T) {
	e := engine(t)
	long := strings.Repeat("Word word word word word word word. ", 12)
	for _, c := range []struct {
		title, text string
		score       int
		relevant    bool
		severity    event.Severity
	}{
		{"Gunmen kidnap governor", "", 60, true, event.SeverityHigh},
		{"", "Gunmen kidnap governor.", 48, true, event.SeverityModerate},
		{"", long + "Gunmen kidnap governor.", 24, true, event.SeverityLow},
		{"", long + "Clashes went on.", 16, false, event.SeverityNone},
		{"Clash", "", 40, true, event.SeverityModerate},
		{"Clash: gunmen kidnap governor", "", 76, true, event.SeverityHigh},
		{"Clash. A clash, and clashes", "More clashes.", 40, true, event.SeverityModerate},
		{"March on Bishkek next week", "", 12, false, event.SeverityNone},
		{"Nothing", "At all.", 0, false, event.SeverityNone},
		{"", "", 0, false, event.SeverityNone},
	} {
		a := e.Assess(event.Item{Title: c.title, Text: c.text, Language: "en"})
		if a.Score != c.score || a.Relevant != c.relevant || a.Severity != c.severity {
			t.Errorf("%q %.30q: score %d, relevant %t, %s; want %d, %t, %s", c.title, c.text, a.Score, a.Relevant, a.Severity, c.score, c.relevant, c.severity)
		}
		rest := 1.0
		for _, f := range a.Findings {
			rest *= 1 - f.Points/100
		}
		if got := int(100*(1-rest) + 0.5); got != a.Score {
			t.Errorf("%q: the points of the findings come to %d, the score is %d", c.title, got, a.Score)
		}
	}
}

func TestEntities(t *testing.T) {
	e := engine(t)
	item := event.Item{Language: "en", Text: "Bakiyev met Late. Gunmen kidnapped Bakiyev.", Published: time.Date(2010, 4, 1, 0, 0, 0, 0, time.UTC)}
	a := e.Assess(item)
	if fmt.Sprint(a.Entities) != "[person:bakiyev]" {
		t.Errorf("entities %v", a.Entities)
	}
	if got := a.Findings[0].Slots.Target.Text; got != "Bakiyev" {
		t.Errorf("the target is %q", got)
	}
	if a.Findings[0].Codes["acled"] != "Abduction" || a.Findings[0].Title == "" {
		t.Errorf("the finding lacks title or codes: %+v", a.Findings[0])
	}
	item.Published = item.Published.AddDate(1, 0, 0)
	if a := e.Assess(item); len(a.Findings) != 0 {
		t.Errorf("he is president a year later: %+v", a.Findings)
	}
	item.Published = time.Time{}
	if a := e.Assess(item); len(a.Entities) != 2 {
		t.Errorf("entities of an undated item: %v", a.Entities)
	}
}

func TestIdentity(t *testing.T) {
	e := engine(t)
	item := event.Item{ID: "x", Revision: 2, Language: "en", Text: "Clashes."}
	a := e.Assess(item)
	if a.ID != event.NewID("x", "2", "ruleset") || a.Ruleset != "ruleset" || a.Language != "en" || a.Item.ID != "x" || !a.Assessed.IsZero() {
		t.Errorf("assessment %+v", a)
	}
	one, _ := json.Marshal(a)
	two, _ := json.Marshal(e.Assess(item))
	if string(one) != string(two) {
		t.Errorf("the same item gives\n%s\n%s", one, two)
	}
	if e.Rules() == nil {
		t.Error("the engine has no rules")
	}
	without := New(e.Rules(), Default(), nil, "")
	if a := without.Assess(item); a.Main != nil || len(a.Findings) != 1 {
		t.Errorf("without a gazetteer: %+v", a)
	}
}

func TestConfigValidate(t *testing.T) {
	if err := Default().Validate(); err != nil {
		t.Errorf("the default is refused: %v", err)
	}
	for want, spoil := range map[string]func(*Config){
		"threshold: 0 is not between 1 and 100":           func(c *Config) { c.Threshold = 0 },
		"severity: the scores 50, 40, 60, 85 do not rise": func(c *Config) { c.Severity.Low = 50 },
		"position.body: 2 is not between 0 and 1":         func(c *Config) { c.Position.Body = 2 },
		"assertion.planned: -1 is not between 0 and 1":    func(c *Config) { c.Assertion.Planned = -1 },
		"position.lead_words: 0 is not above 0":           func(c *Config) { c.Position.LeadWords = 0 },
	} {
		c := Default()
		spoil(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %s", err, want)
		}
	}
}
