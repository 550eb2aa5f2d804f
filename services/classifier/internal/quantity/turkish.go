package quantity

func turkish() table {
	return table{
		cardinals: map[int]string{
			1: "bir biri", 2: "iki ikisi ikisini ikiye", 3: "üç üçü üçünü üçe", 4: "dört dördü dörde", 5: "beş beşi beşe", 6: "altı altısı altıya", 7: "yedi yedisi yediye", 8: "sekiz sekizi sekize",
			9: "dokuz dokuzu dokuza", 10: "on", 11: "onbir", 12: "oniki", 13: "onüç", 14: "ondört", 15: "onbeş", 16: "onaltı", 17: "onyedi", 18: "onsekiz", 19: "ondokuz",
			20: "yirmi yirmisi yirmiye", 30: "otuz otuzu otuza", 40: "kırk kırkı kırka", 50: "elli ellisi elliye", 60: "altmış altmışı altmışa", 70: "yetmiş yetmişi yetmişe",
			80: "seksen sekseni seksene", 90: "doksan doksanı doksana",
		},
		multipliers: map[int]string{100: "yüz", 12: "düzine"},
		scales:      map[int]string{1000: "bin binden", 1_000_000: "milyon"},
		vague:       map[int]string{2: "çift", 3: "birkaç kaç", 20: "onlarca", 200: "yüzlerce", 2000: "binlerce"},
		before: map[bound]string{
			atLeast: "en az,en azından,asgari",
			atMost:  "en fazla,en çok,azami",
			exact:   "yaklaşık,neredeyse,toplam,yaklaşık olarak,tahminen,takriben",
		},
		after: map[bound]string{
			moreThan: "fazla,aşkın,çok", atLeast: "veya daha fazla,ve üzeri,ve daha fazla", atMost: "az", upTo: "kadar", exact: "yakın,civarında,arasında,arası",
		},
		halves:     "buçuk,yarım",
		ablatives:  "dan den tan ten",
		datives:    "a e",
		to:         "ila ile",
		suffixes:   "da de ta te i u ü si su sü yi yü nu ni nü den dan ten tan e a ye ya in un ün nin nun nün",
		points:     true,
		article:    true,
		yearAfter:  "yıl*",
		partBefore: "aralarında,bunlardan,bunların",
		partAfter:  "olmak üzere",
		and:        "ve",
		measures: `yıl* yılı ay aylık ayda hafta* gün* saat* dakika* saniye* yaşında* yaşındaki dolar* avro* euro* lira* tl kilometre* metre* ton tonluk litre* kez kere defa kat katlı
			ev evi evler bina* araç* araba* otomobil* ülke* şehir* kent* köy köyde köyler ilçe* il ilde ilde sandalye* milletvekilliği okul* cami* derece* puan* gol hektar* silah* tüfek* tank* parti*
			saldırı* patlama* bomba* roket* füze* noktada`,
		members:   "üyesi* yöneticisi* müdürü* öğretmeni* muhtarı* çalışanı* başkanı* bekçisi* korucusu* sakini*",
		months:    "ocak ocakta şubat* mart martta nisan* mayıs* haziran* temmuz* ağustos* eylül* ekim ekimde kasım* aralık*",
		labels:    "yüzde madde no numara sayılı okul saat",
		negations: "hiç her herhangi",
		people:    "kişi* insan* asker* polis* sivil* kadın* erkek* çocuk* gösterici* mülteci* yaralı* ölü* işçi* gazeteci* öğrenci* bakan militan* terörist* er korucu* şehit*",
	}
}
