"""Problems: how a refusal reaches another system (RFC 9457), in the language it asks for, with a code for machines."""

import logging
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from yichuang.accounts.values import NotPermitted, SystemIncomplete
from yichuang.api.refusals import OutsideScope, RequestMalformed, ScopeMissing, TokenMissing, TooManyRequests
from yichuang.cases.values import CaseNotFound, ChangedMeanwhile
from yichuang.catalogue.values import ItemUnknown
from yichuang.certificates.values import CertificateNotFound, CertificateNotProven
from yichuang.exchange.values import (
    DeliveryUnknown,
    KeyInUse,
    KeyReused,
    OutsideArea,
    SubscriptionUnknown,
    TooManySubscriptions,
)
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.supervision.values import FindingNotKnown

CONTENT_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)
_STATUS: dict[type[Refusal], int] = {
    TokenMissing: 401,
    ScopeMissing: 403,
    OutsideScope: 403,
    OutsideArea: 403,
    NotPermitted: 403,
    CaseNotFound: 404,
    CertificateNotFound: 404,
    CertificateNotProven: 404,
    DeliveryUnknown: 404,
    FindingNotKnown: 404,
    ItemUnknown: 404,
    SubscriptionUnknown: 404,
    ChangedMeanwhile: 409,
    KeyInUse: 409,
    TooManySubscriptions: 409,
    KeyReused: 422,
    SystemIncomplete: 422,
    RequestMalformed: 400,
    TooManyRequests: 429,
}
_TITLES = {
    400: N_("请求有误"),
    401: N_("没有有效的令牌"),
    403: N_("没有权限"),
    404: N_("没有找到"),
    405: N_("不支持的方法"),
    409: N_("与当前情况冲突"),
    413: N_("请求过大"),
    422: N_("不能受理"),
    429: N_("请求过于频繁"),
    500: N_("服务器内部错误"),
}
# What pydantic calls it, and how we say it.
_WRONG = {
    "missing": N_("缺少此项"),
    "extra_forbidden": N_("没有此项"),
    "string_too_long": N_("过长"),
    "string_too_short": N_("过短"),
    "string_pattern_mismatch": N_("写法不对"),
    "string_type": N_("应为文本"),
    "string_unicode": N_("不是有效的文本"),
    "bool_parsing": N_("应为true或false"),
    "int_parsing": N_("应为整数"),
    "int_type": N_("应为整数"),
    "literal_error": N_("不在可选值之内"),
    "enum": N_("不在可选值之内"),
    "greater_than_equal": N_("过小"),
    "less_than_equal": N_("过大"),
    "list_type": N_("应为列表"),
    "dict_type": N_("应为对象"),
    "too_long": N_("项数过多"),
}


def problem(
    *, status: int, code: str, detail: str = "", remedy: str = "", citation: str = "", errors: Sequence[Any] = ()
) -> HttpResponse:
    """Return an answer that says what is wrong, what to do, and on which law it rests; texts are translated already."""
    body: dict[str, Any] = {
        "type": f"urn:yichuang:problem:{code}",
        "title": _(_TITLES.get(status, _TITLES[400])),
        "status": status,
        "code": code,
    }
    body |= {name: text for name, text in (("detail", detail), ("remedy", remedy), ("citation", citation)) if text}
    if errors:
        body["errors"] = list(errors)
    return JsonResponse(
        body, status=status, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False}, safe=False
    )


def of_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return a refusal of any context as a problem."""
    status = next((_STATUS[kind] for kind in type(refusal).__mro__ if kind in _STATUS), 0)
    if not status:
        status = 400 if request.method in {"GET", "HEAD"} else 422
    details = {k: _(v) if isinstance(v, str) and v else v for k, v in refusal.details.items()}
    told = {
        name: _(text).format_map(details)
        for name, text in (("detail", refusal.sentence), ("remedy", refusal.remedy), ("citation", refusal.citation))
        if text
    }
    answer = problem(status=status, code=refusal.code, **told)
    if isinstance(refusal, TokenMissing):
        answer["WWW-Authenticate"] = 'Bearer realm="yichuang"'
    elif isinstance(refusal, ScopeMissing):
        answer["WWW-Authenticate"] = (
            f'Bearer realm="yichuang", error="insufficient_scope", scope="{refusal.details["scope"]}"'
        )
    elif isinstance(refusal, TooManyRequests):
        answer["Retry-After"] = str(refusal.details["seconds"])
    elif isinstance(refusal, KeyInUse):
        answer["Retry-After"] = "1"
    return answer


def _of_validation(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Return everything that is wrong with the shape of a request, each at its place."""
    errors = []
    for one in error.errors:
        # The first parts say which of ninja's models it was; a caller knows his own names only.
        where = [str(part) for part in one.get("loc", ()) if part not in {"body", "query", "path", "header", "told"}]
        errors.append(
            {
                "place": "/".join(where) or "body",
                "code": str(one.get("type", "value_error")),
                "detail": _(_WRONG.get(str(one.get("type")), N_("不合要求"))),
            }
        )
    return of_errors(errors, code="RequestInvalid")


def of_errors(errors: Sequence[Any], *, code: str) -> HttpResponse:
    """Return a request whose every fault is listed."""
    return problem(
        status=422,
        code=code,
        detail=_("请求中有{count}处错误").format(count=len(errors)),
        remedy=_("请按 errors 逐项更正后重新发送"),
        errors=errors,
    )


def _of_http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return plain(error.status_code)


def plain(status: int) -> HttpResponse:
    """Return a problem that is said by its status alone."""
    return problem(status=status, code=f"Http{status}")


def _of_fault(request: HttpRequest, fault: Exception) -> HttpResponse:
    # What nobody foresaw is written down here, and told to nobody outside.
    _log.error("%s %s failed", request.method, request.path, exc_info=fault)
    return plain(500)


def teach(api: NinjaAPI) -> None:
    """Have every exception of the API answered as a problem."""
    api.add_exception_handler(Exception, _of_fault)
    api.add_exception_handler(HttpError, _of_http)
    api.add_exception_handler(ValidationError, _of_validation)
    api.add_exception_handler(Refusal, of_refusal)
