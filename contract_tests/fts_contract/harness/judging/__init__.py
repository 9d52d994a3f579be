"""What the answers mean: findings, known deviations, news, coverage."""
