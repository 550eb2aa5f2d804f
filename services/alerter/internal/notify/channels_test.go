package notify_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/services/alerter/internal/notify"
)

// asWritten leaves paths alone.
func asWritten(path string) string { return path }

// TestChannelRefusals: each setting that cannot be is named with its place.
func TestChannelRefusals(t *testing.T) {
	open := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(open, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	matrix := func(homeserver, room string) notify.Channels {
		return notify.Channels{Matrix: []notify.MatrixConfig{{Homeserver: homeserver, Room: room, AccessToken: "hidden-token"}}}
	}
	for name, c := range map[string]struct {
		channels  notify.Channels
		key, want string
	}{
		"no homeserver":   {matrix("matrix.example", "!a:b.example"), "matrix[0].homeserver", "https://matrix.example.org"},
		"scheme":          {matrix("ftp://matrix.example", "!a:b.example"), "matrix[0].homeserver", "https://"},
		"with a query":    {matrix("https://matrix.example?x=1", "!a:b.example"), "matrix[0].homeserver", "https://"},
		"with a password": {matrix("https://u:p@matrix.example", "!a:b.example"), "matrix[0].homeserver", "https://"},
		"alias":           {matrix("https://matrix.example", "#desk:b.example"), "matrix[0].room", "an alias (#desk) may move"},
		"no token":        {notify.Channels{Matrix: []notify.MatrixConfig{{Homeserver: "https://m.example", Room: "!a:b"}}}, "matrix[0].access_token_file", "name a file"},
		"no such file":    {notify.Channels{Alertmanager: []notify.PeerConfig{{URL: "http://a.example", TokenFile: open + ".none"}}}, "alertmanager[0].token_file", "create the file"},
		"open file":       {notify.Channels{Ntfy: []notify.NtfyConfig{{URL: "https://n.example/a", TokenFile: open}}}, "ntfy[0].token_file", "chmod o="},
		"twice":           {notify.Channels{Ntfy: []notify.NtfyConfig{{URL: "https://n.example/a", Token: "x", TokenFile: open}}}, "ntfy[0].token_file", "given twice"},
		"no topic":        {notify.Channels{Ntfy: []notify.NtfyConfig{{URL: "https://n.example/a"}, {URL: "https://n.example/"}}}, "ntfy[1].url", "ntfy.example.org/desk"},
		"no address":      {notify.Channels{Alertmanager: []notify.PeerConfig{{}}}, "alertmanager[0].url", "127.0.0.1:9093"},
	} {
		problems := c.channels.Read(asWritten)
		if len(problems) != 1 || problems[0].Key != c.key || !strings.Contains(problems[0].Message+"; "+problems[0].Remedy, c.want) {
			t.Errorf("%s: %+v, want %s and %q", name, problems, c.key, c.want)
		}
		for _, p := range problems {
			if strings.Contains(p.Message, "hidden-token") || strings.Contains(p.Message, "u:p") {
				t.Errorf("%s: shows a secret: %+v", name, p)
			}
		}
	}
}

func TestChannelTokensFromFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(" from-a-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := notify.Channels{
		Matrix:       []notify.MatrixConfig{{Homeserver: "https://m.example", Room: "!a:b", AccessTokenFile: file}},
		Ntfy:         []notify.NtfyConfig{{URL: "https://n.example/base/a", TokenFile: file}},
		Alertmanager: []notify.PeerConfig{{URL: "http://a.example/prefix", TokenFile: file}},
	}
	if problems := c.Read(asWritten); len(problems) > 0 {
		t.Fatalf("%+v", problems)
	}
	for _, token := range []config.Secret{c.Matrix[0].AccessToken, c.Ntfy[0].Token, c.Alertmanager[0].Token} {
		if token.Reveal() != "from-a-file" {
			t.Errorf("token %q", token.Reveal())
		}
	}
}

// TestChannelTemplates: a mistake in their templates is told when they are read.
func TestChannelTemplates(t *testing.T) {
	for name, template := range map[string]string{"matrix": `{{ define "matrix.default.text" }}{{ .Nope }}{{ end }}`, "ntfy": `{{ define "ntfy.default.message" }}{{ template "gone" . }}{{ end }}`} {
		mine := config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config()}).Over(config.Layer{Name: "mine", FS: fstest.MapFS{
			"alerting.yaml":         {Data: []byte("templates: ['own/*.tmpl']\nroute: {receiver: all}\nreceivers: [{name: all}]\n")},
			"own/" + name + ".tmpl": {Data: []byte(template)},
		}})
		if _, err := notify.Load(mine, notify.Options{Channels: ours("http://127.0.0.1:1")}); err == nil || !strings.Contains(err.Error(), `receiver "all", `+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A relative name begins where it is resolved to, for each kind of channel.
func TestTokenFilesAreResolved(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte("from-a-file"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := notify.Channels{
		Matrix:       []notify.MatrixConfig{{Homeserver: "https://m.example", Room: "!a:b", AccessTokenFile: "token"}},
		Ntfy:         []notify.NtfyConfig{{URL: "https://n.example/a", TokenFile: "token"}},
		Alertmanager: []notify.PeerConfig{{URL: "https://a.example", TokenFile: "token"}},
	}
	problems := c.Read(func(path string) string { return filepath.Join(dir, path) })
	if len(problems) > 0 || c.Matrix[0].AccessToken.Reveal()+c.Ntfy[0].Token.Reveal()+c.Alertmanager[0].Token.Reveal() != "from-a-filefrom-a-filefrom-a-file" {
		t.Errorf("%+v", problems)
	}
}
