"""The addresses of papers, books and private notes."""

from django.urls import path

from governance.papers.views import arrivals, books, notes, papers, sealed

app_name = "papers"
urlpatterns = [
    path("", books.books, name="papers"),
    path("<uuid:pk>/", papers.paper, name="paper"),
    path("<uuid:pk>/replace/", papers.replace, name="replace"),
    path("<uuid:pk>/<slug:name>/", papers.act, name="act"),
    path("items/<uuid:pk>/", papers.bring, name="bring"),
    path("items/<uuid:pk>/brief/", papers.brief, name="brief"),
    path("arrivals/<uuid:pk>/", arrivals.put_away, name="put_away"),
    path("versions/<uuid:pk>/file/", papers.version, name="version"),
    path("versions/<uuid:pk>/original/", papers.original, name="original"),
    path("books/<uuid:pk>/", books.book, name="book"),
    path("books/<uuid:pk>/build/", books.build, name="build"),
    path("books/<uuid:pk>/read/", books.read, name="read"),
    path("books/<uuid:pk>/copy/", books.download, name="download"),
    path("books/<uuid:pk>/had/", books.acknowledge, name="acknowledge"),
    path("books/<uuid:pk>/questions/", notes.questions, name="questions"),
    path("books/<uuid:pk>/notes/", notes.notes, name="notes"),
    path("books/<uuid:pk>/place/", notes.place, name="place"),
    path("books/<uuid:pk>/presented/", books.presented, name="presented"),
    path("sessions/<uuid:pk>/", sealed.session, name="session"),
    path("sessions/<uuid:pk>/questions/", sealed.session_questions, name="session_questions"),
    path("sealed/<uuid:pk>/", sealed.read_sealed, name="read_sealed"),
    path("sealed/<uuid:pk>/file/", sealed.sealed_file, name="sealed_file"),
    path("sealed/<uuid:pk>/notes/", sealed.sealed_notes, name="sealed_notes"),
    path("sealed/<uuid:pk>/place/", sealed.sealed_place, name="sealed_place"),
    path("sealed/<uuid:pk>/withdraw/", sealed.withdraw_sealed, name="withdraw_sealed"),
    path("bound/<uuid:pk>/", books.bound, name="bound"),
]
