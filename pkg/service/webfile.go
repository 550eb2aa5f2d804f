package service

import (
	"errors"
	"maps"
	"os"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/crypto/bcrypt"

	"faultline/pkg/config"
)

// checkWebFile says what is wrong with a file that switches on TLS or passwords for the
// process's own address, before anything is served; "" names no file. The toolkit that reads
// it says neither which user it means nor which file.
func checkWebFile(path string) error {
	if path == "" {
		return nil
	}
	refused := func(err error) error {
		return config.Errors{{Path: path, Message: err.Error(), Remedy: "it switches on TLS or passwords for the web address; see https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md"}}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return refused(errors.Unwrap(err))
	}
	file := config.File{Path: path, Data: string(data)}
	var content struct {
		Users map[string]string `yaml:"basic_auth_users"`
	}
	var faults config.Errors
	if yaml.Unmarshal(data, &content) == nil { // what it cannot read the toolkit refuses
		for _, user := range slices.Sorted(maps.Keys(content.Users)) {
			if _, err := bcrypt.Cost([]byte(content.Users[user])); err != nil {
				faults = append(faults, file.Errorf("$.basic_auth_users."+user, "write what stands behind the colon of: htpasswd -nB "+user, "the password of user %q is no bcrypt hash", user))
			}
		}
	}
	if len(faults) > 0 {
		return faults.Err()
	}
	if err := web.Validate(path); err != nil {
		return refused(err)
	}
	return nil
}
