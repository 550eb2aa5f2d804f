package rule

import (
	"reflect"
	"testing"

	"faultline/deploy"
	"faultline/pkg/config"
)

// decoded is what a file holds, and how many times memory was taken to read it.
func decoded[T any](t *testing.T, f config.File) (value T, allocations float64) {
	t.Helper()
	allocations = testing.AllocsPerRun(1, func() {
		value = *new(T)
		if err := f.Decode(&value); err != nil {
			t.Fatal(err)
		}
	})
	return value, allocations
}

// The shipped files are nearly all written so that they are read without the nodes of the
// YAML reader, as each start reads them; what they say is what that reader says.
func TestShippedFilesAreReadQuickly(t *testing.T) {
	dir := config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config()})
	rules := compare(t, dir, RuleFiles, decoded[File])
	entities := compare(t, dir, EntityFiles, decoded[EntityFile])
	languages := compare(t, dir, LanguageFiles, decoded[LanguageFile])
	if slow, all := rules.slow+entities.slow+languages.slow, rules.all+entities.all+languages.all; slow > all/20 {
		t.Errorf("of %d bytes %d are in files that are read slowly; see quick in pkg/config for how they are written", all, slow)
	}
}

// size is how many bytes files have, and how many of them those that are read slowly.
type size struct{ all, slow int }

// compare reads each file as it is, and as a document that only the YAML reader reads.
func compare[T any](t *testing.T, dir *config.Dir, pattern string, read func(*testing.T, config.File) (T, float64)) (sum size) {
	t.Helper()
	names, err := dir.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(names), err)
	}
	for _, name := range names {
		f, err := dir.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		got, few := read(t, f)
		slow := config.File{Name: f.Name, Path: f.Path, Data: "---\n" + f.Data}
		want, many := read(t, slow)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s says something else when it is read quickly", name)
		}
		if sum.all += len(f.Data); few > many/5 {
			sum.slow += len(f.Data)
		}
	}
	return sum
}
