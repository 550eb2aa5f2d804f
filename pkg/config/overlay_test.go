package config_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"faultline/pkg/config"
)

func TestFault114EveryWrongVariableIsTold(t *testing.T) {
	var v settings
	err := config.Overlay(&v, "FAULTLINE_", []string{
		"FAULTLINE_ZEBRA_CROSSING_COLOUR=1", "FAULTLINE_COUNT=3.5", "FAULTLINE_COUNT=99999999999999999999", "FAULTLINE_POLL_MAX=3s",
		"FAULTLINE_ON=2", "FAULTLINE_FEEDS=a", "FAULTLINE_HIDDEN=1", "FAULTLINE_POLL=x", "FAULTLINE_WAIT", "FAULTLINE_=x",
	})
	if err == nil {
		t.Fatal("no error")
	}
	lines := strings.Split(err.Error(), "\n")
	for i, want := range []string{
		"environment variable FAULTLINE_ names no setting; ",
		`environment variable FAULTLINE_COUNT: "3.5" is no whole number`,
		`environment variable FAULTLINE_COUNT: "99999999999999999999" is no whole number`,
		"environment variable FAULTLINE_FEEDS names no setting; ",
		"environment variable FAULTLINE_HIDDEN names no setting; ",
		`environment variable FAULTLINE_ON: "2" is not true or false`,
		"environment variable FAULTLINE_POLL names no setting; ",
		`environment variable FAULTLINE_POLL_MAX names no setting; did you mean "FAULTLINE_POLL_MIN"?`,
		`environment variable FAULTLINE_WAIT: "" is no duration; write one such as 30s, 15m, 72h or 30d`,
		"environment variable FAULTLINE_ZEBRA_CROSSING_COLOUR names no setting; ",
	} {
		if i >= len(lines) || !strings.HasPrefix(lines[i], want) {
			t.Fatalf("line %d of\n%v\nshould begin with %s", i, err, want)
		}
	}
}

func TestOverlayValues(t *testing.T) {
	for pair, want := range map[string]settings{
		"F_NAME=a=b":         {Name: "a=b"},
		"F_NAME=":            {},
		"F_TAGS= a ,b,, c d": {Tags: []string{"a", "b", "", "c d"}},
		"F_TAGS=":            {Tags: []string{""}},
		"F_COUNT=-7":         {Name: "file", Count: -7},
		"F_ON=1":             {On: true},
		"F_SHARE=1e-3":       {Share: .001},
		"F_TOKEN= x ":        {Token: " x "},
		"f_name=lower":       {Name: "file"},
		"OTHER=1":            {Name: "file"},
	} {
		got := settings{Name: "file"}
		if want.Name == "" && !strings.HasPrefix(pair, "F_NAME") {
			want.Name = "file"
		}
		if err := config.Overlay(&got, "F_", []string{pair}); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v, want %+v", pair, got, err, want)
		}
	}
}

// What a variable said wrongly must not undo what the others said rightly, nor
// change the field itself.
func TestOverlayKeepsFieldsItCannotRead(t *testing.T) {
	v := settings{Count: 3, Share: .5, On: true}
	err := config.Overlay(&v, "F_", []string{"F_COUNT=x", "F_SHARE=x", "F_ON=x", "F_NAME=env"})
	if err == nil || v.Count != 3 || v.Share != .5 || !v.On || v.Name != "env" {
		t.Errorf("got %+v, %v", v, err)
	}
	var faults config.Errors
	if errors.As(err, &faults) {
		t.Error("a fault of the environment claims to be one of a file")
	}
}

func TestOverlaySkipsForeignSections(t *testing.T) {
	var v settings
	environ := []string{"F_SECTION_ANY=1", "F_OTHER_X=2", "F_NAME=a"}
	if err := config.Overlay(&v, "F_", environ, "SECTION_", "OTHER_"); err != nil || v.Name != "a" {
		t.Errorf("got %+v, %v", v, err)
	}
	if err := config.Overlay(&v, "F_", environ, "SECTION_"); err == nil || !strings.Contains(err.Error(), "F_OTHER_X") {
		t.Errorf("got %v", err)
	}
}

func TestSectionFaults(t *testing.T) {
	f := file("name: a\nsection:\n  mni: 10s\n  min: soon\n")
	var v settings
	if err := f.Decode(&v); err != nil {
		t.Fatal(err)
	}
	var p poll
	want := `conf/faultline.yaml:3:3: unknown field "mni"; did you mean "min"?`
	if err := v.Section.Bind(f, "", nil).Decode(&p); err == nil || !strings.Contains(err.Error(), "conf/faultline.yaml:4:8: ") && err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	section := v.Section.Bind(f, "P_", []string{"P_MIN=1s", "P_NONE=1"})
	if got := section.Errorf("max", "add it", "%d is missing", 7).Error(); got != "conf/faultline.yaml:3:3: 7 is missing; add it" {
		t.Errorf("a key that is not there: %s", got)
	}
	empty := config.Section{}.Bind(f, "P_", []string{"P_MIN=1s", "P_NONE=1"})
	if err := empty.Decode(&p); err == nil || !strings.Contains(err.Error(), "P_NONE") || p.Min.String() != "1s" {
		t.Errorf("only an environment: %v, %v", p.Min, err)
	}
}
