package lang

import (
	"strings"
	"unicode/utf8"
)

// endings are the inflectional endings of a language in which they are glued
// on one after the other. Each line is the fewest letters that must remain and
// the endings. A capital letter stands for a sound that takes the shape of its
// neighbours: see sounds. Derivational endings, which make another word (armed
// of weapon), and negation are left out on purpose: what they say matters.
type endings struct {
	sounds   map[rune]string // the letters a capital stands for
	suffixes map[int]string  // by letters that must remain
	prefixes map[int]string
	// An ending that begins with one of the hard letters follows voiceless ones
	// only: парламент-и is not парламен-ти.
	hard, voiceless string
	final           map[rune]rune // the last letter of the stem in another shape
	whole           string        // words that end like an ending
}

// The sounds of the Turkic languages: A and I are vowels in harmony with the
// one before, L D N G M K consonants that follow the last one.
func kyrgyz() endings {
	return endings{
		sounds: map[rune]string{'A': "аеоө", 'I': "ыиуү", 'U': "уү", 'L': "лдт", 'D': "дт", 'N': "ндт", 'G': "гк"},
		suffixes: map[int]string{
			3: "LAр NIн NI GA нA DA DAн нAн ндA I сI Iн сIн Iм IбIз сIз DI DIк DIм GAн Iп UU DAгI IштI",
			4: "Iл Aт йт Aр сA DIгI GAндA GIлA дIр",
		},
		hard: "кт", voiceless: "кпстфхцчшщ",
		final: map[rune]rune{'г': 'к', 'б': 'п'},
		whole: "облус мугалим өкүл айыл кызыл",
	}
}

func kazakh() endings {
	return endings{
		sounds: map[rune]string{'A': "ае", 'I': "ыі", 'L': "лдт", 'D': "дт", 'N': "ндт", 'G': "гкғқ", 'M': "мбп"},
		suffixes: map[int]string{
			3: "LAр NIң NI GA нA DA DAн нAн ндA I сI Iн сIн Iм IмIз MAн DI DIк GAн Iп DAGI",
			4: "у Iл AйдI AдI йдI сA DIGI дIр MAк MAқ",
		},
		hard: "кқтп", voiceless: "гкқпстфхцчшщ",
		final: map[rune]rune{'г': 'к', 'ғ': 'қ', 'б': 'п'},
		whole: "облыс соғыс атыс жарылыс қақтығыс қылмыс ұрыс тартыс жиналыс ұсыныс шығыс кеңес қозғалыс мұғалім ауыл қызыл",
	}
}

// uzbek is for both scripts; Latin words come without apostrophes.
func uzbek() endings {
	return endings{
		sounds: map[rune]string{'G': "gkq", 'Г': "гкқ"},
		suffixes: map[int]string{
			3: "lar ning ni Ga da dan i si im ing imiz ingiz dagi di Gan ib gach лар нинг ни Га да дан и си им инг имиз ингиз даги ди Ган иб гач",
			4: "il ish moqda yapti yotgan ayotgan adi ydi sa dir sh ил иш моқда япти ётган аётган ади йди са дир ш",
		},
		final: map[rune]rune{'k': 'g', 'q': 'g', 'к': 'г', 'қ': 'ғ'},
	}
}

func turkish() endings {
	return endings{
		sounds: map[rune]string{'A': "ae", 'I': "iuü", 'D': "dt"}, // ı is folded to i
		suffixes: map[int]string{
			3: "lAr I sI yI nI Im ImIz In InIz nIn yA nA DA nDA DAn nDAn DI DIlAr mIş mIştir DAki ndAki",
			4: "A Il lA ylA yor Iyor AcAk AcAğ Ar Ir sA DIr DIğ DIk ken Ip An",
		},
		hard: "t", voiceless: "çfhkpsşt",
		final: map[rune]rune{'b': 'p', 'd': 't', 'c': 'ç', 'ğ': 'k', 'g': 'k'},
		whole: "polis meclis bakan insan vatan kurban kahraman başkan",
	}
}

func tajik() endings {
	return endings{
		suffixes: map[int]string{
			3: "ҳо ҳои ҳоро и ро е гон гони аш ашон анд ад",
			4: "он они онро ам ат аанд ааст аст ем ед а у",
		},
		prefixes: map[int]string{4: "ме"},
		whole:    "гаравгон афғон инсон ҷавон",
	}
}

