package assess

import (
	"testing"

	"faultline/pkg/event"
)

// Who did what to whom is told by whole noun phrases, one of them for each part, by the
// shipped rules: want is the words of actor and target.
func TestNounPhrases(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct{ language, title, id, actor, target string }{
		// The number and the names beside a noun belong to it.
		{"en", "Thousands of protesters stormed the parliament", "building-seized", "Thousands of protesters", "parliament"},
		{"en", "Thousands of angry young protesters stormed the parliament", "building-seized", "Thousands of angry young protesters", "parliament"},
		{"en", "Thousands of opposition protesters clash with police in the capital", "riot", "Thousands of opposition protesters", "police"},
		{"en", "Security forces arrested dozens of activists", "political-arrests", "Security forces", "dozens of activists"},
		{"en", "Abu Sayyaf militants kidnap a priest", "abduction", "Abu Sayyaf militants", "priest"},
		{"en", "Soldiers kill five Abu Sayyaf militants", "security-operation", "Soldiers", "five Abu Sayyaf militants"},
		{"en", "Soldiers kill five Abu Sayyaf militants", "killed-in-violence", "", "five Abu Sayyaf militants"},
		{"en", "Sunni militants attack Shia mosque", "armed-group-attack", "Sunni militants", "Shia mosque"},
		{"en", "National Liberation Army (ELN) guerrillas kidnap a priest", "abduction", "National Liberation Army (ELN) guerrillas", "priest"},
		{"ru", "Тысячи недовольных граждан штурмовали здание администрации", "building-seized", "Тысячи недовольных граждан", "здание администрации"},
		{"ru", "Полиция задержала десятки активистов", "political-arrests", "Полиция", "десятки активистов"},
		{"ru", "На вокзале задержали десятки активистов", "political-arrests", "", "десятки активистов"},
		{"ru", "Боевики Талибана похитили губернатора", "official-abducted", "Боевики Талибана", "губернатора"},
		{"fr", "Des milliers de manifestants ont pris d'assaut le parlement", "building-seized", "Des milliers de manifestants", "parlement"},
		{"fr", "Des combattants de Boko Haram ont enlevé un prêtre", "abduction", "combattants de Boko Haram", "prêtre"},
		{"es", "Miles de manifestantes tomaron el parlamento", "building-seized", "Miles de manifestantes", "parlamento"},
		{"es", "Guerrilleros de las FARC secuestraron al alcalde", "official-abducted", "Guerrilleros de las FARC", "alcalde"},
		{"tr", "Binlerce gösterici parlamentoyu bastı", "building-seized", "Binlerce gösterici", "parlamentoyu"},
		{"ky", "Миңдеген митингчилер парламентти басып алышты", "building-seized", "Миңдеген митингчилер", "парламентти"},
		{"ky", "Талибан согушкерлери губернаторду уурдап кетишти", "official-abducted", "Талибан согушкерлери", "губернаторду"},
		{"kk", "Мыңдаған адам әкімдік ғимаратын басып алды", "building-seized", "Мыңдаған адам", "әкімдік ғимаратын"},
		{"uz", "Minglab namoyishchilar parlament binosini egallab oldi", "building-seized", "Minglab namoyishchilar", "parlament"},
		{"tg", "Ҳазорон тазоҳуркунанда бинои ҳукуматро забт карданд", "building-seized", "Ҳазорон тазоҳуркунанда", "бинои ҳукуматро"},
		{"tg", "Ҷангиёни Толибон губернаторро рабуданд", "official-abducted", "Ҷангиёни Толибон", "губернаторро"},
		{"ar", "آلاف المتظاهرين اقتحموا مبنى البرلمان", "building-seized", "آلاف المتظاهرين", "مبنى البرلمان"},
		{"ar", "مسلحو طالبان خطفوا المحافظ", "official-abducted", "مسلحو طالبان", "المحافظ"},
		{"ar", "اعتقلت الشرطة عشرات المتظاهرين", "political-arrests", "الشرطة", "عشرات المتظاهرين"},
		// A people's name describes what it stands before.
		{"en", "Two Germans kidnapped in Afghan capital", "abduction", "", "Two Germans"},
		{"en", "Journalist kidnapped in Kabul, Afghan police say", "abduction", "", "Journalist"},
		{"en", "Gunmen kidnap Afghan interpreter in Kunduz", "abduction", "Gunmen", "Afghan interpreter"},
		{"en", "Gunmen kidnapped three Afghans near Kandahar", "abduction", "Gunmen", "three Afghans"},
		// Nor is a hostage who is held as one, or what something happened in.
		{"en", "Gunmen held two nuns hostage", "hostages-held", "Gunmen", "two nuns"},
		{"en", "Twelve soldiers killed in rebel attack", "killed-in-violence", "", "Twelve soldiers"},
		// A longer name that begins before the match fills the slot.
		{"en", "Free Syrian Army attacks border post", "armed-group-attack", "Free Syrian Army", "border post"},
		// Who deals with what others did did nothing.
		{"en", "Policemen inspect the site of a grenade attack", "bombing", "", ""},
		{"en", "Police investigate a bomb attack", "bombing", "", ""},
		{"ru", "Полиция расследует взрыв бомбы", "bombing", "", ""},
		{"fr", "La police enquête sur un attentat à la bombe", "bombing", "", ""},
		{"es", "Policías inspeccionan el lugar de un atentado con bomba", "bombing", "", ""},
		{"tr", "Polis bombalı saldırıyı soruşturuyor", "bombing", "", ""},
		{"ar", "الشرطة تحقق في تفجير قنبلة", "bombing", "", ""},
		// In a headline the participle alone is passive.
		{"en", "Mayor kidnapped in Osh", "abduction", "", "Mayor"},
	} {
		var actor, target string
		found := false
		a := e.AssessAs(c.language, event.Item{Title: c.title})
		for i := range a.Findings {
			if f := &a.Findings[i]; f.Indicator == c.id {
				found, actor, target = true, words(f.Slots.Actor), words(f.Slots.Target)
			}
		}
		if !found || actor != c.actor || target != c.target {
			t.Errorf("%q: %s by %q to %q, want %q to %q", c.title, c.id, actor, target, c.actor, c.target)
		}
		check(t, a)
	}
}

// Who only condemns or investigates an attack did not make it, and was not its aim.
func TestOnlookersAreNoActors(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct{ language, title, quiet string }{
		{"en", "Rebels condemn army attack", "armed-group-attack"},
		{"tr", "Polis bombalı saldırıyı soruşturuyor", "attack-on-forces"},
	} {
		for _, f := range e.AssessAs(c.language, event.Item{Title: c.title}).Findings {
			if f.Indicator == c.quiet {
				t.Errorf("%q fires %s", c.title, c.quiet)
			}
		}
	}
}

// The head of a noun phrase says what kind of people they are.
func TestKindOfNounPhrase(t *testing.T) {
	e := shipped(t)
	for title, want := range map[string]string{
		"Gunmen killed dozens of soldiers":   "security-forces",
		"Rebels attacked the police station": "government-building",
		"Gunmen attacked Afghan police":      "security-forces",
	} {
		found := false
		for _, f := range e.AssessAs("en", event.Item{Title: title}).Findings {
			if f.Indicator == "armed-group-attack" {
				found = true
				if f.Slots.Target == nil || f.Slots.Target.Kind != want {
					t.Errorf("%q: target %+v, want one of %s", title, f.Slots.Target, want)
				}
			}
		}
		if !found {
			t.Errorf("%q tells of no attack", title)
		}
	}
}
