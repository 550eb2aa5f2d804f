package rule

import (
	"slices"
	"testing"

	"github.com/expr-lang/expr"
)

// A condition says the same, and asks the same in the same order, as a question and
// to the machine.
func TestQuestions(t *testing.T) {
	for _, c := range []struct {
		when  string
		plain bool // there is a question
	}{
		{`has("a")`, true},
		{`has("a") && (has("b") || class("c"))`, true},
		{`has("b") or not category("a") and entity("d")`, true},
		{`!in_title("a") || killed >= 10`, true},
		{`injured >= 3 && total >= 2 && has("a")`, true},
		{`killed >= 12 and killed >= 13`, true},
		{`near("a", "b") && has("a")`, false},
		{`killed + injured >= 10`, true},
		{`(has("a") ? 1 : 0) + (category("b") ? 1 : 0) + (has("c") ? 2 : killed) >= 2`, true},
		{`total >= (has("a") ? 1 : 2)`, true},
		{`killed - injured >= 10`, false},
		{`(missing > 2 ? 1 : 0) + killed >= 1`, false},
		{`country in ["KG", "KZ"] || has("a")`, false},
		{`killed > 3`, false},
		{`has("a" + "b")`, true}, // it is one text when it is compiled
		{`missing >= 1`, false},
		{`has(country)`, false},
	} {
		program, err := expr.Compile(c.when, expr.Env(Facts{}), expr.AsBool())
		if err != nil {
			t.Fatal(err)
		}
		asked := questionOf(program.Node())
		if plain := asked != nil; plain != c.plain {
			t.Errorf("%s: a question: %v", c.when, plain)
		}
		for world := range 16 { // what is there, as bits
			quick, quickly := ask(t, Condition{program: program, question: asked}, world)
			slow, slowly := ask(t, Condition{program: program}, world)
			if quick != slow || !slices.Equal(quickly, slowly) {
				t.Errorf("%s in world %b: %v after %v, the machine says %v after %v", c.when, world, quick, quickly, slow, slowly)
			}
		}
	}
}

// ask evaluates a condition where the names of a world are there, and returns what
// it asked for.
func ask(t *testing.T, c Condition, world int) (holds bool, asked []string) {
	t.Helper()
	of := func(function string) func(string) bool {
		return func(name string) bool {
			asked = append(asked, function+" "+name)
			return len(name) == 1 && world>>(name[0]-'a')&1 == 1
		}
	}
	facts := &Facts{
		Has: of("has"), Category: of("category"), Entity: of("entity"), Class: of("class"), InTitle: of("in title"),
		Near:   func(a, b string) bool { return of("near")(a) && of("near")(b) },
		Killed: world, Injured: world % 4, Total: world % 3, Country: "KG",
	}
	holds, err := c.Holds(facts, &Machine{})
	if err != nil {
		t.Fatal(err)
	}
	return holds, asked
}
