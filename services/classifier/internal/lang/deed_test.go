package lang

import "testing"

func TestDeed(t *testing.T) {
	if !Deed("en", "deployment") || !Deed("en", "intervention") || Deed("en", "nation") || Deed("en", "marched") || Deed("fr", "déploiement") {
		t.Error("deployment is a deed, a nation and marching are none")
	}
}
