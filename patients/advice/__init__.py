"""What published sources say to consider: a module that a hub switches on. Off, none of it is shown."""
