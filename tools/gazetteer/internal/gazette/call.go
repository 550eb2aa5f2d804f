package gazette

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"faultline/tools/gazetteer/internal/inflect"
	"faultline/tools/gazetteer/internal/source"
)

// callDemonyms takes English ones parted by commas, Russian ones by semicolons.
func (b *builder) callDemonyms(p int, english, russian string) {
	for _, d := range strings.Split(english, ",") {
		b.Call(p, d, Demonym)
	}
	for _, d := range strings.Split(russian, ";") {
		if d == "" {
			continue
		}
		for _, form := range inflect.Adjective(d) {
			b.Call(p, form, Demonym)
		}
	}
}

// callAll takes hand-written names, "!" marking those that count in capitals only.
func (b *builder) callAll(p int, names []string) {
	for _, name := range names {
		flags := Primary | b.nature(name)
		if caps, ok := strings.CutPrefix(name, "!"); ok {
			name, flags = strings.TrimSuffix(caps, "."), Caps
		}
		b.callJoined(p, strings.TrimPrefix(name, "the "), flags)
	}
}

func (b *builder) callRussian(p int, names []string, flags Flags) {
	for _, name := range names {
		if name == "" {
			continue
		}
		b.callJoined(p, name, flags|b.nature(name))
		for _, form := range inflect.Forms(name) {
			b.callJoined(p, form, flags&^Primary|Made|b.nature(form))
		}
		for _, form := range inflect.Adjectives(name) {
			b.Call(p, form, Adjective)
		}
	}
}

// callForeign takes a name from a catalogue. Russian ones are inflected.
func (b *builder) callForeign(p int, language, name string) {
	if language == "ru" && inflect.Russian(name) {
		b.callRussian(p, []string{name}, Primary)
		return
	}
	if language == "ar" && everydayArabic(name) || language == "tr" && everydayTurkish(name) {
		if !unmeant(name) {
			b.Call(p, name, Everyday)
		}
		return
	}
	if cyrillic(name) || b.nature(name) == 0 {
		b.callJoined(p, name, b.usual(p))
	}
	b.callBare(p, name)
	b.callSuffixed(p, caseForms(language, name))
}

// usual is Primary for what all languages have a name of their own for:
// countries, capitals, seats of regions and very big towns.
func (b *builder) usual(p int) Flags {
	place := &b.Places[p]
	if place.Kind == Country || place.Kind == Capital || place.Population >= metropolis || place.Kind == RegionSeat && place.Population >= everywhere {
		return Primary
	}
	return 0
}

// caseForms are the forms of a name in a language that writes cases or particles
// to the name. "uzc" is Uzbek in Cyrillic letters.
func caseForms(language, name string) []string {
	switch {
	case language == "ky" && cyrillic(name):
		return inflect.Kyrgyz(name)
	case language == "kk" && cyrillic(name):
		return inflect.Kazakh(name)
	case language == "uz" && latin(name):
		return inflect.Uzbek(name)
	case language == "uzc":
		return inflect.UzbekCyrillic(name)
	case language == "tg" && cyrillic(name):
		return inflect.Tajik(name)
	case language == "tr" && latin(name):
		return inflect.Turkish(name)
	case language == "ar":
		return inflect.Arabic(name)
	case language == "fr":
		return inflect.French(name)
	}
	return nil
}

// callSuffixed adds case forms.
func (b *builder) callSuffixed(p int, forms []string) {
	for _, form := range forms {
		if b.nature(form) == 0 && !everydayTurkish(form) {
			b.Call(p, form, Made)
		}
	}
}

// callJoined adds a name, and a hyphenated one also written together
// ("Jalalabad" for Jalal-Abad), which is no better than a guess.
func (b *builder) callJoined(p int, name string, flags Flags) {
	b.Call(p, name, flags)
	if strings.Count(name, "-") == 1 && !strings.Contains(name, " ") {
		b.Call(p, strings.Replace(name, "-", "", 1), flags&^Primary|Made)
	}
}

// nature says whether a name of one word is an English word or a given name.
func (b *builder) nature(name string) (f Flags) {
	lower := strings.ToLower(strings.TrimPrefix(name, "the "))
	if b.english[lower] {
		f |= Everyday
	}
	if b.given[lower] {
		f |= Given
	}
	return f
}

// callAlternate takes those of GeoNames' alternate names, which do not say their
// language, that are worth it: Cyrillic ones, and Latin ones of towns in the core
// countries and of big towns.
func (b *builder) callAlternate(p int, c source.City, name string) {
	first, _ := firstRune(name)
	arabic := arab(c.Country) && (b.Places[p].Kind <= RegionSeat || c.Population >= provincial)
	switch {
	case arabic && arabicLetters(name):
		if !everydayArabic(name) && !slices.Contains(c.Alternates, "ال"+name) {
			b.callForeign(p, "ar", name)
		}
		return
	case !unicode.IsUpper(first) || len([]rune(name)) < 4 && !cyrillic(name) || strings.ToUpper(name) == name, b.route(c, name):
		return
	case b.owned[key(name)] && !b.called(p, name):
		return // "Talas" is no longer Taraz
	case cyrillic(name):
		if russian := b.from.Catalogs["ru"][strconv.Itoa(int(c.ID))]; inflect.Russian(name) && (russian == "" || core(c.Country, c.Admin1) || c.Population >= renowned) {
			b.callRussian(p, []string{name}, 0)
		} else if core(c.Country, c.Admin1) {
			b.callJoined(p, name, 0)
		}
		switch c.Country {
		case "KG":
			b.callSuffixed(p, inflect.Kyrgyz(name))
		case "KZ":
			b.callSuffixed(p, inflect.Kazakh(name))
		}
	case !latin(name) || b.nature(name) != 0:
		return
	case arabic:
		b.callArabic(p, name)
	case c.Population >= renowned || core(c.Country, c.Admin1):
		b.callJoined(p, name, 0)
	}
}

// called reports whether a place has a name already.
func (b *builder) called(p int, name string) bool {
	return slices.ContainsFunc(b.Names[clean(name)], func(e Entry) bool { return e.Place == p })
}

// route reports whether a name is a town's own name and another in small letters:
// "Бишкек ош" is a road.
func (b *builder) route(c source.City, name string) bool {
	for _, language := range []string{"ru", "en"} {
		own := b.from.Catalogs[language][strconv.Itoa(int(c.ID))]
		if rest, ok := strings.CutPrefix(name, own); own != "" && ok && strings.ToLower(rest) == rest && strings.ContainsAny(rest[:min(1, len(rest))], " -") {
			return true
		}
	}
	return false
}
