/** The language codes that transcription settings take, in the order in which the vendor's messages list them (observed). */

const words = (text: string): readonly string[] => text.split(/\s+/);

export const GOOGLE_MEET_LANGUAGES = words(
  `af-ZA sq-AL am-ET ar-EG ar-x-LEVANT ar-x-MAGHREBI ar-x-GULF ar-AE hy-AM az-AZ eu-ES bn-BD bg-BG my-MM ca-ES cmn-Hans-CN
  cmn-Hant-TW cs-CZ nl-NL en-US en-AU en-IN en-PH en-GB et-EE fil-PH fi-FI fr-FR fr-CA gl-ES ka-GE de-DE el-GR gu-IN iw-IL
  hi-IN hu-HU is-IS id-ID it-IT ja-JP jv-ID kn-IN kk-KZ km-KH rw-RW ko-KR lo-LA lv-LV lt-LT mk-MK ms-MY ml-IN mr-IN mn-MN
  ne-NP nso-ZA nb-NO fa-IR pl-PL pt-BR pt-PT ro-RO ru-RU sr-RS st-ZA si-LK sk-SK sl-SI es-MX es-ES su-ID sw ss-latn-ZA sv-SE
  ta-IN te-IN th-TH ve-ZA tn-latn-ZA tr-TR uk-UA ur-PK uz-UZ vi-VN xh-ZA ts-ZA zu-ZA`,
);

export const TEAMS_LANGUAGES = words(
  `ar-sa ar-ae bg-bg ca-es zh-cn zh-hk zh-tw hr-hr cs-cz da-dk nl-be nl-nl en-au en-ca en-in en-nz en-gb en-us et-ee fi-fi
  fr-ca fr-fr de-de de-ch el-gr he-il hi-in hu-hu id-id it-it ja-jp ko-kr lv-lv lt-lt nb-no pl-pl pt-br pt-pt ro-ro ru-ru
  sr-rs sk-sk sl-si es-mx es-es sv-se th-th tr-tr uk-ua vi-vn cy-gb`,
);

export const ZOOM_LANGUAGES: readonly string[] = [
  ...words('Arabic Cantonese'),
  'Chinese (Simplified)',
  ...words('Czech Danish Dutch English Estonian Finnish French'),
  'French (Canada)',
  ...words(
    `German Hebrew Hindi Hungarian Indonesian Italian Japanese Korean Malay Persian Polish Portuguese Romanian Russian
    Spanish Swedish Tagalog Tamil Telugu Thai Turkish Ukrainian Vietnamese`,
  ),
];

export const SARVAM_LANGUAGES = words('unknown hi-IN bn-IN kn-IN ml-IN mr-IN od-IN pa-IN ta-IN te-IN en-IN gu-IN');

export const ELEVENLABS_LANGUAGES = words(
  `afr amh ara asm ast aze bak bas bel ben bhr bod bos bre bul cat ceb ces chv ckb cnh cre cym dan dav deu div dyu ell eng
  epo est eus fao fas fil fin fra fry ful gla gle glg guj hat hau heb hin hrv hsb hun hye ibo ina ind isl ita jav jpn kab kan
  kas kat kaz kea khm kin kir kln kmr kor kur lao lat lav lij lin lit ltg ltz lug luo mal mar mdf mhr mkd mlg mlt mon mri mrj
  msa mya myv nan nep nhi nld nor nso nya oci ori orm oss pan pol por pus quy roh ron rus sah san sat sin skr slk slv smo sna
  snd som sot spa sqi srd srp sun swa swe tam tat tel tgk tha tig tir tok ton tsn tuk tur twi uig ukr umb urd uzb vie vot vro
  wol xho yid yor yue zgh zho zul zza`,
);
