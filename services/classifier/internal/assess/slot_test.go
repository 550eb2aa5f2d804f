package assess

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

// acts are lists and phrases that name no slots themselves.
const acts = `
lists:
  crowd: {en: ["=supporters of ..3 @official", =supporters, =villagers], ru: [сторонник*], tr: ["destekçi*"]}
  gunmen: {en: ["masked gunmen", gunmen], ru: [боевик*], tr: ["silahlı kişi*"]}
  forces: {en: [=police], ru: [полици*], tr: ["polis*"]}
  house: {en: [parliament, "town hall"], ru: [мэри*, парламент*], tr: ["valilik*"]}
slots: {crowd: actor, gunmen: actor, forces: actor, house: target}
agents: {en: ["=by"], tr: ["=tarafından"]}
indicators:
  - {id: seized, title: t, category: building-seizure, severity: high, points: 50, match: {
      en: ["=seized ..6 @house", "@house ..3 was =seized", "=seizure of ..3 @house"],
      ru: ["захват* ..4 @house", "@house ..3 захвач*"],
      tr: ["@house ..3 ele geçir*"]}}
  - {id: beaten, title: t, category: armed-attack, severity: high, points: 50, match: {en: ["@gunmen ..3 [were] =beaten"]}}
  - {id: hit, title: t, category: armed-attack, severity: high, points: 50, match: {en: ["(@gunmen|@crowd|a man) ..3 =shot"]}}
  - {id: dead, title: t, category: casualties, severity: high, points: 50, match: {en: ["=slain"]}}
  - {id: demand, title: t, category: secession, severity: high, points: 50, actors: [official], match: {en: ["=called for autonomy"]}}
`

func TestSlotsAround(t *testing.T) {
	e := engine(t, acts)
	for _, c := range []struct{ language, text, id, actor, kind, target string }{
		{"en", "Supporters of the ousted governor seized the town hall.", "seized", "Supporters of the ousted governor", "crowd", "town hall"},
		{"en", "Villagers marched, and gunmen seized the town hall.", "seized", "gunmen", "gunmen", "town hall"},
		{"en", "The town hall was seized by masked gunmen.", "seized", "masked gunmen", "gunmen", "town hall"},
		{"en", "The seizure of parliament by gunmen went on.", "seized", "gunmen", "gunmen", "parliament"},
		{"en", "Police said the town hall was seized.", "seized", "", "", "town hall"},
		{"en", "Police said the seizure of parliament went on.", "seized", "", "", "parliament"},
		{"en", "Gunmen fled: the town hall was seized.", "seized", "", "", "town hall"},
		{"en", "Police left; soldiers of fortune seized parliament.", "seized", "", "", "parliament"},
		{"en", "The town hall was seized, gunmen said.", "seized", "", "", "town hall"},
		{"en", "Gunmen fled. The town hall was seized.", "seized", "", "", "town hall"},
		{"en", "Villagers were waiting to end the seizure of parliament.", "seized", "", "", "parliament"},
		{"en", "Villagers slept during the seizure of parliament.", "seized", "", "", "parliament"},
		{"en", "Villagers were shot.", "hit", "", "", ""},
		{"en", "Gunmen were beaten.", "beaten", "", "", "Gunmen"},
		{"en", "Gunmen had beaten.", "beaten", "Gunmen", "gunmen", ""},
		{"en", "Villagers slain.", "dead", "", "", ""},
		{"en", "Slain by gunmen.", "dead", "gunmen", "gunmen", ""},
		{"en", "The governor called for autonomy.", "demand", "governor", "official", ""},
		{"ru", "Сторонники экс-премьера захватили мэрию.", "seized", "Сторонники", "crowd", "мэрию"},
		{"ru", "Мэрия захвачена боевиками.", "seized", "боевиками", "gunmen", "Мэрия"},
		{"en", "Villagers met the seized town hall's clerk.", "seized", "", "", "town hall"},
		{"en", "Police deployment near the villages met the seizure of parliament.", "seized", "", "", "parliament"},
		{"en", "Police sparked the seizure of parliament.", "seized", "", "", "parliament"},
		{"tr", "Silahlı kişiler valilik binasını ele geçirdi.", "seized", "Silahlı kişiler", "gunmen", "valilik"},
		{"tr", "Valilik silahlı kişiler tarafından ele geçirildi.", "seized", "silahlı kişiler", "gunmen", "Valilik"},
	} {
		a := e.AssessAs(c.language, event.Item{Text: c.text})
		if len(a.Findings) != 1 || a.Findings[0].Indicator != c.id {
			t.Errorf("%q: findings %+v", c.text, a.Findings)
			continue
		}
		slots := a.Findings[0].Slots
		actor, target, kind := words(slots.Actor), words(slots.Target), ""
		if slots.Actor != nil {
			kind = slots.Actor.Kind
		}
		if actor != c.actor || kind != c.kind || target != c.target {
			t.Errorf("%q: %s (%s) and %s, want %s (%s) and %s", c.text, actor, kind, target, c.actor, c.kind, c.target)
		}
		check(t, a)
	}
}

