"""Texts to people: letters that answer requests, and the access report. Facts in, text out; nothing is sent here."""
