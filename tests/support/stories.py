"""Random stories: a customer's documents, and several people who do to them what comes to their mind."""

from typing import Any, ClassVar

import hypothesis
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from counterfoil.books.ledger.verify import differences
from counterfoil.books.sales import quotes
from counterfoil.foundation.refusal import Refused

from .cast import Cast, actor

PEOPLE = ("olga", "stig", "ana", "vera", "bruno", "otto")
STAFF = {"olga", "stig"}  # who may do anything at all; a customer decides about her own quotes


class Story(RuleBasedStateMachine):
    """Undone at its end. `types` are the documents, `verbs` what a button does with one of them as it was seen."""

    types: ClassVar[tuple[Any, ...]]
    verbs: ClassVar[dict[Any, tuple[Any, ...]]]

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        self.cast = cast
        self.story = transaction.atomic()
        self.story.__enter__()
        self.begin()

    def begin(self) -> None:
        """Make the first documents."""
        raise NotImplementedError

    def teardown(self) -> None:
        assert differences() == []
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    def states(self) -> dict[Any, str]:
        return {(model, one.id): one.state for model in self.types for one in model._default_manager.all()}

    def attempt(self, verb: Any, *args: Any, who: str = "olga", **more: Any) -> bool:
        """Do it; what is refused changes nothing, and every state goes only where its table says. Whether it was done.

        Nobody does what is not theirs to do.
        """
        before = self.states()
        try:
            with transaction.atomic():
                verb(*args, by=actor(getattr(self.cast, who)), **more)
        except Refused:
            assert self.states() == before
            return False
        is_hers = who == "ana" and verb in (quotes.accept, quotes.decline)
        assert who in STAFF or is_hers, f"{who} was allowed to {verb.__name__}"
        after = self.states()
        for (model, pk), was in before.items():
            now = after.get((model, pk))
            if now is None:
                assert was == "draft", f"a {model.kind()} that was {was} is gone"
            elif now != was:
                assert now in model.TRANSITIONS[was], f"a {model.kind()} went from {was} to {now}"
        assert {after[new] for new in after.keys() - before.keys()} <= {"draft"}
        return True

    def pick(self, model: Any, data: Any) -> Any:
        found = list(model._default_manager.order_by("id"))
        return data.draw(st.sampled_from(found)) if found else None

    @rule(data=st.data(), who=st.sampled_from(PEOPLE), seen=st.booleans())
    def anything(self, data: Any, who: str, *, seen: bool) -> None:
        model = data.draw(st.sampled_from(self.types))
        verb = data.draw(st.sampled_from(self.verbs[model]))
        if (one := self.pick(model, data)) is not None:
            self.attempt(verb, one, who=who, revision=one.revision if seen else one.revision - 1)


def tell(story: Any) -> None:
    """Many stories, each begun by calling `story`, until one of them goes wrong."""
    examples = hypothesis.settings().max_examples
    run_state_machine_as_test(
        story, settings=hypothesis.settings(max_examples=max(1, examples // 4), stateful_step_count=20, deadline=None)
    )
