"""The demonstration's identity provider: OpenID Connect for invented persons, below /demonstration-identity/.

A stand-in for a city's unified identity platform (统一身份认证). It speaks the protocol in full and shares no code
with the side that asks it, so that a real provider takes its place by setting YICHUANG_OIDC_ISSUER. It is closed
while the demonstration is off.
"""