func words(s *event.Slot) string {
	if s == nil {
		return ""
	}
	return s.Text
}

// In an alert, whose titles are English, an entity has its title and what stands
// inflected in another language is called by its kind.
func TestSlotLabels(t *testing.T) {
	e := engine(t, `
lists:
  backers: {en: ["=backers", "=backers of @president"], ru: ["сторонник*", "сторонник* @president"]}
  town-house: {en: ["town hall"], ru: [мэри*]}
slots: {backers: actor, town-house: target, president: target}
indicators:
  - {id: seized, title: t, category: building-seizure, severity: high, points: 50, match: {en: ["=seized"], ru: ["захват*"]}}`)
	for text, want := range map[string]string{
		"Backers of Bakiyev seized the town hall.": "Backers of Bakiyev; town hall",
		"Backers seized Bakiyev.":                  "Backers; Kurmanbek Bakiyev",
		"Сторонники Бакиева захватили мэрию.":      "backers (Kurmanbek Bakiyev); town house",
		"Сторонники захватили Бакиева.":            "backers; Kurmanbek Bakiyev",
	} {
		language := "en"
		if text[0] > 0x7f {
			language = "ru"
		}
		a := e.AssessAs(language, event.Item{Text: text})
		if len(a.Findings) != 1 {
			t.Errorf("%q: findings %+v", text, a.Findings)
			continue
		}
		if actor, target := a.Findings[0].Slots.Who(); actor+"; "+target != want {
			t.Errorf("%q: %s; %s, want %s", text, actor, target, want)
		}
		check(t, a)
	}
}

// Whom a rule prefers fills the slot, however near another one stands.
func TestPreferredTargets(t *testing.T) {
	e := engine(t, `
lists:
  house: {en: ["town hall", "@official ..2 =office"]}
  captive: {en: [=hostages]}
slots: {house: target, captive: target}
indicators:
  - {id: kept, title: t, category: kidnapping, severity: high, points: 50, targets: [official, captive], match: {en: ["=seize ..6 =hostage", "=hostages"]}}
  - {id: rushed, title: t, category: building-seizure, severity: high, points: 50, match: {en: ["=stormed ..8 =broken"]}}`)
	for _, c := range []struct{ text, id, want string }{
		{"They seize the town hall, governor taken hostage.", "kept", "governor"},
		{"They seize the town hall and a hostage.", "kept", "town hall"},
		{"They seize the governor's office, a minister is hostage.", "kept", "minister"},
		{"They seize the governor's office and a hostage.", "kept", "governor's office"},
		{"Here are hostages.", "kept", "hostages"},
		{"They stormed the town hall, governor unharmed, doors broken.", "rushed", "town hall"},
	} {
		a := e.AssessAs("en", event.Item{Text: c.text})
		if len(a.Findings) != 1 || a.Findings[0].Indicator != c.id {
			t.Errorf("%q: findings %+v", c.text, a.Findings)
			continue
		}
		if _, target := a.Findings[0].Slots.Who(); target != c.want {
			t.Errorf("%q is done to %q, want %q", c.text, target, c.want)
		}
	}
}

