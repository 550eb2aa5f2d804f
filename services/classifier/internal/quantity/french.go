package quantity

func french() table {
	return table{
		cardinals: map[int]string{
			1: "un une", 2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf", 10: "dix", 11: "onze", 12: "douze",
			13: "treize", 14: "quatorze", 15: "quinze", 16: "seize", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante",
			70: "septante", 80: "huitante", 90: "nonante",
		},
		vigesimals: map[int]string{20: "vingt vingts"},
		multipliers: map[int]string{
			10: "dizaine", 12: "douzaine", 15: "quinzaine", 20: "vingtaine", 30: "trentaine", 40: "quarantaine", 50: "cinquantaine", 60: "soixantaine",
			100: "cent cents centaine",
		},
		scales: map[int]string{1000: "mille millier", 1_000_000: "million millions"},
		vague:  map[int]string{3: "plusieurs quelques", 20: "dizaines", 24: "douzaines", 200: "centaines", 2000: "milliers"},
		before: map[bound]string{
			atLeast:  "au moins,pas moins de,pas moins d,au minimum",
			moreThan: "plus de,plus d,au delà de,au-delà de",
			upTo:     "jusqu à",
			atMost:   "au plus,moins de,moins d,pas plus de,au maximum",
			exact:    "près de,près d,environ,quelque,presque,à peu près,un total de,entre,de,des",
		},
		after:      map[bound]string{atLeast: "au moins,ou plus,au minimum,et plus", atMost: "au plus"},
		and:        "et",
		andFrom:    20,
		halves:     "demi,et demi,et demie",
		of:         "de d",
		to:         "à",
		between:    "entre",
		points:     true,
		article:    true,
		growth:     "pass* grimp* mont*",
		yearBefore: "en de année",
		partBefore: "dont,parmi lesquels,parmi eux,y compris,notamment",
		partAfter:  "d entre eux",
		measures: `an ans année* mois semaine* jour jours journée* heure heures minute* seconde* euro* dollar* franc* rouble* som soms tenge* kilomètre* mètre* tonne* litre* fois degré* point points but buts
			maison* bâtiment* immeuble* véhicule* voiture* pays ville villes village villages district* province* région* siège* école* mosquée* église* parti partis arme armes fusil* char chars grenade* roquette* missile*
			attaque* attentat attentats explosion* bombe* incident* h`,
		percent:   "pour cent",
		months:    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
		labels:    "pour article numéro n résolution page chapitre section âge",
		negations: "aucun aucune chaque cette cet ce",
		people: `personne* homme* femme* enfant* soldat* policier* policière* gendarme* militaire* civil* manifestant* mort morts blessé* habitant* réfugié* rebelle* otage* journaliste* étudiant*
			combattant* militant* officier* garde gardes victime* insurgé* opposant* élève* ouvrier* mineur*`,
	}
}
