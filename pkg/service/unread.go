package service

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"faultline/pkg/config"
)

// Unread are warnings of the YAML files that somebody wrote into the configuration
// and that no service reads: with another ending, or in another folder. The
// settings name one that may have any name.
func Unread(dir *config.Dir, settings Settings) (config.Errors, error) {
	files, err := dir.Written()
	if err != nil {
		return nil, err
	}
	var unread config.Errors
	for _, f := range files {
		ending := path.Ext(f.Name)
		if ending != ".yaml" && ending != ".yml" || isRead(f.Name) || f.Path == path.Clean(settings.Web.ConfigFile) {
			continue
		}
		unread = append(unread, &config.Error{Path: f.Path, Message: "this file is not read", Remedy: meant(f.Name) + until(yamlOf(f.Name), files)})
	}
	return unread, nil
}

// until is what holds until a file has the name that is meant, "" where another has it.
func until(name string, files []config.File) string {
	if !isRead(name) || slices.ContainsFunc(files, func(f config.File) bool { return f.Name == name }) {
		return ""
	}
	switch name {
	case "alerting.yaml":
		return "; until then nobody is told: the shipped alerting.yaml has no channel"
	case "feeds.yaml", "regions.yaml", File:
		return "; until then the shipped " + name + " holds"
	}
	return "; until then nothing of it holds"
}

func yamlOf(name string) string { return strings.TrimSuffix(name, path.Ext(name)) + ".yaml" }

// sayUnread warns of them, of each once for as long as it lies there.
func (p *Process) sayUnread() error {
	unread, err := Unread(p.Config, p.Settings)
	if err != nil {
		return err
	}
	said := map[string]bool{}
	for _, w := range unread {
		text := w.Error()
		if said[text] = true; !p.unread[text] {
			p.Logger.Warn(text)
		}
	}
	p.unread = said
	return nil
}

func roots() []string { return []string{File, "feeds.yaml", "regions.yaml", "alerting.yaml"} }

func folders() []string { return []string{"feeds", "rules", "entities", "languages"} }

func isRead(name string) bool {
	folder, _, found := strings.Cut(name, "/")
	if !found {
		return slices.Contains(roots(), name)
	}
	return strings.HasSuffix(name, ".yaml") && slices.Contains(folders(), folder)
}

// meant guesses what the file should be called.
func meant(name string) string {
	yaml := yamlOf(name)
	if isRead(yaml) {
		return "call it " + path.Base(yaml)
	}
	if folder, _, found := strings.Cut(yaml, "/"); found {
		return cmp.Or(config.DidYouMean(folder, folders()), "the folders are "+strings.Join(folders(), ", "))
	}
	word := strings.TrimSuffix(yaml, ".yaml")
	for _, f := range folders() {
		if word == f || word+"s" == f { // rule.yaml
			return "put it into " + f + "/"
		}
	}
	var words []string // the ending is alike in all
	for _, name := range roots() {
		words = append(words, strings.TrimSuffix(name, ".yaml"))
	}
	return cmp.Or(config.DidYouMean(word, words), "put it into one of "+strings.Join(folders(), ", "))
}
