"""The API as one: its resources under /api/v1/, its document, and its page of documentation without an outside host."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.docs import Swagger

from yichuang.api.access import Needs
from yichuang.api.problems import CONTENT_TYPE, teach
from yichuang.api.resources import cases, certificates, events, exports, figures, findings, items, webhooks

VERSION = "1.0"
_ABOUT = """Cases, events, service items, figures, findings and certificates of one window, for other systems.

Get a token at `/api/oauth/token/` (client credentials), send it as `Authorization: Bearer`. A system sees its own area
and nothing else. Errors are problems (RFC 9457) in the language of `Accept-Language` (zh-hans or en). Lists go on by
opaque cursors. Each answer says what is left of the minute's budget (`RateLimit-Remaining`)."""
_FIRST_ERROR = 400


class Api(NinjaAPI):
    """Ninja with a document that says of errors and scopes what is true of them."""

    def get_openapi_schema(self, **given: Any) -> Any:
        """Return the document: errors are problems, and each operation names the scope that it needs."""
        document = super().get_openapi_schema(**given)
        needed = {
            operation.operation_id: callback.scope
            for bound in self._get_bound_routers()
            for view in bound.path_operations.values()
            for operation in view.operations
            for callback in operation.auth_callbacks
            if isinstance(callback, Needs)
        }
        for path in document["paths"].values():
            for operation in path.values():
                scope = needed.get(operation["operationId"])
                operation["security"] = [{Needs.__name__: [scope.value] if scope else []}]
                for status, answer in operation["responses"].items():
                    content = answer.get("content", {})
                    if int(status) >= _FIRST_ERROR and "application/json" in content:
                        answer["content"] = {CONTENT_TYPE: content["application/json"]}
        return document


class _Page(Swagger):
    """The page of documentation; the library's own would ask a host of its makers whether the document is valid."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """Return the page."""
        self.settings |= {"validatorUrl": None, "persistAuthorization": False}
        return super().render_page(request, api, **kwargs)


api = Api(
    title="Yichuang",
    version=VERSION,
    description=_ABOUT,
    urls_namespace="api:v1",
    docs=_Page(),
)
teach(api)
for _router in (
    cases.router,
    events.router,
    items.router,
    figures.router,
    findings.router,
    certificates.router,
    exports.router,
    webhooks.router,
):
    api.add_router("", _router)
