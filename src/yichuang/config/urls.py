"""All addresses of the site, one include per delivery context."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("yichuang.portal.urls")),
    path("workbench/", include("yichuang.workbench.urls")),
    path("", include("yichuang.dashboards.urls")),
    path("", include("yichuang.api.urls")),
    path("accounts/", include("yichuang.accounts.urls")),
    path("demonstration-identity/", include("yichuang.accounts.demonstration_identity.urls")),
    path("", include("yichuang.ui.urls")),
    path("operator/", admin.site.urls),
]
