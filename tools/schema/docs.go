package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
)

// docs are the comments of the repository's types, read when they are asked
// for.
type docs struct {
	root     string
	packages map[string]map[string]string // import path, then "Type" or "Type.Field"
	err      error                        // the first that came up
}

// of is the comment of a field, or of the type when there is no field.
func (d *docs) of(t reflect.Type, field string) string {
	below, ok := strings.CutPrefix(t.PkgPath(), "faultline/")
	if !ok || t.Name() == "" {
		return ""
	}
	comments, ok := d.packages[below]
	if !ok {
		var err error
		if comments, err = read(filepath.Join(d.root, below)); err != nil && d.err == nil {
			d.err = err
		}
		d.packages[below] = comments
	}
	if field == "" {
		return comments[t.Name()]
	}
	return comments[t.Name()+"."+field]
}

// read gathers the comments of the types of a folder.
func read(dir string) (map[string]string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("there are no Go files in %s", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("reading comments: %w", err)
	}
	comments, files := map[string]string{}, token.NewFileSet()
	for _, name := range names {
		file, err := parser.ParseFile(files, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("reading comments: %w", err)
		}
		for _, decl := range file.Decls {
			if decl, ok := decl.(*ast.GenDecl); ok && decl.Tok == token.TYPE {
				gather(comments, decl)
			}
		}
	}
	return comments, nil
}

func gather(comments map[string]string, decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		spec, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		comments[spec.Name.Name] = plain(decl.Doc)
		structure, ok := spec.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, field := range structure.Fields.List {
			text := plain(field.Doc)
			if text == "" {
				text = plain(field.Comment)
			}
			for _, name := range field.Names {
				comments[spec.Name.Name+"."+name.Name] = text
			}
		}
	}
}

// plain is a comment on one line.
func plain(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }
