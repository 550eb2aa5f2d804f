package story

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/russian"
)

// stemmer cuts folded words of a language to what their inflections share: by Snowball
// for English and Russian, else by keeping the first six letters, which does for
// languages that add endings.
type stemmer struct {
	lang  string
	env   snowballstem.Env
	known *stems // nil: none is
}

// stems are the hashes of the stems that were cut last, each where the hash of its word and language
// says: most words of news come again within some hundred texts.
type stems [2048]struct{ word, stem uint64 }

// hash is the hash of a word's stem.
func (s *stemmer) hash(text string) uint64 {
	if s.known == nil || s.lang != "en" && s.lang != "ru" {
		return hashString(s.stem(text))
	}
	word := mix(hashString(text) + uint64(s.lang[0]))
	known := &s.known[word%uint64(len(s.known))]
	if known.word != word {
		known.word, known.stem = word, hashString(s.stem(text))
	}
	return known.stem
}

func (s *stemmer) stem(text string) string {
	switch s.lang {
	case "en":
		s.env.SetCurrent(text)
		english.Stem(&s.env)
		return s.env.Current()
	case "ru":
		s.env.SetCurrent(text)
		russian.Stem(&s.env)
		return withoutOv(s.env.Current())
	}
	return Lead(text, 6)
}

// withoutOv is a Russian stem without the -ов or -ев that Snowball takes for a plural in Поляков
// and leaves in Полякова.
func withoutOv(stem string) string {
	for _, end := range [...]string{"ов", "ев"} {
		if rest, ok := strings.CutSuffix(stem, end); ok && utf8.RuneCountInString(rest) > leastName {
			return rest
		}
	}
	return stem
}

// language is the primary language of a BCP 47 tag, or a guess from the script
// of the text: Cyrillic means Russian, anything else English.
func language(tag, text string) string {
	if tag != "" {
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		return primary
	}
	cyrillic, letters := 0, 0
	for _, r := range Lead(text, 200) {
		if unicode.IsLetter(r) {
			letters++
			if unicode.Is(unicode.Cyrillic, r) {
				cyrillic++
			}
		}
	}
	if cyrillic*2 > letters {
		return "ru"
	}
	return "en"
}

// isStop reports whether a folded word carries no information about which
// story a text tells: function words, and the words every report has.
func isStop(text string) bool {
	switch text {
	case "the", "and", "for", "that", "this", "with", "from", "was", "were", "has", "have", "had", "are", "been", "being",
		"but", "not", "its", "his", "her", "their", "they", "them", "who", "which", "what", "when", "where", "will", "would",
		"could", "should", "may", "might", "can", "into", "out", "over", "after", "before", "about", "near", "than", "then",
		"there", "these", "those", "also", "more", "most", "some", "such", "only", "other", "one", "our", "you", "your",
		"she", "him", "all", "any", "both", "each", "few", "own", "same", "too", "very", "just", "now", "while", "during",
		"between", "against", "under", "again", "once", "here", "why", "how", "per", "via", "amid", "among", "since", "until",
		"say", "says", "said", "told", "tell", "tells", "according", "report", "reports", "reported", "reporting", "news",
		"agency", "added", "least", "people", "today", "yesterday", "as", "at", "by", "in", "is", "it", "of", "on", "or", "to",
		"an", "be", "do", "he", "if", "me", "my", "no", "so", "up", "us", "we", "a", "i":
		return true
	case "и", "в", "на", "с", "по", "из", "за", "от", "до", "о", "об", "к", "ко", "у", "не", "ни", "что", "как", "это", "его",
		"ее", "их", "он", "она", "оно", "они", "мы", "вы", "был", "была", "было", "были", "быть", "для", "при", "во", "со",
		"же", "ли", "бы", "но", "а", "или", "также", "который", "которая", "которые", "которых", "которого", "этот", "эта",
		"эти", "этого", "этом", "том", "тот", "та", "те", "того", "так", "там", "тут", "уже", "еще", "после", "перед", "между",
		"под", "над", "без", "через", "около", "более", "менее", "чем", "где", "когда", "пока", "сообщает", "сообщают",
		"сообщил", "сообщили", "сообщила", "сообщило", "заявил", "заявила", "заявили", "словам", "данным", "человек", "людей",
		"сегодня", "вчера", "агентство", "информации", "передает", "пишет", "отметил", "рассказал":
		return true
	}
	return false
}
