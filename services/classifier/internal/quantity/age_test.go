package quantity

import "testing"

// How old somebody is counts nobody, in brackets, between commas or behind a name.
func TestAges(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"en", "Raju Sidam (26), was allegedly killed", ""},
		{"en", "Ahmed Ali (34) and Omar Said (28) were shot dead", ""},
		{"en", "He was named as Ali Khan (45)", ""},
		{"en", "A soldier, identified as Om Prakash 32 was injured", ""},
		{"en", "Ali Khan, 45, was killed", ""},
		{"ru", "Житель Оша Азамат Б. (34) убит", ""},
		{"ky", "Азамат Асанов (34) өлтүрүлдү", ""},
		{"tr", "Ali Yılmaz (34) öldürüldü", ""},
		{"fr", "Jean Dupont (41) a été tué", ""},
		{"es", "Juan Pérez (41) fue asesinado", ""},
		{"ar", "قتل أحمد علي (٣٤) في كابول", ""},
		// and what counts people
		{"en", "Six (6) soldiers were killed", "6..6 Six"},
		{"en", "In Osh 32 were injured", "32..32 32"},
		{"en", "the attack (12 killed, 3 wounded)", "12..12 12; 3..3 3"},
		{"en", "a toll of more than (120) in all", "120..120 120"},
	} {
		if got := numbers(c.language, c.text); got != c.want {
			t.Errorf("%s %q\n got %q\nwant %q", c.language, c.text, got, c.want)
		}
	}
}
