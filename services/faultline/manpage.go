package faultline

import (
	"io"
	"strings"
	"text/template"

	"github.com/alecthomas/kingpin/v2"
)

// manPageFlag asks for the manual page. The parser knows it too, but fills the
// examples to paragraphs and writes past the output that it is given.
const manPageFlag = "--help-man"

// manPageTemplate is in the macros of man(7).
const manPageTemplate = `{{define "Flags"}}{{range .Flags}}{{if not .Hidden}}.TP
\fB{{if .Short}}\-{{.Short|Char}}, {{end}}\-\-{{.Name|Word}}{{if not .IsBoolFlag}}={{.FormatPlaceHolder|Word}}{{end}}\fR
{{.Help|Roff}}
{{end}}{{end}}{{end -}}
{{define "Synopsis"}}{{if .FlagSummary}} {{.FlagSummary|Word}}{{end}}{{range .Args}}{{if not .Hidden}} {{if not .Required}}[{{end}}{{if .PlaceHolder}}{{.PlaceHolder|Word}}{{else}}<{{.Name|Word}}>{{end}}{{if .Value|IsCumulative}}...{{end}}{{if not .Required}}]{{end}}{{end}}{{end}}{{end -}}
.TH {{.App.Name}} 1 "" "{{.App.Version|Word}}"
.SH NAME
{{.App.Name}} \- watch news feeds for signs that a region is becoming unstable
.SH SYNOPSIS
\fB{{.App.Name}}\fR{{template "Synopsis" .App}} <command> [<args> ...]
.SH DESCRIPTION
{{.App.Help|Roff}}
.SH OPTIONS
{{template "Flags" .App}}.SH COMMANDS
{{range .App.FlattenedCommands}}{{if not .Hidden}}.SS
\fB{{.FullCommand|Word}}{{template "Synopsis" .}}\fR
.PP
{{.Help|Roff}}
{{template "Flags" .}}{{end}}{{end}}`

// writeManPage writes the manual page of all commands, as man(1) reads it.
func writeManPage(app *kingpin.Application, w io.Writer) error {
	nothing, err := app.ParseContext(nil)
	if err != nil {
		return err
	}
	app.UsageWriter(w).UsageFuncs(template.FuncMap{"Roff": roff, "Word": roffWord})
	return app.UsageForContextWithTemplate(nothing, 2, manPageTemplate)
}

// roff sets the text of a help page: its indented lines are examples, which stand
// as they are written, to be copied.
func roff(help string) string {
	var out []string
	example := false
	for line := range strings.Lines(help) {
		line = strings.TrimRight(line, "\n")
		if indented := line != strings.TrimLeft(line, " \t"); indented != example {
			example = indented
			out = append(out, map[bool]string{true: ".PP\n.RS 4\n.nf", false: ".fi\n.RE\n.PP"}[example])
		}
		switch {
		case example:
			out = append(out, roffWord(strings.TrimLeft(line, " \t")))
		case line == "":
			out = append(out, ".PP")
		default:
			out = append(out, roffWord(line))
		}
	}
	if example {
		out = append(out, ".fi\n.RE")
	}
	return strings.Join(out, "\n")
}

// roffWord escapes what is markup to roff: a hyphen would become a dash that no
// shell takes, and a point at the beginning of a line a command.
func roffWord(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		return `\&` + text
	}
	return text
}
