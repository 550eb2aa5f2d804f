package faultline

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/services/fetcher"
)

// The shipped lists load together, and each feed says who it is and why it is
// believed.
func TestCatalogueIsComplete(t *testing.T) {
	dir := config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config(), Shipped: true})
	list, err := fetcher.ListFeeds(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]string{}
	for i := range list {
		f := &list[i]
		if f.ID == fetcher.DeriveID(f.URL) || f.Title == "" || f.Language == "" || f.Owner == "" || f.Reliability == "" {
			t.Errorf("%s: %+v lacks an id, title, language, owner or reliability", at(f), f.Feed)
		}
		if international := slices.Contains(f.Tags, "international"); international != (f.Country == "") {
			t.Errorf("%s: %s has the country %q and the tags %q: international is tagged what is of no one country, and nothing else", at(f), f.ID, f.Country, f.Tags)
		}
		if slices.Contains(f.Tags, "state") && !strings.HasPrefix(f.Owner, "state: ") {
			t.Errorf("%s: %s is tagged state, and its owner is %q", at(f), f.ID, f.Owner)
		}
		if files[f.File.Name] == nil {
			files[f.File.Name] = strings.Split(f.File.Data, "\n")
		}
		if _, reason, ok := strings.Cut(files[f.File.Name][f.Line-1], "} # "); !ok || len(reason) < 10 {
			t.Errorf("%s: %s has no reason for its reliability", at(f), f.ID)
		}
	}
	if len(list) < 150 || len(files) != 5 {
		t.Errorf("%d feeds in %d files", len(list), len(files))
	}
	shipped, err := fs.Glob(deploy.Config(), "feeds/*.yaml")
	if err != nil || len(shipped) != len(files) {
		t.Errorf("feeds.yaml chooses %d of the files %q: %v", len(files), shipped, err)
	}
}
