package faultline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/event"
	"faultline/services/classifier"
)

// rulesNew begins a rule file.
type rulesNew struct {
	config, id, category, severity *string
	languages                      *[]string
}

func addRulesNew(app *kingpin.Application) (string, command) {
	c := rules(app).Command("new", `Begin a rule: write DIR/rules/ID.yaml with all that a rule needs, to be filled in, or print it where no --config is given. Until its line "status: test" is taken out it adds nothing to an assessment, and its placeholder examples pass, so that a running process may read it.
	faultline rules new border-shut --category spillover --config conf
	faultline rules new border-shut --category spillover --severity moderate --language en --language ru --config conf`)
	return c.FullCommand(), rulesNew{
		config:    configFlag(c),
		id:        c.Arg("id", "Its id: small letters, digits and hyphens.").Required().String(),
		category:  c.Flag("category", strings.Join(event.Categories(), ", ")+".").Required().PlaceHolder("CATEGORY").HintOptions(event.Categories()...).Enum(event.Categories()...),
		severity:  c.Flag("severity", "low, moderate, high or critical.").Default("low").HintOptions(severities()...).Enum(severities()...),
		languages: c.Flag("language", "A language that it is written in: en. May be repeated.").Default("en").PlaceHolder("TAG").HintOptions(classifier.Languages()...).Enums(classifier.Languages()...),
	}
}

func (c rulesNew) run(_ context.Context, stdio IO) error {
	if !classifier.ValidID(*c.id) {
		return asUsage(fmt.Errorf("%q is no id of a rule; use small letters, digits and hyphens", *c.id))
	}
	dir, section, err := rulesSection(*c.config)
	if err != nil {
		return err
	}
	set, err := classifier.Compile(dir, section)
	if err != nil {
		return err
	}
	if set.Has(*c.id) {
		return asUsage(fmt.Errorf("there is a rule %s already; choose another id, or edit that one", *c.id))
	}
	if *c.config == "" {
		_, err := io.WriteString(stdio.Out, c.skeleton())
		return err
	}
	path := filepath.Join(*c.config, "rules", *c.id+".yaml")
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), writeNew(path, []byte(c.skeleton()))); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdio.Out, "wrote %s\nnext: fill it in (docs/rules.md), then\n  faultline rules test --config %[2]s\n  faultline rules lint --config %[2]s\nand take out its line \"status: test\"\n", path, *c.config)
	return err
}

// skeleton is a rule that loads, whose examples do what they say, and that lint has nothing to say of.
func (c rulesNew) skeleton() string {
	var b strings.Builder
	title := strings.ReplaceAll(*c.id, "-", " ")
	fmt.Fprintf(&b, `# yaml-language-server: $schema=../schema/rules.json
# What this is about, for whoever reads it after you.
indicators:
  - id: "%s"
    title: "%s"   # what an alert says of it, in a few words
    category: %s
    severity: %s
    points: 40              # of 100, in a title; an alert wants 20 in all, unless classifier.threshold says otherwise
    status: test            # matched and tested, and adds nothing: take this line out when it does what you want
    match:
`, *c.id, strings.ToUpper(title[:1])+title[1:], *c.category, *c.severity)
	languages := slices.Compact(slices.Sorted(slices.Values(*c.languages))) // each once, also where it is named twice
	for _, language := range languages {
		fmt.Fprintf(&b, "      %s:\n        - \"=words ..2 =that ..2 =tell ..2 =of ..2 =it\"   # see Phrases in docs/rules.md\n", language)
	}
	b.WriteString("    examples:               # three of each at least, in your own words: the harder the better\n")
	for _, language := range languages {
		fmt.Fprintf(&b, `      %s:
        fires:
          - Here are words that tell of it.
          - On Friday there were words that tell of it in the north.
          - Words that clearly tell of it, with a name and a place.
        quiet:
          - Nothing here is about that.
          - Words of another sense are here.
          - What looks like it and is something else.
`, language)
	}
	return b.String()
}
