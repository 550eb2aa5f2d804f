package lang

import "strings"

// profile is how texts of one language are known.
type profile struct {
	code   string
	script script
	// letters are those the language uses among the special letters: the ones
	// that not every language of the script has.
	letters string
	// words are frequent ones, folded to lower case, without apostrophes; "*xyz"
	// is an ending of exactly three letters.
	words string
}

// fallback is the language of a text in a script of which nothing else is
// known; headlines often have no frequent word at all.
func (s script) fallback() string {
	switch s {
	case latin:
		return "en"
	case cyrillic:
		return "ru"
	case arabic:
		return "ar"
	}
	return ""
}

// profiles are all languages that are told apart. Those without rules are here
// so that their texts are not taken for a language that has some. To add one,
// write its letters and forty of its most frequent words.
var profiles = [...]profile{
	{"en", latin, "", "the of and to in is was for on that with by from at as are were has have said says say after over into his her their it its be been an a who not will but amid than when two three new no off out up more how why what your first year kill kills killed dead police protest protests clash clashes attack attacks fire opens president minister government army soldiers people city near sends troops rebels strike leader found shot against killing former security forces *ing *ted *ked *led *ned *sed *ved *red *ers *ion *nts"},
	{"uz", latin, "ʻ", "va bilan uchun bu ham edi haqida boldi ozbekiston keyin deb qildi hamda bir kishi yil shahrida viloyatida tumanida davlat prezidenti hukumat hokim vazir sobiq topildi politsiya qilindi etildi otdi boyicha kun yangi lozim orasida qarshi *lar *dan *gan *ldi *ndi *tdi *rdi *hdi *qda *ida *adi *lik *osi *asi"},
	{"tr", latin, "ığşçöü", "ve bir bu için icin ile da de olarak olan sonra gibi daha çok olduğu polis karşı yeni etti oldu kişi türkiye başkanı gözaltına hayatını saldırı saldırısı yaralandı öldü açıldı patlama patlaması yine *lar *ler *dan *den *nda *nde *ldı *ldi *ını *ine *ası *yor *cak"},
	{"az", latin, "əığşçöü", "və bir bu üçün ilə da də olan sonra ki edib azərbaycan olub polis yeni nazir barədə açıldı"},
	{"tk", latin, "äňýžşçöü", "we bilen üçin bu bir türkmenistan hem boýunça"},
	{"kk", latin, "áúıńǵóýşñğöüä", "jáne men úshin bul dep qazaqstan"},
	{"de", latin, "äöüß", "der die das und ist in den von zu mit auf für im dem nicht ein eine des sich nach bei wurde gegen über aus polizei tote wird zum zur *ung *ten"},
	{"fr", latin, "éèêëàâçùûîïôœ", "l d le la les de des et en du un une est dans pour entre devant que qui sur au aux par avec a été ont nouveau nouvelle à contre après selon plus son sa ses police gouvernement morts mort tués tué blessés ville armée soldats *ion *eux *ées *ère"},
	{"es", latin, "áéíóúñ¿¡ü", "el la los las de del y en que un una es por con para se al fue han como su tras contra más sus nuevo nueva bajo ya desde hay policía gobierno muertos muerto muere mueren heridos ciudad ejército soldados dos tres *ión *ado *dos *ros *nes *res *das *cia"},
	{"it", latin, "àèéìòù", "l d il la di che e un una per del della in con sono è da al nel gli dei alla le lo dopo polizia morti non"},
	{"pt", latin, "ãõáâàçéêíóôú", "o os as de do da e em que um uma para com por foi não no na dos das ao após polícia mortos são *ção *ões"},
	{"pl", latin, "ąćęłńóśźż", "w i na z do się że nie to jest po od przez oraz dla policja"},
	{"ro", latin, "ăâîșțşţ", "și si în din la cu de pe pentru care nu este au fost după"},
	{"cs", latin, "áčďéěíňóřšťúůýž", "a v na se je že s z do ve po při byl policie"},
	{"lt", latin, "ąčęėįšųūž", "ir kad iš su po dėl buvo policija"},
	{"hu", latin, "áéíóöőúüű", "a az és hogy nem egy volt meg"},
	{"hr", latin, "čćđšž", "i u na je se za od su da s nakon"},
	{"sv", latin, "åäö", "och i att det som en på är av för med till den har efter polisen"},
	{"da", latin, "åæø", "og i at det som en på er af for med til den har efter"},

	{"ru", cyrillic, "ыэщъё", "в и на с по не что как за из от о для это был были при после сообщил сообщили его к у под об до их против более человек году году два три двух трех полиция милиция погибли ранены новый россии власти в во со из-за *ния *ние *ого *ать *ных *ции *ция *ями *ров *ами *или *его *ной *ный *ией *ает *ают *ила"},
	{"ky", cyrillic, "ыэңөү", "жана менен учун үчүн болгон деп эмес болду болуп тууралуу боюнча кыргыз шаарында жылы бул анын ошондой кийин айтты жаңы каршы кармалды киши адам адамдар мамлекеттик тарабынан дагы ким кантип жылдын облусунда районунда айылында өлкө милиция *лды *лду *лдү *нды *нду *тты *тту *шты *шту *тин *ган *гон *гөн *нын *дын *нун *дун *дар *тар *лар *лер *уда *нда *нде *дан *тан *тын"},
	{"kk", cyrillic, "ыэәғқңөұүһі", "және мен үшін бұл деп бойынша болды туралы кейін бір жаңа қарсы адам қазақстан облысында қаласында жылы емес полиция бар екі үш ашылды өтті жол жолды жауып тастады *тын *нды *лды *ған *ген *ның *дың *нің *лар *дар *тар *нда *дан *лар"},
	{"uz", cyrillic, "эъўқғҳ", "ва билан учун бу ҳам эди ҳақида бўлди ўзбекистон кейин деб қилди ҳамда бир киши йил шаҳрида вилоятида туманида давлат ҳукумат ҳоким собиқ янги қарши этилди бўйича *лар *дан *ган *лди *нди *тди *рди *шди *оси *инг *ида *ади *қда *лик"},
	{"tg", cyrillic, "эъғқҳҷӣӯ", "ва дар аз ба бо ки ин барои шуд шуданд аст буд буданд карданд кард ва то ҳам нафар пас ҷумҳурии тоҷикистон шаҳри ноҳияи вилояти зидди нав як ду се мешавад медиҳад гуфт бар дигар миёни баргузор кушта ҳукумат ҳоким собиқ *нро *иён *анд *ҳои *аст *ард *вар"},
	{"uk", cyrillic, "щґїєі", "в і на з у та не що як за до від для про це був після його поліція повідомили є двоє троє загиблих поранених загинули міністр *ння *ься *ють *ька *ові"},
	{"be", cyrillic, "ыэўіё", "і на з у не што як за да для пра гэта быў пасля"},
	{"bg", cyrillic, "щъ", "на и в за да се от с са по че не е при като ще след до беше във със полицията министърът подаде откриха загинаха ранени *ата *ите *ият *ъта *ърт"},
	{"sr", cyrillic, "ђћљњџј", "је у и на се да за од су са не после полиција"},
	{"mk", cyrillic, "ѓќљњџјѕ", "на во и од за се да со ќе не по што"},
	{"mn", cyrillic, "ыэщъөү", "нь байна энэ болон гэж улсын монгол юм бол хүн"},
	{"tt", cyrillic, "ыэщъәөүҗңһ", "һәм белән өчен бу да дә татарстан ул яңа дип белдерә"},
	{"ba", cyrillic, "ыэщъәөүҙҫғҡңһ", "һәм менән өсөн был да ла башҡортостан"},

	{"ar", arabic, "ةىيكأإؤئ", "في من على إلى أن عن مع هذا التي الذي بعد قال بين كان خلال قبل ضد حول الى ان"},
	{"fa", arabic, "یکپچژگئأ", "در از به که است را این با برای شد کرد آن بر یک تا های شدند"},
	{"ur", arabic, "یکپچژگٹڈڑےںہھئ", "کے کی میں ہے نے سے کو اور کا پر ہیں"},
	{"ps", arabic, "یکپچژګگټډړښځۍېيك", "په او د چې کې ته له وویل"},
	{"ug", arabic, "ۋېۆۇەڭىئيكپچژگ", "ۋە بۇ بىلەن"},
	{"ku", arabic, "ۆەڕڵێیکپچژگئ", "لە بە و کە بۆ"},
}

