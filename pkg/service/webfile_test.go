package service

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"faultline/pkg/config"
)

// What is wrong with the file of the web address is said before anything is served, with the
// file and the user, and as a fault of the configuration.
func TestWebFileIsCheckedAtTheStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "web.yaml")
	good := "$2a$04$xbVZgqFWLpxYfkJ69HCN/eDnnafhzRYi5sm3IwxSjWnuHPD4Xccue"
	for text, want := range map[string]string{
		"basic_auth_users: {desk: " + good + "}\n":                     "",
		"basic_auth_users:\n  desk: " + good + "\n  chief: secret\n":   `:3:10: the password of user "chief" is no bcrypt hash; write what stands behind the colon of: htpasswd -nB chief`,
		"basic_auth_user: {}\n":                                        "field basic_auth_user not found",
		"tls_server_config: {cert_file: none.pem, key_file: no.key}\n": "none.pem",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for way, open := range map[string]func() (*Process, error){
			"flag": func() (*Process, error) {
				return Open("test", Flags{WebConfigFile: path}, os.DirFS(t.TempDir()), &bytes.Buffer{})
			},
			"file": func() (*Process, error) {
				dir := t.TempDir()
				if err := os.WriteFile(filepath.Join(dir, File), []byte("web: {config_file: "+path+"}\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				return Open("test", Flags{Config: dir}, os.DirFS(t.TempDir()), &bytes.Buffer{})
			},
		} {
			_, err := open()
			switch {
			case want == "" && err != nil:
				t.Errorf("%s: a good file is refused: %v", way, err)
			case want != "" && (err == nil || !strings.HasPrefix(err.Error(), path) || !strings.Contains(err.Error(), want)):
				t.Errorf("%s: got %v, want %s: %s", way, err, path, want)
			case want != "" && strings.Contains(err.Error(), "secret"):
				t.Errorf("%s: the error shows the password: %v", way, err)
			}
		}
	}
	if _, err := Open("test", Flags{WebConfigFile: path + ".none"}, os.DirFS(t.TempDir()), &bytes.Buffer{}); err == nil || !strings.HasPrefix(err.Error(), path+".none: no such file") {
		t.Errorf("a missing file: %v", err)
	}
}

// A service without a NATS server is a matter of its configuration, and serves nothing before
// it says so.
func TestWithoutServerIsWrongConfiguration(t *testing.T) {
	var log bytes.Buffer
	p := newProcess("alerter", Default(), config.NewDir(), slog.New(slog.NewTextHandler(&log, nil)))
	p.Settings.Web.Listen = "127.0.0.1:0"
	if code := p.runProgram(t.Context(), Program{Name: "alerter"}); code != exitUsage || strings.Contains(log.String(), "listening") {
		t.Errorf("exit %d: %s", code, log.String())
	}
}
