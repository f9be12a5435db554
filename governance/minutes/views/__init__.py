"""The pages of minutes, and the documents of meetings and decisions."""
