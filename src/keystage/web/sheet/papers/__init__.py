"""The sheet on paper and in files, and back."""
