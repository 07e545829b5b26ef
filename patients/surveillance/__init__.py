"""Stage 0, before: who may come to need CAR-T, watched by their referral centre; and who a person is."""
