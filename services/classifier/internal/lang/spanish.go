package lang

var ofSpanish = grammar{
	clause:      setOf("cuando", "mientras", "después"),
	pronouns:    setOf("él", "ella", "ellos", "lo", "los"),
	causes:      setOf("provoca", "provocó", "desata", "desató", "desencadenó"),
	says:        setOf("que"),
	tells:       []string{"informó", "anunció", "según", "dijo", "informa", "informan", "afirma", "comunicó", "confirmó", "dice"},
	relating:    []string{"inspeccion", "visit", "investig", "conden", "denunci", "deplor", "lament", "examin", "repudi"},
	passive:     setOf("fue", "fueron", "sido"),
	articles:    setOf("el", "la", "los", "las", "un", "una", "de", "del"),
	links:       setOf("de", "del", "la", "las", "los"),
	verbBetween: true,
	between:     setOf("entre"),
	joins:       setOf("y", "e"),
	within:      setOf("en"),
	during:      setOf("en", "durante"),
	around:      setOf("cerca", "hacia", "desde", "frente"),
	objectAfter: setOf("al", "a"),
	derivation: &derivation{romanceBare, []suffixClass{
		{"idad", "idad"}, {"ment", "mente"}, {"ant", "nte"}, {"ador", "dor"}, {"edor", "dor"}, {"idor", "dor"}, {"ist", "ista"}, {"iv", "ivo"},
	}},
}
