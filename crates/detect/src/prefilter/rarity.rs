//! How rare a few characters in a row are in source code.
//!
//! Owns: the estimate, by which character follows which, and the grams that are known to be common.
//! A wrong estimate costs time and never a hit.

/// Characters that are told apart: letters without case, digits as one, signs of names and
/// settings, all others as one.
const CLASSES: usize = 36;
/// The class of digits, and by how much one digit is rarer than all: half bits.
const DIGIT: (usize, u32) = (26, 6);
/// The class of whatever has no class of its own, and by how much one of it is rarer than all.
const OTHER: (usize, u32) = (35, 8);
/// The rarity that stands in the tables as this character is 0.
const ZERO: u8 = b'0';

/// How rare each class is: minus twice the binary logarithm of its share, counted over 30 MB of Rust,
/// Python, C, shell, settings and prose.
const FIRST: &[u8; CLASSES] = b":<:;8<==9D?:<9:;B998;>@?>B9:??@===57";
/// The same for each class after each other.
const NEXT: [&[u8; CLASSES]; CLASSES] = [
    b"B;88B>:G;E>7:7?;D775;=@<=C>9AAC@IA;=",
    b"9@>?8B@D5;E8@D:?E:<<7CEG:B<=A>C?I=3<",
    b"7B=B8?A8<H88=A4>C9=6=@CE>F>9>AC=FA<:",
    b"9<@:5@8D6DE=@?:>E;:>:@CB@G<8?=D;C=68",
    b":>98<<>C@FD9;7@;<678C=?:=G?9?>F;C>68",
    b"9@?=99?F6EE6?<7@G89<;GCF>G;9B:H>F>69",
    b"<A=@3@=;8FC<=:<@C98<;<DE?@?7?<@<B=67",
    b"5B@=3@BC7EB>?B8?D;=9<C?E?A?9@=C=C>78",
    b"==99:7:GDHC9:47:F:77C;G?I;A?CDFDJC?>",
    b"9=??4???<?>?>?7>?=8>8=?@??;9=?BAF;76",
    b"9?>>3?;@8B>;?=?@BA9<==>CBC=7>;D:D<87",
    b"6@A:59AE6G@7@B6>H?:::@CE:F:9A?D=E>9:",
    b"5<=;5AAB8DA>9?77C@:=9AED=D?9A@?=G?8<",
    b":A:67:8C;G=:A=8@G?66;>CE?GB8A?D>D=7:",
    b"=<99A:=D<A=:94;9H6;99=;AFFC;@BF@FA9=",
    b"7C@>6@B?9H?8@B8;G7<84?EE:H?9A?B>F?;;",
    b">>@<<@<>?A@;>@=A=><?2A?@>A;8C<C<D=95",
    b"8A<<4>;D8J>=<:8>F::8;<AB;HA9@=F=C>78",
    b"<C;=5A@:8I>=<A;;D?94:CAE=C@9A;A:A=79",
    b"8D<?6?D78JB=>@9=I8:;;CA>8H@8@=D<D?58",
    b"<4;=9=;H:HH8:7C:H778DGG?GE5AIHIDHC@B",
    b"5@;>2;B@8DD;==9AA?=@CBD;CD::EAC>E?<:",
    b"6A?=7AA65AB<>98?@7;>AB?BBC>9A?E=F>99",
    b":@:;9;A;9BC:=?@8@><6C?B>=C67<>B:B;77",
    b"???@=>?A=DA;>;<5E>99DB?DCB=4><D;A;56",
    b":@>>2<@@8AB:;@;>A;9>=@@@;<;=BBC>J;<;",
    b"???>??CDCDCCBCCCDDCC>DD=DD2:?<D:H=75",
    b"979::9<<8D<:9:;8@9779;<@HB98LGNFREB?",
    b"<<;<<<A@;DA<<<=;C<;<>>>ED>7F4FIKCA84",
    b":=8;;<;<;>@;;<=8G:8;<>=BFD78F:@JF;66",
    b"?==>>?;?;?D==?>9C<<=>A>?DB;ACA4JC>63",
    b"?@8?@=FD:LND>>C=J=?=FAFEKD<@GI=5EC27",
    b"CEBCD@CDDHJDCBDBLC@?EDGLHO>FGIIF6<1<",
    b";=;<><>=<B?===>;D;9:>@>@CB8@<>B7E893",
    b";=9==<A?;DB>>===F;::;?>DDC:<@E@C:;28",
    b"??<<??CA<CB>?<@8F<;>=@C@GD=@@?=?@<43",
];

/// How rare `bytes` are, in half bits: 20 for one in a thousand.
pub(super) fn rarity(bytes: &[u8]) -> u32 {
    let mut sum = 0;
    let mut row = FIRST;
    for &byte in bytes {
        let class = class(byte);
        sum += u32::from(row[class].saturating_sub(ZERO));
        sum += [DIGIT, OTHER].iter().find(|one| one.0 == class).map_or(0, |one| one.1);
        row = NEXT[class];
    }
    sum
}

