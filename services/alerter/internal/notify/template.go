package notify

import (
	"fmt"
	htmltemplate "html/template"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	texttemplate "text/template"

	"faultline/pkg/config"

	"github.com/prometheus/alertmanager/template"
)

// shipped are the templates that make an address enough for a receiver: they
// redefine Alertmanager's defaults for every channel.
const shipped = "templates/*.tmpl"

// loadTemplates reads Alertmanager's own templates, those of the templates
// directory, and what the patterns name besides, in this order: the last
// definition of a name counts.
func loadTemplates(dir *config.Dir, patterns []string, external *url.URL) (*template.Template, error) {
	t, err := template.FromGlobs(nil, functions)
	if err != nil {
		return nil, fmt.Errorf("loading Alertmanager's templates: %w", err)
	}
	t.ExternalURL = &url.URL{}
	if external != nil {
		t.ExternalURL = external
	}
	var names []string
	for _, pattern := range append([]string{shipped}, patterns...) {
		found, err := dir.Glob(pattern)
		if err != nil {
			return nil, fmt.Errorf("%s: templates: %q: %w", File, pattern, err)
		}
		for _, name := range found {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	for _, name := range names {
		file, err := dir.Read(name)
		if err != nil {
			return nil, fmt.Errorf("reading template: %w", err)
		}
		if err := t.Parse(strings.NewReader(file.Data)); err != nil {
			return nil, config.Errors{broken(file, err)}
		}
	}
	return t, nil
}

// broken is what the reader of templates says of a file, which it knows by no name.
func broken(file config.File, err error) *config.Error {
	fault := &config.Error{Path: file.Path, Message: err.Error(), Remedy: templateRemedy}
	at := regexp.MustCompile(`^(?:html/)?template: ?[^:]*:(\d+):(?:\d+:)? (.*)`).FindStringSubmatch(fault.Message)
	if at == nil {
		return fault
	}
	if line, err := strconv.Atoi(at[1]); err == nil {
		fault.Line, fault.Column, fault.Message = line, 1, at[2]
	}
	return fault
}

const templateRemedy = "close each {{ with }} and each block with {{ end }}, and use what https://prometheus.io/docs/alerting/latest/notifications/ lists, lines or link"

// Link is an address with its words, in a template.
type Link struct{ URL, Text string }

// functions adds what our annotations need to a template's functions.
func functions(text *texttemplate.Template, html *htmltemplate.Template) {
	all := map[string]any{"lines": lines, "link": parseLink}
	text.Funcs(all)
	html.Funcs(all)
}

// lines splits a list annotation into its entries.
func lines(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, "\n")
}

// parseLink splits an entry of the annotation "links", or a line of "details" that
// begins with an address. Any other line is text.
func parseLink(entry string) Link {
	address, text, _ := strings.Cut(entry, " ")
	switch {
	case !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://"):
		return Link{Text: entry}
	case text == "":
		text = address
	}
	return Link{URL: address, Text: text}
}
