"""Stage 1: a referral centre asks for CAR-T, the hub answers."""
