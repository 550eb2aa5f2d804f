package classifier

import (
	"testing"

	"faultline/pkg/event"
)

// Whose word it is, by the shipped rules: the speaker before and behind the verb,
// one without a name, and nobody where the sentence has turned to something else.
func TestShippedAttributions(t *testing.T) {
	r := shipped(t)
	for _, c := range []struct{ language, source, text string }{
		{"en", "unnamed", "Gunmen attacked a police post, a police source who asked not to be named said."},
		{"en", "unnamed", "Gunmen kidnapped the mayor, according to an anonymous source."},
		{"en", "hearsay", "Gunmen allegedly kidnapped the mayor."},
		{"ru", "hearsay", "Боевики, предположительно, похитили мэра."},
		{"es", "hearsay", "Hombres armados secuestraron presuntamente al alcalde."},
		{"fr", "hearsay", "Selon des informations non confirmées, des hommes armés ont enlevé le maire."},
		{"en", "witness", "Gunmen kidnapped the deputy governor, according to two residents of the village."},
		{"en", "official", "Gunmen kidnapped the governor, said the police."},
		{"en", "", "The ministry denied that food had run out, but gunmen seized the town hall."},
		{"en", "", "The government denied reports of a coup; protesters stormed the presidential palace."},
		{"ru", "official", "Губернатор похищен боевиками в горах, сообщили в МВД."},
		{"ru", "official", "Мэр похищен вооруженным боевиком, сообщили в полиции."},
		{"ru", "", "Губернатор похищен боевиками в горах."},
		{"ru", "armed-group", "Захвачено здание суда, сообщили боевики."},
		{"ru", "official", "Вооружённые люди захватили здание областной администрации, сообщил губернатор."},
		{"ru", "unnamed", "Боевики захватили здание администрации, сообщил источник в правоохранительных органах."},
		{"ru", "unnamed", "Боевики похитили мэра, сообщил источник, пожелавший остаться неназванным."},
		{"ru", "", "Министерство опровергло, что топливо закончилось, но боевики захватили здание мэрии."},
		{"ky", "official", "Белгисиз адамдар милиция бөлүмүнө кол салышты, деп билдирди ИИМ."},
		{"ky", "unnamed", "Атын атагысы келбеген булактын айтымында, куралчандар губернаторду уурдап кетишти."},
		{"ky", "witness", "Белгисиз адамдар акимди уурдап кетишти, дешти айыл тургундары."},
		{"ky", "", "Министрлик күйүүчү май түгөндү деген кабарды төгүндөдү, бирок куралчандар мэрия имаратын басып алышты."},
		{"kk", "official", "ІІМ хабарлауынша, белгісіз адамдар полиция бөлімшесіне шабуыл жасады."},
		{"kk", "unnamed", "Аты-жөнін атамауды сұраған дереккөздің айтуынша, қарулы адамдар губернаторды ұрлап кетті."},
		{"kk", "", "Министрлік жанармай таусылды деген хабарды жоққа шығарды, бірақ қарулы адамдар әкімдік ғимаратын басып алды."},
		{"uz", "official", "IIV maʼlumotiga koʻra, noma'lum shaxslar militsiya bo'limiga hujum qildi."},
		{"uz", "unnamed", "Исмини ошкор қилишни истамаган манбага кўра, қуролли шахслар ҳокимни ўғирлаб кетди."},
		{"uz", "", "Vazirlik yoqilg'i tugaganini rad etdi, lekin qurolli shaxslar hokimlik binosini egallab oldi."},
		{"tg", "witness", "Ба гуфтаи шоҳидон, афроди мусаллаҳ раиси шаҳрро рабуданд."},
		{"tg", "official", "Ба иттилои ВКД, афроди номаълум ба шуъбаи полис ҳамла карданд."},
		{"tg", "", "Вазорат тамом шудани сӯзишвориро рад кард, вале афроди мусаллаҳ бинои ҳукуматро ишғол карданд."},
		{"tr", "official", "Polis, silahlı kişilerin valiyi kaçırdığını açıkladı."},
		{"tr", "unnamed", "Adının açıklanmasını istemeyen bir kaynağa göre silahlı kişiler karakola saldırdı."},
		{"tr", "", "Bakanlık yakıtın bittiğini yalanladı ama silahlı kişiler belediye binasını ele geçirdi."},
		{"fr", "official", "Des hommes armés ont enlevé le gouverneur, a annoncé la police."},
		{"fr", "unnamed", "Des hommes armés ont attaqué un poste de police, selon une source sécuritaire qui a requis l'anonymat."},
		{"fr", "", "Le ministère a démenti que le carburant manquait, mais des hommes armés ont pris d'assaut la mairie."},
		{"es", "official", "Hombres armados secuestraron al gobernador, informó la policía."},
		{"es", "unnamed", "Según una fuente anónima, hombres armados atacaron una comisaría."},
		{"es", "", "El ministerio negó que faltara combustible, pero hombres armados tomaron el ayuntamiento."},
		{"ar", "official", "خطف مسلحون المحافظ، قالت الشرطة."},
		{"ar", "unnamed", "هاجم مسلحون مركز شرطة، بحسب مصدر رفض الكشف عن اسمه."},
		{"ar", "", "نفت الوزارة نفاد الوقود، لكن مسلحين استولوا على مبنى البلدية."},
	} {
		asserted := 0
		for _, f := range r.engine.AssessAs(c.language, event.Item{Text: c.text}).Findings {
			if f.Assertion != event.Asserted {
				continue
			}
			asserted++
			got, words := "", ""
			if f.Attribution != nil {
				got, words = f.Attribution.Source, f.Attribution.Text
			}
			if got != c.source {
				t.Errorf("%s: %s: %s has the source %q (%s), want %q", c.language, c.text, f.Indicator, got, words, c.source)
			}
		}
		if asserted == 0 {
			t.Errorf("%s: %s: nothing is asserted", c.language, c.text)
		}
	}
}
