package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
)

// texts are those of a rule file that are written in one language.
type texts map[string][]string

// read collects the examples and tests of the rule and language files of a
// configuration, by language.
func read(folder string) (texts, error) {
	found := texts{}
	for _, pattern := range []string{"rules/*.yaml", "languages/*/*.yaml"} {
		names, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", pattern, err)
		}
		for _, name := range names {
			if err := found.file(name); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

func (t texts) file(name string) error {
	data, err := os.ReadFile(name) //nolint:gosec // a rule file of the repository
	if err != nil {
		return fmt.Errorf("reading rules: %w", err)
	}
	var file map[string]any
	if err := yaml.Unmarshal(data, &file); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	language, _ := file["language"].(string)
	t.walk(file, language)
	return nil
}

// walk looks for examples at any depth.
func (t texts) walk(node any, language string) {
	switch node := node.(type) {
	case []any:
		for _, part := range node {
			t.walk(part, language)
		}
	case map[string]any:
		for key, part := range node {
			switch key {
			case "examples":
				t.examples(part, language)
			case "tests":
				t.add(part, language)
			default:
				t.walk(part, language)
			}
		}
	}
}

// examples adds what fires and what is quiet; in rule files they stand under
// their language.
func (t texts) examples(node any, language string) {
	lists, _ := node.(map[string]any)
	for key, part := range lists {
		if key == "fires" || key == "quiet" {
			t.add(part, language)
		} else {
			t.examples(part, key)
		}
	}
}

// add adds the texts of a list of items.
func (t texts) add(items any, language string) {
	list, _ := items.([]any)
	for _, item := range list {
		switch item := item.(type) {
		case string:
			t[language] = append(t[language], item)
		case map[string]any:
			in := language
			if own, ok := item["lang"].(string); ok {
				in = own
			}
			for _, field := range []string{"title", "text"} {
				if text, ok := item[field].(string); ok {
					t[in] = append(t[in], text)
				}
			}
		}
	}
}
