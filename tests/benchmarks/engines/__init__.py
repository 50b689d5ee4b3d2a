"""The engines of the search benchmark: each in a process of its own, asked over a pipe, measured alike."""
