"""What was loaded, when, from where, and what was refused; and the small tables derived for speed."""

from __future__ import annotations

from store.schema.columns import day, fact_table, flag, moment, text, whole

SCHEMA_VERSION = 6

STORE_INFO = fact_table(
    "store_info",
    "one row: what this version of the facts is",
    ("version",),
    ("version",),
    text("version", "name of the version", required=True),
    whole("schema_version", "layout of the tables", required=True),
    moment("built_at", "when it was built", required=True),
    text("origin", "sample, import or benchmark; says so where rows were repeated", required=True),
    text("settings_hash", "hash of the settings the derived columns were computed with"),
)

BATCHES = fact_table(
    "batches",
    "one row per import",
    ("batch_id",),
    ("loaded_at",),
    text("batch_id", "hash of file and mapping", required=True),
    text("source", "name of the mapping", required=True),
    text("file", "file name"),
    moment("loaded_at", "when", required=True),
    text("table_name", "fact table loaded", required=True),
    whole("rows_read", "rows read"),
    whole("rows_loaded", "rows loaded, new and changed and unchanged"),
    whole("rows_new", "rows that were new"),
    whole("rows_changed", "rows that replaced an earlier value"),
    whole("rows_unchanged", "rows identical to those in store"),
    whole("rows_folded", "rows folded into another row of the same case by the mapping's pick"),
    whole("rows_quarantined", "rows refused"),
    moment("data_from", "earliest clock"),
    moment("data_through", "the source is complete up to here"),
)

QUARANTINE = fact_table(
    "quarantine",
    "rows refused, with the reason",
    ("batch_id", "file", "line", "column_name"),
    ("batch_id", "line"),
    text("batch_id", "import", required=True),
    text("source", "name of the mapping"),
    text("file", "file name"),
    whole("line", "line in the file"),
    text("column_name", "column at fault"),
    text("value", "value at fault"),
    text("reason", "what is wrong and how to mend it"),
    text("raw", "the row as read"),
)

CONTRADICTIONS = fact_table(
    "contradictions",
    "rows loaded although they contradict another row (derived)",
    ("name",),
    ("table_name", "name"),
    text("name", "name of the contradiction", required=True),
    text("table_name", "fact table", required=True),
    whole("rows", "rows with it"),
    text("example", "key of one of them"),
    text("wrong", "what contradicts, after the number of rows"),
    text("treated", "how these rows count, and how to mend it"),
)

LOADED_DAYS = fact_table(
    "loaded_days",
    "completeness per fact table and business day",
    ("table_name", "on_day"),
    ("table_name", "on_day"),
    text("table_name", "fact table", required=True),
    day("on_day", "business date", required=True),
    whole("rows", "rows whose main clock falls on the day"),
    flag(
        "complete",
        "false: the import says so, or no row at all although the weekday's 8-week median is 5 or more",
    ),
    text("why", "reason of an incomplete day"),
)

SUPPLIED_COLUMNS = fact_table(
    "supplied_columns",
    "which source columns hold any value",
    ("table_name", "column_name"),
    ("table_name", "column_name"),
    text("table_name", "fact table", required=True),
    text("column_name", "column", required=True),
    whole("rows", "rows with a value"),
)

DATA_THROUGH = fact_table(
    "data_through",
    "how far each fact table is complete",
    ("table_name",),
    ("table_name",),
    text("table_name", "fact table", required=True),
    day("first_day", "first business day with rows"),
    day("last_day", "last complete business day"),
    moment("through_at", "moment up to which events are known (UTC)"),
)

DISTINCT_VALUES = fact_table(
    "distinct_values",
    "values of every filter dimension",
    ("table_name", "dimension", "value"),
    ("table_name", "dimension", "value"),
    text("table_name", "fact table", required=True),
    text("dimension", "dimension", required=True),
    text("value", "value", required=True),
    whole("rows", "rows with it"),
)
