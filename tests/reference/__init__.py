"""A second, independent reading of the contract's definitions, to judge the pipeline and the sample by.

Plain Python, row by row, that shares no code with the pipeline and none with the generator: `history`
says what is accepted, `reading` makes bookings and sessions of it, `rebooking`, `measures`,
`statistics` and `survival` count them.
"""
