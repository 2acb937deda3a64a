"""Names for people and sellers: many combinations, no two alike within one simulation."""

from __future__ import annotations

import numpy as np

_GIVEN = {
    "emea": "Anna Lukas Marie Jonas Clara Tim Elif Pierre Zofia Marek Léa Hugo Inês Tiago Freya Lars Giulia "
    "Matteo Noor Daan Sofia Nikos Ewa Jan Camille Emre Klára Viktor Aoife Cormac Ida Mikkel",
    "americas": "James Maria Ethan Ashley Luis Camila Tyrone Emily Carlos Grace Noah Olivia Diego Hannah "
    "Marcus Chloe Andre Valeria Liam Priscilla Wei Jasmine Kevin Naomi Omar Rebecca Samuel Tessa",
    "india": "Aarav Ananya Rohan Priya Vikram Sneha Arjun Kavya Rahul Meera Karthik Divya Sanjay Pooja Imran "
    "Lakshmi Nikhil Aditi Farhan Swathi Manoj Ritu Suresh Nandini Varun Deepika Harish Zoya",
}
_FAMILY = {
    "emea": "Weber Moreau Kowalski Nielsen Rossi Silva Novák Yılmaz Müller Lefèvre Jansen Horvat Andersson "
    "Papadopoulos Schmit Byrne Keller Fontaine Nowak Costa Hoffmann Bakker Dvořák Ferreira Lindqvist "
    "Marchetti Reuter Dubois",
    "americas": "Johnson Garcia Nguyen Williams Martinez Brown Tremblay Lopez Davis Chen Wilson Rivera "
    "Thompson Singh Anderson Torres Jackson Roy Mitchell Flores Campbell Gagnon Ortiz Reyes Stewart Kim "
    "Murphy Delgado",
    "india": "Sharma Reddy Iyer Khan Nair Gupta Rao Patel Menon Banerjee Choudhury Kulkarni Joshi Naidu "
    "Pillai Verma Das Shetty Qureshi Bhat Kapoor Murthy Saxena Agarwal Hegde Mishra Thomas Prasad",
}
_SELLER_FIRST = (
    "Alpen Blue Cedar Delta Ember Falcon Golden Harbor Indigo Juniper Kestrel Lumen Maple Nordic Orchid "
    "Prime Quartz River Sierra Tulip Urban Velvet Willow Xenon Yellow Zephyr Amber Birch Coral Dune Echo Fern"
)
_SELLER_SECOND = (
    "Trading Goods Outlet Supply Market Works Home Gear Direct Bazaar Imports Studio Depot Collective Store "
    "Partners Brands Commerce Retail House"
)
_SELLER_FORM = "GmbH Ltd LLC SARL SpA BV KK Inc Oy Pvt"


def person_names(random: np.random.Generator, orgs: list[str]) -> list[str]:
    """A name for each person, usual in that person's organisation; unique over all."""
    given = {org: names.split() for org, names in _GIVEN.items()}
    family = {org: names.split() for org, names in _FAMILY.items()}
    taken: set[str] = set()
    names = []
    for org in orgs:
        name = ""
        while not name or name in taken:
            name = f"{random.choice(given[org])} {random.choice(family[org])}"
        taken.add(name)
        names.append(name)
    return names


def email_of(name: str) -> str:
    """The work e-mail of a person."""
    plain = "".join(_ASCII.get(letter, letter) for letter in name.lower())
    return plain.replace(" ", ".") + "@marketplace.example"


def seller_names(numbers: np.ndarray) -> list[str]:
    """Names of sellers by number; the number makes them unique."""
    first, second, form = _SELLER_FIRST.split(), _SELLER_SECOND.split(), _SELLER_FORM.split()
    return [
        f"{first[n * 7 % len(first)]} {second[n // 3 % len(second)]} {n} {form[n % len(form)]}"
        for n in numbers.tolist()
    ]


_ASCII = dict(zip("éèêáàíóøöüçñšřžýıłãåôěň", "eeeaaioooucnsrzyilaaoen", strict=True))
