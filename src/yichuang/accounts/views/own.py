"""One's own account: password, second factor, passkeys, recovery codes, sessions, sign-ins."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yichuang.accounts import confirming, own, passwords, second_factor, sessions, unsent
from yichuang.accounts.applicants import find_person
from yichuang.accounts.forms import ChangePassword, Confirmation, NewAuthenticator, NewPasskey
from yichuang.accounts.models import User
from yichuang.accounts.permissions import permission
from yichuang.accounts.queries import list_authorities_of, list_represented, page_sign_ins
from yichuang.accounts.values import LockedOut, PasswordRefused, WrongCode
from yichuang.accounts.views.entering import came_from, safe_next
from yichuang.kernel.masking import mask_identifier, mask_phone

NEW_SECRET, NEW_CODES = "accounts_new_secret", "accounts_new_codes"


def _user(request: HttpRequest) -> User:
    # `account.own` lets nobody in who has not signed in.
    assert isinstance(request.user, User)
    return request.user


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [(_("账号安全"), reverse("accounts:own")), (last, "")]


def _to_confirm(request: HttpRequest) -> HttpResponse | None:
    """Return the way to the confirmation page unless the person proved lately that it is he."""
    if confirming.has_recently_confirmed(request):
        return None
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("accounts:own")
    return HttpResponseRedirect(f"{reverse('accounts:confirm')}?{urlencode({'next': back})}")


def _not_for(user: User) -> HttpResponse | None:
    """Return the way back for accounts whose identity provider answers for password and second factor."""
    return None if user.has_usable_password() else HttpResponseRedirect(reverse("accounts:own"))


@permission("account.own")
@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show everything that protects the account, and who was signed in with it."""
    user, now = _user(request), timezone.now()
    person, kinds = find_person(user), second_factor.kinds(user)
    on = timezone.localdate(now)
    identity: list[tuple[str, object]] = []
    if person is not None:
        identity = [
            (_("姓名"), person.name),
            (_("证件号码"), mask_identifier("resident-number", person.id_number)),
            (_("电话"), mask_phone(person.phone) if person.phone else "-"),
        ]
    context: dict[str, Any] = {
        "title": _("账号安全"),
        "identity": identity,
        "represented": list_represented(user, on=on),
        "has_password": user.has_usable_password(),
        "password_changed_at": user.password_changed_at,
        "has_totp": second_factor.Kind.TOTP in kinds,
        "passkeys": second_factor.passkeys(user),
        "codes_left": second_factor.count_recovery_codes(user),
        "sessions": sessions.list_open(user, this=request.session.session_key or ""),
        "sign_ins": page_sign_ins(username=user.username, limit=5),
        "authorities": list_authorities_of(holder=str(user.uuid), on=on),
    }
    return render(request, "accounts/own.html", context)


