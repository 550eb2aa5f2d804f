package notify

import (
	"cmp"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"

	am "github.com/prometheus/alertmanager/config"
	amcommoncfg "github.com/prometheus/alertmanager/config/common"
)

const (
	// leastSecret is the length from which a value is worth hiding: what is
	// shorter would take ordinary words with it.
	leastSecret = 4
	// maxSecretFile bounds what is read of a file that holds a secret.
	maxSecretFile = 16 << 10
)

// secrets are what of a channel's configuration must not be shown: passwords,
// tokens, and addresses that are a key. A server may say them back in its
// answer, so that to leave out addresses is not enough.
type secrets struct {
	values []string
	files  []string // that hold one; they may change, so they are read when needed
}

// secretsByKind are the secrets of a receiver's channels by kind and index.
type secretsByKind map[string][]*secrets

func secretsOf(rc am.Receiver) secretsByKind {
	out := secretsByKind{}
	each(rc, func(kind string, _ int, c reflect.Value) {
		s := &secrets{}
		s.collect(c)
		out[kind] = append(out[kind], s)
	})
	return out
}

func (k secretsByKind) of(kind string, index int) *secrets {
	if all := k[kind]; index < len(all) {
		return all[index]
	}
	return &secrets{}
}

func (s *secrets) collect(v reflect.Value) {
	if u, ok := v.Interface().(amcommoncfg.SecretURL); ok {
		s.addURL(u.URL)
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			s.collect(v.Elem())
		}
	case reflect.Struct:
		s.collectFields(v)
	case reflect.Slice:
		for i := range v.Len() {
			s.collect(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			s.collect(v.MapIndex(key))
		}
	case reflect.String:
		if strings.HasPrefix(v.Type().Name(), "Secret") {
			s.add(v.String())
		}
	}
}

func (s *secrets) collectFields(v reflect.Value) {
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		switch {
		case !field.IsExported():
		case field.Type.Kind() == reflect.String && strings.HasSuffix(field.Name, "File") && value.String() != "":
			s.files = append(s.files, value.String())
		default:
			s.collect(value)
		}
	}
}

// add takes a secret, and what of it shows when it is an address.
func (s *secrets) add(text string) {
	text = strings.TrimSpace(text)
	if len(text) < leastSecret {
		return
	}
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		s.addURL(u)
		return
	}
	s.values = append(s.values, text, url.QueryEscape(text), url.PathEscape(text))
}

// addURL takes an address: as a whole, and what a server sees of it.
func (s *secrets) addURL(u *url.URL) {
	if u == nil {
		return
	}
	s.values = append(s.values, u.String())
	for _, part := range []string{u.RequestURI(), u.EscapedPath(), u.Path, u.RawQuery} {
		if len(part) >= leastSecret {
			s.values = append(s.values, part)
		}
	}
	for _, part := range strings.Split(u.Path, "/") {
		if len(part) >= 2*leastSecret { // the key of a hook, not its "services"
			s.values = append(s.values, part)
		}
	}
	for _, values := range u.Query() {
		for _, value := range values {
			s.add(value)
		}
	}
	if password, ok := u.User.Password(); ok {
		s.add(password)
	}
}

// hide replaces every secret in a text.
func (s *secrets) hide(text string) string {
	all := secrets{values: slices.Clone(s.values)}
	for _, name := range s.files {
		// What cannot be read was not sent either.
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() && info.Size() <= maxSecretFile {
			if data, err := os.ReadFile(name); err == nil {
				all.add(string(data))
			}
		}
	}
	slices.SortFunc(all.values, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	for _, value := range all.values {
		text = strings.ReplaceAll(text, value, "<redacted>")
	}
	return text
}
