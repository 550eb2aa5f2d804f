package classifier

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"faultline/pkg/event"
)

// Text is one line of what classify reads: a text to assess. Unknown fields
// are ignored.
type Text struct {
	ID        json.RawMessage `json:"id"` // comes back as it is
	Title     string          `json:"title"`
	Text      string          `json:"text"`
	Language  string          `json:"lang"`
	Country   string          `json:"country"`   // the outlet's, ISO 3166-1 alpha-2
	Published string          `json:"published"` // RFC 3339 or a date; ignored when it is neither
}

// Verdict is one line of what classify writes.
type Verdict struct {
	ID         json.RawMessage `json:"id"`
	Language   string          `json:"lang"`
	Relevant   bool            `json:"relevant"`
	Score      int             `json:"score"` // 0 to 100
	Severity   event.Severity  `json:"severity"`
	Categories []string        `json:"categories"` // of asserted findings
	Findings   []Finding       `json:"findings"`
	Places     []Place         `json:"places"`
	Regions    []string        `json:"regions"`
	// Casualties are the lower bounds by kind: "killed", "injured", "missing",
	// "detained", "displaced"; null when the text gives none.
	Casualties map[string]*int `json:"casualties"`
	Ruleset    string          `json:"ruleset"`
}

// Finding is an indicator that the text shows.
type Finding struct {
	Indicator string           `json:"indicator"`
	Category  string           `json:"category"`
	Assertion event.Assertion  `json:"assertion"`
	Points    float64          `json:"points"`
	Evidence  []event.Evidence `json:"evidence"`
	// What follows is left out when there is none.
	Title       string             `json:"title,omitempty"`
	Severity    event.Severity     `json:"severity,omitempty"`
	Guard       string             `json:"guard,omitempty"`
	Codes       map[string]string  `json:"codes,omitempty"`
	Slots       event.Slots        `json:"slots,omitzero"`
	Attribution *event.Attribution `json:"attribution,omitempty"`
}

// Place is a place that the text mentions.
type Place struct {
	event.Evidence
	GeonameID  int     `json:"geoname_id"`
	Name       string  `json:"name"`
	Country    string  `json:"country"`
	Admin1     string  `json:"admin1"`
	Lat        float64 `json:"lat"`
	Lon        float64 `json:"lon"`
	Confidence float64 `json:"confidence"`
}

// Verdict assesses a text.
func (r *Ruleset) Verdict(t Text) Verdict {
	a := r.Assess(t.Item())
	v := Verdict{ID: t.ID, Language: a.Language, Relevant: a.Relevant, Score: a.Score, Severity: a.Severity, Ruleset: a.Ruleset,
		Categories: orEmpty(a.Categories), Findings: []Finding{}, Places: []Place{}, Regions: orEmpty(a.Regions), Casualties: map[string]*int{}}
	for _, f := range a.Findings {
		v.Findings = append(v.Findings, Finding{f.Indicator, f.Category, f.Assertion, f.Points, f.Evidence, f.Title, f.Severity, f.Guard, f.Codes, f.Slots, f.Attribution})
	}
	for _, p := range a.Places {
		v.Places = append(v.Places, Place(p))
	}
	for kind, count := range a.Casualties.Counts() {
		v.Casualties[kind] = lowest(count)
	}
	return v
}

// id is the id as people write it: a string without its quotes.
func (t Text) id() string {
	var id string
	if json.Unmarshal(t.ID, &id) != nil {
		return string(t.ID)
	}
	return id
}

// Item is the text as an item of no feed.
func (t Text) Item() event.Item {
	item := event.Item{ID: t.id(), Title: t.Title, Text: t.Text, Language: t.Language, Source: event.Source{Country: t.Country}}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, t.Published); err == nil {
			item.Published = at
		}
	}
	return item
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func lowest(c *event.Count) *int {
	if c == nil {
		return nil
	}
	return &c.Min
}

// batchSize is how many texts are assessed side by side.
const batchSize = 512

// numbered is a line of a file with its number, from 1.
type numbered struct {
	number int
	text   []byte
}

// Classify reads one Text a line and writes one Verdict a line, in the same
// order. A line that cannot be read is answered by {"error": ...} in its place;
// the error returned then says how many there were.
func (r *Ruleset) Classify(ctx context.Context, in io.Reader, out io.Writer) error {
	w := bufio.NewWriterSize(out, 1<<20)
	bad, all := 0, 0
	var batch []numbered
	flush := func() error {
		failed, err := r.classifyBatch(batch, w)
		bad, all, batch = bad+failed, all+len(batch), batch[:0]
		return errors.Join(err, ctx.Err())
	}
	err := EachLine(in, func(number int, line []byte) error {
		if batch = append(batch, numbered{number, bytes.Clone(line)}); len(batch) < batchSize {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err = errors.Join(err, w.Flush()); err != nil {
		return fmt.Errorf("classifying: %w", err)
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d lines are no texts; look for \"error\" in the output", bad, all)
	}
	return nil
}

// classifyBatch answers the lines of a batch.
func (r *Ruleset) classifyBatch(batch []numbered, w io.Writer) (bad int, err error) {
	answers, failed := make([][]byte, len(batch)), make([]bool, len(batch))
	group := errgroup.Group{}
	group.SetLimit(workers())
	const chunk = 16
	for from := 0; from < len(batch); from += chunk {
		group.Go(func() error {
			for i := from; i < min(from+chunk, len(batch)); i++ {
				var err error
				if answers[i], failed[i], err = r.classifyLine(batch[i].text, batch[i].number); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return 0, err
	}
	for i, answer := range answers {
		if failed[i] {
			bad++
		}
		if _, err := w.Write(append(answer, '\n')); err != nil {
			return bad, fmt.Errorf("writing a verdict: %w", err)
		}
	}
	return bad, nil
}

func (r *Ruleset) classifyLine(line []byte, number int) (answer []byte, failed bool, err error) {
	text := Text{}
	if err := json.Unmarshal(line, &text); err != nil {
		answer, err = json.Marshal(map[string]string{"error": fmt.Sprintf("line %d: %v", number, err)})
		return answer, true, err
	}
	if text.ID == nil {
		text.ID = json.RawMessage(`""`)
	}
	answer, err = json.Marshal(r.Verdict(text))
	return answer, false, err
}
