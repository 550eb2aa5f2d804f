package correction

import "testing"

func TestOf(t *testing.T) {
	for title, want := range map[string]Kind{
		"RETRACTED: Governor kidnapped in Osh":                        TakesBack,
		"[Withdrawn] Governor kidnapped in Osh":                       TakesBack,
		"Governor kidnapped in Osh (retracted)":                       TakesBack,
		"Retraction – Governor kidnapped":                             TakesBack,
		"ОПРОВЕРЖЕНИЕ: губернатор похищен":                            TakesBack,
		"Материал отозван. Губернатор похищен":                        TakesBack,
		"Tekzip: Vali kaçırıldı":                                      TakesBack,
		"Retiré : le gouverneur enlevé":                               TakesBack,
		"سحب الخبر: اختطاف المحافظ":                                   TakesBack,
		"CORRECTION: Three killed in Osh, not thirty":                 Corrects,
		"UPDATE 2-CORRECTED-Three killed in Osh":                      Corrects,
		"Reuters | Corrected: Three killed in Osh":                    Corrects,
		"Three killed in Osh [Corrected]":                             Corrects,
		"Исправлено: в Оше погибли трое":                              Corrects,
		"УТОЧНЕНИЕ — В Оше погибли трое":                              Corrects,
		"Düzeltme: Oş'ta üç ölü":                                      Corrects,
		"Rectificatif - Trois morts à Och":                            Corrects,
		"Fe de erratas: tres muertos en Osh":                          Corrects,
		"تصحيح: ثلاثة قتلى في أوش":                                    Corrects,
		"Түзету: Ошта үш адам қаза тапты":                             Corrects,
		"CORRECTED-Three killed in Osh":                               Corrects,
		"Correction-house riot leaves three dead":                     None,
		"Снято: видео обстрела Оша":                                   None,
		"Материал снят: в Оше погибли трое":                           TakesBack,
		"Correction of the border angers villagers":                   None,
		"Corrected toll of Osh clashes is three":                      None,
		"Government in retreat: correction of prices":                 None,
		"Protesters in Osh and Jalalabad demand: retraction: of laws": None,
		"Army withdrawn from Osh (three days after the riot)":         None,
		"Correction":       None,
		"":                 None,
		" : - () []":       None,
		"Kill: a new film": None,
	} {
		if got := Of(title); got != want {
			t.Errorf("%q: %d, want %d", title, got, want)
		}
	}
}
