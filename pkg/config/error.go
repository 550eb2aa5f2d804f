package config

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Error is one fault in a file.
type Error struct {
	Path         string // as the user knows the file
	Line, Column int    // from 1; 0 when the fault is not at one place
	Message      string
	Remedy       string // what to write instead, in words; may be empty

	unknown bool // it is a key that there is not: what else stands there can be read
}

// Error is "path:line:column: message; remedy".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Path)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": " + e.Message)
	if e.Remedy != "" {
		b.WriteString("; " + e.Remedy)
	}
	return b.String()
}

// Errors are the faults of one or more files, a line each.
type Errors []*Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Err is nil when there are no faults, and the faults in order of position
// otherwise.
func (e Errors) Err() error {
	if len(e) == 0 {
		return nil
	}
	slices.SortStableFunc(e, func(a, b *Error) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return e
}

// maxKeysSaid is how many keys a remedy lists.
const maxKeysSaid = 12

// suggest names the known key that is nearest to the unknown one, or all of
// them when none is near and they are few.
func suggest(unknown string, known []string) string {
	if s := DidYouMean(unknown, known); s != "" {
		return s
	}
	if len(known) > 0 && len(known) <= maxKeysSaid {
		return "the keys are " + strings.Join(known, ", ")
	}
	return "remove it"
}

// DidYouMean is a remedy that names the known word nearest to an unknown one,
// "" when none is near.
func DidYouMean(unknown string, known []string) string {
	best, distance := "", max(3, len(unknown)/2+1)
	for _, k := range known {
		if d := editDistance(unknown, k); d < distance {
			best, distance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return didYouMean(best)
}

func didYouMean(word string) string { return fmt.Sprintf("did you mean %q?", word) }

// keys collects the YAML keys of a type and of all it holds.
func keys(t reflect.Type) []string {
	var names []string
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(t reflect.Type) {
		for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map) {
			t = t.Elem()
		}
		if t == nil || t.Kind() != reflect.Struct || seen[t] {
			return
		}
		seen[t] = true
		for i := range t.NumField() {
			f := t.Field(i)
			if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "" && name != "-" {
				names = append(names, name)
			}
			visit(f.Type)
		}
	}
	visit(t)
	slices.Sort(names)
	return slices.Compact(names)
}

// editDistance is Levenshtein's, over bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substitution := diagonal
			if a[i] != b[j] {
				substitution++
			}
			diagonal = row[j+1]
			row[j+1] = min(row[j+1]+1, row[j]+1, substitution)
		}
	}
	return row[len(b)]
}
