package quantity

func spanish() table {
	return table{
		cardinals: map[int]string{
			1: "un una uno", 2: "dos ambos ambas", 3: "tres", 4: "cuatro", 5: "cinco", 6: "seis", 7: "siete", 8: "ocho", 9: "nueve", 10: "diez", 11: "once",
			12: "doce", 13: "trece", 14: "catorce", 15: "quince", 16: "dieciséis", 17: "diecisiete", 18: "dieciocho", 19: "diecinueve", 20: "veinte",
			21: "veintiuno veintiún veintiuna", 22: "veintidós", 23: "veintitrés", 24: "veinticuatro", 25: "veinticinco", 26: "veintiséis", 27: "veintisiete",
			28: "veintiocho", 29: "veintinueve", 30: "treinta", 40: "cuarenta", 50: "cincuenta", 60: "sesenta", 70: "setenta", 80: "ochenta", 90: "noventa",
			100: "cien ciento", 200: "doscientos doscientas", 300: "trescientos trescientas", 400: "cuatrocientos cuatrocientas", 500: "quinientos quinientas",
			600: "seiscientos seiscientas", 700: "setecientos setecientas", 800: "ochocientos ochocientas", 900: "novecientos novecientas",
		},
		multipliers: map[int]string{10: "decena", 12: "docena", 20: "veintena", 30: "treintena", 100: "centenar centena"},
		scales:      map[int]string{1000: "mil millar", 1_000_000: "millón millones"},
		vague:       map[int]string{3: "varios varias", 20: "decenas", 24: "docenas", 200: "cientos centenares", 2000: "miles millares"},
		before: map[bound]string{
			atLeast:  "al menos,por lo menos,no menos de,como mínimo,cuando menos",
			moreThan: "más de,por encima de",
			upTo:     "hasta",
			atMost:   "como máximo,menos de,no más de,a lo sumo",
			exact:    "unos,unas,cerca de,casi,alrededor de,aproximadamente,un total de,entre,de,algunos,algunas",
		},
		after:      map[bound]string{atLeast: "o más,al menos,como mínimo,por lo menos", atMost: "como máximo"},
		and:        "y",
		andFrom:    20,
		halves:     "medio,media,y medio,y media",
		of:         "de",
		to:         "a",
		between:    "entre",
		points:     true,
		article:    true,
		growth:     "aument* ascend* ascien* subi* lleg* eleva*",
		yearBefore: "en de año",
		partBefore: "incluidos,incluidas,incluyendo,entre ellos,entre ellas,de ellos,de los cuales,entre los que",
		partAfter:  "de ellos,de ellas,de los cuales",
		measures: `año años mes meses semana* día días hora horas minuto* segundo* euro* dólar* peso pesos rublo* som soms kilómetro* metro metros tonelada* litro* vez veces grado* punto puntos gol goles
			casa casas edificio* vivienda* vehículo* coche* auto autos país países ciudad* pueblo* aldea aldeas distrito* provincia* región regiones escaño* escuela* mezquita* iglesia* partido* arma armas fusil* tanque*
			granada* cohete* misil* ataque* atentado* explosión explosiones bomba* incidente*`,
		percent:   "por ciento,por cien",
		months:    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre",
		labels:    "medio media por artículo número resolución página capítulo sección edad",
		negations: "ningún ninguna cada este esta ese esa",
		people: `persona* hombre* mujer* niño* niña* soldado* policía* militar* civil* manifestante* muerto* herido* habitante* refugiado* rebelde* rehén* rehenes periodista* estudiante* combatiente* militante*
			oficial* guardia* víctima* insurgente* opositor* agente* minero* trabajador* joven* menor*`,
	}
}
