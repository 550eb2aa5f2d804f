package story

// kindOfThing says what a thing is in a story.
type kindOfThing uint8

const (
	site     kindOfThing = iota // a building, a vehicle, a gathering: where it happened, or what was hit
	people                      // who did it, or to whom it was done
	mayor                       // whom a town has one of
	governor                    // whom a province or a country has one of
	cause                       // what it is about
	means                       // by what: reports of one event name now this and now that
	thingKinds
)

// thing is what reports name in any language, by the beginnings of the folded
// words for it: "=" before a whole word, "_" between two words in a row, "de" left out.
type thing struct {
	kind   kindOfThing
	words  string
	common bool // many stories name it
}

// thingList are the things by which reports in two languages are told to be of one
// event or of two: words in the ten languages of the rules.
func thingList() []thing { return append(sites(), whoAndWhy()...) }

func sites() []thing {
	return []thing{
		{site, `barrack garrison казарм гарнизон caserne cuartel kişla kazarma qazarma ثكن воинск_част harbiy_qism`, false},
		{site, `city_hall town_hall city_council =мэрия =мэрии =мэрию =мэрией мэриясы мэриянын ратуш акимат әкімдік әкімдіг mairie hôtel_ville ayuntamiento alcaldía hokimlik hokimiyat ҳукумати_шаҳр belediye_bina belediye_önü مبنى_البلدي`, false},
		{site, `parliament парламент parlament асамбле assembly assemblée assemblee congreso meclis маҷлис majlis برلمان`, false},
		{site, `ministry министерств министрлиг министрлік ministère ministerio vazirlig bakanlig вазорат وزارة`, false},
		{site, `palace =дворец дворц =palais palacio sarayi =қаср قصر`, false},
		{site, `=school =schools boarding_school pensionnat школ мектеп мектеб maktab escuela colegio =école =écoles =lycée okul мактаб مدرسة`, false},
		{site, `universit университет universid üniversite campus кампус kampüs донишгоҳ جامعة`, false},
		{site, `hospital больниц госпитал оорукана аурухана kasalxona shifoxona hastane hôpital hopital clinic клиник беморхона مستشفى`, true},
		{site, `mosque мечет мечит мешіт masjid cami mezquita mosquée масҷид مسجد`, false},
		{site, `church церк собор чиркөө шіркеу cherkov kilise iglesia église калисо كنيسة`, false},
		{site, `market bazaar bazar рынок рынк базар bozor pazar mercado marché marche_aux бозор =سوق`, false},
		{site, `=shop =shops =store shopping_mall магазин дүкөн дүкен dokon mağaza magasin centre_commercial tienda centro_comercial торгов_центр мағоза متجر متاجر`, false},
		{site, `bus_station bus_stop автовокзал автостанц остановк автобекет avtovokzal otogar gare_routière terminal_buses محطة_حافلات`, false},
		{site, `railway_station train_station вокзал вокзаль =gare =gares estación_tren вокзали محطة_القطار`, false},
		{site, `airport аэропорт әуежай aeroport havaalan havaliman aeropuerto aéroport фурудгоҳ مطار`, false},
		{site, `=port =ports =порт =порта =порту =порты liman =puerto =бандар ميناء grain_terminal`, false},
		{site, `hotel гостиниц отель отеля отеле мейманкана қонақүй mehmonxona =otel =oteli =otelde hôtel меҳмонхона فندق`, false},
		{site, `=bank =banks =банк =банка =банке =banka banque =banco =бонк =بنك مصرف`, false},
		{site, `prison =jail тюрьм тюрем колони =сизо түрмө түрме qamoqxona hapishane cezaev cárcel carcel зиндон سجن`, false},
		{site, `=court =courts courthouse =суд =суда =суде =суду tribunal sud_bino mahkeme суди محكمة`, false},
		{site, `police_station police_headquarters отдел_милиц отдел_полиц отделени_милиц отделени_полиц милиция_бөлүм полиция_бөлім estación_policía commissariat emniyet_müd karakol polis_merkez шуъбаи_милис مركز_شرطة مركز_للشرطة`, false},
		{site, `checkpoint блокпост roadblock barrage =retén punto_control kontrol_nokta نقطة_تفتيش حاجز постгоҳ`, false},
		{site, `border_post border_outpost погранзастав застав шекара_бекет chegara_posti sinir_karakol дидбонгоҳ`, false},
		{site, `refiner нефтезавод нефтеперераб raffinerie refinería refineria rafineri neftni_qayta مصفاة`, false},
		{site, `oilfield oil_field месторожд нефтян_месторожд мұнай_кен yacimiento حقل_نفط حقلا_نفط`, false},
		{site, `power_station power_plant substation электростанц подстанц электр_станц central_eléctrica centrale_élec elektr_stansiya elektrik_santral нерӯгоҳ محطة_كهرب`, false},
		{site, `=bridge =bridges =мост =моста =мосту =мосте көпүрө көпір koprik =köprü köprüsü =puente =pont кӯпрук =جسر`, false},
		{site, `=square =площадь площади =майдан аянт алаң maydon meydan =plaza майдони ميدان ساحة`, true},
		{site, `=cafe =café =cafés =кафе kafe restaurant ресторан restoran lokanta restaurante مطعم مقهى`, false},
		{site, `wedding свадьб свадеб тойкана үйлену toyxona düğün =boda =noces mariage тӯй =زفاف`, false},
		{site, `nightclub =club discoteca ночн_клуб gece_kulüb boîte_nuit`, false},
		{site, `stadium стадион stadyum estadio stade =матч ملعب`, false},
		{site, `embass consulat посольств консульств элчилик елшілік elchixona elçilik embajad ambassad сафорат سفارة قنصل`, false},
		{site, `armoury armory arsenal оружейн_склад қару_қойма cephanel مستودع_أسلح`, false},
		{site, `minibus микроавтобус маршрутк furgoneta`, false},
		{site, `=bus =buses автобус avtobus otobüs autobús =autocar ҳофила حافلة`, false},
		{site, `motorcycl motorbike мотоцикл mototsikl motosiklet =moto =motos motocicl دراجة_ناري`, false},
		{site, `=train =trains =поезд =поезда =поезде поезд =tren =trenes қатора =قطار`, false},
		{site, `=mine =mines =шахта =шахты =шахте =шахту рудник кен_орн =mina =minas =maden منجم`, false},
		{site, `=houses =homes жил_дом жилы_дом жилых үйлөр үйлер =maisons =casas =evlere хонаҳо منازل`, true},
		{site, `customs таможн =бажы бажыканасы кеден bojxona gümrük =douane =douanes aduana гумрук جمارك`, false},
		{site, `white_house бел_дом =ақ_үй =ак_үй presidential_palace maison_blanche casa_blanca beyaz_saray`, false},
		{site, `convoy автоколонн колонн конвой convoi convoy konvoy karvon қофила قافلة رتل`, false},
		{site, `sit_in сидяч отурма oturma_eylem plantón sentada اعتصام`, false},
		{site, `headquarter штаб karargah quartier_général cuartel_general qarorgoh مقر_قياد مقر_الجيش`, true},
		{site, `=depot =warehouse нефтебаз =склад =склада =складе склад_боеприпас =depo ombor қойма кампа dépôt =depósito مستودع مخزن анбор`, false},
		{site, `theatre theater театр teatr tiyatro théâtre =teatro مسرح`, false},
		{site, `bakery пекарн наабайкан наубайхан novvoyxona =firin boulangerie panadería مخبز нонвойхона`, false},
		{site, `=camp =camps лагер =лагерь lager =kamp kampi =campamento campement مخيم معسكر қароргоҳ`, false},
	}
}