// An official acts only where the indicator says so.
func TestOfficialsAreActedUpon(t *testing.T) {
	e := engine(t, `
indicators: [{id: x, title: t, category: riot, severity: low, points: 50, match: {en: ["=beat @official", "=shouted"]}}]`)
	for text, want := range map[string]string{"The minister shouted.": "", "They beat the minister.": "", "They beat governor and minister.": "governor"} {
		a := e.AssessAs("en", event.Item{Text: text})
		for _, f := range a.Findings {
			if actor, target := f.Slots.Who(); actor != "" || target != want {
				t.Errorf("%q: %s and %s", text, actor, target)
			}
		}
	}
}

// However many words could fill a slot, the search is short.
func TestSlotsOfAHostileSentence(t *testing.T) {
	e := engine(t, acts)
	started := time.Now()
	a := e.AssessAs("en", event.Item{Text: strings.Repeat("gunmen supporters of the governor seized the parliament ", 20_000)})
	if took := time.Since(started); took > 10*time.Second || len(a.Findings) == 0 {
		t.Errorf("%d findings in %v", len(a.Findings), took)
	}
	check(t, a)
}

// Who is of another clause, or did it, is not the one acted upon.
func TestShippedSlots(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct{ language, title, id, actor, target string }{
		{"en", "At least twelve people were killed and 30 injured when gunmen attacked a checkpoint", "killed-in-violence", "", "At least twelve people"},
		{"en", "At least twelve people were killed and 30 injured when gunmen attacked a checkpoint", "wounded-in-violence", "", ""},
		{"en", "Riot police fired on the crowd", "protesters-shot", "Riot police", "crowd"},
		{"ru", "Силовики открыли огонь по толпе", "protesters-shot", "Силовики", "толпе"},
		{"fr", "L'armée a ouvert le feu sur la foule", "protesters-shot", "armée", "foule"},
		{"tr", "Polis göstericilere ateş açtı", "protesters-shot", "Polis", "göstericilere"},
		{"ky", "Аскерлер митингчилерге ок чыгарышты", "protesters-shot", "Аскерлер", "митингчилерге"},
		{"ru", "Губернатор похищен неизвестными", "abduction", "неизвестными", "Губернатор"},
		{"ru", "Мэр похищен вооруженной группировкой", "official-abducted", "вооруженной группировкой", "Мэр"},
		{"ru", "Журналистка похищена боевиком", "abduction", "боевиком", "Журналистка"},
		{"ru", "Двое боевиков убиты в перестрелке с полицией", "security-operation", "", "Двое боевиков"},
		{"tr", "Gazeteci militanlarca kaçırıldı", "abduction", "militanlarca", "Gazeteci"},
		{"en", "Governor kidnapped by gunmen", "abduction", "gunmen", "Governor"},
		{"fr", "Le gouverneur enlevé par des hommes armés", "abduction", "hommes armés", "gouverneur"},
		{"fr", "Les partisans de l'ancien président ont pris d'assaut la préfecture", "building-seized", "partisans de l'ancien président", "préfecture"},
		{"es", "Partidarios del expresidente ocuparon la gobernación", "building-seized", "Partidarios del expresidente", "gobernación"},
		{"ky", "Мурдагы президенттин тарапташтары администрациянын имаратын басып алышты", "building-seized", "Мурдагы президенттин тарапташтары", "администрациянын имаратын"},
		{"kk", "Бұрынғы президенттің жақтастары әкімдік ғимаратын басып алды", "building-seized", "Бұрынғы президенттің жақтастары", "әкімдік ғимаратын"},
		{"uz", "Sobiq prezident tarafdorlari hokimlik binosini egallab oldi", "building-seized", "Sobiq prezident tarafdorlari", "hokimlik binosini"},
		{"tr", "Eski cumhurbaşkanının destekçileri valilik binasını işgal etti", "building-seized", "Eski cumhurbaşkanının destekçileri", "valilik binasını"},
		{"tg", "Тарафдорони президенти собиқ бинои ҳукуматро забт карданд", "building-seized", "Тарафдорони президенти собиқ", "бинои ҳукуматро"},
		{"en", "Security forces have arrested dozens of opposition activists", "political-arrests", "Security forces", "dozens of opposition activists"},
		{"en", "Car bomb explodes in the port", "bombing", "", ""},
		{"en", "Bomb destroys bus", "bombing", "", "bus"},
		{"en", "Mine blast kills five soldiers", "bombing", "", "five soldiers"},
		{"en", "Opposition leader held at vigil", "gathering-hindered", "", "Opposition leader"},
		{"en", "Opposition leader under house arrest", "political-arrests", "", "Opposition leader"},
		{"en", "Protesters demand release of opposition leader", "street-protest", "Protesters", ""},
		{"en", "Rebels capture airport, army denies", "territory-captured", "Rebels", "airport"},
		{"es", "La policía detuvo a veinte manifestantes", "political-arrests", "policía", "veinte manifestantes"},
		{"fr", "La police a arrêté vingt manifestants", "political-arrests", "police", "vingt manifestants"},
		{"es", "El ELN liberó a dos policías secuestrados", "captive-freed", "ELN", "dos policías"},
		{"fr", "L'armée malienne a tué douze terroristes près de la frontière", "killed-in-violence", "armée malienne", ""},
		{"fr", "Douze soldats ont été tués dans une embuscade", "killed-in-violence", "", "Douze soldats"},
		{"ar", "أنصار الرئيس السابق اقتحموا مبنى المحافظة", "building-seized", "أنصار الرئيس السابق", "مبنى المحافظة"},
	} {
		var actor, target string
		found := false
		a := e.AssessAs(c.language, event.Item{Title: c.title})
		for i := range a.Findings {
			if f := &a.Findings[i]; f.Indicator == c.id {
				found = true
				if f.Slots.Actor != nil {
					actor = f.Slots.Actor.Text
				}
				if f.Slots.Target != nil {
					target = f.Slots.Target.Text
				}
			}
		}
		if !found || actor != c.actor || target != c.target {
			t.Errorf("%q: %s by %q to %q, want %q to %q", c.title, c.id, actor, target, c.actor, c.target)
		}
	}
}

