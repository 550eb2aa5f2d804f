package classifier

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/sync/errgroup"

	"faultline/pkg/event"
)

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
// the error returned then says how many there were. Keys that no Text has are
// noted.
func (r *Ruleset) Classify(ctx context.Context, in io.Reader, out io.Writer, keys *StrangeKeys) error {
	w := bufio.NewWriterSize(out, 1<<20)
	bad, all := 0, 0
	var batch []numbered
	flush := func() error {
		failed, err := r.classifyBatch(batch, w, keys)
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

// answer is what becomes of a line.
type answer struct {
	line    []byte   // with the verdict
	unknown []string // keys
	err     error    // why there is no verdict
}

// classifyBatch answers the lines of a batch.
func (r *Ruleset) classifyBatch(batch []numbered, w io.Writer, keys *StrangeKeys) (bad int, err error) {
	answers := make([]answer, len(batch))
	group := errgroup.Group{}
	group.SetLimit(workers())
	const chunk = 16
	for from := 0; from < len(batch); from += chunk {
		group.Go(func() error {
			for i := from; i < min(from+chunk, len(batch)); i++ {
				answers[i] = r.classifyLine(batch[i].text)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return 0, err
	}
	for i, a := range answers {
		if err := errors.Join(a.err, keys.Note(batch[i].number, a.unknown)); err != nil {
			bad++
			said := strings.ReplaceAll(err.Error(), "\n", "; ")
			a.line, err = json.Marshal(map[string]string{"error": fmt.Sprintf("line %d: %s", batch[i].number, said)})
			if err != nil {
				return bad, err
			}
		}
		if _, err := w.Write(append(a.line, '\n')); err != nil {
			return bad, fmt.Errorf("writing a verdict: %w", err)
		}
	}
	return bad, nil
}

func (r *Ruleset) classifyLine(line []byte) (a answer) {
	text, unknown, err := ReadText(line)
	if err != nil {
		return answer{unknown: unknown, err: err}
	}
	if text.ID == nil {
		text.ID = json.RawMessage(`""`)
	}
	a.unknown = unknown
	a.line, a.err = json.Marshal(r.Verdict(text))
	return a
}
