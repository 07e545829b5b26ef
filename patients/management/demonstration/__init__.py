"""The demonstration: an invented network in real towns, and invented patients over all stages.

Made through the rooms' own actions, day by day on the app's clock, so that whatever a page shows has come about as it
would in a ward. The same at every start; dates are relative to the day of loading.
"""
