package assess

import (
	"testing"

	"faultline/pkg/event"
)

// Who did what stays within its clause, on both sides of the verb, whether the phrase
// names the slot or not.
func TestClauses(t *testing.T) {
	e := engine(t, `
lists:
  gunmen: {en: [gunmen], ru: [боевик*], tr: ["militan*"], uz: ["jangari*"], ky: ["согушкер*"], kk: ["содыр*"], tg: ["ҷангиён"], fr: [rebelles], es: [rebeldes], ar: ["مسلح*"]}
  elder: {en: [mayor, governor], ru: [мэр*, губернатор*], tr: ["vali*"], fr: [maire], es: [alcalde], ky: ["аким*"], kk: ["әкім*"], uz: ["hokim*"]}
  folk: {tr: ["kişi*"], uz: ["kishi*"], ky: ["адам*"], kk: ["адам*"], tg: ["нафар"]}
slots: {gunmen: actor, elder: target, folk: target}
indicators:
  - {id: operation, title: t, category: armed-clash, severity: high, points: 50, match: {
      en: ["=killed ..6 @gunmen", "@gunmen ..8 [were] =killed"], ru: ["убит* ..5 <target: @gunmen>", "@gunmen ..8 убит*"], fr: ["tuées ..6 @gunmen"], es: ["murieron ..6 @gunmen"],
      tr: ["@gunmen ..6 öldür*"], uz: ["@gunmen ..6 o'ldir*"], ky: ["@gunmen ..6 өлтүр*"], kk: ["@gunmen ..6 өлтір*"], tg: ["@gunmen ..8 кушта"]}}
  - {id: taken, title: t, category: kidnapping, severity: high, points: 50, match: {
      en: ["@elder ..9 =kidnapped"], ru: ["@elder ..8 похи*"], tr: ["@elder ..6 kaçır*"], fr: ["@elder ..8 enlevé"], es: ["@elder ..8 secuestrado"]}}
  - {id: assault, title: t, category: armed-attack, severity: high, points: 50, match: {en: ["=killed (=when|=as) ..2 @gunmen", "=killed ..6 @gunmen ..2 =attacked"]}}
`)
	for _, c := range []struct {
		language, text, id string
		fires              bool
		target             string
	}{
		{"en", "Troops killed nine gunmen.", "operation", true, ""},
		{"en", "Nine were killed when gunmen attacked.", "operation", false, ""},
		{"en", "Nine were killed when gunmen attacked.", "assault", true, ""},
		{"en", "Nine were killed; gunmen fled.", "operation", false, ""},
		{"en", "Soldiers came; nine gunmen were killed.", "operation", true, "nine gunmen"},
		{"en", "The mayor spoke; two teachers were kidnapped.", "taken", false, ""},
		{"en", "As many as nine were killed, as many as two gunmen.", "operation", true, ""},
		{"en", "When gunmen attacked the post, nine soldiers were killed.", "operation", false, ""},
		{"en", "When gunmen attacked the post, they were killed.", "operation", true, "gunmen"},
		{"en", "When dusk fell on the town the gunmen were killed.", "operation", true, "gunmen"},
		{"en", "Gunmen dressed as guards were killed.", "operation", true, "Gunmen"},
		{"ru", "12 человек убиты, когда боевики напали на пост.", "operation", false, ""},
		{"ru", "Убиты пятеро боевиков.", "operation", true, ""},
		{"ru", "Когда боевики напали на пост, пятеро солдат были убиты.", "operation", false, ""},
		{"fr", "Douze personnes ont été tuées lorsque des rebelles ont attaqué.", "operation", false, ""},
		{"es", "Murieron doce cuando los rebeldes atacaron.", "operation", false, ""},
		{"tr", "Militanlar saldırdığında 12 kişi öldürüldü.", "operation", false, ""},
		{"tr", "Militanlar kaçarken öldürüldü.", "operation", true, ""},
		{"uz", "Jangarilar hujum qilganda 12 kishi o'ldirildi.", "operation", false, ""},
		{"uz", "Jangarilar propaganda paytida o'ldirildi.", "operation", true, ""},
		{"ky", "Согушкерлер кол салганда бир нече адам өлтүрүлдү.", "operation", false, ""},
		{"kk", "Содырлар шабуыл жасағанда адамдар өлтірілді.", "operation", false, ""},
		{"tg", "Вақте ки ҷангиён ҳамла карданд, 12 нафар кушта шуданд.", "operation", false, ""},
		{"en", "The mayor was killed when the governor was kidnapped.", "taken", true, "governor"},
		{"en", "The mayor fled when the teacher was kidnapped.", "taken", false, ""},
		{"en", "The mayor was at home when he was kidnapped.", "taken", true, "mayor"},
		{"en", "The mayor was at home when gunmen kidnapped him.", "taken", true, "mayor"},
		{"en", "The mayor was at home when kidnapped.", "taken", true, "mayor"},
		{"ru", "Мэр был дома, когда его похитили.", "taken", true, "Мэр"},
		{"ru", "Мэр бежал, когда учитель был похищен.", "taken", false, ""},
		{"fr", "Le maire a fui lorsque le juge a été enlevé.", "taken", false, ""},
		{"es", "El alcalde huyó cuando el juez fue secuestrado.", "taken", false, ""},
		{"tr", "Vali evden çıkarken kaçırıldı.", "taken", true, "Vali"},
	} {
		a := e.AssessAs(c.language, event.Item{Text: c.text})
		fires, target := false, ""
		for _, f := range a.Findings {
			if f.Indicator == c.id {
				fires = true
				if f.Slots.Target != nil {
					target = f.Slots.Target.Text
				}
			}
		}
		if fires != c.fires || c.target != "" && target != c.target {
			t.Errorf("%s %q: %s fires %t of %q, want %t of %q", c.language, c.text, c.id, fires, target, c.fires, c.target)
		}
	}
}
