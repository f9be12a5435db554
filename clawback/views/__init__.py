"""The pages of the clawback room."""
