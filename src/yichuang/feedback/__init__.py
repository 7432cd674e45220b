"""Feedback: hears the public - ratings, consultations, complaints, work orders."""
