package lang

import (
	"strings"
	"testing"

	"faultline/services/classifier/internal/token"
)

// families are words as news of violence has them, one word's forms a line:
// all forms of a line have one stem.
var families = map[string]string{
	"en": `clash clashes clashed clashing
protest protests protested protesting
attack attacks attacked attacking
soldier soldiers
gunman gunman's
hostage hostages
kidnap kidnaps
explode explodes exploded exploding
rebel rebels
shoot shoots shooting
wound wounds wounded wounding
arrest arrests arrested arresting
weapon weapons
bomb bombs bombed bombing
village villages
riot riots rioted rioting
flee flees fleeing
march marches marched marching
strike strikes striking
seize seizes seized seizing
demonstrate demonstrated demonstration demonstrations
demonstrator demonstrators
deploy deployed deployment
officer officers
organize organized organizing organization
surrender surrendered surrendering
discover discovered discovers
authority authorities
hospital hospitals`,
	"ru": `столкновение столкновения столкновений столкновениях столкновениями
протест протеста протесты протестов протестам
нападение нападения нападений нападении
солдат солдата солдаты солдатами
заложник заложника заложники заложников заложниками
взрыв взрыва взрывы взрывов взрывом
повстанец
митинг митинга митинги митингов митинге
губернатор губернатора губернаторы губернатором
граница границы границе границу границах
убита убиты
ранен ранена ранены
боевик боевика боевики боевиков боевиками
мятеж мятежа мятежи мятежей мятежом
забастовка забастовки забастовку забастовкой
беженец
село села селе селом селах`,
	"fr": `manifestation manifestations
soldat soldats
attaque attaques attaquer attaqué attaquée
blessé blessés blessée blessées
otage otages
rebelle rebelles
explosion explosions
affrontement affrontements
arme armes
grève grèves
village villages
attentat attentats
manifestant manifestants manifestante
arrêté arrêtés arrêtée arrêtées arrêter
tué tués tuée tuées
policier policiers
frontière frontières
émeute émeutes
enlevé enlevés enlever
assaillant assaillants
bombe bombes
fusillade fusillades`,
	"es": `protesta protestas
soldado soldados
ataque ataques
herido heridos herida heridas
rehén
rebelde rebeldes
explosión
enfrentamiento enfrentamientos
arsenal
huelga huelgas
muerto muertos muerta muertas
manifestante manifestantes
detenido detenidos detenida detenidas
policía policías
frontera fronteras
secuestro secuestros
secuestrado secuestrados secuestrada
disparo disparos
bomba bombas
disturbio disturbios
militante militantes
explosivo explosivos
marcha marchas
bloqueo bloqueos
soldada soldado`,
	"ky": `жоокер жоокерлер жоокерлери жоокерлерди жоокерлердин жоокерге жоокердин жоокерлерден
согуш согушу согуштун согушта согуштар согуштарда согушка
митинг митингге митингдер митингде митингдин митинги
кармалды кармалган кармалып кармалгандар кармалгандардын
атышуу атышууда атышуулар атышуунун атышуудан
мектеп мектеби мектептер мектепте мектептин
шаар шаары шаарында шаарынын шаардан шаарга
министр министри министрдин министрлер министрге
чек чекте чектен чектин
жарадар жарадарлар жарадарларды жарадардын
өлтүр өлтүрүлдү өлтүрүлгөн өлтүрдү өлтүргөн
барымта барымтага барымтадан барымтасы
курал куралы куралдар куралдарды куралга
аким акими акимдин акимди акимдер
парламент парламенти парламентте парламенттин
облус облусу облусунда облусунун облустун облустарда`,
	"kk": `әскер әскерлер әскері әскердің әскерге әскерлерді әскерлермен
шабуыл шабуылы шабуылдар шабуылдан шабуылға шабуылда
митинг митингі митингіге митингтер митингте
ұсталды ұсталған ұсталып ұсталғандар ұсталғандардың
атыс атысы атыста атыстан атысқа
мектеп мектебі мектептер мектепте мектептің
қала қаласы қаласында қаланың қалаға қаладан
министр министрі министрдің министрлер министрге
жарақат жарақаты жарақаттар жарақаттан
тұтқын тұтқындар тұтқынды тұтқынның
қару қаруы қарулар қаруды қарудың
әкім әкімі әкімнің әкімді әкімдер
соғыс соғысы соғыста соғысқа соғыстың
облыс облысы облысында облыстың облыстар облыстан
жарылыс жарылысы жарылыстан жарылыстар
қақтығыс қақтығысы қақтығыстар қақтығыста
қылмыс қылмысы қылмыстар
полиция полициясы полицияның полициядан полицияға`,
	"uz": `askar askarlar askarlari askarlarni askarning askarga askarlardan
hujum hujumi hujumlar hujumda hujumdan hujumga hujumning
namoyish namoyishlar namoyishda namoyishga namoyishning
qurol quroli qurollar qurollarni qurolga
oʻldirildi oʻldirilgan oʻldirilib o'ldirdi oʻldirgan
otishma otishmada otishmalar otishmaga otishmadan
shahar shaharda shaharning shaharlar shaharga
vazir vaziri vazirning vazirlar vazirga
qishloq qishlogʻi qishloqda qishloqlar qishloqqa
yarador yaradorlar yaradorlarni yaradorning
аскар аскарлар аскарлари аскарларни аскарнинг аскарга
ҳужум ҳужуми ҳужумлар ҳужумда ҳужумдан ҳужумга
намойиш намойишлар намойишда намойишга
ўлдирилди ўлдирилган ўлдирди
қишлоқ қишлоғи қишлоқда қишлоқлар`,
	"tg": `сарбоз сарбозон сарбозҳо сарбози сарбозонро сарбозро
ҳамла ҳамлаи ҳамлаҳо ҳамлаҳои ҳамларо
ҳукумат ҳукумати ҳукуматро
намоиш намоишҳо намоиши намоишҳои
намоишгар намоишгарон намоишгаронро намоишгарони
силоҳ силоҳи силоҳҳо силоҳро силоҳҳои
кушт куштанд кушта куштааст
шаҳр шаҳри шаҳрҳо шаҳрҳои
вазир вазири вазирон вазирро вазирони
сарҳад сарҳади сарҳадро сарҳадҳо
нафар нафаре нафари
гаравгон гаравгонҳо гаравгонро гаравгонҳои
таркиш таркишҳо таркиши таркишҳои
ҷанг ҷанги ҷангҳо ҷангро ҷангҳои
мекушанд мекушад
милиса милисаи милисаҳо милисаро
деҳа деҳаи деҳаҳо деҳаҳои`,
	"tr": `asker askerler askeri askerin askerlere askerlerin askerlerden
saldırı saldırısı saldırılar saldırıda saldırıya saldırının saldırıları
çatışma çatışmalar çatışmada çatışmanın çatışmaya çatışmalarda
polis polisi polisin polisler polise polisten
silah silahı silahlar silahla silahlarla
yaralandı yaralanan yaralanmış
köy köyü köyde köyün köyler
rehine rehineler rehineleri rehinenin
kitap kitabı kitaplar kitapta
protesto protestolar protestosu protestoda
bakan bakanı bakanın bakanlar bakanlara
gösterici göstericiler göstericilere göstericilerin
ordu ordusu ordunun orduda orduya
sınır sınırı sınırda sınırın sınırlar
patlama patlamada patlamalar patlamanın
grev grevi grevde grevler grevin`,
	"ar": `هجوم الهجوم والهجوم هجومه بهجوم هجومها
مسلح المسلح مسلحون مسلحين المسلحين والمسلحون بالمسلحين
اشتباكات الاشتباكات واشتباكات باشتباكات
متظاهر متظاهرون المتظاهرين والمتظاهرين متظاهرين
شرطة الشرطة والشرطة للشرطة بالشرطة
قتل وقتل فقتل قتلت قتلوا قتلا
خطف وخطف خطفوا خطفت
انفجار الانفجار وانفجار انفجارات الانفجارات
جندي الجندي جنديان جنديين
محافظ المحافظ للمحافظ محافظة المحافظة
مدينة المدينة بالمدينة مدينته
حكومة الحكومة للحكومة والحكومة حكومته
إضراب الإضراب وإضراب للإضراب إضرابات
حدود الحدود وحدود بالحدود حدودها
احتجاج احتجاجات الاحتجاجات واحتجاجا
سلاح السلاح بسلاح سلاحه
معتقل معتقلين المعتقلون والمعتقلين`,
}

