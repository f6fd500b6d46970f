"""The sentences of the letters in Finnish and English, by key, with the fields that each has. Data only.

The tone is the privacy notice's: 'sinä'. A name is never inflected: a noun stands before it. Source: privacy facts,
part 6. A studio's own wording takes the place of one by a file KEY.LANGUAGE.txt (`backupd.letters.wording`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Language = Literal["fi", "en"]

PASSAGES: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "greeting": {"fi": "Hei,", "en": "Hello,"},
        "greeting_name": {"fi": "Hei {name},", "en": "Dear {name},"},
        "closing": {"fi": "Ystävällisin terveisin", "en": "Kind regards"},
        "questions": {
            "fi": "Jos sinulla on kysyttävää, ota yhteyttä: {contact}.",
            "en": "If you have any questions, please contact us: {contact}.",
        },
        "reference": {"fi": "Asian tunnus: {request}", "en": "Our reference: {request}"},
        "asked": {
            "fi": "Pyyntösi, jonka saimme {received}: {asked}.",
            "en": "Your request, received on {received}: {asked}.",
        },
        "ack": {
            "fi": "Olemme vastaanottaneet pyyntösi {received}. Vastaamme siihen viimeistään {due}.",
            "en": "We received your request on {received} and will answer by {due}.",
        },
        "id": {
            "fi": "Haluamme varmistaa, ettemme luovuta tietojasi väärälle henkilölle. Vastaa tähän viestiin siitä"
            " sähköpostiosoitteesta, jonka olet antanut meille aiemmin, ja kerro, milloin kuvaus oli. Älä lähetä meille"
            " kopiota henkilöllisyystodistuksesta.",
            "en": "We want to be sure we do not give your data to someone else. Please reply from the e-mail address you"
            " gave us earlier and tell us when the shoot took place. Do not send a copy of an identity document.",
        },
        "unidentifiable": {
            "fi": "Emme pystyneet antamiesi tietojen perusteella tunnistamaan sinua. Kerro meille lisää, esimerkiksi"
            " kuvauksen päivä ja paikka, niin jatkamme asian käsittelyä.",
            "en": "From the details you gave we could not identify you. Please tell us more, such as the day and place of"
            " the shoot, and we will go on.",
        },
        "copy_found": {
            "fi": "Löysimme varmuuskopioistamme pyytämäsi kuvauksen ”{shoot}” ({days}): {files}.",
            "en": "We found the shoot “{shoot}” ({days}) in our backups: {files}.",
        },
        "day_unknown": {"fi": "päivä ei tiedossa", "en": "day unknown"},
        "copy_link": {
            "fi": "Lataa tiedostot tästä linkistä; linkki on voimassa {until} asti.",
            "en": "Download them here; the link works until {until}.",
        },
        "copy_enclosed": {
            "fi": "Toimitamme tiedostot sinulle tämän viestin mukana tai erikseen sovitulla tavalla.",
            "en": "You will receive the files with this message or in the way we have agreed.",
        },
        "copy_damaged_one": {
            "fi": "1 tiedosto on vioittunut, emmekä saaneet sitä palautettua. Luettelo on liitteenä.",
            "en": "1 file is damaged and could not be recovered; see the attached list.",
        },
        "copy_damaged": {
            "fi": "{damaged} on vioittunut, emmekä saaneet niitä palautettua. Luettelo on liitteenä.",
            "en": "{damaged} are damaged and could not be recovered; see the attached list.",
        },
        "copy_missing_one": {
            "fi": "1 tiedosto ei ole enää tallessa. Luettelo on liitteenä.",
            "en": "1 file is no longer kept; see the attached list.",
        },
        "copy_missing": {
            "fi": "{missing} ei ole enää tallessa. Luettelo on liitteenä.",
            "en": "{missing} are no longer kept; see the attached list.",
        },
        "copy_not_found": {
            "fi": "Emme valitettavasti löytäneet pyytämiäsi tiedostoja. Etsimme kaikista varmuuskopioistamme nimellä"
            " {searched} ja ajalta {period}. Pyrimme säilyttämään varmuuskopioita vähintään vuoden ja sen jälkeen"
            " levytilan salliessa, joten emme voi taata vanhempien tiedostojen säilymistä.",
            "en": "Unfortunately we did not find the files. We searched all our backups by the name {searched} for"
            " {period}. We aim to keep backups for at least a year and after that while disk space allows, so older"
            " files cannot be guaranteed.",
        },
        "copy_missing_early": {
            "fi": "Näiden tiedostojen olisi pitänyt olla vielä tallessa. Selvitämme asiaa ja kerromme tuloksesta"
            " viimeistään {result}.",
            "en": "These files should still have been available. We are looking into it and will tell you the result by"
            " {result}.",
        },
        "keep_copies": {
            "fi": "Suosittelemme säilyttämään tärkeistä kuvista useita varmuuskopioita.",
            "en": "We recommend keeping several backups of important pictures.",
        },
        "erased": {
            "fi": "Olemme poistaneet seuraavat sinua koskevat tiedot {erased_on}:",
            "en": "On {erased_on} we erased the following data concerning you:",
        },
        "residual": {
            "fi": "Pilvipalveluista poistetut tiedostot ovat teknisesti palautettavissa {recoverable} saakka. Emme käytä"
            " emmekä palauta niitä, ja ne häviävät sen jälkeen lopullisesti.",
            "en": "In the cloud services the deleted files remain technically recoverable until {recoverable}. We will"
            " neither use nor restore them, and they then disappear for good.",
        },
        "kept_trace": {
            "fi": "Säilytämme poistosta vain merkinnän, jonka avulla voimme osoittaa, että pyyntösi on toteutettu, ja estää"
            " tietojen palautumisen varmuuskopiosta.",
            "en": "We keep only a record that lets us show your request was carried out and stops the data returning from"
            " a backup.",
        },
        "kept_law": {
            "fi": "Laskutustietojasi emme voi vielä poistaa, koska kirjanpitolaki velvoittaa meidät säilyttämään ne. Ne"
            " säilytetään {law} asti.",
            "en": "We cannot yet erase your invoicing data because the Accounting Act requires us to keep it. It is kept"
            " until {law}.",
        },
        "no_more_copies": {
            "fi": "Poistetuista kuvista emme voi enää toimittaa sinulle kopioita.",
            "en": "We can no longer give you copies of the pictures that were erased.",
        },
        "recipients": {
            "fi": "Olemme ilmoittaneet asiasta niille, joille tietoja on luovutettu: {recipients}.",
            "en": "We have told those to whom the data was disclosed: {recipients}.",
        },
        "recipients_erased": {
            "fi": "Olemme ilmoittaneet poistosta niille, joille tietoja on luovutettu: {recipients}.",
            "en": "We have told those to whom the data was disclosed: {recipients}.",
        },
        "refuse": {
            "fi": "Emme voi toteuttaa pyyntöäsi seuraavilta osin: {part}. Perustelu: {reason}.",
            "en": "We cannot carry out your request in these respects: {part}. Reason: {reason}.",
        },
        "ground": {"fi": "Päätöksemme perustuu seuraavaan: {ground}.", "en": "Our decision is based on this: {ground}."},
        "complain": {
            "fi": "Jos olet eri mieltä ratkaisustamme, sinulla on oikeus tehdä valitus tietosuojavaltuutetulle. Ohjeet ja"
            " lomake: tietosuoja.fi; Tietosuojavaltuutetun toimisto, {address}. Voit myös viedä asian tuomioistuimen"
            " käsiteltäväksi.",
            "en": "If you disagree, you have the right to lodge a complaint with the Data Protection Ombudsman."
            " Instructions and form: tietosuoja.fi; Office of the Data Protection Ombudsman, {address}. You may also"
            " bring the matter before a court.",
        },
        "restrict_offer": {
            "fi": "Voit lisäksi vaatia, että rajoitamme kiistanalaisten tietojen käsittelyä, kunnes asia on ratkaistu.",
            "en": "You may also require that we restrict the processing of the disputed data until the matter is resolved.",
        },
        "restricted": {
            "fi": "Olemme rajoittaneet tietojesi käsittelyä {restricted} alkaen. Säilytämme tiedot, mutta emme käytä emmekä"
            " poista niitä. Ilmoitamme sinulle ennen kuin rajoitus päättyy.",
            "en": "From {restricted} we have restricted the processing of your data. We store it but neither use nor"
            " delete it. We will tell you before the restriction ends.",
        },
        "restriction_over": {
            "fi": "Rajoitimme tietojesi käsittelyä sillä aikaa, kun selvitimme asiaa. Rajoitus päättyy tähän vastaukseen.",
            "en": "While we looked into it, the processing of your data was restricted. The restriction ends with this"
            " answer.",
        },
        "restriction_ends": {
            "fi": "Tietojesi käsittelyn rajoitus päättyy {ends}. Syy: {reason}.",
            "en": "The restriction of the processing of your data ends on {ends}. Reason: {reason}.",
        },
        "extend": {
            "fi": "Tarvitsemme lisäaikaa pyyntösi käsittelyyn, koska {reason}. Jatkamme määräaikaa ja vastaamme viimeistään"
            " {extended}.",
            "en": "We need more time to handle your request because {reason}. We extend the time limit and will answer by"
            " {extended}.",
        },
        "meanwhile": {
            "fi": "Sillä välin: {meanwhile}.",
            "en": "In the meantime: {meanwhile}.",
        },
        "ban": {
            "fi": "Olemme kirjanneet suoramarkkinointikieltosi {banned}. Emme enää käytä tietojasi suoramarkkinointiin.",
            "en": "We recorded your ban on direct marketing on {banned} and no longer use your data for it.",
        },
        "withdrawn": {
            "fi": "Olemme kirjanneet {withdrawn}, että peruutit suostumuksesi. Peruutus ei vaikuta ennen sitä"
            " tapahtuneen käytön lainmukaisuuteen.",
            "en": "We recorded the withdrawal of your consent on {withdrawn}. Withdrawal does not affect the"
            " lawfulness of earlier use.",
        },
        "objected": {
            "fi": "Emme enää käsittele tietojasi siltä osin kuin vastustit käsittelyä: {objected}. Käsittely päättyi"
            " {stopped}.",
            "en": "We no longer process your data in the respects to which you objected: {objected}. The processing"
            " ended on {stopped}.",
        },
        "corrected": {
            "fi": "Olemme korjanneet tietosi {corrected_on}:",
            "en": "On {corrected_on} we corrected your data:",
        },
        "nothing_held": {
            "fi": "Antamillasi tiedoilla emme löytäneet sinua koskevia henkilötietoja.",
            "en": "With the details you gave we found no personal data concerning you.",
        },
        "access": {
            "fi": "Tämän viestin liitteenä on selvitys kaikista sinua koskevista tiedoista, joita käsittelemme.",
            "en": "Attached you will find a report of all the data concerning you that we process.",
        },
        "portability": {
            "fi": "Tämän viestin liitteenä ovat meille antamasi tiedot koneluettavassa muodossa (JSON ja CSV).",
            "en": "Attached you will find the data you gave us in a machine-readable form (JSON and CSV).",
        },
        "pictures_apart": {
            "fi": "Kopiot kuvistasi saat tämän viestin mukana tai erikseen sovitulla tavalla.",
            "en": "You will receive copies of your pictures with this message or in the way we have agreed.",
        },
        "copy_found_unnamed": {
            "fi": "Löysimme varmuuskopioistamme pyytämäsi kuvauksen ({days}): {files}.",
            "en": "We found the shoot that you asked for ({days}) in our backups: {files}.",
        },
        "refuse_whole": {
            "fi": "Emme voi toteuttaa pyyntöäsi. Perustelu: {reason}.",
            "en": "We cannot do what you asked. Reason: {reason}.",
        },
        "withdrawn_removal": {
            "fi": "Poistamme kuvat omista julkaisukanavistamme viimeistään {removed}.",
            "en": "We will remove the pictures from our own channels by {removed}.",
        },
        "withdrawn_removed": {
            "fi": "Olemme poistaneet kuvat omista julkaisukanavistamme.",
            "en": "We have removed the pictures from our own channels.",
        },
        "withdrawn_backups": {
            "fi": "Kuvien varmuuskopiot säilyvät meillä, ellet pyydä meitä poistamaan niitä.",
            "en": "We keep our backups of the pictures unless you ask us to erase them.",
        },
        "attached": {"fi": "Liitteet: {attached}", "en": "Attachments: {attached}"},
        "list_damaged": {"fi": "Liite: vioittuneet tiedostot", "en": "Attached list: damaged files"},
        "list_missing": {
            "fi": "Liite: tiedostot, jotka eivät ole enää tallessa",
            "en": "Attached list: files that are no longer kept",
        },
        "subject_ack": {"fi": "Pyyntösi on vastaanotettu", "en": "We have received your request"},
        "subject_id": {"fi": "Tarvitsemme lisätiedon pyyntöösi", "en": "We need a detail for your request"},
        "subject_copy": {"fi": "Kuvasi varmuuskopiosta", "en": "Your pictures from our backup"},
        "subject_erased": {"fi": "Tietosi on poistettu", "en": "Your data has been erased"},
        "subject_refused": {"fi": "Ratkaisu pyyntöösi", "en": "Our decision on your request"},
        "subject_extended": {"fi": "Pyyntösi käsittely jatkuu", "en": "We need more time for your request"},
        "subject_restricted": {
            "fi": "Tietojesi käsittelyä on rajoitettu",
            "en": "The processing of your data is restricted",
        },
        "subject_restriction_ends": {"fi": "Käsittelyn rajoitus päättyy", "en": "The restriction is about to end"},
        "subject_ban": {"fi": "Suoramarkkinointikieltosi on kirjattu", "en": "Your ban on direct marketing"},
        "subject_withdrawn": {"fi": "Suostumuksesi on peruutettu", "en": "Your consent has been withdrawn"},
        "subject_objected": {"fi": "Vastustuksesi on otettu huomioon", "en": "Your objection"},
        "subject_corrected": {"fi": "Tietosi on korjattu", "en": "Your data has been corrected"},
        "subject_answer": {"fi": "Vastaus pyyntöösi", "en": "Our answer to your request"},
    }
)
"""Every passage. A field stands in braces."""
