package classifier

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
)

// startWith makes the service of a folder as a process that starts does.
func startWith(t *testing.T, b *bus.Bus, f folder) (*Service, error) {
	t.Helper()
	return New(t.Context(), Options{Config: f.dir(), Bus: b, Registerer: prometheus.NewRegistry()})
}

func bucketOf(t *testing.T, b *bus.Bus) *bus.Bucket {
	t.Helper()
	k, err := b.Bucket(t.Context(), bus.RuleMarks)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// entries are the marks that are stored.
func entries(t *testing.T, b *bus.Bus) (all []bus.Entry) {
	t.Helper()
	if err := bucketOf(t, b).Each(t.Context(), func(e bus.Entry) error { all = append(all, e); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

// failing is a set whose example fails, with a language file of its own.
func failing(t *testing.T) folder {
	t.Helper()
	f := newFolder(t)
	f.write(t, "rules/a.yaml", strings.Replace(smallRules, "Clashes in Osh", "Nothing at all", 1))
	f.write(t, "languages/fr/words.yaml", "language: fr\nindicators: {clash: {match: [affrontement*]}}\n")
	f.write(t, "faultline.yaml", "classifier: {}\n")
	return f
}

// forge marks the set of a folder as passed though it was never run: whoever honours
// the mark starts with it, and whoever runs the examples does not.
func forge(t *testing.T, b *bus.Bus, f folder) (key string) {
	t.Helper()
	rules, err := Compile(f.dir(), config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	m := newMarks(t.Context(), b, slog.New(slog.DiscardHandler))
	if err := m.write(t.Context(), m.key(rules), nil); err != nil {
		t.Fatal(err)
	}
	return m.key(rules)
}

// refused is what a start with a set says whose example was run.
func refused(t *testing.T, err error) {
	t.Helper()
	var faults config.Errors
	if !errors.As(err, &faults) || !strings.Contains(err.Error(), "should fire") {
		t.Errorf("want the failing example, got %v", err)
	}
}

func TestExamplesOfASetThatPassedAreNotRunAgain(t *testing.T) {
	b := bustest.Start(t)
	f := failing(t)
	forge(t, b, f)
	if _, err := startWith(t, b, f); err != nil {
		t.Errorf("the examples were run in spite of the mark: %v", err)
	}
}

func TestASetThatPassesIsMarkedOnce(t *testing.T) {
	b := bustest.Start(t)
	f := newFolder(t)
	for range 2 {
		s, err := startWith(t, b, f)
		if err != nil {
			t.Fatal(err)
		}
		all := entries(t, b)
		if len(all) != 1 || all[0].Key != s.marks.key(s.live.Load()) || all[0].Revision != 1 {
			t.Errorf("want one mark, written once, got %+v", all)
		}
	}
}

func TestASetThatFailsIsNeverMarked(t *testing.T) {
	b := bustest.Start(t)
	for range 2 {
		_, err := startWith(t, b, failing(t))
		refused(t, err)
	}
	f := newFolder(t)
	s, err := startWith(t, b, f)
	if err != nil {
		t.Fatal(err)
	}
	f.write(t, "rules/a.yaml", strings.Replace(smallRules, "Clashes in Osh", "Nothing at all", 1))
	refused(t, s.Reload(t.Context()))
	if all := entries(t, b); len(all) != 1 {
		t.Errorf("a set that failed is marked: %+v", all)
	}
}

// A byte more in any file that the set is read from makes it another one.
func TestAnEditRunsTheExamples(t *testing.T) {
	for _, name := range []string{"rules/a.yaml", "languages/fr/words.yaml"} {
		b := bustest.Start(t)
		f := failing(t)
		forge(t, b, f)
		data, err := os.ReadFile(filepath.Join(string(f), name))
		if err != nil {
			t.Fatal(err)
		}
		f.write(t, name, string(data)+"\n")
		_, err = startWith(t, b, f)
		refused(t, err)
	}
}

func TestAnotherFileRunsTheExamples(t *testing.T) {
	for name, content := range map[string]string{
		"rules/b.yaml":    "lists: {force: {en: [police]}}\n",
		"entities/a.yaml": "entities: []\n",
		"regions.yaml":    strings.Replace(smallRegions, "The south", "South", 1),
	} {
		b := bustest.Start(t)
		f := failing(t)
		forge(t, b, f)
		f.write(t, name, content)
		_, err := startWith(t, b, f)
		refused(t, err)
	}
}

func TestOtherWeightsRunTheExamples(t *testing.T) {
	b := bustest.Start(t)
	f := failing(t)
	forge(t, b, f)
	s, err := startWith(t, b, f)
	if err != nil {
		t.Fatal(err)
	}
	f.write(t, "faultline.yaml", "classifier: {threshold: 33}\n")
	refused(t, s.Reload(t.Context()))
}

func TestAnotherProgramRunsTheExamples(t *testing.T) {
	rules, err := Compile(newFolder(t).dir(), config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	this, err := program()
	if err != nil {
		t.Fatal(err)
	}
	if len(this) != 64 || (&marks{program: this}).key(rules) == (&marks{program: strings.Repeat("0", 64)}).key(rules) {
		t.Errorf("the mark does not tell programs apart; this one is %q", this)
	}
}

func TestADamagedMarkRunsTheExamples(t *testing.T) {
	for name, value := range map[string]string{
		"empty":       "",
		"cut short":   `{"set":"`,
		"not ours":    `"passed"`,
		"another set": `{"set":"0123456789abcdef0123456789abcdef","broad":null}`,
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.Start(t)
			f := failing(t)
			key := forge(t, b, f)
			if _, err := bucketOf(t, b).Put(t.Context(), key, []byte(value), 1); err != nil {
				t.Fatal(err)
			}
			_, err := startWith(t, b, f)
			refused(t, err)
		})
	}
}

// A damaged mark is replaced by a whole one when the set passes.
func TestADamagedMarkIsReplaced(t *testing.T) {
	b := bustest.Start(t)
	f := newFolder(t)
	key := forge(t, b, f)
	if _, err := bucketOf(t, b).Put(t.Context(), key, []byte("{"), 1); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := startWith(t, b, f); err != nil {
			t.Fatal(err)
		}
		if all := entries(t, b); len(all) != 1 || all[0].Revision != 3 {
			t.Errorf("the damaged mark was not replaced once: %+v", all)
		}
	}
}

// What the examples tell of broad indicators is told at each start.
func TestAMarkTellsOfBroadIndicators(t *testing.T) {
	b := bustest.Start(t)
	f := newFolder(t)
	rules, err := Compile(f.dir(), config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	m := newMarks(t.Context(), b, slog.New(slog.DiscardHandler))
	m.set(t.Context(), rules, []Broad{{"clash", "en", .5}})
	broad, passed := m.find(t.Context(), rules)
	if !passed || len(broad) != 1 || broad[0] != (Broad{"clash", "en", .5}) {
		t.Errorf("got %v, %t", broad, passed)
	}
}

// Without a bucket to remember in, every start runs the examples.
func TestWithoutMarksTheExamplesRun(t *testing.T) {
	b := bustest.Start(t)
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	m := newMarks(t.Context(), b, slog.New(slog.DiscardHandler))
	rules, err := Compile(newFolder(t).dir(), config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	m.set(t.Context(), rules, nil)
	if _, passed := m.find(t.Context(), rules); passed || m.bucket != nil {
		t.Error("a set passes of which nothing could be remembered")
	}
}
