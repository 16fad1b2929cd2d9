"""The schema, as numbered SQL files: ``NNNN_words.sql``, one change each, never edited again."""
