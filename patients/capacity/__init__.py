"""Chairs, beds and slots: bookings that cannot overlap."""
