package gazette

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"faultline/tools/gazetteer/internal/inflect"
	"faultline/tools/gazetteer/internal/source"
)

// home reports whether the desk's feeds write about a country in detail. The
// classifier knows the same countries.
func home(country string) bool {
	switch country {
	case "KG", "KZ", "UZ", "TJ", "TM", "GE", "AM", "AZ", "AF":
		return true
	}
	return false
}

// troubled reports whether the press of Central Asia often writes of a country's towns,
// beside those at home.
func troubled(country string) bool {
	switch country {
	case "BF", "CD", "CF", "CM", "CN", "ET", "GN", "IL", "IQ", "IR", "LB", "LY", "ML", "MM", "MN", "NE", "NG", "PK", "PS", "RU", "SD", "SO", "SS", "SY", "TD", "TR", "UA", "YE":
		return true
	}
	return home(country)
}

// callAbroad gives the towns that Kyrgyz, Kazakh and Uzbek papers call by their Russian
// name the endings of these languages, which they write to it ("Хартумда", "Конакриге").
func (b *builder) callAbroad() {
	for _, name := range slices.Sorted(maps.Keys(b.Names)) {
		if strings.Contains(name, " ") || !inflect.Russian(name) || b.nature(name) != 0 {
			continue
		}
		for _, e := range slices.Clone(b.Names[name]) {
			if e.Flags&(Primary|Made|Adjective|Everyday) == Primary && b.abroad(e.Place) {
				for _, forms := range [][]string{inflect.Kyrgyz(name), inflect.Kazakh(name), inflect.UzbekCyrillic(name)} {
					b.callSuffixed(e.Place, forms)
				}
			}
		}
	}
}

// abroad reports whether a place is a capital or among the biggest towns of the world, or a
// big town of a country that is often written of.
func (b *builder) abroad(p int) bool {
	place := &b.Places[p]
	switch place.Kind {
	case Capital:
		return true
	case RegionSeat:
		return troubled(place.Country) && place.Population >= everywhere || place.Population >= metropolis
	case DistrictSeat, Town:
		return troubled(place.Country) && place.Population >= renowned || place.Population >= metropolis
	}
	return false
}

// arab reports whether a country's towns have Arabic names, which the press writes
// in Latin letters in many ways.
func arab(country string) bool {
	switch country {
	case "AE", "BH", "DJ", "DZ", "EG", "EH", "IQ", "JO", "KW", "LB", "LY", "MA", "MR", "OM", "PS", "QA", "SA", "SD", "SO", "SY", "TN", "YE":
		return true
	}
	return false
}

// arabicLetters reports whether a name is written in the letters of Arabic, without
// those that only Persian, Urdu or Kurdish have.
func arabicLetters(name string) bool {
	for _, r := range name {
		if r != ' ' && (!unicode.Is(unicode.Arabic, r) || strings.ContainsRune("پچژگکیۀہۃےەۆێۇڵڕ", r)) {
			return false
		}
	}
	return name != ""
}

// unmeant reports whether a name is hardly ever the place in Arabic: Mali is
// "financial", Benin "boys", Medina without its article "city", Medan "square", Van
// "if" and "that", Cannes "was", Corona the virus, Aqaba without its article "obstacle".
func unmeant(name string) bool {
	switch fold(clean(name)) {
	case fold("مالي"), fold("بنين"), fold("مدينة"), fold("ميدان"), fold("وان"), fold("كان"), fold("كورونا"), fold("عقبة"), fold("داخلة"), fold("كانت"):
		return true
	}
	return false
}

// everydayArabic reports whether a name is a word of everyday Arabic, which has no
// capitals to tell them apart: "the door", "camp", "Thursday", "authorities".
func everydayArabic(name string) bool {
	if unmeant(name) {
		return true
	}
	name = fold(clean(name))
	return slices.ContainsFunc(strings.Fields(`
		معسكر الخميس الوادي البيض جامعة العين دخيل سعيدة النعامة الطور العبور الحي الهندية العمارة الزبير المفرق امان حولي
		الصور الغازية البيضاء الجميل الجديد الجديدة الخمس الزاوية هون سلطات بركان النعمة الخبر المدينة الثورة الطبقة السفيرة الميادين
		التل الباب مساكن جمال حجة إب عمران الحزم ربك كسل سيان بشار المنشاة المذنب تلا رشيد رياض خالص الداخلة الخارجة العيون
		قبلي الكاف الحمامات الرس المنزلة معان الجزيره المرج الشامية الريان الشفا ديانا دوما السلمية تدمر أطار خصب بوشر إبراء موصول سيول صور بورصة الصف القصر`),
		func(word string) bool { return fold(word) == name })
}

