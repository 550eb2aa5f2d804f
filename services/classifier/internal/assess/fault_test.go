package assess

import (
	"strings"
	"testing"

	"faultline/pkg/event"
)

// Spellings of one word are one word: scripts mixed, composed or not, with
// invisible characters, in any case.
func TestFault84Spellings(t *testing.T) {
	e := engine(t, `
indicators:
  - {id: storm, title: t, category: building-seizure, severity: low, points: 50, match: {any: ["чуй", "елка*", "istanbul", "isparta", "ozbekiston", "kuchasi*", "قطاع", "抗议", "кыргызстан*", "Jalal-Abad"]}}
`)
	for _, c := range []struct{ language, text, found string }{
		{"ru", "Чу\u0438\u0306 сегодня", "Чу\u0438\u0306"},
		{"ru", "Ёлка стоит", "Ёлка"}, {"ru", "Е\u0308лка стоит", "Е\u0308лка"}, {"ru", "елки стоят", ""},
		{"tr", "İstanbul'da polis", "İstanbul'da"[:0]},
		{"tr", "İstanbul polis", "İstanbul"}, {"tr", "I\u0307stanbul polis", "I\u0307stanbul"}, {"tr", "ISTANBUL polis", "ISTANBUL"},
		{"tr", "Isparta, ISPARTA", "Isparta"}, {"tr", "ısparta", "ısparta"},
		{"uz", "Oʻzbekiston bugun", "Oʻzbekiston"}, {"uz", "O'zbekiston bugun", "O'zbekiston"}, {"uz", "O‘zbekiston", "O‘zbekiston"}, {"uz", "Oʼzbekiston", "Oʼzbekiston"},
		{"ar", "قِطَاع", "قِطَاع"}, {"ar", "قـطـاع", "قـطـاع"},
		{"zh", "香港抗议活动", "抗议"}, {"zh", "抗日议会", ""},
		{"ru", "Кыргызcтан", "Кыргызcтан"}, // Latin c
		{"ru", "Кыргыз\u200bстана", "Кыргыз\u200bстана"}, {"ru", "Кыр\u00adгызстан", "Кыр\u00adгызстан"},
		{"en", "in Jalal\u2011Abad today", "Jalal\u2011Abad"}, {"en", "in Jalalabad today", "Jalalabad"}, {"en", "in Jalal Abad", "Jalal Abad"},
		{"en", "Ｉｓｔａｎｂｕｌ", "Ｉｓｔａｎｂｕｌ"},
	} {
		a := e.Assess(event.Item{Language: c.language, Text: c.text})
		got := ""
		for _, f := range a.Findings {
			if f.Indicator == "storm" {
				got = f.Evidence[0].Text
			}
		}
		if got != c.found {
			t.Errorf("%q (%s): found %q, want %q", c.text, a.Language, got, c.found)
		}
	}
}

// Denials, anniversaries, sport and films are not news of violence.
func TestFault85HardNegatives(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct{ title, text string }{
		{"Massacre in the second half: United win 4:0", "The striker scored twice as the coach praised his attack. The defenders were killed off by a late goal in the battle for the league title."},
		{"Box office battle: war film kills the competition", "The film about a coup, with an explosion in every scene, was the director's greatest hit. Actors clash on screen."},
		{"Anniversary of the 1990 clashes marked in Osh", "Residents laid flowers at the memorial to those killed in the ethnic clashes of 1990. No incidents were reported."},
		{"Governor denies he was kidnapped", "The governor denied reports that gunmen had kidnapped him. There was no kidnapping, he said."},
		{"No casualties, no clashes reported overnight", "The ministry said that no clashes were reported and nobody was killed."},
		{"Chess: grandmaster's attack crushes champion", "The champion resigned after a violent attack on the king in the tournament."},
		{"Earthquake kills 12 in the south", "An earthquake killed 12 people and injured 60. Rescue workers are searching for the missing."},
		{"Bus crash kills 7", "Seven people died when a bus overturned on a mountain road. The driver lost control, police said."},
		{"Матч закончился разгромом 4:0", "Нападающий забил дважды, тренер доволен атакой. В битве за титул чемпионата команда разгромила соперника."},
		{"В прокат вышел фильм о перевороте", "Фильм режиссера рассказывает о захвате заложников и перестрелке. Актеры сыграли боевиков."},
		{"Губернатор опроверг сообщения о своем похищении", "Губернатор опроверг слухи о похищении. Никто его не похищал."},
		{"Годовщина событий 1990 года", "В Оше почтили память погибших в столкновениях 1990 года. Годовщина трагедии прошла спокойно."},
		{"При землетрясении погибли 12 человек", "Землетрясение разрушило дома, 60 человек ранены. Спасатели ищут пропавших."},
	} {
		if a := e.Assess(event.Item{Title: c.title, Text: c.text}); a.Relevant {
			t.Errorf("%q is relevant: score %d, %v (%s)", c.title, a.Score, a.Categories, stances(a))
		}
	}
}

// An item with ten thousand hits, and titles and texts of a megabyte, end soon
// with the shipped rules: work is bounded. How soon is in the log; the aim is 50
// ms.
func TestFault87HostileItems(t *testing.T) {
	e := shipped(t)
	telling := "Clashes between protesters and police killed 12 people in Osh; the governor was kidnapped by gunmen, not in 1990. "
	for name, item := range map[string]event.Item{
		"hits":           {Text: strings.Repeat(telling, 10_000)},
		"hits, no stops": {Text: strings.Repeat(strings.Trim(telling, ". ")+" ", 10_000)},
		"title":          {Title: strings.Repeat(telling, 1<<20/len(telling))},
		"commas":         {Text: strings.Repeat("police, ", 100_000)},
		"numbers":        {Text: strings.Repeat("at least two hundred and five thousand ", 10_000)},
		"years":          {Text: strings.Repeat("in 1990 clashes killed 12 ", 50_000)},
		"questions":      {Text: strings.Repeat("clashes killed 12? ", 50_000)},
		"marks":          {Text: "x" + strings.Repeat("\u0306", 1<<18)},
		"word":           {Text: strings.Repeat("x", 1<<20)},
		"hyphens":        {Text: strings.Repeat("a-b-", 1<<18)},
		"quotes":         {Text: strings.Repeat("\"«“", 1<<18)},
		"new words":      {Text: distinct(30_000)},
		"bytes":          {Text: strings.Repeat("\xff\xd0 ", 1<<18)},
	} {
		checkBounded(t, e, name, item)
	}
}

// distinct is a text of n words that are all different.
func distinct(n int) string {
	var b strings.Builder
	for i := range n {
		for k := i + 1; k > 0; k /= 26 {
			b.WriteByte(byte('a' + k%26))
		}
		b.WriteString("ing ")
	}
	return b.String()
}
