"""One course of CAR-T: its stages, milestones, next steps and who has the ball."""
