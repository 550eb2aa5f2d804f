package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// The figures of the style guide.
const (
	maxFileLines     = 500
	maxFunctionLines = 80
	maxParameters    = 5
	p90FunctionLines = 40
	medianFunction   = 12
	maxDepth         = 7
)

// Report is what the bounds test found.
type Report struct {
	Faults    []string
	Functions []int // lines of each product function
	Product   int   // characters of code that ships
	Tests     int   // characters of test code
}

// Bounds reads every Go file below root.
func Bounds(root string) (Report, error) {
	var r Report
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata" || path == filepath.Join(root, "bin")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		return r.read(root, path)
	})
	return r, err
}

func (r *Report) read(root, path string) error {
	name, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return r.Add(name, source)
}

// Add judges one file by its name below the root.
func (r *Report) Add(name string, source []byte) error {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, source, parser.ParseComments)
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	lines := bytes.Count(source, []byte("\n"))
	f := &file{report: r, files: files, name: name, ast: parsed, test: strings.HasSuffix(name, "_test.go") || strings.HasSuffix(filepath.Dir(name), "test"),
		main: parsed.Name.Name == "main"}
	switch {
	case f.test:
		r.Tests += codeSize(source)
	case !strings.HasPrefix(name, "tools"+string(filepath.Separator)): // what ships
		r.Product += codeSize(source)
	}
	if lines > maxFileLines {
		f.fault(parsed.Package, "the file has %d lines, more than %d; split it by its types", lines, maxFileLines)
	}
	f.check()
	return nil
}

// codeSize is the number of characters of code, without indentation, comments
// and empty lines. Lines would not compare: a table of tests has a case on each
// line, where product code has a brace.
func codeSize(source []byte) (n int) {
	for line := range bytes.Lines(source) {
		if line = bytes.TrimSpace(line); !bytes.HasPrefix(line, []byte("//")) {
			n += utf8.RuneCount(line)
		}
	}
	return n
}

// file is the file under judgement.
type file struct {
	report     *Report
	files      *token.FileSet
	name       string
	ast        *ast.File
	test, main bool
}

func (f *file) fault(at token.Pos, format string, args ...any) {
	line := f.files.Position(at).Line
	f.report.Faults = append(f.report.Faults, fmt.Sprintf("%s:%d: ", f.name, line)+fmt.Sprintf(format, args...))
}

func (f *file) check() {
	for _, decl := range f.ast.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			f.function(d)
		case *ast.GenDecl:
			if d.Tok == token.VAR && !f.test {
				f.variables(d)
			}
		}
	}
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			if strings.Contains(c.Text, "TODO") || strings.Contains(c.Text, "FIXME") {
				f.fault(c.Pos(), "an unfinished mark; write a decision record or an issue instead")
			}
		}
	}
}

func (f *file) function(d *ast.FuncDecl) {
	lines := f.files.Position(d.End()).Line - f.files.Position(d.Pos()).Line + 1
	if !f.test {
		f.report.Functions = append(f.report.Functions, lines)
	}
	if lines > maxFunctionLines {
		f.fault(d.Pos(), "%s has %d lines, more than %d", d.Name.Name, lines, maxFunctionLines)
	}
	if n := d.Type.Params.NumFields(); n > maxParameters {
		f.fault(d.Pos(), "%s takes %d parameters, more than %d; pass a struct", d.Name.Name, n, maxParameters)
	}
	if d.Name.Name == "init" && d.Recv == nil {
		f.fault(d.Pos(), "init() hides when things happen; call it from New")
	}
	if d.Body != nil {
		f.body(d)
	}
}

// body looks for calls that the style guide forbids.
func (f *file) body(d *ast.FuncDecl) {
	bubble := map[ast.Node]bool{} // synctest bubbles, where sleeping is exact
	ast.Inspect(d.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name := called(call)
		if name == "synctest.Test" {
			bubble[call] = true
			return false
		}
		if why := f.forbidden(name, d.Name.Name); why != "" {
			f.fault(call.Pos(), "%s: %s", name, why)
		}
		return true
	})
}

// forbidden says why a function of this file may not make the call, or "".
func (f *file) forbidden(call, function string) string {
	switch call {
	case "panic":
		if !f.test && !strings.HasPrefix(function, "Must") {
			return "return an error; only a Must function of start-up panics"
		}
	case "time.Sleep":
		if f.test {
			return "wait for what happens, or use testing/synctest"
		}
	case "context.Background", "context.TODO":
		if !f.test && !f.main && function != "Main" {
			return "take the context from the caller"
		}
	case "os.Exit":
		if !f.main && !f.test {
			return "only main ends the process"
		}
	case "slog.Default", "slog.Info", "slog.Error", "slog.Warn", "slog.Debug", "prometheus.MustRegister", "prometheus.Register", "promauto.NewCounter":
		return "use the injected logger or registerer"
	case "t.Skip", "t.Skipf", "t.SkipNow", "b.Skip":
		return "a test that does not run proves nothing"
	}
	return ""
}

func called(call *ast.CallExpr) string {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		if x, ok := fun.X.(*ast.Ident); ok {
			return x.Name + "." + fun.Sel.Name
		}
	}
	return ""
}

// variables refuses package state that other code can change: exported
// variables other than sentinel errors, and any that the file itself assigns.
func (f *file) variables(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for _, name := range v.Names {
			if name.IsExported() && !strings.HasPrefix(name.Name, "Err") {
				f.fault(name.Pos(), "the exported variable %s can be changed by anybody; make it a function", name.Name)
			}
			if at := f.assigned(name); at.IsValid() {
				f.fault(at, "%s is package state that changes; move it into a value", name.Name)
			}
		}
	}
}

func (f *file) assigned(name *ast.Ident) (at token.Pos) {
	same := func(e ast.Expr) bool {
		if index, ok := e.(*ast.IndexExpr); ok {
			e = index.X
		}
		id, ok := e.(*ast.Ident)
		return ok && id.Obj != nil && id.Obj == name.Obj
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE && slices.ContainsFunc(n.Lhs, same) {
				at = n.Pos()
			}
		case *ast.IncDecStmt:
			if same(n.X) {
				at = n.Pos()
			}
		}
		return true
	})
	return at
}

// Spread returns the median and the 90th percentile of the function lengths.
func (r Report) Spread() (median, p90 int) {
	if len(r.Functions) == 0 {
		return 0, 0
	}
	sorted := slices.Sorted(slices.Values(r.Functions))
	return sorted[len(sorted)/2], sorted[len(sorted)*9/10]
}
