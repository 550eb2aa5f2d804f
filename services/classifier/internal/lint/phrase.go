package lint

import (
	"context"
	"fmt"

	"faultline/services/classifier/internal/reason"
	"faultline/services/classifier/internal/rule"
)

// phrases notes those that are twice, that never matched, and that match only
// where another of the same rule does.
func (l *linter) phrases(ctx context.Context) error {
	for _, language := range l.rules.Languages() {
		if err := ctx.Err(); err != nil {
			return err
		}
		seen, lists := map[string]rule.Owner{}, map[string]rule.Owner{}
		read := map[used]bool{}
		for _, o := range l.rules.Program(language).Owners {
			if o.Role == rule.RoleList {
				l.twice(lists, o, language)
				continue
			}
			id, category := l.owner(&o)
			if id == "" {
				continue
			}
			if first, ok := seen[category+"\x00"+o.Text]; ok && first.Position() != o.Position() {
				l.note(Note{Level: Warning, Kind: "duplicate", Rule: id, Language: language, Message: fmt.Sprintf("the phrase %q stands also in %s", reason.Shorten(o.Text), first.Position())}, o.Position)
			}
			seen[category+"\x00"+o.Text] = o
			if key := (used{id, o.Text, language}); !read[key] { // a phrase in two scripts is one
				read[key] = true
				l.phrase(&o, key, read)
			}
		}
	}
	return nil
}

// twice notes a word that stands twice in one list.
func (l *linter) twice(lists map[string]rule.Owner, o rule.Owner, language string) {
	list, _ := l.rules.Kind(&o)
	key := list + "\x00" + o.Text
	if first, ok := lists[key]; ok && !first.Same(o) {
		l.note(Note{Level: Warning, Kind: "duplicate", Rule: "@" + list, Language: language,
			Message: fmt.Sprintf("the word %q stands twice in the list", reason.Shorten(o.Text))}, o.Position)
	}
	lists[key] = o
}

// owner is the rule of a phrase that matches, and its category; "" for others.
func (l *linter) owner(o *rule.Owner) (id, category string) {
	switch o.Role {
	case rule.RoleMatch, rule.RoleLead:
		v := &l.rules.Indicators[o.Index]
		return v.ID, v.Category
	case rule.RoleCasualty:
		return l.rules.Casualties[o.Index].ID, "casualties"
	}
	return "", ""
}

// phrase notes what its matches say of one phrase; read holds it and those before it.
func (l *linter) phrase(o *rule.Owner, key used, read map[used]bool) {
	spans := l.usage.spans[key]
	n := Note{Level: Info, Rule: key.rule, Language: key.language}
	if len(spans) == 0 {
		n.Kind, n.Message = "dead", fmt.Sprintf("no example, test or item matched %q", reason.Shorten(o.Text))
		l.note(n, o.Position)
		return
	}
	if by := l.shadow(key, spans, read); by != "" {
		n.Kind, n.Message = "shadowed", fmt.Sprintf("%q matched %d times, each time within a match of %q", reason.Shorten(o.Text), len(spans), reason.Shorten(by))
		l.note(n, o.Position)
	}
}

// shadow returns a phrase of the same rule and language within whose matches
// all spans lie, "" if there is none. Of two phrases that match the same only the
// later is shadowed: one of them is needed.
func (l *linter) shadow(key used, spans []span, read map[used]bool) string {
	if len(spans) < shadowMatches {
		return ""
	}
	for _, other := range l.usage.phrases[used{rule: key.rule, language: key.language}] {
		it := used{key.rule, other, key.language}
		theirs := l.usage.spans[it]
		if other != key.phrase && covered(spans, theirs) && (read[it] || !covered(theirs, spans)) {
			return other
		}
	}
	return ""
}
