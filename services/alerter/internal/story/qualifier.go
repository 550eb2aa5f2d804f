package story

import "strings"

// qualifies reports whether the i-th word of a Russian text is an adjective of a district, an
// authority or a building, which is written with a capital as names of people are: "Кировский
// район", "Верховного суда", "на Ленинском проспекте".
func qualifies(lang string, ws []word, i int) bool {
	if lang != "ru" || i+1 >= len(ws) || ws[i+1].clause != ws[i].clause || ws[i+1].capital {
		return false
	}
	return endsAs(ws[i].text, russianAdjectives[:]) && beginsAs(ws[i+1].text, qualifiedNouns[:])
}

func endsAs(text string, endings []string) bool {
	for _, end := range endings {
		if strings.HasSuffix(text, end) {
			return true
		}
	}
	return false
}

func beginsAs(text string, stems []string) bool {
	for _, stem := range stems {
		if strings.HasPrefix(text, stem) {
			return true
		}
	}
	return false
}

// russianAdjectives is how adjectives end in Russian, and qualifiedNouns how the words begin
// that say of what one with a capital is.
var (
	russianAdjectives = [...]string{"ый", "ий", "ой", "ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ая", "яя", "ую", "юю", "ое", "ее", "ые", "ие", "ых", "их"}
	qualifiedNouns    = [...]string{
		"район", "област", "кра", "округ", "республик", "город", "сельсовет", "поселен", "губерни", "улиц", "проспект", "площад", "шоссе", "переул", "бульвар", "набережн", "мост", "вокзал", "аэропорт", "рынок",
		"рынк", "кладбищ", "больниц", "госпитал", "университет", "институт", "академи", "школ", "завод", "комбинат", "шахт", "электростанц", "водохранилищ", "суд", "прокуратур", "комитет", "министерств",
		"департамент", "управлен", "отдел", "епархи", "мечет", "собор", "храм", "театр", "музе", "дума", "думы", "думе", "думу", "совет", "собрани", "палат", "рад", "фонд", "таможн", "погранотряд", "гарнизон", "полк",
	}
)
