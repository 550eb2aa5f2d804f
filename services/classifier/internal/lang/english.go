package lang

var ofEnglish = grammar{
	headLast: true,
	clause:   setOf("when", "while", "after", "because", "where", "as"),
	likening: setOf(
		"dressed", "disguised", "masked", "posing", "posed", "masquerading", "known", "described", "identified", "named", "seen", "regarded", "used", "such", "well",
		"serving", "served", "acting", "acted", "working", "worked"),
	pronouns:  setOf("they", "it", "he", "she", "him", "them", "her"),
	leads:     setOf("in", "at", "during", "after", "before", "from", "to", "with", "against", "for", "over", "under", "than"),
	causes:    setOf("spark", "sparks", "sparked", "trigger", "triggers", "triggered", "prompt", "prompts", "prompted", "provoke", "provokes", "provoked", "fuels", "fuelled", "fueled"),
	says:      setOf("said", "says", "say", "told", "reported", "reports", "claimed", "claims", "confirmed", "stated", "added", "denies", "denied", "deny", "insists", "insisted", "admits", "admitted"),
	tells:     []string{"say", "says", "said", "tell", "tells", "told", "report", "reports", "reported", "announced", "announces", "according", "confirmed", "confirms"},
	relating:  []string{"inspect", "visit", "investigat", "probe", "probing", "condemn", "denounc", "deplor", "mourn", "commemorat", "examin", "survey", "lament"},
	passive:   setOf("was", "were", "been", "being", "be", "is", "are"),
	aside:     []string{"from", "against", "near", "towards", "toward"},
	did:       []string{"ed"},
	didToo:    []string{"took", "held", "shot", "beat", "burnt", "set", "threw", "stole", "drove", "broke", "led", "hung"},
	auxiliary: setOf("has", "have", "had", "having"),
	between:   setOf("between"),
	joins:     setOf("and"),
	victims: setOf(
		"kidnapped", "abducted", "killed", "arrested", "detained", "wounded", "injured", "murdered", "assassinated", "beheaded", "executed", "freed", "released",
		"dead", "missing", "jailed", "imprisoned", "deported", "extradited", "captured", "tortured", "beaten", "slain", "rescued", "hurt", "evicted", "expelled", "ambushed"),
	deeds: []string{"ment", "tion", "sion"},
	describing: setOf(
		"armed", "masked", "hooded", "unarmed", "unidentified", "unknown", "suspected", "alleged", "former", "ousted", "deposed", "opposition", "government", "pro-government", "anti-government",
		"foreign", "local", "young", "senior", "angry", "other", "more", "innocent", "peaceful", "civilian", "female", "male", "elderly", "heavily", "loyal", "rival", "striking", "retired", "high-ranking"),
	adjectives: adjectives{
		endings: []string{"ed"},
		after:   []string{"the", "a", "an", "of", "for", "to", "by", "with", "from", "against", "his", "her", "its", "their"},
	},
	articles:    setOf("the", "a", "an"),
	links:       setOf("of", "the"),
	verbBetween: true,
	within:      setOf("in", "at", "inside", "within", "across", "throughout"),
	during:      setOf("in", "during", "amid", "within"),
	around:      setOf("near", "outside", "towards", "toward", "to", "from", "beside", "around"),
	derivation: &derivation{englishBare, []suffixClass{
		{"ization", "iz"}, {"isation", "iz"}, {"iz", "iz"}, {"is", "iz"},
		{"ment", ""},
		{"ship", "ship"}, {"ness", "ness"}, {"less", "less"}, {"ful", "ful"}, {"ism", "ism"},
		{"anc", "nce"}, {"enc", "nce"}, {"ancy", "ncy"}, {"ency", "ncy"}, {"ity", "ity"},
		{"abl", "ble"}, {"ibl", "ble"}, {"iv", "ive"}, {"ous", "ous"}, {"al", "al"}, {"ic", "ic"}, {"ly", "ly"},
		{"ant", "nt"}, {"ent", "nt"}, {"er", "er"}, {"or", "er"},
	}},
}

// Further words of English, which says by the order of words what others say by
// their endings.
var (
	// held say as what people are held.
	held = [...]string{"hostage", "captive", "prisoner"}
	// upon are nouns of deeds behind which "of" says to whom they were done.
	upon = [...]string{
		"ambush", "ambushes", "ambushing", "kidnapping", "kidnap", "abduction", "abducting", "killing", "killings", "murder", "murders", "assassination", "slaying", "shooting", "bombing",
		"shelling", "bombardment", "arrest", "arrests", "detention", "seizure", "capture", "occupation", "storming", "siege", "beating", "execution", "massacre", "lynching", "stabbing",
		"hijacking", "torture", "harassment", "dispersal", "expulsion", "extradition", "deportation", "poisoning", "beheading", "burning", "ouster", "overthrow",
	}
	// taking are verbs in the past that act upon who stands behind them, and suffering
	// those that do not, although they end as others that do.
	taking    = [...]string{"taken", "took", "held", "shot", "beaten", "beat", "slain", "sent"}
	suffering = [...]string{"suffered", "sustained", "perished", "succumbed", "surrendered", "vanished", "disappeared", "fallen"}
	// participles are those of the passive that do not end in "ed".
	participles = [...]string{"held", "led", "run", "backed", "torn", "hurt", "shot", "taken", "made", "born", "slain", "beaten", "seen", "found"}
	// sakes are prepositions before those for whom, or because of whom, people are in the street,
	// and sakesOf nouns of it before "of".
	sakes   = [...]string{"for", "behind", "over", "after", "about"}
	sakesOf = [...]string{"release", "support", "memory", "honour", "honor", "favour", "favor", "defence", "defense", "acquittal", "death", "deaths", "return", "disappearance"}
	// adjuncts are nouns for who acts that describe the noun behind them.
	adjuncts = setOf(
		"army", "police", "military", "navy", "rebel", "guerrilla", "militia", "militant", "insurgent", "terrorist", "separatist", "opposition", "government", "security", "prison",
		"village", "church", "school", "gendarmerie")
	// related are words for who, or what, is somebody's.
	related = setOf(
		"aide", "aides", "adviser", "advisers", "advisor", "assistant", "secretary", "deputy", "bodyguard", "bodyguards", "driver", "spokesman", "spokeswoman", "lawyer",
		"son", "sons", "daughter", "wife", "husband", "brother", "sister", "father", "mother", "nephew", "niece", "cousin", "uncle", "relative", "relatives", "family",
		"supporter", "supporters", "follower", "followers", "loyalists", "opponents", "friend", "friends", "house", "home", "office", "car", "convoy", "motorcade", "residence")
	// days say when, beside those that end in "day", and where.
	days = [...]string{"tonight", "tomorrow", "overnight", "again", "there", "here"}
	// shortNouns are nouns of three letters, which most words of so few are not.
	shortNouns = [...]string{"van", "car", "bus", "hut", "jet"}
	// others neither are nouns nor describe one, and are in no other list.
	others = setOf(
		"that", "into", "amid", "last", "early", "late", "also", "this", "then", "they", "which", "whom", "whose", "upon", "until", "since", "next", "only", "shot", "dead",
		"will", "would", "could", "should", "must", "might", "cannot", "held", "struck", "began", "went", "came", "left", "lost", "fled", "took", "gave", "made")
)
