"""The OpenID Connect client: how an applicant arrives from an identity provider.

Knows nothing of the demonstration's own provider but its address: the two sides share no code, so that a real
provider takes its place by a setting.
"""
