package correction

import "testing"

func TestInPerson(t *testing.T) {
	for text, want := range map[string]bool{
		"We withdraw our earlier report that the town hall was seized.": true,
		"Редакция отозвала материал о захвате мэрии":                    true,
		"Наше сообщение отозвано":                                       true,
		"Мо хабари худро дар бораи ишғоли бино бозпас мегирем.":         true,
		"Our earlier report was retracted on Monday":                    true,
		"Наше сообщение о захвате мэрии не подтвердилось.":              true,
		"Nos lecteurs le savent : nous rétractons notre article.":       true,
		// What is said of others, or is refused, takes nothing back.
		"Gunmen hold the town hall, our report from Osh says, and troops withdraw from the valley.": false,
		"We will not retract our story about the town hall":                                         false,
		"The editor refused to withdraw our report on the mayor":                                    false,
		"Редакция обратилась в милицию, но там не подтвердили захват мэрии":                         false,
		"Редакция узнала, что посол отозван в Бишкек":                                               false,
		"МВД не подтвердило наше сообщение о захвате мэрии":                                         false,
		"Мы не отзываем наше сообщение о захвате мэрии":                                             false,
		"Nous ne retirons pas notre article sur la mairie":                                          false,
		"No retiramos nuestra noticia sobre la toma del ayuntamiento":                               false,
		"": false,
	} {
		if got := InPerson(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
