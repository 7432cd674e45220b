"""Addresses of the demonstration's identity provider."""

from django.urls import path

from yichuang.accounts.demonstration_identity import views

app_name = "demonstration-identity"
urlpatterns = [
    path(".well-known/openid-configuration", views.discovery, name="discovery"),
    path("keys/", views.public_keys, name="keys"),
    path("authorize/", views.authorize, name="authorize"),
    path("token/", views.token, name="token"),
    path("userinfo/", views.userinfo, name="userinfo"),
]
