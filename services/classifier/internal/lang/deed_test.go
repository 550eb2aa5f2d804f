package lang

import "testing"

func TestDeed(t *testing.T) {
	if !Deed("en", "deployment") || !Deed("en", "intervention") || Deed("en", "nation") || Deed("en", "marched") || Deed("fr", "déploiement") {
		t.Error("deployment is a deed, a nation and marching are none")
	}
}

func TestDid(t *testing.T) {
	for _, c := range []struct {
		language, word string
		want           bool
	}{{"en", "torched", true}, {"en", "burnt", true}, {"en", "bed", false}, {"en", "market", false}, {"ru", "сожгли", true}, {"ru", "базар", false}, {"ky", "өрттөдү", false}} {
		if got := Did(c.language, c.word); got != c.want {
			t.Errorf("Did(%s, %s) is %t", c.language, c.word, got)
		}
	}
	if !Endures("en", "died") || !Endures("en", "suffered") || Endures("en", "killed") || Endures("ru", "died") {
		t.Error("who died or suffered did nothing, who killed did")
	}
	if !Aside("en", "from") || Aside("en", "by") || Aside("ru", "из") {
		t.Error("behind \"from\" nobody is the subject, behind \"by\" is who did it")
	}
}
