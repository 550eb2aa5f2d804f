package classifier

import (
	"context"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/lint"
)

// LintReport is what was noticed about a rule set.
type LintReport = lint.Report

// LintNote is one thing that was noticed.
type LintNote = lint.Note

// LintLevels lists the levels of notes, lowest first.
func LintLevels() []string { return lint.Levels() }

// Lint examines the rules of a configuration over their examples and items of
// the archive, of which there may be none.
func Lint(ctx context.Context, dir *config.Dir, section config.Section, items []event.Item) (LintReport, error) {
	r, err := Compile(dir, section)
	if err != nil {
		return LintReport{}, err
	}
	return lint.Lint(ctx, r.engine.Rules(), r.engine.ExplainAs, items)
}
