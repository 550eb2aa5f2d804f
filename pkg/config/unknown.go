package config

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// maxDecoded is how many faults of one file are told at once: the reader begins anew behind
// each.
const maxDecoded = 50

// decodeNode reads a node into v. The YAML reader ends at its first fault; so that all of them
// are told, it reads again without the key that it refused, as long as there is one.
func (f File) decodeNode(node ast.Node, v any) (err error) {
	defer f.survive(&err)
	var faults Errors
	for len(faults) < maxDecoded {
		err := yaml.NodeToValue(node, v, yaml.Strict())
		if err == nil || errors.Is(err, io.EOF) {
			break
		}
		if nested := (Errors{}); errors.As(err, &nested) { // a nested Section has said it already
			return append(faults, nested...).Err()
		}
		var positioned yaml.Error
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) && len(faults) > 0 {
			break // an alias of what was left out
		}
		found := holder{}
		if errors.As(err, &positioned) && positioned.GetToken() != nil {
			found = locate(node, reflect.TypeOf(v), positioned.GetToken())
		}
		faults = append(faults, f.fault(err, v, found.holds))
		if found.in == nil {
			break
		}
		whole := found.in.Values
		defer func() { found.in.Values = whole }() // a Section is decoded more than once
		found.in.Values = slices.Delete(slices.Clone(whole), found.at, found.at+1)
	}
	return faults.Err()
}

// Take notes what was wrong with a file that was decoded, and reports whether the rest of it
// can be looked at: nothing was wrong, or nothing but keys that there are not.
func (e *Errors) Take(err error) bool {
	var faults Errors
	if err == nil || !errors.As(err, &faults) {
		return err == nil
	}
	*e = append(*e, faults...)
	return !slices.ContainsFunc(faults, func(one *Error) bool { return !one.unknown })
}

// holder is the innermost key of a file that a token belongs to.
type holder struct {
	in    *ast.MappingNode // nil when there is none
	at    int              // its index there
	holds reflect.Type     // what the map is read into, nil when that is not known
}

// locate finds the key that a token is, or is in the value of.
func locate(node ast.Node, t reflect.Type, wanted *token.Token) (h holder) {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch n := node.(type) {
	case *ast.AnchorNode:
		return locate(n.Value, t, wanted)
	case *ast.TagNode:
		return locate(n.Value, t, wanted)
	case *ast.SequenceNode:
		for _, v := range n.Values {
			if h := locate(v, element(t, ""), wanted); h.in != nil {
				return h
			}
		}
	case *ast.MappingNode:
		for i, v := range n.Values {
			if inner := locate(v.Value, element(t, v.Key.GetToken().Value), wanted); inner.in != nil {
				return inner
			}
			if v.Key.GetToken() == wanted || begins(v.Value, wanted) {
				return holder{in: n, at: i, holds: t}
			}
		}
	}
	return holder{}
}

// begins reports whether a token is the first of a value, or of an element of it.
func begins(node ast.Node, wanted *token.Token) bool {
	if node == nil || node.GetToken() == wanted {
		return node != nil
	}
	list, ok := node.(*ast.SequenceNode)
	return ok && slices.ContainsFunc(list.Values, func(v ast.Node) bool { return begins(v, wanted) })
}

// element is the type of what stands behind a key of a map, or in a list; nil when it is not
// known.
func element(t reflect.Type, key string) reflect.Type {
	switch {
	case t == nil:
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Map:
		return t.Elem()
	case t.Kind() == reflect.Struct:
		for _, f := range reflect.VisibleFields(t) {
			if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name == key {
				return f.Type
			}
		}
	}
	return nil
}

// unknownKey says what to write in place of a key that there is not: the key whose tag "meant"
// has the word, the nearest one of those that may stand there, or which those are.
func unknownKey(key string, in, whole reflect.Type) string {
	if in == nil || in.Kind() != reflect.Struct {
		return suggest(key, keys(whole))
	}
	var here []string
	for _, f := range reflect.VisibleFields(in) {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		if slices.Contains(strings.Split(f.Tag.Get("meant"), ","), key) {
			return didYouMean(name)
		}
		here = append(here, name)
	}
	slices.Sort(here)
	return suggest(key, here)
}