func whoAndWhy() []thing {
	return []thing{
		{people, `=soldier =soldiers serviceman servicemen troops солдат военнослуж =военных =военные жоокер аскер сарбаз askar =asker =askerler soldado =soldat =soldats militaires сарбоз аскар =جندي جنود جنديين`, true},
		{people, `=policeman =policemen =policewoman police_officer =officer милиционер полицейск полиц_кызмат policía_fue =policier =policiers =agentes =polisler =polis_şehit политсиячи شرطي`, true},
		{people, `border_guard пограничник чек_арачы шекарашы chegarachi`, false},
		{people, `miner шахтер горняк кенчи кенші shaxtyor konchi maden_işçi minero mineur маъданчи عمال_المناجم`, false},
		{people, `teacher учител педагог мугалим мұғалім oqituvchi muallim öğretmen maestro maestra docente profesor enseignant professeur омӯзгор муаллим معلم مدرسين`, false},
		{people, `student студент talaba öğrenci étudiant etudiant estudiante донишҷӯ =طلاب =طلبة`, true},
		{people, `pupil schoolchild schoolgirl schoolboy школьник окуучу оқушы oquvchi élève eleve =alumno =alumnos хонанда تلاميذ تلميذ`, false},
		{people, `=doctor =doctors medics physician =врач =врача =врачей =врачи дарыгер дәрігер shifokor =doktor =hekim médecin medecin médico табиб духтур طبيب أطباء`, false},
		{people, `nurse медсест медсестра hamshira hemşire infirmi enfermer ҳамшира ممرض`, false},
		{people, `=driver =drivers водител шофер айдоочу жүргізуші haydovchi =şoför sürücü chauffeur conducteur conductor chofer ронанда سائق`, false},
		{people, `taxi такси taksi تاكسي`, false},
		{people, `farmer peasant фермер дыйкан диқан шаруа dehqon çiftçi campesino agriculteur paysan agricultor деҳқон مزارع فلاح`, false},
		{people, `trader shopkeeper vendor торговц продавц сатуучу саудагер savdogar tüccar esnaf commerçant comerciante vendedor тоҷир تجار`, false},
		{people, `oil_worker нефтяник мұнайшы нефтчи neftchi petrolero pétrolier عمال_النفط`, false},
		{people, `rail_worker railway_worker железнодорожник темиржолчу теміржолшы temiryolchi demiryol cheminot ferroviario роҳиоҳан`, false},
		{people, `docker dockworker longshore докер =portuarios liman_işçi`, false},
		{people, `metro_work subway_worker метрополитен metro_haydov`, false},
		{people, `refuse_collector garbage_collector =мусорщики temizlik_işçi éboueur basurero`, false},
		{people, `lawyer адвокат avukat advokat avocat abogado محام`, false},
		{people, `engineer инженер muhandis mühendis ingénieur ingeniero муҳандис مهندس`, false},
		{people, `journalist reporter журналист jurnalist gazeteci periodista рӯзноманигор صحفي`, false},
		{people, `priest священник prêtre sacerdote =rahip ruhoniy қашиш كاهن`, false},
		{people, `=imam имам =imom имом إمام`, false},
		{people, `worshipper прихожан fidèle_musul намозгузор مصلي`, false},
		{people, `prisoner inmate detainee заключенн осужденн камактагы тұтқын mahbus mahkum détenu =preso =presos recluso маҳбус سجين سجناء`, false},
		{people, `investigator следовател тергөөчү тергеуші tergovchi savci муфаттиш محقق`, false},
		{people, `=judge =judges =судья =судьи =судью =судей hâkim =juge =juez =судя sudya قاضي`, false},
		{people, `councillor council_member =депутат депутат concejal meclis_üye conseiller вакил نائب`, false},
		{people, `union_leader trade_union профсоюз sindikalist sindical syndicat sendika нақоба نقابة`, false},
		{people, `football_fan жанкүйер =fans фанат болельщик hincha ultras taraftar مشجع`, false},
		{people, `smuggler контрабанд contraband kaçakçi қочоқбар مهرب`, false},
		{people, `=gang =gangs банд banda pandilla sicario gangster çete عصابة`, false},
		{people, `pensioner пенсионер nafaqaxor emekli retraité jubilad`, false},
		{people, `дольщик үлескер`, false},
		{people, `=women =woman женщин аялдар әйелдер ayollar kadinlar femmes mujeres занон نساء`, true},
		{people, `prosecutor прокурор prokuror savci procureur =fiscal مدعي_عام прокурори`, false},
		{people, `veteran ветеран vétéran`, false},
		{people, `customs_officer таможенник бажычы кеденші bojxonachi gümrük_memur douanier aduanero`, false},
		{people, `=pilot =pilots пилот учкуч ұшқыш uchuvchi =pilotes طيار`, false},
		{people, `baker пекар =наабайчы novvoy firinci boulanger panadero خباز`, false},
		{people, `gendarm жандарм jandarma دركي`, false},
		{people, `unemployed jobless безработн жумушсуз жұмыссыз ishsiz işsiz chômeur =desempleados عاطل عاطلون бекорон`, false},
		{people, `=youth =youths молодеж жаштар жастар yoshlar =gençler =jeunes jóvenes ҷавонон شبان`, true},
		{people, `activist активист белсенді faollar aktivist militant_des activista фаъол ناشط`, true},
		{people, `refugee беженц качкын босқын qochqin mülteci siğinmaci réfugié refugiado гуреза لاجئ`, false},
		{people, `=indigenous indígena autochtone`, false},
		{mayor, `mayor =мэр =мэра =мэру =мэром =мэре градоначальник =maire alcalde alcaldesa belediye_başkan шаҳрдор раиси_шаҳр shahar_hokim رئيس_بلدي عمدة`, true},
		{governor, `governor губернатор =vali =valisi =valisini gouverneur gobernador =губернатору hokimi محافظ`, true},
		{governor, `prime_minister премьер premier_ministr primer_ministr başbakan bosh_vazir сарвазир رئيس_الوزراء`, true},
		{cause, `=wage =wages =pay =salary =salaries зарплат айлык маянасы жалақы =maosh maosh ücret maaş salaire salario =sueldo маош أجور رواتب`, false},
		{cause, `=tax =taxes =налог налог салык салық soliq vergi impôt impuesto андоз ضريب`, false},
		{cause, `=land =земл земл жер_мыйзам arazi tierra =terres замин`, false},
		{cause, `=water =воды =воду =вода =agua irrigation сугат полив =آب مياه`, false},
		{cause, `closure closing закрыти жабылуу жабылу cierre fermeture kapatil إغلاق`, false},
		{cause, `layoff dismissal увольнен сокращен licenci despido işten_çikar бекор`, false},
		{cause, `=shift =shifts long_hours`, false},
		{cause, `power_cut power_outage blackout отключени_электр отключени_света свет_өчүр жарық_өшір elektr_uzil svet_uzil elektrik_kesinti coupure_courant coupure_délectric délestage apagón apagones қатъи_барқ انقطاع_الكهرباء انقطاع_التيار`, false},
		{cause, `=gas =газ =газа =газу =газдын =газын =gaz doğalgaz =غاز`, false},
		{cause, `fuel_price petrol_price =fuel =petrol бензин топлив жанармай күйүүчү_май benzin yoqilg akaryakit carburant combustible gasolina сӯзишворӣ وقود بنزين`, false},
		{cause, `=flour =bread =муки =мука =хлеб =хлеба =нан =нанын ekmek =farine =pain =harina =pan =нон طحين خبز`, false},
		{cause, `pension пенси зейнетақы nafaqa emekli_maaş retraites pensiones нафақа معاشات تقاعد`, false},
		{cause, `resign отставк кызматтан_кет кетишин кетуін istefo istifa démission renuncia dimisión истеъфо استقالة رحيل`, false},
		{cause, `election выбор шайлоо сайлау saylov seçim élection eleccion интихобот انتخاب`, true},
		{cause, `=fares transport_fare проезд жол_кире yolkira tarif =pasaje =boleto`, false},
		{means, `landmine =мина =мины =мину =минада =mayin mayini mayinin antipersonal =mina_antip лоғам =لغم`, false},
		{means, `car_bomb vehicle_bomb заминированн_авто заминированн_маш bomba_yük coche_bomba carro_bomba voiture_piégée سيارة_مفخخة мошини_пур`, false},
		{means, `suicide_bomb смертник шахид жан_кечти жанкешті xudkush intihar_sald kamikaze attentat_suicide suicida انتحاري маргталаб`, false},
		{means, `ambush засад буктурма торуыл pusu embuscade emboscada камин كمين pistirma`, false},
		{means, `=drone =drones беспилот дрон учкучсуз dron insansiz_hava =dronlar пилотсуз مسيرة طائرة_مسيرة бесарнишин`, true},
		{means, `=missile =missiles ракет raketa =füze füzeler =misil misiles мушак صاروخ`, true},
		{means, `grenade гранат granata =el_bomba granada норинҷак قنبلة_يدوية`, false},
		{means, `stab =knife =нож ножом ножев бычак пышақ pichoq biçak couteau cuchill apuñal корд سكين طعن`, false},
		{means, `tear_gas слезоточив жаш_агызуу көзден_жас biber_gaz lacrymog lacrimógen غاز_مسيل`, true},
		{means, `arson поджог подожг өрттө өртен kundakla incendié incendiar torched =fire =fires пожар енғин yong yangin сӯхтор حريق`, true},
	}
}
