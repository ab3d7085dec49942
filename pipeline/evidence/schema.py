"""The catalogue's tables: one SQLite file is the truth; the lexical and the vector index are derived from it."""

SCHEMA_VERSION = 1
"""Grows by one whenever a table changes."""

STEPS: dict[int, str] = {}
"""Version → the statements, each ended by ";" and a new line, that make it of the version before; applied when a store is opened."""

TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS sources (
    id TEXT NOT NULL, version INTEGER NOT NULL, key TEXT NOT NULL, container TEXT NOT NULL, title TEXT NOT NULL,
    publisher TEXT NOT NULL, author TEXT NOT NULL, url TEXT NOT NULL, published INTEGER, retrieved INTEGER,
    licence TEXT NOT NULL, rank TEXT NOT NULL, sha256 TEXT NOT NULL, kind TEXT NOT NULL,
    current INTEGER NOT NULL, archive BLOB NOT NULL,
    PRIMARY KEY (id, version)
);
CREATE INDEX IF NOT EXISTS sources_key ON sources (key, current);
CREATE INDEX IF NOT EXISTS sources_container ON sources (container, current);

CREATE TABLE IF NOT EXISTS passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, source_id TEXT NOT NULL, version INTEGER NOT NULL,
    external_id TEXT NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL, location TEXT NOT NULL, origin TEXT NOT NULL,
    known_from INTEGER, precision TEXT NOT NULL, superseded_from INTEGER, published INTEGER,
    kind TEXT NOT NULL, subject TEXT NOT NULL, country TEXT NOT NULL, publisher TEXT NOT NULL, rank TEXT NOT NULL,
    fact TEXT, vector_key BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_source ON passages (source_id);
CREATE INDEX IF NOT EXISTS passages_external ON passages (external_id) WHERE external_id != '';
CREATE INDEX IF NOT EXISTS passages_known ON passages (known_from);

CREATE TABLE IF NOT EXISTS facts (
    row INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL COLLATE NOCASE,
    metric TEXT NOT NULL COLLATE NOCASE, country TEXT NOT NULL, open_weights INTEGER, number REAL, day INTEGER
);
CREATE INDEX IF NOT EXISTS facts_metric ON facts (metric);
CREATE INDEX IF NOT EXISTS facts_subject ON facts (subject);

CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending (row INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS terms (term TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
"""

LEXICAL = """
CREATE VIRTUAL TABLE IF NOT EXISTS lexical USING fts5(
    name, body, content='', tokenize="porter unicode61 remove_diacritics 2 tokenchars '.-'"
);
"""
