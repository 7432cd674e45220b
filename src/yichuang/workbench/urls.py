"""Addresses of the workbench; each task of the registry has its own, under its own permission."""

from django.urls import path

from yichuang.workbench.tasks.centres import CENTRE_TASKS
from yichuang.workbench.tasks.registry import TASKS
from yichuang.workbench.views import (
    asking,
    authority,
    case,
    centres,
    files,
    hall,
    home,
    intake,
    items,
    matters,
    staff,
    todo,
)
from yichuang.workbench.views.centre_task import task_view as centre_task_view
from yichuang.workbench.views.task import task_view

app_name = "workbench"
urlpatterns = [
    path("", home.home, name="home"),
    path("receive/", intake.receive, name="receive"),
    path("receive/start/", intake.start, name="receive-start"),
    path("receive/applicant/", intake.applicant, name="receive-applicant"),
    path("receive/<str:key>/", intake.intake, name="intake"),
    path("receive/<str:key>/drop/", intake.drop, name="intake-drop"),
    path("todo/", todo.todo, name="todo"),
    path("todo/agree/", todo.agree_many, name="agree-many"),
    path("opinions/", todo.opinions, name="opinions"),
    path("opinions/<int:opinion>/remove/", todo.opinion_remove, name="opinion-remove"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/rating/", case.rating, name="rating"),
    path("cases/<str:number>/received/", case.received, name="received"),
    path("cases/<str:number>/papers/<str:kind>/<int:seq>.pdf", files.paper, name="paper"),
    path("cases/<str:number>/certificate.pdf", files.certificate, name="certificate"),
    path("cases/<str:number>/archive.<str:form>", files.archive, name="archive"),
    path("cases/<str:number>/files/<str:key>/", files.file, name="file"),
    path("cases/<str:number>/files/<str:key>/preview.png", files.preview_image, name="preview"),
    path("cases/<str:number>/ask/<slug:slug>/", asking.ask, name="ask"),
    path("authority/", authority.authority, name="authority"),
    path("authority/grant/", authority.grant, name="authority-grant"),
    path("authority/<int:authority>/end/", authority.end, name="authority-end"),
    path("hall/", hall.hall, name="hall"),
    path("hall/bookings/", hall.bookings, name="bookings"),
    path("hall/bookings/<str:code>/<str:what>/", hall.booking_do, name="booking-do"),
    path("hall/announcements/", hall.announcements, name="announcements"),
    path("hall/announcements/<int:announcement>/withdraw/", hall.announcement_withdraw, name="announcement-withdraw"),
    path("centres/", centres.centres, name="centres"),
    path("centres/new/", centres.new, name="centre-new"),
    path("centres/<str:centre>/", centres.centre, name="centre"),
    *(path(task.address, centre_task_view(task), name=task.name) for task in CENTRE_TASKS),
    path("matters/", matters.matters, name="matters"),
    path("matters/<str:number>/", matters.matter, name="matter"),
    path("matters/<str:number>/<str:step>/", matters.step, name="matter-step"),
    path("staff/", staff.staff, name="staff"),
    path("staff/new/", staff.new, name="staff-new"),
    path("staff/<str:staff>/", staff.person, name="person"),
    path("staff/<str:staff>/edit/", staff.edit, name="person-edit"),
    path("staff/<str:staff>/password/", staff.password, name="person-password"),
    path("staff/<str:staff>/roles/", staff.role, name="role-give"),
    path("staff/<str:staff>/roles/<int:grant>/end/", staff.role_end, name="role-end"),
    path("staff/<str:staff>/do/<str:what>/", staff.do, name="person-do"),
    path("items/", items.items, name="items"),
    path("items/<str:code>/", items.item, name="item"),
    path("items/<str:code>/change/", items.change, name="item-change"),
    path("items/<str:code>/<int:version>/<str:act>/", items.act, name="item-act"),
    *(path(f"cases/<str:number>/{task.slug}/", task_view(task), name=f"task-{task.slug}") for task in TASKS),
]
