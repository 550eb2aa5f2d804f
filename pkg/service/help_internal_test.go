package service

import (
	"regexp"
	"strings"
	"testing"
)

// The help of a program has examples, and what stands there can be typed.
func TestHelpHasExamples(t *testing.T) {
	for _, name := range []string{"fetcher", "classifier", "alerter"} {
		program := Program{Name: name, Help: "Does what it does."}
		var out strings.Builder
		app, _, _ := commandLine(program)
		app.UsageWriter(&out).Terminate(func(int) {})
		if _, err := app.Parse([]string{"--help"}); err != nil {
			t.Fatal(err)
		}
		examples := regexp.MustCompile(`(?m)^  (?:\S+=\S+ )?`+name+` (.*?)(?:  .*)?$`).FindAllStringSubmatch(out.String(), -1)
		if len(examples) != 3 || !strings.HasPrefix(out.String(), "usage: "+name) || !strings.Contains(out.String(), program.Help) {
			t.Errorf("%d examples in\n%s", len(examples), out.String())
		}
		for _, example := range examples {
			app, flags, check := commandLine(program)
			if _, err := app.Parse(strings.Fields(example[1])); err != nil || flags.Config != "conf" || *check != strings.Contains(example[1], "--check") {
				t.Errorf("%s %s: %v, %+v", name, example[1], err, flags)
			}
		}
	}
}
