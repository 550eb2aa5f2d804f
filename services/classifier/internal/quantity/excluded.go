package quantity

import (
	"strings"

	"faultline/services/classifier/internal/token"
)

// excluded reports whether the number counts something that is no people: it
// is a year, a day, an age, or stands before or after a word of measure.
func (r *reader) excluded(n Number) bool {
	tokens := r.field.Tokens
	first, last := &tokens[n.Start], &tokens[n.End-1]
	single := n.End-n.Start == 1
	if first.Has(token.Number | token.Hyphen) {
		return true // 2010-05-14, AK-47
	}
	if single && last.Has(token.Number) && 1900 <= last.Value && last.Value <= 2100 && len(last.Info.Text) == 4 && !r.peopleFollow(n.End) {
		return true
	}
	if n.Start > 0 && !first.Has(token.SentenceStart) {
		if before := tokens[n.Start-1].Info.Text; n.Min == 1 && pronoun(before) || monthName(before) && first.Has(token.Number) || labels(before) && !first.Has(token.Break) {
			return true
		}
	}
	return n.End < len(tokens) && r.measured(n)
}

// measured reports whether a word of measure follows: years, per cent, dollars,
// kilometres, a month.
func (r *reader) measured(n Number) bool {
	next := &r.field.Tokens[n.End]
	if next.Has(token.SentenceStart) || next.Has(token.Break) {
		return false
	}
	if next.Has(token.Hyphen) && r.field.Tokens[n.End-1].Has(token.Number) {
		return true // 12-year-old, 40-foot, 20-летний
	}
	w := next.Info.Text
	if next.Has(token.Capital) && n.End+1 < len(r.field.Tokens) && r.field.Tokens[n.End+1].Flags&(token.Break|token.SentenceStart) == 0 {
		if measure(r.field.Tokens[n.End+1].Info.Text) {
			return true // two Baghdad markets
		}
	}
	return monthName(w) || measure(w) || next.Has(token.Unit) && next.Has(token.Number)
}

// peopleFollow reports whether the next word says that a number like a year is
// a number of people after all.
func (r *reader) peopleFollow(i int) bool {
	if i >= len(r.field.Tokens) {
		return false
	}
	switch w := r.field.Tokens[i].Info.Text; w {
	case "people", "persons", "soldiers", "civilians", "protesters", "men", "women", "children", "residents", "refugees", "families":
		return true
	default:
		for _, stem := range [...]string{"человек", "чел", "люд", "жител", "солдат", "беженц", "граждан", "военн"} {
			if strings.HasPrefix(w, stem) {
				return true
			}
		}
	}
	return false
}

// pronoun reports whether "one" is no number behind the word: no one, ни один.
func pronoun(w string) bool {
	switch w {
	case "no", "any", "every", "each", "this", "that", "another", "ни", "не", "никто":
		return true
	}
	return false
}

// labels reports whether the word before makes the number a name or an age.
func labels(w string) bool {
	switch w {
	case "aged", "age", "no", "number", "article", "chapter", "section", "page", "flight", "route", "channel", "room", "version", "day", "week", "district", "resolution", "unit", "block",
		"статья", "статьи", "статье", "номер", "резолюция", "резолюции", "школа", "школы", "дом", "дома":
		return true
	}
	return false
}

func monthName(w string) bool {
	switch w {
	case "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
		"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
		"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря":
		return true
	}
	return false
}

func measure(w string) bool {
	switch w {
	case "percent", "per", "percentage", "pct", "year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours", "minute", "minutes", "second", "seconds",
		"dollar", "dollars", "euro", "euros", "som", "soms", "rubles", "roubles", "pounds", "usd", "cents", "km", "kilometres", "kilometers", "kilometre", "kilometer", "miles", "mile", "metres", "meters", "metre", "meter", "feet", "foot", "kg", "tons", "tonnes", "ton", "litres", "liters",
		"am", "pm", "gmt", "oclock", "times", "degrees", "points", "goals", "rounds", "vehicles", "cars", "buses", "houses", "homes", "buildings", "shops", "tanks", "rifles", "weapons", "grenades", "rockets", "missiles", "countries", "cities", "villages", "districts", "provinces", "parties", "seats", "towns", "markets", "attacks", "explosions", "blasts", "bombs", "bombings", "incidents", "checkpoints", "stations", "shells", "shots", "mosques", "churches", "schools", "offices":
		return true
	}
	return russianMeasure(w)
}

func russianMeasure(w string) bool {
	switch w {
	case "год", "года", "году", "лет", "гг", "г", "месяц", "месяца", "месяцев", "недели", "недель", "дней", "дня", "день", "часов", "часа", "час", "минут", "минуты", "секунд",
		"процент", "процента", "процентов", "проц", "рублей", "рубля", "руб", "сомов", "сома", "долларов", "доллара", "евро", "тенге", "км", "километров", "километра", "метров", "метра", "кг", "тонн", "тонны", "литров",
		"раз", "раза", "градусов", "домов", "дома", "зданий", "машин", "автомобилей", "танков", "автоматов", "единиц", "стран", "городов", "районов", "областей", "партий", "мест", "сел", "села", "деревни", "деревень", "взрыва", "взрывов", "нападения", "нападений", "рынка", "рынков", "города", "района", "мечети", "школы", "выстрелов", "снарядов":
		return true
	}
	return false
}
