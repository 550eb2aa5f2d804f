package story

import (
	"strings"
	"unicode/utf8"
)

// maxDateline is how many bytes a dateline may have: "OSH, Kyrgyzstan, 14 May
// (Agency) - ".
const maxDateline = 90

// dateline returns the length of the dateline of a text, up to and with its
// dash; 0 when there is none. A dateline is short, without a full sentence, and
// names a place in capitals or an agency in brackets, or is split off by a dash.
func dateline(text string) int {
	head := text[:min(len(text), maxDateline)]
	for _, mark := range []string{" - ", " – ", " — ", " -- "} {
		at := strings.Index(head, mark)
		if at <= 0 {
			continue
		}
		ws := words(head[:at], 12)
		if len(ws) == 0 || len(ws) > 9 || strings.ContainsAny(head[:at], "!?") {
			continue
		}
		if ws[0].shout || strings.Contains(head[:at], "(") || outlet(head[:at]) != "" {
			return at + len(mark)
		}
	}
	return 0
}

func stripDateline(text string) string { return text[dateline(text):] }

// speakers are the words that name who says it: before "said" and behind
// "according to", within the clause. What media report of each other is left
// out: a copy names its agency.
func speakers(ws []word) []word {
	var out []word
	for i, w := range ws {
		switch speech(w.text) {
		case speaksBefore:
			out = append(out, around(ws, i, -1)...)
		case speaksAfter:
			out = append(out, around(ws, i, +1)...)
		case speaksBeside:
			out = append(append(out, around(ws, i, -1)...), around(ws, i, +1)...)
		}
	}
	return out
}

// titleSpeakers are the words of a title that name who says something in it: before a verb of
// speech, and in front of a colon.
func titleSpeakers(lang, title string, head []word, places map[string]bool) []word {
	var out []word
	add := func(ws []word) {
		for _, w := range ws {
			if w.number < 0 && utf8.RuneCountInString(w.text) >= 3 && !isStop(w.text) && !places[w.text] && !isLabel(w.text) && agency(w.text) == "" {
				out = append(out, w)
			}
		}
	}
	for i, w := range head {
		if saysInTitle(lang, w.text) {
			add(around(head, i, -1))
		}
		if before := i - 1; before >= 0 && before < maxHeading && head[before].clause == head[0].clause && strings.HasPrefix(title[head[before].end:], ":") {
			add(head[:i])
		}
	}
	return out
}

// maxHeading is how many words a speaker in front of a colon has at most.
const maxHeading = 3

// isLabel reports whether a word in front of a colon says what kind of item it is, or names media.
func isLabel(text string) bool {
	switch text {
	case "breaking", "update", "updated", "urgent", "live", "watch", "video", "photo", "photos", "exclusive", "opinion", "analysis", "explainer", "corrected", "correction", "podcast", "interview", "media",
		"срочно", "молния", "видео", "фото", "эксклюзив", "обновлено", "мнение", "онлайн", "интервью", "сми", "опрос":
		return true
	}
	return false
}

// saysInTitle reports whether a verb of a title has somebody say something, for which there are
// many words: "warns", "оценили".
func saysInTitle(lang, text string) bool {
	switch lang {
	case "en":
		switch text {
		case "say", "says", "said", "tells", "warn", "warns", "urge", "urges", "claims", "denies", "calls", "proposes", "vows", "insist", "insists", "accuse", "accuses", "blames", "praises", "slams", "condemns", "hails", "defends", "promises", "predicts",
			"admits", "believes":
			return true
		}
	case "ru":
		return text == "считает" || text == "считают" || beginsAs(text, russianSpeech[:])
	}
	return false
}

// russianSpeech is how the past of those verbs begins in Russian.
var russianSpeech = [...]string{
	"заявил", "сообщил", "рассказал", "объяснил", "отметил", "оценил", "прокомментировал", "опроверг", "предупредил", "призвал", "предложил", "посоветовал", "признал", "возмутил", "пообещал", "допустил",
	"поведал", "высказал", "ответил", "пояснил", "подтвердил", "раскритиковал", "поздравил", "назвал", "предсказал", "спрогнозировал", "напомнил", "обвинил", "осудил", "потребовал", "попросил",
}

type speechKind int

const (
	noSpeech speechKind = iota
	speaksBefore
	speaksAfter
	speaksBeside // Russian has either
)

func speech(text string) speechKind {
	switch text {
	case "said", "says", "told":
		return speaksBefore
	case "заявил", "заявила", "заявили", "сообщил", "сообщила", "сообщили", "рассказал", "рассказала", "рассказали", "отметил", "отметила",
		"подчеркнул", "подчеркнула", "добавил", "добавила", "пояснил", "пояснила", "уточнил", "уточнила":
		return speaksBeside
	case "according", "словам", "данным":
		return speaksAfter
	}
	return noSpeech
}

