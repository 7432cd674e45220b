"""Certificates: attests - certificates and letters, their numbers and what proves them."""
