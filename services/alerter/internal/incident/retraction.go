package incident

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"faultline/pkg/event"
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

// asserting is an assessment without what it says happened, if its title takes that
// back.
func asserting(a *event.Assessment) *event.Assessment {
	if noticeOf(a.Item.Title) != takesBack {
		return a
	}
	nothing := *a
	nothing.Relevant, nothing.Score, nothing.Severity, nothing.Casualties = false, 0, event.SeverityNone, event.Casualties{}
	return &nothing
}

// disown takes the word of a report from the others of its outlet, which takes back
// what it reported.
func disown(reports []event.Report, by *event.Report) {
	for i := range reports {
		reports[i].Denies = reports[i].Denies || reports[i].Source.Feed == by.Source.Feed
	}
}

// announced is what a report's title says that readers were not told yet. That a
// report is corrected means something only to those who have it.
func announced(old *event.Incident, r *event.Report) notice {
	n, known := noticeOf(r.Title), false
	for i := range old.Reports {
		o := &old.Reports[i]
		if known = known || o.Source.Feed == r.Source.Feed; o.Item == r.Item && noticeOf(o.Title) >= n {
			return noNotice
		}
	}
	if n == corrects && !known {
		return noNotice
	}
	return n
}
