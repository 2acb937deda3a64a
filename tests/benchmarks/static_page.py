"""The same page with static data: sends the messages a real run of the page sent for the link's filters."""

from __future__ import annotations

import os
import pickle
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx

from tests.benchmarks.server import RECORDED


@cache
def recorded() -> dict[str, list[bytes]]:
    """Messages of a run by the query of its link."""
    return pickle.loads(Path(os.environ[RECORDED]).read_bytes())


st.set_page_config(page_title="Quarterdeck", layout="wide")
context = get_script_run_ctx()
assert context is not None
for raw in recorded()[context.query_string]:
    context.enqueue(ForwardMsg.FromString(raw))
