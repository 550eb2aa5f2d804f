package story

// isDate reports whether a number is a year, a day beside its month or part of
// a clock time: every report of a day has those.
func isDate(ws []word, i int) bool {
	n := ws[i]
	if n.number >= 1900 && n.number <= 2100 {
		return true
	}
	for _, j := range []int{i - 1, i + 1} {
		if j < 0 || j >= len(ws) {
			continue
		}
		beside := ws[j]
		if isMonth(beside.text) || beside.number >= 0 && (beside.start == n.end+1 || n.start == beside.end+1) {
			return true
		}
	}
	return false
}

// figures takes the numbers and the days of title and lead.
func (f *Profile) figures(head, body []word) {
	f.titleNumbers, f.titleDates = figures(head)
	f.titleYears = years(head)
	f.numbers, f.dates = figures(body)
	f.numbers, f.dates = append(f.numbers, f.titleNumbers...), append(f.dates, f.titleDates...)
}

// figures are the numbers of a text, without years and clock times, and the days
// it names.
func figures(ws []word) (numbers, days []uint64) {
	for i := 0; i < len(ws); i++ {
		switch day, ok := date(ws, i); {
		case ok:
			days = append(days, day)
		case ws[i].number >= 0 && !ws[i].model && !isDate(ws, i):
			n, last := amount(ws, i)
			if last+1 < len(ws) && ws[last+1].clause == ws[last].clause && isSpan(ws[last+1].text) {
				n |= lasting
			}
			numbers = append(numbers, n)
			i = last
		}
	}
	return numbers, days
}

// years are those that a text names. A round number may count people, and so may one of which
// the thousands are parted.
func years(ws []word) (out []uint64) {
	for _, w := range ws {
		if w.number >= 1900 && w.number <= 2100 && w.number%50 != 0 && w.end-w.start == 4 && !w.model {
			out = append(out, uint64(w.number))
		}
	}
	return out
}

// otherDays reports whether two titles name different days, or different years and no day in
// common.
func otherDays(a, b *Profile) bool {
	return disjoint(a.titleDates, b.titleDates) || disjoint(a.titleYears, b.titleYears) && common(a.titleDates, b.titleDates) == 0
}

// decimal is added to the hundredths of a number with a fraction: "6.1" is no count.
const decimal = 1 << 50

// lasting marks the number of a span of time: 37 days are not 37 people.
const lasting = 1 << 52

// isSpan reports whether a word is a measure of time ("37 days", "37-дневный"). Years are none:
// ages are told with and without them.
func isSpan(text string) bool {
	switch text {
	case "day", "days", "hour", "hours", "hrs", "minute", "minutes", "week", "weeks", "month", "months",
		"день", "дня", "дней", "дням", "днями", "сутки", "суток", "минута", "минуту", "минуты", "минут", "неделю", "недели", "недель", "месяц", "месяца", "месяцев",
		"күн", "күндө", "күнгө", "күндүк", "күнү", "күнде", "күнге", "күндік", "күні", "саат", "саатта", "саатка", "сааттык", "сағат", "сағатта", "сағатқа", "сағаттық", "мүнөт", "жума", "апта", "ай",
		"kun", "kunda", "kunga", "kunlik", "soat", "soatda", "soatlik", "daqiqa", "hafta", "oy", "рӯз", "рӯзи", "рӯза", "соат", "соати", "соата", "дақиқа", "ҳафта", "моҳ",
		"gün", "günde", "güne", "günlük", "saat", "saatte", "saate", "saatlik", "dakika", "ay", "jour", "jours", "heure", "heures", "semaine", "semaines", "mois",
		"día", "días", "hora", "horas", "minuto", "minutos", "semana", "semanas", "mes", "meses", "يوم", "يوما", "أيام", "ساعة", "ساعات", "دقيقة", "دقائق", "أسبوع", "أسابيع", "شهر", "أشهر":
		return true
	}
	return beginsAs(text, spanAdjectives[:])
}

// spanAdjectives is how the words begin that Russian puts behind a number and a hyphen.
var spanAdjectives = [...]string{"дневн", "суточн", "часово", "минутн", "недельн", "месячн"}

// amount is the number that starts at the i-th word, with the scales that follow
// ("18 thousand", "1 million 532 thousand"), to three digits, and the index of its last word.
func amount(ws []word, i int) (n uint64, last int) {
	for last = i; ; i = last + 1 {
		part, by := uint64(ws[i].number), uint64(1)
		last = i
		if i+1 < len(ws) && ws[i+1].clause == ws[i].clause {
			by = scale(ws[i+1].text)
		}
		n += part*by + uint64(ws[i].fraction)*by/100
		if by == 1 && ws[i].fraction > 0 {
			return decimal + part*100 + uint64(ws[i].fraction), last
		}
		if by == 1 {
			return rounded(n), last
		}
		last = i + 1
		if by == 1 || last+1 >= len(ws) || ws[last+1].number < 0 || uint64(ws[last+1].number) >= by {
			return rounded(n), last
		}
	}
}

// rounded leaves three digits: one outlet has 1,532, the other one and a half
// thousand.
func rounded(n uint64) uint64 {
	unit := uint64(1)
	for n/unit >= 1000 {
		unit *= 10
	}
	return (n + unit/2) / unit * unit
}

// scale is what a word multiplies the number before it with.
func scale(text string) uint64 {
	switch text {
	case "hundred":
		return 100
	case "thousand", "тыс", "тысяч", "тысячи", "тысяча":
		return 1000
	case "million", "млн", "миллион", "миллиона", "миллионов":
		return 1_000_000
	case "billion", "млрд", "миллиард", "миллиарда", "миллиардов":
		return 1_000_000_000
	}
	return 1
}

// date is the day and month that the i-th word is the day of; ok is false when
// it is none.
func date(ws []word, i int) (day uint64, ok bool) {
	if ws[i].number < 1 || ws[i].number > 31 {
		return 0, false
	}
	for _, j := range []int{i + 1, i - 1} {
		if j >= 0 && j < len(ws) {
			if m := month(ws[j].text); m > 0 {
				return uint64(m*32 + ws[i].number), true
			}
		}
	}
	return 0, false
}

func isMonth(text string) bool { return month(text) > 0 }

// month is the number of a month of English or Russian as it stands in dates; 0
// for other words.
func month(text string) int {
	switch text {
	case "january", "jan", "января":
		return 1
	case "february", "feb", "февраля":
		return 2
	case "march", "mar", "марта":
		return 3
	case "april", "apr", "апреля":
		return 4
	case "may", "мая":
		return 5
	case "june", "jun", "июня":
		return 6
	case "july", "jul", "июля":
		return 7
	case "august", "aug", "августа":
		return 8
	case "september", "sep", "sept", "сентября":
		return 9
	case "october", "oct", "октября":
		return 10
	case "november", "nov", "ноября":
		return 11
	case "december", "dec", "декабря":
		return 12
	}
	return 0
}
