package assess

import (
	"testing"

	"faultline/pkg/event"
)

// A match in which grammar turns round who did it to whom is none: the passive, the
// agent beside the verb, and the case.
func TestContrary(t *testing.T) {
	e := engine(t, `
lists:
  gunmen: {en: [gunmen], ru: [боевик*], tr: ["militan*"], ky: ["согушкер*"], uz: ["jangari*"], fr: [rebelles], ar: ["مسلح*"]}
  guards: {en: [guard], ru: [солдат*], tr: [asker], ky: ["жоокер*"], uz: ["askar*"], fr: [soldat], ar: [جندي]}
slots: {gunmen: actor, guards: actor}
agents: {en: ["=by"], fr: ["=par"], tr: ["=tarafından"], ar: ["=يد"]}
indicators:
  - {id: raid, title: t, category: armed-attack, severity: high, points: 50, match: {
      en: ["@gunmen ..4 (attack|attacking)"], ru: ["@gunmen ..4 убил*", "убит* ..2 <actor: @gunmen>", "забрал* ~4 <actor: @gunmen> ~4 <target: @guards>"], ky: ["@gunmen ..3 өлтүр*"], uz: ["@gunmen ..3 o'ldir*"]}}
  - {id: blow, title: t, category: armed-clash, severity: high, points: 50, match: {
      en: ["@guards ..3 killed ..3 @gunmen"], ru: ["убит* ..3 <target: @gunmen>"], fr: ["@guards ..3 tué ..4 @gunmen"], tr: ["@guards ..3 @gunmen ..2 öldür*"], ar: ["قتل @guards ..3 @gunmen"]}}
`)
	for _, c := range []struct {
		language, text, id string
		fires              bool
	}{
		{"en", "Gunmen attacked.", "raid", true},
		{"en", "Gunmen were attacked.", "raid", false},
		{"en", "Gunmen have been fiercely attacked.", "raid", false},
		{"en", "Gunmen were attacking the post.", "raid", true},
		{"en", "Gunmen who were drunk attacked.", "raid", true},
		{"en", "A guard killed two gunmen.", "blow", true},
		{"en", "A guard was killed by gunmen.", "blow", false},
		{"en", "A guard killed, backed by gunmen.", "blow", true},
		{"ru", "Боевики убили солдат.", "raid", true},
		{"ru", "Солдат убит боевиками.", "raid", true},
		{"ru", "Солдата забрали боевики.", "raid", true},
		{"ru", "Солдаты забрали боевиков.", "raid", false},
		{"ru", "Боевиков забрали солдаты.", "raid", false},
		{"ru", "Трое боевиков забрали солдата.", "raid", true},
		{"ru", "Боевики забрали у солдата флягу.", "raid", false},
		{"ru", "Солдат убит боевиками.", "blow", false},
		{"ru", "Убиты трое боевиков.", "raid", false},
		{"ru", "Убиты трое боевиков.", "blow", true},
		{"ky", "Согушкерлер жоокерди өлтүрдү.", "raid", true},
		{"ky", "Согушкерди жоокерлер өлтүрдү.", "raid", false},
		{"uz", "Jangarini askarlar o'ldirdi.", "raid", false},
		{"fr", "Un soldat a tué deux rebelles.", "blow", true},
		{"fr", "Un soldat a été tué par des rebelles.", "blow", false},
		{"tr", "Bir asker iki militanı öldürdü.", "blow", true},
		{"tr", "Bir asker militanlar tarafından öldürüldü.", "blow", false},
		{"ar", "قتل جندي مسلحين.", "blow", true},
		{"ar", "قتل جندي على يد مسلحين.", "blow", false},
	} {
		fires := false
		for _, f := range e.AssessAs(c.language, event.Item{Text: c.text}).Findings {
			fires = fires || f.Indicator == c.id
		}
		if fires != c.fires {
			t.Errorf("%s %q: %s fires %t, want %t", c.language, c.text, c.id, fires, c.fires)
		}
	}
}
