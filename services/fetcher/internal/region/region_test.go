package region

import (
	"strings"
	"testing"
	"testing/fstest"

	"faultline/deploy"
	"faultline/pkg/config"
)

func dirOf(text string) *config.Dir {
	return config.NewDir(config.Layer{Name: "desk", FS: fstest.MapFS{File: {Data: []byte(text)}}})
}

func TestCovers(t *testing.T) {
	regions, err := Load(dirOf("regions:\n  - {id: valley, title: Valley, admin1: [KG.03, KG.08, UZ.01], places: [Vorukh]}\n  - {id: kyrgyzstan, title: Kyrgyzstan, countries: [KG]}\n"))
	if err != nil || len(regions) != 2 || strings.Join(regions[0].Countries, " ") != "KG UZ" || regions[1].Title != "Kyrgyzstan" {
		t.Fatalf("got %+v, %v", regions, err)
	}
	for _, c := range []struct {
		country, tags  string
		valley, nation bool
	}{
		{"KG", "", true, true}, {"UZ", "local", true, false}, {"RU", "", false, false}, {"", "", false, false},
		{"", "kyrgyzstan regional", false, true}, {"GB", "valley", true, false},
	} {
		tags := strings.Fields(c.tags)
		if got := regions[0].Covers(c.country, tags); got != c.valley {
			t.Errorf("%+v: valley %v", c, got)
		}
		if got := regions[1].Covers(c.country, tags); got != c.nation {
			t.Errorf("%+v: nation %v", c, got)
		}
	}
}

func TestLoad(t *testing.T) {
	if regions, err := Load(config.NewDir()); err != nil || regions != nil {
		t.Errorf("without the file: %v, %v", regions, err)
	}
	if regions, err := Load(config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config()})); err != nil || len(regions) < 10 {
		t.Errorf("the shipped file has %d regions, %v", len(regions), err)
	}
	for _, c := range []struct{ text, want string }{
		{"regions:\n  - {id: a, title: A, country: [KG]}\n", "desk/regions.yaml:2:"},
		{"regions: 7\n", "desk/regions.yaml:1:"},
	} {
		if _, err := Load(dirOf(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}