func TestFamilies(t *testing.T) {
	for code, lines := range families {
		stem, forms, wrong := Stemmer(code), 0, 0
		for line := range strings.SplitSeq(lines, "\n") {
			words := strings.Fields(line)
			want := stem(token.Fold(words[0]))
			for _, w := range words {
				forms++
				if got := stem(token.Fold(w)); got != want {
					t.Errorf("%s: the stem of %q is %q, of %q %q", code, w, got, words[0], want)
					wrong++
				}
			}
		}
		t.Logf("%s: %d of %d forms", code, forms-wrong, forms)
		if forms < 50 {
			t.Errorf("%s: only %d forms are tested", code, forms)
		}
	}
}

// Words of other meaning keep stems of their own.
func TestStemsApart(t *testing.T) {
	for code, pairs := range map[string]string{
		"en": "office officers, office officials, official officially, village villagers, support supporters, follow followers, protest protesters, protest protestants, minor minority, severe several, nation nationals, execution executives, explosion explosives, president presidency, resident residences, firefight firefighters, custom customers, dead deadly, prison prisoners, person personal, author authorities, emerge emergency, general generally, murder murderers, attack attackers",
		"fr": "journal journalistes, local localités, loyal loyalistes, explosion explosifs, détonation détonateurs",
		"es": "local localidad, embajada embajadores, trabajo trabajadores, protesta protestantes, asalto asaltantes, violento violentamente, explosión explosivos",
		"ky": "курал куралдуу, өлтүрдү өлтүргөн_жок, келди келбеди, атты атка, жаш жашыл, кан каза, сот сонун, чек чечим, согуш сокку, өлдү өлкө",
		"kk": "қару қарулы, келді келмеді, атыс аттар, жас жасыл, соғыс соғым, сот сон, өлді өлке",
		"uz": "qurol qurolli, keldi kelmadi, oʻldirdi oʻldirmadi, sud sudxoʻr, otishma otasi, urush urugʻ, jang jangchi",
		"tg": "силоҳ силсила, кушт кушод, ҷанг ҷангал, шаҳр шаҳид, сар сарбоз, ҳамла ҳама",
		"tr": "öldürdü öldürmedi, polis politik, saldırı saldırgan, silah silindi, grev greyder, asker askıda, vali valiz",
		"ar": "قتل قاتل, شرطة شرط, هجوم هجرة, جندي جنوب, سلاح صلاح, حرب حرم, لغم بلغم_",
	} {
		stem := Stemmer(code)
		for pair := range strings.SplitSeq(pairs, ", ") {
			a, b, _ := strings.Cut(pair, " ")
			if stem(token.Fold(a)) == stem(token.Fold(b)) {
				t.Errorf("%s: %q and %q have the stem %q", code, a, b, stem(token.Fold(a)))
			}
		}
	}
}

// A stem is a part of the word, but for its last letter and what derived it, is
// not empty, and is its own stem.
func TestStemsAreStable(t *testing.T) {
	for code, lines := range families {
		stem := Stemmer(code)
		for _, w := range strings.Fields(lines) {
			w = token.Fold(w)
			s := stem(w)
			if part, _, _ := strings.Cut(s, "+"); part == "" || len(part) > len(w)+1 {
				t.Errorf("%s: the stem of %q is %q", code, w, s)
			}
			switch code {
			case "en", "ru", "fr", "es": // Snowball's may shrink again
			default:
				if again := stem(s); again != s {
					t.Errorf("%s: the stem of %q is %q, of that %q", code, w, s, again)
				}
			}
		}
	}
}

// Lebanon is no artist: prefixes and endings of Arabic can be letters of the
// word itself.
func TestWordsKeptWhole(t *testing.T) {
	stem := Stemmer("ar")
	if a, b := stem("لبنان"), stem("فنان"); a == b {
		t.Errorf("both are %q", a)
	}
}
