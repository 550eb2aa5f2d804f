package lang

import (
	"strings"
	"testing"
)

func TestDetect(t *testing.T) {
	for _, c := range []struct{ declared, title, text, want string }{
		{"", "Clashes in Osh", "Police said that two people were killed in the south.", "en"},
		{"", "Osh clashes kill two", "", "en"},
		{"", "Столкновения в Оше", "По данным милиции, погибли два человека.", "ru"},
		{"", "Ош шаарында", "Өкмөт жана парламент өкүлдөрү жолугушту, деп билдирди үчүнчү күнү.", "ky"},
		{"", "", "Кыргыз шаарында болгон окуя тууралуу милиция менен прокуратура айтты жана кийин бул маалымат", "ky"},
		{"ru", "", "Өкмөт жана парламент өкүлдөрү жолугушту, үчүнчү күнү көчөдө.", "ky"},
		{"ky", "", "В столкновениях на юге страны погибли два человека, сообщили в милиции области, раненых десятки.", "ru"},
		{"", "", "Қазақстанда наразылық өтті, полиция әрекет етті, ұлттық үлгі", "kk"},
		{"", "", "Ўзбекистонда ҳукумат қарори, ғалаба", "uz"},
		{"", "", "Дар Тоҷикистон ҳукумат ҷаласаи навбатӣ", "tg"},
		{"", "", "На сході України тривають бої, є загиблі, її повідомили", "uk"},
		{"", "", "Беларускі ўрад паведаміў, што ўсё спакойна і добра", "be"},
		{"bg", "", "Полицията съобщи за двама загинали при сблъсък", "bg"},
		{"", "", "Toshkentda hukumat bilan uchrashuv boʻldi va bu haqida xabar", "uz"},
		{"", "", "Ankara'da polis ve göstericiler çatıştı, ağır yaralı için", "tr"},
		{"", "", "Bakıda polis və nümayişçilər qarşıdurması üçün ağır", "az"},
		{"", "", "Die Polizei und die Demonstranten in der Stadt wurden von dem Gericht", "de"},
		{"", "", "La police et les manifestants dans la ville, selon le ministre des armées", "fr"},
		{"", "", "La policía y los manifestantes en la ciudad según el ministro de las fuerzas", "es"},
		{"", "", "قالت الشرطة إن شخصين قتلا", "ar"},
		{"", "", "پلیس گفت دو نفر در گفتگو کشته شدند چرا", "fa"},
		{"", "", "پولیس نے کہا کہ دو افراد ہلاک ہوئے ٹ", "ur"},
		{"", "", "پولیس ټولو ته وویل ډېر", "ps"},
		{"", "", "ساقچىلار ئىككى ئادەم ۋە ئۆلدى", "ug"},
		{"fa", "", "سلام دوست من", "fa"},
		{"", "奥什发生冲突", "", "zh"},
		{"ja", "奥什", "", "ja"},
		{"ka", "საქართველო", "", "ka"},
		{"", "123", "", ""},
		{"ru", "", "", "ru"},
		{"en-GB", "Bishkek", "", "en"},
		{"tr", "Bişkek", "", "tr"},
		{"ru", "Bishkek today", "The police said that it was a march", "en"},
	} {
		if got := Detect(c.declared, c.title, c.text); got != c.want {
			t.Errorf("Detect(%q, %q, %q) = %q, want %q", c.declared, c.title, c.text, got, c.want)
		}
	}
}

func TestBase(t *testing.T) {
	for in, want := range map[string]string{"ru-RU": "ru", "EN_us": "en", " ky ": "ky", "": ""} {
		if got := Base(in); got != want {
			t.Errorf("Base(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestStemmer(t *testing.T) {
	for _, c := range []struct{ language, a, b string }{
		{"en", "clashes", "clash"}, {"ru", "столкновения", "столкновений"}, {"de", "kämpfen", "kämpfe"},
		{"fr", "manifestants", "manifestant"}, {"es", "protestas", "protesta"},
	} {
		stem := Stemmer(c.language)
		if stem(c.a) != stem(c.b) {
			t.Errorf("%s: %s and %s have the stems %s and %s", c.language, c.a, c.b, stem(c.a), stem(c.b))
		}
	}
	if Stemmer("fa") != nil || Stemmer("") != nil {
		t.Error("a language without a stemmer has one")
	}
	long := strings.Repeat("ing", 40)
	for _, word := range []string{"бегущие", long, "kýrgyzstans"} {
		if got := Stemmer("en")(word); got != word {
			t.Errorf("the English stem of %q is %q, want the word", word, got)
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add("en", "Clashes", "в Оше")
	f.Fuzz(func(t *testing.T, declared, title, text string) {
		got := Detect(declared, title, text)
		if got != Base(got) {
			t.Fatalf("language %q is no base language", got)
		}
		for _, language := range []string{"en", "ru", "fr", "ky", "tr", "ar"} {
			if stem := Stemmer(language)(text); text != "" && stem == "" {
				t.Fatalf("%s: the stem of %q is empty", language, text)
			}
		}
	})
}
