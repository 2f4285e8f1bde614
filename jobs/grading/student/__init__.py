"""What runs beside a student's code, in the limited process. It is copied there; it imports nothing of the grader."""
