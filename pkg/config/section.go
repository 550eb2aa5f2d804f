package config

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Section is a part of a file that another package decodes: the shell reads
// faultline.yaml, each service its own section of it.
type Section struct {
	node    ast.Node
	whole   *File // nil before Bind
	prefix  string
	environ []string
}

// UnmarshalYAML keeps the part for later.
func (s *Section) UnmarshalYAML(node ast.Node) error {
	s.node = node
	return nil
}

// Bind tells the section its file, for errors, and the environment variables
// that may overlay it: those that begin with the prefix ("FAULTLINE_FETCHER_").
func (s Section) Bind(file File, prefix string, environ []string) Section {
	s.whole, s.prefix, s.environ = &file, prefix, environ
	return s
}

// file is the file that the section is in, an empty one if it is not known.
func (s Section) file() File {
	if s.whole == nil {
		return File{}
	}
	return *s.whole
}

// Format prints where the section stands, and nothing of the file and the environment, which hold
// passwords.
func (s Section) Format(to fmt.State, _ rune) {
	fmt.Fprintf(to, "section %s of %s", strings.TrimPrefix(s.path(), "$."), s.file().Path) //nolint:errcheck // a fmt.State keeps it
}

func (s Section) path() string {
	if s.node == nil {
		return ""
	}
	return s.node.GetPath()
}

// Decode reads the section into v, which keeps its values where the section is
// silent, and then lays the environment over it.
func (s Section) Decode(v any) error {
	var faults Errors
	if s.node != nil {
		if err := s.file().decodeNode(s.node, v); !faults.Take(err) {
			return err
		}
	}
	if s.prefix != "" {
		if err := Overlay(v, s.prefix, s.environ); err != nil && len(faults) == 0 {
			return err
		}
	}
	return faults.Err()
}

// Position is where the section begins; zero when it is not in the file.
func (s Section) Position() Position {
	at, _ := positionOf(s.node)
	return at
}

// Resolve returns a path that the section names as one to open: a relative one begins
// in the directory of its file.
func (s Section) Resolve(path string) string { return s.file().Resolve(path) }

// Errorf is a semantic fault of the section; key is a YAML path below it, such
// as "poll.min".
func (s Section) Errorf(key, remedy, format string, args ...any) *Error {
	if s.path() == "" {
		return &Error{Path: s.file().Path, Message: key + ": " + fmt.Sprintf(format, args...), Remedy: remedy}
	}
	return s.file().Errorf(s.path()+"."+key, remedy, format, args...)
}
