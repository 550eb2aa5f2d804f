package faultline

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/rivo/uniseg"
)

// table writes rows of cells below their names. Where that is wider than the terminal,
// the cells from the column split on stand below each row.
func (s IO) table(split int, names []string, rows [][]string) error {
	lines := columns(names, rows, len(names))
	wide := func(line string) bool { return uniseg.StringWidth(line) > s.Width }
	if s.Terminal && slices.ContainsFunc(lines, wide) {
		lines = columns(names, rows, split)
		const indent = "    "
		for i, row := range rows {
			lines[i+1] += "\n" + indent + s.indented(below(names[split:], row[split:]), indent)
		}
	}
	if _, err := io.WriteString(s.Out, strings.Join(lines, "\n")+"\n"); err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	return nil
}

// columns are the lines of a table with the first so many columns.
func columns(names []string, rows [][]string, first int) []string {
	var b bytes.Buffer
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{names}, rows...) {
		fmt.Fprintln(table, strings.Join(row[:first], "\t")) //nolint:errcheck // a buffer takes all
	}
	table.Flush() //nolint:errcheck // a buffer takes all
	return strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
}

// below are cells with their names; one that is alone needs none.
func below(names, cells []string) string {
	if len(cells) == 1 {
		return cells[0]
	}
	var said []string
	for i, cell := range cells {
		if cell != "-" && cell != "" {
			said = append(said, strings.ToLower(names[i])+" "+cell)
		}
	}
	return strings.Join(said, ", ")
}

// labelled breaks lines that begin with a label into those of a terminal, with what
// they say one below the other.
func (s IO) labelled(lines []string) string {
	const label = "           "
	out := make([]string, len(lines))
	for i, line := range lines {
		cut := min(len(label), len(line))
		out[i] = line[:cut] + s.indented(line[cut:], label)
	}
	return strings.Join(out, "\n")
}
