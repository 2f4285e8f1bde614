"""When training goes wrong: which cause has a failure, and which test finds it?"""