// A phrase whose named target is of another clause does not tell of it.
func TestTargetOfAnotherClause(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct{ language, title, quiet string }{
		{"en", "Five killed as gunmen hold governor", "assassination"},
		{"en", "Twelve were killed when the governor of Jalalabad was kidnapped", "assassination"},
		{"en", "At least twelve people were killed and 30 injured when gunmen attacked a checkpoint", "security-operation"},
		{"fr", "Des hommes armés ont enlevé le gouverneur", "armed-group-attack"},
	} {
		a := e.AssessAs(c.language, event.Item{Title: c.title})
		for i := range a.Findings {
			if a.Findings[i].Indicator == c.quiet {
				t.Errorf("%q fires %s", c.title, c.quiet)
			}
		}
		if !a.Relevant {
			t.Errorf("%q is not relevant", c.title)
		}
	}
}

// Of two sides that do it to each other neither acts upon the other alone, and alerts call those
// of a list by its label.
func TestMutualAndLabels(t *testing.T) {
	e := engine(t, acts+`  - {id: melee, title: t, category: armed-clash, severity: high, points: 50, mutual: true, match: {en: ["=clashed"]}}
labels: {house: seat of power}
`)
	assess := func(text, language, id string) event.Slots {
		a := e.Assess(event.Item{Text: text, Language: language})
		for _, f := range a.Findings {
			if f.Indicator == id {
				return f.Slots
			}
		}
		t.Fatalf("%q: no %s", text, id)
		return event.Slots{}
	}
	if s := assess("Police clashed near parliament.", "en", "melee"); s.Mutual || s.Actor == nil {
		t.Errorf("one side alone: %+v", s)
	}
	if s := assess("Clashes between police and gunmen: they clashed, gunmen clashed parliament.", "en", "melee"); !s.Mutual || s.Actor == nil || s.Target == nil {
		t.Errorf("two sides: %+v", s)
	}
	if s := assess("The town hall was seized by masked gunmen.", "en", "seized"); s.Mutual || s.Target.Name() != "town hall" {
		t.Errorf("seized: %+v", s)
	}
	if s := assess("Мэрия захвачена боевиками.", "ru", "seized"); s.Target.Name() != "seat of power" || s.Actor.Name() != "gunmen" {
		t.Errorf("labels: %+v", s)
	}
}
