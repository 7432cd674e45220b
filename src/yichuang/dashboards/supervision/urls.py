"""Addresses of supervision's pages, below /supervision/; names stand in the name space of the dashboards."""

from django.urls import path

from yichuang.dashboards.supervision import feeds
from yichuang.dashboards.supervision.overview import views as overview
from yichuang.dashboards.supervision.views import callbacks, cards, desk, findings, leads, mine, ranking, rules
from yichuang.dashboards.supervision.wall import views as wall

urlpatterns = [
    path("", desk.desk, name="supervision"),
    path("new/", desk.new, name="supervision-new"),
    path("findings.csv", desk.csv, name="supervision-csv"),
    path("handle/", desk.handle_many, name="supervision-handle"),
    path("findings/<int:finding>/", findings.finding, name="supervision-finding"),
    path("cards/", cards.cards, name="supervision-cards"),
    path("cards/<str:number>/", cards.card, name="supervision-card"),
    path("cards/<str:number>/files/<str:key>/", cards.paper, name="supervision-card-file"),
    path("cards/<str:number>/letters/<int:seq>.pdf", cards.letter, name="supervision-card-letter"),
    path("cards/<str:number>/<str:act>/", cards.act, name="supervision-card-act"),
    path("mine/", mine.mine, name="supervision-mine"),
    path("mine/notices/read/", mine.notices_read, name="supervision-notices-read"),
    path("mine/<str:number>/", cards.own_card, name="supervision-mine-card"),
    path("mine/<str:number>/files/<str:key>/", cards.own_paper, name="supervision-mine-file"),
    path("mine/<str:number>/letters/<int:seq>.pdf", cards.own_letter, name="supervision-mine-letter"),
    path("mine/<str:number>/<str:act>/", cards.own_act, name="supervision-mine-act"),
    path("rules/", rules.rules, name="supervision-rules"),
    path("rules/<str:rule>/", rules.rule, name="supervision-rule"),
    path("ranking/", ranking.ranking, name="supervision-ranking"),
    path("ranking/publish/", ranking.publish, name="supervision-publish"),
    path("leads/", leads.leads, name="supervision-leads"),
    path("leads/<int:lead>/", leads.lead, name="supervision-lead"),
    path("callbacks/", callbacks.callbacks, name="supervision-callbacks"),
    path("callbacks/<str:number>/", callbacks.callback, name="supervision-callback"),
    path("overview/", overview.overview, name="supervision-overview"),
    path("overview/<str:county>/", overview.county, name="supervision-overview-county"),
    path("overview/<str:county>/<str:department>/", overview.department, name="supervision-overview-department"),
    path("overview/<str:county>/<str:department>/<str:item>/", overview.item, name="supervision-overview-item"),
    path("wall/", wall.wall, name="supervision-wall"),
    path("wall/data.json", wall.data, name="supervision-wall-data"),
    path("feeds/", feeds.feeds, name="supervision-feeds"),
]
