"""Addresses of the dashboards."""

from django.urls import include, path

from yichuang.dashboards.views import bulletins, cases, figures, progress

app_name = "dashboards"
urlpatterns = [
    path("overview/", figures.overview, name="overview"),
    path("regions/<str:code>/", figures.region, name="region"),
    path("regions/<str:code>/departments/<str:key>/", figures.department, name="department"),
    path("regions/<str:code>/departments/<str:key>/items/<str:item>/", figures.item, name="item"),
    path("regions/<str:code>/towns/<str:town>/", figures.town, name="town"),
    path("departments/<str:key>/", figures.city_department, name="city-department"),
    path("cases/", cases.cases, name="cases"),
    path("cases.csv", cases.cases_csv, name="cases-csv"),
    path("cases/<str:number>/", cases.case, name="case"),
    path("bulletins/", bulletins.bulletins, name="bulletins"),
    path("bulletins/draft/", bulletins.draft, name="draft"),
    path("bulletins/<str:period>/<str:division>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<str:period>/<str:division>/bulletin.<str:form>", bulletins.download, name="bulletin-file"),
    path("bulletins/<str:period>/<str:division>/figures/<str:figure_id>/", bulletins.figure, name="figure"),
    path("bulletins/<str:period>/<str:division>/figures/<str:figure_id>/recount/", bulletins.recount, name="recount"),
    path("progress/", progress.progress, name="progress"),
    path("supervision/", include("yichuang.dashboards.supervision.urls")),
    path("exchange/", include("yichuang.dashboards.exchange.urls")),
]