fn class(byte: u8) -> usize {
    usize::from(CLASS[usize::from(byte)])
}

/// The class of each byte.
static CLASS: [u8; 256] = {
    let mut classes = [OTHER.0 as u8; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte.to_ascii_lowercase() {
            letter @ b'a'..=b'z' => letter - b'a',
            b'0'..=b'9' => DIGIT.0 as u8,
            b'_' => 27,
            b'-' => 28,
            b'.' => 29,
            b'/' => 30,
            b':' => 31,
            b'=' => 32,
            b'"' | b'\'' => 33,
            b' ' => 34,
            _ => OTHER.0 as u8,
        };
        byte += 1;
    }
    classes
};

/// The common grams of four bytes, in lower case, the most common first, and how many of a billion
/// windows show each: the counts fall with the rank, close enough.
pub(super) fn common() -> impl Iterator<Item = ([u8; 4], u32)> {
    let grams = COMMON.iter().flat_map(|row| row.as_chunks::<4>().0);
    grams.zip(60..).map(|(gram, rank)| (*gram, 120_000_000 / rank))
}

/// The 5,000 most common grams of 55 MB of C, Python, Rust, JavaScript, settings and prose.
const COMMON: &[&[u8]] = &[
    b"    \n    thethe tion,\n  ----****self\n\n  )\n  ;\n  :\n  testname con sel   sing elf. to    \"",
    b"{\n  turneturretu==== for {\n 0000curl\nmsg if    r\n\t\t\tfile   iconsatio is type  redata);\n ",
    b"urn station  retportfor  in    #  seand stru of  and str   }ructtruc  ifonst  # ablecont",
    b" curpub withsion\t\t\t\terrorror defassevalusert   duct est_aluementform   c   /pathstrisser",
    b"jectnst  not):\n  ->   }\nctioe = def codefrom) {\nring\npubthissizeptiohttp */\n   pt = \n * ",
    b"\",\n ions thicommnot  res wit  de use   a tes  //e\n  nonebjec   f(sel\"\nms#### &&\ntime\"\n  ",
    b"objeine conf.\n  linehis  commsgs);\n\tmsgisgst intdefireadsgidif (/// gstrefinstr trins = ",
    b"int vers fil;\n\t\t   e)\n\n id \" non   trequ&&\n\tgid  thaith resufineort onfirsiotatilistorma",
    b" valurl_opti prosultted tr \"esule thcompgit ent ter ersimplerom }\n  (\n   {\n\tmpornfigchar",
    b"f th,\n\t\t = \"inst\", \"thatimpointe   ln th);\n\n cha letatchhat date;\npuielduser be ),\n ;\n\n\t",
    b"clasmode = sub ctextonteheadtinglass ///rmat or ther\n}\n\nnterb cofuncding }\n packs thinfo",
    b"inde as pect starateheckect ame \tif writchecate  implockare fielexpecessnstaserv   '#def",
    b"   )xpec{\n\t\tbaself.aget_init dat par\n#defaulile  == aulttate erruse  assarserite) ->;\n\n ",
    b".assatice retrue_conefaucall nameque 0x0of tconndefa\n\nmsf.as]\n  .com  0x\"\n\nmsigne co\tret",
    b"elseclud \"\"\" froimplall parshe sinclscriase ble alidsingervevali modlude typ  \"\"tabl_nam",
    b"elf)ount setndexemens nonulle int thlet tic ture  coecti vercasee:\n  u32entsncluadered t",
    b"rati   0   mcrea youreat\": \"specpara  asitertentt re pat = 0tterduleeadequalightequa are",
    b"falsodulu32 )\n\t\t wheeratcoun expangeword/\n   reqmodu = calseargsattr /* rect0x00 optvoid",
    b"in t   (\"\"\"\n  le(struest;\n}\n addriptsed r thauth2 = he cntenpythbytes\n  ttps an thonytho",
    b" allflagode cripelf,est atedr = rent on channg tstarquesd tolateess repoallounctcopymatc",
    b"loadtribncod lin: u3 els can it hasheateressrvers to_staaddrer tmberd in ins hasenco   w",
    b"\nstamandourc #  worknctictorouldps:/backurces://achesourlf, set ceptlocaatoromma()\n link",
    b"entipasstartmmanype ientult ect_*\n *.\n\n ternlf._methtran by icat\n\tifned mainound }\n\n  st",
    b"odelequio th32 = getonneopert co dis obje,\n heretps:\t\t\t \n///ons }\n\n  pub)\n{\nlongribuibut",
    b"nnecevenhen irecsageto t_set\t   traccatis a pendcted\tstrnectquir\t\treytesllowt in\t\t  one ",
    b"out lectate_mmitbuilresedireccesndleremohandaram_strpres  cue is   olienommiclie   b));\n",
    b"dent\tgit_intningd = toryfailstal\"\"\n f teed i shon = fferual(s in  )\necteotheokenackat\n  ",
    b" pree tohar \ttesandlcratuire truanceyou gith, 0x_pat tra   -ion.respithutallis nstan out",
    b"\n\nst rep subnumbcachude ion_erteessanderass ransmut  //  nuling_ata ', 'der thubamplumbe",
    b" whiliceprotwhenprin we   inifieiona pyt= seill   fo cop.getoid itioaturuld  fn ventontr",
    b"ate:ectsert_ = n_typf):\n\n\tstdist_fil))\n ef tlengentrlf):ultilagsher  fal  /*engtstrehe f",
    b"outpngth newtequtokemessckag*/\n icen funusedssio   nonlyitemectorint, comultt issupptput",
    b"exce htt argnode>\n    pu = 1e fohosted aure ethoappe\n\tressagenerutpue of \"\"\n] =  siz#inc",
    b"t st'     tht totive rea\")\n umenarge*/\n\t\\n\"\nenam  el key_errparevicecom/willlter anyor t",
    b"ore ppor lislse kage   {platthod wilatusleasn\n  latidebu_dattaturaist chingstemptreeacti",
    b"procblocboolpart.\n *ar *e);\n();\n if(ebug = t_get   utreahavest c worractcensxcep => over",
    b"ernarteq, reed bdescs anaise timdiff checket_vallue \n\t\trs ofgene cal\n\ttecan ame)rotog th",
    b"endeignesockhangarchsponset_nputes the p git refn reent_ers  supize propesposome\n  c app",
    b"houl seronald\n  ntexencet ofxampuildion:\");\nfeatinpuistr\n#in_comgnedreamateseasee an hea",
    b"sterdjanointage  = fexampeciprefbuffenditial#  0_dire)\n },\n    *essi-fores aetteopeniles",
    b"arrapdattaind ththe\nst_csuccilte\"\n\n# clacoreion( lenshoucatehe rfiltpoin excize_atteucce",
    b"uffents , stst sis a\n\t}\nreso   <eatu_addbuterame ind\nimp\n{\n\ttarguppo havonse\n\tgi 0;\n cod",
    b"grouinvaer, nt =  ex mat, th_inil = d byaliz',\n rgetclea, inng aregienseackehe t a ssele",
    b"if tstorelec_promoveleme pas metded   - curr, an   .then   |\n\n# tes 9999nce ntrynvaljang",
    b" },\n  paame, spemustmergangorepltch ponsntroon t dirone:e fite::s retrait_co syscond_siz",
    b"atine sen into a othergeescrontaallerigh\t\tifble_ert upda perhub.or a )\n any ave leteurre",
    b"b.coead allyemptr\n  ist  endmit tualuintre iposime =\nfroe\": amesght ies ocals ise a ne:\n",
    b"istetanc   v_len_resockethreef _ter_roup_expust . th;\n\ti cree stacce incnext\t/*  aut\t * ",
    b"tersver ub.croce != one,ere url extect cme, quert beevicrivest_ereledevimailrefiles erti",
    b"lize num\n\n/*es = remmetatera usigistigur pipis ihe develosit cas = pviden\"\n\"g = s arwind",
    b"ompaeasyrrentrol 0,  regred  clo\n\n\t\twhic_urls fond tbreaer: ;\n\t}ntaie det);\nle, nabl boo",
    b"   _ecifnly t seidat latundeestsmaskhe l\n\t * = m.git  pr_line paindo_infmakerace pri1111",
    b"lonehichath emovunsi0001reakfreeschefigu *\n  opet_exion,findnsig pactyle_ver itespaclett",
    b"ed, = 0;verie_re = [entaled mat\nocess:\n fere\n *\nent- at ndow, se wristyle.\n hing fieclon",
    b"ion\nput egislen( desidenion\"(conapplend nal \t}\n\t\"htt\n\t\tiive  && max_e usate(paceclos_reg",
    b"down(curagesing.ror elea cra\ntesin s};\n\nefix&\n\t\t = rt_re.\"\nming(exprwarntermes, mptyfirs",
    b"everwrapdict act= 0x);\n} = {ed frepr based.\nirst///\nratoe ca \"reat\nm relplicrrayour se t",
    b" somerif one = (,   \n#, ctuahas fsetoffs uniffsertedancht\nms* th_pareren_modn semark\ndef",
    b" uns poson iing,peradecoror( secata,opt_, py urlis srt_eit casswlt =actulloc  | ilen no ",
    b"c_inojec libermiprivest.ders_reatoco cor: c_ueryh throjejsonlse\nse, ],\n leannew ;\n\tsnstr",
    b"tool: stypesartisyncich }\n\nsnlinre tt noong exisintoderi  wi bytory esetswor   gpagese i",
    b"stem onl(valimit\n  iin a logthorppent_eqordelue)one\nstrahtmlortee pr rait foprojtifineed",
    b" genon, ext ftwarange livarihelper ienabefer&\n\tt\t}\n\nsend reclimion oeconriesxist= cu\"\"\n\n",
    b"side fai bute {\nted_ise arialosect_sremeprovkingy thnt, nitichem\n\nte_for   hing\nt_su[\n  ",
    b"lly 0, 0or ion: leveom t.coner =arenysteone)eterthin a cwareepossswo_dev  ->at t ext fin",
    b"rancialicodi}\n\n\tcifid reain usinsyst bufhe arderocatinedificlena varpinglasth = but lues",
    b"delettinarguer o&\n\tgnote inf_to_inesool e_cos);\nis tite_ [\n nerarediget branart   '\\on =",
    b"otocits rovire a\nconrserodinurat(datrefeproxetti(), itorl lergumes o voiocollingne, \ncla",
    b"n a _keythoun't   #[e teforeropemallber n co *   tex = dth t_east haack ndeneq!( runrom_",
    b"ons.end(  fnif sndifct sif novid_eq!> {\n accitte\n\ndeeptir toemai  trpatcnt t'\n  pyriead_",
    b"aaaaor s mus attdrese no evemay   {\n scrlabl_timfiniuthogumestenent.eerr= reer ahrea\n\n#,",
    b"esteomplinal_suce wiode_missof alida\"\"\n\"te tser  max() {se c locrl_eddrets t_opt invle t",
    b"lledeen  hanentesett_reqr ins coticadelsditiords mayutile):\n sam}\n}\nct *e sos wif (! try",
    b"to s capl_eaze_trify ent, 0,doesextrissihe olinuall_xtraice y\n  toreit ipostdowster(inux",
    b",\npuhe m, norootelett an  fiecodic ise:\ne(seed oeldsses eoutt,\n  bitsimpsite  },icall);\n",
    b"each colinliion) lonestce\", as apert diflityafteviewc insamesoft dev \"cotfor = asents.\n\n",
    b"fter maita,  encadd )\n\n\nmotetwaron ae.co  *  mest panores.\n  sig\t\t}\ntor coloemotock_   ]",
    b"rnal~~~~r \"\"ed wary your   =iginort_e_t auto decue, ame=ity ttriexecual .h>\nreco neeigno",
    b"safe.pat\",\n\troxyf no winglobhe\n owergnorlen ple rn s| | fig_(res  rain cwait, bu * tist_",
    b"ilitopyrng i  py\n\tinrialyobjntinhe n/gitndinlf.cf secert\n\nclstinrust  =  djavert exi\n\t\t ",
    b" bui  ma   @imeo doede <he e thrr,\n t ma\tintstcasabld coplac\n\n\ti\n\t\t}str,derrm thlf.sempl",
    b"latf couhunkurns\n\t/*: __ithoetupto c = 2 makst, # th * cle i&mut mer, patr,  sofurlooftw",
    b"orig)) {_buf_locsubmrenc  ca seeis fhon-ame_pattath.atfolse:d fozerolacerce disafiedto d",
    b"---\n 0x1\\\n  full\n// setu_wri cli\n{\n publ = iiptipush wast_into blica>\n</d onserie ma do ",
    b"exit   1pyobironmeouent,asy_et =aintvirompla\n\t\tggurabiliisabckede cu= no = _ a pavai\n  }",
    b"_counvirt caepenwherng, \"cone if1000se serivenvintatub sxten, whp = n aneld \n/* s be # t",
    b"st bree perfy = o reime er()}\n\n/knowres ype:-> n sen sucecurs\": dlerelem  enoto ),\n\tshow",
    b"*/\n#he ienume oror c_usetemsollelowees idex rnin#, p undet m __utchet a ibleed c flauper",
    b"ite _heay:\n ng o{\n\tsround.\n  }\n}se\n eforuresct rmore '\n\te vannotolumutioame\"yrigerr get(",
    b"rns epar mulvisikey _chan beerias dentegngo.t muvailkeywupletry ffff//\n } elll b_argidth",
    b"s usr);\nnit_me: nmenauseset( sinnnerlf) 2;\npst ibindace admisureis con-flid depematirece",
    b"e al\n};\nnew_hile del_liss onit aubliwidt\"gite;\n n of docaddiing:new(t)\n ile_\n */pplianno",
    b"els.se aolloith_ exa, si mutntri')\n o be.\"\n\nying lic\n\n\tr\n//!lear_alle, c  ch[cfgror: fir",
    b"displtiprestis dn-forn rdminrela c_i rednd a = bnverept nt iiledc = \n'\n\nconvd no#[cf_att",
    b" so an ehed langns tloptide  = lr a // tt wiord indiven ne\n \n\t\tseser#endaileheelsupeiver",
    b"ssinmpil overefsfram   :rlop\n\t\tceak;jointe ae_inst aernecheds,\n en t inimap_ak;\nfierfoll",
    b"= nuctiv\t\t\trx000gotoametf __f) -whilfounolorent(e sualso_masusiz' '\nthanes.\n revbitsor e",
    b"  \"t.sta  nawheele =ativesol 1;\nn toic cplet\"),\nplemabel \"\n\"e_par cowas or, =tru()\n\neck_",
    b"houtlabe depompi.h\"\n#   s liarni \"int cutin d wi::nedocung siredesouss 'ericchesloggd be",
    b"r:\n estrre =_disit r_maxrity   [ame:\n\n\t/\ntheintfsecotupl;\n\tusitiges ype_\n#   \\\n t_pames ",
    b" map:newsmal givrt o || itiaate.e.\n\nr ren isags te: l be> noingllookhild bact && bloet t",
    b"tal p://echots ato upe: cfg(sessed\n e_st\n\n\nd poiail an iied de \"eed st ochilrnam\n  surle",
    b"noti os., cu*   ctrle\n\n th aprog_preceiveceionve_froskipmockcryp\nusese {giveet anglekind",
    b"s ormemoultsficaull;cts  inpacte://g memder_er srn c rantorsloba_trawingose t den cae ar",
    b"url\"ains= stsitoocumissuetim shaes\n ppin sma, ort al\n\n\nc'\n\ntunt  (\n ed s_objerr_doneunic",
    b" lootch_, erivat_repecorarac | |  clelate, sto rraryhema*/\n\nm = int(dif\ne;\n\tle.c = oer\n ",
    b"izedlikehon cumeer_sif i_bitharaquenrigicoll_off_ref) =>see ookied =5555ct tfig \")\n\nd);\n",
    b"rue)t_stcter  lirorslso , ex  vath =earcobalcorde ex morut sr ofns a//  nse )]\n cursute ",
    b"ssl_corrasci tokd an cacperman a fol sto_basadd_//gipilell;\nrn testall ls)\n \": {th, mete",
    b"e as  whub t_outonme spaegerrl,  sou  un\n#enleftnd ionsoireman b//! (nam_tes= tr env_per",
    b"_inssolv '\\uunit \"--ret  beee ene ding =sole. */= {\nl\n  _crecho ake \"\n\n , vabeentp:/ tab",
    b"er::-> surl,swit0);\nhe `playe ner anulesple.rue, brasearnnelost ock ved t;\n\t pla\n\tca a n",
    b" \"de_entrivas diatertry:basie itng ctacktegeormsit -t littp:stedata-_witn\", s carn non f",
    b"ct agit_rmaldesta coit sata)kerndev,key_\n  rhe bstr(pe =eplye)\n\n\n\t\ttnormdir on\n d aser c",
    b", 0) )\n\n_flaadatage_he ust_mype\"ata_ += rle_s se bret;\n o us_iteact st_ft pr_syso\n  nfo ",
    b" debst emodie haa = lder |  eck saveng fate)or m[stremorext_esti, soepla-> lth s_fie aft",
    b"ant ame(, de) &&llbassue/   lbacronm// awantensiepres\", fer .parsersdded := oes gs, anne",
    b"gresbefoondidomaodifnce(_ches ims.pand sule_ot antedcooku32, alst fiases  no},\n\t\n.. b st",
    b"_indbledh>\n#_def quet dibodyect(////to e00, ent:olves\"\nm offhan  updes norre))\n\nct iered",
    b"revi.setetads fi())\nokieerty 100e, acausnaryor o* corn 0ry:\nnsoldocs * a  lo ordror,igna",
    b" tar a re   rendule stdemoryspliesenetch': 'and\nase_ach e()\nkeys\t\t\t} socfixenownilabrse_",
    b"ult_s so) ==omain);\n])\n allb (ren noasyn  \"s_metterrbe atly gger a f \"%(toptquot--no abo",
    b"\tcasect.capist tappiommeify nd cpersizeo:   edit   $ansfub fd_reverbecut 201st_d simcts.",
    b" war, une_nastacsts \" &&rypte\",\n dont_marl\":f\n  \n---ivenhe wnerinto on sast  \\\n\teadye do",
    b"tada  te\n\ntht waa re std// slleraths = elow ize)ser_\n#ifapi.ath,: {\non.\n\t\t\ti manxpre = <",
    b"t:\n chun_has_funramsile(al lint)urlcome less:\n\t\tnicoe sacolunds and_ser.  \"ct ex\\n\",.app",
    b"nt sl\":\"fetcd ofrl_m=non \"gie,\n\tld btder pyoscalnt: sequ a l-no-lumnts, eralprevmapp/ th",
    b"zeof\n\n##imes detnded#\n# italom/rnge ote ult)or (/*\n plit 200= co(voi.nam/rep_(seore:ging",
    b"n\"\nm styct did *ists helcal rge ces ccep\n\n..:\n\n icoddev_ull,ing\"ize(__(sst fadde.orgode(",
    b"atabisin_ope]\n#[nt c\t\tgieiveive(s\",\n\":\"hngs butirnel_tabdrivput_end_le areg_denc minn 0;",
    b"_pacs paadinine_nforth: ath) marre::ing=orm iabl_pino a \n\t  tiese &&\ncurnishs::c)\n#d tem",
    b"plierue\ns al 1, -indint_ndar]\npurackf renges^^^^libric sr isuenc\nhttasherandnd oownlg to",
    b"ecreaila  \"dr exxecuen =f coises <liolic: 0xor pt   \tconeld(nloae one ch.valve ttnum>\nht",
    b"eporlic estn://a\\u00  \"pibra.lenis lis r_calx = t(seat i\"tesash rst ttr(\t\tsterr(buf_e na",
    b"= fa\t\t *h setem ;\n\nstiplull douts whed: ;\n\tce */is p << &selg\n  \n\n#dinateof(t sune m lea",
    b"f anqueutus t {\nult.))\n\tatetne,\n a dast_untinel_>\n#i:\"ht_socueue renor d000 blicmpattaba",
    b"use_pperlibcsectnt aot stricto mta->gmenlse,e lo&&\n\nmmen, nukwarown on wt.\n ut tove \nint",
    b"n pa.modprecate-e mo/api_lonhe gval ne =chinot n&\n\n\t_code beard rse ev, \n\n//num ess_er *",
    b"ime_.objle:  itst\", ull)ue)\nize,embee tro mapeersharsubsntic 0x2ave_rogrustosys_as istom",
    b"asicloopild_isti \"sty re/\n#dontiires };\nite(ed. s(se(err\t\t\ts->  opy,cust  ..32;\nseto to\n",
    b"runn, fi '\\xlid_d_cosortsibltaiload_d.\n\nshoretop.adders.trieout_ial _free, tor\n i = one(",
    b"str[  } ts =uch  terome(, damparo co = 'e),\n_cle= 1;bounmana\\\n\t\tulatanagy in \"seing)hell",
    b"ll, __inne i fixger shif\": [t usst_pet, ion= = vgth titlnwra\n  /to powinthemrticree(e ==",
    b"expoata.o noath(lse) taguralby tes: t syng pinnensla  \"-_prit_fit le = grantne s)]\n#  mo",
    b"abas, libinast_submo());\n\n#i por, mame=\"d chest-llec}\n\n#u000ervibrarctyp = 3hiftt;\n\nnd r",
    b"rlcol &&uote0   // `non-pe\":::fr, mo000,, ite, pt --ter.clk_erboent\n.\"\"\"ork espa  brh\n  ",
    b" rouer eelf horted laine_cac \"nooder.is_rt s\n  -.joipense mes prrenaest(ted.hann-typpati",
    b"y of32,\nckind a slata\n  vatete =\"typblesstnu;\n\n/or: ic vle oake_et_c(stadiscer_ct_deb ty",
    b"/\n\t\tte, ), (itheue\n d \"\"ile.rminot iabilpolile cn\",\n> lashedininlen)es fodedat ainse dic",
    b"es wext( a tent)sumeis\n }\n\t\tapitpi.gbmod//apng\n lowi\t\t\tcntifoid)essemit_  sce(\n  py_y to",
    b"ll ttcas/* s = u;\n\tr>\n\n#hemest =as bnd per f ...nd, nit(g a orit(int_u32audi_faise ocast",
    b"ywortry_wnlo\n#\n#t, ssys.e(staste\"nam)]\npedisartsriabor fy_sense-t ar_bytet_s\t// .wrideci",
    b"mage:fro  0.```\nnageage. measecuice_\t\t/*e wot_seepr(ndit(),\nfaceked me)\n, tr cle  mehare",
    b"e cli.gi herunwr msgram fo>\nen ais osplas */tilsr):\n  us-cond par, s)),\neanurbufle\n stdo",
    b"und _ext\n\nimse-iisio,\n}\n (c)t va_mapl core, t()\nper 0\n  verrack_h\"\n#, prng wos.psetsiate",
    b"pitauturase>ools\"\n#i_not * @ror)%tesdete, 1)che str)s_reue;\nse>\n_desows ntf(tetin erre\n ",
    b"ipt.t sisernce t`\n  , oprainmedirodutectpplyral _mulin ras toughe unk = st p noder.\nways",
    b"c vorl_cash_odes  sue at_is_to ianuptdou  si\nstr* re_relore_ emp_bins stints  are: ts fr",
    b"_cmdis md,\n  fourevefacteithssede\n *poolask nd\n zati schinartes.mplil_rejustspane --tinu",
    b"tend (stt\": buf,var  pag\"pros\n *oducispl  \"ines e_se } eunte, enubleduce got, are da[0] ",
    b"odecckenply \t\tte.unw(&se, nahow  mon.fil_posame\niffest_ige, t_nan foacroprepnux/eywoince",
    b"des tripe_di_subl rewhatrbosf a n\": l the) {ace_#[definale_ot meues git-_aut  di: compre",
    b"aliacredthesurl)nserends\tforplur # s\t\t0xoptst onoubl  anommo(modne crnedrgs,f (rizatelif",
    b"rl_sode,er,\nluraometf yo//\n/se,\npip _recis u[derler harsall(meancannitch/\n// avanfo_de, ",
    b"flow\n\n *1\n  clocalwass t.\n//ipleit must_mmonlif e_fiompruilt ignif(!imalased-fil(patdx-l",
    b"he hn stlcod->re, winow or nom dularike \n\n#[utheeigherrive ahe v eac\nvoi 0x4dati, fad lo",
    b"0;\n ows_ethe_cmpnginif l now tret_di(objntiakendt lolicyhookd isnt out, , class:rule, 20",
    b"inert sonsioy>\n<oin( befode)ng: of cy co_bloind _numnt r.htm= mo # cxactt dodetach agen_",
    b"_hanoredo intagsretrnts._por(parid, ath_t_cm   y) asl;\n unsahigh a mstrbot b, \"sprodreal",
    b"steaen, \")]\nss od fre gi: se\n#[dt itsses ena nex becerinid: (feafix ailsit p\n\t\tet en arr",
    b", diorts\techime.caleage(ap()e sprabl(c) d\", et;\nn de \"teif asubtcrose <l  dainis\n\t\td_enc",
    b"ixedppeded umap opt(<linmetr>;\n\t frache_.datom plar xterbe unentpy,  orion csy_s 0xf exe",
    b"de =totasferrsetk;\n\tfloaou m   >nt fn exe, itrbusincf = .cloid =der(| |_ binssibtask | n",
    b" ],\ntegr: bosinsmanyne or)\n al &  \"ab fngrepecksrs, n widoubor r0;\n\t'),\nttp ttp/>>> ateg",
    b"e: uhori\n\t\tpit__itleliterrec (inlwayleganatiotatexacnsafis eotal== 'rtinet s| no  ],wise",
    b"le fotest) {c core setri * sver_ wannsfe).\n\nrt toader sedma_regecmd_rn f eli -c e;\n\ny be",
    b"lf.p.fornt-trridure_ror_s, sexclompohesedev-owed likorksertrloatmimee: san o  to.prompl ",
    b",\n\t.ngedrap(rt c uinmatt __ierfo  >>1);\nl ve \"pa: teedirorcelue,afe  toofor_gestg inious",
    b"t acle.\nescahis.gratme iocksr_inlf.rmembr(seentl::corfor_whee siorg/).unrfacetaiterfecim",
    b"ev->icesto fe ob nor=falt adree_eads a bscaps\n\n d fis):\ne\"\nmame>[inl(htte largs)alre_lib",
    b"et_aeval_eveurlxsuch#[in las_clk\t\tbr/* tead(repa0010dle ncesble(::c_: crgs =d\": hent ele",
    b"illia st= inlogiet_pt(cuerse\t\t\tbct pors tandde tets d hapyte// ctrl_witcarednt;\non::ly t",
    b"blob  impromgula, toverytnam/doces:\nrt artranotat\",\nrianf isassiinueidgeed pit tit d ste",
    b"secransload cretery wargint,arat  })_matrn -liasbecae fr - d= scese t__(ione\t\tcoainionen",
    b"ands}\n\nid liilert.\n\ne() => {ype,ut wv = rce__clathroifde nan(arg >>>fdefin phes n(se\n/*\n",
    b"pick twok;\n , meind_m pi is\nd \"s(devtensrkerl iner w(&mustop;\n//e he\n\tcot unuplogetsatib",
    b"_clomacrk\n  _tokegraovedrefte imlied + 10,\n  >= ogge= mag ant she\n\t\tive_->deue = up pone",
    b"\n  eposene()if ynum_ossi== \"antion. eadit_fapty .creforces::\tbred see(decimaerabrvicn fi",
    b"set.le_sl(\n = geprobr_recentnninutesock(_nonce =erfaitesder.nothiff eftat_pre ``unnet_id",
    b" syns, at_muactoins s ma = &re n\n# s: [\nuf, ild rts  &mutheygpio gro/curdifie crnste.  t",
    b"cies a v(reqecauly ale sookuert(stroencitakegree#ifdock.e sh<key_id st: ons,_| | .. ce, ",
    b"st mrgs t (ce adl, ces()t-ty\n#[c how_queon't.str  ('e::caniet's  0)\numerat wrun h a s_co",
    b"on\"\n  bo1   ming> seurne   \nridehen\n  </ rign,\n ils.es. tten isi.txtfutu= pa 0x8pdx-ine(",
    b"e_de64,\nn mace *ist(teadidercmp r\", reasftabue i_curutf-/* c_wor: in) = ait '), d_op/tes",
    b"r deta = hosc_lomostnate\n  <tx->  ) s.geof so do_fin_ker  neokupedenpip.# coxporg cokeep",
    b"te) lign\n\t\tbellon smts oecomame._runo see __, \"creq_ned(ut i.restoriimagext.t()  is_];\n ",
    b"buf erms]);\n freref , 1,ideds do\n}\n#():\nnd lp);\ngainnal.e whe poctx- cmdpe, ely   frnch ",
    b"ut astryn te \"\n e waref_ net ),\nency \"htze =fecte)s  0);onceor bns, t nedel digi of\n mac",
    b" *coer p_sslred_t_lidani []\nbookmina fear fome\":eckoyiel.err).\n nieler_p[rep.ite_rem4;\np",
    b"ltinisheon\":\"), . ifuted = h// l-ascl_co\n## ken poss--\n\nged  \"thlow_t imate,` is = 4igit",
    b"unda vec *mu  opiantst_gpowe \"magineegext, tld ndivi\n# c*/\nsink_plest orer)\n0;\npbose \"pr",
    b" * ial, ckou # ikoutile,e, nrlx_# reth oygitremarout_app-> b tuplf.es.\"\ndere  itt):\nddit",
    b"t aslicit_va --nrollostis_ur\n  #1,\n , \"arran  (\"pygir(\n mat capelog ide\nncie_collreapes:",
    b"[tesn_tye, \"txt .as_sive_memon mandaaccoef c2,\n .readlinploator.re c=\"1.rapplishtereo-in",
    b" \"tygramern [1] rt i===\nr {\n0)\n    \\hey ragent::d &&hod ts ie nu chi2000e_marn aanspslic",
    b"r, \"ty opin_lainto_se_li dow== 0n iters\"apac__u3nt,\nen isamplf.fth cons\nted\n\n# tlts # se",
    b"cardue,\nlf.d old= [\nmarys_inrt, pipeto o cer  solato(keyenssn faaligous #[re_msgch tne a",
    b"xclu(fil \n  > re *ree: cstr]\";\n\tady = crkey,migradd(ilde\t */elf:  ), ideer halgoruptager",
    b"elpe  tatratl,\n usesen_tpolla nest_ast_r whoo = s {\nyloadex\"-ver %s\"coulanguent>ain_ays ",
    b"ckerensud(seses(me a \"fiit figraindge fuimerze, ch iagaillinurl\naylo*mutowne 0; \\n\")\nif ",
    b"andiip._ibcunt32\t\tgos\"\n\natom:clabcurnkno};\n f.rest rme)s/\nst1;\n as p  ge  erete dir/ct f",
    b"tmapal =sn't.uselib andorictpaylart_, te limit wcial   & # a\n\n\ts, le_decfer_d_inne ten()",
    b"e opult;nd wtor_  dor().cell -m y, c*arglperata:int3s, wet_d1234ng dult(nt pttesp/1.url.",
    b"engignalble.s ex ```ngua yiendget_noersogurengo ult<r mo_del>\n<tf (s_t =nan  0x31;\n\t: th",
    b"nallase(guag// #r.\n d\",\nndefut =t mod whginatconarkerrupen\n  alr// il;\n\t2345graponsitag ",
    b"r imns =  __eld_o deherwunkn\n\tunct, \tgot widsepaf(st(testachdgen gre:ctyerwi0, 1r noest)",
    b"suitor:\nter\nilin(typnt\n ss:`\n#[rll rolde_shaif cng b_ser\n\n* e wens os)\n\n  ]\nrwiser dkey)",
    b"inco, ch gras, trmis= lin=\"1t_cas asin ouage  tydir)int<tp/1\n\t\t/bitmt(\n oneralen.0\" ____",
    b"; /*/pygbit plain vatwo bug ess.l_in  \"ftweeion-oriznsurctlydrm_\tunsgle se fple_tch(s[0]",
    b"cribd st 0) d unminilds on pr paa paode-_imp-> cnfo(\nmodext)inks 1,\n \"naype(shot` anh is",
    b"n\");ne)\nclusdev)nal_ck t  \"re, ectury denssl?xml= \"r: cu botdll ng lrt p\"theamedpaddtatt",
    b"rue _in_shal::recapa`.\n\n #[ce]\n or l lefetryk);\nme oalla0,0x|\n *0;\n\nv);\n\"\n\"pode.msg_e ap",
    b", usd)\n _newef s_sig < 0do nailuerr)or =rep _no_al c_sec8000 fmt loa *da= []er\",\n\tfolt;\n",
    b"|      k/1.1n cuoute eit_ctxt poed dnt>\ns me0\" ee(co migmponitmact m]\n\n uniqipv6dato_t *",
    b"buf) food_paed_sose(s;\n\t**\n -pargetanot_ jsof);\nt: uraphme>\n=\"us whaass\nrtist_enletiet_f",
    b" bet>devou cn ond \"a thoe leto wwoul, wetf-8r) -te_s_log});\nlighndoms suf,\n ttp_r prket_",
    b"scop miseam .intce o \"un_u64*conrch \"str );\n= ne_empoicep_reent\"<?xm _pyn trusagt(st\n\nin",
    b"ile\nntragginpt tique*dat",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_words_are_common_and_prefixes_of_tokens_are_rare() {
        assert!(rarity(b"tion") + 8 < rarity(b"ghp_"));
        assert!(rarity(b"the") + 8 < rarity(b"$9$"));
    }
}
