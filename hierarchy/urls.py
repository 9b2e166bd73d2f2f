"""Addresses of administration and decision rights, below /o/<slug>/structure/."""

from django.urls import path

from hierarchy.views import (
    deputies,
    invitations,
    mine,
    organization,
    people,
    rights,
    structure,
)

app_name = "hierarchy"

urlpatterns = [
    path("", structure.administration, name="administration"),
    path("nodes/<uuid:node>", structure.node, name="node"),
    path("nodes/<uuid:node>/children", structure.children, name="children"),
    path("nodes/<uuid:node>/add", structure.add, name="add"),
    path("nodes/<uuid:node>/rename", structure.rename, name="rename"),
    path("nodes/<uuid:node>/move", structure.move, name="move"),
    path("nodes/<uuid:node>/archive", structure.archive, name="archive"),
    path("nodes/<uuid:node>/rights", rights.rights, name="rights"),
    path("appoint", people.appoint, name="appoint"),
    path("relieve", people.relieve, name="relieve"),
    path("people", people.people, name="people"),
    path("people/<uuid:member>", people.member, name="member"),
    path("people/<uuid:member>/password", people.first_password, name="first_password"),
    path("invitations", invitations.invite, name="invite"),
    path("invitations/<uuid:invitation>/again", invitations.send_again, name="invite_again"),
    path("invitations/<uuid:invitation>/revoke", invitations.revoke, name="revoke_invitation"),
    path("letters", mine.my_letters, name="my_letters"),
    path("deputies", deputies.index, name="deputies"),
    path("deputies/revoke", deputies.revoke, name="revoke_deputy"),
    path("deputies/act-for", deputies.act_for, name="act_for"),
    path("deputies/offered", deputies.offered, name="act_for_offered"),
    path("profile", organization.profile, name="profile"),
    path("numbers", organization.numbers, name="numbers"),
    path("number", organization.number, name="number"),
    path("tokens", organization.tokens, name="tokens"),
    path("tokens/revoke", organization.revoke, name="revoke"),
]
