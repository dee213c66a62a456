"""The schema's history. `domain.schema` runs it; each file in versions/ is one step up and the same step down."""
