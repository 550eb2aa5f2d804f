package faultline

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/pkg/service"
	"faultline/services/alerter"
	"faultline/services/classifier"
	"faultline/services/fetcher"
)

// The shipped faultline.yaml shows every default as a comment: taken out of the
// comments, it must give the very defaults of the code.
func TestShippedSettingsShowTheDefaults(t *testing.T) {
	file, err := config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config()}).Read(service.File)
	if err != nil {
		t.Fatal(err)
	}
	var live strings.Builder
	for line := range strings.Lines(file.Data) {
		live.WriteString(regexp.MustCompile(`^( +)# ( *[a-z_]+:.*)$`).ReplaceAllString(strings.TrimRight(line, "\n"), "$1$2") + "\n")
	}
	file.Data = live.String()
	settings := service.Settings{}
	if err := file.Decode(&settings); err != nil {
		t.Fatalf("%v in\n%s", err, live.String())
	}
	fetch, classify, alert := fetcher.Config{}, classifier.Config{}, alerter.Config{}
	for _, err := range []error{
		settings.Fetcher.Bind(file, "", nil).Decode(&fetch), settings.Classifier.Bind(file, "", nil).Decode(&classify), settings.Alerter.Bind(file, "", nil).Decode(&alert),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := service.Default()
	if settings.Web != want.Web || settings.Log != want.Log || settings.Reload != want.Reload || settings.NATS != want.NATS {
		t.Errorf("the file shows %+v\nthe code has  %+v", settings, want)
	}
	if fetch != fetcher.Default() {
		t.Errorf("fetcher: the file shows %+v\nthe code has  %+v", fetch, fetcher.Default())
	}
	if classify != classifier.Default() {
		t.Errorf("classifier: the file shows %+v\nthe code has  %+v", classify, classifier.Default())
	}
	if !reflect.DeepEqual(alert, alerter.DefaultConfig()) {
		t.Errorf("alerter: the file shows %+v\nthe code has  %+v", alert, alerter.DefaultConfig())
	}
}
