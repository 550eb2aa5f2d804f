// Package correction reads what an outlet says of its own reports in the item that it
// publishes next: that it takes one back, or corrects it.
package correction

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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

// Kind is what the head of a title says of what the outlet reported before.
type Kind int

const (
	// None is nothing.
	None Kind = iota
	// Corrects is that something in it was wrong.
	Corrects
	// TakesBack is that all of it was.
	TakesBack
)

// maxHead bounds what may stand before the word: "UPDATE 2-CORRECTED-Title".
const (
	maxHead      = 3 // parts of the title
	maxHeadWords = 2 // of a part
)

// Of reads the head of a title, as far as a colon, a dash or a bracket ends it,
// and what stands in brackets at its end.
func Of(title string) Kind {
	parts := headParts(title)
	for i, p := range parts {
		parts[i] = strings.ToLower(strings.TrimSpace(p))
	}
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	if len(parts) < 2 { // it is all head
		return None
	}
	if end := strings.TrimSpace(title); strings.HasSuffix(end, ")") || strings.HasSuffix(end, "]") {
		if n := meaning(parts[len(parts)-1]); n != None {
			return n
		}
	}
	for _, p := range parts[:min(maxHead, len(parts)-1)] {
		if n := meaning(p); n != None {
			return n
		}
		if len(strings.Fields(p)) > maxHeadWords {
			break
		}
	}
	return None
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

func meaning(part string) Kind {
	taken, corrected := markers()
	switch {
	case slices.Contains(taken, part):
		return TakesBack
	case slices.Contains(corrected, part):
		return Corrects
	}
	return None
}
