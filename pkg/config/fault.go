package config

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// fault turns what the YAML reader says into an Error in words of the file: keys
// and what to write, not types of the program. The fault is in what is read into a type, nil
// if that is not known, of all that is read into a value.
func (f File) fault(err error, into any, in reflect.Type) *Error {
	e := &Error{Path: f.Path, Message: err.Error()}
	var positioned yaml.Error
	if !errors.As(err, &positioned) {
		return e
	}
	e.Message = positioned.GetMessage()
	t := positioned.GetToken()
	if t != nil && t.Position != nil {
		e.Line, e.Column = t.Position.Line, t.Position.Column
	}
	var unknown *yaml.UnknownFieldError
	var syntax *yaml.SyntaxError
	var mismatch *yaml.TypeError
	var node *yaml.UnexpectedNodeTypeError
	var overflow *yaml.OverflowError
	switch {
	case errors.As(err, &unknown) && t != nil:
		e.unknown, e.Remedy = true, unknownKey(t.Value, in, reflect.TypeOf(into))
	case errors.As(err, &syntax):
		e.Remedy = syntaxRemedy(syntax.Message)
		if _, unread := parser.ParseBytes([]byte(f.Data), 0); unread != nil && e.Remedy == "" { // else a value's own reader refuses it
			e.Remedy = openQuote(f.Data, e.Line)
		}
	case errors.As(err, &mismatch) && mismatch.DstType != nil && mismatch.SrcType != nil:
		wanted := kindInWords(mismatch.DstType)
		e.Message = stands(t, kindInWords(mismatch.SrcType))
		e.Remedy = "write " + wanted
		if text := textWithColon(t); text != "" && wanted == aText {
			e.Remedy = fmt.Sprintf("quote a text that holds a colon: %q", text)
		}
	case errors.As(err, &node):
		e.Message, e.Remedy = stands(t, nodeInWords(node.Actual)), "write "+nodeInWords(node.Expected)
	case errors.As(err, &overflow):
		e.Message, e.Remedy = fmt.Sprintf("the number %s is too large", overflow.SrcNum), "write a smaller one"
	}
	return e
}

// stands says what is where something else should be, and behind which key.
func stands(t *token.Token, what string) string {
	said := what + " stands here"
	if t == nil || t.Prev == nil || t.Prev.Type != token.MappingValueType || t.Prev.Prev == nil {
		return said
	}
	return t.Prev.Prev.Value + ": " + said
}

// textWithColon is the text that was read as a key and its value, since it is
// not in quotes; "" when the token is not the colon between them.
func textWithColon(t *token.Token) string {
	if t == nil || t.Type != token.MappingValueType || t.Prev == nil || t.Next == nil || t.Next.Position == nil {
		return ""
	}
	if t.Next.Position.Line != t.Position.Line || t.Next.Position.Column == t.Position.Column+1 {
		return t.Prev.Value + ":" + t.Next.Value
	}
	return t.Prev.Value + ": " + t.Next.Value
}

// syntaxRemedy says what to write instead of what the YAML reader cannot read.
func syntaxRemedy(message string) string {
	switch {
	case strings.Contains(message, "already defined"):
		return "keep one of the two"
	case strings.Contains(message, "cannot start any token"):
		return "indent with spaces; YAML takes no tabs there"
	case strings.Contains(message, "is a reserved character"), strings.Contains(message, "could not find alias"), strings.Contains(message, "unexpected directive"):
		return `quote the text that begins with it: "@name ..."`
	}
	return ""
}

// openQuote says where, up to a line that cannot be read, a line has a quote that it does not
// close: the reader goes on to the next quote and complains there.
func openQuote(data string, line int) string {
	for i, text := range strings.Split(data, "\n") {
		if i >= line {
			break
		}
		text, _, _ = strings.Cut(strings.ReplaceAll(text, `\"`, ""), " #")
		if at := strings.LastIndexByte(text, '"'); strings.Count(text, `"`)%2 == 1 && !strings.HasPrefix(strings.TrimSpace(text), "#") {
			return fmt.Sprintf("look at %d:%d: the quote there has no partner in its line", i+1, at+1)
		}
	}
	return "look for a quote, bracket or indentation that is not closed in the lines above"
}

const aText = "a text"

func kindInWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a map of keys to values"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Uint32, reflect.Int32:
		return "a whole number"
	case reflect.Float64, reflect.Float32:
		return "a number"
	}
	return aText
}

func nodeInWords(n ast.NodeType) string {
	switch n {
	case ast.SequenceType:
		return "a list"
	case ast.MappingType, ast.MappingKeyType, ast.MappingValueType:
		return "a map of keys to values"
	case ast.BoolType:
		return "true or false"
	case ast.IntegerType:
		return "a whole number"
	case ast.FloatType, ast.InfinityType, ast.NanType:
		return "a number"
	case ast.NullType:
		return "nothing"
	}
	return aText
}