// evidence is what tells the profiles apart. Bit i of a set stands for
// profiles[i].
type evidence struct {
	words   table         // by hash of a frequent word
	endings table         // by the last letters
	letters [0x700]letter // by rune
	has     []uint64      // the profiles that use a special letter
}

var known = readProfiles()

func readProfiles() *evidence {
	e := &evidence{words: newTable(), endings: newTable(), has: make([]uint64, 1, maxSpecial)}
	for r := range e.letters {
		e.letters[r] = newLetter(rune(r))
	}
	for i, p := range profiles {
		bit := uint64(1) << i
		for _, r := range p.letters {
			l := &e.letters[r]
			if l.special == 0 {
				l.special = uint8(len(e.has))
				e.has = append(e.has, 0)
			}
			e.has[l.special] |= bit
		}
		for _, w := range strings.Fields(p.words) {
			if ending, ok := strings.CutPrefix(w, "*"); ok {
				w := spell(ending)
				e.endings.add(w.last(), bit)
			} else {
				known := spell(w)
				e.words.add(known.hash(), bit)
			}
		}
	}
	for r := range e.letters {
		if low := e.letters[r].lower; int(low) < len(e.letters) {
			e.letters[r].special = e.letters[low].special
		}
	}
	return e
}

// maxSpecial is how many special letters there can be.
const maxSpecial = 160
