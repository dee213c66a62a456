"""The database: column types, models' base, engines, the schema's version."""
