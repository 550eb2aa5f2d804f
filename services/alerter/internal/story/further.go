package story

import (
	"slices"

	"faultline/pkg/event"
)

// The kinds of words by which a report says that it is of a further event of a kind.
const (
	ahead     kindOfThing = iota // that it is a further one, in front of the word for the event
	behind                       // behind it
	anew                         // in front of it or behind it
	happening                    // the event
	whose                        // behind the word for the event: of somebody is told, and not of it
)

// furtherList are these words in the ten languages of the rules, written as things are.
func furtherList() []thing {
	return []thing{
		{kind: ahead, words: `=second =third =another =fresh =new_bomb =new_attack =new_blast =new_explo =new_shoot =new_ambush =new_suicide =new_deadly =new_air =new_drone =new_missile
			=второй =вторая =второе =второго =вторую =вторым =третий =третья =третье =третью =третьего =новый =новая =новое =нового =новую =еще_один =еще_одна =еще_одно =еще_одну =еще_одного повторн
			екінші үшінші тағы_бір экинчи үчүнчү дагы_бир =жаңы =жаңа ikkinchi uchinchi yana_bir =yangi дуюмин сеюмин боз_як
			ikinci üçüncü =yeni =deuxième =second =seconde =troisième =nouvel =nouvelle =nouveau =autre =segundo =segunda =tercer =tercera =nuevo =nueva =otro =otra =ثاني =ثالث`},
		{kind: behind, words: `=daha =дуюм =дуввум =сеюм =дигар =нав =ثان =ثاني =ثانية =ثانيا =آخر =أخرى =جديد =جديدة =nouvelle =nueva =nuevo`},
		{kind: anew, words: `=again =снова =вновь =опять =кайрадан =қайтадан =yeniden =tekrar =nuevamente =otra_vez =de_nouveau =مجددا =مرة_أخرى`},
		{kind: happening, words: `=bomb =bombs =bombed bombing =blast =blasts explo =attack =attacks =attacked shooting ambush assassinat massacre airstrike air_strike shelling kidnapping abduct
			взрыв взорв теракт нападен =напали =атака =атаку =атаке атакован покушен обстрел подрыв =бомба =бомбу засад похищен
			жарылуу чабуул атышуу =теракт кол_салуу жарылыс шабуыл атыс лаңкест қастанды portlash hujum terakt otishma suiqasd таркиш инфиҷор ҳамла тирандоз сӯиқасд террор
			patlama saldiri suikast =bomba =bombali bombardiman pusu infilak attentat attaque =bombe fusillade embuscade assassinat enlèvement =frappe bombardement
			atentado ataque tiroteo embosc asesinato masacre secuestro bombardeo انفجار تفجير هجوم غارة اغتيال قصف كمين`},
		{kind: whose, words: `victim suspect survivor accused plotter şüpheli zanli mağdur`},
	}
}

// saysFurther reports whether words say that what they tell is a second or a new event of its
// kind: "a second car bomb", "yet another blast", "снова взрыв".
func (names thingNames) saysFurther(lang string, ws []word) bool {
	kinds := make([]kindOfThing, len(ws))
	for i, w := range ws {
		kinds[i] = thingKinds
		next := bare(lang, following(ws[i+1:]))
		n, ok := names.named(w.text, next) // as it stands first: "deuxième" has no article
		if !ok {
			n, ok = names.named(bare(lang, w.text), next)
		}
		if ok && w.number < 0 {
			kinds[i] = n.kind
		}
	}
	near := func(at, from, to int, kind kindOfThing) bool {
		for i := max(0, at+from); i <= min(len(ws)-1, at+to); i++ {
			if kinds[i] == kind && ws[i].clause == ws[at].clause {
				return true
			}
		}
		return false
	}
	for i, kind := range kinds {
		if kind == happening && !near(i, 1, 1, whose) && (near(i, -2, -1, ahead) || near(i, 1, 1, behind) || near(i, -3, 3, anew)) {
			return true
		}
	}
	return false
}

// onlyOneFurther is how far one of two reports says that it is of a further event, and the
// other does not. It says nothing where the titles name one building or one kind of
// people, or both count the same dead; half where the other came later: it may tell the same without saying so.
func onlyOneFurther(a, b *Profile) float64 {
	if a.further < b.further {
		a, b = b, a
	}
	if b.further > 0 || sameTarget(a, b) || sameDead(a.casualties, b.casualties) {
		return 0
	}
	if b.time.After(a.time) {
		return a.further / 2
	}
	return a.further
}

// fewDead is what two events count by chance alike.
const fewDead = 2

func sameDead(a, b event.Casualties) bool {
	return a.Killed != nil && b.Killed != nil && a.Killed.Min == b.Killed.Min && a.Killed.Min > fewDead
}

// fewerThere reports whether one outlet counts fewer dead in its later report, without a word
// of correction, and names another scene: it tells another event.
func fewerThere(a, b *Profile) bool {
	if a.time.Before(b.time) {
		a, b = b, a
	}
	if a.outlet == 0 || a.outlet != b.outlet || killed(a) == 0 || killed(a) >= killed(b) {
		return false
	}
	return (otherTarget(a, b) > 0 || disjoint(a.things[site], b.things[site])) && !Lowers(a.title)
}

// attacks are the categories of events that are told one by one.
func attacks() []string { return []string{"armed-attack", "armed-clash", "kidnapping", "casualties"} }

// inLead is what it says where the title does not.
const inLead = 0.8

// readFurther notes how far a report says that it is of a further event of its kind: 1 in its
// title, less in the first sentence of its text.
func (f *Profile) readFurther(names thingNames, head, body []word) {
	end := 0
	for end < len(body) && (end == 0 || !body[end].sentence) {
		end++
	}
	switch {
	case names.saysFurther(f.language, head):
		f.further = 1
	case names.saysFurther(f.language, body[:end]):
		f.further = inLead
	}
}

// violent reports whether it is told of an attack.
func (f *Profile) violent() bool { return slices.ContainsFunc(attacks(), f.shows) }
