package faultline

import (
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts call the command as its users do.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"faultline": func() { os.Exit(Main(os.Args[1:], Stdio())) },
	})
}

// TestScripts runs the scripts under testdata/script: each reads like a piece
// of the manual.
func TestScripts(t *testing.T) {
	site := outlet(t)
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: func(env *testscript.Env) error {
		env.Setenv("SITE", site)
		env.Setenv("HOST", strings.TrimPrefix(site, "http://"))
		return nil
	}})
}
