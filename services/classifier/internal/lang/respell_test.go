package lang

import "testing"

func TestRespell(t *testing.T) {
	for phrase, want := range map[string]string{
		"hujum*":                         "ҳужум*",
		"qurolli shaxs*":                 "қуролли шахс*",
		"o'ldirildi*":                    "ўлдирилди*",
		"oʻldirildi":                     "ўлдирилди",
		"yo'lni to'sdi":                  "йўлни тўсди",
		"g'alayon*":                      "ғалаён*",
		"elchixona*":                     "элчихона*",
		"yetti kishi":                    "етти киши",
		"politsiya bo'lim*":              "полиция бўлим*",
		"san'at":                         "санъат",
		"<target: @official> ..8 olib":   "<target: @official> ..8 олиб",
		"<n> ..4 @killed-words":          "", // nothing to spell
		"<n> ..4 (halok bo'ldi*|yara*)":  "<n> ..4 (ҳалок бўлди*|яра*)",
		"@armed-group":                   "",
		"қурол*":                         "",
		"[eng] =chegara ~3 @base kelish": "[энг] =чегара ~3 @base келиш",
	} {
		if got := Respell("uz", phrase); got != want {
			t.Errorf("%q is %q, want %q", phrase, got, want)
		}
	}
	if got := Respell("tr", "hujum"); got != "" {
		t.Errorf("a Turkish phrase is respelled as %q", got)
	}
}
