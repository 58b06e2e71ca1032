"""What the application costs, as ratios between two things measured in turn on one machine; run by hand."""
