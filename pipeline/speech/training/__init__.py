"""How the weights in pipeline/speech/weights were made; nothing here is imported when claimcast runs."""
