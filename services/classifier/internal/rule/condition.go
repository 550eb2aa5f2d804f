package rule

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

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
func (p *pack) condition(l located[Composite]) *vm.Program {
	program, err := expr.Compile(l.value.When, expr.Env(Facts{}), expr.AsBool(), expr.MaxNodes(maxConditionNodes))
	if err != nil {
		p.failCondition(l, err)
		return nil
	}
	v := &nameCheck{pack: p}
	node := program.Node()
	ast.Walk(&node, v)
	for _, fault := range v.faults {
		p.failCondition(l, fault)
	}
	return program
}

func (p *pack) failCondition(l located[Composite], err error) {
	e := l.errorf(".when", "see the notation of conditions", "%v", err)
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

// nameCheck finds calls with names that nothing has.
type nameCheck struct {
	pack   *pack
	faults []error
}

// Visit implements ast.Visitor.
func (n *nameCheck) Visit(node *ast.Node) {
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
		if what := n.unknown(callee.Value, i, text.Value); what != "" {
			n.faults = append(n.faults, fmt.Errorf("%s(%q): no such %s", callee.Value, text.Value, what))
		}
	}
}

// unknown names what an argument should be but is not, "" when it is.
func (n *nameCheck) unknown(function string, argument int, name string) string {
	isCategory := slices.Contains(event.Categories(), name)
	switch {
	case function == "has" && !n.pack.hasRule(name), function == "found" && argument == 0 && !n.pack.hasRule(name):
		return "indicator"
	case function == "found" && argument == 1 && name != string(event.Asserted) && !slices.Contains(assertions(), event.Assertion(name)):
		return "assertion"
	case function == "category" && !isCategory:
		return "category"
	case (function == "near" || function == "in_title") && !isCategory && !n.pack.hasRule(name):
		return "indicator or category"
	case function == "entity" && !n.pack.hasEntity(name):
		return "entity"
	case function == "class" && !n.pack.classes[name]:
		return "entity class"
	}
	return ""
}

func (p *pack) hasRule(id string) bool {
	return slices.ContainsFunc(p.indicators, func(l located[Indicator]) bool { return l.value.ID == id }) ||
		slices.ContainsFunc(p.casualties, func(l located[Casualty]) bool { return l.value.ID == id }) || p.disabled(id)
}

// Condition is a composite's condition, ready to run.
type Condition struct{ program *vm.Program }

// Holds evaluates the condition.
func (c Condition) Holds(facts *Facts) (bool, error) {
	result, err := expr.Run(c.program, *facts)
	if err != nil {
		return false, fmt.Errorf("evaluating %q: %w", strings.TrimSpace(string(c.program.Source().String())), err)
	}
	holds, _ := result.(bool)
	return holds, nil
}
