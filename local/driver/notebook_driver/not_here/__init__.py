"""What a platform has and the local workspace does not, and the sentence for each: the one place that knows it."""
