package classifier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"faultline/pkg/config"
	"faultline/pkg/event"
)

// classify runs lines through a rule set and returns the lines that come out.
func classify(t *testing.T, r *Ruleset, in string) ([]string, error) {
	t.Helper()
	var out bytes.Buffer
	err := r.Classify(t.Context(), strings.NewReader(in), &out, &StrangeKeys{})
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n"), err
}

func small(t *testing.T) *Ruleset {
	t.Helper()
	r, err := Load(t.Context(), newFolder(t).dir(), config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestClassifyContract(t *testing.T) {
	r := small(t)
	lines, err := classify(t, r, `{"id":"a","title":"Nothing","text":"at all","extra":{"x":1}}
{"id":7,"title":"Clashes in Osh, Kyrgyzstan","text":"","lang":"en","country":"KG","published":"2010-05-14"}
`)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"id":"a","lang":"en","relevant":false,"score":0,"severity":"none","categories":[],"findings":[],"places":[],"regions":[],"casualties":{"detained":null,"displaced":null,"injured":null,"killed":null,"missing":null},"ruleset":"` + r.Hash + `"}`; lines[0] != want {
		t.Errorf("an empty verdict is\n%s, want\n%s", lines[0], want)
	}
	var v Verdict
	if err := json.Unmarshal([]byte(lines[1]), &v); err != nil {
		t.Fatal(err)
	}
	want := Finding{Indicator: "clash", Category: "armed-clash", Assertion: event.Asserted, Points: 60, Evidence: []event.Evidence{{Field: "title", Start: 0, End: 7, Text: "Clashes"}}, Title: "Clashes", Severity: event.SeverityHigh}
	if string(v.ID) != "7" || !v.Relevant || v.Score != 60 || v.Severity != event.SeverityHigh || fmt.Sprint(v.Categories, v.Regions) != "[armed-clash] [south]" || fmt.Sprint(v.Findings) != fmt.Sprint([]Finding{want}) {
		t.Errorf("verdict %s", lines[1])
	}
	if i := slices.IndexFunc(v.Places, func(p Place) bool { return p.Text == "Osh" }); i < 0 || v.Places[i].Country != "KG" || v.Places[i].GeonameID == 0 || v.Places[i].Start != 11 {
		t.Errorf("places %+v", v.Places)
	}
	for _, key := range []string{`"geoname_id":`, `"admin1":`, `"lat":`, `"lon":`, `"confidence":`} {
		if !strings.Contains(lines[1], key) {
			t.Errorf("the line lacks %s: %s", key, lines[1])
		}
	}
}

func TestClassifyKeepsOrder(t *testing.T) {
	var in strings.Builder
	const n = 1300
	for i := range n {
		fmt.Fprintf(&in, "{\"id\":\"d%d\",\"title\":\"Clashes\"}\n\n", i)
	}
	lines, err := classify(t, small(t), in.String())
	if err != nil || len(lines) != n {
		t.Fatalf("%d lines: %v", len(lines), err)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, fmt.Sprintf(`{"id":"d%d","lang":"en","relevant":true`, i)) {
			t.Fatalf("line %d is %s", i, line)
		}
	}
}

func TestClassifyBadLines(t *testing.T) {
	lines, err := classify(t, small(t), "{\"id\":1,\"text\":\"x\"}\nnot JSON\n{\"title\":\"Clashes\"}\n{\"id\":2,\"titel\":\"x\"}\nnull\n{\"text\":\"\"}\n")
	if err == nil || !strings.Contains(err.Error(), "3 of 6 lines are no texts") {
		t.Errorf("error is %v", err)
	}
	if len(lines) != 6 || lines[3] != `{"error":"line 4: it has neither title nor text"}` || !strings.HasPrefix(lines[4], `{"error":"line 5: `) {
		t.Fatalf("lines %q", lines)
	}
	if !strings.HasPrefix(lines[5], `{"id":"","lang":`) {
		t.Errorf("an empty text: %q", lines[5])
	}
	if !strings.HasPrefix(lines[1], `{"error":"line 2: `) || strings.Count(lines[1], "invalid character") != 1 || !strings.HasPrefix(lines[2], `{"id":"","lang":"en"`) {
		t.Errorf("lines %q", lines)
	}
}

// A key that no text has is told once, at its first line, also when lines are
// assessed side by side; or its lines are refused.
func TestClassifyStrangeKeys(t *testing.T) {
	var in strings.Builder
	for i := range 600 {
		fmt.Fprintf(&in, "{\"ID\":%d,\"Title\":\"Clashes\"}\n", i)
	}
	in.WriteString(`{"titel":"a","text":"b","helper_words":{"title":1}}` + "\n" + `{"titel":"a","text":"b","contry":"KG"}`)
	var told []string
	for _, strict := range []bool{false, true} {
		keys := &StrangeKeys{Strict: strict, Tell: func(w string) { told = append(told, w) }}
		var out bytes.Buffer
		err := small(t).Classify(t.Context(), strings.NewReader(in.String()), &out, keys)
		if refused := strings.Count(out.String(), `{"error":"line 60`); strict != (err != nil) || strict != (refused == 2) {
			t.Errorf("strict %v: %v, %d refused", strict, err, refused)
		}
	}
	want := []string{`line 601: the key "helper_words" is not read`, `line 601: the key "titel" is not read; did you mean "title"?`, `line 602: the key "contry" is not read; did you mean "country"?`}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

// A file with a new key on each line is not answered by as many warnings.
func TestFewStrangeKeysAreNamed(t *testing.T) {
	var told []string
	keys := &StrangeKeys{Tell: func(w string) { told = append(told, w) }}
	for i := range 1000 {
		if err := keys.Note(i+1, []string{fmt.Sprint(i, strings.Repeat("k", 1000))}); err != nil {
			t.Fatal(err)
		}
	}
	if len(told) != mostTold+1 || len(keys.told) != mostTold+1 || len(told[0]) > 100 || told[mostTold] != "line 21: further keys are not read; they are not named" {
		t.Errorf("told %q", told)
	}
}

// closed is a writer whose reader has gone.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("closed pipe") }

func TestClassifyStops(t *testing.T) {
	r := small(t)
	if err := r.Classify(t.Context(), strings.NewReader(`{"id":1,"text":"x"}`), closed{}, &StrangeKeys{}); err == nil || !strings.Contains(err.Error(), "closed pipe") {
		t.Errorf("error is %v", err)
	}
	if err := r.Classify(t.Context(), strings.NewReader(strings.Repeat("{\"id\":1,\"text\":\"x\"}\n", 20_000)), closed{}, &StrangeKeys{}); err == nil || !strings.Contains(err.Error(), "closed pipe") {
		t.Errorf("error is %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Classify(ctx, strings.NewReader(`{"id":1,"text":"x"}`), closed{}, &StrangeKeys{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

func TestTextItem(t *testing.T) {
	for published, want := range map[string]string{"1970-01-01": "0001-01-01", "2010-05-14": "2010-05-14", "2010-05-14T10:00:00+06:00": "2010-05-14", "May": "0001-01-01", "": "0001-01-01"} {
		if got := (Text{Published: published}).Item().Published.Format("2006-01-02"); got != want {
			t.Errorf("%q is %s, want %s", published, got, want)
		}
	}
}

// The shipped rules read documents as the contract says, and say why.
func TestShippedRulesOnDocuments(t *testing.T) {
	r := shipped(t)
	if got := r.Languages(); !slices.Contains(got, "en") || !slices.Contains(got, "ru") {
		t.Errorf("languages %v", got)
	}
	for _, language := range []string{"en", "ru"} {
		for _, item := range documents(language, 30) {
			a := r.Assess(item)
			if a.Language != language {
				t.Errorf("a text in %s is taken for %s", language, a.Language)
			}
			for _, f := range a.Findings {
				for _, e := range f.Evidence {
					source := map[string]string{event.FieldTitle: item.Title, event.FieldText: item.Text}[e.Field]
					if source[e.Start:e.End] != e.Text {
						t.Fatalf("evidence %+v of %s", e, f.Indicator)
					}
				}
			}
			if x := r.Explain(item); x.Score != a.Score || len(x.Matches) == 0 && len(a.Findings) > 0 {
				t.Fatalf("explained, the score is %d of %d", x.Score, a.Score)
			}
		}
	}
}

// The story that Faultline was founded on.
func TestFoundingStory(t *testing.T) {
	r := shipped(t)
	for _, c := range []struct {
		title, text string
		categories  []string
		killed      int
		injured     int
	}{
		{"Bakiyev supporters storm government buildings in southern Kyrgyzstan",
			"Supporters of ousted President Kurmanbek Bakiyev seized regional government buildings in Osh, Batken and Jalalabad on Thursday. Clashes in Jalalabad left one person dead and about 60 wounded, and the new governor of Jalalabad was reported kidnapped.",
			[]string{"building-seizure", "casualties", "kidnapping"}, 1, 60},
		{"Сторонники Бакиева захватили здания администраций на юге Киргизии",
			"Сторонники свергнутого президента захватили здания областных администраций в Оше и Джалал-Абаде. В ходе столкновений в Джалал-Абаде один человек погиб, около 60 ранены.",
			[]string{"building-seizure", "casualties"}, 1, 60},
	} {
		a := r.Assess(event.Item{Title: c.title, Text: c.text, Source: event.Source{Country: "KG"}})
		for _, want := range c.categories {
			if !slices.Contains(a.Categories, want) {
				t.Errorf("%s: %s is missing among %v", c.title, want, a.Categories)
			}
		}
		if !a.Relevant || a.Casualties.Killed == nil || a.Casualties.Killed.Min != c.killed || a.Casualties.Injured == nil || a.Casualties.Injured.Min != c.injured {
			t.Errorf("%s: relevant %t, casualties %+v", c.title, a.Relevant, a.Casualties)
		}
		if a.Severity.Rank() < event.SeverityHigh.Rank() || a.Main == nil || a.Main.Country != "KG" || !slices.Contains(a.Entities, "person:bakiyev") {
			t.Errorf("%s: severity %s, place %+v, entities %v", c.title, a.Severity, a.Main, a.Entities)
		}
	}
}

// A verdict says who did it to whom, whose word it is, with which codes, and
// every kind of toll.
func TestVerdictInFull(t *testing.T) {
	r := shipped(t)
	v := r.Verdict(Text{Title: "Gunmen clash with police in Osh", Text: "Three policemen were killed and 40 people were detained, the interior ministry said."})
	if v.Casualties["killed"] == nil || *v.Casualties["killed"] != 3 || v.Casualties["detained"] == nil || *v.Casualties["detained"] != 40 {
		t.Errorf("casualties %v", v.Casualties)
	}
	if n, known := v.Casualties["missing"]; !known || n != nil {
		t.Errorf("a toll that the text does not give: %v, %t", n, known)
	}
	for _, f := range v.Findings {
		if f.Indicator == "forces-clash" {
			if f.Slots.Actor == nil || f.Slots.Actor.Text != "Gunmen" || f.Codes["acled"] == "" || f.Title == "" || f.Severity == "" {
				t.Errorf("finding %+v", f)
			}
			return
		}
	}
	t.Errorf("no clash in %+v", v.Findings)
}
