package config_test

import (
	"testing"

	"faultline/pkg/config"
)

// A key that there is not hides nothing of what else is wrong with its file.
func TestEveryFaultOfAFileIsTold(t *testing.T) {
	type rule struct {
		ID    string              `yaml:"id" meant:"name,key"`
		Match map[string][]string `yaml:"match" meant:"phrases"`
		Score int                 `yaml:"score"`
	}
	var v struct {
		Base  rule             `yaml:"base"`
		Rules []rule           `yaml:"rules"`
		Named map[string]*rule `yaml:"named"`
	}
	text := "foo: 1\nbase: &b {id: b, phrases: {en: [x]}}\nrules:\n- {name: a, scor: 2}\n- id: c\n  match: [x]\n  score: [1]\n- {id: d, score: 4}\nnamed:\n  e: {score: 7, ids: 2}\n"
	err := file(text).Decode(&v)
	want := `conf/faultline.yaml:1:1: unknown field "foo"; the keys are base, named, rules
conf/faultline.yaml:2:18: unknown field "phrases"; did you mean "match"?
conf/faultline.yaml:4:4: unknown field "name"; did you mean "id"?
conf/faultline.yaml:4:13: unknown field "scor"; did you mean "score"?
conf/faultline.yaml:6:10: match: a list stands here; write a map of keys to values
conf/faultline.yaml:7:10: score: a list stands here; write a whole number
conf/faultline.yaml:10:17: unknown field "ids"; did you mean "id"?`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	var faults config.Errors
	if faults.Take(err) || len(faults) != 7 {
		t.Errorf("a file with wrong types is taken for read: %d faults", len(faults))
	}
}

// What stands beside a key that there is not is read, and a section says the same each time.
func TestBesideAnUnknownKey(t *testing.T) {
	var v struct {
		Part config.Section `yaml:"part"`
		Name string         `yaml:"name"`
	}
	var faults config.Errors
	if err := file("nmae: x\npart: {urll: a, url: b}\nname: n\n").Decode(&v); !faults.Take(err) || v.Name != "n" || len(faults) != 1 {
		t.Fatalf("read %q with %v", v.Name, err)
	}
	for range 2 {
		var part struct {
			URL string `yaml:"url"`
		}
		err := v.Part.Bind(file(""), "", nil).Decode(&part)
		if err == nil || err.Error() != `conf/faultline.yaml:2:8: unknown field "urll"; did you mean "url"?` || part.URL != "b" {
			t.Errorf("read %q with %v", part.URL, err)
		}
	}
	if nothing := (config.Errors{}); !nothing.Take(nil) || nothing.Err() != nil {
		t.Errorf("no fault became %v", nothing)
	}
}
