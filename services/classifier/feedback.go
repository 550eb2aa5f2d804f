package classifier

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"faultline/pkg/config"
	"faultline/services/classifier/internal/suggest"
)

// Judged is an item of which the desk has said whether it must alert.
type Judged = suggest.Judged

// FeedbackReport is how the rules stand against what the desk said.
type FeedbackReport = suggest.Report

// Suggestion is filters that drop false alarms and keep every true one.
type Suggestion = suggest.Suggestion

// Refusal is a filter that was tried and not taken, and why.
type Refusal = suggest.Refusal

// Feedback tells how often each rule was right.
func Feedback(source Source, judged []Judged) (FeedbackReport, error) {
	r, err := Compile(source.Dir, source.Section)
	if err != nil {
		return FeedbackReport{}, err
	}
	return suggest.Tell(judged, r.Explain), nil
}

// Suggest looks for filters that drop false alarms, keep every true one, and
// leave the examples and tests of the rules as they are. It compiles the rules
// many times; tried is told after each. Rules with a fault, or with an example
// that fails already, are config.Errors.
func Suggest(ctx context.Context, source Source, judged []Judged, tried func(n int)) (s Suggestion, err error) {
	a, err := loadAtlas()
	if err != nil {
		return s, err
	}
	first, err := a.compile(source.Dir, source.Section)
	if err != nil {
		return s, err
	}
	top, err := os.MkdirTemp("", "faultline-suggest-")
	if err != nil {
		return s, fmt.Errorf("making room for filters to try: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(top)) }()
	t := trial{atlas: a, source: source, top: top}
	return suggest.Suggest(ctx, judged, suggest.NewBackground(first.engine.Rules()), t.rules, tried)
}

// trial compiles the rules of a configuration with one more rule file.
type trial struct {
	atlas  *atlas
	source Source
	top    string // directory of the file
}

func (t trial) rules(file []byte) (suggest.Trial, error) {
	dir := t.source.Dir
	if file != nil {
		name := filepath.Join(t.top, "rules", "suggested-now.yaml")
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, file, 0o600)); err != nil {
			return suggest.Trial{}, fmt.Errorf("writing filters to try: %w", err)
		}
		dir = dir.Over(config.Layer{Name: "(suggested)", FS: os.DirFS(t.top)})
	}
	r, err := t.atlas.compile(dir, t.source.Section)
	if err != nil {
		return suggest.Trial{}, err
	}
	return suggest.Trial{Explain: r.Explain, Examples: r.check}, nil
}

// SuggestedFile is the suggestion as a rule file.
func SuggestedFile(s Suggestion) []byte { return suggest.File(s.Edits, s.Before, s.After) }
