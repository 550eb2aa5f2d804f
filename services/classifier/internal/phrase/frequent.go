package phrase

import "strings"

// newsy reports whether a word, or the beginning of one, is among those that
// half of all news are about: a bad anchor, as most sentences have one.
func newsy(w string) bool {
	switch w {
	case "police", "president", "minister", "government", "people", "state", "country", "official", "officials", "military", "army", "security", "force", "forces", "leader", "leaders",
		"party", "city", "region", "court", "group", "report", "reports", "week", "year", "years", "day", "days", "month", "men", "man", "capital", "parliament", "soldier", "soldiers", "troops",
		"war", "national", "former", "local", "foreign", "law", "member", "members", "house", "home", "power", "fire", "head", "world", "international", "public", "district", "town", "village",
		"area", "building", "border", "office", "general", "prime", "authority", "authorities", "opposition", "street", "political", "million", "against", "during", "before", "under", "between",
		"because", "while", "since", "where", "other", "first", "last", "made", "make", "take", "taken", "took", "called", "call", "told", "near", "around", "including", "down", "off", "back", "set", "held", "hold":
		return true
	}
	for _, begin := range [...]string{"президент", "министр", "правительств", "власт", "област", "город", "стран", "человек", "люд", "сил", "военн", "глав", "парламент", "суд", "полиц", "милици",
		"жител", "государств", "депутат", "район", "здани", "закон", "друг", "перв", "нов", "сообщ", "заяв", "время", "через", "около", "более", "перед", "наход", "российск", "войск", "солдат"} {
		if rest, ok := strings.CutPrefix(w, begin); ok && len(rest) <= 6 {
			return true
		}
	}
	return false
}
