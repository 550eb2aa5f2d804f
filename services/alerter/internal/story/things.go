package story

import "slices"

// kindOfThing says what a thing is in a story.
type kindOfThing uint8

const (
	site     kindOfThing = iota // a building, a vehicle, a gathering: where it happened, or what was hit
	people                      // who did it, or to whom it was done
	mayor                       // whom a town has one of
	governor                    // whom a province or a country has one of
	cause                       // what it is about
	means                       // by what: reports of one event name now this and now that
	aside                       // what else stands in a report of an event, and may be left out of another one
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
func thingList() []thing { return slices.Concat(sites(), persons(), officesCausesMeans()) }

func sites() []thing {
	return []thing{
		{site, `barrack garrison казарм гарнизон caserne cuartel kişla kazarma qazarma ثكن воинск_част harbiy_qism казармаи`, false},
		{site, `city_hall town_hall city_council =мэрия =мэрии =мэрию =мэрией мэриясы мэриянын ратуш акимат әкімдік әкімдіг mairie hôtel_ville ayuntamiento alcaldía hokimlik hokimiyat ҳукумати_шаҳр belediye_bina belediye_önü مبنى_البلدي مقر_البلدي`, false},
		{site, `parliament парламент parlament асамбле assembly assemblée assemblee congreso meclis маҷлис majlis برلمان`, false},
		{site, `ministry министерств министрлиг министрлік ministère ministerio vazirlig bakanliğ bakanlik вазорат وزارة`, false},
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
		{site, `checkpoint блокпост roadblock barrage =retén punto_control kontrol_nokta نقطة_تفتيش حاجز постгоҳ kontrol_punkt өткөрүү_пункт бақылау_бекет puesto_control poste_contrôle гузаргоҳ`, false},
		{site, `border_post border_outpost погранзастав застав шекара_бекет chegara_posti sinir_karakol дидбонгоҳ puesto_fronterizo poste_frontière`, false},
		{site, `refiner нефтезавод нефтеперераб raffinerie refinería refineria rafineri neftni_qayta مصفاة полоишгоҳ мұнай_өңде мунай_иштет`, false},
		{site, `oilfield oil_field месторожд нефтян_месторожд мұнай_кен yacimiento حقل_نفط حقلا_نفط`, false},
		{site, `power_station power_plant substation электростанц подстанц электр_станц central_eléctrica centrale_élec elektr_stansiya elektrik_santral нерӯгоҳ محطة_كهرب электростансия`, false},
		{site, `=bridge =bridges =мост =моста =мосту =мосте көпүрө көпір koprik =köprü köprüsü =puente =pont кӯпрук =جسر`, false},
		{site, `=square =площадь площади =майдан аянт алаң maydon meydan =plaza майдони ميدان ساحة`, true},
		{site, `=cafe =café =cafés =кафе kafe restaurant ресторан restoran lokanta restaurante مطعم مقهى`, false},
		{site, `wedding свадьб свадеб тойкана үйлену toyxona düğün =boda =noces mariage тӯй =زفاف`, false},
		{site, `nightclub =club discoteca ночн_клуб gece_kulüb boîte_nuit түнкү_клуб түнгі_клуб tungi_klub клуби_шабона ملهى`, false},
		{site, `stadium стадион stadyum estadio stade =матч ملعب`, false},
		{site, `embass consulat посольств консульств элчилик елшілік elchixona elçilik embajad ambassad сафорат سفارة قنصل`, false},
		{site, `armoury armory arsenal оружейн_склад қару_қойма cephanel مستودع_أسلح оружейн_комнат qurol_omb depósito_armas dépôt_armes анбори_силоҳ`, false},
		{site, `minibus микроавтобус маршрутк furgoneta minibüs =microbús =furgón حافلة_صغيرة`, false},
		{site, `=bus =buses автобус avtobus otobüs autobús =autocar ҳофила حافلة باص autobuses`, false},
		{means, `motorcycl motorbike мотоцикл mototsikl motosiklet =moto =motos motocicl دراجة_ناري`, false},
		{site, `=train =trains =поезд =поезда =поезде поезд =tren =trenes қатора =قطار поезди қатор poyezd`, false},
		{site, `=mine =mines =шахта =шахты =шахте =шахту рудник кен_орн =mina =minas =maden منجم =кони =кенде көмүр_кен =shaxta =shaxtada кони_ангишт`, false},
		{site, `=houses =homes жил_дом жилы_дом жилых үйлөр үйлер =maisons =casas =evlere хонаҳо منازل`, true},
		{site, `customs таможн =бажы бажыканасы кеден bojxona gümrük =douane =douanes aduana гумрук جمارك`, false},
		{site, `white_house бел_дом =ақ_үй =ак_үй presidential_palace maison_blanche casa_blanca beyaz_saray`, false},
		{site, `convoy автоколонн колонн конвой convoi convoy konvoy karvon қофила قافلة رتل kolonna колонна caravana_mil convoyes`, false},
		{site, `sit_in сидяч отурма oturma_eylem plantón sentada اعتصام`, false},
		{site, `headquarter штаб karargah quartier_général cuartel_general qarorgoh مقر_قياد مقر_الجيش مقر_حزب =siège =sede штаб_квартир qarargoh`, true},
		{site, `=depot =warehouse нефтебаз =склад =склада =складе склад_боеприпас =depo ombor қойма кампа dépôt =depósito مستودع مخزن анбор`, false},
		{site, `theatre theater театр teatr tiyatro théâtre =teatro مسرح مسرحي театри`, false},
		{site, `bakery пекарн наабайкан наубайхан novvoyxona =firin boulangerie panadería مخبز нонвойхона`, false},
		{site, `=camp =camps лагер =лагерь lager =kamp kampi =campamento campement مخيم معسكر қароргоҳ =kampa =kampta =kampin =kampina лагери`, false},
		{site, `governor_office provincial_government regional_administration government_build administration_build здани_администрац здани_правительств администраци_област valilik préfecture prefectura gobernación hukumat_bino ҳукумат_бино бинои_ҳукумат өкмөт_үй үкімет_үй مبنى_المحافظ مبنى_محافظ مبنى_الحكوم`, false},
		{site, `kindergarten детск_сад бала_бакча балабақша bogcha anaokul crèche jardín_infan кӯдакистон روضة_أطفال`, false},
		{site, `=truck =trucks lorry lorries грузовик kamyon =camion =camions camión жүк_унаа жүк_көлік yuk_mashina шоҳин شاحن мошини_боркаш`, false},
		{site, `helicopter вертолет helikopter hélicoptère helicópter тик_учак тікұшақ vertolyot чархбол مروحي`, false},
		{site, `=ship =ships vessel tanker танкер судн корабл gemi navire =buque =barco =кеме kema киштӣ سفينة ناقلة_نفط`, false},
		{site, `pipeline трубопровод газопровод нефтепровод boru_hat gazoduc oléoduc oleoducto gasoducto мұнай_құбыр газ_құбыр мунай_түтүк лӯлаи أنابيب`, false},
		{site, `=dam =dams плотин дамб =baraj =baraji =represa тоосмо бөгет togon сарбанд =سد`, false},
		{site, `petrol_station gas_station filling_station заправк автозаправ benzin_istasyon station_service gasolinera май_куюу жанармай_бекет yoqilgi_shoxobcha محطة_وقود`, false},
		{site, `cemeter кладбищ mezarlik cementerio cimetière көрүстөн зират қорым qabriston қабристон مقبرة`, false},
		{site, `traffic_post traffic_police police_post пост_полици пост_милици пост_дорожн пост_дпс polis_nokta puesto_policial puesto_policía poste_police نقطة_شرطة نقطة_لشرطة نقطة_للشرطة милиция_пост полиция_бекет дидбонгоҳи_милис`, false},
	}
}

func persons() []thing {
	return []thing{
		{people, `=soldier =soldiers serviceman servicemen troops солдат военнослуж =военных =военные жоокер аскер сарбаз askar =asker =askerler soldado =soldat =soldats militaires сарбоз аскар =جندي جنود جنديين =soldados солдати =جنديان جنديا =جنديين =askeri =askerin =askerleri`, true},
		{people, `=policeman =policemen =policewoman police_officer =officer милиционер полицейск полиц_кызмат policía_fue =policier =policiers =agentes =polisler =polis_şehit политсиячи شرطي polis_memur polis_öldü милиционери шерт شرطيين شرطيان شرطيا полицейски`, true},
		{people, `border_guard пограничник чек_арачы шекарашы chegarachi sinir_muhaf sinir_görevli guardia_fronteriz guardias_fronteriz garde_frontière gardes_frontière марзбон حرس_الحدود шекара_қызмет`, false},
		{people, `miner шахтер горняк кенчи кенші shaxtyor konchi maden_işçi minero mineur маъданчи عمال_المناجم`, false},
		{people, `teacher учител педагог мугалим мұғалім oqituvchi muallim öğretmen maestro maestra docente profesor enseignant professeur омӯзгор муаллим معلم مدرسين`, false},
		{people, `student студент talaba öğrenci étudiant etudiant estudiante донишҷӯ =طلاب =طلبة`, true},
		{people, `pupil schoolchild schoolgirl schoolboy школьник окуучу оқушы oquvchi élève eleve =alumno =alumnos хонанда تلاميذ تلميذ`, false},
		{people, `=doctor =doctors medics physician =врач =врача =врачей =врачи дарыгер дәрігер shifokor =doktor =hekim médecin medecin médico табиб духтур طبيب أطباء`, false},
		{people, `nurse медсест медсестра hamshira hemşire infirmi enfermer ҳамшира ممرض мейірбике медайым мейирбике =infirmier`, false},
		{people, `=driver =drivers водител шофер айдоочу жүргізуші haydovchi =şoför sürücü chauffeur conducteur conductor chofer ронанда سائق`, false},
		{people, `taxi такси taksi تاكسي таксист`, false},
		{people, `farmer peasant фермер дыйкан диқан шаруа dehqon çiftçi campesino agriculteur paysan agricultor деҳқон مزارع فلاح`, false},
		{people, `trader shopkeeper vendor торговц продавц сатуучу саудагер savdogar tüccar esnaf commerçant comerciante vendedor тоҷир تجار`, false},
		{people, `oil_worker нефтяник мұнайшы нефтчи neftchi petrolero pétrolier عمال_النفط işçi_petrol trabajadores_petroleros =petroleros ouvriers_pétrol petrol_işçi кормандони_нафт neft_ishchi neft_korxona мунайчы`, false},
		{people, `rail_worker railway_worker железнодорожник темиржолчу теміржолшы temiryolchi demiryol cheminot ferroviario роҳиоҳан عمال_السكك`, false},
		{people, `docker dockworker longshore докер =portuarios liman_işçi عمال_الميناء portovik порт_жұмысшы`, false},
		{people, `metro_work subway_worker метрополитен metro_haydov`, false},
		{people, `refuse_collector garbage_collector =мусорщики temizlik_işçi éboueur basurero`, false},
		{people, `lawyer адвокат avukat advokat avocat abogado محام адвокати =abogados`, false},
		{people, `engineer инженер muhandis mühendis ingénieur ingeniero муҳандис مهندس`, false},
		{people, `journalist reporter журналист jurnalist gazeteci periodista рӯзноманигор صحفي тілші`, false},
		{people, `priest священник prêtre sacerdote =rahip ruhoniy қашиш كاهن дин_қызметк руҳонӣ`, false},
		{people, `=imam имам =imom имом إمام`, false},
		{people, `worshipper прихожан fidèle_musul намозгузор مصلي`, false},
		{people, `prisoner inmate detainee заключенн осужденн камактагы тұтқын mahbus mahkum détenu =preso =presos recluso маҳбус سجين سجناء камоқдаги`, false},
		{people, `investigator следовател тергөөчү тергеуші tergovchi savci муфаттиш محقق juge_instruction instructor_caso soruşturmac`, false},
		{people, `=judge =judges =судья =судьи =судью =судей hâkim =juge =juez =судя sudya قاضي`, false},
		{people, `councillor council_member =депутат депутат concejal meclis_üye conseiller вакил نائب`, false},
		{people, `union_leader trade_union профсоюз sindikalist sindical syndicat sendika нақоба نقابة`, false},
		{people, `football_fan жанкүйер =fans фанат болельщик hincha ultras taraftar مشجع`, false},
		{people, `smuggler контрабанд contraband kaçakçi қочоқбар مهرب kontraband контрабанда`, false},
		{people, `=gang =gangs банд banda pandilla sicario gangster çete عصابة gang عصابات топтоо`, false},
		{people, `pensioner пенсионер nafaqaxor emekli retraité jubilad`, false},
		{people, `дольщик үлескер`, false},
		{people, `=women =woman женщин аялдар әйелдер ayollar kadinlar femmes mujeres занон نساء`, true},
		{people, `prosecutor прокурор prokuror savci procureur =fiscal مدعي_عام прокурори قاضي_التحقيق прокурату`, false},
		{people, `veteran ветеран vétéran gazi ветерани محاربين_القدامى`, false},
		{people, `customs_officer таможенник бажычы кеденші bojxonachi gümrük_memur douanier aduanero гумрукчӣ =جمركي`, false},
		{people, `=pilot =pilots пилот учкуч ұшқыш uchuvchi =pilotes طيار pilot халабон`, false},
		{people, `baker пекар =наабайчы novvoy firinci boulanger panadero خباز`, false},
		{people, `gendarm жандарм jandarma دركي гендарм`, false},
		{people, `unemployed jobless безработн жумушсуз жұмыссыз ishsiz işsiz chômeur =desempleados عاطل عاطلون бекорон`, false},
		{people, `=youth =youths молодеж жаштар жастар yoshlar =gençler =jeunes jóvenes ҷавонон شبان`, true},
		{people, `activist активист белсенді faollar aktivist militant_des activista фаъол ناشط =активисти`, true},
		{people, `refugee беженц качкын босқын qochqin mülteci siğinmaci réfugié refugiado гуреза لاجئ`, false},
		{people, `=indigenous indígena autochtone`, false},
		{people, `peacekeeper blue_helmet миротвор casque_bleu casques_bleus cascos_azules casco_azul bariş_gücü قوات_حفظ tinchlikparvar бітімгер тынчтыкты_сактоо сулҳбон`, false},
		{people, `herder pastoralist скотовод éleveur ganader çoban малчы чабан шопан chopon chorvador чорвадор رعاة`, false},
		{people, `diplomat дипломат diplomátic دبلوماسي`, false},
		{people, `banker bank_manager bank_director bank_clerk банкир директор_банк управляющ_банк банк_директор банк_башкаруучу banka_müdür bankaci banquier directeur_banque banquero gerente_banco director_banco مدير_بنك مدير_مصرف bank_boshqaruvchi bank_direktori директори_бонк`, false},
		{people, `businessman businesswoman businessmen бизнесмен предпринимател ишкер кәсіпкер tadbirkor соҳибкор işadam işinsan homme_affaires hommes_affaires empresari رجل_أعمال رجال_أعمال`, false},
		{people, `bishop епископ evêque évêque obispo piskopos أسقف`, false},
		{people, `=nun =nuns монахин rahibe religieuse =monja =monjas راهبة راهبات`, false},
		{people, `=monk =monks монах =moine =moines =monje =monjes keşiş راهب رهبان`, false},
		{people, `pastor preacher пастор проповедник pasteur papaz =pastor قسيس واعظ`, false},
		{people, `professor lecturer профессор преподавател окутуучу оқытушы профессори profesör professeur_univers catedrátic أستاذ_جامع`, false},
		{people, `scientist geologist physicist учены геолог физик окумуштуу ғалым bilim_adam bilim_insan scientifique científic =олим =олими =олимон عالم_نووي علماء`, false},
		{people, `tourist турист turist touriste turista сайеҳ سائح سياح`, false},
		{people, `headmaster headteacher school_principal директор_школ мектеп_директор maktab_direktor okul_müdür proviseur directeur_école director_escuela директори_мактаб مدير_مدرسة`, false},
		{people, `senator lawmaker сенатор сенатори senatör sénateur سيناتور`, false},
		{people, `candidate кандидат талапкер үміткер nomzod номзад candidat candidato aday مرشح`, false},
		{people, `=elder =elders аксакал старейшин aqsaqal oqsoqol мӯйсафед aşiret_lider ancien_village anciano شيخ_قبيلة`, false},
		{people, `blogger блогер bloger blogueur bloguero blogcu مدون`, false},
		{people, `aid_worker relief_worker humanitarian_worker гуманитарн_работ yardim_çalişan =humanitaires trabajador_humanit عامل_إغاثة عمال_إغاثة عمال_الإغاثة`, false},
	}
}

func officesCausesMeans() []thing {
	return []thing{
		{mayor, `mayor =мэр =мэра =мэру =мэром =мэре градоначальник =maire alcalde alcaldesa belediye_başkan шаҳрдор раиси_шаҳр shahar_hokim رئيس_بلدي عمدة`, true},
		{governor, `governor губернатор =vali =valisi =valisini gouverneur gobernador =губернатору hokimi محافظ`, true},
		// A deputy is another than whom he stands in for.
		{people, `deputy_governor deputy_mayor deputy_prime vice_governor vice_mayor vice_prime заместител_губернатор заместител_мэр заместител_премьер =vali_yardimci =valisi_yardimci vice_gouverneur vicegobernador
			губернатор_орун губернатор_орынбасар hokimi_orinbosar hokim_orinbosar муовини_раис نائب_محافظ نائب_المحافظ نائب_رئيس`, false},
		{governor, `prime_minister премьер premier_ministr primer_ministr başbakan bosh_vazir сарвазир رئيس_الوزراء`, true},
		{cause, `=wage =wages =pay =salary =salaries зарплат айлык маянасы жалақы =maosh maosh ücret maaş salaire salario =sueldo маош أجور رواتب`, false},
		{cause, `=tax =taxes =налог налог салык салық soliq vergi impôt impuesto андоз ضريب`, false},
		{cause, `=land =земл земл жер_мыйзам arazi tierra =terres замин`, false},
		{cause, `=water =воды =воду =вода =agua irrigation сугат полив =آب مياه`, false},
		{cause, `closure closing закрыти жабылуу жабылу cierre fermeture kapatil إغلاق`, false},
		{cause, `layoff dismissal увольнен сокращен licenci despido işten_çikar бекор`, false},
		{cause, `=shift =shifts long_hours çalişma_saat`, false},
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
		{means, `ambush засад буктурма торуыл pusu embuscade emboscada камин كمين pistirma pistirm буктирма`, false},
		{means, `=drone =drones беспилот дрон учкучсуз dron insansiz_hava =dronlar пилотсуз مسيرة طائرة_مسيرة бесарнишин`, true},
		{means, `=missile =missiles ракет raketa =füze füzeler =misil misiles мушак صاروخ`, true},
		{means, `grenade гранат granata =el_bomba granada норинҷак قنبلة_يدوية =granadas العبوة_يدوية`, false},
		{means, `stab =knife =нож ножом ножев бычак пышақ pichoq biçak couteau cuchill apuñal корд سكين طعن`, false},
		{means, `tear_gas слезоточив жаш_агызуу көзден_жас biber_gaz lacrymog lacrimógen غاز_مسيل`, true},
		{means, `arson поджог подожг өрттө өртен kundakla incendié incendiar torched =fire =fires пожар енғин yong yangin сӯхтор حريق`, true},
		{aside, `militia ополчен группировк milicia =milice =milices =milis milisl ميليشي مليشي مجموعات_مسلح مجموعة_مسلح مجموعتين_مسلح armed_group armed_faction groupe_armé groupes_armés grupo_armado silahli_grup гурӯҳи_мусаллаҳ qurolli_guruh куралдуу_топ қарулы_топ فصيل_مسلح`, true},
		{aside, `commander =командир командира командиры qomondon kumandan komutan commandant comandante قائد قيادي фармондеҳ сардор қолбасшы`, true},
		{aside, `bodyguard телохранител охранник escolta =gardes koruma жансақчы жан_сакчы оққағар tansoqchi муҳофиз حارس مرافق`, true},
		{aside, `=child children ребен =детей =дети =балдар балдарды =балалар bolalar çocuk =enfant =enfants niño niña кӯдак طفل أطفال`, true},
		{aside, `civilian мирны_жител мирных_жител sivil =civils =civiles tinch_aholi бейбіт_тұрғын жай_тургун мардуми_осоишта مدني`, true},
		{aside, `displaced беженц переселен yerinden =déplacés desplazad نازح качкын босқын qochqin овора`, true},
		{aside, `opposition оппозици oposición oposito muhalef muxolif мухолиф معارض`, true},
		{aside, `internet интернет إنترنت`, true},
		{aside, `=village =villages =село =села =селе =сел =деревн деревне айыл ауыл qishloq деҳа =köy köyü köyün köyl =pueblo aldea قرية بلدة`, true},
		{aside, `residential жил_квартал жил_район жилой_квартал barrio mahalle quartier турак_жай mahalla маҳалла =حي`, true},
		{aside, `=road =roads highway =дорог дороги дорогу =трасс трассе yolu =yol carretera =route =routes жолду =жол роҳи =طريق الطريق`, true},
		{aside, `=tyres =tires =шины =покрышк lastik pneus llantas neumátic إطارات дөңгөлөк шина`, false},
		{aside, `ransom выкуп fidye rançon =rescate фидия فدية кун_төлө төлем_талап tovon`, false},
		{aside, `heavy_weapon тяжел_оруж тяжел_вооруж arme_lourde armes_lourdes ağir_silah أسلحة_ثقيل armas_pesadas оор_курал ауыр_қару ogir_qurol силоҳи_вазнин`, false},
		{aside, `artiller артилл миномет mortier mortero topçu قذائف قذيفة مدفعي снаряд proyectil =obus =shell =shells shelling zambarak замбарак`, true},
		{aside, `air_strike airstrike air_raid авиаудар авианалет воздушн_удар hava_sald hava_harek bombardeo_aéreo ataque_aéreo frappe_aérienne frappes_aériennes raid_aérien غارة غارات قصف_جوي ҳамлаи_ҳавоӣ аба_соккусу әуе_соққы`, true},
	}
}
