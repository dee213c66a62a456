"""The schema's history. `domain.persistence.schema` runs it; each file in versions/ is a step, up and down."""