// maxSpeaker is how many words of a speaker are looked at.
const maxSpeaker = 5

// around are the content words next to the i-th one, in its clause.
func around(ws []word, i, step int) []word {
	var out []word
	for j := i + step; j >= 0 && j < len(ws) && len(out) < maxSpeaker; j += step {
		if ws[j].clause != ws[i].clause {
			break
		}
		if ws[j].number < 0 && utf8.RuneCountInString(ws[j].text) >= 3 && !isStop(ws[j].text) {
			out = append(out, ws[j])
		}
	}
	return out
}

// isName reports whether a word of running text is written as a name of people or bodies.
func isName(w word) bool {
	return w.capital && !w.sentence && !w.shout && w.number < 0 && utf8.RuneCountInString(w.text) >= 3 && !isStop(w.text) && !isDay(w.text)
}

// isDay reports whether a folded word is a day of the week, which English writes with a capital.
func isDay(text string) bool {
	switch text {
	case "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday":
		return true
	}
	return false
}

// mediaWords are the offsets of the words that name an outlet beside a verb of
// the press: "Interfax reported", "сообщает ТАСС".
func mediaWords(ws []word) map[int]bool {
	out := map[int]bool{}
	for i, w := range ws {
		before, after := pressVerb(w.text)
		if before && !after && i+1 < len(ws) && ws[i+1].clause == w.clause {
			continue // "Osh reported five dead" is no attribution, "..., Interfax reported." is
		}
		if before {
			markNames(ws, i, -1, out)
		}
		if after {
			markNames(ws, i, +1, out)
		}
	}
	return out
}

// markNames notes the capitalised words next to the i-th one, in its clause.
func markNames(ws []word, i, step int, out map[int]bool) {
	for j := i + step; j >= 0 && j < len(ws) && ws[j].clause == ws[i].clause; j += step {
		if !ws[j].capital && !isStop(ws[j].text) {
			return
		}
		out[ws[j].start] = true
	}
}

// pressVerb says on which side of a word an outlet is named.
func pressVerb(text string) (before, after bool) {
	switch text {
	case "reported", "reports":
		return true, false
	case "citing":
		return false, true
	case "сообщает", "сообщают", "передает", "передают", "пишет", "пишут", "ссылкой":
		return true, true
	}
	return false, false
}

// Attribution is the outlet or agency that a text says it has its news from, in
// folded words ("steppe wire"); "" when it names none. A known agency has one
// name in all languages ("tass").
func Attribution(title, text string) string {
	if n := dateline(text); n > 0 {
		if name := outlet(text[:n]); name != "" {
			return Name(name)
		}
	}
	lead, end := words(Lead(text, LeadRunes), maxLeadWords), words(tail(text), maxLeadWords)
	for _, name := range []string{slashCredit(text), creditLine(text), citedAgency(lead), citedAgency(end)} {
		if name != "" {
			return name
		}
	}
	if cut := stripOutlet(title); cut != title {
		return Name(title[len(cut):])
	}
	for _, part := range [][]word{lead, end} {
		if name := mediaName(part); name != "" {
			return Name(name)
		}
	}
	return ""
}

// tailBytes is how much of the end of a text is searched: attributions stand in
// the lead or at the end.
const tailBytes = 400

func tail(text string) string {
	if len(text) <= tailBytes {
		return ""
	}
	at := len(text) - tailBytes
	for at < len(text) && !utf8.RuneStart(text[at]) {
		at++
	}
	return text[at:]
}

// mediaName is the first outlet named in a text.
func mediaName(ws []word) string {
	media := mediaWords(ws)
	var name []word
	for _, w := range ws {
		switch {
		case media[w.start] && w.capital && !isStop(w.text):
			name = append(name, w)
		case len(name) > 0:
			return joined(name)
		}
	}
	return joined(name)
}

// outlet finds the agency in a dateline: the words in brackets, or a known name.
func outlet(head string) string {
	if _, rest, ok := strings.Cut(head, "("); ok {
		inner, _, _ := strings.Cut(rest, ")")
		return joined(words(inner, 5))
	}
	ws := words(head, 12)
	for i := range ws {
		ws[i].capital = true // as in "osh, interfax -"
		if a := agencyAt(ws, i); a != "" {
			return a
		}
	}
	return ""
}

func joined(ws []word) string {
	parts := make([]string, 0, len(ws))
	for _, w := range ws {
		if w.number < 0 {
			parts = append(parts, w.text)
		}
	}
	return strings.Join(parts, " ")
}
