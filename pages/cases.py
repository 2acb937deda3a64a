"""Cases: find any case, see exactly the rows behind a number, read one case or one seller from end to end."""

from __future__ import annotations

import streamlit as st

from components import link, view
from components.cases.case_list import case_list
from components.cases.one_case import one_case
from components.cases.request import read_request
from components.cases.seller import seller
from components.plain_text import literal
from components.security import single_leader_mode
from components.states import panel

seen = view.current()
own = {name: values[-1] for name, values in link.params().items()}
asked, ignored = read_request(own, seen.reader, single_leader_mode())

if ignored:
    st.info(literal(" ".join(ignored)), icon=":material/info:")
if asked.case:
    with panel("The case", whole_page=True):
        one_case(seen, asked)
elif asked.seller:
    with panel("The history of the seller", whole_page=True):
        seller(seen, asked)
else:
    with panel("The list of cases", whole_page=True):
        case_list(seen, asked)
