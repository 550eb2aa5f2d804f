package config

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
)

const masked = "<secret>"

// Secret is a text that must not be seen: it prints as "<secret>" in logs,
// errors, YAML and JSON. Only Reveal tells it.
type Secret string

// Reveal returns the text itself, for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return masked
}

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return fmt.Sprintf("config.Secret(%q)", s.String()) }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements encoding.TextMarshaler for JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Secret) UnmarshalText(text []byte) error { *s = Secret(text); return nil }

// UnmarshalYAML is UnmarshalText with the position of a fault.
func (s *Secret) UnmarshalYAML(unmarshal func(any) error) error { return ReadText(unmarshal, s) }

// ReadSecret returns the secret that a key holds, or that the file named by
// the key's sibling *_file holds, without surrounding white space. Both set, or
// a file that others than its owner and group can read, is an error.
func ReadSecret(inline Secret, file string) (Secret, error) {
	switch {
	case file == "":
		return inline, nil
	case inline != "":
		return "", fmt.Errorf("the secret is given twice, inline and in %s; remove one of them", file)
	}
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading a secret: %w; create the file and let the user that runs Faultline read it", err)
	}
	if err != nil {
		return "", fmt.Errorf("reading a secret: %w", err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return "", fmt.Errorf("the secret file %s can be read by everybody (%s); run: chmod o= %s", file, info.Mode().Perm(), file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("reading a secret: %w", err)
	}
	return Secret(strings.TrimSpace(string(data))), nil
}
