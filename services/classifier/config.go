package classifier

import (
	"context"
	"errors"
	"os"
	"strings"

	"faultline/pkg/config"
	"faultline/pkg/service"
	"faultline/services/classifier/internal/assess"
	"faultline/services/classifier/internal/region"
	"faultline/services/classifier/internal/rule"
)

// Config is the section "classifier" of faultline.yaml: how findings are
// weighed.
type Config = assess.Config

// Default is what holds where faultline.yaml is silent.
func Default() Config { return assess.Default() }

// readConfig decodes and checks the section.
func readConfig(section config.Section) (Config, error) {
	c := Default()
	var faults config.Errors
	if err := section.Decode(&c); !faults.Take(err) {
		return c, err
	}
	return c, append(faults, problems(section, c.Validate())...).Err()
}

// problems gives the faults of the weighing, "key: message; remedy" each, their
// place in the file.
func problems(section config.Section, err error) (faults config.Errors) {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	for _, one := range joined.Unwrap() {
		key, message, _ := strings.Cut(one.Error(), ": ")
		message, remedy, _ := strings.Cut(message, "; ")
		faults = append(faults, section.Errorf(key, remedy, "%s: %s", key, message))
	}
	return faults
}

// Documents are the files that the classifier reads, by kind, as the values
// that they are read into: what their JSON Schemas are made of.
func Documents() map[string]any {
	return map[string]any{"rules": rule.File{}, "language": rule.LanguageFile{}, "entities": rule.EntityFile{}, "tests": rule.TestFile{}, "regions": region.Content{}}
}

// CheckConfig reads what the classifier reads, runs the examples of the rules,
// and returns everything that is wrong. With faults in the settings or in the rules the examples are
// not run, which it says.
func CheckConfig(ctx context.Context, dir *config.Dir) error {
	settings, err := service.ReadSettings(dir, os.Environ())
	if err == nil {
		_, err = readConfig(settings.Classifier)
	}
	if err != nil { // what the examples come to depends on the settings; the rest of the rules does not
		_, more := Compile(dir, config.Section{})
		return errors.Join(err, more, errors.New("examples not run: the settings have faults, on which hangs what the examples come to"))
	}
	r, err := Compile(dir, settings.Classifier)
	if err != nil {
		return errors.Join(err, errors.New("examples not run: the rules have faults"))
	}
	return r.check(ctx)
}
