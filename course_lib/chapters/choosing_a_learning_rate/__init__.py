"""Choosing a learning rate: which one, and what does it cost to find it?"""
