"""Plain sentences people write about 1:1s, goals and cases in the simulated operation."""

from __future__ import annotations

TALKS = (
    "Went through two long appeals together. The documents were fine, the letter was hard to read.\n"
    "Agreed to use the short form of the letter.",
    "Workload is high but steady. Wants to keep the morning free for the long cases.",
    "Talked about the calibration session: the difference came from what counts as a sufficient document.",
    "Asked for more cases of account takeover; would like to learn them with somebody.",
    "Good week. Three sellers wrote back to say thanks for the clear answer.",
    "Feels unsure with supply chain invoices in other languages. Will shadow a colleague for a day.",
    "Leave next month is planned; open cases will be handed over two days before.",
    "Spoke about the two reopened cases. In both the seller had answered, and the answer was not read.",
    "Would like to lead a calibration session next quarter.",
    "No news; caught up on the team and the new letter templates.",
)

FOLLOW_UPS = (
    "Shadow two supply chain cases",
    "Read the new guidance on invoices and note two questions",
    "Ask Legal how long brand complaints take now",
    "Write down how to tell an expired document from a renewed one",
    "Hand over the three oldest cases before the leave",
    "Prepare two cases for the next calibration session",
    "Talk to the tooling team about the address form",
    "Book the training on related accounts",
)

GOALS = (
    (
        "Decide supply chain appeals without a second reader",
        "They wait longest, and only two people of the team can decide them.",
        "reinstatements",
    ),
    (
        "Answer first within the promise in nine of ten escalations",
        "Sellers who hear nothing on the first day escalate again.",
        "escalations",
    ),
    (
        "Write letters a seller understands at first reading",
        "Reopened cases often begin with a letter that was not understood.",
        "escalations",
    ),
    (
        "Lead a calibration session",
        "The team needs a second person who can lead one.",
        "reinstatements",
    ),
    (
        "Learn account takeover cases",
        "Cover for this skill is thin.",
        "reinstatements",
    ),
    (
        "Note the root cause of every escalation",
        "Without it nobody can prevent the next one.",
        "escalations",
    ),
)

CERTIFICATES = (
    "Fraud examiner, basic",
    "Document checks, level 2",
    "Supply chain invoices",
    "Related accounts",
    "Data protection for case work",
)

COACHING = (
    "What in the documents decided it? Read them together.",
    "Decided quickly; which checks were made?",
    "A careful letter, worth showing to the team.",
    "The seller had answered the question already. How could that be seen earlier?",
    "Would the outcome be the same with the new guidance?",
)
