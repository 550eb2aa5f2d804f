package classifier

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/pkg/service"
	"faultline/services/classifier/internal/assess"
	"faultline/services/classifier/internal/place"
	"faultline/services/classifier/internal/reason"
	"faultline/services/classifier/internal/region"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

// Ruleset is everything that decides what an item says: rules, entities,
// gazetteer, regions and weights, compiled. It never changes and is safe for
// concurrent use.
type Ruleset struct {
	engine  *assess.Engine
	atlas   *atlas
	regions *region.Set
	// Hash names the rules with their weights, regions and gazetteer, and the
	// version of the program: what is assessed with the same hash gives the same
	// answer.
	Hash string
	set  string // Hash in full
}

// atlas is the gazetteer, whose vocabulary the rules share. It comes with the
// binary, so one is enough for all rule sets of a process.
type atlas struct{ gazetteer *place.Gazetteer }

func loadAtlas() (*atlas, error) {
	gazetteer, err := place.Load()
	if err != nil {
		return nil, fmt.Errorf("loading the gazetteer: %w", err)
	}
	return &atlas{gazetteer}, nil
}

// Load compiles the rule set of a configuration; the section is "classifier"
// of faultline.yaml. A rule set with a fault, or with an example that does not
// do what it says, is refused with config.Errors that name all of them.
func Load(ctx context.Context, dir *config.Dir, section config.Section) (*Ruleset, error) {
	_, r, err := begin(dir, section)
	if err != nil {
		return nil, err
	}
	return r, r.check(ctx)
}

// Compile is Load without running the examples: for whoever writes rules and
// wants to see why one fails.
func Compile(dir *config.Dir, section config.Section) (*Ruleset, error) {
	_, r, err := begin(dir, section)
	return r, err
}

// begin loads the gazetteer and compiles the first rule set. Unpacking the one and
// reading the files of the other do not wait for each other.
func begin(dir *config.Dir, section config.Section) (*atlas, *Ruleset, error) {
	weights, err := readConfig(section)
	if err != nil {
		return nil, nil, err
	}
	var a *atlas
	var group errgroup.Group
	group.Go(func() (err error) {
		a, err = loadAtlas()
		return err
	})
	files, err := rule.Read(dir)
	if broken := group.Wait(); broken != nil {
		return nil, nil, broken
	}
	if err != nil {
		return nil, nil, err
	}
	r, err := a.build(files, dir, weights)
	return a, r, err
}

// check runs the examples and tests of the rules; what fails is config.Errors.
func (r *Ruleset) check(ctx context.Context) error {
	results, err := r.engine.Test(ctx)
	if err != nil {
		return fmt.Errorf("running the examples of the rules: %w", err)
	}
	var faults config.Errors
	for _, result := range results {
		if result.Problem != "" {
			faults = append(faults, &config.Error{Path: result.At(), Message: fmt.Sprintf("%s %q: %s", result.Rule, result.Text, result.Problem),
				Remedy: "mend the rule or the example; faultline rules explain shows what each phrase did"})
		}
	}
	return faults.Err()
}

// compile reads the rule set without running its examples.
func (a *atlas) compile(dir *config.Dir, section config.Section) (*Ruleset, error) {
	weights, err := readConfig(section)
	if err != nil {
		return nil, err
	}
	files, err := rule.Read(dir)
	if err != nil {
		return nil, err
	}
	return a.build(files, dir, weights)
}

// build compiles the files with the other parts of a rule set.
func (a *atlas) build(files rule.Files, dir *config.Dir, weights Config) (*Ruleset, error) {
	rules, errRules := files.Compile(a.gazetteer.Vocabulary())
	regions, errRegions := region.Load(dir, a.gazetteer)
	if err := errors.Join(errRules, errRegions); err != nil {
		return nil, err
	}
	set := event.NewID(service.Version(), rules.Hash, fmt.Sprintf("%+v", weights), fmt.Sprintf("%+v", regions.All()), fmt.Sprint(a.gazetteer.Len()))
	hash := set[:16]
	resolve := func(doc *token.Document, country string) ([]event.Place, *event.Place, []string) {
		found := a.gazetteer.Find(doc, place.Context{Country: country})
		return found.Mentions, found.Main, regions.Of(found.Mentions, found.Main)
	}
	return &Ruleset{engine: assess.New(rules, weights, resolve, hash), atlas: a, regions: regions, Hash: hash, set: set}, nil
}

// Assess says what the item says. Its time is left to the caller.
func (r *Ruleset) Assess(item event.Item) event.Assessment { return r.engine.Assess(item) }

// Explanation is an assessment with the reasons for every point.
type Explanation = reason.Explanation

// Match is one match of a phrase and what became of it.
type Match = reason.Match

// ShortPhrase is the beginning of a phrase, for a line that says where all of it
// stands.
func ShortPhrase(phrase string) string { return reason.Shorten(phrase) }

// Explain assesses an item and says what every phrase, cue and guard did.
func (r *Ruleset) Explain(item event.Item) Explanation { return r.engine.Explain(item) }

// Languages are those that the rules are written in.
func (r *Ruleset) Languages() []string { return r.engine.Rules().Languages() }

// Has reports whether an indicator, a casualty rule or a composite has the id.
func (r *Ruleset) Has(id string) bool {
	rules := r.engine.Rules()
	return slices.ContainsFunc(rules.Indicators, func(v rule.IndicatorRule) bool { return v.ID == id }) ||
		slices.ContainsFunc(rules.Casualties, func(v rule.CasualtyRule) bool { return v.ID == id }) ||
		slices.ContainsFunc(rules.Composites, func(v rule.CompositeRule) bool { return v.ID == id })
}

// RuleIDs are those of the rules of a configuration, of which nothing is compiled.
func RuleIDs(dir *config.Dir) ([]string, error) {
	files, err := rule.Read(dir)
	if err != nil {
		return nil, err
	}
	return files.IDs(), nil
}

// ValidID reports whether a rule can be called so.
func ValidID(id string) bool { return rule.ValidID(id) }

// Indicators is how many there are.
func (r *Ruleset) Indicators() int { return len(r.engine.Rules().Indicators) }

// Result is the outcome of one example or test of the rule files.
type Result = assess.Result

// TestRules runs the examples and tests of the rules of a configuration. The
// rules must compile; what fails is in the results.
func TestRules(ctx context.Context, dir *config.Dir, section config.Section) ([]Result, error) {
	r, err := Compile(dir, section)
	if err != nil {
		return nil, err
	}
	return r.engine.Test(ctx)
}

// TestFiles runs the tests of files with the rules of a configuration: paths
// are those of the files for people, and each holds tests: as a rule file may.
func TestFiles(ctx context.Context, dir *config.Dir, section config.Section, files []config.File) ([]Result, error) {
	r, err := Compile(dir, section)
	if err != nil {
		return nil, err
	}
	var tests []rule.TestCase
	for _, file := range files {
		more, err := r.engine.Rules().ReadTests(file)
		if err != nil {
			return nil, err
		}
		tests = append(tests, more...)
	}
	return r.engine.RunTests(ctx, tests)
}

// workers is how many items are assessed at once.
func workers() int { return runtime.GOMAXPROCS(0) }
