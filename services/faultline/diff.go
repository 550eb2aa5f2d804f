package faultline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/services/classifier"
)

// rulesDiff compares two rule sets over a file of items.
type rulesDiff struct {
	old, new, items  *string
	asJSON, exitCode *bool
	limit            *int
}

func addRulesDiff(app *kingpin.Application) (string, command) {
	c := rules(app).Command("diff", `Say what an edit does: which alerts on a file of items are new, gone or changed under the rules of another configuration, and why.
	faultline rules diff shipped conf --items archive.jsonl
	faultline rules diff conf conf-new --items archive.jsonl.gz --json`)
	return c.FullCommand(), rulesDiff{
		old:      c.Arg("old", `Configuration directory, or "shipped".`).Required().String(),
		new:      c.Arg("new", `Configuration directory, or "shipped".`).Required().String(),
		items:    c.Flag("items", "File of texts as classify reads them (.gz too, - is standard input).").Required().PlaceHolder("FILE").String(),
		limit:    c.Flag("limit", "How many changes to show; all are counted.").Default("100").Int(),
		asJSON:   c.Flag("json", "Write JSON lines: a change each, the summary last.").Bool(),
		exitCode: c.Flag("exit-code", "Exit with 1 when an alert differs.").Bool(),
	}
}

func (c rulesDiff) run(ctx context.Context, stdio IO) error {
	comparison, err := compared(stdio, *c.old, *c.new)
	if err != nil {
		return err
	}
	in, err := stdio.openTexts(*c.items)
	if err != nil {
		return err
	}
	changes := newChanges(comparison, stdio, *c.asJSON, *c.limit)
	err = stdio.eachText(in, func(_ int, t classifier.Text) error {
		return errors.Join(changes.add(t.Item()), ctx.Err())
	}, stdio.tellBad(*c.items, textLine))
	bad, some := errors.AsType[badLines](err)
	if some {
		err = nil
	}
	if err := changes.end(ctx, errors.Join(err, in.Close())); err != nil {
		return err
	}
	if some {
		return bad
	}
	if *c.exitCode && changes.told > 0 {
		return errSaid
	}
	return nil
}

// compared compiles the rules of two configurations, and says which they are.
func compared(stdio IO, old, new string) (*classifier.Comparison, error) {
	from, err := ruleSource(old)
	if err != nil {
		return nil, err
	}
	to, err := ruleSource(new)
	if err != nil {
		return nil, err
	}
	for _, side := range []struct {
		name, path string
		dir        *config.Dir
	}{{"old", old, from.Dir}, {"new", new, to.Dir}} {
		what, err := ofRules(side.path, side.dir)
		if err != nil {
			return nil, err
		}
		if _, err := fmt.Fprintf(stdio.Err, "%s: %s\n", side.name, what); err != nil {
			return nil, err
		}
	}
	return classifier.NewComparison(from, to)
}

// ofRules says where the rules of a configuration come from, in which files of its
// own lie over the shipped ones. Copies that nobody edited are none of its own.
func ofRules(path string, dir *config.Dir) (string, error) {
	if path == "" || path == "shipped" {
		return "the shipped rules", nil
	}
	files, err := dir.Written()
	if err != nil {
		return "", err
	}
	own, instead := map[string]int{}, 0
	for _, f := range files {
		folder, _, found := strings.Cut(f.Name, "/")
		if !found || !slices.Contains(ruleFolders(), folder) || !strings.HasSuffix(f.Name, ".yaml") {
			continue
		}
		if f, err = dir.Read(f.Name); err != nil {
			return "", err
		}
		if dir.AsShipped(f) {
			continue
		}
		own[folder]++
		if dir.Ships(f.Name) {
			instead++
		}
	}
	var parts, shipped []string
	for _, folder := range ruleFolders() {
		if own[folder] == 0 {
			shipped = append(shipped, folder+"/")
			continue
		}
		parts = append(parts, counted(own[folder], "file")+" of its own in "+folder+"/")
	}
	switch {
	case len(parts) == 0:
		return path + ", whose rules are the shipped ones", nil
	case len(shipped) > 0:
		parts = append(parts, "none in "+strings.Join(shipped, " and "))
	}
	return fmt.Sprintf("the shipped rules with what %s lays over them: %s; %d in place of a shipped one", path, strings.Join(parts, ", "), instead), nil
}

// ruleFolders are the folders of a configuration that rules come from.
func ruleFolders() []string { return []string{"rules", "entities", "languages"} }

// ruleSource opens the configuration in a directory, or the shipped one.
func ruleSource(path string) (classifier.Source, error) {
	if path == "shipped" {
		path = ""
	}
	dir, section, err := rulesSection(path)
	if err == nil && path != "" {
		err = asUsage(holdsConfig(path))
	}
	return classifier.Source{Dir: dir, Section: section}, err
}

// holdsConfig refuses a directory with nothing of a configuration in it, such
// as the folder of rules itself: all would be taken from the shipped one, and
// nobody would notice.
func holdsConfig(path string) error {
	shipped, err := fs.ReadDir(deploy.Config(), ".")
	if err != nil {
		return err
	}
	for _, entry := range shipped {
		if _, err := os.Stat(filepath.Join(path, entry.Name())); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%s holds nothing of a configuration, neither rules/ nor faultline.yaml; give the directory that has rules/ in it", path)
}
