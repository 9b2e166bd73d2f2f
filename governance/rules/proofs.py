"""What each kind of line must be proven by, and what is said of its budget (domain-rules §6)."""

from enum import StrEnum

from measures.rules.lines import EffectType, Nature


class Proof(StrEnum):
    """A kind of file that proves value; the same codes as measures' kinds of evidence."""

    LEDGER_EXTRACT = "ledger_extract"
    INVOICE_SET = "invoice_set"
    CONTRACT_VOLUME = "contract_volume"
    HEADCOUNT_LIST = "headcount_list"
    BUDGET_CUT = "budget_cut"


class BudgetChange(StrEnum):
    """What became of the budget line of a hard effect (domain-rules §6, condition 4)."""

    REDUCED = "reduced"
    RAISED = "raised"
    UNCHANGED = "unchanged"


WORDS: dict[Proof, str] = {
    Proof.LEDGER_EXTRACT: "a ledger extract",
    Proof.INVOICE_SET: "an invoice set",
    Proof.CONTRACT_VOLUME: "a contract with its volume",
    Proof.HEADCOUNT_LIST: "a headcount list",
    Proof.BUDGET_CUT: "a budget-cut voucher",
}

# A cost is proven by what was booked or billed, whatever the effect beside it is proven by.
FOR_COSTS = frozenset({Proof.LEDGER_EXTRACT, Proof.INVOICE_SET})
# Nothing is claimed in money by a qualitative effect; its KPI is confirmed instead (step 4).
FOR_EFFECTS: dict[EffectType, frozenset[Proof]] = {
    EffectType.HARD: frozenset(Proof),
    EffectType.AVOIDANCE: frozenset(
        {Proof.LEDGER_EXTRACT, Proof.INVOICE_SET, Proof.CONTRACT_VOLUME, Proof.HEADCOUNT_LIST}
    ),
    EffectType.CASH: frozenset({Proof.LEDGER_EXTRACT, Proof.INVOICE_SET}),
    EffectType.QUALITATIVE: frozenset(),
    EffectType.MANDATORY: FOR_COSTS,
}


def fitting(nature: Nature, effect_type: EffectType) -> frozenset[Proof]:
    """Return the kinds of file that prove a line; empty where none is asked."""
    return FOR_EFFECTS[effect_type] if nature is Nature.BENEFIT else FOR_COSTS


def needs_budget_statement(nature: Nature, effect_type: EffectType) -> bool:
    """Return whether it must be said what became of the budget: hard benefits only."""
    return nature is Nature.BENEFIT and effect_type is EffectType.HARD


def in_words(proofs: frozenset[Proof]) -> str:
    """Return kinds of proof as a list in one sentence: "a, b or c"."""
    *first, last = [WORDS[each] for each in Proof if each in proofs]
    return f"{', '.join(first)} or {last}" if first else last
