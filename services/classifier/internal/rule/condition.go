package rule

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"faultline/pkg/config"
	"faultline/pkg/event"
)

// maxConditionNodes bounds a condition.
const maxConditionNodes = 500

// Facts are what the condition of a composite can ask about an item. Only
// asserted findings that no guard demotes below half count.
type Facts struct {
	Has      func(indicator string) bool            `expr:"has"`      // the indicator was found
	Category func(category string) bool             `expr:"category"` // any indicator of the category
	Found    func(indicator, assertion string) bool `expr:"found"`    // the indicator was found with that assertion
	Entity   func(id string) bool                   `expr:"entity"`
	Class    func(name string) bool                 `expr:"class"`    // any entity of the class
	Near     func(a, b string) bool                 `expr:"near"`     // two indicators or categories within two sentences
	InTitle  func(name string) bool                 `expr:"in_title"` // an indicator or category

	Killed    int `expr:"killed"` // lowest bounds, 0 is none
	Injured   int `expr:"injured"`
	Missing   int `expr:"missing"`
	Detained  int `expr:"detained"`
	Displaced int `expr:"displaced"`

	Country    string   `expr:"country"` // of the main place, "" is none
	Countries  []string `expr:"countries"`
	Regions    []string `expr:"regions"`
	Language   string   `expr:"language"`
	Categories []string `expr:"categories"` // of the findings
	Total      int      `expr:"total"`      // number of findings
}

// condition is a composite's, compiled.
func (p *pack) condition(l located[Composite]) Condition {
	program, err := expr.Compile(l.value.When, expr.Env(Facts{}), expr.AsBool(), expr.MaxNodes(maxConditionNodes))
	if err != nil {
		p.failCondition(l, err, "see the notation of conditions")
		return Condition{}
	}
	v := &nameCheck{pack: p, names: map[string]bool{}}
	node := program.Node()
	ast.Walk(&node, v)
	for _, fault := range v.faults {
		p.failCondition(l, fault, fault.remedy)
	}
	if delete(v.names, "language"); len(v.names) == 0 {
		p.failCondition(l, errors.New("the condition asks for nothing that a text shows"), "ask for a finding, an entity, a number or a place")
	}
	return Condition{program: program, question: questionOf(node), names: v.names}
}

func (p *pack) failCondition(l located[Composite], err error, remedy string) {
	e := l.errorf(".when", remedy, "%v", err)
	var fault *file.Error
	if errors.As(err, &fault) {
		e.Message = fmt.Sprintf("%s in condition %q", fault.Message, shorten(l.value.When))
		if fault.Line == 1 {
			e.Column += fault.Column
			if quoted(l.file.Data, e.Line, e.Column-fault.Column) {
				e.Column++
			}
		} else {
			e.Line, e.Column = e.Line+fault.Line, fault.Column+1
		}
	}
	p.fail(e)
}

// nameFault is a name that nothing has.
type nameFault struct{ message, remedy string }

func (f *nameFault) Error() string { return f.message }

// nameCheck finds calls with names that nothing has, and the facts that are
// asked for.
type nameCheck struct {
	pack   *pack
	names  map[string]bool
	faults []*nameFault
}

// Visit implements ast.Visitor.
func (n *nameCheck) Visit(node *ast.Node) {
	if name, ok := (*node).(*ast.IdentifierNode); ok {
		n.names[name.Value] = true
	}
	call, ok := (*node).(*ast.CallNode)
	if !ok {
		return
	}
	callee, ok := call.Callee.(*ast.IdentifierNode)
	if !ok {
		return
	}
	for i, a := range call.Arguments {
		text, ok := a.(*ast.StringNode)
		if !ok {
			continue
		}
		if what, known := n.unknown(callee.Value, i, text.Value); what != "" {
			n.faults = append(n.faults, &nameFault{fmt.Sprintf("%s(%q): no such %s", callee.Value, text.Value, what), cmp.Or(config.DidYouMean(text.Value, known), "write the name of one that the rules define")})
		}
	}
}

// unknown names what an argument should be but is not, "" when it is, and what
// is known of that kind.
func (n *nameCheck) unknown(function string, argument int, name string) (what string, known []string) {
	p := n.pack
	switch {
	case function == "has", function == "found" && argument == 0:
		what, known = "indicator", p.found()
	case function == "found" && argument == 1:
		what, known = "assertion", []string{string(event.Asserted)}
		for _, a := range assertions() {
			known = append(known, string(a))
		}
	case function == "category":
		what, known = "category", event.Categories()
	case function == "near", function == "in_title":
		what, known = "indicator or category", append(event.Categories(), p.found()...)
	case function == "entity":
		what = "entity"
		for _, e := range p.entities {
			known = append(known, e.value.ID)
		}
	case function == "class":
		what, known = "entity class", sortedNames(p.classes)
	}
	if slices.Contains(known, name) {
		return "", nil
	}
	return what, known
}

// found are the ids of what a condition can ask for: it sees no composites.
func (p *pack) found() []string {
	return slices.DeleteFunc(p.ids(), func(id string) bool {
		return slices.ContainsFunc(p.composites, func(l located[Composite]) bool { return l.value.ID == id })
	})
}

// Condition is a composite's condition, ready to run.
type Condition struct {
	program  *vm.Program
	question question // nil if only the machine can tell
	names    map[string]bool
}

// Asks reports whether the condition asks for a fact, as its notation names it.
func (c Condition) Asks(name string) bool { return c.names[name] }

// Machine evaluates conditions, one after the other.
type Machine struct{ vm vm.VM }

// Holds evaluates the condition.
func (c Condition) Holds(facts *Facts, on *Machine) (bool, error) {
	if c.question != nil {
		return c.question(facts), nil
	}
	result, err := on.vm.Run(c.program, facts)
	if err != nil {
		return false, fmt.Errorf("evaluating %q: %w", strings.TrimSpace(string(c.program.Source().String())), err)
	}
	holds, _ := result.(bool)
	return holds, nil
}
