package place

import (
	"strings"
	"testing"
)

// inLanguage checks sentences of one language, each with what it names.
func inLanguage(t *testing.T, sentences map[string]string) {
	t.Helper()
	for text, want := range sentences {
		if got := render(find("", text, "").Mentions); got != want {
			t.Errorf("%s\n\tgot  %s\n\twant %s", text, got, want)
		}
	}
}

func TestKyrgyzNames(t *testing.T) {
	inLanguage(t, map[string]string{
		"Жалал-Абадда кагылышуу болду.":            "Jalal-Abad/KG.03",
		"Оштон Бишкекке кербен келди.":             "Osh/KG.08, Bishkek/KG.01",
		"Баткен облусунда тынч.":                   "Batken Region/KG.09",
		"Кыргызстандын түштүгүндө суу жок.":        "Kyrgyzstan/KG",
		"Өзбекстан менен Тажикстан сүйлөштү.":      "Uzbekistan/UZ, Tajikistan/TJ",
		"Душанбеде жолугушту.":                     "Dushanbe/TJ.04",
		"Москвадан кабар.":                         "Moscow/RU.48",
		"АКШнын элчиси Ашхабадга учту.":            "Ashgabat/TM.S",
		"Казакстанда, Кытайда жана Ооганстанда.":   "Kazakhstan/KZ, China/CN, Afghanistan/AF",
		"Анжиян шаарына аскер кирди.":              "Andijan/UZ.01",
		"Ысык-Көлдө жана Токмокто жолдор жабык.":   "Issyk-Kul Region/KG.07, Tokmok/KG.02",
		"Каракалпакстандагы окуя Алматыда айтылды": "Karakalpakstan/UZ.09, Almaty/KZ.02",
	})
}

func TestKazakhNames(t *testing.T) {
	inLanguage(t, map[string]string{
		"Қырғызстанда тәртіпсіздік болды.":            "Kyrgyzstan/KG",
		"Жалалабад облысында атыс.":                   "Jalal-Abad Region/KG.03",
		"Астанада жиын өтті.":                         "Astana/KZ.05",
		"Маңғыстау облысында ереуіл.":                 "Mangystau/KZ.09",
		"Өзбекстаннан Шымкентке келді.":               "Uzbekistan/UZ, Shymkent/KZ.1537272",
		"Ресей мен Қытай шекарасы.":                   "Russia/RU, China/CN",
		"Бішкектен хабар.":                            "Bishkek/KG.01",
		"Шығыс Қазақстан облысында өрт.":              "East Kazakhstan/KZ.15",
		"Тәжікстанда, Ауғанстаннан, Түрікменстанның.": "Tajikistan/TJ, Afghanistan/AF, Turkmenistan/TM",
	})
}

func TestUzbekNamesInBothScripts(t *testing.T) {
	inLanguage(t, map[string]string{
		"Jalolobodda toʻqnashuv boʻldi.":           "Jalal-Abad/KG.03",
		"Oʻshdan Toshkentga keldi.":                "Osh/KG.08, Tashkent/UZ.13",
		"Botken viloyatida tinch.":                 "Batken Region/KG.09",
		"Qirgʻizistonning janubida.":               "Kyrgyzstan/KG",
		"Oʻzbekistonda va Tojikistonda.":           "Uzbekistan/UZ, Tajikistan/TJ",
		"Жалолободда тўқнашув бўлди.":              "Jalal-Abad/KG.03",
		"Ўшдан Тошкентга келди.":                   "Osh/KG.08, Tashkent/UZ.13",
		"Боткен вилоятида тинч.":                   "Batken Region/KG.09",
		"Қирғизистоннинг жанубида.":                "Kyrgyzstan/KG",
		"Ўзбекистонда ва Тожикистонда.":            "Uzbekistan/UZ, Tajikistan/TJ",
		"Андижонда, Наманганда ва Фарғонада.":      "Andijan/UZ.01, Namangan/UZ.06, Fergana/UZ.03",
		"Қорақалпоғистонда, Нукусда намойиш.":      "Karakalpakstan/UZ.09, Nukus/UZ.09",
		"Hirotda, Qobulda va Mozori Sharifda.":     "Herat/AF.11, Kabul/AF.13, Mazari Sharif/AF.30",
		"Ҳиротда ва Қандаҳорда портлаш.":           "Herat/AF.11, Kandahar/AF.23",
		"Damashqda va Halabda otishma.":            "Damascus/SY.13, Aleppo/SY.09",
		"Қозоғистонга ва Афғонистонга одам кетди.": "Kazakhstan/KZ, Afghanistan/AF",
	})
}

func TestTajikNames(t *testing.T) {
	inLanguage(t, map[string]string{
		"Дар Душанбе ва Хуҷанд ором аст.":            "Dushanbe/TJ.04, Khujand/TJ.03",
		"Дар вилояти Суғд тирпаронӣ шуд.":            "Sughd/TJ.03",
		"Аз Қирғизистон хабар расид.":                "Kyrgyzstan/KG",
		"Маркази Тоҷикистонро бастанд.":              "Tajikistan/TJ",
		"Дар шаҳри Ҷалолобод ва Боткан.":             "Jalal-Abad/KG.03, Batken Region/KG.09",
		"Дар Боткен ва Қандаҳор таркиш шуд.":         "Batken/KG.09, Kandahar/AF.23",
		"Артиши Афғонистон ба Ӯзбекистон наздик шуд": "Afghanistan/AF, Uzbekistan/UZ",
	})
}

