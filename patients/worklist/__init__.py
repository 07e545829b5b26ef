"""Today, by urgency and by who has the ball; the patient list and its search."""
