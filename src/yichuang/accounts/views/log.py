"""The sign-in log and the account log, for the operator."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yichuang.accounts.permissions import permission
from yichuang.accounts.rosters import page_account_log, page_sign_ins


@permission("system.operate")
@never_cache
@require_safe
def all_sign_ins(request: HttpRequest) -> HttpResponse:
    """Show every try to sign in, or those of one user name."""
    username = request.GET.get("username", "").strip()[:64]
    page = page_sign_ins(username=username, after=request.GET.get("after", ""))
    context = {"title": _("登录记录"), "page": page, "everybody": True, "username": username}
    return render(request, "accounts/sign_ins.html", context)


@permission("system.operate")
@never_cache
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Show what was changed about accounts, by whom."""
    page = page_account_log(after=request.GET.get("after", ""))
    return render(request, "accounts/changes.html", {"title": _("账号日志"), "page": page})