// everydayTurkish reports whether a name, or a form of one, is a word of everyday
// Turkish: "army", "church".
func everydayTurkish(name string) bool {
	switch name {
	case "Ordu", "Kilise":
		return true
	}
	return false
}

// addOnce adds a town, unless GeoNames has it twice: another of its name, but for the
// article and the last letter, in the region and less than five kilometres away.
func (b *builder) addOnce(town Place) int {
	name := strings.TrimSuffix(key(withoutArticle(town.Name)), "h")
	at := town.Country + "." + town.Admin1 + "." + name
	for _, p := range b.towns[at] {
		have := &b.Places[p]
		north, east := (have.Lat-town.Lat)*111, (have.Lon-town.Lon)*111*math.Cos(town.Lat*math.Pi/180)
		if math.Hypot(north, east) < 5 && have.Kind != Section && town.Kind != Section {
			have.Kind = min(have.Kind, town.Kind)
			return p
		}
	}
	p := b.Add(town)
	b.towns[at] = append(b.towns[at], p)
	return p
}

// callArabic takes a spelling of an Arabic name in Latin letters, also without
// its article: the press writes Hasakah, al-Hasakah and El Hasakah.
func (b *builder) callArabic(p int, name string) {
	b.callJoined(p, name, Made)
	if b.nature(name) != 0 {
		return
	}
	if short := withoutArticle(name); short != name && b.nature(short) == 0 {
		b.callJoined(p, short, Made)
	}
}

// withoutArticle leaves out the article of an Arabic name in Latin letters, whose
// consonant follows that of the word, if five letters remain at least.
func withoutArticle(name string) string {
	article, rest, ok := strings.Cut(strings.Replace(name, "-", " ", 1), " ")
	if !ok || len([]rune(rest)) < 5 || strings.Contains(rest, " ") {
		return name
	}
	switch strings.ToLower(plain(article)) {
	case "al", "el", "ad", "ed", "an", "en", "ar", "er", "as", "es", "ash", "esh", "at", "et", "az", "ez":
		return rest
	}
	return name
}

// key is a name as its spellings agree on it: plain letters, small, hyphens as spaces.
func key(name string) string {
	return strings.Join(words(strings.ReplaceAll(plain(clean(name)), "‘", "")), " ")
}

// namesake notes the biggest town that a district is named after.
func (b *builder) namesake(p int, c source.City) {
	code := c.Country + "." + c.Admin1 + "." + c.Admin2
	district, ok := b.districts[code]
	if _, taken := b.seats[code]; ok && !taken && key(c.Name) == key(strings.TrimSuffix(b.Places[district].Name, " District")) {
		b.seats[code] = p
	}
}

// settle gives a name that a region or district shares with its seat to the seat,
// unless a word for regions stands beside it: one place has one id, in whichever
// language and spelling it is named. What remains, as "Daraa Governorate", is the
// region's.
func (b *builder) settle() {
	seat := make(map[int]int)              // by area
	names := make(map[int]map[string]bool) // by seat
	for _, areas := range []map[string]int{b.regions, b.districts} {
		for code, area := range areas {
			if town, ok := b.seats[code]; ok {
				seat[area], names[town] = town, make(map[string]bool)
			}
		}
	}
	for name, entries := range b.Names {
		for _, e := range entries {
			if names[e.Place] != nil && e.Flags&(Adjective|Demonym) == 0 {
				names[e.Place][key(name)] = true
			}
		}
	}
	for name, entries := range b.Names {
		for i, e := range entries {
			if town, ok := seat[e.Place]; ok && e.Flags&(Adjective|Demonym|Caps) == 0 && names[town][key(name)] {
				b.Names[name][i].Flags |= Adjective
				b.Call(town, name, e.Flags)
			}
		}
	}
}
