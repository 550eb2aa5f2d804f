package lang

var ofSpanish = grammar{
	clause:      []string{"cuando", "mientras", "después"},
	pronouns:    []string{"él", "ella", "ellos", "lo", "los"},
	causes:      []string{"provoca", "provocó", "desata", "desató", "desencadenó"},
	says:        []string{"que"},
	tells:       []string{"informó", "anunció", "según", "dijo", "informa", "informan", "afirma", "comunicó", "confirmó", "dice"},
	relating:    []string{"inspeccion", "visit", "investig", "conden", "denunci", "deplor", "lament", "examin", "repudi"},
	passive:     []string{"fue", "fueron", "sido"},
	articles:    []string{"el", "la", "los", "las", "un", "una", "de", "del"},
	links:       []string{"de", "del", "la", "las", "los"},
	verbBetween: true,
	between:     []string{"entre"},
	joins:       []string{"y", "e"},
	within:      []string{"en"},
	during:      []string{"en", "durante"},
	around:      []string{"cerca", "hacia", "desde", "frente"},
	objectAfter: []string{"al", "a"},
	derivation: &derivation{romanceBare, []suffixClass{
		{"idad", "idad"}, {"ment", "mente"}, {"ant", "nte"}, {"ador", "dor"}, {"edor", "dor"}, {"idor", "dor"}, {"ist", "ista"}, {"iv", "ivo"},
	}},
}
