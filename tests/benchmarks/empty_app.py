"""Serves a page without anything on it: `python -m tests.benchmarks.empty_app PORT`."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st
from streamlit.web import bootstrap

if __name__ == "__main__":
    flags = {"server_port": int(sys.argv[1]), "server_headless": True, "server_fileWatcherType": "none"}
    bootstrap.load_config_options(flags)
    bootstrap.run_asgi_app(__file__, "tests.benchmarks.empty_app:app", [], flags)
else:
    app = st.App(Path(__file__).parent / "empty_page.py")
