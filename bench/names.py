"""Names for invented studios: enough that sixty thousand people differ."""

from __future__ import annotations

SURNAMES = tuple(
    (
        "Virtanen Korhonen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen Lehtinen "
        "Saarinen Salminen Heinonen Niemi Heikkilä Salonen Kinnunen Turunen Salo Laitinen Tuominen Rantanen "
        "Karjalainen Jokinen Mattila Savolainen Lahtinen Ahonen Ojala Leppänen Hiltunen Väisänen Leinonen "
        "Miettinen Pitkänen Aaltonen Manninen Koivisto Hakala Anttila Laaksonen Hirvonen Räsänen Lehto Laakso "
        "Toivonen Mustonen Rantala Aalto Nurmi Peltonen Moilanen Partanen Hänninen Kettunen Kallio Seppälä "
        "Lindholm Söderström Lindqvist Nyström Åkerlund Öhman Bergström Kärkkäinen Halonen Kauppinen Ikonen "
        "Kokkonen Peltola Harju Vainio Hietala Eskola Kivelä Pulkkinen Suominen Kangas Rinne Honka Kurki Susi "
        "Lampi Repo Korpi Kilpi Haapa Uusitalo Kemppainen Pesonen Tikkanen Vuorinen Immonen Rissanen"
    ).split()
)
GIVEN = tuple(
    (
        "Aino Eino Helmi Oiva Elsa Toivo Aada Väinö Lilja Onni Venla Leo Ellen Eelis Sofia Oliver Olivia Elias "
        "Emma Noel Isla Emil Aurora Leevi Siiri Niilo Eevi Hugo Saga Matias Linnea Max Pihla Otso Kerttu Viljo "
        "Iida Lauri Ella Aarni"
    ).split()
)
TITLES = ("häät", "rippikuvat", "potretti", "perhekuvaus", "ristiäiset", "yrityskuvat", "juhlat", "hautajaiset")
