"""Pictures of results: values in, PNG out."""
