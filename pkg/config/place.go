package config

import (
	"sync"

	"github.com/goccy/go-yaml/ast"
)

// places are the positions of all values of a file by their YAML path. They are
// found when the first is asked for and kept, since whoever tells people about
// rules asks for thousands.
type places struct {
	once sync.Once
	at   map[string]Position
}

// of is nil for a file that is not of a Dir or cannot be read.
func (p *places) of(f File) map[string]Position {
	if p == nil {
		return nil
	}
	p.once.Do(func() {
		doc, err := f.parse()
		if err != nil || doc == nil {
			return
		}
		p.at = map[string]Position{}
		p.note("$", doc)
	})
	return p.at
}

func (p *places) note(path string, node ast.Node) {
	if at, ok := positionOf(node); ok {
		p.at[path] = at
	}
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			p.entry(path, v)
		}
	case *ast.MappingValueNode:
		p.entry(path, n)
	case *ast.SequenceNode:
		for i, v := range n.Values {
			p.note(Index(path, i), v)
		}
	}
}

func (p *places) entry(path string, n *ast.MappingValueNode) {
	if key := n.Key.GetToken(); key != nil {
		p.note(path+"."+key.Value, n.Value)
	}
}
