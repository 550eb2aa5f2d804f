// Package inflect gives the case forms of Russian place names, so that "в Оше",
// "из Бишкека" and "Ошской области" are found by table look-up. It follows the
// declension of place names by their endings (Зализняк, Грамматический словарь
// русского языка; Розенталь, Справочник по правописанию, §149) and prefers a form
// too many to one too few: a form that nobody writes costs a table entry.
package inflect

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The oblique cases.
const (
	genitive = iota
	dative
	accusative
	instrumental
	prepositional
	cases
)

// paradigm is a word's forms by case; a case can have several.
type paradigm [cases][]string

// endings are a paradigm's endings by case, alternatives parted by "|".
type endings [cases]string

// Forms returns the oblique case forms of a name without the name itself, and
// nothing for a name that is not written in Russian letters or does not decline.
func Forms(name string) []string {
	words := strings.Fields(name)
	if len(words) == 0 || !Russian(name) {
		return nil
	}
	declined := decline(words)
	var out []string
	for c := range cases {
		for variant := range 3 {
			out = append(out, compose(words, declined, c, variant))
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(s string) bool { return s == name })
}

// compose writes the name in one case; a word with fewer variants than asked
// for uses its first.
func compose(words []string, declined map[int]paradigm, c, variant int) string {
	parts := slices.Clone(words)
	for i, p := range declined {
		forms := p[c]
		if len(forms) == 0 {
			continue
		}
		parts[i] = forms[0]
		if variant < len(forms) {
			parts[i] = forms[variant]
		}
	}
	return strings.Join(parts, " ")
}

// decline finds the words that change: adjectives and the noun that they lead
// to. What follows the noun is a genitive and stays ("Республика Саха", "сектор
// Газа").
func decline(words []string) map[int]paradigm {
	out := make(map[int]paradigm)
	for i, w := range words {
		p, adjective := word(w)
		out[i] = p
		if !adjective && (i+1 == len(words) || generic(w)) {
			return out
		}
		if !adjective && !generic(w) && i+1 < len(words) {
			if next, isAdjective := word(words[i+1]); isAdjective { // "Ленинск Кузнецкий"
				out[i+1] = next
				return out
			}
			delete(out, i) // "Алма Ата", "Шри Ланка": the last word alone changes
		}
	}
	return out
}

// generic reports whether a noun is followed by a name in the genitive or in a
// fixed form.
func generic(w string) bool {
	switch strings.ToLower(w) {
	case "республика", "сектор", "острова", "остров", "область", "край", "район", "долина", "берег", "анклав", "город", "штат", "провинция", "мухафаза",
		"гвинея", "авиабаза", "аэропорт", "водозабор", "полуостров", "озеро", "перевал", "ущелье", "село":
		return true
	}
	return false
}

// word declines one word, in which only the last part of a hyphenated one
// changes ("Джалал-Абаде"), or the first before -на- and -под- ("Ростове-на-Дону").
func word(w string) (p paradigm, adjective bool) {
	for _, infix := range []string{"-на-", "-под-", "-ла-", "-де-", "-эль-"} {
		if head, tail, ok := strings.Cut(w, infix); ok {
			p, _ = simple(head)
			return p.surround("", infix+tail), false
		}
	}
	i := strings.LastIndexByte(w, '-')
	p, adjective = simple(w[i+1:])
	if i > 0 && p.empty() && strings.HasSuffix(w[:i], "ея") { // "Гвинее-Бисау"
		p, _ = simple(w[:i])
		return p.surround("", w[i:]), false
	}
	head := w[:i+1]
	if i > 0 && adjective {
		if first, _ := simple(w[:i]); strings.HasSuffix(w[:i], "ск") { // "Ленинске-Кузнецком"
			return join(first, p), false
		}
	}
	return p.surround(head, ""), adjective
}

func join(a, b paradigm) (p paradigm) {
	for c := range cases {
		if len(a[c]) > 0 && len(b[c]) > 0 {
			p[c] = []string{a[c][0] + "-" + b[c][0]}
		}
	}
	return p
}

func (p paradigm) empty() bool {
	return !slices.ContainsFunc(p[:], func(forms []string) bool { return len(forms) > 0 })
}

func (p paradigm) surround(prefix, suffix string) paradigm {
	for c := range cases {
		for i := range p[c] {
			p[c][i] = prefix + p[c][i] + suffix
		}
	}
	return p
}

// simple declines a word without hyphens by its ending. The first rule that
// fits counts.
func simple(w string) (p paradigm, adjective bool) {
	for _, r := range rules() {
		stem, ok := strings.CutSuffix(w, r.suffix)
		if !ok || len(stem) < 2*r.least {
			continue
		}
		return build(stem+r.keep, r.endings), r.adjective
	}
	return paradigm{}, false
}

func build(stem string, e endings) (p paradigm) {
	for c := range cases {
		if e[c] == "" {
			continue
		}
		for _, ending := range strings.Split(e[c], "|") {
			p[c] = append(p[c], stem+strings.TrimPrefix(ending, "-"))
		}
	}
	return p
}

// rule declines the words with a suffix.
type rule struct {
	suffix    string
	keep      string // the part of the suffix that stays
	least     int    // letters before the suffix
	endings   endings
	adjective bool
}

// rules returns the declensions, longer suffixes first. An ending "-" is none.
func rules() []rule {
	hardAdjective := endings{"ого", "ому", "ый|ого", "ым", "ом"}
	softAdjective := endings{"ого|его", "ому|ему", "ий|ого", "им", "ом|ем"}
	masculine := endings{"а", "у", "а", "ом", "е"}
	hushing := endings{"а", "у", "а", "ом|ем", "е"}
	return []rule{
		{"ская", "ск", 2, endings{"ой", "ой", "ую", "ой", "ой"}, true},
		{"ный", "н", 1, hardAdjective, true},
		{"ый", "", 2, hardAdjective, true},
		{"ской", "ск", 1, endings{"ого", "ому", "ой", "им", "ом"}, true},
		{"кий", "к", 1, endings{"ого", "ому", "ий", "им", "ом"}, true},
		{"ний", "н", 1, softAdjective, true},
		{"ая", "", 2, endings{"ой", "ой", "ую", "ой", "ой"}, true},
		{"яя", "", 2, endings{"ей", "ей", "юю", "ей", "ей"}, true},
		{"ое", "", 3, endings{"ого", "ому", "ое", "ым|им", "ом"}, true},
		{"ее", "", 3, endings{"его", "ему", "ее", "им", "ем"}, true},
		{"ые", "", 2, endings{"ых", "ым", "ые", "ыми", "ых"}, true},
		{"ие", "", 2, endings{"их", "им", "ие", "ими", "их"}, true},
		{"ия", "и", 1, endings{"и", "и|е", "ю", "ей", "и|е"}, false},
		{"ий", "и", 2, endings{"я", "ю", "й", "ем", "и"}, false},
		{"й", "", 1, endings{"я", "ю", "й", "ем", "е"}, false},
		{"ья", "ь", 1, endings{"и", "е", "ю", "ей", "е"}, false},
		{"я", "", 1, endings{"и", "е", "ю", "ей", "е"}, false},
		{"га", "г", 1, endings{"и", "е", "у", "ой", "е"}, false},
		{"ка", "к", 1, endings{"и", "е", "у", "ой", "е"}, false},
		{"ха", "х", 1, endings{"и", "е", "у", "ой", "е"}, false},
		{"жа", "ж", 1, endings{"и", "е", "у", "ой|ей", "е"}, false},
		{"ша", "ш", 1, endings{"и", "е", "у", "ой|ей", "е"}, false},
		{"ча", "ч", 1, endings{"и", "е", "у", "ой|ей", "е"}, false},
		{"а", "", 1, endings{"ы", "е", "у", "ой", "е"}, false},
		{"во", "в", 1, endings{"а", "у", "о", "ом", "е"}, false},
		{"но", "н", 2, endings{"а", "у", "о", "ом", "е"}, false},
		{"ло", "л", 2, endings{"а", "у", "о", "ом", "е"}, false},
		{"ье", "ь", 1, endings{"я", "ю", "е", "ем", "е"}, false},
		{"ще", "щ", 1, endings{"а", "у", "е", "ем", "е"}, false},
		{"ы", "", 2, endings{"-|ов", "ам", "ы", "ами", "ах"}, false},
		{"ки", "к", 2, endings{"-|ов", "ам", "и", "ами", "ах"}, false},
		{"щи", "щ", 2, endings{"-", "ам", "и", "ами", "ах"}, false},
		{"овь", "ов", 1, endings{"и", "и", "ь", "ью", "и"}, false},
		{"ь", "", 2, endings{"и|я", "и|ю", "ь|я", "ью|ем", "и|е"}, false},
		{"ец", "", 2, endings{"ца|еца", "цу|ецу", "ца|ец", "цем|ецом", "це|еце"}, false},
		{"ж", "ж", 1, hushing, false}, {"ш", "ш", 1, hushing, false}, {"ч", "ч", 1, hushing, false},
		{"щ", "щ", 1, hushing, false}, {"ц", "ц", 1, hushing, false},
		{"ов", "ов", 1, endings{"а", "у", "", "ом|ым", "е"}, false},
		{"ин", "ин", 1, endings{"а", "у", "", "ом|ым", "е"}, false},
		{"б", "б", 1, masculine, false}, {"в", "в", 1, masculine, false}, {"г", "г", 1, masculine, false},
		{"д", "д", 1, masculine, false}, {"з", "з", 1, masculine, false}, {"к", "к", 1, masculine, false},
		{"л", "л", 1, masculine, false}, {"м", "м", 1, masculine, false}, {"н", "н", 1, masculine, false},
		{"п", "п", 1, masculine, false}, {"р", "р", 1, masculine, false}, {"с", "с", 1, masculine, false},
		{"т", "т", 1, masculine, false}, {"ф", "ф", 1, masculine, false}, {"х", "х", 1, masculine, false},
	}
}

// Adjectives returns the forms of the adjective in a region's name ("Ошской" of
// "Ошская область"), which stands alone where several regions are named at
// once.
func Adjectives(name string) []string {
	first, kind, ok := strings.Cut(name, " ")
	if !ok || kind != "область" && kind != "край" && kind != "район" {
		return nil
	}
	stem, ok := strings.CutSuffix(first, "ая")
	if !ok {
		if stem, ok = strings.CutSuffix(first, "ий"); !ok {
			return nil
		}
	}
	var out []string
	for _, e := range strings.Fields("ая ой ую ий ого ому им ом ие их ими") {
		out = append(out, stem+e)
	}
	return out
}

// District returns the forms of the adjective that a district has from its seat
// ("Фархорском" of "Фархор"), for a name in Russian that ends in a consonant.
func District(seat string) []string {
	last, _ := utf8.DecodeLastRuneInString(seat)
	if !Russian(seat) || strings.ContainsAny(seat, " ") || !strings.ContainsRune("бвгджзлмнрстф", last) {
		return nil
	}
	return Adjectives(seat + "ский район")
}

// Adjective returns all forms of a relational adjective ("киргизский"), or,
// for any other word, of a noun that names a people ("киргиз").
func Adjective(w string) []string {
	stem, ok := strings.CutSuffix(w, "ий")
	if !ok {
		return people(w)
	}
	out := []string{w}
	for _, e := range strings.Fields("ого ому им ом ая ой ую ое ие их ими") {
		out = append(out, stem+e)
	}
	return out
}

// people declines a noun for a member of a people in singular and plural.
func people(w string) []string {
	stem, foreign := strings.CutSuffix(w, "ец")
	out := []string{w}
	list := "а у ом е ы ов ам ами ах"
	if foreign {
		list = "ца цу цем це цы цев цам цами цах"
	} else if strings.HasSuffix(w, "ин") && len(w) > 12 { // "россиянин": plural without -ин
		short := strings.TrimSuffix(w, "ин")
		for _, e := range strings.Fields("е - ам ами ах") {
			out = append(out, short+strings.TrimPrefix(e, "-"))
		}
		list = "а у ом е"
	}
	for _, e := range strings.Fields(list) {
		out = append(out, stem+e)
	}
	return out
}

// Russian reports whether a name has only letters of the Russian alphabet,
// spaces, hyphens and apostrophes, and at least two letters.
func Russian(name string) bool {
	letters := 0
	for _, r := range name {
		switch {
		case 'а' <= r && r <= 'я', 'А' <= r && r <= 'Я', r == 'ё', r == 'Ё':
			letters++
		case r == ' ', r == '-', r == '\'', r == '’':
		default:
			return false
		}
	}
	return letters > 1
}
