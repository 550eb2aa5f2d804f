package assess

import (
	"testing"

	"faultline/pkg/event"
)

// A verb that says so in its own form denies what it ends or makes of a noun; what
// a phrase says was not done is asserted.
func TestUndone(t *testing.T) {
	e := engine(t, `{indicators: [
  {id: slain, title: t, category: armed-attack, severity: high, points: 50, match: {tr: ["=valiyi öldür*", "yağma*"], uz: ["hujum*"]}},
  {id: disobeyed, title: t, category: mutiny, severity: high, points: 50, match: {tr: ["emre uyma*"], uz: ["bo'ysunma*", "qamadi"]}}]}`)
	for _, c := range []struct {
		language, text string
		want           event.Assertion
	}{
		{"tr", "Militanlar valiyi öldürdü.", event.Asserted},
		{"tr", "Militanlar valiyi öldürmedi.", event.Denied},
		{"tr", "Askerler emre uymadı.", event.Asserted},
		{"tr", "Kalabalık dükkanı yağmaladı.", event.Asserted},
		{"tr", "Kalabalık dükkanı yağmalamadı.", event.Denied},
		{"tr", "Dükkanlar yağmalanmadı.", event.Denied},
		{"uz", "Jangarilar hujum qildi.", event.Asserted},
		{"uz", "Jangarilar hujum qilmadi.", event.Denied},
		{"uz", "Жангарилар ҳужум қилмади.", event.Denied},
		{"uz", "Bu hujum, qilmadi.", event.Asserted},
		{"uz", "Bu hujum. Qilmadi.", event.Asserted},
		{"uz", "Bu hujum", event.Asserted},
		{"uz", "Аскарлар бўйсунмади.", event.Asserted},
		{"uz", "Hokimni qamadi.", event.Asserted},
	} {
		a := e.AssessAs(c.language, event.Item{Text: c.text})
		if got := a.Findings[0].Assertion; got != c.want {
			t.Errorf("%s is %s, want %s", c.text, got, c.want)
		}
	}
}
