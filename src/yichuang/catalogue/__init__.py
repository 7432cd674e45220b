"""Catalogue defines: service items, their limits and materials, who exercises them and which entered a centre."""
