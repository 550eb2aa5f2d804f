package config

import (
	"encoding"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// ReadText is the body of UnmarshalYAML for a type that is written as one text:
// it hands the text to the type's UnmarshalText and gives an error of it the
// position of the text, which the YAML reader alone does not. Numbers arrive as
// they are written, so that the password 007 keeps its zeros.
func ReadText(unmarshal func(any) error, into encoding.TextUnmarshaler) error {
	var text string
	if err := unmarshal(&text); err != nil {
		return err
	}
	var node ast.Node
	if err := unmarshal(&node); err != nil {
		return err
	}
	switch node.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		text = node.GetToken().Value
	}
	fault := into.UnmarshalText([]byte(text))
	if fault == nil || node == nil {
		return fault
	}
	return &yaml.SyntaxError{Message: fault.Error(), Token: node.GetToken()}
}
