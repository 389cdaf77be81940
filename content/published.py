"""What the literature measured on symptom checkers, to stand next to our own figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """One study: what was measured on how many cases, and where it can be read."""

    study: str
    cases: str
    result: str
    where: str


PUBLISHED = (
    Published(
        "Semigran 2015",
        "23 tools, 45 vignettes, 532 triage tests",
        "triage correct 57% (52-61): emergency 80%, non-emergency 55%, self-care 33%; tools 33-78%",
        "BMJ 2015 (PMC4496786)",
    ),
    Published(
        "Hill 2020",
        "36 tools, 48 vignettes, 688 triage tests",
        "triage correct 49% (44-54): emergency 63%, urgent 56%, non-urgent 30%, self-care 40%",
        "MJA 2020",
    ),
    Published(
        "Gilbert 2020",
        "8 apps and 7 GPs, 200 vignettes (authors of one of the apps)",
        "safe within one level: GPs 97.0%, apps 80.0-97.8%; cause in the first three: GPs 82.1%, best app 70.5%",
        "BMJ Open 2020",
    ),
    Published(
        "Ceney 2021",
        "12 tools, 50 vignettes",
        "safe disposition 71.8% of emergencies, 87.3% of non-urgent cases; 51% advised more than guidelines ask",
        "PLoS ONE 2021",
    ),
    Published(
        "Schmieding 2021",
        "91 lay people and 15 tools, 45 vignettes",
        "triage correct 60.9% (lay people), 58% (tools); emergencies found 67.5% and 80.6%",
        "JMIR 2021",
    ),
    Published(
        "Schmieding 2022",
        "22 tools, 45 vignettes",
        "median triage accuracy 55.8%, was 59.1% in 2015",
        "JMIR 2022 e31810",
    ),
    Published(
        "Fraser 2022",
        "1 app, 37 emergency department patients",
        "62% agreed with, 24% too cautious, 22% unsafe in the eyes of physicians",
        "Fraser and others 2022",
    ),
    Published(
        "Wallace 2022",
        "review of 10 studies",
        "triage accuracy 48.8-90.1%; first cause right 19-36%",
        "npj Digital Medicine 2022",
    ),
    Published(
        "Kopka 2025",
        "review of 19 studies",
        "triage accuracy: apps 11.5-90.0%, language models 57.8-76.0%, lay people 47.3-62.4%",
        "npj Digital Medicine 2025",
    ),
)
CAUTION = (
    "Ours were written by the project for one complaint, with the answers given as ids; theirs by others for all of\n"
    "medicine, typed in by testers. Figures on one's own cases flatter: no comparison of the two is fair."
)
