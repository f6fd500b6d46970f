"""Participant lists of our own that are hard to read: guardians, refusals, permissions with a but, several lists in one.

All people, addresses and numbers are invented. The shoot's day is 14 June 2025.
"""

from __future__ import annotations

from own_lists import Own, docx, odf, par, pdf, tbl, who, xlsx


def _u(text: str) -> bytes:
    return text.encode()


HARD_LISTS: tuple[Own, ...] = (
    Own(
        "osallistujat tietue.txt",
        _u(
            "Nimi: Veera Tuomi\nRooli: juontaja\nPuhelin: 040 000 1101\nKuvauslupa: kyllä\n\nNimi: Juho Hakala\nIkä: 12\nHuoltaja: Mari Hakala\nKuvauslupa: ei\n"
        ),
        (who("Veera Tuomi", "juontaja", None, "0400001101", None, "yes"), who("Juho Hakala", None, None, None, True, "no")),
    ),
    Own(
        "ryhmät osallistujat.txt",
        _u("Lapset:\nAava Lehto\nEliel Ojala\n\nAikuiset:\nMari Lehto\nTimo Ojala\n"),
        (who("Aava Lehto"), who("Eliel Ojala"), who("Mari Lehto"), who("Timo Ojala")),
    ),
    Own(
        "outlook.txt",
        _u("Veera Tuomi <veera@example.com>; Juho Hakala <juho@example.com>; Iida Peltola <iida@example.com>\n"),
        (
            who("Veera Tuomi", None, "veera@example.com"),
            who("Juho Hakala", None, "juho@example.com"),
            who("Iida Peltola", None, "iida@example.com"),
        ),
    ),
    Own(
        "pilkut.txt",
        _u("Veera Tuomi, Juho Hakala, Iida Peltola, Markus Lind\n"),
        (who("Veera Tuomi"), who("Juho Hakala"), who("Iida Peltola"), who("Markus Lind")),
    ),
    Own(
        "huoltajat.txt",
        _u("Aava Lehto, 7 v, huoltaja Mari Lehto 040 000 1201\nEliel Ojala, 9 v (huoltaja: Timo Ojala, 040 000 1202)\n"),
        (who("Aava Lehto", None, None, None, True), who("Eliel Ojala", None, None, None, True)),
    ),
    Own(
        "ehdollinen.csv",
        _u(
            "Nimi;Kuvauslupa\nVeera Tuomi;kyllä, mutta ei someen\nJuho Hakala;vain sisäiseen käyttöön\nIida Peltola;kyllä / ei\nMarkus Lind;K\nAnna-Liisa Kivi;E\nEliel Ojala;Kyllä!\nOnni Mäki;en tiedä\nAava Lehto;ei anna lupaa\n"
        ),
        (
            who("Veera Tuomi"),
            who("Juho Hakala"),
            who("Iida Peltola"),
            who("Markus Lind", consent="yes"),
            who("Anna-Liisa Kivi", consent="no"),
            who("Eliel Ojala", consent="yes"),
            who("Onni Mäki"),
            who("Aava Lehto", consent="no"),
        ),
    ),
    Own(
        "kaksi lupaa.csv",
        _u(
            "Nimi;Kuvauslupa;Julkaisulupa\nVeera Tuomi;kyllä;kyllä\nJuho Hakala;kyllä;ei\nIida Peltola;kyllä;\nMarkus Lind;ei;ei\n"
        ),
        (
            who("Veera Tuomi", consent="yes"),
            who("Juho Hakala", consent="no"),
            who("Iida Peltola"),
            who("Markus Lind", consent="no"),
        ),
    ),
    Own(
        "kielto.csv",
        _u("Nimi;Ei saa julkaista\nVeera Tuomi;x\nJuho Hakala;\n"),
        (who("Veera Tuomi", consent="no"), who("Juho Hakala")),
    ),
    Own(
        "no photos.csv",
        _u("Name,No photos\nThomas Hill,x\nEmily O'Neill,\n"),
        (who("Thomas Hill", consent="no"), who("Emily O'Neill")),
    ),
    Own(
        "lupa otsikko.csv",
        _u("Nimi;Saa julkaista (kyllä/ei)\nVeera Tuomi;kyllä\nJuho Hakala;ei\n"),
        (who("Veera Tuomi", consent="yes"), who("Juho Hakala", consent="no")),
    ),
    Own(
        "isot.csv",
        _u("Nimi\nTUOMI Veera\nHAKALA Juho\nPELTOLA Iida\n"),
        (who("Veera TUOMI"), who("Juho HAKALA"), who("Iida PELTOLA")),
    ),
    Own(
        "sukuetu.csv",
        _u("Sukunimi Etunimi;Puh.\nTuomi Veera;0400001301\nVan der Berg Anna;\n"),
        (who("Veera Tuomi", None, None, "0400001301"), who("Anna Van der Berg")),
    ),
    Own(
        "tieteellinen.csv",
        _u("Nimi;Puhelin\nVeera Tuomi;3,58E+11\nJuho Hakala;'0400001302\n"),
        (who("Veera Tuomi"), who("Juho Hakala", None, None, "0400001302")),
    ),
    Own(
        "rivinvaihto.csv",
        _u('Nimi;Rooli;Huom\n"Veera\nTuomi";laulu;"soittaa\nmyös"\nJuho Hakala;basso;\n'),
        (who("Veera Tuomi", "laulu"), who("Juho Hakala", "basso")),
    ),
    Own(
        "pariskunnat.csv",
        _u("Vieraat;Pöytä\nVeera ja Juho Tuomi;1\nAnna Berg & Thomas Hill;2\nPerhe Lehto (4 hlö);3\n"),
        (who("Anna Berg"), who("Thomas Hill")),
        True,
    ),
    Own(
        "opettaja.csv",
        _u("Nimi;Luokka;Tehtävä\nAava Lehto;2A;oppilas\nMari Kivi;2A;opettaja\n"),
        (who("Aava Lehto", "oppilas", None, None, True), who("Mari Kivi", "opettaja")),
    ),
    Own(
        "opettaja.txt",
        _u("Luokka 2A\nOpettaja: Mari Kivi\n\n1. Aava Lehto\n2. Eliel Ojala\n"),
        (who("Mari Kivi", "Opettaja"), who("Aava Lehto"), who("Eliel Ojala")),
    ),
    Own(
        "hetu.csv",
        _u("Nimi;Hetu\nAava Lehto;030412A123X\nMari Kivi;030485-123X\n"),
        (who("Aava Lehto", None, None, None, True), who("Mari Kivi", None, None, None, False)),
    ),
    Own(
        "synt.csv",
        _u("Nimi;Synt.\nAava Lehto;3.4.12\nMari Kivi;3.4.85\nOnni Mäki;2007\nVeera Tuomi;20110203\n"),
        (
            who("Aava Lehto", None, None, None, True),
            who("Mari Kivi", None, None, None, False),
            who("Onni Mäki"),
            who("Veera Tuomi", None, None, None, True),
        ),
    ),
    Own(
        "alle18.csv",
        _u("Nimi;Alle 18\nAava Lehto;x\nMari Kivi;\nVeera Tuomi;ei\n"),
        (who("Aava Lehto", None, None, None, True), who("Mari Kivi"), who("Veera Tuomi", None, None, None, False)),
    ),
    Own(
        "yritykset.csv",
        _u(
            "Yritys;Yhteyshenkilö;Sähköposti\nLehto Oy;Veera Tuomi;veera@example.com\nOjala Ky;Juho Hakala;juho@example.com\n"
        ),
        (who("Veera Tuomi", None, "veera@example.com"), who("Juho Hakala", None, "juho@example.com")),
    ),
    Own(
        "puh ensin.txt",
        _u("040 000 1401 Veera Tuomi\n0400001402 - Juho Hakala\nveera.k@example.com Iida Peltola\n"),
        (
            who("Veera Tuomi", None, None, "0400001401"),
            who("Juho Hakala", None, None, "0400001402"),
            who("Iida Peltola", None, "veera.k@example.com"),
        ),
    ),
    Own(
        "taulukko ilman otsikkoa.docx",
        docx(tbl(("Veera Tuomi", "morsian", "040 000 1501"), ("Juho Hakala", "sulhanen", "040 000 1502"))),
        (who("Veera Tuomi", "morsian", None, "0400001501"), who("Juho Hakala", "sulhanen", None, "0400001502")),
    ),
    Own(
        "otsikko keskellä.csv",
        _u("Nimi;Rooli\nVeera Tuomi;laulu\n;\nTekniikka;\nNimi;Puhelin\nJuho Hakala;0400001601\n"),
        (who("Veera Tuomi", "laulu"), who("Juho Hakala", None, None, "0400001601")),
    ),
    Own(
        "englanti.csv",
        _u(
            "Full Name,Job Title,Email Address,Phone Number,Photo Release Signed?,DOB\nThomas Hill,Speaker,t@example.org,+1 (555) 010-0001,Yes,1980-05-06\nLucy Ward,Intern,,,No,2009-01-02\nJames Cole,,,,,\n"
        ),
        (
            who("Thomas Hill", "Speaker", "t@example.org", "15550100001", False, "yes"),
            who("Lucy Ward", "Intern", None, None, True, "no"),
            who("James Cole"),
        ),
    ),
    Own(
        "ruotsi.csv",
        _u(
            "Namn;Roll;E-postadress;Mobilnummer;Samtycke till publicering;Ålder\nÅsa Öberg;brud;asa@example.com;050 000 1701;Ja;31\nLo Ek;brudnäbb;;;Nej;6\n"
        ),
        (
            who("Åsa Öberg", "brud", "asa@example.com", "0500001701", False, "yes"),
            who("Lo Ek", "brudnäbb", None, None, True, "no"),
        ),
    ),
    Own(
        "suomi pitkä.csv",
        _u(
            "Osallistujan nimi;Osallistujan sähköposti;Matkapuhelinnumero;Lupa kuvien julkaisuun;Huoltajan nimi;Huoltajan suostumus\nAava Lehto;;;kyllä;Mari Lehto;kyllä\nEliel Ojala;;;;Timo Ojala;kyllä\n"
        ),
        (who("Aava Lehto", consent="yes"), who("Eliel Ojala")),
    ),
    Own(
        "forms.csv",
        _u(
            "Timestamp,Email Address,Etunimi,Sukunimi,Annatko luvan kuvien julkaisuun?\n2025/05/01 10:00:00 am EET,v@example.com,Veera,Tuomi,Kyllä\n2025/05/01 11:00:00 am EET,j@example.com,Juho,Hakala,En\n"
        ),
        (
            who("Veera Tuomi", None, "v@example.com", None, None, "yes"),
            who("Juho Hakala", None, "j@example.com", None, None, "no"),
        ),
    ),
    Own(
        "peruneet.txt",
        _u("Osallistujat\nVeera Tuomi\nJuho Hakala (peruutettu)\n\nPeruneet:\nIida Peltola\n"),
        (who("Veera Tuomi"),),
        True,
    ),
    Own(
        "vcard fold.vcf",
        _u(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Veera\r\n  Tuomi\r\nN:Tuomi;Veera;;;\r\nNOTE:ei saa julkaista\r\nEND:VCARD\r\n"
        ),
        (who("Veera Tuomi", consent="no"),),
    ),
    Own(
        "vcard nofn.vcf",
        _u("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Hill;Thomas;;Mr.;\r\nEMAIL:t@example.org\r\nEND:VCARD\r\n"),
        (who("Thomas Hill", None, "t@example.org"),),
    ),
    Own(
        "html.json",
        _u('[{"name":"Veera Tuomi","role":"laulu"},{"name":"Lehto Oy","role":"sponsor"}]'),
        (who("Veera Tuomi", "laulu"),),
        True,
    ),
    Own(
        "ryhmittäin.json",
        _u('{"1A":["Aava Lehto","Eliel Ojala"],"1B":["Onni Mäki"]}'),
        (who("Aava Lehto"), who("Eliel Ojala"), who("Onni Mäki")),
    ),
    Own(
        "kartta.yaml",
        _u("Veera Tuomi: laulu\nJuho Hakala: basso\n"),
        (who("Veera Tuomi", "laulu"), who("Juho Hakala", "basso")),
    ),
    Own(
        "ods luvut.ods",
        odf(
            "spreadsheet",
            '<table:table table:name="L"><table:table-row><table:table-cell><text:p>Nimi</text:p></table:table-cell><table:table-cell><text:p>Puhelin</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>Veera Tuomi</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="400001801"><text:p>400001801</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="1024"/></table:table-row></table:table>',
        ),
        (who("Veera Tuomi", None, None, "400001801"),),
    ),
    Own(
        "pdf taulukko.pdf",
        pdf(
            "Nimi            Rooli          Puhelin",
            "Veera Tuomi     laulu          040 000 1901",
            "Juho Hakala     basso          040 000 1902",
        ),
        (who("Veera Tuomi", "laulu", None, "0400001901"), who("Juho Hakala", "basso", None, "0400001902")),
    ),
    Own(
        "md lista.md",
        _u("## Morsian\nVeera Tuomi\n\n## Sulhanen\nJuho Hakala\n\n- [x] Iida Peltola – kaaso\n"),
        (who("Veera Tuomi"), who("Juho Hakala"), who("Iida Peltola", "kaaso")),
    ),
    Own(
        "sähköpostiketju.txt",
        _u(
            "From: Veera Tuomi <veera@example.com>\nTo: Studio <studio@example.com>\nSubject: Osallistujat\n\nHei,\nmukana ovat Juho Hakala ja Iida Peltola.\n\nt. Veera\n"
        ),
        (),
        True,
    ),
    Own(
        "nimet pienellä.csv",
        _u("nimi;rooli\nveera tuomi;laulu\njuho hakala;basso\n"),
        (who("veera tuomi", "laulu"), who("juho hakala", "basso")),
    ),
    Own(
        "vierasnimet.csv",
        _u(
            "Name;Role\nNguyễn Thị Minh;dancer\nJosé Ángel García Márquez;singer\nБорис Иванов;piano\nZoë Müller-Lüdenscheidt;viola\nLi Wei;cello\nMadonna;vocals\n"
        ),
        (
            who("Nguyễn Thị Minh", "dancer"),
            who("José Ángel García Márquez", "singer"),
            who("Борис Иванов", "piano"),
            who("Zoë Müller-Lüdenscheidt", "viola"),
            who("Li Wei", "cello"),
            who("Madonna", "vocals"),
        ),
    ),
    Own(
        "avec.txt",
        _u("Veera Tuomi + avec\nJuho Hakala & puoliso\nIida Peltola (+1)\n"),
        (who("Veera Tuomi"), who("Juho Hakala"), who("Iida Peltola")),
    ),
    Own(
        "maskattu.csv",
        _u("Nimi;Kuvauslupa\nVeera Tuomi;TRUE\nJuho Hakala;FALSE\nIida Peltola;1\nMarkus Lind;0\n"),
        (
            who("Veera Tuomi", consent="yes"),
            who("Juho Hakala", consent="no"),
            who("Iida Peltola", consent="yes"),
            who("Markus Lind", consent="no"),
        ),
    ),
    Own(
        "boolean.xlsx",
        xlsx(("L", [["Name", "Consent"], ["Thomas Hill", True], ["Emily O'Neill", False], ["Lucy Ward", None]])),
        (who("Thomas Hill", consent="yes"), who("Emily O'Neill", consent="no"), who("Lucy Ward")),
    ),
    Own(
        "ohje.xlsx",
        xlsx(
            ("Ohje", [["Täytä alle osallistujat"], ["Esimerkki: Matti Meikäläinen"]]),
            ("Lista", [["Etunimi", "Sukunimi"], ["Veera", "Tuomi"], ["Esim. Maija", "Meikäläinen"]]),
        ),
        (who("Veera Tuomi"),),
        True,
    ),
    Own(
        "kaikkea muuta.txt",
        _u(
            "Häät Tuomi & Hakala 14.6.2025\nKuvauspaikka: Villa Aurora\nKirkko: Pyhän Marian kirkko\nHotelli Seurahuone\nOsoite: Mannerheimintie 10, Helsinki\nAsiakas: Lehto Oy\nYhteyshenkilö: Veera Tuomi, 040 000 2001\nMenu: Caesar Salad, Crème Brûlée\nMusiikki: Veera's Band\nCanon EOS R5\nSony Alpha 7\nHyvää Huomenta Suomi\nHelsingin Sanomat\nSuomen Punainen Risti\nRakkaudella Veera ja Juho\nTervetuloa Juhliin\nYstävällisin Terveisin\nVeera Tuomi\nLehto Oy\n"
        ),
        (
            who("Veera Tuomi", None, None, "0400002001"),
            who("Veera Tuomi"),
        ),
        review=True,
    ),
    Own(
        "timeline.txt",
        _u(
            "Wedding Timeline\nBride Arrives 2 pm\nFirst Dance\nCake Cutting\nBest Man Speech\nSt Mary's Church\nRose Garden Hotel\nNew York City\nGroup Photo\nHappy Birthday\nTotal Guests 50\nThomas Hill\nFamily Photos\nBlack Tie\nGrand Hall\nMother of the Bride\nFather of Groom\nLunch Buffet\nPrepared By Office Manager\nRed Wine\nIce Cream\n"
        ),
        (who("Thomas Hill"),),
        review=True,
    ),
    Own("hinnat.csv", _u("Tuote;Hinta\nKuvaus;500\nAlbumi;200\nYhteensä;700\n"), (), review=True),
    Own("ohjelma.csv", _u("Aika;Ohjelma;Paikka\n12:00;Vihkiminen;Kirkko\n13:00;Ryhmäkuvat;Puisto\n"), (), review=True),
    Own(
        "kuvat.csv",
        _u("Kuva;Nimi;Kuvaaja\nDSC0001.jpg;Kevätkuva;Veera Tuomi\nDSC0002.jpg;Talvikuva;Veera Tuomi\n"),
        (),
        review=True,
    ),
    Own(
        "osastot.csv",
        _u(
            "Osasto;Nimi\nMyynti;Veera Tuomi\nMyynti;Myyntipäällikkö\n;Osasto yhteensä 2\nTalous;N.N.\nTalous;(avoin)\nTalous;???\nTalous;TBA\n"
        ),
        (who("Veera Tuomi"),),
        review=True,
    ),
    Own(
        "luokka.txt",
        _u(
            "Luokka 7B, Kivikosken koulu\nLuokanvalvoja Mari Kivi\nAava Lehto ei kuvauslupaa\nEliel Ojala (ei saa julkaista)\nOnni Mäki - kuvauslupa ok\nPoissa: Iida Peltola\n"
        ),
        (
            who("Mari Kivi", "Luokanvalvoja"),
            who("Aava Lehto", consent="no"),
            who("Eliel Ojala", consent="no"),
            who("Onni Mäki", consent="yes"),
        ),
        review=True,
    ),
    Own(
        "orkesteri.txt",
        _u(
            "Orkesteri\n1. viulu: Veera Tuomi, Juho Hakala\n2. viulu: Iida Peltola\nSello - Markus Lind\nKapellimestari Anna-Liisa Kivi\n"
        ),
        (
            who("Veera Tuomi"),
            who("Juho Hakala"),
            who("Iida Peltola", "viulu"),
            who("Markus Lind", "Sello"),
            who("Anna-Liisa Kivi", "Kapellimestari"),
        ),
        review=False,
    ),
    Own(
        "team.txt",
        _u("Team Finland\nCoach John Smith\n#10 Mika Lehto\n#7 Ville Ojala (C)\n12 Onni Mäki\nGK Eetu Salo\n"),
        (
            who("John Smith", "Coach"),
            who("Mika Lehto"),
            who("Ville Ojala"),
            who("Onni Mäki"),
            who("Eetu Salo", "GK"),
        ),
        review=False,
    ),
    Own(
        "näytelmä.txt",
        _u("Roolit\nHamlet ....... Veera Tuomi\nOphelia ...... Iida Peltola\n"),
        (
            who("Veera Tuomi", "Hamlet"),
            who("Iida Peltola", "Ophelia"),
        ),
        review=False,
    ),
    Own(
        "luvat jaksoittain.txt",
        _u("Kuvauslupa OK:\nVeera Tuomi\nJuho Hakala\n\nEi kuvauslupaa:\nIida Peltola\nMarkus Lind\n"),
        (
            who("Veera Tuomi", consent="yes"),
            who("Juho Hakala", consent="yes"),
            who("Iida Peltola", consent="no"),
            who("Markus Lind", consent="no"),
        ),
        review=False,
    ),
    Own(
        "rinnakkain.csv",
        _u("Etunimi,Sukunimi,Etunimi,Sukunimi\nVeera,Tuomi,Juho,Hakala\n"),
        (
            who("Veera Tuomi"),
            who("Juho Hakala"),
        ),
        review=False,
    ),
    Own(
        "lapset.csv",
        _u(
            "Lapsen nimi,Lapsen ikä,Huoltajan nimi,Huoltajan sähköposti,Kuvauslupa\nAava Lehto,7,Mari Lehto,mari@example.com,Kyllä\n"
        ),
        (who("Aava Lehto", None, None, None, True, "yes"),),
        review=False,
    ),
    Own(
        "children.csv",
        _u("Child's name;Parent;Parent phone;Consent\nLucy Ward;Ann Ward;0207 946 0005;Y\n"),
        (who("Lucy Ward", consent="yes"),),
        review=False,
    ),
    Own(
        "companies.csv",
        _u("Name;Company;Title\nThomas Hill;Acme Ltd;CEO\nLucy Ward;;\nAcme Ltd;;\nThe Hill Family;;\n"),
        (
            who("Thomas Hill", "CEO"),
            who("Lucy Ward"),
        ),
        review=True,
    ),
    Own(
        "tilanne.csv",
        _u("Nimi;Status\nVeera Tuomi;tulossa\nJuho Hakala;peruutettu\nIida Peltola;ei pääse\nMarkus Lind;ehkä\n"),
        (
            who("Veera Tuomi"),
            who("Markus Lind"),
        ),
        review=True,
    ),
    Own(
        "koko nimi kaavana.xlsx",
        xlsx(
            ("L", [["Etunimi", "Sukunimi", "Koko nimi"], ["Veera", "Tuomi", '=A2&" "&B2'], ["Juho", "Hakala", '=A3&" "&B3']])
        ),
        (who("Veera Tuomi"), who("Juho Hakala")),
    ),
    Own(
        "yksi sarake.xlsx",
        xlsx(("L", [["Veera Tuomi"], ["Juho Hakala"], ["Iida Peltola"]])),
        (who("Veera Tuomi"), who("Juho Hakala"), who("Iida Peltola")),
    ),
    Own(
        "roolit edessä.docx",
        docx(tbl(("Morsian:", "Veera Tuomi"), ("Sulhanen:", "Juho Hakala"), ("Kaaso:", "Iida Peltola"))),
        (who("Veera Tuomi", "Morsian"), who("Juho Hakala", "Sulhanen"), who("Iida Peltola", "Kaaso")),
    ),
    Own(
        "luvat otsikoin.docx",
        docx(
            "".join(
                par(text)
                for text in ("Kuvauslupa annettu", "Veera Tuomi", "Juho Hakala", "Kuvauslupa puuttuu", "Iida Peltola")
            )
        ),
        (who("Veera Tuomi", consent="yes"), who("Juho Hakala", consent="yes"), who("Iida Peltola")),
    ),
    Own(
        "rivit.yaml",
        _u("guests:\n- Thomas Hill (speaker)\n- Emily O'Neill - host\n- Lucy Ward <lucy@example.org>\n"),
        (who("Thomas Hill", "speaker"), who("Emily O'Neill", "host"), who("Lucy Ward", None, "lucy@example.org")),
    ),
    Own(
        "monta.yaml",
        _u("---\nname: Veera Tuomi\nrole: laulu\n---\nname: Juho Hakala\nrole: basso\n"),
        (who("Veera Tuomi", "laulu"), who("Juho Hakala", "basso")),
    ),
    Own(
        "linkit.md",
        _u(
            "# Vieraat\n1. [Veera Tuomi](mailto:veera@example.com) – morsian\n2. **Juho Hakala**, sulhanen\n3. _Iida Peltola_\n"
        ),
        (who("Veera Tuomi", "morsian", "veera@example.com"), who("Juho Hakala", "sulhanen"), who("Iida Peltola")),
    ),
    Own(
        "tapahtuma.json",
        _u(
            '{"event": {"name": "Gaala", "participants": [{"name": "Veera Tuomi", "role": "laulu"}]}, "client": {"name": "Lehto Oy"}}'
        ),
        (who("Veera Tuomi", "laulu"),),
    ),
)
