"""Addresses of accounts."""

from django.urls import path

from yichuang.accounts.identity import views as identity
from yichuang.accounts.views import log, own, signing_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("second-factor/", signing_in.second_step, name="second-factor"),
    path("second-factor/challenge/", signing_in.second_step_challenge, name="second-factor-challenge"),
    path("identity/", identity.start, name="identity"),
    path("identity/return/", identity.arrive, name="identity-return"),
    path("own/", own.account, name="own"),
    path("password/", own.password, name="password"),
    path("authenticator/", own.authenticator, name="authenticator"),
    path("authenticator/remove/", own.remove_authenticator, name="authenticator-remove"),
    path("passkeys/add/", own.add_passkey, name="passkey-add"),
    path("passkeys/add/challenge/", own.new_passkey_challenge, name="passkey-add-challenge"),
    path("passkeys/<int:key>/remove/", own.remove_passkey, name="passkey-remove"),
    path("recovery-codes/", own.recovery_codes, name="recovery-codes"),
    path("sessions/end/", own.end_sessions, name="sessions-end"),
    path("sign-ins/", own.sign_ins, name="sign-ins"),
    path("confirm/", own.confirm, name="confirm"),
    path("confirm/challenge/", own.confirm_challenge, name="confirm-challenge"),
    path("unsent/", own.resume, name="unsent"),
    path("log/sign-ins/", log.all_sign_ins, name="all-sign-ins"),
    path("log/changes/", log.changes, name="changes"),
]
