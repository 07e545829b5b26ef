"""Who did, who saw, who changed what and why; and the one clock everybody reads."""
