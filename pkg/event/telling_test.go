package event_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"faultline/pkg/event"
)

// tellingTitle is the title that the findings below are of.
const tellingTitle = "Gunmen abduct the deputy governor in Batken, police clash with crowd"

// sign is what a finding is made of; its words are of the title.
type sign struct {
	indicator, category string
	severity            event.Severity
	points              float64
	acled, words        string
}

// of is an asserted finding.
func of(s sign) event.Finding {
	return event.Finding{
		Indicator: s.indicator, Title: s.indicator, Category: s.category, Severity: s.severity, Assertion: event.Asserted, Points: s.points,
		Codes: map[string]string{"acled": s.acled}, Evidence: []event.Evidence{within(s.words)},
	}
}

func within(words string) event.Evidence {
	start := strings.Index(tellingTitle, words)
	return event.Evidence{Field: event.FieldTitle, Start: start, End: start + len(words), Text: words}
}

func party(kind, words string) *event.Slot { return &event.Slot{Kind: kind, Evidence: within(words)} }

// told lists what is told, "a(b,c)" where b and c are left to a.
func told(all []event.Telling) string {
	var lines []string
	for i := range all {
		line := all[i].Indicator
		var also []string
		for _, f := range all[i].Also {
			also = append(also, f.Indicator)
		}
		if len(also) > 0 {
			line += "(" + strings.Join(also, ",") + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, " ")
}

const abducting = "Abduction/forced disappearance"

func official() event.Finding {
	return of(sign{"official", "kidnapping", event.SeverityCritical, 60, abducting, "abduct the deputy governor"})
}

func people() event.Finding {
	return of(sign{"people", "kidnapping", event.SeverityHigh, 50, abducting, "Gunmen abduct the deputy governor"})
}

func TestTell(t *testing.T) {
	change := func(f event.Finding, edit func(*event.Finding)) event.Finding { edit(&f); return f }
	attack := of(sign{"attack", "armed-attack", event.SeverityHigh, 50, "Attack", "Gunmen abduct"})
	for name, c := range map[string]struct {
		findings []event.Finding
		want     string
	}{
		"none":                  {nil, ""},
		"the graver of one act": {[]event.Finding{people(), official()}, "official(people)"},
		"apart":                 {[]event.Finding{official(), of(sign{"other", "kidnapping", event.SeverityHigh, 50, abducting, "Batken"})}, "official other"},
		"denied beside asserted": {[]event.Finding{official(), change(people(), func(f *event.Finding) { f.Assertion = event.Denied })},
			"official people"},
		"both denied": {[]event.Finding{change(official(), func(f *event.Finding) { f.Assertion = event.Denied }),
			change(people(), func(f *event.Finding) { f.Assertion = event.Denied })}, "official(people)"},
		"somebody else in the same part": {[]event.Finding{change(official(), func(f *event.Finding) { f.Slots.Target = party("official", "deputy governor") }),
			change(people(), func(f *event.Finding) { f.Slots.Target = party("people", "crowd") })}, "official people"},
		"behind a guard":         {[]event.Finding{change(official(), func(f *event.Finding) { f.Guard = "film" }), people()}, "people(official)"},
		"free again":             {[]event.Finding{official(), change(people(), func(f *event.Finding) { f.Codes = map[string]string{"outcome": "released"} })}, "people official"},
		"two ways to fight":      {[]event.Finding{attack, of(sign{"clash", "armed-clash", event.SeverityHigh, 45, "Armed clash", "Gunmen abduct the"})}, "attack(clash)"},
		"ground is more":         {[]event.Finding{attack, of(sign{"captured", "armed-clash", event.SeverityHigh, 45, "Government regains territory", "Gunmen abduct the"})}, "attack captured"},
		"fewer words":            {[]event.Finding{official(), of(sign{"crowd", "protest", event.SeverityModerate, 70, "", "deputy"})}, "official(crowd)"},
		"graver than its holder": {[]event.Finding{of(sign{"flight", "displacement", event.SeverityModerate, 45, "", "in Batken, police"}), of(sign{"shots", "armed-attack", event.SeverityHigh, 40, "", "police"})}, "flight shots"},
		"some words more":        {[]event.Finding{official(), of(sign{"held", "building-seizure", event.SeverityHigh, 50, "", "deputy governor in Batken"})}, "official held"},
		"the same people": {[]event.Finding{change(of(sign{"mob", "riot", event.SeverityHigh, 45, "Mob violence", "police clash"}), func(f *event.Finding) {
			f.Slots = event.Slots{Actor: party("crowd", "crowd"), Target: party("official", "governor")}
		}), change(of(sign{"beaten", "crackdown", event.SeverityModerate, 40, "Attack", "clash with"}), func(f *event.Finding) {
			f.Slots = event.Slots{Actor: party("crowd", "crowd"), Target: party("official", "governor")}
		})}, "mob(beaten)"},
		"of the border":          {[]event.Finding{of(sign{"clash", "armed-clash", event.SeverityHigh, 50, "Armed clash", "police clash"}), of(sign{"border", "spillover", event.SeverityHigh, 45, "Armed clash", "clash with crowd"})}, "clash border"},
		"no sub-event in common": {[]event.Finding{of(sign{"strike", "protest", event.SeverityLow, 45, "Other", "police clash"}), of(sign{"anger", "price-unrest", event.SeverityLow, 30, "Other", "clash with crowd"})}, "strike anger"},
		"may be the same":        {[]event.Finding{of(sign{"protest", "protest", event.SeverityModerate, 50, "Peaceful protest", "police clash"}), of(sign{"blockade", "price-unrest", event.SeverityModerate, 45, "Protest with intervention/Peaceful protest", "clash with crowd"})}, "protest blockade"},
		"what it is about":       {[]event.Finding{of(sign{"protest", "protest", event.SeverityModerate, 50, "Peaceful protest", "police clash"}), of(sign{"prices", "price-unrest", event.SeverityModerate, 45, "Peaceful protest/Riot", "clash with crowd"})}, "prices(protest)"},
		"another name of who did it": {[]event.Finding{change(official(), func(f *event.Finding) {
			f.Slots = event.Slots{Actor: party("crowd", "crowd"), Target: party("official", "governor")}
		}),
			change(people(), func(f *event.Finding) {
				f.Slots = event.Slots{Actor: party("armed-group", "Gunmen"), Target: party("official", "governor")}
			})}, "official(people)"},
		"somebody else did it": {[]event.Finding{change(official(), func(f *event.Finding) { f.Slots.Actor = party("crowd", "crowd") }),
			change(people(), func(f *event.Finding) { f.Slots.Actor = party("armed-group", "Gunmen") })}, "official people"},
		"any strategic development":   {[]event.Finding{of(sign{"coup", "coup", event.SeverityCritical, 60, "Change to group/activity (strategic development)", "police clash"}), of(sign{"secession", "secession", event.SeverityHigh, 50, "Change to group/activity (strategic development)", "clash with crowd"})}, "coup secession"},
		"fewer words of the category": {[]event.Finding{of(sign{"comeback", "coup", event.SeverityCritical, 60, "", "police clash"}), change(of(sign{"followers", "coup", event.SeverityModerate, 50, "", "clash"}), func(f *event.Finding) { f.Slots.Actor = party("crowd", "crowd") })}, "comeback(followers)"},
		"dead and hurt":               {[]event.Finding{of(sign{"dead", "casualties", event.SeverityHigh, 30, "fatalities", "with crowd"}), of(sign{"killed", "casualties", event.SeverityHigh, 35, "Fatalities", "clash with"}), of(sign{"hurt", "casualties", event.SeverityModerate, 20, "", "with crowd"})}, "killed(dead) hurt"},
		"the dead of a fight":         {[]event.Finding{attack, of(sign{"dead", "casualties", event.SeverityHigh, 30, "Fatalities", "abduct"})}, "attack(dead)"},
		"the dead of no fight":        {[]event.Finding{of(sign{"rally", "protest", event.SeverityHigh, 50, "", "Gunmen abduct"}), of(sign{"dead", "casualties", event.SeverityHigh, 30, "Fatalities", "abduct"})}, "rally dead"},
		"without words":               {[]event.Finding{official(), {Indicator: "composite", Category: "kidnapping", Assertion: event.Asserted, Points: 40}}, "official composite"},
		"what is feared is last":      {[]event.Finding{change(of(sign{"feared", "coup", event.SeverityCritical, 90, "", "police"}), func(f *event.Finding) { f.Assertion = event.Hypothetical }), official()}, "official feared"},
		"with the most points is":     {[]event.Finding{of(sign{"weak", "coup", event.SeverityCritical, 20, "", "police"}), of(sign{"strong", "mutiny", event.SeverityLow, 30, "", "Batken"})}, "strong weak"},
	} {
		if got := told(event.Tell(c.findings, event.Casualties{})); got != c.want {
			t.Errorf("%s: told %q, want %q", name, got, c.want)
		}
	}
}

// What one finding leaves open of who did it to whom, another one of the act may know; the
// findings given stay as they are.
func TestTellCompletesParties(t *testing.T) {
	gunmen, governor, crowd := party("armed-group", "Gunmen"), party("official", "deputy governor"), party("crowd", "crowd")
	for _, c := range []struct {
		head, other event.Slots
		want        string
	}{
		{event.Slots{Target: governor}, event.Slots{Actor: gunmen, Target: governor}, "Gunmen → deputy governor"},
		{event.Slots{Actor: gunmen}, event.Slots{Actor: gunmen, Target: governor}, "Gunmen → deputy governor"},
		{event.Slots{Target: governor}, event.Slots{Actor: gunmen}, "Gunmen → deputy governor"},
		{event.Slots{}, event.Slots{Actor: gunmen, Target: governor}, "Gunmen → deputy governor"},
		{event.Slots{}, event.Slots{Actor: crowd}, "by crowd"},
		{event.Slots{Target: governor}, event.Slots{Actor: governor}, "deputy governor"},
	} {
		findings := []event.Finding{official(), people()}
		findings[0].Title, findings[0].Slots, findings[1].Slots = "An official is abducted", c.head, c.other
		before := fmt.Sprint(findings)
		all := event.Tell(findings, event.Casualties{})
		if got := all[0].Who(strings.TrimSpace); len(all) != 1 || got != c.want {
			t.Errorf("%+v: %q of %d", c, got, len(all))
		}
		if fmt.Sprint(findings) != before {
			t.Error("the findings were changed")
		}
	}
}

// How people fared by an act that nobody has counted is told behind it.
func TestTellTellsWhatCameOfIt(t *testing.T) {
	attack, dead := of(sign{"attack", "armed-attack", event.SeverityHigh, 50, "Attack", "Gunmen abduct"}), of(sign{"dead", "casualties", event.SeverityHigh, 30, "Fatalities", "abduct"})
	attack.Slots.Target, dead.Slots.Target, dead.Title = party("official", "deputy governor"), party("official", "deputy governor"), "People are killed"
	all := event.Tell([]event.Finding{dead, attack}, event.Casualties{})
	if len(all) != 1 || len(all[0].Also) != 1 || all[0].Came() != "people are killed" {
		t.Errorf("told %q, of which came %q", told(all), all[0].Came())
	}
	dead.Title = "UN staff are killed"
	if got := event.Tell([]event.Finding{dead, attack}, event.Casualties{})[0].Came(); got != "UN staff are killed" {
		t.Errorf("of a title with capitals: %q", got)
	}
	dead.Slots.Target = party("crowd", "crowd")
	if all = event.Tell([]event.Finding{dead, attack}, event.Casualties{}); len(all) != 2 || all[0].Came() != "" {
		t.Errorf("of somebody else: told %q", told(all))
	}
}

func TestTellLeavesTheDeadToTheToll(t *testing.T) {
	number := within("police clash")
	toll := event.Casualties{Killed: &event.Count{Min: 2, Evidence: &number}, Injured: &event.Count{Min: 1}}
	all := event.Tell([]event.Finding{
		of(sign{"killed", "casualties", event.SeverityHigh, 35, "Fatalities", "clash with"}), of(sign{"bodies", "casualties", event.SeverityHigh, 30, "Fatalities", "Batken"}), official(),
	}, toll)
	var counted []string
	for i := range all {
		if all[i].Counted {
			counted = append(counted, all[i].Indicator)
		}
	}
	if !slices.Equal(counted, []string{"killed"}) {
		t.Errorf("counted %v", counted)
	}
}

func TestWhoReadsBehindTheTitle(t *testing.T) {
	gunmen, police := &event.Slot{Evidence: event.Evidence{Text: "gunmen"}}, &event.Slot{Label: "police"}
	for _, c := range []struct {
		title, category string
		slots           event.Slots
		want            string
	}{
		{"An armed group attacks", "armed-attack", event.Slots{}, ""},
		{"An armed group attacks", "armed-attack", event.Slots{Actor: gunmen, Target: police}, "gunmen → police"},
		{"An armed group attacks", "armed-attack", event.Slots{Actor: gunmen}, "gunmen"},
		{"An armed group attacks", "armed-attack", event.Slots{Target: police}, "against police"},
		{"People are abducted", "kidnapping", event.Slots{Actor: gunmen}, "by gunmen"},
		{"People are abducted", "kidnapping", event.Slots{Target: police}, "police"},
		{"Armed sides clash", "armed-clash", event.Slots{Actor: gunmen, Target: police, Mutual: true}, "gunmen and police"},
		{"Armed sides clash", "armed-clash", event.Slots{Target: police, Mutual: true}, "police"},
		{"People flee or are displaced", "displacement", event.Slots{Actor: gunmen}, "gunmen"},
		{"Fighting is going on", "armed-clash", event.Slots{Actor: gunmen}, "gunmen"},
		{"Forces change sides", "mutiny", event.Slots{Target: police}, "police"},
	} {
		f := event.Finding{Title: c.title, Category: c.category, Slots: c.slots}
		if got := f.Who(strings.TrimSpace); got != c.want {
			t.Errorf("%s: %q, want %q", c.title, got, c.want)
		}
	}
}
