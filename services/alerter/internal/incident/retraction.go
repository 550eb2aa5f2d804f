package incident

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// markers are the words that outlets put at the head of a title when they take a
// report back, or correct it. Lower case, й, ё and marks as written; any language, as
// an outlet's own may not be the article's.
func markers() (taken, corrected []string) {
	taken = []string{
		"retracted", "retraction", "withdrawn",
		"отозвано", "материал отозван", "новость отозвана", "опровержение", "аннулировано", "публикация снята", "материал снят",
		"geri çekildi", "tekzip", "retiré", "rétractation", "retirado", "retractación", "سحب", "سحب الخبر",
		"жокко чыгарылды", "кайтарылып алынды", "қайтарып алынды", "бекор қилинди", "bekor qilindi",
	}
	corrected = []string{
		"correction", "corrected", "correcting", "corrects", "clarification", "erratum",
		"исправлено", "исправление", "исправлена", "исправлен", "уточнение", "уточнено", "поправка", "исправленная версия",
		"düzeltme", "rectificatif", "rectification", "corrigé", "corrección", "corregido", "rectificación", "fe de erratas", "تصحيح", "تصويب",
		"оңдоо", "тактоо", "түзету", "нақтылау", "тузатиш", "tuzatish", "ислоҳ", "тасҳеҳ",
	}
	return taken, corrected
}

// notice is what the head of a title says of the report that is below it.
type notice int

const (
	noNotice notice = iota
	corrects
	takesBack
)

// maxHead bounds what may stand before the word: "UPDATE 2-CORRECTED-Title".
const (
	maxHead      = 3 // parts of the title
	maxHeadWords = 2 // of a part
)

// noticeOf reads the head of a title, as far as a colon, a dash or a bracket ends it,
// and what stands in brackets at its end.
func noticeOf(title string) notice {
	parts := headParts(title)
	for i, p := range parts {
		parts[i] = strings.ToLower(strings.TrimSpace(p))
	}
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	if len(parts) < 2 { // it is all head
		return noNotice
	}
	if end := strings.TrimSpace(title); strings.HasSuffix(end, ")") || strings.HasSuffix(end, "]") {
		if n := meaning(parts[len(parts)-1]); n != noNotice {
			return n
		}
	}
	for _, p := range parts[:min(maxHead, len(parts)-1)] {
		if n := meaning(p); n != noNotice {
			return n
		}
		if len(strings.Fields(p)) > maxHeadWords {
			break
		}
	}
	return noNotice
}

// headParts cuts a title at marks. A hyphen is one with space beside it or a capital
// after it: "UPDATE 2-CORRECTED-Title", but not "correction-house".
func headParts(title string) (parts []string) {
	for _, f := range strings.FieldsFunc(title, func(r rune) bool { return strings.ContainsRune(":|–—()[]<>*/!.،", r) }) {
		from := 0
		for at := range len(f) {
			after, _ := utf8.DecodeRuneInString(f[at+1:])
			if f[at] == '-' && (at > 0 && f[at-1] == ' ' || after == ' ' || unicode.IsUpper(after) || unicode.IsDigit(after)) {
				parts, from = append(parts, f[from:at]), at+1
			}
		}
		parts = append(parts, f[from:])
	}
	return parts
}

func meaning(part string) notice {
	taken, corrected := markers()
	switch {
	case slices.Contains(taken, part):
		return takesBack
	case slices.Contains(corrected, part):
		return corrects
	}
	return noNotice
}

// asserting is an assessment without what it says happened, if its item takes that
// back.
func asserting(a *event.Assessment) *event.Assessment {
	if !withdraws(&a.Item) {
		return a
	}
	nothing := *a
	nothing.Relevant, nothing.Score, nothing.Severity, nothing.Casualties = false, 0, event.SeverityNone, event.Casualties{}
	return &nothing
}

// withdraws reports whether an item takes back what its outlet reported: its title is
// headed so, or it says so in the first person.
func withdraws(item *event.Item) bool {
	return noticeOf(item.Title) == takesBack || inPerson(item.Title+"\n"+story.Lead(item.Text, story.LeadRunes))
}

// disown takes the word of a report from the others of its outlet, which takes back
// what it reported.
func disown(reports []event.Report, by *event.Report) {
	for i := range reports {
		if reports[i].Source.Feed == by.Source.Feed {
			reports[i].Denies, reports[i].Withdrawn = true, true
		}
	}
}

// tells reports whether a feed has told something of an incident, and not taken it
// back yet.
func tells(i *event.Incident, feed string) bool {
	return slices.ContainsFunc(i.Reports, func(r event.Report) bool { return r.Source.Feed == feed && !r.Denies })
}

// announced reports whether a report is headed as a correction of one that readers have, and
// which they were not told yet.
func announced(old *event.Incident, r *event.Report) bool {
	known := false
	for i := range old.Reports {
		o := &old.Reports[i]
		if known = known || o.Source.Feed == r.Source.Feed; o.Item == r.Item && noticeOf(o.Title) == corrects {
			return false
		}
	}
	return known && noticeOf(r.Title) == corrects
}