@permission("account.own")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; every other session of the account ends."""
    user = _user(request)
    if (away := _not_for(user)) is not None:
        return away
    form = ChangePassword(request.POST or None)
    status = 200
    if request.method == "POST":
        status, now = 400, timezone.now()
        if form.is_valid():
            before = request.session.session_key or ""
            try:
                own.change_password(
                    user=user, old=form.cleaned_data["old"], new=form.cleaned_data["new"], at=now, **came_from(request)
                )
            except PasswordRefused as refusal:
                form.add_error("new", refusal.explain(_))
            except (WrongCode, LockedOut) as refusal:
                form.add_error("old", refusal.explain(_))
                status = 429 if isinstance(refusal, LockedOut) else 401
            else:
                update_session_auth_hash(request, user)
                sessions.follow_key(before=before, after=request.session.session_key or "")
                sessions.end_others(user, but=request.session.session_key or "", at=now)
                confirming.note_confirmed(request, at=now)
                messages.success(request, _("密码已修改，其他设备上的登录已结束。"))
                return HttpResponseRedirect(safe_next(request, otherwise=reverse("accounts:own")))
    context = {
        "title": _("修改密码"),
        "crumbs": _crumbs(_("修改密码")),
        "form": form,
        "rule": passwords.DatedPolicy().get_help_text(),
        "must_change": passwords.must_change(user, at=timezone.now()),
        "next": safe_next(request, otherwise=""),
    }
    return render(request, "accounts/password.html", context, status=status)


@permission("account.own")
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def authenticator(request: HttpRequest) -> HttpResponse:
    """Show the QR code of a fresh secret, and take the authenticator in when its first code is right."""
    user = _user(request)
    away = _not_for(user) or _to_confirm(request)
    if away is not None:
        return away
    secret = request.session.setdefault(NEW_SECRET, second_factor.new_secret())
    form = NewAuthenticator(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            if second_factor.is_right_first_code(secret, form.cleaned_data["code"]):
                codes = own.add_authenticator(user=user, secret=secret, at=timezone.now())
                del request.session[NEW_SECRET]
                return _with_codes(request, codes, _("验证器已绑定，下次登录时会要求输入验证码。"))
            form.add_error("code", _("验证码不正确，请输入验证器上最新的六位数字"))
    address, picture = second_factor.totp_picture(user, secret)
    context = {
        "title": _("绑定验证器"),
        "crumbs": _crumbs(_("绑定验证器")),
        "form": form,
        "picture": picture,
        "address": address,
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    }
    return render(request, "accounts/authenticator.html", context, status=status)


def _with_codes(request: HttpRequest, codes: tuple[str, ...], message: str) -> HttpResponse:
    messages.success(request, message)
    if not codes:
        return HttpResponseRedirect(reverse("accounts:own"))
    request.session[NEW_CODES] = list(codes)
    return HttpResponseRedirect(reverse("accounts:recovery-codes"))


@permission("account.own")
@require_POST
def remove_authenticator(request: HttpRequest) -> HttpResponse:
    """Remove the authenticator, after a confirmation."""
    if (away := _to_confirm(request)) is not None:
        return away
    if own.remove_second_factor(user=_user(request), kind=second_factor.Kind.TOTP, key=None, at=timezone.now()):
        messages.success(request, _("验证器已移除。"))
    return HttpResponseRedirect(reverse("accounts:own"))


@permission("account.own")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Add a passkey that the browser makes; needs its script, and a browser that knows passkeys."""
    user = _user(request)
    away = _not_for(user) or _to_confirm(request)
    if away is not None:
        return away
    form = NewPasskey(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            added, codes = own.add_passkey(user=user, **form.cleaned_data, at=timezone.now())
            if added:
                return _with_codes(request, codes, _("通行密钥已添加。"))
            form.add_error(None, _("没有收到有效的通行密钥，请再试一次"))
    context = {"title": _("添加通行密钥"), "crumbs": _crumbs(_("添加通行密钥")), "form": form}
    return render(request, "accounts/passkey.html", context, status=status)


@permission("account.own")
@never_cache
@require_POST
def new_passkey_challenge(request: HttpRequest) -> HttpResponse:
    """Return what the browser needs to make a passkey."""
    if not confirming.has_recently_confirmed(request):
        return JsonResponse({}, status=400)
    return JsonResponse(second_factor.begin_adding(_user(request)))


@permission("account.own")
@never_cache
@require_POST
def confirm_challenge(request: HttpRequest) -> HttpResponse:
    """Return the challenge that a passkey must answer in the form of something that weighs."""
    return JsonResponse(second_factor.begin_proof(_user(request)))


@permission("account.own")
@require_POST
def remove_passkey(request: HttpRequest, key: int) -> HttpResponse:
    """Remove one passkey, after a confirmation."""
    if (away := _to_confirm(request)) is not None:
        return away
    if own.remove_second_factor(user=_user(request), kind=second_factor.Kind.WEBAUTHN, key=key, at=timezone.now()):
        messages.success(request, _("通行密钥已移除。"))
    return HttpResponseRedirect(reverse("accounts:own"))


@permission("account.own")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show recovery codes that were just made, once; or make new ones, after a confirmation."""
    user = _user(request)
    if (away := _not_for(user)) is not None:
        return away
    if request.method == "POST":
        if (away := _to_confirm(request)) is not None:
            return away
        codes = own.renew_recovery_codes(user=user, at=timezone.now())
        return _with_codes(request, codes, _("旧的恢复代码已作废。") if codes else _("请先绑定验证器或通行密钥。"))
    context = {
        "title": _("恢复代码"),
        "crumbs": _crumbs(_("恢复代码")),
        "codes": request.session.pop(NEW_CODES, ()) if request.method == "GET" else (),
        "left": second_factor.count_recovery_codes(user),
    }
    return render(request, "accounts/recovery_codes.html", context)


@permission("account.own")
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one session, all others, or all; the last signs out here too."""
    user, now, which = _user(request), timezone.now(), request.POST.get("session", "")
    this = request.session.session_key or ""
    if which == "all":
        own.end_sessions(user=user, but="", at=now)
        logout(request)
        response = HttpResponseRedirect("/")
        unsent.forget_user(response)
        return response
    if which == "others":
        ended = own.end_sessions(user=user, but=this, at=now)
    else:
        ended = sessions.end_one(user, row=int(which), at=now) if which.isdecimal() and len(which) < 16 else 0
    messages.success(request, _("已结束 %(count)d 个会话。") % {"count": ended})
    return HttpResponseRedirect(reverse("accounts:own"))


@permission("account.own")
@never_cache
@require_safe
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show one's own sign-in log."""
    page = page_sign_ins(username=_user(request).username, after=request.GET.get("after", ""))
    context = {"title": _("登录记录"), "crumbs": _crumbs(_("登录记录")), "page": page}
    return render(request, "accounts/sign_ins.html", context)


@permission("account.own")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask again for password, code or passkey before a change of the account's protection."""
    user = _user(request)
    wanted = safe_next(request, otherwise=reverse("accounts:own"))
    form = Confirmation(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                if confirming.confirm(request, **form.cleaned_data):
                    return HttpResponseRedirect(wanted)
                form.add_error(None, _("密码或验证码不正确，请再试一次"))
                status = 401
            except LockedOut as refusal:
                form.add_error(None, refusal.explain(_))
                status = 429
    context = {"title": _("请再确认一次身份"), "form": form, "next": wanted, **confirming.confirm_fields(user)}
    return render(request, "accounts/confirm.html", context, status=status)


@permission("account.own")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Show what was typed before the session ended, to be sent again or dropped."""
    if request.method == "POST":
        unsent.drop(request)
        return HttpResponseRedirect("/")
    kept = unsent.find(request, at=timezone.now())
    context = {"title": _("继续提交"), "kept": kept}
    return render(request, "accounts/unsent.html", context)
