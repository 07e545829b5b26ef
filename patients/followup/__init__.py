"""Stage 9: restaging PET and visits, day +28 to 15 years."""