// arabicEndings are those of light stemming (Larkey, Ballesteros and Connell
// 2002), and the conjunctions and prepositions that are written together. The
// letters are folded ones.
func arabicEndings() endings {
	return endings{
		suffixes: map[int]string{3: "ها ان ات ون ین وا ت ا هم هما نا تین تان", 4: "یه ه ی"},
		prefixes: map[int]string{3: "ال وال فال بال کال لل و ف ب ل ک"},
		whole:    "لبنان فنان", // Lebanon were of one stem with an artist
	}
}

// stripper cuts endings off words of one language.
type stripper struct {
	rules              endings
	suffixes, prefixes map[string]int // the letters that must remain
	longest            int            // in bytes
	kept               map[string]bool
}

func newStripper(e endings) *stripper {
	s := &stripper{suffixes: map[string]int{}, prefixes: map[string]int{}, rules: e, kept: map[string]bool{}}
	s.add(s.suffixes, e.suffixes, e.sounds)
	s.add(s.prefixes, e.prefixes, e.sounds)
	for _, w := range strings.Fields(e.whole) {
		s.kept[w] = true
	}
	return s
}

func (s *stripper) add(to map[string]int, lists map[int]string, sounds map[rune]string) {
	for remain, list := range lists {
		for _, pattern := range strings.Fields(list) {
			for _, form := range shapes(pattern, sounds) {
				to[form] = remain
				s.longest = max(s.longest, len(form))
			}
		}
	}
}

// shapes are all forms of an ending. Its sounds vary independently: forms that
// break harmony occur in no word and do no harm.
func shapes(pattern string, sounds map[rune]string) []string {
	forms := []string{""}
	for _, r := range pattern {
		letters, ok := sounds[r]
		if !ok {
			letters = string(r)
		}
		var longer []string
		for _, f := range forms {
			for _, l := range letters {
				longer = append(longer, f+string(l))
			}
		}
		forms = longer
	}
	return forms
}

// stem cuts the longest ending, again and again, while enough is left.
func (s *stripper) stem(word string) string {
	if len(word) > longestStemmed {
		return word
	}
	letters := utf8.RuneCountInString(word)
	for !s.kept[word] {
		shorter := s.cutPrefix(word, letters)
		if shorter == word {
			shorter = s.cutSuffix(word, letters)
		}
		if shorter == word {
			break
		}
		word, letters = shorter, utf8.RuneCountInString(shorter)
	}
	last, size := utf8.DecodeLastRuneInString(word)
	if r, ok := s.rules.final[last]; ok && letters >= 3 && !s.kept[word] {
		return word[:len(word)-size] + string(r)
	}
	return word
}

// cutSuffix cuts the longest ending, or the one that leaves a word that is kept
// whole.
func (s *stripper) cutSuffix(word string, letters int) string {
	shortest := word
	for n := 1; n <= s.longest && n < len(word); n++ {
		rest, suffix := word[:len(word)-n], word[len(word)-n:]
		if !utf8.RuneStart(suffix[0]) {
			continue
		}
		if remain, ok := s.suffixes[suffix]; !ok || letters-utf8.RuneCountInString(suffix) < remain || !s.fits(rest, suffix) {
			continue
		}
		if shortest = rest; s.kept[rest] {
			break
		}
	}
	return shortest
}

// fits reports whether an ending can follow the letter before it.
func (s *stripper) fits(rest, suffix string) bool {
	if s.rules.hard == "" {
		return true
	}
	first, _ := utf8.DecodeRuneInString(suffix)
	last, _ := utf8.DecodeLastRuneInString(rest)
	return !strings.ContainsRune(s.rules.hard, first) || strings.ContainsRune(s.rules.voiceless, last)
}

func (s *stripper) cutPrefix(word string, letters int) string {
	if len(s.prefixes) == 0 {
		return word
	}
	for n := min(s.longest, len(word)-1); n > 0; n-- {
		if !utf8.RuneStart(word[n]) {
			continue
		}
		if remain, ok := s.prefixes[word[:n]]; ok && letters-utf8.RuneCountInString(word[:n]) >= remain {
			return word[n:]
		}
	}
	return word
}
