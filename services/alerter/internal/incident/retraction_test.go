package incident

import (
	"testing"

	"faultline/pkg/event"
)

func titled(title string) func(*event.Assessment) {
	return func(a *event.Assessment) { a.Item.Title = title }
}

func feed(name string) func(*event.Assessment) {
	return func(a *event.Assessment) { a.Item.Source.Feed, a.Item.Source.Title = name, "Outlet "+name }
}

func TestNoticeOf(t *testing.T) {
	for title, want := range map[string]notice{
		"RETRACTED: Governor kidnapped in Osh":                        takesBack,
		"[Withdrawn] Governor kidnapped in Osh":                       takesBack,
		"Governor kidnapped in Osh (retracted)":                       takesBack,
		"Retraction – Governor kidnapped":                             takesBack,
		"ОПРОВЕРЖЕНИЕ: губернатор похищен":                            takesBack,
		"Материал отозван. Губернатор похищен":                        takesBack,
		"Tekzip: Vali kaçırıldı":                                      takesBack,
		"Retiré : le gouverneur enlevé":                               takesBack,
		"سحب الخبر: اختطاف المحافظ":                                   takesBack,
		"CORRECTION: Three killed in Osh, not thirty":                 corrects,
		"UPDATE 2-CORRECTED-Three killed in Osh":                      corrects,
		"Reuters | Corrected: Three killed in Osh":                    corrects,
		"Three killed in Osh [Corrected]":                             corrects,
		"Исправлено: в Оше погибли трое":                              corrects,
		"УТОЧНЕНИЕ — В Оше погибли трое":                              corrects,
		"Düzeltme: Oş'ta üç ölü":                                      corrects,
		"Rectificatif - Trois morts à Och":                            corrects,
		"Fe de erratas: tres muertos en Osh":                          corrects,
		"تصحيح: ثلاثة قتلى في أوش":                                    corrects,
		"Түзету: Ошта үш адам қаза тапты":                             corrects,
		"CORRECTED-Three killed in Osh":                               corrects,
		"Correction-house riot leaves three dead":                     noNotice,
		"Снято: видео обстрела Оша":                                   noNotice,
		"Материал снят: в Оше погибли трое":                           takesBack,
		"Correction of the border angers villagers":                   noNotice,
		"Corrected toll of Osh clashes is three":                      noNotice,
		"Government in retreat: correction of prices":                 noNotice,
		"Protesters in Osh and Jalalabad demand: retraction: of laws": noNotice,
		"Army withdrawn from Osh (three days after the riot)":         noNotice,
		"Correction":       noNotice,
		"":                 noNotice,
		" : - () []":       noNotice,
		"Kill: a new film": noNotice,
	} {
		if got := noticeOf(title); got != want {
			t.Errorf("%q: %d, want %d", title, got, want)
		}
	}
}

// An outlet that heads its report so takes it back, once, whatever the text below still
// says.
func TestReportIsTakenBackByItsTitle(t *testing.T) {
	i := open(build("a", killed(3)))
	grave := func(a *event.Assessment) {
		a.Score, a.Severity, a.Categories = 90, event.SeverityCritical, []string{"coup"}
	}
	back := merge(i, build("a", titled("RETRACTED: Title of a"), revision(1), killed(9), grave))
	equal(t, "kind", back.Change.Kind, event.ChangeCorrected)
	equal(t, "reasons", back.Change.Reasons, []string{"Outlet a takes its report back"})
	equal(t, "sources", []int{back.Corroboration.Independent, back.Corroboration.Denied}, []int{0, 1})
	equal(t, "severity", back.Severity, event.SeverityModerate)
	equal(t, "categories", back.Categories, []string{"protest"})
	equal(t, "toll", back.Casualties.Killed, (*event.Count)(nil))
	again := merge(back, build("a", titled("RETRACTED: Title of a, with a comma"), revision(2)))
	equal(t, "once more", again.Change.Kind, event.ChangeReworded)
}

// So it does in an item of its own, which opens no incident.
func TestRetractionIsAnItemOfItsOwn(t *testing.T) {
	i := open(build("a"))
	x := build("b", feed("a"), titled("Retracted: Title of a"))
	equal(t, "it opens nothing", Admissible(Default(), x, noon), false)
	equal(t, "it is heard", Contradicts(Default(), x, noon), true)
	back := Merge(Default(), i, x, Text{CopyOf: "a"}, noon)
	equal(t, "reasons", back.Change.Reasons, []string{"Outlet a takes its report back"})
	equal(t, "sources", []int{back.Corroboration.Independent, back.Corroboration.Denied}, []int{0, 2})
	other := merge(open(build("a")), build("c", titled("Retracted: Title of a")))
	equal(t, "another outlet's word stands", []any{other.Change.Kind, other.Corroboration.Independent}, []any{event.ChangeCorrected, 1})
}

// A correction is told to those who have the report, and is news to others.
func TestReportIsCorrectedByItsTitle(t *testing.T) {
	i := open(build("a", killed(30)))
	fixed := merge(i, build("a", titled("CORRECTION: Title of a"), revision(1), killed(3)))
	equal(t, "kind", fixed.Change.Kind, event.ChangeCorrected)
	equal(t, "reasons", fixed.Change.Reasons, []string{"Outlet a corrects its report", "killed down from 30 to 3"})
	equal(t, "sources", fixed.Corroboration.Independent, 1)
	worse := merge(i, build("a", titled("CORRECTION: Title of a"), revision(1), killed(40)))
	equal(t, "upwards", []any{worse.Change.Kind, worse.Change.Reasons}, []any{event.ChangeEscalated, []string{"killed up from 30 to 40", "Outlet a corrects its report"}})
	again := merge(fixed, build("a", titled("CORRECTION: Title of a."), revision(2), killed(3)))
	equal(t, "once more", again.Change.Kind, event.ChangeReworded)
	x := build("b", titled("Corrected: Title of a"), killed(30))
	equal(t, "it may be the first report", Admissible(Default(), x, noon), true)
	equal(t, "of an outlet not heard before", merge(i, x).Change.Reasons, []string{"second independent source: Outlet b"})
}
