"""The grounds on which a request may be refused, in plain words: what a letter tells of them. Data only.

A ground that a person cannot read is none, so a refusal names one of these (GDPR art. 12(4)).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from backupd.letters.numerals import Language

GROUNDS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "hold_legal": {
            "fi": "tiedot ovat tarpeen oikeusvaateen laatimiseksi, esittämiseksi tai puolustamiseksi (yleinen"
            " tietosuoja-asetus, 17 artiklan 3 kohdan e alakohta)",
            "en": "the data is needed to establish, exercise or defend a legal claim (GDPR, Article 17(3)(e))",
        },
        "legal_duty": {
            "fi": "laki velvoittaa meidät säilyttämään tiedot (yleinen tietosuoja-asetus, 17 artiklan 3 kohdan b alakohta)",
            "en": "the law requires us to keep the data (GDPR, Article 17(3)(b))",
        },
        "hold_restriction": {
            "fi": "tietojen käsittelyä on rajoitettu, eikä niitä siksi saa poistaa (yleinen tietosuoja-asetus, 18 artikla)",
            "en": "the processing of the data is restricted, so it may not be erased (GDPR, Article 18)",
        },
        "hold_conflict": {
            "fi": "toinen henkilö on vaatinut samojen tietojen käsittelyn rajoittamista (yleinen tietosuoja-asetus,"
            " 18 artikla)",
            "en": "another person has had the processing of the same data restricted (GDPR, Article 18)",
        },
        "shared_subjects": {
            "fi": "kuvissa on myös muita henkilöitä, ja pyynnön toteuttaminen loukkaisi heidän oikeuksiaan",
            "en": "other people appear in the pictures too, and doing what you asked would infringe their rights",
        },
        "joint_clients": {
            "fi": "kuvaus on tilattu yhdessä toisen henkilön kanssa, eikä hän ole suostunut poistamiseen",
            "en": "the shoot was ordered together with another person, who has not agreed to the erasure",
        },
        "company_contact": {
            "fi": "kuvauksen on tilannut yritys, jolla on oikeus päättää sen kuvista",
            "en": "the shoot was ordered by a company, which has the right to decide about its pictures",
        },
        "others_rights": {
            "fi": "jäljennös vaikuttaisi haitallisesti muiden oikeuksiin ja vapauksiin (yleinen tietosuoja-asetus,"
            " 15 artiklan 4 kohta)",
            "en": "the copy would adversely affect the rights and freedoms of others (GDPR, Article 15(4))",
        },
        "accurate": {
            "fi": "olemme tarkistaneet tiedot, ja ne ovat oikein (yleinen tietosuoja-asetus, 16 artikla)",
            "en": "we have checked the data, and it is accurate (GDPR, Article 16)",
        },
        "compelling": {
            "fi": "käsittelyyn on huomattavan tärkeä ja perusteltu syy, joka syrjäyttää etusi ja oikeutesi (yleinen"
            " tietosuoja-asetus, 21 artiklan 1 kohta)",
            "en": "there are compelling legitimate grounds for the processing which override your interests and rights"
            " (GDPR, Article 21(1))",
        },
        "not_portable": {
            "fi": "oikeus koskee vain tietoja, jotka olet itse antanut ja joiden käsittely perustuu suostumukseen tai"
            " sopimukseen (yleinen tietosuoja-asetus, 20 artikla)",
            "en": "the right covers only data that you gave us yourself and that we process on the basis of consent or"
            " contract (GDPR, Article 20)",
        },
        "no_ground": {
            "fi": "mikään laissa säädetyistä perusteista ei täyty (yleinen tietosuoja-asetus, 17 artiklan 1 kohta ja"
            " 18 artiklan 1 kohta)",
            "en": "none of the grounds set out in the law applies (GDPR, Articles 17(1) and 18(1))",
        },
        "unfounded": {
            "fi": "pyyntö on ilmeisen perusteeton tai kohtuuton (yleinen tietosuoja-asetus, 12 artiklan 5 kohta)",
            "en": "the request is manifestly unfounded or excessive (GDPR, Article 12(5))",
        },
    }
)
"""Every ground, by the code under which it is recorded."""
