package rule

import "github.com/expr-lang/expr/ast"

// question is a condition, or a part of one, as a function: what most conditions are
// made of, "and", "or", "not", calls and numbers that reach a bound. Asking it costs
// a tenth of what the machine does, which evaluates all others.
type question func(*Facts) bool

// questionOf returns the question of a part, nil if it is made of anything else.
func questionOf(part ast.Node) question {
	switch n := part.(type) {
	case *ast.UnaryNode:
		if of := questionOf(n.Node); of != nil && (n.Operator == "not" || n.Operator == "!") {
			return func(f *Facts) bool { return !of(f) }
		}
	case *ast.BinaryNode:
		return questionOfTwo(n)
	case *ast.CallNode:
		return questionOfCall(n)
	}
	return nil
}

func questionOfTwo(n *ast.BinaryNode) question {
	if n.Operator == ">=" {
		return questionOfNumber(n)
	}
	left, right := questionOf(n.Left), questionOf(n.Right)
	if left == nil || right == nil {
		return nil
	}
	switch n.Operator {
	case "and", "&&":
		return func(f *Facts) bool { return left(f) && right(f) }
	case "or", "||":
		return func(f *Facts) bool { return left(f) || right(f) }
	}
	return nil
}

// questionOfNumber is whether a number reaches a bound: "killed >= 10".
func questionOfNumber(n *ast.BinaryNode) question {
	number, bound := numberOf(n.Left), numberOf(n.Right)
	if number == nil || bound == nil {
		return nil
	}
	return func(f *Facts) bool { return number(f) >= bound(f) }
}

// number is a part of a condition that says how many.
type number func(*Facts) int

// numberOf returns the number of a part: one that is written, a fact, one of two by a
// question, or a sum of these: "(has("mutiny") ? 1 : 0) + killed". It is nil if the part
// is made of anything else.
func numberOf(part ast.Node) number {
	switch n := part.(type) {
	case *ast.IntegerNode:
		value := n.Value
		return func(*Facts) int { return value }
	case *ast.IdentifierNode:
		switch n.Value {
		case "killed":
			return func(f *Facts) int { return f.Killed }
		case "injured":
			return func(f *Facts) int { return f.Injured }
		case "total":
			return func(f *Facts) int { return f.Total }
		}
	case *ast.ConditionalNode:
		asked, yes, no := questionOf(n.Cond), numberOf(n.Exp1), numberOf(n.Exp2)
		if asked == nil || yes == nil || no == nil {
			return nil
		}
		return func(f *Facts) int {
			if asked(f) {
				return yes(f)
			}
			return no(f)
		}
	case *ast.BinaryNode:
		if left, right := numberOf(n.Left), numberOf(n.Right); n.Operator == "+" && left != nil && right != nil {
			return func(f *Facts) int { return left(f) + right(f) }
		}
	}
	return nil
}

// questionOfCall is what a function with one name says: has("mutiny").
func questionOfCall(n *ast.CallNode) question {
	callee, named := n.Callee.(*ast.IdentifierNode)
	if !named || len(n.Arguments) != 1 {
		return nil
	}
	argument, fixed := n.Arguments[0].(*ast.StringNode)
	if !fixed {
		return nil
	}
	name := argument.Value
	switch callee.Value {
	case "has":
		return func(f *Facts) bool { return f.Has(name) }
	case "category":
		return func(f *Facts) bool { return f.Category(name) }
	case "entity":
		return func(f *Facts) bool { return f.Entity(name) }
	case "class":
		return func(f *Facts) bool { return f.Class(name) }
	case "in_title":
		return func(f *Facts) bool { return f.InTitle(name) }
	}
	return nil
}
