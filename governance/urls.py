"""Addresses below /o/<organization>/governance/; measures and requests by their public ids."""

from django.urls import path

from governance.views import (
    aftermath,
    approvals,
    closing,
    conflicts,
    desk,
    exports,
    fragments,
    ledger,
    lifecycle,
    lives,
    requests,
    rulesets,
    schemes,
    signing,
)

app_name = "governance"

urlpatterns = [
    path("gates/", desk.gate_desk, name="gate_desk"),
    path("gates/waiting/", desk.waiting_for_me, name="waiting_for_me"),
    path("gates/<uuid:asked>/", requests.show, name="request"),
    path("gates/<uuid:asked>/vote/", requests.vote, name="vote"),
    path("gates/<uuid:asked>/withdraw/", requests.withdraw, name="withdraw"),
    path("gates/scheme/", schemes.index, name="schemes"),
    path("gates/scheme/gate/", schemes.gate, name="scheme_gate"),
    path("gates/scheme/step/", schemes.add_step, name="scheme_step"),
    path("gates/scheme/number/", rulesets.number, name="scheme_number"),
    path("gates/scheme/proposal/", schemes.proposal, name="scheme_proposal"),
    path("gates/scheme/confirm/", schemes.confirm, name="scheme_confirm"),
    path("gates/scheme/withdraw/", schemes.withdraw, name="scheme_withdraw"),
    path("rules/file/", rulesets.file, name="rules_file"),
    path("rules/file/read/", rulesets.bring_in, name="rules_bring_in"),
    path("approvals/", approvals.approval_desk, name="approval_desk"),
    path("approvals/<uuid:measure>/", closing.confirm, name="closure"),
    path("approvals/<uuid:measure>/countersign/", signing.countersign, name="countersign"),
    path("approvals/<uuid:measure>/steering/", signing.approve, name="approve_shortfall"),
    path("approvals/<uuid:measure>/close/", signing.close, name="close"),
    path("approvals/<uuid:measure>/lines/<int:line>/", signing.state, name="line_statement"),
    path(
        "approvals/<uuid:measure>/reopen/propose/",
        aftermath.propose_reopening,
        name="propose_reopening",
    ),
    path("approvals/<uuid:measure>/reopen/", aftermath.reopen, name="reopen"),
    path("approvals/<uuid:measure>/checks/<int:number>/", aftermath.check, name="check"),
    path(
        "approvals/<uuid:measure>/certificates/<uuid:paper>.<slug:form>",
        aftermath.certificate,
        name="certificate",
    ),
    path("approvals/approve/", approvals.approve, name="approve"),
    path("approvals/reject/", approvals.reject, name="reject_claims"),
    path("approvals/take-overs/", approvals.confirm_take_overs, name="confirm_take_overs"),
    path("ledger/", ledger.index, name="ledger"),
    path("duties/", conflicts.duties, name="duties"),
    path("ledger/export/", exports.archive, name="export"),
    path("ledger/table/", exports.table, name="export_table"),
    path("ledger/heads/", exports.heads, name="heads"),
    path("ledger/heads/papers/", exports.papers, name="head_papers"),
    path("ledger/<int:number>/", ledger.entry, name="entry"),
    path("ledger/history/measure/<uuid:measure>/", lives.measure, name="life_of_measure"),
    path("ledger/history/node/<uuid:node>/", lives.node, name="life_of_node"),
    path("ledger/history/member/<uuid:member>/", lives.member, name="life_of_member"),
    path("ledger/history/request/<uuid:asked>/", lives.gate_request, name="life_of_request"),
    path(
        "ledger/history/escalation/<uuid:escalation>/", lives.escalation, name="life_of_escalation"
    ),
    path("ledger/history/settings/", lives.settings, name="life_of_settings"),
    path("measures/<uuid:measure>/submit/", requests.submit, name="submit"),
    path("measures/<uuid:measure>/hold/", lifecycle.hold, name="hold"),
    path("measures/<uuid:measure>/resume/", lifecycle.resume, name="resume"),
    path("measures/<uuid:measure>/extend/", lifecycle.extend, name="extend"),
    path("measures/<uuid:measure>/rephase/", lifecycle.rephase, name="rephase"),
    path("measures/<uuid:measure>/restore/", lifecycle.restore, name="restore"),
    path("measures/<uuid:measure>/cancel/", lifecycle.cancel, name="cancel"),
    path("measures/<uuid:measure>/reject/", lifecycle.reject, name="reject"),
    path("measures/<uuid:measure>/stepper/", fragments.measure_stepper, name="measure_stepper"),
    path("measures/<uuid:measure>/gate/", fragments.measure_gate, name="measure_gate"),
    path(
        "measures/<uuid:measure>/decisions/", fragments.measure_decisions, name="measure_decisions"
    ),
    path("measures/<uuid:measure>/history/", fragments.measure_history, name="measure_history"),
]
