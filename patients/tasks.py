"""Contents page: what Celery runs. Dates live in rows; a task is only a hint to look at them."""