func TestTurkishNames(t *testing.T) {
	inLanguage(t, map[string]string{
		"Celalabad'da ve Oş'ta çatışma çıktı.":      "Jalal-Abad/KG.03, Osh/KG.08",
		"Celalabad'da ve Kabil'de patlama oldu.":    "Jalalabad/AF.18, Kabul/AF.13",
		"Mezar-ı Şerif'te patlama oldu.":            "Mazari Sharif/AF.30",
		"Oş'tan Bişkek'e konvoy geldi.":             "Osh/KG.08, Bishkek/KG.01",
		"Kırgızistan'ın güneyinde halk ayaklandı.":  "Kyrgyzstan/KG",
		"Özbekistan ile Tacikistan sınırı kapattı.": "Uzbekistan/UZ, Tajikistan/TJ",
		"Taşkent’te ve Ankara'da görüşüldü.":        "Tashkent/UZ.13, Ankara/TR.68",
		"ABD ve Rusya açıklama yaptı.":              "United States/US, Russia/RU",
		"Kazakistan'a, Çin'e ve Afganistan'a.":      "Kazakhstan/KZ, China/CN, Afghanistan/AF",
	})
}

func TestFrenchNames(t *testing.T) {
	inLanguage(t, map[string]string{
		"Affrontements à Djalalabad et à Och.":           "Jalal-Abad/KG.03, Osh/KG.08",
		"Le sud du Kirghizistan est agité.":              "Kyrgyzstan/KG",
		"L'Ouzbékistan ferme la frontière.":              "Uzbekistan/UZ",
		"Les troupes d'Ouzbékistan et de l'Afghanistan.": "Uzbekistan/UZ, Afghanistan/AF",
		"Bichkek, Tachkent et Moscou se taisent.":        "Bishkek/KG.01, Tashkent/UZ.13, Moscow/RU.48",
		"Les États-Unis et la Russie appellent au calme": "United States/US, Russia/RU",
		"Explosions à Mossoul et à Bassora.":             "Mosul/IQ.15, Basra/IQ.02",
		"Londres et New York observent.":                 "London/GB.ENG, New York/US.NY",
	})
}

func TestSpanishNames(t *testing.T) {
	inLanguage(t, map[string]string{
		"Disturbios en Jalalabad y Osh, en Kirguistán.": "Jalal-Abad/KG.03, Osh/KG.08, Kyrgyzstan/KG",
		"Biskek y Taskent están en calma.":              "Bishkek/KG.01, Tashkent/UZ.13",
		"Uzbekistán, Tayikistán y Kazajistán.":          "Uzbekistan/UZ, Tajikistan/TJ, Kazakhstan/KZ",
		"Moscú, Londres y Pekín observan.":              "Moscow/RU.48, London/GB.ENG, Beijing/CN.22",
		"Estados Unidos y Rusia piden calma.":           "United States/US, Russia/RU",
	})
}

// Arabic writes "and", "in" and "to" to the name, and has no capitals.
func TestArabicNames(t *testing.T) {
	inLanguage(t, map[string]string{
		"انفجار في مدينة كفرزيتان.":                  "",
		"انفجار بمدينة كفرزيتان وآخر بكابول":         "Kabul/AF.13",
		"وصل الحجاج إلى المدينة المنورة.":            "Medina/SA.05",
		"اشتباكات في جلال آباد وأوش جنوب قرغيزستان.": "Jalal-Abad/KG.03, Osh/KG.08, Kyrgyzstan/KG",
		"انفجار في كابول وباتكين.":                   "Kabul/AF.13, Batken/KG.09",
		"هدوء في بيشكيك.":                            "Bishkek/KG.01",
		"أغلقت أوزبكستان وطاجيكستان الحدود.":         "Uzbekistan/UZ, Tajikistan/TJ",
		"وصل من موسكو إلى طشقند.":                    "Moscow/RU.48, Tashkent/UZ.13",
		"انفجار بالقاهرة ودمشق.":                     "Cairo/EG.11, Damascus/SY.13",
		"قالت الولايات المتحدة وروسيا.":              "United States/US, Russia/RU",
		"دعم مالي للحكومة":                           "",
	})
}

// The places of the desk keep their country whatever the language says around
// them.
func TestMainPlaceInEveryLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"Жалал-Абадда атышуу. Оштон аскер келди.":    "Jalal-Abad",
		"Jalolobodda otishma. Oʻshdan askar keldi.":  "Jalal-Abad",
		"Celalabad'da çatışma. Oş'tan asker geldi.":  "Jalal-Abad",
		"Tirs à Djalalabad. L'armée vient d'Och.":    "Jalal-Abad",
		"Tiros en Jalalabad. Tropas de Osh.":         "Jalal-Abad",
		"إطلاق نار في جلال آباد. قوات من أوش.":       "Jalal-Abad",
		"Тирпаронӣ дар Ҷалолобод. Артиш аз Ош омад.": "Jalal-Abad",
	} {
		main := find("", text, "").Main
		if main == nil || main.Country != "KG" || !strings.HasPrefix(main.Name, want) {
			t.Errorf("%s: %+v", text, main)
		}
	}
}
